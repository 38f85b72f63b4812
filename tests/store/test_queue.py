"""What every engine promises: one suite, run on the queue in process, on redis-server and on a Redis Cluster."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from uuid import UUID

import pytest

from streamer_app.store.queue import (
    RANK_LIMIT,
    Claim,
    EnqueueOutcome,
    Entry,
    FencedOutError,
    StaleGenerationError,
    StreamerQueue,
    View,
)
from streamer_app.store.queue_engine import EmbeddedEngine, Engine
from streamer_app.store.queue_redis import RedisEngine

STREAMER = UUID("7d3a4b52-0000-4000-8000-00000000beef")
NOW_US = 1_760_000_000_123_457
GENERATION = "first-generation"


def entry(number: int, rank: int | None = None) -> Entry:
    return Entry(UUID(int=number), NOW_US + number if rank is None else rank)


def replay(number: int, rank: int) -> Entry:
    return Entry(UUID(int=number), rank, "replay")


@pytest.fixture(params=["embedded", "redis", "cluster"])
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[Engine]:
    made: Engine = EmbeddedEngine()
    if request.param != "embedded":
        await made.close()
        made = RedisEngine(request.getfixturevalue("redis_url" if request.param == "redis" else "cluster_url"))
    yield made
    await made.close()


@pytest.fixture
async def queue(engine: Engine) -> StreamerQueue:
    queue = StreamerQueue(engine, STREAMER)
    await fill(queue)
    return queue


async def fill(
    queue: StreamerQueue, waiting: Iterable[Entry] = (), held: Iterable[Entry] = (), *, paused: bool = False
) -> None:
    await queue.rebuild(GENERATION, epoch=7, counter=40, paused=paused, waiting=waiting, held=held)


async def claimed(queue: StreamerQueue, epoch: int = 7) -> Claim:
    claim = await queue.claim(GENERATION, epoch)
    assert isinstance(claim, Claim), claim
    return claim


async def everything_of(queue: StreamerQueue) -> list[int]:
    """Play what waits to its end; the messages' numbers in the order they came."""
    numbers = []
    while isinstance(claim := await queue.claim(GENERATION, 7), Claim):
        numbers.append(claim.message_id.int)
        assert await queue.complete(GENERATION, claim.epoch, claim.counter)
    return numbers


async def test_empty_queue_refuses_a_claim(queue: StreamerQueue) -> None:
    assert await queue.claim(GENERATION, 7) == "empty"
    assert await queue.view(GENERATION, 10) == View(None, (), 0, (), paused=False)


async def test_a_claim_carries_its_fence_and_the_next_one_another(queue: StreamerQueue) -> None:
    await fill(queue, [entry(1), entry(2)])
    first = await claimed(queue)
    assert first == Claim(UUID(int=1), NOW_US + 1, "first", 7, 41)
    assert await queue.claim(GENERATION, 7) == "busy"
    assert await queue.complete(GENERATION, 7, 41)
    assert (await claimed(queue)).counter == 42


@pytest.mark.parametrize("fence", [(7, 40), (7, 42), (6, 41), (8, 41), (41, 7)])
async def test_another_fence_changes_nothing(queue: StreamerQueue, fence: tuple[int, int]) -> None:
    await fill(queue, [entry(1)])
    claim = await claimed(queue)
    assert not await queue.complete(GENERATION, *fence)
    assert not await queue.put_back(GENERATION, *fence)
    assert (await queue.view(GENERATION, 5)).stage == claim


async def test_completing_twice_is_harmless(queue: StreamerQueue) -> None:
    await fill(queue, [entry(1), entry(2)])
    first = await claimed(queue)
    assert await queue.complete(GENERATION, first.epoch, first.counter)
    assert not await queue.complete(GENERATION, first.epoch, first.counter)
    second = await claimed(queue)
    assert not await queue.complete(GENERATION, first.epoch, first.counter)
    assert (await queue.view(GENERATION, 5)).stage == second


async def test_order_is_by_rank_then_by_the_ids_text_and_replays_stand_in_front(queue: StreamerQueue) -> None:
    await fill(queue, [entry(9, NOW_US), entry(3, NOW_US), entry(0xB0, NOW_US), entry(1, NOW_US + 1), entry(2, 0)])
    await queue.enqueue(GENERATION, replay(5, -NOW_US))
    await queue.enqueue(GENERATION, replay(6, -NOW_US + 1))
    assert await everything_of(queue) == [5, 6, 2, 3, 9, 0xB0, 1]


