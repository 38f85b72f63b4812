"""Blocked words, found however they are written.

Look-alike letters, figures for letters, blanks and marks between letters, letters repeated, characters nobody sees:
all are read as the words they hide.

An entry of a list is a whole word. A `*` at an end leaves that end open: `judi*` begins a word, `*kontol*` stands
anywhere in one. A blank in an entry stands for any blanks and marks, or for none. What follows a `!` is never blocked.
Entries of fewer than two letters say nothing. Of short words (up to four letters) a letter written twice is taken at
its word, because "cok" is an insult and "cook" is not; three times is the trick again.

The time is linear in the text: from every place where a word may begin, a tree of the entries is followed for at most
twice the longest entry's length. Words that were looked at once and are innocent whatever stands beside them are known
from then on: a usual message is all such words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from streamer_app.core.lookalikes import MEANS, SYMBOLS, trace
from streamer_app.core.word_tree import ENOUGH, GAP, End, Heads, Node, State, further, is_complete, over_gap

MASK: Final = "\u2022"
EXCEPT: Final = "!"
SHORT: Final = 4
_SHORTEST: Final = 2
_LEAD: Final = 3
"""Figures in front of a word that may be its first letters."""
_SLACK: Final = 12
"""Repetitions by turns ("1l1l1l") that are followed."""
_REST: Final = 30
"""Letters of a word that are taken along with the blocked word in it."""
_MOST_KNOWN: Final = 20_000
_LONGEST_KNOWN: Final = 40
_ROUNDS: Final = 8
"""A word may be written around another, and shows once that is masked; so deep it is looked for."""
_EDGE: Final = re.escape(GAP + SYMBOLS)
_WORDS: Final = re.compile(f"[^{_EDGE}]+")
_LED_BY_SYMBOL: Final = re.compile(rf"(?:^|(?<=[{_EDGE}]))[{re.escape(SYMBOLS)}]")
_SYMBOL: Final = re.compile(f"[{re.escape(SYMBOLS)}]")
_WORD_ENDS: Final = re.compile(rf"[0-9]*(?:$|[{_EDGE}])")
_WORD_REST: Final = re.compile(rf"[^{_EDGE}]{{0,{_REST}}}")
_RUN: Final = re.compile(r"(.)\1*", re.DOTALL)
_REPEATED: Final = re.compile(r"(.)\1+", re.DOTALL)
_GAPS: Final = re.compile(r"[ .]+")
_FIGURES: Final = re.compile(r"[0-9]+")
_SPELLED: Final = str.maketrans({sign: MEANS[sign][0] for sign in SYMBOLS})
"""Symbols in an entry are the letters they pass for; figures are figures."""
_ALIKE: Final = {"l": "i", "v": "u"}
_CORE: Final = str.maketrans(
    {sign: _ALIKE.get(letters[-1], letters[-1]) for sign, letters in MEANS.items()} | dict.fromkeys(GAP, "")
)


class Span(NamedTuple):
    """A place in a text: the characters from `start` to before `end`."""

    start: int
    end: int


@dataclass(slots=True)
class _Probe:
    """How an entry that begins in a word might go on: letter by letter, or with a next word of its own."""

    is_single: bool = False
    further: set[State] = field(default_factory=set)

    def may_go_on(self, word: str) -> bool:
        """Whether the next word fits, by its first two signs."""
        if word[0] in GAP or (self.is_single and _begins_single(word, 0)):
            return True
        reached = further(self.further, word[0])
        return bool(reached and (not word[1:2].isalnum() or further(reached, word[1])))


class BlockedWords:
    """A list of words, ready to be looked for. Pure, made once, asked often."""

    def __init__(self, entries: Iterable[str], allowed: Iterable[str] = ()) -> None:
        self._anywhere, self._at_starts = Node(), Node()
        self._cores: set[str] = set()
        self._innocent: set[str] = set()
        self._openings: dict[str, _Probe] = {}
        self._depth = 0
        never = list(allowed)
        for entry in entries:
            if entry.startswith(EXCEPT):
                never.append(entry.removeprefix(EXCEPT))
            else:
                self._add(entry)
        self._anywhere_heads, self._start_heads = Heads(self._anywhere), Heads(self._at_starts)
        self._allowed = BlockedWords(never) if never else None

    def _add(self, entry: str) -> None:
        plain = entry.strip()
        open_start, open_end = plain.startswith("*"), plain.endswith("*")
        words = _GAPS.sub(" ", trace(plain.strip("*").lower()).signs.translate(_SPELLED)).split()
        for letters in dict.fromkeys((" ".join(words), "".join(words))):
            if len(letters) < _SHORTEST:
                continue
            count = _letters(letters)
            needed = (count + 1) // 2 if count <= SHORT else 2
            end = End(open_end, len(letters) <= SHORT, needed)
            self._depth = max(self._depth, len(letters))
            self._at_starts.add(letters, end)
            if open_start:
                self._anywhere.add(letters, end)
                self._cores.add(_core(letters))

    def find(self, text: str) -> tuple[Span, ...]:
        """Where blocked words stand, in order, none overlapping. Never raises; linear in the text's length."""
        found = everything = self._look(text)
        for _ in range(_ROUNDS):
            if not found:
                break
            found = self._look(masked(text, everything))
            everything = _merged([*everything, *found])
        return everything

    def _is_innocent(self, signs: str) -> bool:
        """Whether all words are innocent, one by one and beside each other."""
        words = signs.split(" ")
        if self._innocent.issuperset(words):
            return True
        before: _Probe | None = None
        for word in filter(None, words):
            if before is not None and before.may_go_on(word):
                return False
            if word in self._innocent:
                before = None
                continue
            before = self._openings.get(word) or self._learned(word)
            if before is None and word not in self._innocent:
                return False
        return True

    def _learned(self, word: str) -> _Probe | None:
        """Look at a word once and remember it, unless something blocked is in it; what might go on behind it."""
        if len(word) > _LONGEST_KNOWN:
            return None
        if len(self._innocent) + len(self._openings) > _MOST_KNOWN:
            self._innocent.clear()
            self._openings.clear()
        probe, signs = _Probe(), f"{word} "
        if [*self._at_word_starts(signs, probe), *self._behind_symbols(signs, probe), *self._within_words(signs)]:
            return None
        if probe.is_single or probe.further:
            self._openings[word] = probe
            return probe
        self._innocent.add(word)
        return None

    def _look(self, text: str) -> tuple[Span, ...]:
        traced = trace(text)
        signs = traced.signs
        if self._is_innocent(signs):
            return ()
        places = [*self._at_word_starts(signs), *self._behind_symbols(signs), *self._within_words(signs)]
        found = [Span(*traced.origin(*place)) for place in places]
        if found and self._allowed is not None:
            fine = self._allowed.find(text)
            starts = [span.start for span in fine]
            found = [span for span in found if not _lies_in(span, fine, starts)]
        return _merged(found)

    def _at_word_starts(self, signs: str, probe: _Probe | None = None) -> Iterator[tuple[int, int]]:
        fit, root = self._start_heads.fit, self._at_starts
        for match in _WORDS.finditer(signs):
            start = match.start()
            if fit(signs, start):
                yield from self._walk(signs, start, root, probe)
            if signs[start].isdecimal():
                for led in _led(signs, start):
                    if fit(signs, led):
                        yield from self._walk(signs, led, root, probe)

    def _behind_symbols(self, signs: str, probe: _Probe | None = None) -> Iterator[tuple[int, int]]:
        """Words whose first letter is a symbol."""
        if _SYMBOL.search(signs) is None:
            return
        for match in _LED_BY_SYMBOL.finditer(signs):
            if self._start_heads.fit(signs, match.start()):
                yield from self._walk(signs, match.start(), self._at_starts, probe)

    def _within_words(self, signs: str) -> Iterator[tuple[int, int]]:
        if not self._cores:
            return
        core = _core(signs)
        if not any(word in core for word in self._cores):
            return
        covered = 0
        for match in _RUN.finditer(signs):
            start = match.start()
            if start >= covered and self._anywhere_heads.fit(signs, start):
                for _, end in self._walk(signs, start, self._anywhere):
                    covered = end
                    yield _word_start(signs, start), end

    def _walk(self, signs: str, start: int, root: Node, probe: _Probe | None = None) -> Iterator[tuple[int, int]]:
        """The longest entry written from `start` on, with the rest of its last word.

        One that ends with a true letter goes before those that end with a figure or a symbol.
        """
        best, best_plain = -1, -1
        states: set[State] = {(root, 0, False)}
        place, run_start, steps = start, start, 2 * self._depth + _SLACK
        while states and place < len(signs) and steps > 0:
            sign = signs[place]
            steps -= 1
            if sign in GAP:
                is_single = _stands_alone(signs, run_start)
                if probe is not None and sign == " ":
                    probe.is_single |= is_single
                    probe.further |= over_gap(states)
                states, place = _behind_gap(signs, place, states, is_single=is_single)
                continue
            run_start, place = place, _run_end(signs, place)
            for _ in range(min(place - run_start, ENOUGH)):
                states = further(states, sign)
            if any(node.ends for node, _, _ in states):
                word_ends = _WORD_ENDS.match(signs, place) is not None
                if is_complete(states, _letters(signs[start:place]), word_ends=word_ends):
                    best = place
                    best_plain = place if sign.isalpha() else best_plain
        if best >= 0:
            end = best if best_plain < 0 else best_plain
            rest = _WORD_REST.match(signs, end)
            yield start, rest.end() if rest else end


