"""Money as text, always the Indonesian form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.money import format_money, format_money_short, parse_money


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (0, "IDR", "Rp0"),
        (25_000, "IDR", "Rp25.000"),
        (-5_000, "IDR", "-Rp5.000"),
        (1_000_000_000_000_001, "IDR", "Rp1.000.000.000.000.001"),
        (1_250, "USD", "US$12,50"),
        (500, "JPY", "JP¥500"),
    ],
)
def test_format(amount: int, currency: str, shown: str) -> None:
    assert format_money(amount, currency) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(999, "Rp999"), (25_000, "Rp25 rb"), (1_550_000, "Rp1,5 jt"), (-1_999_999, "-Rp1,9 jt"), (2 * 10**9, "Rp2 M")],
)
def test_short_form_never_promises_too_much(amount: int, shown: str) -> None:
    assert format_money_short(amount, "IDR") == shown


@pytest.mark.parametrize("text", ["", "Rp", "25,000", "25.00", "1.5.0 jt", "1,5555555 jt", "dua puluh", "2 5"])
def test_parse_does_not_guess(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        parse_money(text)


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_what_is_shown_can_be_read_back(amount: int) -> None:
    assert parse_money(format_money(amount, "IDR")) == amount
