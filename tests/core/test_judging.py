"""What the rules say: each field of them, all together, and for any text whatever."""

from __future__ import annotations

import time
from dataclasses import replace

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streamer_app.core.judging import Judge
from streamer_app.core.presentation import cleaned
from streamer_app.core.rules import LONGEST_MESSAGE, Arrival, Finding, Rule, Rules, Ruling, Verdict, WhatToDo

LISTS = {"id": ("bodoh", "*kontol*", "!bodoh amat"), "en": ("shit", "scam*")}
PLAIN = Arrival(amount=25_000, donor_name="Budi", message="semangat terus!")
AT_ONCE_RULES = st.builds(
    Rules,
    minimum_speech=st.integers(0, 60_000),
    minimum_message=st.integers(0, 60_000),
    minimum_media=st.integers(0, 60_000),
    words=st.sampled_from([WhatToDo.NOTHING, WhatToDo.MASK]),
    links=st.sampled_from([WhatToDo.NOTHING, WhatToDo.MASK]),
    too_long=st.sampled_from([WhatToDo.NOTHING, WhatToDo.MASK]),
    longest_message=st.integers(1, LONGEST_MESSAGE),
)
ALL_RULES = st.builds(
    Rules,
    minimum_alert=st.integers(0, 60_000),
    minimum_speech=st.integers(0, 60_000),
    minimum_message=st.integers(0, 60_000),
    minimum_media=st.integers(0, 60_000),
    words=st.sampled_from(WhatToDo),
    links=st.sampled_from(WhatToDo),
    too_long=st.sampled_from(WhatToDo),
    media=st.sampled_from(WhatToDo),
    longest_message=st.integers(1, LONGEST_MESSAGE),
    approve_all=st.booleans(),
    approve_first_timers=st.booleans(),
    approve_at_least=st.none() | st.integers(1, 60_000),
    approve_less_than=st.none() | st.integers(1, 60_000),
)
TEXTS = (
    st.none()
    | st.text(st.characters(exclude_categories=()))
    | st.lists(
        st.sampled_from(["bodoh", "b o d o h", "contoh.com", "semangat", "kontolmu", "\x00", "\ud800", "x" * 400])
    ).map(" ".join)
)
ARRIVALS = st.builds(
    Arrival,
    amount=st.integers(1, 100_000),
    donor_name=TEXTS,
    message=TEXTS,
    has_media=st.booleans(),
    blocked=st.booleans(),
    first_time=st.booleans(),
)


def judged(arrival: Arrival = PLAIN, rules: Rules | None = None, **changes: object) -> Verdict:
    return Judge(rules or Rules(), LISTS).judge(replace(arrival, **changes))  # type: ignore[arg-type]


def rules_of(verdict: Verdict) -> list[Rule]:
    return [finding.rule for finding in verdict.findings]


def test_an_ordinary_message_is_plain_and_read_aloud() -> None:
    assert judged() == Verdict(ruling=Ruling.PLAY, speech="semangat terus!")
    assert judged().plain


def test_a_word_is_masked_on_the_stage_and_left_out_of_the_speech() -> None:
    verdict = judged(message="dasar b o d 0 h kamu", donor_name="Si Kontol")
    assert verdict == Verdict(
        ruling=Ruling.MASK,
        findings=(Finding(Rule.BLOCKED_WORD, "Kontol"), Finding(Rule.BLOCKED_WORD, "b o d 0 h")),
        name="Si \u2022\u2022\u2022\u2022\u2022\u2022",
        message="dasar \u2022 \u2022 \u2022 \u2022 \u2022 kamu",
        speech="dasar kamu",
    )


def test_a_link_is_masked_in_the_name_too() -> None:
    verdict = judged(message="ke contoh.com/x ya", donor_name="slot88.top")
    assert verdict.findings == (Finding(Rule.LINK, "slot88.top"), Finding(Rule.LINK, "contoh.com/x"))
    assert (verdict.name, verdict.message) == ("\u2022" * 10, "ke " + "\u2022" * 12 + " ya")
    assert verdict.speech == "ke ya"
    assert judged(message="contoh.com bodoh ya").speech == "ya"


@pytest.mark.parametrize("field", ["words", "links", "too_long"])
def test_nothing_mask_and_hold(field: str) -> None:
    text = "bodoh contoh.com " + "panjang " * 50
    calm = Rules(words=WhatToDo.NOTHING, links=WhatToDo.NOTHING, too_long=WhatToDo.NOTHING)
    rule = {"words": Rule.BLOCKED_WORD, "links": Rule.LINK, "too_long": Rule.TOO_LONG}[field]
    assert judged(rules=calm, message=text).plain
    for what, ruling in ((WhatToDo.MASK, Ruling.MASK), (WhatToDo.HOLD, Ruling.HOLD)):
        verdict = judged(rules=msgspec.structs.replace(calm, **{field: what}), message=text)
        assert (verdict.ruling, rules_of(verdict)) == (ruling, [rule])


