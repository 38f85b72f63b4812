"""What viewers may see of a donation."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from uuid import uuid4

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.commands import SendTestAlert
from streamer_app.core.donations import Item, ItemState
from streamer_app.core.overlay_protocol import Alert, Media, Speech, Tier
from streamer_app.core.presentation import (
    MESSAGE_LIMIT,
    alert_of,
    cleaned,
    cut,
    donor_on_stage,
    expected_ms,
    sample_item,
    tier_of,
    timing_of,
)
from streamer_app.core.rules import LONGEST_MESSAGE, Ruling, Verdict
from streamer_app.core.stage_settings import StageSettings

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


def item(**changes: object) -> Item:
    facts: dict[str, object] = {
        "donation_message_id": uuid4(),
        "transaction_id": uuid4(),
        "donor_name": "Budi",
        "is_anonymous": False,
        "message": "semangat!",
        "amount": 25_000,
        "net_amount": 23_750,
        "currency": "IDR",
        "state": ItemState.WAITING,
        "paid_at": datetime(2026, 11, 22, tzinfo=UTC),
    }
    return Item(**(facts | changes))  # type: ignore[arg-type]


@given(st.text(), st.integers(1, 400))
def test_cleaned_text_is_short_and_carries_no_control_characters(text: str, limit: int) -> None:
    clean = cleaned(text, limit)
    assert len(clean) <= limit
    assert not [c for c in clean if unicodedata.category(c) in {"Cc", "Cs"} or c in "\u202a\u202b\u202d\u202e\u2066"]
    assert cleaned(clean, limit) == clean


def test_emoji_of_several_parts_stay_whole() -> None:
    assert cleaned(FAMILY, 100) == FAMILY


def test_a_long_message_is_cut_with_an_ellipsis() -> None:
    clean = cleaned("kata " * 2_000, MESSAGE_LIMIT)
    assert len(clean) <= MESSAGE_LIMIT
    assert clean.endswith("\u2026")


@given(st.text(), st.sampled_from(["id", "en"]))
def test_an_anonymous_name_never_reaches_the_stage(name: str, language: str) -> None:
    assert donor_on_stage(item(donor_name=name, is_anonymous=True), language) in {"Seseorang", "Someone"}


def test_a_missing_or_invisible_name_is_someone() -> None:
    assert donor_on_stage(item(donor_name=None), "id") == "Seseorang"
    assert donor_on_stage(item(donor_name="\u202e \n"), "en") == "Someone"


def shown(**changes: object) -> Alert:
    return alert_of(item(**changes), theme="lampion", language="id", volume=0.5)


def test_the_stage_shows_what_the_rules_left() -> None:
    masked = Verdict(ruling=Ruling.MASK, name="Si \u2022\u2022", message="dasar \u2022\u2022\u2022")
    alert = shown(donor_name="Si Xx", message="dasar xxx", verdict=masked)
    assert (alert.donor, alert.message) == ("Si \u2022\u2022", "dasar \u2022\u2022\u2022")
    left_out = shown(verdict=Verdict(ruling=Ruling.MASK, message=""))
    assert (left_out.donor, left_out.message) == ("Budi", "")


def test_what_the_rules_left_alone_is_shown_as_it_was_written() -> None:
    plain = Verdict(ruling=Ruling.PLAY)
    assert (shown(verdict=plain).donor, shown(verdict=plain).message) == ("Budi", "semangat!")
    assert len(shown(message="x" * 450, verdict=plain).message) == 450, "rules with a longer limit were asked"
    assert len(shown(message="x" * 9_000, verdict=plain).message) == LONGEST_MESSAGE
    assert len(shown(message="x" * 450).message) == MESSAGE_LIMIT


@given(st.text(), st.text())
def test_a_masked_name_of_an_anonymous_donor_stays_away_too(name: str, masked: str) -> None:
    alert = shown(donor_name=name, is_anonymous=True, verdict=Verdict(ruling=Ruling.MASK, name=masked))
    assert alert.donor == "Seseorang"


def test_a_name_that_is_masked_away_is_someone() -> None:
    assert shown(verdict=Verdict(ruling=Ruling.MASK, name="")).donor == "Seseorang"


@given(st.text(alphabet="a\u0301\u200d\U0001f468\U0001f1ee\U0001f3fd ", max_size=80), st.integers(1, 60))
def test_a_cut_text_is_the_beginning_of_the_whole(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    assert short == text or (short.endswith("\u2026") and text.startswith(short[:-1]))


def test_marks_without_end_are_cut_where_they_stand() -> None:
    assert len(cut("a" + "\u0301" * 500, 300)) == 300


def test_the_overlay_shows_gross() -> None:
    assert alert_of(item(), theme="lampion", language="id", volume=0.5).amount_text == "Rp25.000"


def test_tiers_begin_where_the_design_says() -> None:
    assert [tier_of(amount) for amount in (49_999, 50_000, 249_999, 250_000)] == [
        Tier.COMPACT,
        Tier.FULL,
        Tier.FULL,
        Tier.GRAND,
    ]


def test_a_test_alert_is_of_what_was_asked_for_and_says_in_words_that_no_money_moves() -> None:
    plain = sample_item(SendTestAlert(), "en", NOW)
    assert (plain.amount, plain.donor_name, plain.message) == (25_000, "Budi", "This is a test. No money moves.")
    chosen = sample_item(SendTestAlert(amount=7, donor="Sari", message="", video_id="x"), "id", NOW)
    assert (chosen.amount, chosen.donor_name, chosen.message, chosen.has_media) == (7, "Sari", "", True)


def test_an_alert_with_speech_and_video_is_expected_for_as_long_as_both_last() -> None:
    alert = alert_of(item(), theme="lampion", language="id", volume=0.5)
    timing = timing_of(alert, StageSettings())
    assert expected_ms(alert, timing) == timing.on_stage_ms == 6_000
    speech = Speech(url="speech/a.wav", failed_url="/sounds/speech_failed.wav", volume=1.0, expected_ms=10_000)
    spoken = msgspec.structs.replace(alert, speech=speech)
    assert expected_ms(spoken, timing) == 1_600 + 300 + 10_000 + 1_000
    media = Media(video_id="x", start_seconds=3, play_seconds=25, volume=1.0)
    assert expected_ms(msgspec.structs.replace(spoken, media=media), timing) == 12_900 + 300 + 25_000
    assert timing_of(alert, StageSettings(), 2.5).on_stage_ms == 2_500


def test_time_on_stage_grows_with_the_message() -> None:
    long = alert_of(item(message="x" * 200), theme="lampion", language="id", volume=0.5)
    assert timing_of(long, StageSettings()).on_stage_ms == 14_000
