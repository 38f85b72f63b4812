"""A Redis Cluster: any node's address will do, redirections are followed, a fail-over is noticed and rebuilt."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from streamer_app.core.errors import QueueUnavailableError
from streamer_app.store.queue import Claim, Entry, StreamerQueue
from streamer_app.store.queue_redis import RedisEngine
from streamer_app.store.redis_nodes import addresses_in
from tests.redis_cluster import RedisCluster

GENERATION = "g"


async def build(queue: StreamerQueue, *waiting: Entry) -> None:
    await queue.rebuild(GENERATION, epoch=1, counter=0, paused=False, waiting=waiting, held=())


@pytest.fixture
def replicated() -> Iterator[RedisCluster]:
    cluster = RedisCluster.start(replicated=True)
    yield cluster
    cluster.stop()


async def test_streamers_of_every_node_are_served_from_any_address(redis_cluster: RedisCluster) -> None:
    redis_cluster.empty()
    holders = set()
    for node in redis_cluster.masters:
        engine = RedisEngine(redis_cluster.url(node))
        for _ in range(12):
            streamer = uuid4()
            queue = StreamerQueue(engine, streamer)
            await build(queue, Entry(UUID(int=1), 1))
            assert isinstance(await queue.claim(GENERATION, 1), Claim)
            holders.add(redis_cluster.holder_of(queue._keys[0]))
        await engine.close()
    assert holders == {0, 1, 2}


async def test_a_unix_sockets_node_may_send_elsewhere_too(redis_cluster: RedisCluster) -> None:
    redis_cluster.empty()
    streamer = uuid4()
    holder = redis_cluster.holder_of(f"{{s:{streamer}}}:gen")
    engine = RedisEngine(redis_cluster.masters[(holder + 1) % 3].url)
    elsewhere = StreamerQueue(engine, streamer)
    await build(elsewhere, Entry(UUID(int=1), 1))
    assert isinstance(await elsewhere.claim(GENERATION, 1), Claim)
    await engine.close()


def streamer_on(cluster: RedisCluster, holder: int) -> UUID:
    while cluster.holder_of(f"{{s:{(streamer := uuid4())}}}:gen") != holder:
        pass
    return streamer


async def test_a_fail_over_is_followed_also_where_the_given_address_is_the_one_that_died(
    replicated: RedisCluster,
) -> None:
    for dying, given in ((0, 0), (1, 2)):
        engine = RedisEngine(replicated.url(replicated.masters[given]))
        queue = StreamerQueue(engine, streamer_on(replicated, dying))
        await build(queue, Entry(UUID(int=1), 1), Entry(UUID(int=2), 2))
        first = await queue.claim(GENERATION, 1)
        assert isinstance(first, Claim)
        with replicated.masters[dying].client() as client:
            client.execute_command("WAIT", 1, 2000)
        await asyncio.to_thread(replicated.take_over, dying)
        async with asyncio.timeout(20):
            while True:
                try:
                    assert await queue.complete(GENERATION, first.epoch, first.counter)
                    break
                except QueueUnavailableError:
                    await asyncio.sleep(0.05)
        assert isinstance(await queue.claim(GENERATION, 1), Claim)
        await engine.close()


def test_an_answer_that_is_no_list_of_nodes_names_none() -> None:
    assert addresses_in(b"OK") == []
    assert addresses_in([[0, 5, [b"", 7000], [b"10.0.0.1", 7001, b"id"]], [6, 9, [b"10.0.0.1", 7001]]]) == [
        ("10.0.0.1", 7001)
    ]
