"""What waits, by id and in order: as a plain list would say it, whatever came, moved and went before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.playback import Fact, FactKind, History, PaymentState
from streamer_app.services.queued import Queued
from streamer_app.store.playback import Message

NOW = datetime(2026, 11, 28, tzinfo=UTC)
IDS = [UUID(int=number) for number in range(8)]
CHANGES = st.lists(st.tuples(st.sampled_from(IDS), st.none() | st.integers(0, 4)), max_size=30)


def message(message_id: UUID, rank: int) -> Message:
    history = History(
        message_id=message_id,
        payment=PaymentState.PAID,
        order_time=NOW,
        played_at=None,
        fact=Fact(FactKind.MOVED, NOW, rank=rank),
        finished_since_fact=False,
        interruptions=0,
    )
    return Message(history, message_id, None, False, None, 1, 1, "IDR", False, None)


def rank_of(one: Message) -> int:
    return cast("Fact", one.history.fact).rank or 0


@given(CHANGES, st.sets(st.sampled_from(IDS), max_size=3), st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_neighbours_are_those_of_a_sorted_list(
    changes: list[tuple[UUID, int | None]],
    without: set[UUID],
    place: int,
    count: int,
    anew: bool,  # noqa: FBT001 - drawn
) -> None:
    queued, plain = Queued(rank_of), dict[UUID, int]()
    for message_id, rank in changes:
        if rank is None:
            assert (queued.pop(message_id, None) is None) == (plain.pop(message_id, None) is None)
        else:
            queued[message_id] = message(message_id, rank)
            plain[message_id] = rank
    if anew:
        queued.replace({message_id: message(message_id, rank) for message_id, rank in plain.items()})
    order = sorted((rank, message_id) for message_id, rank in plain.items())
    left = [entry for entry in order if entry[1] not in without]
    assert set(queued) == set(plain)
    assert queued.neighbours(place, count, frozenset(without)) == left[place : place + count]
    for message_id in plain:
        others = [entry for entry in order if entry[1] not in without or entry[1] == message_id]
        assert queued.place_of(message_id, frozenset(without)) == others.index((plain[message_id], message_id))
