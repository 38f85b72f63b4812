"""Money as text, always the Indonesian form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core import money
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


@pytest.mark.parametrize(
    ("text", "currency", "units"),
    [
        ("25000", "IDR", 25_000),
        ("25.000", "IDR", 25_000),
        ("Rp25.000", "IDR", 25_000),
        ("Rp. 25.000,00", "IDR", 25_000),
        ("IDR 25,000.00", "IDR", 25_000),
        ("25000.00 idr", "IDR", 25_000),
        ("25000.000", "IDR", 25_000),
        ("1.250.000", "IDR", 1_250_000),
        ("1,250,000", "IDR", 1_250_000),
        ("1 250 000", "IDR", 1_250_000),
        ("1\u00a0250\u202f000,00", "IDR", 1_250_000),
        ("-25.000", "IDR", -25_000),
        ("25,00", "IDR", 25),
        ("0", "IDR", 0),
        ("12.5", "USD", 1250),
        ("12,50", "USD", 1250),
        ("1'250.00", "USD", 125_000),
        ("0.500", "USD", 50),
        ("1250.000", "USD", 125_000),
        ("9223372036854775807", "IDR", 2**63 - 1),
    ],
)
def test_filed_amounts_that_mean_one_thing(text: str, currency: str, units: int) -> None:
    assert money.parse_filed_money(text, currency) == units


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("25,000", "IDR"),  # thousands, or a fraction
        ("25.000", "USD"),
        ("25,000", "USD"),
        ("2,5", "IDR"),
        ("0.500", "IDR"),
        ("25.0001", "USD"),
        ("12.345,678", "USD"),
        ("1,00,000", "IDR"),
        ("1.250.00", "IDR"),
        ("1.250,000.00", "IDR"),
        ("12.34.56", "USD"),
        ("USD 5", "IDR"),
        ("Rp5", "USD"),
        ("(25000)", "IDR"),
        ("2.5E+4", "IDR"),
        ("\u0662\u0665", "IDR"),
        ("25rb", "IDR"),
        ("", "IDR"),
        ("-", "IDR"),
        ("NaN", "IDR"),
        ("9223372036854775808", "IDR"),
    ],
)
def test_filed_amounts_that_do_not_are_refused(text: str, currency: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        money.parse_filed_money(text, currency)


@pytest.mark.parametrize(
    ("text", "mark", "units"),
    [
        ("25,000", ".", 25_000),
        ("25.000", ".", 25),
        ("25.000", ",", 25_000),
        ("25,000", ",", 25),
        ("25000", ",", 25_000),
    ],
)
def test_a_named_decimal_mark_leaves_nothing_to_guess(text: str, mark: str, units: int) -> None:
    assert money.parse_filed_money(text, "IDR", mark) == units


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.sampled_from(["IDR", "USD", "JPY", "KWD"]), st.sampled_from([".", ","]))
def test_a_filed_amount_reads_back_exactly(units: int, currency: str, mark: str) -> None:
    digits = money.minor_digits(currency)
    whole, fraction = divmod(abs(units), 10**digits)
    grouped = f"{whole:,}".replace(",", "," if mark == "." else ".")
    text = f"{'-' if units < 0 else ''}{grouped}" + (f"{mark}{fraction:0{digits}}" if digits else "")
    assert money.parse_filed_money(text, currency, mark) == units


@given(st.text("0123456789.,' -Rp", max_size=14), st.sampled_from(["IDR", "USD"]))
def test_what_is_read_without_a_mark_is_never_contradicted_by_one(text: str, currency: str) -> None:
    try:
        units = money.parse_filed_money(text, currency)
    except ValueError:
        return
    told = set()
    for mark in (".", ","):
        try:
            told.add(money.parse_filed_money(text, currency, mark))
        except ValueError:
            continue
    assert units in told
    assert told == {units} or (currency == "IDR" and "." in text)
