"""Minutes under an hour, then the clock, then the date, in the reader's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from streamer_app.core.relative_time import Distance, describe

JAKARTA = timezone(timedelta(hours=7))
NOW = datetime(2026, 11, 22, 0, 30, tzinfo=JAKARTA)


@pytest.mark.parametrize(
    ("back", "distance", "minutes"),
    [
        (timedelta(seconds=-30), Distance.NOW, 0),
        (timedelta(seconds=59), Distance.NOW, 0),
        (timedelta(minutes=1), Distance.MINUTES, 1),
        (timedelta(minutes=59, seconds=59), Distance.MINUTES, 59),
        (timedelta(hours=1), Distance.DATE, 0),
        (timedelta(days=400), Distance.DATE_WITH_YEAR, 0),
    ],
)
def test_distance(back: timedelta, distance: Distance, minutes: int) -> None:
    moment = describe((NOW - back).astimezone(UTC), NOW)
    assert (moment.distance, moment.minutes) == (distance, minutes)
    assert moment.local.tzinfo is JAKARTA


def test_same_day_is_the_readers_day() -> None:
    noon = NOW.replace(hour=12)
    assert describe(noon - timedelta(hours=11), noon).distance is Distance.CLOCK
