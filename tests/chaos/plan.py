"""What will be broken, and when: drawn from a seed, so that a bad day can be had again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """One way to break a show."""

    APP_KILLED = "app kill -9"
    REDIS_KILLED = "Redis kill -9"
    POSTGRES_KILLED = "PostgreSQL kill -9"
    POSTGRES_AND_APP = "PostgreSQL, then app"
    FLUSHED = "FLUSHALL"
    REDIS_CUT = "Redis socket cut"
    POSTGRES_CUT = "PostgreSQL socket cut"
    PAGE_CUT = "page socket cut"
    PAGE_RELOADED = "page reloaded"
    FROZEN = "SIGSTOP past the lease"
    ASLEEP = "all asleep past the lease"
    CLOCK = "clock moved an hour"
    TAKEN_OVER = "second takes over"
    TAKEN_BACK = "first takes it back"


FOLLOWS: Final = {Kind.TAKEN_BACK: Kind.TAKEN_OVER}
"""A fault that is a part of another one, and is planned with it."""
NEEDS_REDIS: Final = frozenset({Kind.REDIS_KILLED, Kind.FLUSHED, Kind.REDIS_CUT})
LONG: Final = frozenset({Kind.FROZEN, Kind.ASLEEP})
"""Each of these lasts longer than a lease."""
SHOWS_AGAIN: Final = {
    kind: 0 if kind in {*NEEDS_REDIS, Kind.POSTGRES_CUT, Kind.POSTGRES_KILLED, Kind.CLOCK} else 1 for kind in Kind
}
"""How many messages a fault of each kind may show once more. A loss of Redis replays nothing, by SPEC; without
PostgreSQL what ends is kept by the journal."""


BURST: Final = 6
"""Donations that come at once when something breaks."""
SPARE: Final = 2
"""Some more of them, where an alert is waited for and all were shown."""


@dataclass(frozen=True)
class Planned:
    """Break this when so many messages were shown to their end, after a moment's wait."""

    kind: Kind
    after: int
    delay_seconds: float
    chance: int
    """Seeds whatever the fault itself leaves to chance."""


def possible(*, redis: bool) -> list[Kind]:
    """What can be broken in a house with or without a Redis, in a stable order."""
    return [kind for kind in Kind if kind not in FOLLOWS and (redis or kind not in NEEDS_REDIS)]


def plan(seed: int, *, messages: int, faults: int, kinds: Sequence[Kind]) -> list[Planned]:
    """`faults` of them, spread over the messages; every kind at least once where there are enough.

    The long ones come as often as the rest at first, and then at a quarter of the rate.
    """
    chance = random.Random(seed)
    drawn = list(kinds)
    chance.shuffle(drawn)
    weights = [0.25 if kind in LONG else 1.0 for kind in kinds]
    while len(drawn) < faults:
        drawn.append(chance.choices(list(kinds), weights)[0])
    chance.shuffle(drawn)
    drawn = drawn[:faults]
    step = max(0.0, messages - reserve(drawn)) / (faults + 1)
    return [
        Planned(
            kind, round(step * (number + 1)) + _bursts(drawn[:number]), chance.random() * 0.06, chance.getrandbits(32)
        )
        for number, kind in enumerate(drawn)
    ]


def reserve(kinds: Sequence[Kind]) -> int:
    """How many donations come in bursts, so that no fault meets an empty queue."""
    return _bursts(kinds) + SPARE * len(kinds)


def _bursts(kinds: Sequence[Kind]) -> int:
    """How many of them come in any case."""
    return BURST * (len(kinds) + 2 * list(kinds).count(Kind.TAKEN_OVER))
