"""The queue's scripts on a Redis server, beside the barest Lua that does the same through redis-py's own client.

A cycle is: let one message wait, claim it, complete it. The floor keeps a sorted set and one hash, checks nothing, and
answers with what it claimed. Blocks of both take turns on the same server.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import redis.asyncio

from streamer_app.store.queue import Claim, Entry, StreamerQueue
from streamer_app.store.queue_redis import RedisEngine

from .figures import Figure, median, quantile
from .world import redis_server

GENERATION = "bench"
FEW, MANY = 10, 100_000
_ADD = "redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2]) redis.call('HSET', KEYS[2], ARGV[2], ARGV[3]) return {'added'}"
_CLAIM = """
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local kind = redis.call('HGET', KEYS[2], first[1])
redis.call('ZREM', KEYS[1], first[1])
redis.call('HDEL', KEYS[2], first[1])
redis.call('HSET', KEYS[3], 'id', first[1], 'rank', first[2], 'kind', kind, 'fence', ARGV[1])
return {'claimed', first[1], first[2], kind}
"""
_COMPLETE = "redis.call('DEL', KEYS[3]) return {'ok'}"


@dataclass(frozen=True)
class Plan:
    """Rounds of one block each, of so many cycles; claims beside a short and a long queue."""

    rounds: int
    block: int
    claims: int


FULL, QUICK = Plan(12, 500, 3000), Plan(4, 200, 600)


@dataclass
class Bare:
    """The floor: three scripts by their names, on keys of one streamer."""

    client: redis.asyncio.Redis
    keys: tuple[str, ...] = field(default_factory=lambda: tuple(f"{{b:{uuid4()}}}:{name}" for name in ("w", "k", "s")))
    names: dict[str, str] = field(default_factory=dict)

    async def load(self) -> None:
        """Let the server know the scripts."""
        for script in (_ADD, _CLAIM, _COMPLETE):
            self.names[script] = await self.client.script_load(script)

    async def cycle(self, number: int) -> None:
        """Add, claim, complete."""
        await self.client.evalsha(self.names[_ADD], 3, *self.keys, number, str(UUID(int=number)), "first")
        await self.client.evalsha(self.names[_CLAIM], 3, *self.keys, number)
        await self.client.evalsha(self.names[_COMPLETE], 3, *self.keys)


async def built(engine: RedisEngine, waiting: int) -> StreamerQueue:
    """A queue of a new streamer in which so many wait."""
    queue = StreamerQueue(engine, uuid4())
    entries = (Entry(UUID(int=number), number) for number in range(1, waiting + 1))
    await queue.rebuild(GENERATION, epoch=1, counter=0, paused=False, waiting=entries, held=())
    return queue


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds of one call."""
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


def measure(quick: bool) -> tuple[list[Figure], list[str]]:  # noqa: FBT001 - every benchmark takes it
    """Cycles a second, and how much a long queue slows a claim."""
    plan = QUICK if quick else FULL
    with (
        tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder,
        redis_server(Path(folder) / "redis") as url,
    ):
        return asyncio.run(_measured(url, plan)), []


async def _measured(url: str, plan: Plan) -> list[Figure]:
    engine, client = RedisEngine(url), redis.asyncio.Redis.from_url(url, protocol=2)
    try:
        bare, queue = Bare(client), await built(engine, 0)
        await bare.load()
        floor: list[float] = []
        ours: list[float] = []
        chained: list[float] = []
        number = 0
        for turn in range(plan.rounds + 1):
            number += plan.block
            span = range(number, number + plan.block)
            lanes = [(floor, _bare_cycles(bare, span)), (ours, _cycles(queue, span)), (chained, _chained(queue, span))]
            for rates, work in lanes if turn % 2 else reversed(lanes):
                took = await work
                if turn:
                    rates.append(plan.block / took)
        claims = await _claims(engine, plan.claims)
    finally:
        await engine.close()
        await client.aclose()
    rate = median(floor)
    samples = f"{plan.rounds} blocks of {plan.block}"
    return [
        _rate("queue on Redis: add, claim, complete, beside bare Lua", rate, median(ours), samples),
        _rate("  with the end of one as the claim of the next", rate, median(chained), samples),
        Figure(
            "claim p99 with 100,000 waiting, beside 10",
            quantile(claims[FEW], 0.99),
            quantile(claims[MANY], 0.99),
            "<= 1.3x",
            f"{plan.claims} claims each",
            met=quantile(claims[MANY], 0.99) <= 1.3 * quantile(claims[FEW], 0.99),
        ),
    ]


def _rate(name: str, floor: float, ours: float, samples: str) -> Figure:
    return Figure(name, floor, ours, ">= 0.85x", samples, unit="cycles/s", met=ours >= 0.85 * floor)


async def _bare_cycles(bare: Bare, span: range) -> float:
    began = time.perf_counter()
    for number in span:
        await bare.cycle(number)
    return time.perf_counter() - began


async def _cycles(queue: StreamerQueue, span: range) -> float:
    began = time.perf_counter()
    for number in span:
        await queue.enqueue(GENERATION, Entry(UUID(int=number), number))
        claim = await queue.claim(GENERATION, 1)
        if not isinstance(claim, Claim):
            raise TypeError(claim)
        await queue.complete(GENERATION, claim.epoch, claim.counter)
    return time.perf_counter() - began


async def _chained(queue: StreamerQueue, span: range) -> float:
    """Two scripts a message instead of three: one waits while one is on stage."""
    await queue.enqueue(GENERATION, Entry(UUID(int=span.stop), 0))
    first = await queue.claim(GENERATION, 1)
    claim = first if isinstance(first, Claim) else None
    began = time.perf_counter()
    for number in span:
        if claim is None:
            raise RuntimeError("nothing was claimed")
        await queue.enqueue(GENERATION, Entry(UUID(int=number), number))
        claim = (await queue.complete_and_claim(GENERATION, claim.epoch, claim.counter)).claim
    took = time.perf_counter() - began
    if claim is not None:
        await queue.complete(GENERATION, claim.epoch, claim.counter)
    return took


async def _claims(engine: RedisEngine, count: int) -> dict[int, list[float]]:
    """Milliseconds of a claim beside a short and a long queue, by turns; each claim is put back."""
    queues = {waiting: await built(engine, waiting) for waiting in (FEW, MANY)}
    found: dict[int, list[float]] = {FEW: [], MANY: []}
    for turn in range(count + 50):
        for waiting, queue in queues.items():
            began = time.perf_counter()
            claim = await queue.claim(GENERATION, 1)
            took = (time.perf_counter() - began) * 1000
            if not isinstance(claim, Claim):
                raise TypeError(claim)
            await queue.put_back(GENERATION, claim.epoch, claim.counter)
            if turn >= 50:  # noqa: PLR2004 - the first ones warm up
                found[waiting].append(took)
    return found
