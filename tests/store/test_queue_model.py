"""Random operations on both engines at once, each answer compared with a small pure model of the queue."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamer_app.store.queue import Claim, CompleteOutcome, EnqueueOutcome, Entry, FencedOutError, StreamerQueue, View
from streamer_app.store.queue_engine import EmbeddedEngine
from streamer_app.store.queue_redis import RedisEngine
from tests.redis_servers import RedisServer

GENERATION = "g"
FENCED = "fenced out"

IDS = st.sampled_from([UUID(int=number) for number in (1, 2, 3, 0xA << 124, 0xB << 124)])
RANKS = st.sampled_from([0, 5, -5, 1_760_000_000_123_457, 1_760_000_000_123_458, 1 - 2**53, 2**53 - 1])
ENTRIES = st.builds(Entry, IDS, RANKS, st.sampled_from(["first", "replay"]))
EPOCHS = st.sampled_from([1, 2, 2, 2, 2, 3])

Operation = tuple[str, tuple[object, ...]]
OPERATIONS: st.SearchStrategy[Operation] = st.one_of(
    st.tuples(st.just("enqueue"), st.tuples(ENTRIES)),
    st.tuples(st.just("enqueue_and_claim"), st.tuples(ENTRIES, EPOCHS)),
    st.tuples(st.just("claim"), st.tuples(EPOCHS)),
    st.tuples(st.just("occupy"), st.tuples(ENTRIES, EPOCHS, st.integers(1, 9))),
    st.tuples(st.just("complete"), st.tuples(st.booleans())),
    st.tuples(st.just("put_back"), st.tuples(st.booleans(), st.none() | RANKS)),
    st.tuples(st.sampled_from(["remove", "hold", "approve"]), st.tuples(IDS)),
    st.tuples(st.just("set_paused"), st.tuples(st.booleans())),
    st.tuples(st.just("complete_and_claim"), st.tuples(st.booleans())),
    st.tuples(st.just("set_aside"), st.tuples(st.booleans(), RANKS)),
    st.tuples(st.just("rerank"), st.tuples(st.lists(st.tuples(RANKS, IDS), max_size=4, unique_by=lambda one: one[1]))),
    st.tuples(st.just("remove_many"), st.tuples(st.lists(IDS, max_size=4, unique=True))),
)


@dataclass
class Model:
    """The queue as one would say it on paper."""

    waiting: dict[UUID, Entry] = field(default_factory=dict)
    held: dict[UUID, Entry] = field(default_factory=dict)
    stage: Claim | None = None
    paused: bool = False
    epoch: int = 2
    counter: int = 0

    def fence(self, *, right: bool) -> tuple[int, int]:
        """The fence on stage, or one that is not."""
        epoch, counter = (self.stage.epoch, self.stage.counter) if self.stage else (self.epoch, self.counter)
        return (epoch, counter) if right else (epoch, counter + 1)

    def enqueue(self, entry: Entry) -> Literal["added", "present", "on_stage", "held"]:
        if self.stage is not None and self.stage.message_id == entry.message_id:
            return "on_stage"
        if entry.message_id in self.held:
            return "held"
        if entry.message_id in self.waiting:
            return "present"
        self.waiting[entry.message_id] = entry
        return "added"

    def claim(self, epoch: int) -> Claim | str:
        if epoch < self.epoch:
            return FENCED
        if self.stage is not None:
            return "busy"
        if self.paused:
            return "paused"
        if not self.waiting:
            return "empty"
        first = ordered(self.waiting)[0]
        del self.waiting[first.message_id]
        self.epoch, self.counter = epoch, self.counter + 1
        self.stage = Claim(first.message_id, first.rank, first.kind, epoch, self.counter)
        return self.stage

    def enqueue_and_claim(self, entry: Entry, epoch: int) -> object:
        if epoch < self.epoch:
            return FENCED
        placed, claim = self.enqueue(entry), self.claim(epoch)
        if isinstance(claim, Claim):
            return EnqueueOutcome(placed, claim, "claimed")
        return (placed, None, claim)

    def occupy(self, claim: Claim) -> object:
        if claim.epoch < self.epoch:
            return FENCED
        if self.stage is not None:
            return False
        self.waiting.pop(claim.message_id, None)
        self.held.pop(claim.message_id, None)
        self.epoch, self.counter, self.stage = claim.epoch, max(self.counter, claim.counter), claim
        return True

    def complete(self, epoch: int, counter: int) -> bool:
        if self.stage is None or (self.stage.epoch, self.stage.counter) != (epoch, counter):
            return False
        self.stage = None
        return True

    def complete_and_claim(self, epoch: int, counter: int) -> object:
        if epoch < self.epoch:
            return FENCED
        if not self.complete(epoch, counter):
            return CompleteOutcome(None, "other")
        claim = self.claim(epoch)
        return CompleteOutcome(claim, "claimed") if isinstance(claim, Claim) else (None, claim)

    def set_aside(self, epoch: int, counter: int, rank: int) -> bool:
        stage = self.stage
        if stage is None or not self.complete(epoch, counter):
            return False
        self.held[stage.message_id] = Entry(stage.message_id, rank, stage.kind)
        return True

    def rerank(self, ranks: list[tuple[int, UUID]]) -> int:
        changed = [(rank, message_id) for rank, message_id in ranks if message_id in self.waiting]
        for rank, message_id in changed:
            self.waiting[message_id] = replace(self.waiting[message_id], rank=rank)
        return len(changed)

    def remove_many(self, message_ids: list[UUID]) -> int:
        return sum(self.remove(message_id) is not None for message_id in message_ids)

    def put_back(self, epoch: int, counter: int, rank: int | None) -> bool:
        stage = self.stage
        if stage is None or not self.complete(epoch, counter):
            return False
        self.waiting[stage.message_id] = Entry(stage.message_id, stage.rank if rank is None else rank, stage.kind)
        return True

    def remove(self, message_id: UUID) -> Entry | None:
        return self.waiting.pop(message_id, None) or self.held.pop(message_id, None)

    def hold(self, message_id: UUID) -> bool:
        return shift(self.waiting, self.held, message_id)

    def approve(self, message_id: UUID) -> bool:
        return shift(self.held, self.waiting, message_id)

    def set_paused(self, paused: bool) -> None:  # noqa: FBT001 - called by name
        self.paused = paused

    def view(self) -> View:
        return View(self.stage, ordered(self.waiting), len(self.waiting), ordered(self.held), self.paused)


def ordered(entries: dict[UUID, Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries.values(), key=lambda entry: (entry.rank, str(entry.message_id))))


def shift(source: dict[UUID, Entry], target: dict[UUID, Entry], message_id: UUID) -> bool:
    if message_id not in source:
        return False
    target[message_id] = source.pop(message_id)
    return True


def comparable(answer: object) -> object:
    """An outcome without a claim as the plain tuple the model answers."""
    if isinstance(answer, EnqueueOutcome) and answer.claim is None:
        return (answer.placed, None, answer.why)
    if isinstance(answer, CompleteOutcome) and answer.claim is None and answer.why != "other":
        return (None, answer.why)
    return answer


async def answer_of(queue: StreamerQueue, name: str, arguments: tuple[object, ...]) -> object:
    try:
        return comparable(await getattr(queue, name)(GENERATION, *arguments))
    except FencedOutError:
        return FENCED


async def compare(url: str, operations: list[Operation]) -> None:
    engines, streamer = (EmbeddedEngine(), RedisEngine(url)), uuid4()
    queues, model = [StreamerQueue(engine, streamer) for engine in engines], Model()
    for queue in queues:
        await queue.rebuild(GENERATION, epoch=2, counter=0, paused=False, waiting=(), held=())
    for name, drawn in operations:
        arguments = drawn
        if name == "occupy":
            entry, epoch, counter = drawn
            assert isinstance(entry, Entry)
            arguments = (Claim(entry.message_id, entry.rank, entry.kind, epoch, counter),)  # type: ignore[arg-type]
        if name in {"complete", "put_back", "complete_and_claim", "set_aside"}:
            arguments = (*model.fence(right=bool(drawn[0])), *drawn[1:])
        expected = getattr(model, name)(*arguments)
        for queue in queues:
            assert await answer_of(queue, name, arguments) == expected
            assert await queue.view(GENERATION, 100) == model.view()
    for engine in engines:
        await engine.close()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(operations=st.lists(OPERATIONS, max_size=40))
def test_both_engines_answer_as_the_model_does(redis_server: RedisServer, operations: list[Operation]) -> None:
    asyncio.run(compare(redis_server.url, operations))
