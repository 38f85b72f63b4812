"""What may be typed for money, and what is refused instead of guessed."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_app import cli_values as values

ARABIC_FIVE = "\u0665"
ENTRY = UUID("7f1c0c3e-8a52-4a0e-9d8e-0a4cf2b7d001")


@pytest.mark.parametrize(
    ("read", "text", "meant"),
    [
        (values.amount, "1", 1),
        (values.amount, str(2**63 - 1), 2**63 - 1),
        (values.fixed_fee, "0", 0),
        (values.signed_amount, "+5000", 5000),
        (values.signed_amount, "-5000", -5000),
        (values.percentage, "5%", Decimal("0.0500")),
        (values.percentage, "0%", Decimal("0.0000")),
        (values.percentage, "2.5 %", Decimal("0.0250")),
        (values.percentage, "2,05%", Decimal("0.0205")),
        (values.percentage, "100%", Decimal("1.0000")),
        (values.media, "youtube:dQw4w9WgXcQ", ("dQw4w9WgXcQ", None, None)),
        (values.media, "youtube:dQw4w9WgXcQ@0", ("dQw4w9WgXcQ", 0, None)),
        (values.media, "youtube:a-b_w9WgXcQ@10-75", ("a-b_w9WgXcQ", 10, 75)),
        (values.uuid, str(ENTRY), ENTRY),
        (values.count, "1000", 1000),
        (values.currency, "USD", "USD"),
        (values.day, "2028-02-29", date(2028, 2, 29)),
        (values.moment, "2026-12-01T00:00:00+07:00", datetime(2026, 11, 30, 17, tzinfo=UTC)),
        (values.moment, "2026-11-30T17:00:00Z", datetime(2026, 11, 30, 17, tzinfo=UTC)),
        (values.month, "2026-11", "2026-11"),
        (values.zone, "Asia/Jakarta", "Asia/Jakarta"),
        (values.page_key, f"infinity/{ENTRY}", ("infinity", ENTRY)),
        (
            values.page_key,
            f"2026-11-22T23:14:18.521403+00:00/{ENTRY}",
            ("2026-11-22T23:14:18.521403+00:00", ENTRY),
        ),
        (values.column, "reference=Order ID", ("reference", "Order ID")),
        (values.meaning, "bezahlt=PAID", ("bezahlt", "PAID")),
    ],
)
def test_what_is_plain_is_read(read: Callable[[str], Any], text: str, meant: object) -> None:
    assert read(text) == meant


@pytest.mark.parametrize(
    ("read", "texts"),
    [
        (
            values.amount,
            ["25.000", "25,000", "1e5", "-5", "+5", "0", "", " 5", "5 ", "0x10", ARABIC_FIVE, str(2**63), "9" * 5000],
        ),
        (values.fixed_fee, ["-1", "1.5", ""]),
        (values.signed_amount, ["5000", "+0", "-0", "--5", "+", "+5.000", "- 5", f"+{2**63}"]),
        (
            values.percentage,
            ["5", "0.05", "5.123%", "100.01%", "101%", "-1%", "%", "5%%", "1e1%", f"{ARABIC_FIVE}%", ".5%"],
        ),
        (
            values.media,
            [
                "dQw4w9WgXcQ",
                "https://youtu.be/dQw4w9WgXcQ",
                "youtube:short",
                "youtube:dQw4w9WgXcQ@",
                "youtube:dQw4w9WgXcQ@10-",
                "youtube:dQw4w9WgXcQ@-10",
                "youtube:dQw4w9WgXcQ@20-10",
                "youtube:dQw4w9WgXcQ@10-10",
                "youtube:dQw4w9WgXcQ@1:30",
                "youtube:dQw4w9WgXcQ@9999999999",
                "vimeo:dQw4w9WgXcQ",
            ],
        ),
        (values.uuid, ["me", "", "7f1c0c3e"]),
        (values.count, ["0", "1001", "-1", "x", "9" * 5000]),
        (values.currency, ["idr", "RP", "IDRX", ""]),
        (values.name, ["", "  ", "x" * 256, "\udcff"]),
        (values.reason, ["", "\t", "x" * 1001]),
        (values.day, ["2026-02-30", "20261130", "30-11-2026", "2026-11", "0001-01-01", "9999-12-31"]),
        (values.moment, ["2026-11-30T10:00:00", "2026-11-30", "tomorrow", "0001-01-01T00:00:00+14:00"]),
        (values.before, ["7", "7y", "-7d", "d", "999999d", "2026-11-30T10:00:00"]),
        (values.month, ["2026-13", "2026-1", "november", "0001-01"]),
        (values.zone, ["Mars/Phobos", "", "../etc"]),
        (values.page_key, ["", "2026-11-22", f"yesterday/{ENTRY}", f"2026-02-30T00:00:00+00:00/{ENTRY}", "infinity/x"]),
        (values.column, ["reference", "name=x", "amount="]),
        (values.meaning, ["PAID", "x=paid", "=PAID"]),
    ],
)
def test_what_could_be_something_else_is_refused_with_words(read: Callable[[str], Any], texts: list[str]) -> None:
    for text in texts:
        with pytest.raises(ArgumentTypeError) as refused:
            read(text)
        assert str(refused.value).strip(), text


@given(st.integers(1, 2**63 - 1))
def test_every_amount_the_database_holds_can_be_typed(amount: int) -> None:
    assert values.amount(str(amount)) == amount
    assert values.signed_amount(f"-{amount}") == -amount


@given(st.integers(0, 10_000))
def test_no_percentage_is_rounded(hundredths: int) -> None:
    typed = f"{hundredths // 100}.{hundredths % 100:02}%"
    assert values.percentage(typed) * 10_000 == hundredths


def test_a_day_begins_in_the_commands_zone_and_an_age_now() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert values.before("2026-11-30").at("Asia/Jakarta", now) == datetime(2026, 11, 29, 17, tzinfo=UTC)
    assert values.before("2026-11-30").at("UTC", now) == datetime(2026, 11, 30, tzinfo=UTC)
    assert values.before("7d").at("UTC", now) == now - timedelta(days=7)
    assert values.before("90m").at("UTC", now) == now - timedelta(minutes=90)
    assert values.before("2026-11-30T00:00:00Z").at("Asia/Jakarta", now) == datetime(2026, 11, 30, tzinfo=UTC)