def _behind_gap(signs: str, place: int, states: set[State], *, is_single: bool) -> tuple[set[State], int]:
    """Within a word marks are passed over, blanks only between single letters."""
    match = _GAPS.match(signs, place)
    end = match.end() if match else place + 1
    reached = over_gap(states)
    if " " not in signs[place:end] or (is_single and _begins_single(signs, end)):
        reached |= states
    return reached, end


def _begins_single(signs: str, start: int) -> bool:
    """Whether one letter stands here alone, however often, with nothing but figures behind it."""
    return start < len(signs) and _WORD_ENDS.match(signs, _run_end(signs, start)) is not None


def _stands_alone(signs: str, run_start: int) -> bool:
    """Whether the letter that a gap follows has none before it."""
    return run_start == 0 or not signs[run_start - 1].isalnum()


def _run_end(signs: str, place: int) -> int:
    match = _RUN.match(signs, place)
    return match.end() if match else place + 1


def _letters(signs: str) -> int:
    """How many signs are no figures: "A55" is a telephone."""
    return sum(sign not in GAP and not sign.isdecimal() for sign in signs)


def _led(signs: str, start: int) -> range:
    """Where else a word may begin that has figures in front of it: the last of them are its letters, or none is."""
    match = _FIGURES.match(signs, start)
    core = match.end() if match else start
    return range(max(core - _LEAD, start + 1), core + 1)


def _core(signs: str) -> str:
    """Letters alone, each once in a row, those that pass for each other as one."""
    return _REPEATED.sub(r"\1", signs.translate(_CORE))


def _word_start(signs: str, start: int) -> int:
    """Where the word begins that an open entry stands in."""
    place = start
    while place > max(start - _REST, 0) and signs[place - 1].isalnum():
        place -= 1
    return place


def _lies_in(span: Span, spans: Sequence[Span], starts: list[int]) -> bool:
    place = bisect_right(starts, span.start) - 1
    return place >= 0 and span.end <= spans[place].end


def _merged(found: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(found):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return tuple(merged)


def masked(text: str, spans: Iterable[Span]) -> str:
    """The text with every character of these places hidden, blanks excepted. As long as it was."""
    hidden = list(text)
    for span in spans:
        for place in range(span.start, span.end):
            if not hidden[place].isspace():
                hidden[place] = MASK
    return "".join(hidden)


def without(text: str, spans: Iterable[Span]) -> str:
    """The text without these places, for the ear."""
    kept: list[str] = []
    place = 0
    for span in spans:
        kept.append(text[place : span.start])
        place = max(place, span.end)
    kept.append(text[place:])
    return " ".join(" ".join(kept).split())
