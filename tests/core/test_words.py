"""Blocked words are found however they are written, and nothing else is."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streamer_app.assets import word_lists_folder
from streamer_app.core import words
from streamer_app.core.lookalikes import trace
from streamer_app.core.word_tree import further
from streamer_app.core.words import MASK, BlockedWords, Span, masked, without
from tests.core.tricks import disguised

INNOCENT = (Path(__file__).parent / "innocent_sentences.txt").read_text(encoding="utf-8").splitlines()
LISTED = ("bodoh", "anjing", "tolol", "goblok", "kampret", "babi", "shit", "asu", "slot gacor")
ENTRIES = (*LISTED, "*kontol*", "judi*", "cok", "coli", "ass", "!tai chi", "tai", "69ers")
SOME = BlockedWords(ENTRIES)


BOXED = "\U0001f171\U0001f17e\U0001f173\U0001f17e\U0001f177"
FLAG = "\U0001f1ee\U0001f1e9"


def shipped() -> list[str]:
    lines = [
        line for path in sorted(word_lists_folder().glob("*.txt")) for line in path.read_text("utf-8").splitlines()
    ]
    return [entry for line in lines if (entry := line.partition("#")[0].strip())]


ALL = BlockedWords(shipped())
"""Both lists that ship with the program."""


def found(text: str, blocked: BlockedWords = SOME) -> list[str]:
    return [text[start:end] for start, end in blocked.find(text)]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("kamu bodoh!", ["bodoh"]),
        ("b o d o h", ["b o d o h"]),
        ("such a b.o.d.o.h x", ["b.o.d.o.h"]),
        ("b-o-d-o-h", ["b-o-d-o-h"]),
        ("b\no\nd\no\nh", ["b\no\nd\no\nh"]),
        ("BOOOODOH boodoh", ["BOOOODOH", "boodoh"]),
        ("b0d0h 80d0h", ["b0d0h", "80d0h"]),
        ("\uff42\U0001d428\u0501\u043e\u04bb", ["\uff42\U0001d428\u0501\u043e\u04bb"]),
        ("b\u200bo\u0301d\x00oh\u0301 x", ["b\u200bo\u0301d\x00oh\u0301"]),
        ("halo,bo-doh!", ["bo-doh"]),
        ("@bodoh !anjing", ["bodoh", "anjing"]),
        ("4njing!!! !4njing", ["4njing", "4njing"]),
        ("anjing2 anjing123 12345bodoh", ["anjing2", "anjing123", "bodoh"]),
        ("kontoI toIoI COIL TOIOI", ["kontoI", "toIoI"]),
        ("dikontolin kontolmu", ["dikontolin", "kontolmu"]),
        ("judian perjudian", ["judian"]),
        ("coil cook coook", ["coook"]),
        ("455 A55 a$$ 4ss", ["a$$", "4ss"]),
        ("assassin class bass", []),
        ("slot   gacor slotgacor s l o t g a c o r", ["slot   gacor", "slotgacor", "s l o t g a c o r"]),
        (BOXED + FLAG, [BOXED]),
        ("tai chi dan tai", ["tai"]),
        ("k.0.n.7.0.l", ["k.0.n.7.0.l"]),
        ("bo doh, bod oh", []),
        ("b odoh, bodo h bodoh", ["bodoh"]),
        ("9980d0h", ["80d0h"]),
        ("babi!! tai!", ["babi", "tai"]),
        ("an.kontol.jing", ["an.kontol.jing"]),
        ("sh1t 5h!t", ["sh1t", "5h!t"]),
        ("69ers 69", ["69ers"]),
        ("", []),
    ],
)  # fmt: skip
def test_words_as_they_are_written(text: str, written: list[str]) -> None:
    assert found(text) == written


around = st.sampled_from(["", "halo", "kamu", "dasar kamu", "ya,", "x", "\u2014", "2x"])


@settings(max_examples=600)
@given(st.data(), st.sampled_from([word for word in LISTED if " " not in word]), around, around)
def test_a_listed_word_is_found_through_every_trick(data: st.DataObject, word: str, before: str, behind: str) -> None:
    writing = data.draw(disguised(word))
    text = f"{before} {writing} {behind}"
    spans = SOME.find(text)
    start = len(before) + 1
    assert any(span.start <= start and start + len(writing) <= span.end for span in spans), ascii(text)


@pytest.mark.parametrize("entry", [entry for entry in shipped() if not entry.startswith("!")])
def test_every_shipped_entry_is_found_as_it_stands(entry: str) -> None:
    word = entry.strip("*")
    assert found(f"kata {word} kata", ALL) == [word]


def test_innocent_sentences_are_never_hit() -> None:
    assert len(INNOCENT) >= 120
    assert [sentence for sentence in INNOCENT if ALL.find(sentence)] == []
    assert [sentence for sentence in INNOCENT if ALL.find(sentence.upper())] == []


hostile = st.text(alphabet="abdhoinjgkltsu01!4$ .-\u200b\u0301\u0430I\u2022\U0001f171", max_size=60)


pieces = st.sampled_from(
    [*LISTED, "kontol", "b o d o h", "a.n.j.i.n.g", "b0d0h!!", "an.", ".jing", " ", "x", "1", "\n"]
)


@given(st.one_of(st.text(), hostile, st.lists(pieces, max_size=8).map("".join)))
@example("b o d o h slot gacor")
@example("\ud800bodoh\udfff\x00")
@example("a" * 100_000)
@example("an.an.kontol.jing.jing")
def test_masking_keeps_the_rest_and_leaves_nothing_to_find(text: str) -> None:
    spans = SOME.find(text)
    assert all(first.end <= second.start for first, second in pairwise(spans))
    hidden = masked(text, spans)
    assert len(hidden) == len(text)
    inside = {place for span in spans for place in range(span.start, span.end)}
    for place, (was, now) in enumerate(zip(text, hidden, strict=True)):
        assert now == (MASK if place in inside and not was.isspace() else was)
    assert SOME.find(hidden) == ()


@given(st.lists(st.one_of(hostile, st.sampled_from([*LISTED, "gg", "b", "s", "slot", "tai chi"])), max_size=8))
def test_what_is_remembered_of_words_changes_no_answer(parts: list[str]) -> None:
    text = " ".join(parts)
    signs = trace(text).signs
    if SOME._is_innocent(signs):
        assert [*SOME._at_word_starts(signs), *SOME._behind_symbols(signs)] == []
    assert SOME.find(text) == BlockedWords(ENTRIES).find(text)


def test_a_usual_message_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    blocked, steps = BlockedWords(shipped()), 0

    def counting(*arguments: object) -> object:
        nonlocal steps
        steps += 1
        return further(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(words, "further", counting)
    assert blocked.find("Gg bang, semangat terus streamnya ya, slot kartu aman") == ()
    assert steps > 0
    steps = 0
    assert blocked.find("semangat terus streamnya bang, ya ya") == ()
    assert steps == 0


def test_allowed_words_never_match() -> None:
    entries = ["anjing", "*kontol*", "bodoh"]
    blocked = BlockedWords(entries, ["anjing", "kontolan"])
    assert found("anjing 4nj1ng a n j i n g kontolan bodoh kontol", blocked) == ["bodoh", "kontol"]
    assert found("anjing bodoh", BlockedWords(entries, ["*"])) == ["anjing", "bodoh"]


def test_entries_that_say_nothing() -> None:
    blocked = BlockedWords(["", " ", "*", "a", "**", "\u200b", "!", "x*"])
    assert found("a x * ! xx", blocked) == []


def test_without_is_for_the_ear() -> None:
    assert without("dasar bodoh kamu", SOME.find("dasar bodoh kamu")) == "dasar kamu"
    assert without("a b", [Span(0, 3)]) == ""


HOSTILE = (
    "1l", "b o d o h ", "bodo", "o0", "a.", "kontol", "k", "s1ot ga", "!1!", "b.o.d.o.", "tai chi ", "anj1n",
    "\u0430\u0301", "1234567890", "slot ", "gg ", "\U0001f171", "kon.", "  ", "a1a1", "an.",
)  # fmt: skip


@pytest.mark.parametrize("part", HOSTILE)
def test_the_steps_are_linear_in_the_text(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: steps down the tree and signs compared, for a text and one ten times as long."""
    counted = 0

    def counting(*arguments: object) -> object:
        nonlocal counted
        counted += 1
        return further(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(words, "further", counting)
    steps = []
    for size in (1_000, 10_000):
        counted = 0
        BlockedWords(shipped()).find((part * size)[:size])
        steps.append(counted)
    assert steps[1] <= 12 * steps[0] + 1_000, steps
    assert steps[1] <= 10_000 * 100, steps
