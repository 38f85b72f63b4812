"""Places in the queue: integers that a sorted set's double keeps exactly; ties are ordered by message id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

RESUME_RANK: Final = -(1 << 53) + 1
"""What was on stage and must go on: in front of everything."""
_REPLAY_FRONT: Final = -(1 << 53) + 2
_ELBOW_ROOM: Final = 1 << 20
"""About a second: whoever is put in front leaves room for the next one to be put in between."""
_ROOMY: Final = (1 << 12, 8)
"""Microseconds between two neighbours where several make room at once: as wished, and at least."""
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


def moved(
    waiting: Sequence[tuple[int, UUID]], message_id: UUID, position: int, now: int | None = None
) -> list[tuple[int, UUID]]:
    """The ranks that must change for `message_id` to stand at `position` (1 is next) of what waits.

    `waiting` is in order, without what was interrupted: nothing moves in front of that. Usually one rank changes; where
    neighbours stand so close that nothing fits between them, a few of those behind make room.
    A stretch of what waits will do, if it holds both neighbours; `message_id` need not stand in it. `now` is this
    moment's rank: whoever is put at the end stays in front of what comes later.
    """
    others = [entry for entry in waiting if entry[1] != message_id]
    place = min(max(position, 1), len(others) + 1) - 1
    if not others or (place < len(waiting) and waiting[place][1] == message_id):
        return []
    if place == 0:
        return [(others[0][0] - _ELBOW_ROOM, message_id)]
    if place == len(others):
        last = others[-1][0]
        return [(last + max(1, min(_ELBOW_ROOM, (last if now is None else now) - last)), message_id)]
    low, high = others[place - 1][0], others[place][0]
    if high - low > 1:
        return [((low + high) // 2, message_id)]
    return _spread(low, message_id, others[place:]) or _pushed((low + 1, message_id), others[place:])


def _spread(low: int, message_id: UUID, behind: Sequence[tuple[int, UUID]]) -> list[tuple[int, UUID]]:
    """The first few behind stand evenly up to the first one that leaves room for it; nothing where none does."""
    for roomy in _ROOMY:
        for count, (far, _) in enumerate(behind):
            step = (far - low) // (count + 2)
            if step >= roomy:
                ids = [message_id, *(entry[1] for entry in behind[:count])]
                return [(low + step * number, each) for number, each in enumerate(ids, start=1)]
    return []


def _pushed(last: tuple[int, UUID], behind: Sequence[tuple[int, UUID]]) -> list[tuple[int, UUID]]:
    """Each of those behind goes on by as little as it must."""
    changed = [last]
    for entry in behind:
        if entry > last:
            break
        last = (last[0] + 1, entry[1])
        changed.append(last)
    return changed
