"""Money as text, and text as money: always the Indonesian form, always integers in the currency's smallest unit.

The rupiah has no minor unit in use (SPEC, money rules), whatever ISO 4217 says; other currencies keep theirs. Babel is
imported on first use: it costs more than the whole first painted window may.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_LOCALE = "id_ID"
_WITHOUT_MINOR_UNIT = frozenset({"IDR"})
_SHORT_STEPS = ((10**12, "T"), (10**9, "M"), (10**6, "jt"), (10**3, "rb"))
_SHORT_FACTORS = {"": 1, "rb": 10**3, "ribu": 10**3, "jt": 10**6, "juta": 10**6}
_WRITTEN = re.compile(r"(?P<minus>-)?\s*(?:rp|idr)?\s*(?P<figure>[\d.,]+)\s*(?P<step>rb|ribu|jt|juta)?", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+")


@lru_cache(maxsize=64)
def minor_digits(currency: str) -> int:
    """How many digits of an amount stand behind the decimal comma."""
    if currency in _WITHOUT_MINOR_UNIT:
        return 0
    from babel.numbers import get_currency_precision  # noqa: PLC0415

    return get_currency_precision(currency)


@lru_cache(maxsize=4096)
def format_money(amount: int, currency: str) -> str:
    """25000, IDR -> "Rp25.000"; -5000 -> "-Rp5.000"; 1250, USD -> "US$12,50"."""
    from babel.numbers import format_currency  # noqa: PLC0415

    digits = minor_digits(currency)
    pattern = "¤#,##0" + ("." + "0" * digits if digits else "")
    return format_currency(
        Decimal(amount).scaleb(-digits), currency, format=pattern, locale=_LOCALE, currency_digits=False
    )


def format_money_short(amount: int, currency: str) -> str:
    """Rp1,5 jt, Rp25 rb: for axes and counters only. One decimal, cut towards zero, so it never promises too much."""
    units = abs(amount) // 10 ** minor_digits(currency)
    for step, word in _SHORT_STEPS:
        if units >= step:
            whole, tenth = divmod(units * 10 // step, 10)
            figure = f"{whole},{tenth}" if tenth else f"{whole}"
            sign = "-" if amount < 0 else ""
            return f"{sign}{_symbol(currency)}{figure} {word}"
    return format_money(amount, currency)


@lru_cache(maxsize=64)
def _symbol(currency: str) -> str:
    from babel.numbers import get_currency_symbol  # noqa: PLC0415

    return get_currency_symbol(currency, _LOCALE)


def parse_money(text: str) -> int:
    """Rupiah as people write them: "25000", "Rp25.000", "-Rp 5.000", "25 rb", "1,5 jt" -> an integer.

    Raises ValueError for anything else, "25,000" and "25.00" included: guessing at money is worse than asking again.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        message = f"not an amount: {text!r}"
        raise ValueError(message)
    step = (match["step"] or "").lower()
    figure = match["figure"]
    if step:
        figure = figure.replace(",", ".")
    elif _GROUPED.fullmatch(figure):
        figure = figure.replace(".", "")
    else:
        message = f"not an amount: {text!r}"
        raise ValueError(message)
    try:
        units = Decimal(figure) * _SHORT_FACTORS[step]
    except InvalidOperation as error:
        message = f"not an amount: {text!r}"
        raise ValueError(message) from error
    if units != units.to_integral_value():
        message = f"not a whole amount: {text!r}"
        raise ValueError(message)
    return -int(units) if match["minus"] else int(units)


_FILED = re.compile(
    r"(?P<minus>-)?\s*(?P<before>[A-Za-z]{2,3}\.?)?\s*(?P<figure>[0-9](?:[0-9., ']*[0-9])?)\s*(?P<after>[A-Za-z]{3})?"
)
_BLANKS = str.maketrans(dict.fromkeys("\u00a0\u2007\u202f", " "))
_LARGEST = 2**63 - 1


def parse_filed_money(text: str, currency: str, decimal_mark: str | None = None) -> int:
    """An amount as other programs write it into files: "25000.00", "25.000", "Rp25.000,00", "25,000.00".

    Returns smallest units of the currency, which the text may name but not contradict. Without a `decimal_mark` the
    text has to speak for itself: "25,000" and, where there are minor units, "25.000" may mean two things, and are
    refused with ValueError like anything else that is not plainly one amount.
    """
    match = _FILED.fullmatch(text.strip().translate(_BLANKS))
    if match is None:
        raise ValueError(f"not an amount: {text!r}")
    for named in (match["before"], match["after"]):
        if named and named.upper().rstrip(".") not in {currency, "RP" if currency == "IDR" else currency}:
            raise ValueError(f"another currency than {currency}: {text!r}")
    whole, fraction = _split_figure(match["figure"], currency, decimal_mark)
    digits = minor_digits(currency)
    if fraction[digits:].strip("0"):
        raise ValueError(f"finer than the smallest unit of {currency}: {text!r}")
    units = int(whole + fraction[:digits].ljust(digits, "0"))
    if units > _LARGEST:
        raise ValueError(f"too large: {text!r}")
    return -units if match["minus"] else units


def _split_figure(figure: str, currency: str, decimal_mark: str | None) -> tuple[str, str]:
    """Whole digits and the digits behind the decimal mark; ValueError when it can be read in two ways, or in none."""
    marks = [character for character in figure if not character.isdigit()]
    mark = decimal_mark if decimal_mark is not None else _decimal_mark(figure, marks, currency)
    if mark is None:
        whole, fraction = figure, ""
    else:
        whole, _, fraction = figure.partition(mark)
    separators = {character for character in whole if not character.isdigit()}
    if not (fraction == "" or fraction.isdigit()) or len(separators) > 1:
        raise ValueError(f"not an amount: {figure!r}")
    for separator in separators:
        head, *groups = whole.split(separator)
        if not 1 <= len(head) <= 3 or any(len(group) != 3 for group in groups):  # noqa: PLR2004 - thousands
            raise ValueError(f"not grouped by thousands: {figure!r}")
        whole = whole.replace(separator, "")
    return whole, fraction


def _decimal_mark(figure: str, marks: list[str], currency: str) -> str | None:
    if not marks or marks[-1] in " '":
        return None
    last = marks[-1]
    if marks.count(last) > 1:
        return None
    whole, _, tail = figure.rpartition(last)
    three_and_three = len(tail) == 3 and len(whole) <= 3 and not whole.startswith("0")  # noqa: PLR2004 - thousands
    if len(marks) > 1 or not three_and_three:
        return last
    if last == "." and currency in _WITHOUT_MINOR_UNIT:
        return None
    raise ValueError(f"thousands or a fraction: {figure!r} can be read both ways")
