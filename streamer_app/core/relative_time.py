"""When something was, as a person says it: minutes under an hour, then the clock, then the date.

The present is passed in, with the time zone people should read it in; nothing here looks at a clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

_SOON = timedelta(minutes=1)
_HOUR = timedelta(hours=1)


class Distance(Enum):
    """How far back a moment lies, which decides how it is written."""

    NOW = auto()
    MINUTES = auto()
    CLOCK = auto()
    DATE = auto()
    DATE_WITH_YEAR = auto()


class Moment(NamedTuple):
    """A moment ready for words: `minutes` back, and the `local` time in the reader's zone."""

    distance: Distance
    minutes: int
    local: datetime


def describe(when: datetime, now: datetime) -> Moment:
    """Both are aware; `now` carries the reader's zone. A moment in the future (clocks differ) is "now"."""
    local = when.astimezone(now.tzinfo)
    passed = now - when
    if passed < _SOON:
        return Moment(Distance.NOW, 0, local)
    if passed < _HOUR:
        return Moment(Distance.MINUTES, int(passed / _SOON), local)
    if local.date() == now.date():
        return Moment(Distance.CLOCK, 0, local)
    if local.year == now.year:
        return Moment(Distance.DATE, 0, local)
    return Moment(Distance.DATE_WITH_YEAR, 0, local)