def test_what_is_held_for_a_word_is_shown_as_it_was_written_once_a_person_approved() -> None:
    verdict = judged(rules=Rules(words=WhatToDo.HOLD), message="bodoh")
    assert (verdict.ruling, verdict.message) == (Ruling.HOLD, None)


def test_minimums() -> None:
    rules = Rules(minimum_alert=10_000, minimum_speech=20_000, minimum_message=15_000, minimum_media=18_000)
    rules = msgspec.structs.replace(rules, media=WhatToDo.NOTHING)
    below = judged(rules=rules, amount=9_999, has_media=True)
    assert below.ruling is Ruling.NO_ALERT
    assert below.findings == (
        Finding(Rule.BELOW_MINIMUM, "10000"),
        Finding(Rule.BELOW_MESSAGE_MINIMUM, "15000"),
        Finding(Rule.BELOW_MEDIA_MINIMUM, "18000"),
    )
    quiet = judged(rules=rules, amount=10_000)
    assert (quiet.ruling, quiet.message, quiet.speech) == (Ruling.MASK, "", None)
    shown = judged(rules=rules, amount=15_000, has_media=True)
    assert (shown.ruling, shown.message, shown.speech, shown.media) == (Ruling.MASK, None, None, False)
    read = judged(rules=rules, amount=20_000, has_media=True)
    assert (read.plain, read.speech, read.media) == (True, "semangat terus!", True)
    assert judged(rules=rules, amount=10_000, message=None).plain, "nothing is left out of nothing"


def test_words_of_a_message_that_is_left_out_matter_to_nobody() -> None:
    verdict = judged(rules=Rules(minimum_message=50_000, words=WhatToDo.HOLD), message="bodoh")
    assert (verdict.ruling, rules_of(verdict)) == (Ruling.MASK, [Rule.BELOW_MESSAGE_MINIMUM])


def test_blocked_donors_make_no_alert_and_are_masked_all_the_same() -> None:
    verdict = judged(blocked=True, message="bodoh")
    assert (verdict.ruling, rules_of(verdict)) == (Ruling.NO_ALERT, [Rule.BLOCKED_DONOR, Rule.BLOCKED_WORD])
    assert verdict.message == "\u2022" * 5


def test_approvals() -> None:
    assert rules_of(judged(rules=Rules(approve_all=True))) == [Rule.APPROVAL]
    first = Rules(approve_first_timers=True)
    assert rules_of(judged(rules=first, first_time=True)) == [Rule.FIRST_TIMER]
    assert judged(rules=first).plain
    assert judged(first_time=True).plain
    least = Rules(approve_at_least=25_000)
    assert judged(rules=least).findings == (Finding(Rule.AT_LEAST, "25000"),)
    assert judged(rules=least, amount=24_999).plain
    less = Rules(approve_less_than=25_000)
    assert judged(rules=less).plain
    assert judged(rules=less, amount=24_999).ruling is Ruling.HOLD


def test_media() -> None:
    held, left_out = judged(has_media=True), judged(rules=Rules(media=WhatToDo.MASK), has_media=True)
    assert (held.ruling, rules_of(held), held.media) == (Ruling.HOLD, [Rule.MEDIA], True)
    assert (left_out.ruling, left_out.media) == (Ruling.MASK, False)
    assert judged(rules=Rules(media=WhatToDo.NOTHING), has_media=True).plain


def test_the_strictest_rule_decides_and_comes_first() -> None:
    rules = Rules(minimum_alert=50_000, approve_all=True, links=WhatToDo.HOLD)
    verdict = judged(rules=rules, message="bodoh contoh.com", has_media=True, blocked=True)
    assert verdict.ruling is Ruling.NO_ALERT
    assert rules_of(verdict) == [
        Rule.BLOCKED_DONOR,
        Rule.BELOW_MINIMUM,
        Rule.APPROVAL,
        Rule.LINK,
        Rule.MEDIA,
        Rule.BLOCKED_WORD,
    ]


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1ee\U0001f1e9"
THUMB = "\U0001f44d\U0001f3fd"


@pytest.mark.parametrize("picture", [FAMILY, FLAG, THUMB, "e\u0301\u0302"], ids=ascii)
def test_a_long_message_is_cut_and_no_picture_in_two(picture: str) -> None:
    text = "aaaaaaaa" + picture * 2
    for limit in range(9, len(text)):
        verdict = judged(rules=Rules(longest_message=limit), message=text)
        whole = (limit - 1 - 8) // len(picture)
        assert verdict.message == "aaaaaaaa" + picture * whole + "\u2026"
        assert verdict.findings == (Finding(Rule.TOO_LONG, str(limit)),)


def test_a_message_is_cut_at_its_limit() -> None:
    assert judged(message="x" * 300).plain
    longest = Rules(longest_message=LONGEST_MESSAGE)
    assert judged(rules=longest, message="x" * LONGEST_MESSAGE).plain
    assert rules_of(judged(rules=longest, message="x" * (LONGEST_MESSAGE + 1))) == [Rule.TOO_LONG]
    cut = judged(message="x" * 301)
    assert (cut.message, cut.speech) == ("x" * 299 + "\u2026",) * 2


