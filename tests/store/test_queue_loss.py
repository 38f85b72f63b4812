"""A part of the queue is thrown away, or another server answers at its address: noticed before it matters."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from streamer_app.core.errors import QueueUnavailableError
from streamer_app.store.queue import Claim, StaleGenerationError, StreamerQueue
from tests.redis_servers import RedisServer
from tests.store.test_queue_redis import GENERATION, STREAMER, build, engine_on, entry, own_server, tour

__all__ = ["own_server"]
HELD = (0, 1, 3)


def throw_away(server: RedisServer, *parts: str) -> None:
    with server.client() as client:
        assert client.delete(*(f"{{s:{STREAMER}}}:{part}" for part in parts)) == len(parts)


async def build_with_held(queue: StreamerQueue, held: int) -> None:
    await queue.rebuild(
        GENERATION,
        epoch=1,
        counter=0,
        paused=False,
        waiting=map(entry, range(3)),
        held=map(entry, range(100, 100 + held)),
    )


@pytest.mark.parametrize("part", ["gen", "kind", "flags", "waiting"])
@pytest.mark.parametrize("held", HELD)
async def test_a_lost_part_is_noticed_by_the_next_claim(
    redis_server: RedisServer, redis_url: str, part: str, held: int
) -> None:
    async with engine_on(redis_url) as engine:
        queue = StreamerQueue(engine, STREAMER)
        await build_with_held(queue, held)
        throw_away(redis_server, part)
        for _ in range(2):
            with pytest.raises(StaleGenerationError):
                await queue.claim(GENERATION, 1)
        await tour(queue)


@pytest.mark.parametrize("held", HELD)
async def test_nothing_gets_in_front_of_what_was_thrown_away(
    redis_server: RedisServer, redis_url: str, held: int
) -> None:
    async with engine_on(redis_url) as engine:
        queue = StreamerQueue(engine, STREAMER)
        for operation in (
            lambda: queue.enqueue(GENERATION, entry(9)),
            lambda: queue.enqueue_and_claim(GENERATION, entry(9), 1),
        ):
            await build_with_held(queue, held)
            throw_away(redis_server, "waiting")
            with pytest.raises(StaleGenerationError):
                await operation()


async def test_held_messages_that_were_thrown_away_are_noticed_once_nothing_waits(
    redis_server: RedisServer, redis_url: str
) -> None:
    async with engine_on(redis_url) as engine:
        queue = StreamerQueue(engine, STREAMER)
        await build_with_held(queue, 2)
        throw_away(redis_server, "held")
        assert not await queue.approve(GENERATION, UUID(int=100))
        for number in range(3):
            claim = await queue.claim(GENERATION, 1)
            assert isinstance(claim, Claim)
            assert claim.message_id == UUID(int=number)
            assert await queue.complete(GENERATION, claim.epoch, claim.counter)
        with pytest.raises(StaleGenerationError):
            await queue.claim(GENERATION, 1)


async def test_a_lost_stage_ends_nothing_and_repeats_no_fence(redis_server: RedisServer, redis_url: str) -> None:
    async with engine_on(redis_url) as engine:
        queue = StreamerQueue(engine, STREAMER)
        await build_with_held(queue, 0)
        lost = await queue.claim(GENERATION, 1)
        assert isinstance(lost, Claim)
        throw_away(redis_server, "stage")
        assert (await queue.complete_and_claim(GENERATION, lost.epoch, lost.counter)).why == "other"
        following = await queue.claim(GENERATION, 1)
        assert isinstance(following, Claim)
        assert (following.message_id, following.counter) == (UUID(int=1), lost.counter + 1)


async def test_what_was_ended_is_not_put_back_by_whoever_comes_late(redis_url: str) -> None:
    async with engine_on(redis_url) as engine:
        queue = StreamerQueue(engine, STREAMER)
        await build(queue, entry(1))
        ended = await queue.claim(GENERATION, 1)
        assert isinstance(ended, Claim)
        assert await queue.complete(GENERATION, ended.epoch, ended.counter)
        assert not await queue.put_back(GENERATION, ended.epoch, ended.counter)
        assert not await queue.set_aside(GENERATION, ended.epoch, ended.counter, 5)
        view = await queue.view(GENERATION, 5)
        assert (view.stage, view.waiting, view.held) == (None, (), ())


async def test_fences_go_on_after_flushall_from_what_the_facts_remember(
    redis_server: RedisServer, redis_url: str
) -> None:
    async with engine_on(redis_url) as engine:
        queue = StreamerQueue(engine, STREAMER)
        await build(queue, entry(1), entry(2))
        before = await queue.claim(GENERATION, 1)
        assert isinstance(before, Claim)
        with redis_server.client() as client:
            client.flushall()
        await queue.rebuild(
            "next", epoch=1, counter=before.counter, paused=False, waiting=[entry(2)], held=(), stage=before
        )
        assert not await queue.complete("next", 1, before.counter + 1)
        outcome = await queue.complete_and_claim("next", 1, before.counter)
        assert outcome.claim is not None
        assert outcome.claim.counter == before.counter + 1


@pytest.mark.usefixtures("redis_url")
async def test_a_demoted_primary_is_left_for_what_its_address_leads_to_now(
    own_server: RedisServer, redis_server: RedisServer, tmp_path: Path
) -> None:
    """As behind a name or a virtual address: the old connection would reach the old server for ever."""
    address = tmp_path / "redis.sock"
    address.symlink_to(own_server.folder / "redis.sock")
    async with engine_on(f"unix://{address}") as engine:
        queue = StreamerQueue(engine, STREAMER)
        await build(queue, entry(1))
        with own_server.client() as client:
            client.execute_command("REPLICAOF", "127.0.0.1", "1")
        address.unlink()
        address.symlink_to(redis_server.folder / "redis.sock")
        with pytest.raises(QueueUnavailableError, match="replica"):
            await queue.claim(GENERATION, 1)
        with pytest.raises(StaleGenerationError):
            await queue.claim(GENERATION, 1)
        await tour(queue)
