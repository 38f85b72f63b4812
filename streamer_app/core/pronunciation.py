"""Words that are said otherwise than they are written: lists of slang that come with the program, a streamer's own.

A list has one entry a line, `written = spoken`, `#` for a comment. A `+` behind the written form repeats it:
`wk+ = weka weka` says so however long somebody laughs. A spoken form that is empty leaves the word out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

_WORD: Final = re.compile(r"\w+(?:[.'\u2019]\w+)*")
_MOST_ENTRIES: Final = 2_000
_LONGEST: Final = 60


def entries(text: str) -> dict[str, str]:
    """A list's entries; lines without `=` say nothing."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        written, is_entry, said = line.partition("#")[0].partition("=")
        if is_entry and written.strip():
            found[written.strip().casefold()] = said.strip()
    return found


class Slang:
    """A list, ready to be asked. Words only: a key with a blank in it never matches."""

    def __init__(self, listed: Mapping[str, str]) -> None:
        self._words = {written: said for written, said in listed.items() if not written.endswith("+")}
        self._repeated = [
            (re.compile(_however_often(written[:-1])), said)
            for written, said in listed.items()
            if written.endswith("+") and len(written) > 1
        ]

    def said(self, text: str, leave: frozenset[str] = frozenset()) -> str:
        """The text with slang as people say it; words in `leave` (small letters) stay for somebody else."""

        def one(match: re.Match[str]) -> str:
            word = match[0]
            key = word.casefold()
            if key in leave:
                return word
            if key in self._words:
                return self._words[key]
            return next((said for pattern, said in self._repeated if pattern.fullmatch(key)), word)

        return _WORD.sub(one, text)


def _however_often(piece: str) -> str:
    """`wk`: wkwk, wkwkw, kwkwk. No two ways to read a word, so the time is linear."""
    whole, first, rest = re.escape(piece), re.escape(piece[:1]), re.escape(piece[1:])
    return f"(?:{rest})?(?:{whole})+(?:{first})?"


class Pronunciation:
    """A streamer's own list: whole words or phrases, any case. What it says is final."""

    def __init__(self, listed: Mapping[str, str]) -> None:
        known: dict[str, str] = {}
        for written, said in list(listed.items())[:_MOST_ENTRIES]:
            key = " ".join(written.split()).casefold()
            if key and len(key) <= _LONGEST:
                known[key] = said
        self._known = known
        self.words = frozenset(known)
        forms = "|".join(re.escape(key).replace(r"\ ", r"\s+") for key in sorted(known, key=len, reverse=True))
        self._pattern = re.compile(rf"(?<!\w)(?:{forms})(?!\w)", re.IGNORECASE) if known else None

    def pieces(self, text: str) -> Iterator[tuple[str, bool]]:
        """The text in order: (piece, whether it is said as it stands)."""
        place = 0
        if self._pattern is not None:
            for match in self._pattern.finditer(text):
                said = self._known.get(" ".join(match[0].split()).casefold())
                if said is None:
                    continue
                yield text[place : match.start()], False
                yield f" {said} ", True
                place = match.end()
        yield text[place:], False

    def said(self, text: str) -> str:
        """The text as the streamer wants it said."""
        return "".join(piece for piece, _ in self.pieces(text))
