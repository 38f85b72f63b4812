"""Which letter a character passes for: what is one word to a reader is one word to the rules, however it is written.

Two questions are asked of a character. What a name is made of (`letters_of`): its letters, without marks and without
what nobody sees. What a word could be meant as (`trace`): one sign for each character that is seen, where figures and
symbols that pass for letters keep their own sign until a word is compared.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_UNSEEN: Final = frozenset({"Mn", "Me", "Mc", "Cf", "Cc", "Cs", "Co", "Cn"})
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_SPACE, _POINT = " ", "."
_MOST_KEPT: Final = 20_000
"""Characters remembered: a hostile text does not fill the memory."""

_CYRILLIC: Final = dict(
    zip(
        "\u0430\u0431\u0432\u0433\u0434\u0435\u0437\u0438\u043a\u043b\u043c\u043d\u043e\u043f\u0440\u0441\u0442\u0443\u0445\u0448"
        "\u0449\u044a\u044c\u044f\u0454\u0455\u0456\u0458\u0475\u0493\u049b\u04a3\u04ab\u04ad\u04af\u04b1\u04b3\u04bb\u04bd\u04cf"
        "\u04e9\u0501\u050d\u051b\u051d",
        "abbrdeznklmhonpctyxwwbbresijvfkhctuuxhelodgqw",
        strict=True,
    )
)
_GREEK: Final = dict(
    zip(
        "\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6\u03b7\u03b9\u03ba\u03bb\u03bc\u03bd\u03bf\u03c0\u03c1\u03c2\u03c3\u03c4\u03c5\u03c6"
        "\u03c7\u03c9\u0392\u0397\u039c\u039d\u03a5",
        "abydeznikluvonpsstufxwbhmny",
        strict=True,
    )
)
_LATIN: Final = {
    "\u00e6": "ae", "\u0153": "oe", "\u00df": "ss", "\u00f8": "o", "\u0111": "d", "\u00f0": "d", "\u0142": "l",
    "\u0127": "h", "\u0167": "t", "\u0131": "i", "\u0237": "j", "\u0251": "a", "\u0261": "g", "\u0192": "f",
    "\u014b": "n", "\u0180": "b", "\u0253": "b", "\u0188": "c", "\u0256": "d", "\u0257": "d", "\u01dd": "e",
    "\u0259": "e", "\u0260": "g", "\u0268": "i", "\u0269": "i", "\u0199": "k", "\u019a": "l", "\u026b": "l",
    "\u019e": "n", "\u0272": "n", "\u0275": "o", "\u0254": "o", "\u01a5": "p", "\u0288": "t", "\u01ad": "t",
    "\u028b": "v", "\u0289": "u", "\u01b4": "y", "\u01b6": "z", "\u2c65": "a", "\u2c66": "t", "\u0247": "e",
    "\u0249": "j", "\u024d": "r", "\u024f": "y", "\u023c": "c", "\u1d00": "a", "\u0299": "b", "\u1d04": "c",
    "\u1d05": "d", "\u1d07": "e", "\ua730": "f", "\u0262": "g", "\u029c": "h", "\u026a": "i", "\u1d0a": "j",
    "\u1d0b": "k", "\u029f": "l", "\u1d0d": "m", "\u0274": "n", "\u1d0f": "o", "\u1d18": "p", "\u01eb": "q",
    "\u0280": "r", "\ua731": "s", "\u1d1b": "t", "\u1d1c": "u", "\u1d20": "v", "\u1d21": "w", "\u028f": "y",
    "\u1d22": "z", "\u0578": "n", "\u057d": "u", "\u0585": "o", "\u0570": "h", "\u0566": "q", "\u0561": "w",
    "\u0563": "q", "\u0573": "d", "\u057c": "n", "\u13aa": "a", "\u13d2": "r", "\u13a5": "i", "\u13de": "l",
    "\u13da": "s", "\u13d4": "w", "\u13c0": "g", "\u13bb": "h", "\u13b3": "w", "\u13ac": "e", "\u13a2": "t",
    "\u13c3": "z", "\u13df": "c", "\u13e2": "p",
}  # fmt: skip

_CAPITALS: Final = re.compile(r"(?<![a-z])[A-Z]{2,}(?![a-z])")


def _boxed() -> dict[str, str]:
    """Letters in circles and boxes, which Unicode itself takes for symbols, and those that flags are made of."""
    firsts = (0x1F150, 0x1F170, 0x1F1E6)
    return {chr(first + place): chr(ord("a") + place) for first in firsts for place in range(26)}


BOXED: Final = _boxed()
_LETTERS: Final = {
    **_CYRILLIC,
    **_GREEK,
    **_LATIN,
}

MEANS: Final[dict[str, str]] = {
    "l": "li",
    "I": "il",
    "v": "vu",
    "1": "1il",
    "!": "i",
    "|": "il",
    "\u00a1": "i",
    "4": "4a",
    "@": "a",
    "3": "3e",
    "\u20ac": "e",
    "0": "0o",
    "5": "5s",
    "$": "s",
    "7": "7t",
    "+": "t",
    "8": "8b",
    "9": "9g",
    **BOXED,
}
"""A sign of a trace to the letters it may be meant as; a sign that is not here is meant as itself."""
SYMBOLS: Final = "".join(sign for sign in MEANS if not sign.isalnum())
"""Signs that pass for letters, and end a word all the same."""


class _Signs(dict[int, str]):
    """Characters to the signs of a trace, each looked up once: `str.translate` reads it as it is."""

    def __missing__(self, code: int) -> str:
        found = _signs_of(chr(code))
        if len(self) < _MOST_KEPT:
            self[code] = found
        return found


class _Letters(dict[int, str]):
    """Characters to the letters of a name."""

    def __missing__(self, code: int) -> str:
        found = _letters_of(chr(code))
        if len(self) < _MOST_KEPT:
            self[code] = found
        return found


def _signs_of(character: str) -> str:
    if character in MEANS:
        return character
    found = _letters_of(character)
    if found in {"", _SPACE} or found.isalnum():
        return found
    return _POINT


def _letters_of(character: str) -> str:
    """Small plain letters and figures, a blank, a symbol as it is, or nothing for what is not seen."""
    if character.isspace() or character in _BLANK_LETTERS:
        return _SPACE
    if character in BOXED:
        return BOXED[character]
    found = ""
    for part in unicodedata.normalize("NFKD", character):
        if part in _LETTERS:
            found += _LETTERS[part]
        elif (figure := unicodedata.decimal(part, None)) is not None:
            found += str(figure)
        elif unicodedata.category(part) not in _UNSEEN:
            found += "".join(_LETTERS.get(small, small) for small in part.casefold())
    return "".join(found.split()) or (_SPACE if found else "")


_SIGNS: Final = _Signs()
_NAME_LETTERS: Final = _Letters()


def letters_of(text: str) -> str:
    """A text as its plain letters: look-alikes, case, marks and what is not seen make no difference."""
    return text.translate(_NAME_LETTERS)


@dataclass(frozen=True)
class Trace:
    """A text as signs. `places` leads a sign back to its character; None where they stand one for one."""

    signs: str
    places: tuple[int, ...] | None = None
    size: int = 0

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The characters that the signs from `start` to before `end` came from, with what hangs on the last one."""
        if self.places is None:
            return start, end
        after = self.places[end] if end < len(self.places) else self.size
        return self.places[start], max(after, self.places[end - 1] + 1)


def trace(text: str) -> Trace:
    """Letters small and plain, blanks as " ", other marks as "."; a capital I and what is in `MEANS` as it stands.

    A capital I passes for a small l, so among capitals alone it is what it is.
    """
    if "I" in text:
        text = _CAPITALS.sub(lambda word: word[0].lower(), text)
    signs = text.translate(_SIGNS)
    if text.isascii() and len(signs) == len(text):
        return Trace(signs)
    made: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for sign in _SIGNS[ord(character)]:
            made.append(sign)
            places.append(place)
    return Trace("".join(made), tuple(places), len(text))
