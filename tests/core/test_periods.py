"""A period is exact to the microsecond, in every zone there is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core import periods
from streamer_app.core.errors import ActionableError

TICK = timedelta(microseconds=1)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})


def test_a_month_in_jakarta_begins_and_ends_seven_hours_before_london() -> None:
    november = periods.month("2026-11", "Asia/Jakarta")
    assert november.since == datetime(2026, 10, 31, 17, tzinfo=UTC)
    assert november.until == datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert november.holds(datetime(2026, 11, 30, 16, 59, 59, 999999, tzinfo=UTC))
    assert not november.holds(datetime(2026, 11, 30, 17, tzinfo=UTC))
    assert not november.holds(datetime(2026, 10, 31, 16, 59, 59, 999999, tzinfo=UTC))
    assert november.last_text == "2026-11-30T16:59:59.999999+00:00"
    assert november.before_text == "2026-10-31T16:59:59.999999+00:00"


def test_december_ends_with_the_year() -> None:
    assert periods.month("2026-12", "UTC").until == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [("2026-03-29", "Europe/Berlin", 23), ("2026-10-25", "Europe/Berlin", 25), ("2026-11-01", "Asia/Jakarta", 24)],
)
def test_a_day_is_as_long_as_its_clocks_say(day: str, zone: str, hours: int) -> None:
    period = periods.days(date.fromisoformat(day), date.fromisoformat(day), zone)
    assert period.since is not None
    assert period.until is not None
    assert period.until - period.since == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("day", "zone", "start"),
    [
        ("2017-10-15", "America/Sao_Paulo", "2017-10-15T03:00:00+00:00"),  # 00:00 became 01:00
        ("1919-03-31", "America/Toronto", "1919-03-31T04:30:00+00:00"),  # 23:30 became 00:30
        ("2011-12-31", "Pacific/Apia", "2011-12-30T10:00:00+00:00"),  # the 30th never was
        ("2026-11-01", "America/Havana", "2026-11-01T04:00:00+00:00"),  # midnight twice: the first
    ],
)
def test_a_day_begins_at_its_first_instant_whatever_clocks_do(day: str, zone: str, start: str) -> None:
    assert periods.day_start(date.fromisoformat(day), ZoneInfo(zone)).isoformat() == start


def test_a_day_that_never_was_holds_nothing() -> None:
    period = periods.days(date(2011, 12, 30), date(2011, 12, 30), "Pacific/Apia")
    assert period.since == period.until


@given(st.sampled_from(ZONES), st.dates(date(1971, 1, 2), date(2100, 1, 1)))
def test_days_follow_each_other_without_gap_or_overlap(name: str, day: date) -> None:
    zone = ZoneInfo(name)
    start, after = periods.day_start(day, zone), periods.day_start(day + timedelta(days=1), zone)
    assert start <= after
    assert start.astimezone(zone).date() >= day
    assert (start - TICK).astimezone(zone).date() < day
    assert periods.days(day, day, name).until == periods.days(day + timedelta(days=1), None, name).since


def test_an_open_side_reaches_infinity() -> None:
    period = periods.everything("Asia/Jakarta")
    assert (period.first_text, period.last_text, period.before_text) == ("-infinity", "infinity", None)
    assert period.holds(datetime.max.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026", "26-11", "2026-1", "\u0662\u0660\u0662\u0666-11", "0001-01", "9999-12", ""]
)
def test_what_is_no_month_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(ActionableError):
        periods.month(text, "Asia/Jakarta")


@pytest.mark.parametrize("name", ["Asia/Atlantis", "", "../etc/passwd", "Asia", "\0", "x" * 300])
def test_an_unknown_zone_is_refused_with_a_remedy(name: str) -> None:
    with pytest.raises(ActionableError, match="time zone"):
        periods.everything(name)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ActionableError, match="before it begins"):
        periods.days(date(2026, 11, 2), date(2026, 11, 1), "UTC")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ActionableError, match="no time zone"):
        periods.aware(datetime(2026, 11, 30, 23, 59))  # noqa: DTZ001 - the point
    with pytest.raises(ActionableError, match="outside"):
        periods.aware(datetime.min.replace(tzinfo=timezone(timedelta(hours=7))))
    assert periods.aware(datetime(2026, 11, 30, 17, tzinfo=UTC)).isoformat() == "2026-11-30T17:00:00+00:00"
