"""What viewers may see of a donation."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.donations import Item, ItemState
from streamer_app.core.overlay_protocol import Tier
from streamer_app.core.presentation import (
    MESSAGE_LIMIT,
    TEST_BADGE,
    alert_of,
    cleaned,
    donor_on_stage,
    sample_alert,
    tier_of,
    timing_of,
)
from streamer_app.core.stage_settings import StageSettings

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


def test_the_overlay_shows_gross() -> None:
    assert alert_of(item(), theme="lampion", language="id", volume=0.5).amount_text == "Rp25.000"


def test_tiers_begin_where_the_design_says() -> None:
    assert [tier_of(amount) for amount in (49_999, 50_000, 249_999, 250_000)] == [
        Tier.COMPACT,
        Tier.FULL,
        Tier.FULL,
        Tier.GRAND,
    ]


def test_a_test_alert_says_that_it_is_one() -> None:
    assert sample_alert(theme="lampion", language="id", volume=0.5).badge == TEST_BADGE


def test_time_on_stage_grows_with_the_message() -> None:
    long = alert_of(item(message="x" * 200), theme="lampion", language="id", volume=0.5)
    assert timing_of(long, StageSettings()).on_stage_ms == 14_000
