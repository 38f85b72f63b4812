"""What waits or is on stage, as last read from the database: by id, and in the order of the facts.

A move asks for neighbours; here they are found without asking the queue or sorting all of it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from uuid import UUID

from streamer_app.store.playback import Message


class Queued(MutableMapping[UUID, Message]):
    """`rank_of` is a message's place by its facts; ties are ordered by id, as in the queue."""

    def __init__(self, rank_of: Callable[[Message], int]) -> None:
        """Start empty."""
        self._rank_of = rank_of
        self._messages: dict[UUID, Message] = {}
        self._ranks: dict[UUID, int] = {}
        self._order: list[tuple[int, UUID]] = []

    def __getitem__(self, message_id: UUID) -> Message:
        return self._messages[message_id]

    def __setitem__(self, message_id: UUID, message: Message) -> None:
        self._forget(message_id)
        self._messages[message_id] = message
        self._ranks[message_id] = self._rank_of(message)
        insort(self._order, (self._ranks[message_id], message_id))

    def __delitem__(self, message_id: UUID) -> None:
        del self._messages[message_id]
        self._forget(message_id)

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._messages)

    def __len__(self) -> int:
        return len(self._messages)

    def replace(self, messages: Mapping[UUID, Message]) -> None:
        """All of these, and nothing else."""
        self._messages = dict(messages)
        self._ranks = {message_id: self._rank_of(message) for message_id, message in messages.items()}
        self._order = sorted((rank, message_id) for message_id, rank in self._ranks.items())

    def _forget(self, message_id: UUID) -> None:
        rank = self._ranks.pop(message_id, None)
        if rank is not None:
            del self._order[bisect_left(self._order, (rank, message_id))]

    def place_of(self, message_id: UUID, without: frozenset[UUID]) -> int:
        """How many stand in front of it, those left out not counted. It must be here."""
        index = self._index(message_id)
        return index - sum(1 for place in self._places(without - {message_id}) if place < index)

    def neighbours(self, place: int, count: int, without: frozenset[UUID]) -> list[tuple[int, UUID]]:
        """At most so many in order from this place on, 0 being the first, as if those left out were not here."""
        index = place
        for left_out in self._places(without):
            index += left_out <= index
        found: list[tuple[int, UUID]] = []
        while len(found) < count and index < len(self._order):
            if self._order[index][1] not in without:
                found.append(self._order[index])
            index += 1
        return found

    def _index(self, message_id: UUID) -> int:
        return bisect_left(self._order, (self._ranks[message_id], message_id))

    def _places(self, message_ids: frozenset[UUID]) -> list[int]:
        return sorted(self._index(message_id) for message_id in message_ids if message_id in self._ranks)
