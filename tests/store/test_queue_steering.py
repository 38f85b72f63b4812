"""What people's steering asks of every engine: many at once, and what is on stage set aside or followed at once."""

from __future__ import annotations

from uuid import UUID

import pytest

from streamer_app.store.queue import Claim, CompleteOutcome, Entry, FencedOutError, StaleGenerationError, StreamerQueue
from streamer_app.store.queue_engine import Engine
from tests.store.test_queue import GENERATION, STREAMER, claimed, engine, entry, everything_of, fill, queue, replay

__all__ = ["engine", "queue"]


async def test_the_end_of_one_is_the_claim_of_the_next(queue: StreamerQueue) -> None:
    await fill(queue, [entry(1), entry(2)])
    first = await claimed(queue)
    outcome = await queue.complete_and_claim(GENERATION, first.epoch, first.counter)
    assert outcome == CompleteOutcome(Claim(UUID(int=2), entry(2).rank, "first", 7, first.counter + 1), "claimed")
    assert (await queue.complete_and_claim(GENERATION, first.epoch, first.counter)).why == "other"
    assert outcome.claim is not None
    assert await queue.complete_and_claim(GENERATION, 7, outcome.claim.counter) == CompleteOutcome(None, "empty")


async def test_while_paused_it_only_ends(queue: StreamerQueue) -> None:
    await fill(queue, [entry(1), entry(2)])
    first = await claimed(queue)
    await queue.set_paused(GENERATION, paused=True)
    assert await queue.complete_and_claim(GENERATION, 7, first.counter) == CompleteOutcome(None, "paused")
    assert (await queue.view(GENERATION, 9)).stage is None


async def test_what_is_set_aside_is_held_and_keeps_its_kind(queue: StreamerQueue) -> None:
    await fill(queue, [replay(1, -5), entry(2)])
    on_stage = await claimed(queue)
    assert not await queue.set_aside(GENERATION, 7, on_stage.counter + 1, 3)
    assert await queue.set_aside(GENERATION, 7, on_stage.counter, 3)
    view = await queue.view(GENERATION, 9)
    assert (view.stage, view.held) == (None, (replay(1, 3),))
    assert await queue.approve(GENERATION, UUID(int=1))
    assert (await claimed(queue)).kind == "replay"


async def test_many_get_new_ranks_and_only_those_that_wait(queue: StreamerQueue) -> None:
    waiting = [Entry(UUID(int=number), number) for number in range(1, 1301)]
    await fill(queue, waiting, [Entry(UUID(int=9000), 5)])
    backwards = [(-one.rank, one.message_id) for one in waiting]
    assert await queue.rerank(GENERATION, [*backwards, (1, UUID(int=9000)), (1, UUID(int=9001))]) == 1300
    assert (await queue.view(GENERATION, 1)).held == (Entry(UUID(int=9000), 5),)
    assert await everything_of(queue) == list(range(1300, 0, -1))


async def test_many_are_taken_out_at_once(queue: StreamerQueue) -> None:
    waiting = [Entry(UUID(int=number), number) for number in range(1, 1301)]
    await fill(queue, waiting, [Entry(UUID(int=9000), 5)])
    ids = [one.message_id for one in waiting[:1299]]
    assert await queue.remove_many(GENERATION, [*ids, UUID(int=9000), UUID(int=9001)]) == 1300
    assert await queue.remove_many(GENERATION, []) == 0
    view = await queue.view(GENERATION, 9)
    assert (view.waiting, view.held) == ((waiting[-1],), ())


async def test_all_of_it_refuses_another_generation_and_a_lower_epoch(engine: Engine) -> None:
    queue = StreamerQueue(engine, STREAMER)
    await fill(queue, [entry(1)])
    on_stage = await claimed(queue)
    for asked in (
        queue.complete_and_claim("other", 7, on_stage.counter),
        queue.set_aside("other", 7, on_stage.counter, 1),
        queue.rerank("other", [(1, UUID(int=1))]),
        queue.remove_many("other", [UUID(int=1)]),
    ):
        with pytest.raises(StaleGenerationError):
            await asked
    with pytest.raises(FencedOutError):
        await queue.complete_and_claim(GENERATION, 6, on_stage.counter)