def test_own_words_allowed_words_and_chosen_lists() -> None:
    assert judged(message="shit").ruling is Ruling.MASK
    assert judged(rules=Rules(word_lists=("id",)), message="shit").plain
    assert judged(rules=Rules(word_lists=("xx",)), message="shit").plain
    assert judged(rules=Rules(own_words=("wibu*",)), message="wibuuu").ruling is Ruling.MASK
    assert judged(rules=Rules(allowed_words=("shit",)), message="shit bodoh").findings == (
        Finding(Rule.BLOCKED_WORD, "bodoh"),
    )
    assert judged(message="bodoh amat").plain


def test_only_a_few_words_are_named_and_each_once() -> None:
    many = " ".join(f"scam{letter} scam{letter}" for letter in "abcdefgh")
    assert [finding.detail for finding in judged(message=many).findings] == [f"scam{letter}" for letter in "abcde"]
    assert len(judged(message="scam" + "x" * 200).findings[0].detail) <= 60


@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({}, True),
        ({"minimum_message": 5, "minimum_speech": 5, "minimum_media": 5}, True),
        ({"words": WhatToDo.NOTHING, "links": WhatToDo.NOTHING, "too_long": WhatToDo.NOTHING}, True),
        ({"media": WhatToDo.HOLD}, True),
        ({"minimum_alert": 1}, False),
        ({"words": WhatToDo.HOLD}, False),
        ({"links": WhatToDo.HOLD}, False),
        ({"too_long": WhatToDo.HOLD}, False),
        ({"approve_all": True}, False),
        ({"approve_first_timers": True}, False),
        ({"approve_at_least": 1_000_000}, False),
        ({"approve_less_than": 1}, False),
    ],
    ids=str,
)
def test_when_a_run_may_open_before_it_is_judged(changes: dict[str, object], may: bool) -> None:  # noqa: FBT001
    assert Judge(Rules(**changes), LISTS).may_show_at_once is may  # type: ignore[arg-type]


@given(AT_ONCE_RULES, ARRIVALS)
def test_rules_that_may_show_at_once_play_or_mask_whatever_comes_without_media(rules: Rules, arrival: Arrival) -> None:
    judge = Judge(rules, LISTS)
    assert judge.may_show_at_once
    verdict = judge.judge(replace(arrival, has_media=False, blocked=False))
    assert verdict.ruling in {Ruling.PLAY, Ruling.MASK}


@settings(max_examples=300)
@given(ALL_RULES, ARRIVALS)
@example(Rules(), Arrival(1, "\ud800\x00", "\udfff\x00bodoh\ud800"))
@example(Rules(), Arrival(1, "bodoh" * 20_000, "b o d o h " * 10_000))
def test_any_text_gets_a_verdict_that_can_be_kept_and_shown(rules: Rules, arrival: Arrival) -> None:
    before = replace(arrival)
    verdict = Judge(rules, LISTS).judge(arrival)
    assert arrival == before, "the money and the words are as they were"
    assert msgspec.json.decode(msgspec.json.encode(verdict), type=Verdict) == verdict
    order = [Ruling.PLAY, Ruling.MASK, Ruling.HOLD, Ruling.NO_ALERT]
    assert verdict.plain == (not verdict.findings) == (verdict.ruling is order[0])
    for shown, limit in ((verdict.name, 100), (verdict.message, LONGEST_MESSAGE), (verdict.speech, LONGEST_MESSAGE)):
        assert shown is None or cleaned(shown, limit) == shown
    if verdict.message is not None and rules.too_long is not WhatToDo.NOTHING:
        assert len(verdict.message) <= rules.longest_message


@given(ARRIVALS)
def test_judging_a_masked_text_again_finds_nothing(arrival: Arrival) -> None:
    judge = Judge(Rules(longest_message=LONGEST_MESSAGE), LISTS)
    first = judge.judge(arrival)
    name = arrival.donor_name if first.name is None else first.name
    message = arrival.message if first.message is None else first.message
    again = judge.judge(replace(arrival, donor_name=name, message=message))
    assert not {Rule.BLOCKED_WORD, Rule.LINK} & set(rules_of(again))
    assert again.speech == first.speech or first.findings


@pytest.mark.parametrize("part", ["b o d o h ", "1l!", "a.com ", "kontol", "\u0430\u0301", "\u200b", "bodo", "[.]com"])
def test_a_hostile_message_costs_no_more_than_the_part_of_it_that_is_shown(part: str) -> None:
    """As a ratio against the longest message that can be shown whole, measured in turns; and 50 ms in any case."""
    judge = Judge(Rules(longest_message=LONGEST_MESSAGE), LISTS)
    whole, hostile = (replace(PLAIN, message=(part * size)[:size]) for size in (4 * LONGEST_MESSAGE, 100_000))
    spent: dict[int, list[float]] = {0: [], 1: []}
    for _ in range(9):
        for place, arrival in enumerate((whole, hostile)):
            began = time.perf_counter()
            judge.judge(arrival)
            spent[place].append(time.perf_counter() - began)
    assert min(spent[1]) <= 3 * min(spent[0]) + 0.001
    assert min(spent[1]) <= 0.050
