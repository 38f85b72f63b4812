"""COMMIT returned -> alert frame at the overlay's WebSocket client, idle, one page, beside a bare LISTEN relay.

One PostgreSQL server (the embedded one of a data folder), one writer process, one client process (this one), and three
listeners, each with a streamer of its own: the relay, a studio with the queue in process, a studio with the queue on
Redis. Blocks take turns, so that what else the machine does falls on all three.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

from .figures import Figure, median, quantile
from .page import Arrivals, overlay_page, relay_page
from .programs import first_line, pipes, running, script
from .world import embedded_world, own_studio, redis_studio

SECONDS_BETWEEN = 0.02
PATIENCE_SECONDS = 10.0
SETTLE_SECONDS = 0.3


@dataclass(frozen=True)
class Plan:
    """How many messages: rounds of one block a lane."""

    rounds: int
    block: int
    redis_block: int
    """Smaller: only its median is a target."""
    warm_up: int


FULL, QUICK = Plan(12, 250, 125, 60), Plan(3, 100, 100, 40)


@dataclass
class Lane:
    """One listener with its streamer. Latencies in milliseconds, a list a block."""

    name: str
    streamer: UUID
    platform: UUID
    arrivals: Arrivals
    block: int
    latencies: list[list[float]] = field(default_factory=list)
    lost: int = 0

    @property
    def pooled(self) -> list[float]:
        """Of all blocks."""
        return [latency for block in self.latencies for latency in block]

    def of_blocks(self, share: float) -> float:
        """The median of the blocks' own quantiles: one bad second of the machine does not decide it."""
        return median([quantile(block, share) for block in self.latencies])


def measure(quick: bool) -> tuple[list[Figure], list[str]]:  # noqa: FBT001 - every benchmark takes it
    """Quantiles of all messages, and of the blocks' p99 the median."""
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        floor, own, redis = asyncio.run(_lanes(Path(folder), QUICK if quick else FULL))
    figures = [
        _figure("commit to alert p50, queue in process", floor, own, lambda lane: quantile(lane.pooled, 0.5), "2.75x"),
        _figure("commit to alert p99, queue in process", floor, own, lambda lane: quantile(lane.pooled, 0.99), "3x"),
        _figure("  median of the blocks' p99", floor, own, lambda lane: lane.of_blocks(0.99), "3x"),
        _figure("commit to alert p50, Redis", floor, redis, lambda lane: quantile(lane.pooled, 0.5), "3x"),
    ]
    lanes = (floor, own, redis)
    lost = ", ".join(f"{lane.name} {lane.lost} of {sum(map(len, lane.latencies)) + lane.lost}" for lane in lanes)
    twice = sum(lane.arrivals.repeated for lane in lanes)
    return figures, [f"commit to alert: lost {lost}; shown twice {twice}"]


def _figure(name: str, floor: Lane, ours: Lane, number: Callable[[Lane], float], target: str) -> Figure:
    count = sum(map(len, ours.latencies))
    return Figure(name, number(floor), number(ours), f"<= {target}", f"{count} messages at 50/s")


async def _lanes(folder: Path, plan: Plan) -> tuple[Lane, Lane, Lane]:
    with ExitStack() as programs:
        world = programs.enter_context(embedded_world(folder))
        own = programs.enter_context(own_studio(world))
        redis = programs.enter_context(redis_studio(world))
        streamer, platform = uuid4(), uuid4()
        channel = f"streamer_app_bell_{streamer.hex}"
        relay = programs.enter_context(running([script("relay.py"), world.app_url, channel]))
        writer = programs.enter_context(running([script("writer.py"), world.foreign_url]))
        async with AsyncExitStack() as pages:
            seen = [
                await pages.enter_async_context(page)
                for page in (
                    relay_page(first_line(relay)),
                    overlay_page(own.overlay_url),
                    overlay_page(redis.overlay_url),
                )
            ]
            lanes = (
                Lane("floor", streamer, platform, seen[0], plan.block),
                Lane("in process", own.streamer, own.platform, seen[1], plan.block),
                Lane("Redis", redis.streamer, redis.platform, seen[2], plan.redis_block),
            )
            for lane in lanes:
                await _block(writer, lane, plan.warm_up)
                lane.latencies.clear()
            for number in range(plan.rounds):
                for lane in lanes if number % 2 == 0 else reversed(lanes):
                    await _block(writer, lane, lane.block)
    return lanes


async def _block(writer: subprocess.Popen[str], lane: Lane, count: int) -> None:
    """One block; returns when all of it has arrived, or is given up as lost."""
    order = {
        "streamer": str(lane.streamer),
        "platform": str(lane.platform),
        "count": count,
        "seconds": SECONDS_BETWEEN,
    }
    stdin, stdout = pipes(writer)
    stdin.write(json.dumps(order) + "\n")
    line = await asyncio.to_thread(stdout.readline)
    committed: list[tuple[str, float]] = json.loads(line)
    await lane.arrivals.all_of({message for message, _ in committed}, PATIENCE_SECONDS)
    arrived = lane.arrivals.at
    lane.latencies.append([(arrived[message] - at) * 1000 for message, at in committed if message in arrived])
    lane.lost += sum(message not in arrived for message, _ in committed)
    await asyncio.sleep(SETTLE_SECONDS)
