"""What donors wrote, made safe to show in one line: as short as a row, no control or bidi character, no towers."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamer_app.core.donations import Item
    from streamer_app.ui.words import Words

NAME_LIMIT = 80
LINE_LIMIT = 240
PARAGRAPH_LIMIT = 600
_JOINERS = frozenset("\u200c\u200d")
_TAGS = range(0xE0020, 0xE0080)
_MOST_MARKS = 3
_UNBROKEN = 12
_BREAK = "\u200b"
_ISOLATE, _POP = "\u2068", "\u2069"


def one_line(text: str, limit: int = LINE_LIMIT) -> str:
    """At most `limit` characters of a text on one line; cut before it is looked at, so that length costs nothing."""
    cut = text[: limit * 2]
    kept: list[str] = []
    marks = 0
    for character in cut:
        category = unicodedata.category(character)
        if category in {"Mn", "Me"}:
            marks += 1
            if marks > _MOST_MARKS:
                continue
        else:
            marks = 0
        if category in {"Cc", "Zl", "Zp", "Zs"}:
            kept.append(" ")
        elif category in {"Cf", "Cs", "Co", "Cn"} and character not in _JOINERS and ord(character) not in _TAGS:
            continue
        else:
            kept.append(character)
    line = " ".join("".join(kept).split())
    return line if len(line) <= limit and len(text) <= limit * 2 else line[:limit].rstrip() + "…"


def breakable(text: str) -> str:
    """The same with places to break in words longer than a panel is wide: a label never grows wider than its place."""
    return " ".join(
        _BREAK.join(word[start : start + _UNBROKEN] for start in range(0, len(word), _UNBROKEN))
        for word in text.split(" ")
    )


def donor_name(item: Item, words: Words) -> str:
    """The name for the streamer's eyes: the original even of anonymous donors, "Seseorang" where there is none."""
    return one_line(item.donor_name or "", NAME_LIMIT) or words.somebody


def isolated(text: str) -> str:
    """A donor's text inside a sentence of ours: its direction must not turn the sentence round."""
    return f"{_ISOLATE}{text}{_POP}"
