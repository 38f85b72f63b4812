"""Values as typed at the command line. Money is never guessed: what could be read in two ways is refused with words."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, TypeVar
from uuid import UUID

from streamer_app.core.errors import ActionableError

T = TypeVar("T")
_LARGEST: Final = 2**63 - 1
_LONGEST_NAME: Final = 255
_LONGEST_REASON: Final = 1000
_LONGEST_PAGE: Final = 1000
_ROLES: Final = ("reference", "amount", "status", "currency", "event_time")
_STATUSES: Final = ("PENDING", "PAID", "FAILED", "SETTLED", "REFUNDED")
_PERCENTAGE = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))?\s?%", re.ASCII)
_MEDIA = re.compile(r"youtube:([A-Za-z0-9_-]{11})(?:@(\d{1,9})(?:-(\d{1,9}))?)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ODD_MOMENT = re.compile(
    r"-?infinity|\d{5,6}-[01]\d-[0-3]\dT[\d:.+]{8,21}|\d{4}-[01]\d-[0-3]\dT[\d:.+]{8,21} BC", re.ASCII
)
_AGE = re.compile(r"(\d{1,5})(m|h|d|w)", re.ASCII)
_AGE_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


Clip = tuple[str, int | None, int | None]
"""A video's id, and the part of it in seconds from its start."""


@dataclass(frozen=True)
class When:
    """A moment that needs a time zone or the present to be one: a day's beginning, or an age."""

    day: date | None = None
    age: timedelta | None = None
    moment: datetime | None = None

    def at(self, zone: str, now: datetime) -> datetime:
        """The moment in UTC."""
        if self.moment is not None:
            return self.moment
        if self.day is not None:
            from streamer_app.core import periods  # noqa: PLC0415 - a window begins without time zones

            return periods.day_start(self.day, periods.zone_named(zone))
        return now - (self.age or timedelta())


def position(text: str) -> int:
    """A place in the queue: 1 is next."""
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= _LARGEST:
        raise ArgumentTypeError(f"not a place, 1 being next: {text}")
    return int(text)


def amount(text: str) -> int:
    """25000: whole, above 0, in the currency's smallest unit."""
    value = _whole(text)
    if value == 0:
        raise ArgumentTypeError(f"not an amount above 0: {text}")
    return value


def fixed_fee(text: str) -> int:
    """0 or more."""
    return _whole(text)


def signed_amount(text: str) -> int:
    """+5000 or -5000: the sign decides who gets the money, so there has to be one."""
    if text[:1] not in {"+", "-"}:
        raise ArgumentTypeError(f"write the amount with its sign: +{text} puts in, -{text} takes out")
    value = amount(text[1:])
    return -value if text[0] == "-" else value


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdecimal():
        raise ArgumentTypeError(f"not a whole amount in digits only, like 25000: {text}")
    if len(text) > len(str(_LARGEST)) or int(text) > _LARGEST:
        raise ArgumentTypeError(f"more than the database can hold: {text[:40]}")
    return int(text)


def count(text: str) -> int:
    """How many lines: 1 to 1000."""
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(_LONGEST_PAGE)):
        raise ArgumentTypeError(f"not a number from 1 to {_LONGEST_PAGE}: {text[:40]}")
    if not 1 <= int(text) <= _LONGEST_PAGE:
        raise ArgumentTypeError(f"not a number from 1 to {_LONGEST_PAGE}: {text}")
    return int(text)


def uuid(text: str) -> UUID:
    """An id."""
    try:
        return UUID(text)
    except ValueError as problem:
        raise ArgumentTypeError(f"not a UUID: {text}") from problem


def name(text: str) -> str:
    """What a provider calls something: never empty, never cut."""
    return _text(text, _LONGEST_NAME)


def reason(text: str) -> str:
    """A sentence an auditor understands."""
    return _text(text, _LONGEST_REASON)


def _text(text: str, longest: int) -> str:
    if not text.strip():
        raise ArgumentTypeError("it is empty")
    if len(text) > longest:
        raise ArgumentTypeError(f"longer than {longest} characters")
    try:
        text.encode()
    except UnicodeEncodeError as problem:
        raise ArgumentTypeError("not readable as UTF-8") from problem
    return text


def currency(text: str) -> str:
    """IDR."""
    if re.fullmatch(r"[A-Z]{3}", text, re.ASCII) is None:
        raise ArgumentTypeError(f"not a currency code like IDR: {text}")
    return text


