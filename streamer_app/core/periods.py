"""Periods of money: whole local days of a named time zone, as an exact half-open stretch of real time.

A month end is a matter of the zone: 23:59:59.999999 in Jakarta is still the old month while London has hours left of
it. A day begins at the first instant that the zone's own calendar calls by its date, also where clocks jump over
midnight.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from streamer_app.core.errors import ActionableError

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_MICROSECOND = timedelta(microseconds=1)


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """From `since` (included) to `until` (not included), both UTC; None: from the first entry, to the last one."""

    zone: str
    since: datetime | None
    until: datetime | None

    def holds(self, moment: datetime) -> bool:
        """Whether the moment, with its time zone, lies in the period."""
        return (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)

    @property
    def first_text(self) -> str:
        """The first moment of the period as PostgreSQL reads it."""
        return "-infinity" if self.since is None else self.since.isoformat()

    @property
    def last_text(self) -> str:
        """The last moment of it: PostgreSQL counts in microseconds, and "infinity" is a date of some programs."""
        return "infinity" if self.until is None else (self.until - _MICROSECOND).isoformat()

    @property
    def before_text(self) -> str | None:
        """The last moment before it, or None when nothing can be before it."""
        return None if self.since is None else (self.since - _MICROSECOND).isoformat()


def month(text: str, zone: str) -> Period:
    """The calendar month "2026-11" in a named zone such as "Asia/Jakarta"."""
    match = _MONTH.fullmatch(text.strip())
    if match is None or not 1 <= int(match[2]) <= 12:  # noqa: PLR2004 - the months of a year
        raise ActionableError(f"{text!r} is not a month", "Write it as year and month: 2026-11.")
    year, number = int(match[1]), int(match[2])
    _check_year(year)
    first, after = date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)
    found = zone_named(zone)
    return Period(zone=found.key, since=day_start(first, found), until=day_start(after, found))


def days(first: date | None, last: date | None, zone: str) -> Period:
    """From the first day to the last one, both included, in a named zone. None leaves that side open."""
    if first is not None and last is not None and last < first:
        raise ActionableError(f"The period ends on {last} before it begins on {first}", "Give the earlier day first.")
    found = zone_named(zone)
    for day in (first, last):
        if day is not None:
            _check_year(day.year)
    return Period(
        zone=found.key,
        since=None if first is None else day_start(first, found),
        until=None if last is None else day_start(last + timedelta(days=1), found),
    )


def everything(zone: str) -> Period:
    """All there is."""
    return days(None, None, zone)


def zone_named(name: str) -> ZoneInfo:
    """The zone of that name; `ActionableError` when there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as problem:  # absent, a path, a folder
        raise ActionableError(
            f"There is no time zone {name!r}", "Name it like Asia/Jakarta, Europe/Berlin or UTC."
        ) from problem


def aware(moment: datetime) -> datetime:
    """The same moment in UTC; `ActionableError` without a time zone, because a guess moves money between months."""
    if moment.utcoffset() is None:
        raise ActionableError("The moment has no time zone", "Write it with one: 2026-11-30T23:59:59+07:00.")
    try:
        return moment.astimezone(UTC)
    except OverflowError as problem:
        raise ActionableError(f"{moment} is outside the calendar", "Give a moment of this age.") from problem


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC. Clocks may jump over midnight, or show it twice."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    start = midnight.astimezone(UTC)
    if start.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return start
    # Midnight does not exist that day: the day begins where the clocks jump, between the two ways of reading it.
    early, late = sorted((start, midnight.replace(fold=1).astimezone(UTC)))
    while late - early > _MICROSECOND:
        middle = early + (late - early) // 2
        if middle.astimezone(zone).date() < day:
            early = middle
        else:
            late = middle
    return late


def _check_year(year: int) -> None:
    if not _FIRST_YEAR < year < _LAST_YEAR:
        raise ActionableError(f"The year {year} is outside the books", "Give a year of this age.")
