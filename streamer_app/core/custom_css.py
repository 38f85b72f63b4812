"""What may stand in a streamer's own style sheet, and what is said of what may not.

The page's CSP would block foreign addresses anyhow. This check is for the person who wrote the sheet: it says which
line will not work, before viewers see that it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from streamer_app.core.overlay_settings import LONGEST_CSS


class CssFault(StrEnum):
    """Why a place in a style sheet is refused."""

    TOO_LONG = "too_long"
    CONTROL = "control"
    CLOSES_STYLE = "closes_style"
    IMPORT = "import"
    ADDRESS = "address"
    SCRIPT = "script"
    NOT_CLOSED = "not_closed"
    BRACES = "braces"


_WORDS: Final = {
    CssFault.TOO_LONG: f"longer than {LONGEST_CSS} characters",
    CssFault.CONTROL: "a control character, which no style sheet needs",
    CssFault.CLOSES_STYLE: "</style is no style",
    CssFault.IMPORT: "@import, @charset and @namespace are not allowed: paste the rules themselves",
    CssFault.ADDRESS: "an address: only url(library/<id>) of your own library is allowed",
    CssFault.SCRIPT: "behavior, -moz-binding and expression() are scripts, which are not allowed",
    CssFault.NOT_CLOSED: "a comment or a text that is not closed",
    CssFault.BRACES: "braces that do not match",
}


@dataclass(frozen=True)
class CssProblem:
    """A fault and the line it stands in, the first being 1."""

    line: int
    fault: CssFault

    def __str__(self) -> str:
        return f"line {self.line}: {_WORDS[self.fault]}"


_LIBRARY_ADDRESS: Final = re.compile(
    r"""\burl\(\s*(?P<quote>["']?)library/(?P<file>[0-9a-f]{32}\.(?:png|jpg|gif|webp))(?P=quote)\s*\)"""
)
_ESCAPE: Final = r"\\(?:[0-9a-fA-F]{1,6}(?:\r\n|[ \t\n\r\f])?|[^\n\r\f0-9a-fA-F])"
_TOKEN: Final = re.compile(
    rf"""
    (?P<comment>/\*.*?(?:\*/|\Z))
  | (?P<text>"(?:[^"\\\n\r\f]|\\(?:\r\n|.))*(?:"|\\?\Z|(?=[\n\r\f]))
  | '(?:[^'\\\n\r\f]|\\(?:\r\n|.))*(?:'|\\?\Z|(?=[\n\r\f])))
  | (?P<at>@(?:[-\w]|[^\x00-\x7f]|{_ESCAPE})+)
  | (?P<word>(?:[-\w]|[^\x00-\x7f]|{_ESCAPE})+\(?)
  | (?P<brace>[{{}}])
    """,
    re.VERBOSE | re.DOTALL,
)
_HEX_ESCAPE: Final = re.compile(r"\\([0-9a-fA-F]{1,6})(?:\r\n|[ \t\n\r\f])?")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ADDRESSING: Final = frozenset({"src(", "image(", "image-set(", "-webkit-image-set(", "element(", "-moz-element("})
_SCRIPTING: Final = frozenset({"expression(", "behavior", "behaviour", "-moz-binding"})
_LOADING: Final = frozenset({"@import", "@charset", "@namespace"})
_LARGEST: Final = 0x10FFFF


def problems(css: str) -> list[CssProblem]:
    """All that is wrong with a sheet, in the order of its lines; empty: it may be used. Linear in its length."""
    if len(css) > LONGEST_CSS:
        return [CssProblem(1, CssFault.TOO_LONG)]
    found = {CssProblem(_line(css, each.start()), CssFault.CONTROL) for each in _CONTROL.finditer(css)}
    found |= {CssProblem(_line(css, each.start()), CssFault.CLOSES_STYLE) for each in _end_of_style(css)}
    found.update(_token_problems(css))
    return sorted(found, key=lambda problem: (problem.line, problem.fault))


def _end_of_style(css: str) -> Iterator[re.Match[str]]:
    return re.finditer(r"</\s*style", css, re.IGNORECASE)


def _token_problems(css: str) -> Iterator[CssProblem]:
    opened: list[int] = []
    for token in _TOKEN.finditer(css):
        kind, raw, start = token.lastgroup, token.group(), token.start()
        if kind == "brace":
            if raw == "{":
                opened.append(start)
            elif opened:
                opened.pop()
            else:
                yield CssProblem(_line(css, start), CssFault.BRACES)
            continue
        fault = _fault_of(kind or "", raw, css, start)
        if fault is not None:
            yield CssProblem(_line(css, start), fault)
    for start in opened:
        yield CssProblem(_line(css, start), CssFault.BRACES)


def _fault_of(kind: str, raw: str, css: str, start: int) -> CssFault | None:
    if kind == "comment":
        return None if len(raw) >= len("/**/") and raw.endswith("*/") else CssFault.NOT_CLOSED
    if kind == "text":
        return None if len(raw) > 1 and raw[-1] == raw[0] else CssFault.NOT_CLOSED
    return _fault_of_word(_unescaped(raw).lower(), css, start)


def _fault_of_word(word: str, css: str, start: int) -> CssFault | None:
    if word in _LOADING:
        return CssFault.IMPORT
    if word in _SCRIPTING:
        return CssFault.SCRIPT
    if word in _ADDRESSING:
        return CssFault.ADDRESS
    if word == "url(" and _LIBRARY_ADDRESS.match(css, start) is None:
        return CssFault.ADDRESS
    return None


def _unescaped(word: str) -> str:
    """A name as a browser reads it, its escapes resolved."""
    plain = _HEX_ESCAPE.sub(lambda found: chr(min(int(found.group(1), 16), _LARGEST)), word)
    return plain.replace("\\", "")


def _line(css: str, place: int) -> int:
    return css.count("\n", 0, place) + 1


def sheet_name(css: str) -> str:
    """What the sheet is called: its name changes with its content, so that a page may keep it for ever."""
    return f"{sha256(css.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}.css"


def as_served(css: str) -> str:
    """The sheet as a page gets it: it lies one folder below the page's own, so that library addresses climb."""
    return _LIBRARY_ADDRESS.sub(lambda found: found.group().replace("library/", "../library/", 1), css)