@pytest.mark.parametrize("rank", [0, 1, -1, NOW_US, -NOW_US, NOW_US * 5 + 1, RANK_LIMIT - 1, 1 - RANK_LIMIT, 10**15])
async def test_ranks_survive_every_way_through_the_queue_exactly(queue: StreamerQueue, rank: int) -> None:
    await queue.enqueue(GENERATION, replay(1, rank))
    assert (await queue.view(GENERATION, 1)).waiting == (replay(1, rank),)
    claim = await claimed(queue)
    assert (claim.rank, claim.kind) == (rank, "replay")
    assert (await queue.view(GENERATION, 1)).stage == claim
    assert await queue.put_back(GENERATION, claim.epoch, claim.counter)
    assert await queue.hold(GENERATION, UUID(int=1))
    assert (await queue.view(GENERATION, 1)).held == (replay(1, rank),)
    assert await queue.approve(GENERATION, UUID(int=1))
    assert await queue.remove(GENERATION, UUID(int=1)) == replay(1, rank)
    await fill(queue, [replay(1, rank)], [replay(2, rank)])
    assert await queue.view(GENERATION, 1) == View(None, (replay(1, rank),), 1, (replay(2, rank),), paused=False)


@pytest.mark.parametrize("rank", [RANK_LIMIT, -RANK_LIMIT, RANK_LIMIT + 1])
async def test_a_rank_that_cannot_be_kept_exactly_is_our_bug(queue: StreamerQueue, rank: int) -> None:
    with pytest.raises(ValueError, match="exactly"):
        await queue.enqueue(GENERATION, entry(1, rank))


async def test_enqueue_is_idempotent_and_says_where_the_message_is(queue: StreamerQueue) -> None:
    assert await queue.enqueue(GENERATION, entry(1)) == "added"
    assert await queue.enqueue(GENERATION, replay(1, -5)) == "present"
    assert (await queue.view(GENERATION, 5)).waiting == (entry(1),)
    assert await queue.hold(GENERATION, UUID(int=1))
    assert await queue.enqueue(GENERATION, entry(1, 3)) == "held"
    assert (await queue.view(GENERATION, 5)).held == (entry(1),)
    assert await queue.approve(GENERATION, UUID(int=1))
    await claimed(queue)
    assert await queue.enqueue(GENERATION, entry(1)) == "on_stage"
    assert (await queue.view(GENERATION, 5)).waiting_count == 0


async def test_enqueue_and_claim_may_claim_another_message(queue: StreamerQueue) -> None:
    await fill(queue, [entry(1)])
    outcome = await queue.enqueue_and_claim(GENERATION, entry(2), 7)
    assert outcome == EnqueueOutcome("added", Claim(UUID(int=1), NOW_US + 1, "first", 7, 41), "claimed")
    assert (await queue.view(GENERATION, 5)).waiting == (entry(2),)


async def test_enqueue_and_claim_says_why_nothing_was_claimed(queue: StreamerQueue) -> None:
    await queue.set_paused(GENERATION, paused=True)
    assert await queue.enqueue_and_claim(GENERATION, entry(1), 7) == EnqueueOutcome("added", None, "paused")
    assert await queue.hold(GENERATION, UUID(int=1))
    await queue.set_paused(GENERATION, paused=False)
    assert await queue.enqueue_and_claim(GENERATION, entry(1), 7) == EnqueueOutcome("held", None, "empty")
    taken = await queue.enqueue_and_claim(GENERATION, entry(2), 7)
    assert taken.claim is not None
    assert await queue.enqueue_and_claim(GENERATION, entry(2), 7) == EnqueueOutcome("on_stage", None, "busy")
    assert await queue.enqueue_and_claim(GENERATION, entry(3), 7) == EnqueueOutcome("added", None, "busy")