def percentage(text: str) -> Decimal:
    """5% or 2.5%, as a fraction: 0.0500. The sign is asked for, because 0.05 alone could be either.

    Terms keep four decimals of the fraction; more is refused and never rounded.
    """
    match = _PERCENTAGE.fullmatch(text.strip())
    if match is None:
        raise ArgumentTypeError(f"write it with its sign and at most two decimals, like 5% or 2.5%: {text}")
    hundredths = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
    if hundredths > 100 * 100:
        raise ArgumentTypeError(f"more than 100%: {text}")
    return Decimal(hundredths).scaleb(-4)


def media(text: str) -> Clip:
    """youtube:ID, youtube:ID@START or youtube:ID@START-END, in seconds."""
    match = _MEDIA.fullmatch(text)
    if match is None:
        raise ArgumentTypeError(f"write it as youtube:ID@START-END, with times in seconds: {text}")
    start, end = (None if match[part] is None else int(match[part]) for part in (2, 3))
    if start is not None and end is not None and end <= start:
        raise ArgumentTypeError(f"it ends before it starts: {text}")
    return match[1], start, end


def moment(text: str) -> datetime:
    """2026-11-30T23:59:59+07:00: the zone is asked for, because a guess moves money between months."""
    from streamer_app.core import periods  # noqa: PLC0415 - a window begins without time zones

    try:
        found = datetime.fromisoformat(text)
    except ValueError as problem:
        raise ArgumentTypeError(f"not a moment like 2026-11-30T23:59:59+07:00: {text}") from problem
    return _said_as_usage(lambda: periods.aware(found))


def day(text: str) -> date:
    """2026-11-30."""
    from streamer_app.core import periods  # noqa: PLC0415 - a window begins without time zones

    if _DAY.fullmatch(text) is None:
        raise ArgumentTypeError(f"not a day like 2026-11-30: {text}")
    try:
        found = date.fromisoformat(text)
    except ValueError as problem:
        raise ArgumentTypeError(f"there is no such day: {text}") from problem
    _said_as_usage(lambda: periods.days(found, found, "UTC"))
    return found


def start(text: str) -> When:
    """A day, which begins in the command's time zone, or a moment with its own."""
    return When(day=day(text)) if _DAY.fullmatch(text) else When(moment=moment(text))


def before(text: str) -> When:
    """A day, a moment, or an age: 7d is a week ago. Ages count in m, h, d and w."""
    match = _AGE.fullmatch(text)
    if match is not None:
        return When(age=timedelta(**{_AGE_UNITS[match[2]]: int(match[1])}))
    try:
        return start(text)
    except ArgumentTypeError as problem:
        raise ArgumentTypeError(f"{problem}; an age is written like 7d or 12h") from problem


def month(text: str) -> str:
    """2026-11."""
    from streamer_app.core import periods  # noqa: PLC0415 - a window begins without time zones

    _said_as_usage(lambda: periods.month(text, "UTC"))
    return text


def zone(text: str) -> str:
    """Asia/Jakarta."""
    from streamer_app.core import periods  # noqa: PLC0415 - a window begins without time zones

    return _said_as_usage(lambda: periods.zone_named(text)).key


def column(text: str) -> tuple[str, str]:
    """reference=Order ID: which column of a provider's file plays which role."""
    role, _, header = text.partition("=")
    if role not in _ROLES or not header.strip():
        raise ArgumentTypeError(f"write it as ROLE=NAME, with a role of {', '.join(_ROLES)}: {text}")
    return role, header


def meaning(text: str) -> tuple[str, str]:
    """bezahlt=PAID: what a word of a provider's file means here."""
    word, _, status = text.rpartition("=")
    if status not in _STATUSES or not word.strip():
        raise ArgumentTypeError(f"write it as WORD=STATUS, with a status of {', '.join(_STATUSES)}: {text}")
    return word, status


def page_key(text: str) -> tuple[str, UUID]:
    """Where a page of the ledger begins, as the page before it said: MOMENT/ENTRY."""
    when, _, entry = text.rpartition("/")
    try:
        found = UUID(entry)
        if _ODD_MOMENT.fullmatch(when) is None:
            datetime.fromisoformat(when)
    except ValueError as problem:
        raise ArgumentTypeError(f"not a key of a page; copy it from `next` of the page before: {text}") from problem
    return when, found


def _said_as_usage(read: Callable[[], T]) -> T:
    try:
        return read()
    except ActionableError as problem:
        raise ArgumentTypeError(f"{problem.title}. {problem.remedy}") from problem
