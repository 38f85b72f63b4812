"""Places in the queue: integers that a sorted set's double keeps exactly; ties are ordered by message id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

RESUME_RANK: Final = -(1 << 53) + 1
"""What was on stage and must go on: in front of everything."""
_REPLAY_FRONT: Final = -(1 << 53) + 2
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def natural_rank(order_time: datetime) -> int:
    """Microseconds since 1970: exact in a sorted set's double until the year 2255. Ties are ordered by message id."""
    return (order_time - _EPOCH) // timedelta(microseconds=1)


def replay_next_rank(asked_at: datetime) -> int:
    """In front of everything that waits, and behind earlier replays that wait there too."""
    return _REPLAY_FRONT + natural_rank(asked_at)


def replay_end_rank(asked_at: datetime, last: int | None) -> int:
    """Behind everything that waits; `last` is the highest rank there, which a clock that runs ahead may have given."""
    now = natural_rank(asked_at)
    return now if last is None else max(now, last + 1)


def moved(waiting: Sequence[tuple[int, UUID]], message_id: UUID, position: int) -> list[tuple[int, UUID]]:
    """The ranks that must change for `message_id` to stand at `position` (1 is next) of what waits.

    `waiting` is in order, without what was interrupted: nothing moves in front of that. Usually one rank changes; where
    neighbours stand so close that nothing fits between them, those behind make room, each as little as it must.
    A stretch of what waits will do, if it holds both neighbours; `message_id` need not stand in it.
    """
    others = [entry for entry in waiting if entry[1] != message_id]
    place = min(max(position, 1), len(others) + 1) - 1
    if not others or (place < len(waiting) and waiting[place][1] == message_id):
        return []
    if place == 0:
        return [(others[0][0] - 1, message_id)]
    if place == len(others):
        return [(others[-1][0] + 1, message_id)]
    low, high = others[place - 1][0], others[place][0]
    last = ((low + high) // 2 if high - low > 1 else low + 1, message_id)
    changed = [last]
    for entry in others[place:]:
        if entry > last:
            break
        last = (last[0] + 1, entry[1])
        changed.append(last)
    return changed
