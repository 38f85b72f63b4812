"""The tree that blocked words are read by: their beginnings shared, and how far a written word has come in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from streamer_app.core.lookalikes import MEANS

GAP: Final = " ."
"""The signs between words: blanks, and marks of any kind."""
ENOUGH: Final = 4
"""More of one letter in a row than this says no more."""


@dataclass(frozen=True, slots=True)
class End:
    """An entry ends here. `letters`: how many signs that are no figures have to be among its signs."""

    open_end: bool
    is_short: bool
    letters: int


@dataclass(eq=False, slots=True)
class Node:
    """A beginning that entries share. `run`: how many of its letter they have in a row here."""

    letter: str = ""
    run: int = 0
    children: dict[str, Node] = field(default_factory=dict)
    ends: list[End] = field(default_factory=list)

    def add(self, letters: str, end: End) -> None:
        """Grow an entry from here."""
        node = self
        for letter in letters:
            found = node.children.get(letter)
            if found is None:
                run = node.run + 1 if letter == node.letter else 1
                found = node.children[letter] = Node(letter, run)
            node = found
        node.ends.append(end)


State = tuple[Node, int, bool]
"""A node, how often its letter was said too often, and whether some letter before stood twice for once."""


def further(states: Iterable[State], sign: str) -> set[State]:
    """One sign further: a letter is said once more, or the next one begins."""
    reached: set[State] = set()
    letters = MEANS.get(sign, sign)
    for node, extra, doubled in states:
        for letter in letters:
            if letter == node.letter:
                reached.add((node, min(extra + 1, ENOUGH), doubled))
            child = node.children.get(letter)
            if child is not None and (extra == 0 or letter != node.letter):
                reached.add((child, 0, doubled or _is_doubled(node, extra)))
    return reached


def over_gap(states: Iterable[State]) -> set[State]:
    """What goes on behind blanks or marks because the entry itself has a blank there."""
    return {
        (node.children[" "], 0, doubled or _is_doubled(node, extra))
        for node, extra, doubled in states
        if " " in node.children
    }


def is_complete(states: Iterable[State], letters: int, *, word_ends: bool) -> bool:
    """Whether an entry is written out, with so many signs that are no figures."""
    return any(
        (word_ends or end.open_end)
        and letters >= end.letters
        and not (end.is_short and (doubled or _is_doubled(node, extra)))
        for node, extra, doubled in states
        for end in node.ends
    )


def _is_doubled(node: Node, extra: int) -> bool:
    return extra == 1 and node.run == 1


class Heads:
    """How entries may begin, as three signs, or as two where the third can be anything: a cheap look before a walk."""

    def __init__(self, root: Node) -> None:
        twos: set[str] = set()
        threes: set[str] = set()
        for first, node in root.children.items():
            firsts = _signs_for(first)
            twos |= {one + other for one in firsts for other in firsts + GAP}
            for second, after in node.children.items():
                seconds = _signs_for(second)
                both = [one + other for one in firsts for other in seconds]
                if after.ends:
                    twos.update(both)
                thirds = "".join(_signs_for(third) for third in after.children) + seconds + GAP
                threes |= {two + third for two in both for third in thirds}
        self._twos, self._threes = frozenset(twos), frozenset(threes)

    def fit(self, signs: str, start: int) -> bool:
        """Whether a walk from here may come to an end."""
        return signs[start : start + 3] in self._threes or signs[start : start + 2] in self._twos


def _signs_for(letter: str) -> str:
    return letter + "".join(sign for sign, letters in MEANS.items() if letter in letters and sign != letter)
