from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.ranks import moved, natural_rank, replay_end_rank

Waiting = list[tuple[int, UUID]]


@st.composite
def queues(draw: st.DrawFn) -> Waiting:
    """What waits, in order; close neighbours and ties are usual, as after an import."""
    ids = draw(st.lists(st.uuids(), min_size=1, max_size=12, unique=True))
    return sorted((draw(st.integers(0, 12)), message_id) for message_id in ids)


@given(queues(), st.data())
def test_a_moved_message_stands_where_it_was_put_and_nothing_else_changes_order(
    waiting: Waiting, data: st.DataObject
) -> None:
    _, message_id = data.draw(st.sampled_from(waiting))
    position = data.draw(st.integers(-2, len(waiting) + 3))
    ranks = {entry: rank for rank, entry in waiting} | {
        entry: rank for rank, entry in moved(waiting, message_id, position)
    }
    after = [entry for _, entry in sorted((rank, entry) for entry, rank in ranks.items())]
    wanted = [entry for _, entry in waiting if entry != message_id]
    wanted.insert(min(max(position, 1), len(waiting)) - 1, message_id)
    assert after == wanted


@given(queues(), st.data())
def test_a_message_that_stands_there_already_is_left_alone(waiting: Waiting, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(waiting) - 1))
    assert moved(waiting, waiting[place][1], place + 1) == []


def test_where_there_is_room_one_rank_changes() -> None:
    first, second, third = (UUID(int=number) for number in range(3))
    assert moved([(10, first), (20, second), (30, third)], third, 2) == [(15, third)]
    assert moved([(10, first), (20, second), (30, third)], third, 1) == [(10 - (1 << 20), third)]
    assert moved([(10, first), (20, second), (30, third)], first, 99) == [(31, first)]
    assert moved([(10, first), (20, second), (30, third)], first, 99, now=900) == [(900, first)]
    assert moved([(10, first), (20, second), (30, third)], first, 99, now=20) == [(31, first)]
    assert moved([(10, first), (20, second)], first, 2, now=1 << 40) == [(20 + (1 << 20), first)]


def test_a_replay_at_the_end_stands_behind_a_clock_that_runs_ahead_too() -> None:
    now = datetime(2026, 11, 22, 20, tzinfo=UTC)
    assert replay_end_rank(now, None) == replay_end_rank(now, 5) == natural_rank(now)
    assert replay_end_rank(now, natural_rank(now) + 9) == natural_rank(now) + 10
