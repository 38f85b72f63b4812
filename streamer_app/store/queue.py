"""The runtime queue of one streamer: what waits, what is held, and the one message on stage.

It holds only a fold over facts that live in PostgreSQL: lose it and it is rebuilt. So every operation names the
generation its caller built, and a queue that is missing or of another generation (FLUSHALL, restart, fail-over, another
server) refuses until it is rebuilt. A message on stage carries a fence, (lease epoch, counter), which is compared for
equality and never repeats. Each operation is one script: whole, or not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeAlias, TypeVar, cast
from uuid import UUID

from streamer_app.store.queue_engine import Engine

RANK_LIMIT = 2**53
"""Ranks lie strictly between minus and plus this: a sorted set keeps them as doubles."""

T = TypeVar("T")
_CHUNK = 500
_ENTRY_FIELDS = 3
_STAGE_FIELDS = 5

Kind: TypeAlias = Literal["first", "replay"]
Placed: TypeAlias = Literal["added", "present", "on_stage", "held"]
Refusal: TypeAlias = Literal["busy", "paused", "empty"]


class StaleGenerationError(Exception):
    """The queue is not the one the caller built, or a part of it is gone: rebuild it from PostgreSQL."""


class FencedOutError(Exception):
    """Another dispatcher holds a newer lease of this streamer: stop, and touch nothing more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message in the queue. Lower ranks come first, ties by the id's text.

    `rank` is microseconds since the epoch for what waits in the show's order; replays that go in front are negative.
    """

    message_id: UUID
    rank: int
    kind: Kind = "first"


@dataclass(frozen=True, slots=True)
class Claim:
    """The message on stage, with the rank it had and the fence that ends it."""

    message_id: UUID
    rank: int
    kind: Kind
    epoch: int
    counter: int


@dataclass(frozen=True, slots=True)
class EnqueueOutcome:
    """Where the entry went, and what was claimed with it: whatever stood first, perhaps another message.

    `why` is 'claimed' exactly when there is a claim; 'empty' is possible only when the entry itself is held.
    """

    placed: Placed
    claim: Claim | None
    why: Literal["claimed", "busy", "paused", "empty"]


@dataclass(frozen=True, slots=True)
class CompleteOutcome:
    """The next claim, or why there is none: `other` when the fence was not the one on stage."""

    claim: Claim | None
    why: Literal["claimed", "other"] | Refusal


@dataclass(frozen=True, slots=True)
class View:
    """One consistent picture. `waiting` and `held` are cut at the limit asked for; `waiting_count` is exact."""

    stage: Claim | None
    waiting: tuple[Entry, ...]
    waiting_count: int
    held: tuple[Entry, ...]
    paused: bool


class StreamerQueue:
    """The queue of one streamer on an engine that others may share.

    Every method raises `StaleGenerationError` as said there, and `QueueUnavailableError` when no answer came. In that
    case the operation may have happened: a claim whose answer was lost shows in `view` as a stage nobody opened a run
    for, and is put back or played with the fence found there.
    """

    def __init__(self, engine: Engine, streamer_user_id: UUID) -> None:
        """Bind the names of one streamer's keys, all in one slot of a Redis Cluster. Nothing is read or written."""
        self._engine = engine
        tag = f"{{s:{streamer_user_id}}}"
        self._keys = tuple(f"{tag}:{name}" for name in ("gen", "waiting", "kind", "held", "stage", "flags"))

    async def rebuild(
        self,
        generation: str,
        *,
        epoch: int,
        counter: int,
        paused: bool,
        waiting: Iterable[Entry],
        held: Iterable[Entry],
        stage: Claim | None = None,
    ) -> None:
        """Replace whatever is there by this, and only then answer to `generation`, a text never used before.

        `counter` is the highest one used with this epoch; a higher one still remembered by the queue wins. `stage` is
        what still plays while the queue was lost; its id is left out of both lists. Each id stands in one list, once.
        A crash on the way leaves a queue without generation. Raises `FencedOutError` where a higher epoch was seen,
        `StaleGenerationError` where the queue was lost or another rebuild began meanwhile: begin again.
        """
        await self._call("rebuild_begin", generation, epoch, counter, int(paused))
        for name, entries in (("waiting", waiting), ("held", held)):
            for chunk in _chunks(entries):
                fields = [field for entry in chunk for field in (_rank(entry.rank), entry.message_id, entry.kind)]
                await self._call("rebuild_load", generation, epoch, name, *fields)
                await asyncio.sleep(0)
        still_playing: tuple[object, ...] = ()
        if stage is not None:
            still_playing = (stage.message_id, _rank(stage.rank), stage.kind, stage.epoch, stage.counter)
        await self._call("rebuild_finish", generation, epoch, *still_playing)

    async def enqueue(self, generation: str, entry: Entry) -> Placed:
        """Let a message wait, unless it is in the queue already: then it keeps its place, rank and kind."""
        reply = await self._call("enqueue", generation, entry.message_id, _rank(entry.rank), entry.kind)
        return cast("Placed", reply[0])

    async def enqueue_and_claim(self, generation: str, entry: Entry, epoch: int) -> EnqueueOutcome:
        """Enqueue, then claim the first of what waits, in one step. Raises `FencedOutError` as `claim` does."""
        reply = await self._call(
            "enqueue_and_claim", generation, epoch, entry.message_id, _rank(entry.rank), entry.kind
        )
        placed, why, *claimed = reply
        claim = _claim(claimed) if claimed else None
        return EnqueueOutcome(cast("Placed", placed), claim, cast("Literal['claimed'] | Refusal", why))

    async def claim(self, generation: str, epoch: int) -> Claim | Refusal:
        """Put the first of what waits on stage with a new fence, or say why not, in this order of reasons.

        Raises `FencedOutError` when a higher epoch has been seen here.
        """
        why, *claimed = await self._call("claim", generation, epoch)
        return _claim(claimed) if claimed else cast("Refusal", why)

    async def occupy(self, generation: str, claim: Claim) -> bool:
        """Follow the facts: this message is on stage with this fence. False while another one is.

        Raises `FencedOutError` as `claim` does. The counter of later claims goes on from the higher of the two.
        """
        entry = (claim.message_id, _rank(claim.rank), claim.kind)
        return await self._call("occupy", generation, claim.epoch, claim.counter, *entry) == ["ok"]

    async def complete(self, generation: str, epoch: int, counter: int) -> bool:
        """Clear the stage; False when another fence, or nothing, is on it."""
        return await self._call("complete", generation, epoch, counter) == ["ok"]

    async def complete_and_claim(self, generation: str, epoch: int, counter: int) -> CompleteOutcome:
        """Clear the stage and claim what is next, in one step; nothing changes when another fence is on it.

        Raises `FencedOutError` as `claim` does.
        """
        why, *claimed = await self._call("complete_and_claim", generation, epoch, counter)
        claim = _claim(claimed) if claimed else None
        return CompleteOutcome(claim, cast("Literal['claimed', 'other'] | Refusal", why))

    async def set_aside(self, generation: str, epoch: int, counter: int, rank: int) -> bool:
        """Hold what is on stage, with this rank; False as in `complete`."""
        return await self._call("set_aside", generation, epoch, counter, _rank(rank)) == ["ok"]

    async def put_back(self, generation: str, epoch: int, counter: int, rank: int | None = None) -> bool:
        """Let what is on stage wait again with its old rank or a new one; False as in `complete`."""
        reply = await self._call("put_back", generation, epoch, counter, "" if rank is None else _rank(rank))
        return reply == ["ok"]

    async def remove(self, generation: str, message_id: UUID) -> Entry | None:
        """Take a waiting or held message out; None when it is neither. What is on stage stays there."""
        reply = await self._call("remove", generation, message_id)
        return next(_entries(reply[1:]), None)

    async def remove_many(self, generation: str, message_ids: Iterable[UUID]) -> int:
        """Take waiting or held messages out; how many were there. Other callers may see it half done."""
        removed = 0
        for chunk in _chunks(message_ids):
            removed += int((await self._call("remove_many", generation, *chunk))[1])
        return removed

    async def rerank(self, generation: str, ranks: Iterable[tuple[int, UUID]]) -> int:
        """Give waiting messages other ranks; how many did wait. Other callers may see it half done."""
        changed = 0
        for chunk in _chunks(ranks):
            fields = [field for rank, message_id in chunk for field in (_rank(rank), message_id)]
            changed += int((await self._call("rerank", generation, *fields))[1])
        return changed

    async def hold(self, generation: str, message_id: UUID) -> bool:
        """Set a waiting message aside with its rank; False when it does not wait."""
        return await self._call("hold", generation, message_id) == ["moved"]

    async def approve(self, generation: str, message_id: UUID) -> bool:
        """Let a held message wait at its old rank; False when it is not held."""
        return await self._call("approve", generation, message_id) == ["moved"]

    async def set_paused(self, generation: str, paused: bool) -> None:  # noqa: FBT001 - the verb says what it means
        """While paused nothing is claimed; what is on stage goes on."""
        await self._call("set_paused", generation, int(paused))

    async def view(self, generation: str, limit: int) -> View:
        """The queue now, with at most `limit` waiting and `limit` held entries, in order."""
        reply = await self._call("view", generation, max(limit, 0))
        _, paused, waiting_count, shown, staged, *fields = reply
        held_from = int(staged) + int(shown) * _ENTRY_FIELDS
        return View(
            stage=_claim(fields[:_STAGE_FIELDS]) if int(staged) else None,
            waiting=tuple(_entries(fields[int(staged) : held_from])),
            waiting_count=int(waiting_count),
            held=tuple(_entries(fields[held_from:])),
            paused=paused == "1",
        )

    async def _call(self, script: str, generation: str, *args: object) -> list[str]:
        """Run one script on this streamer's keys; the two answers that end every operation become exceptions."""
        reply = await self._engine.run(script, self._keys, (generation, *map(str, args)))
        if reply[0] == "stale":
            raise StaleGenerationError(generation)
        if reply[0] == "fenced":
            message = "a higher lease epoch has been seen in the queue"
            raise FencedOutError(message)
        return reply


def _rank(rank: int) -> str:
    """A rank as scripts take it. Raises ValueError for one that a double cannot keep exactly."""
    if not -RANK_LIMIT < rank < RANK_LIMIT:
        message = f"rank {rank} cannot be kept exactly"
        raise ValueError(message)
    return str(rank)


def _chunks(things: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(things)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


def _entries(fields: Sequence[str]) -> Iterator[Entry]:
    for start in range(0, len(fields), _ENTRY_FIELDS):
        message_id, rank, kind = fields[start : start + _ENTRY_FIELDS]
        yield Entry(UUID(message_id), int(rank), cast("Kind", kind))


def _claim(fields: Sequence[str]) -> Claim:
    message_id, rank, kind, epoch, counter = fields
    return Claim(UUID(message_id), int(rank), cast("Kind", kind), int(epoch), int(counter))