async def test_pause_lets_the_stage_go_on_and_survives_a_view(queue: StreamerQueue) -> None:
    await fill(queue, [entry(1), entry(2)])
    claim = await claimed(queue)
    await queue.set_paused(GENERATION, paused=True)
    view = await queue.view(GENERATION, 5)
    assert view.paused
    assert view.stage == claim
    assert await queue.complete(GENERATION, claim.epoch, claim.counter)
    assert await queue.claim(GENERATION, 7) == "paused"
    await queue.set_paused(GENERATION, paused=False)
    assert (await claimed(queue)).message_id == UUID(int=2)


async def test_put_back_keeps_rank_and_kind_or_takes_a_new_rank(queue: StreamerQueue) -> None:
    await fill(queue, [replay(1, -10), entry(2)])
    claim = await claimed(queue)
    assert await queue.put_back(GENERATION, claim.epoch, claim.counter)
    assert (await queue.view(GENERATION, 5)).waiting == (replay(1, -10), entry(2))
    again = await claimed(queue)
    assert again.counter == claim.counter + 1
    assert await queue.put_back(GENERATION, again.epoch, again.counter, RANK_LIMIT - 1)
    assert (await queue.view(GENERATION, 5)).waiting == (entry(2), replay(1, RANK_LIMIT - 1))


async def test_remove_takes_from_waiting_and_held_but_never_from_the_stage(queue: StreamerQueue) -> None:
    await fill(queue, [entry(1), entry(2)], [entry(3)])
    assert (await claimed(queue)).message_id == UUID(int=1)
    assert await queue.remove(GENERATION, UUID(int=1)) is None
    assert await queue.remove(GENERATION, UUID(int=2)) == entry(2)
    assert await queue.remove(GENERATION, UUID(int=2)) is None
    assert await queue.remove(GENERATION, UUID(int=3)) == entry(3)
    assert (await queue.view(GENERATION, 5)).held == ()


async def test_hold_and_approve_answer_whether_they_moved_something(queue: StreamerQueue) -> None:
    await fill(queue, [entry(1), entry(2)])
    assert not await queue.approve(GENERATION, UUID(int=1))
    assert await queue.hold(GENERATION, UUID(int=1))
    assert not await queue.hold(GENERATION, UUID(int=1))
    assert await everything_of(queue) == [2]
    assert await queue.approve(GENERATION, UUID(int=1))
    assert not await queue.hold(GENERATION, UUID(int=99))
    assert await everything_of(queue) == [1]


async def test_view_is_cut_at_its_limit_and_counts_exactly(queue: StreamerQueue) -> None:
    await fill(queue, map(entry, range(30)), map(entry, range(50, 60)))
    view = await queue.view(GENERATION, 3)
    assert view.waiting == tuple(map(entry, range(3)))
    assert view.held == tuple(map(entry, range(50, 53)))
    assert view.waiting_count == 30
    assert await queue.view(GENERATION, 0) == View(None, (), 30, (), paused=False)


async def test_every_operation_refuses_another_generation(engine: Engine) -> None:
    queue, some = StreamerQueue(engine, STREAMER), UUID(int=1)
    for generation in ("never built", "older"):
        for operation in (
            queue.enqueue(generation, entry(1)),
            queue.enqueue_and_claim(generation, entry(1), 9),
            queue.claim(generation, 9),
            queue.complete(generation, 9, 1),
            queue.put_back(generation, 9, 1),
            queue.remove(generation, some),
            queue.hold(generation, some),
            queue.approve(generation, some),
            queue.set_paused(generation, paused=True),
            queue.view(generation, 5),
        ):
            with pytest.raises(StaleGenerationError):
                await operation
        await fill(queue, [entry(1)])
    assert (await queue.view(GENERATION, 5)).waiting == (entry(1),)


async def test_two_streamers_on_one_engine_do_not_meet(engine: Engine) -> None:
    mine, theirs = StreamerQueue(engine, STREAMER), StreamerQueue(engine, UUID(int=1))
    await fill(mine, [entry(1)])
    with pytest.raises(StaleGenerationError):
        await theirs.claim(GENERATION, 7)
    await fill(theirs, [entry(2)])
    assert await everything_of(mine) == [1]
    assert await everything_of(theirs) == [2]


