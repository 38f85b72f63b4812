"""Redis or PostgreSQL killed under a show with 1,000 waiting: how long after it answers the right alert is on the page.

A real `serve`, a page that ends its alert while the server is away, and a client that asks the server for an answer
every other millisecond: the clock begins with its first one.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import redis

from streamer_app.store import embedded

from .figures import Figure, median
from .page import identify
from .programs import running, script
from .world import RedisProcess, Studio, World, donate_many, embedded_world, redis_process, studio_on

WAITING = 1000
_NONE = float("nan")
_DOWN_SECONDS = 0.5
_PATIENCE = 30.0


class Page:
    """The speaker: starts what it is shown, and ends it when told to."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.shown: asyncio.Queue[tuple[float, dict[str, Any]]] = asyncio.Queue()

    async def read(self) -> None:
        """Answer until the socket closes."""
        async for frame in self._socket:
            now = time.monotonic()
            message = json.loads(frame.data)
            match message["type"]:
                case "hello":
                    await self._socket.send_json(identify())
                case "ping":
                    await self._socket.send_json({"type": "pong", "n": message["n"]})
                case "alert.show":
                    self.shown.put_nowait((now, message))
                    await self._say(message, "alert.started")

    async def end(self, run: dict[str, Any]) -> None:
        """Seen to the end."""
        await self._say(run, "alert.finished", shown_ms=run["timing"]["on_stage_ms"], audible=True)

    async def _say(self, run: dict[str, Any], kind: str, **more: object) -> None:
        await self._socket.send_json({"type": kind, "run_id": run["run_id"], "fence": run["fence"], **more})


@asynccontextmanager
async def page_of(studio: Studio) -> AsyncIterator[Page]:
    """An open page."""
    origin = studio.overlay_url.partition("/overlay/")[0]
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{studio.overlay_url}/socket", origin=origin) as socket,
    ):
        page = Page(socket)
        reading = asyncio.create_task(page.read())
        yield page
        reading.cancel()
        await asyncio.wait({reading})


def measure(quick: bool) -> tuple[list[Figure], list[str]]:  # noqa: FBT001 - every benchmark takes it
    """Milliseconds from the first answer to the next alert; the median of some restarts."""
    rounds = 2 if quick else 7
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder, ExitStack() as programs:
        world = programs.enter_context(embedded_world(Path(folder)))
        server = programs.enter_context(redis_process(Path(folder) / "redis"))
        studio = programs.enter_context(studio_on(world, server.url))
        writer = programs.enter_context(running([script("writer.py"), world.foreign_url]))
        order = donate_many(writer, studio.streamer, studio.platform, WAITING + 2 * rounds + 1)
        of_redis, of_postgres = asyncio.run(_measured(world, server, studio, order, rounds))
    return [
        _figure("Redis back: the next alert with 1,000 waiting", of_redis, 150),
        _figure("PostgreSQL back: the next alert with 1,000 waiting", of_postgres, 250),
    ], []


def _figure(name: str, found: list[float], most: int) -> Figure:
    return Figure(
        name,
        _NONE,
        median(found),
        f"<= {most} ms",
        f"{len(found)} restarts, worst {max(found):.0f}",
        met=max(found) <= most,
    )


async def _measured(
    world: World, server: RedisProcess, studio: Studio, order: list[str], rounds: int
) -> tuple[list[float], list[float]]:
    of_redis: list[float] = []
    of_postgres: list[float] = []
    async with page_of(studio) as page:
        on_stage = await _next(page, order[0])
        for turn in range(rounds):
            server.kill()
            await _ended(page, on_stage)
            server.start()
            answered = await asyncio.to_thread(_answers, lambda: _redis_answers(server.url))
            on_stage = await _next(page, order[2 * turn + 1])
            of_redis.append((on_stage["at"] - answered) * 1000)
            await asyncio.to_thread(embedded.stop, world.folder)
            await _ended(page, on_stage)
            starting = asyncio.create_task(asyncio.to_thread(embedded.ensure_running, world.folder))
            answered = await asyncio.to_thread(_answers, lambda: _postgres_answers(world.second_url))
            on_stage = await _next(page, order[2 * turn + 2])
            of_postgres.append((on_stage["at"] - answered) * 1000)
            await starting
    return of_redis, of_postgres


async def _ended(page: Page, run: dict[str, Any]) -> None:
    await asyncio.sleep(_DOWN_SECONDS / 2)
    await page.end(run)
    await asyncio.sleep(_DOWN_SECONDS / 2)


async def _next(page: Page, message_id: str) -> dict[str, Any]:
    async with asyncio.timeout(_PATIENCE):
        at, run = await page.shown.get()
    if run["message_id"] != message_id:
        raise RuntimeError(f"{run['message_id']} was shown, and {message_id} was next")
    return run | {"at": at}


def _answers(asked: Callable[[], bool]) -> float:
    while not asked():
        time.sleep(0.002)
    return time.monotonic()


def _redis_answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False


def _postgres_answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False
