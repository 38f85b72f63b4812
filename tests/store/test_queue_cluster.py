"""A Redis Cluster: any node's address will do, redirections are followed, a fail-over is noticed and rebuilt."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from redis.crc import key_slot

from streamer_app.core.errors import QueueUnavailableError
from streamer_app.store.queue import Claim, Entry, StaleGenerationError, StreamerQueue
from streamer_app.store.queue_redis import RedisEngine
from streamer_app.store.redis_nodes import addresses_in
from tests.redis_cluster import RedisCluster

GENERATION = "g"
T = TypeVar("T")


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


@pytest.fixture
def own_cluster() -> Iterator[RedisCluster]:
    """One that a test may spoil."""
    cluster = RedisCluster.start()
    yield cluster
    cluster.stop()


def streamer_on(cluster: RedisCluster, holder: int) -> UUID:
    while cluster.holder_of(f"{{s:{(streamer := uuid4())}}}:gen") != holder:
        pass
    return streamer


@asynccontextmanager
async def playing_on(
    cluster: RedisCluster, holder: int, given: int, *, timeout_seconds: float = 2.0
) -> AsyncIterator[tuple[StreamerQueue, Claim]]:
    """A queue that one node holds, reached by another one's address: one message on stage, one waiting."""
    engine = RedisEngine(cluster.url(cluster.masters[given]), timeout_seconds=timeout_seconds)
    queue = StreamerQueue(engine, streamer_on(cluster, holder))
    await build(queue, Entry(UUID(int=1), 1), Entry(UUID(int=2), 2))
    claim = await queue.claim(GENERATION, 1)
    assert isinstance(claim, Claim)
    for replica in cluster.replicas[holder : holder + 1]:
        with cluster.masters[holder].client() as client:
            client.execute_command("WAIT", 1, 2000)
        assert replica.process.poll() is None
    try:
        yield queue, claim
    finally:
        await engine.close()


async def once_reachable(asked: Callable[[], Awaitable[T]]) -> T:
    """The first answer; before it nothing but trouble that may be tried again."""
    async with asyncio.timeout(20):
        while True:
            try:
                return await asked()
            except QueueUnavailableError:
                await asyncio.sleep(0.02)


@pytest.mark.parametrize(("holder", "given"), [(0, 0), (1, 2)])
async def test_a_fail_over_is_followed_also_where_the_given_address_is_the_one_that_died(
    replicated: RedisCluster, holder: int, given: int
) -> None:
    async with playing_on(replicated, holder, given) as (queue, first):
        replicated.masters[holder].kill()
        await asyncio.to_thread(replicated.take_over, holder)
        assert await once_reachable(lambda: queue.complete(GENERATION, first.epoch, first.counter))
        assert isinstance(await queue.claim(GENERATION, 1), Claim)


async def test_a_master_that_froze_is_left_for_the_one_that_took_its_place(replicated: RedisCluster) -> None:
    async with playing_on(replicated, 1, 1, timeout_seconds=0.3) as (queue, first):
        frozen = replicated.masters[1].process
        frozen.send_signal(signal.SIGSTOP)
        try:
            with pytest.raises(QueueUnavailableError, match="cannot be reached"):
                await queue.view(GENERATION, 5)
            await asyncio.to_thread(replicated.take_over, 1)
            assert (await queue.view(GENERATION, 5)).stage == first
        finally:
            frozen.send_signal(signal.SIGCONT)


async def test_a_node_that_lost_its_cluster_is_left(replicated: RedisCluster) -> None:
    async with playing_on(replicated, 2, 2) as (queue, _):
        with replicated.masters[2].client() as client:
            client.flushall()
            client.execute_command("CLUSTER", "RESET", "HARD")
        with pytest.raises(QueueUnavailableError, match="part of the cluster"):
            await queue.view(GENERATION, 5)
        await asyncio.to_thread(replicated.take_over, 2)
        with pytest.raises(StaleGenerationError):
            await once_reachable(lambda: queue.view(GENERATION, 5))
        await build(queue, Entry(UUID(int=2), 2))
        assert isinstance(await queue.claim(GENERATION, 1), Claim)


async def test_a_queue_that_another_node_took_over_is_said_to_be_gone_once(replicated: RedisCluster) -> None:
    """Replication is late: what the new holder knows may be older than what was answered."""
    async with playing_on(replicated, 0, 0) as (queue, first):
        await asyncio.to_thread(replicated.take_over, 0)
        with pytest.raises(QueueUnavailableError, match="part of the cluster"):
            await queue.view(GENERATION, 5)
        assert (await queue.view(GENERATION, 5)).stage == first


async def test_a_slot_on_its_way_is_trouble_until_it_has_arrived(own_cluster: RedisCluster) -> None:
    async with playing_on(own_cluster, 0, 1) as (queue, first):
        source, target = own_cluster.masters[0], own_cluster.masters[2]
        slot = key_slot(queue._keys[0].encode())
        with source.client() as old, target.client() as new:
            names = [client.execute_command("CLUSTER", "MYID").decode() for client in (old, new)]
            new.execute_command("CLUSTER", "SETSLOT", slot, "IMPORTING", names[0])
            old.execute_command("CLUSTER", "SETSLOT", slot, "MIGRATING", names[1])
            refused = [await refusal(queue)]
            keys = old.execute_command("CLUSTER", "GETKEYSINSLOT", slot, 10)
            for key in keys:
                old.execute_command("MIGRATE", "127.0.0.1", target.port, key, 0, 2000)
                refused.append(await refusal(queue))
            for client in (new, old):
                client.execute_command("CLUSTER", "SETSLOT", slot, "NODE", names[1])
        assert len(keys) > 2
        assert set(refused) == {"TryAgainError", "AskError"}
        assert (await once_reachable(lambda: queue.view(GENERATION, 5))).stage == first
        assert await queue.complete(GENERATION, first.epoch, first.counter)


async def refusal(queue: StreamerQueue) -> str:
    """Which error of the driver it was that the queue could not be seen for."""
    with pytest.raises(QueueUnavailableError, match="part of the cluster") as caught:
        await queue.view(GENERATION, 5)
    return type(caught.value.__cause__).__name__


async def test_a_node_that_evicts_is_warned_about(own_cluster: RedisCluster) -> None:
    async with playing_on(own_cluster, 0, 1) as (queue, _):
        engine = queue._engine
        assert await engine.check() is None
        with own_cluster.masters[0].client() as client:
            client.config_set("maxmemory-policy", "allkeys-lru")
        assert "now allkeys-lru" in str(await engine.check())


def test_an_answer_that_is_no_list_of_nodes_names_none() -> None:
    assert addresses_in(b"OK") == []
    assert addresses_in([[0, 5, [b"", 7000], [b"10.0.0.1", 7001, b"id"]], [6, 9, [b"10.0.0.1", 7001]]]) == [
        ("10.0.0.1", 7001)
    ]