async def test_a_lower_epoch_is_refused_everywhere_and_a_higher_one_remembered(queue: StreamerQueue) -> None:
    await fill(queue, [entry(1), entry(2)])
    with pytest.raises(FencedOutError):
        await queue.claim(GENERATION, 6)
    with pytest.raises(FencedOutError):
        await queue.enqueue_and_claim(GENERATION, entry(3), 6)
    with pytest.raises(FencedOutError):
        await queue.rebuild("old", epoch=6, counter=900, paused=False, waiting=(), held=())
    assert (await queue.view(GENERATION, 5)).waiting == (entry(1), entry(2))
    claim = await claimed(queue, epoch=10)
    assert (claim.epoch, claim.counter) == (10, 41)
    assert await queue.complete(GENERATION, 10, 41)
    with pytest.raises(FencedOutError):
        await queue.claim(GENERATION, 9)


async def test_of_two_rebuilds_at_once_the_higher_epoch_wins(queue: StreamerQueue) -> None:
    old = queue.rebuild("old", epoch=8, counter=0, paused=False, waiting=map(entry, range(3000)), held=())
    new = queue.rebuild("new", epoch=9, counter=0, paused=False, waiting=map(entry, range(5000, 5700)), held=())
    lost, won = await asyncio.gather(old, new, return_exceptions=True)
    assert isinstance(lost, FencedOutError)
    assert won is None
    assert (await queue.view("new", 1)).waiting_count == 700


async def test_a_rebuild_that_breaks_off_leaves_no_generation(queue: StreamerQueue) -> None:
    def broken() -> Iterator[Entry]:
        yield from map(entry, range(700))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fill(queue, broken())
    with pytest.raises(StaleGenerationError):
        await queue.claim(GENERATION, 7)
    await fill(queue, [entry(1)])
    assert await everything_of(queue) == [1]


async def test_a_rebuild_never_repeats_a_fence_of_its_epoch(queue: StreamerQueue) -> None:
    await fill(queue, [entry(1), entry(2)])
    await everything_of(queue)
    await fill(queue, [entry(3)])
    assert (await claimed(queue)).counter == 43
    await queue.rebuild("next", epoch=8, counter=0, paused=False, waiting=[entry(4)], held=())
    assert await queue.claim("next", 8) == Claim(UUID(int=4), NOW_US + 4, "first", 8, 1)


async def test_a_rebuild_can_leave_on_stage_what_still_plays(queue: StreamerQueue) -> None:
    playing = Claim(UUID(int=1), NOW_US + 1, "first", 6, 3)
    await queue.rebuild(
        "next", epoch=7, counter=50, paused=True, waiting=map(entry, range(4)), held=[entry(9)], stage=playing
    )
    view = await queue.view("next", 9)
    assert view == View(playing, (entry(0), entry(2), entry(3)), 3, (entry(9),), paused=True)
    assert await queue.complete("next", 6, 3)


async def test_a_hundred_thousand_entries_are_rebuilt_in_order(queue: StreamerQueue) -> None:
    await fill(queue, (entry(number) for number in range(100_000, 0, -1)))
    view = await queue.view(GENERATION, 2)
    assert view.waiting_count == 100_000
    assert view.waiting == (entry(1), entry(2))
    assert (await claimed(queue)).message_id == UUID(int=1)


async def test_five_thousand_cycles_under_concurrent_enqueues_lose_and_double_nothing(queue: StreamerQueue) -> None:
    """A first version of this flow stuck after some 50 messages: an enqueue claims another id than its own."""
    total, shown, stage = 5000, list[UUID](), asyncio.Queue[Claim]()

    async def produce(first: int) -> None:
        for number in range(first, total, 5):
            outcome = await queue.enqueue_and_claim(GENERATION, entry(number, NOW_US + number * 7919 % 1000), 7)
            if outcome.claim is not None:
                stage.put_nowait(outcome.claim)
            await asyncio.sleep(0)

    async def play() -> None:
        while len(shown) < total:
            claim = await stage.get()
            shown.append(claim.message_id)
            assert await queue.complete(GENERATION, claim.epoch, claim.counter)
            following = await queue.claim(GENERATION, 7)
            if isinstance(following, Claim):
                stage.put_nowait(following)

    async with asyncio.timeout(30):
        await asyncio.gather(play(), *(produce(first) for first in range(5)))
    assert len(set(shown)) == len(shown) == total
    assert (await queue.view(GENERATION, 1)) == View(None, (), 0, (), paused=False)
