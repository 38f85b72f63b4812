"""Skip, hold, move and pause, each from its command to its answer, beside what none of them can do without.

That is one single-row COMMIT (a fact about nothing) and one EVALSHA, on the same PostgreSQL and Redis, one behind the
other on a connection each. The studio is the product's own dispatcher in this process, with 200 messages that wait and
no page. Floor and commands take turns.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID, uuid4

from streamer_app import logs
from streamer_app.core.commands import (
    Action,
    AnswerMissed,
    Approve,
    Command,
    Hold,
    MissedChoice,
    Move,
    Pause,
    ResumeQueue,
    Skip,
    Undo,
)
from streamer_app.core.stage_settings import StageSettings
from streamer_app.roles.lone import EmptyStage
from streamer_app.roles.system_clock import SystemClock
from streamer_app.services.dispatcher import Dispatcher
from streamer_app.services.show import Looks
from streamer_app.services.tenure import Holder
from streamer_app.store import database
from streamer_app.store.queue import StreamerQueue
from streamer_app.store.queue_redis import RedisEngine

from .figures import Figure, quantile
from .programs import running, script
from .world import World, donate_many, embedded_world, redis_server

WAITING = 200
APART_SECONDS = 0.1
"""Ten donations a second for twenty seconds: a raid. Places in a queue are as far apart as what was paid."""
_FACT = """
INSERT INTO streamer_app.playback_facts (command_id, streamer_user_id, kind, actor, detail)
VALUES (%(id)s, %(streamer)s, 'resumed', 'floor', '{}')
"""
Samples = dict[str, list[float]]


def measure(quick: bool) -> tuple[list[Figure], list[str]]:  # noqa: FBT001 - every benchmark takes it
    """The p99 of each command, in units of the floor's."""
    logs.configure(level=logging.ERROR)
    rounds = 3 if quick else 12
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder, ExitStack() as programs:
        world = programs.enter_context(embedded_world(Path(folder)))
        url = programs.enter_context(redis_server(Path(folder) / "redis"))
        writer = programs.enter_context(running([script("writer.py"), world.foreign_url]))
        donate_many(writer, world.streamer, world.platform, WAITING, apart=APART_SECONDS)
        samples = asyncio.run(_measured(world, url, rounds))
    floor = quantile(samples.pop("floor"), 0.99)
    return [
        Figure(
            f"{name} p99, beside one COMMIT and one EVALSHA",
            floor,
            quantile(found, 0.99),
            "<= 1.5x",
            f"{len(found)} commands",
            met=quantile(found, 0.99) <= 1.5 * floor,
        )
        for name, found in samples.items()
    ], []


async def _measured(world: World, redis_url: str, rounds: int) -> Samples:
    engine = RedisEngine(redis_url)
    dispatcher = Dispatcher(
        database_url=world.app_url,
        streamer_user_id=world.streamer,
        queue=StreamerQueue(engine, world.streamer),
        stage=EmptyStage(),
        holder=Holder(id="bench", label="bench"),
        settings=StageSettings(),
        looks=Looks(),
        clock=SystemClock(),
        changed=lambda: None,
    )
    running_task = asyncio.create_task(dispatcher.run())
    try:
        await dispatcher.ready.wait()
        await _answer_missed(dispatcher)
        async with database.connection(world.app_url, label="floor") as conn:
            return await _turns(dispatcher, engine, conn, rounds)
    finally:
        dispatcher.stop()
        await running_task
        await engine.close()


async def _answer_missed(dispatcher: Dispatcher) -> None:
    show = dispatcher.show
    if show is not None and show.missed:
        await _do(dispatcher, AnswerMissed(choice=MissedChoice.ALL))


async def _do(dispatcher: Dispatcher, action: Action) -> None:
    await dispatcher.execute(Command(id=uuid4(), actor="bench", action=action))


async def _turns(dispatcher: Dispatcher, engine: RedisEngine, conn: database.Connection, rounds: int) -> Samples:
    show = dispatcher.show
    if show is None:
        raise RuntimeError("the dispatcher has no show")
    keys = tuple(f"{{floor}}:{number}" for number in range(6))
    await engine.run("rebuild_begin", keys, ("g", "1", "0", "0"))
    await engine.run("rebuild_finish", keys, ("g", "1"))
    samples: Samples = {"floor": []}

    async def floor() -> None:
        await conn.execute(_FACT, {"id": uuid4(), "streamer": show.streamer_user_id})
        await engine.run("set_paused", keys, ("g", "0"))

    async def timed(name: str, work: Callable[[], Awaitable[None]], *, warm: bool) -> None:
        began = time.perf_counter()
        await work()
        if warm:
            samples.setdefault(name, []).append((time.perf_counter() - began) * 1000)

    for turn in range(rounds + 1):
        for place, message_id in enumerate(list(show.queued)[:100]):
            for name, action, back in _pairs(message_id, place + 61 * turn):
                await timed("floor", floor, warm=turn > 0)
                await timed(name, lambda action=action: _do(dispatcher, action), warm=turn > 0)  # type: ignore[misc]
                if back is not None:
                    await _do(dispatcher, back)
    return samples


def _pairs(message_id: UUID, place: int) -> list[tuple[str, Action, Action | None]]:
    """What is timed, and what takes it back."""
    return [
        ("skip", Skip(donation_message_id=message_id), Undo(donation_message_id=message_id)),
        ("hold", Hold(donation_message_id=message_id), Approve(donation_message_id=message_id)),
        ("move", Move(donation_message_id=message_id, position=1 + (place * 37) % WAITING), None),
        ("pause", Pause(), ResumeQueue()),
    ]
