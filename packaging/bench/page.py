"""The WebSocket client of commit_to_alert: notes when each message arrived; of ours it also plays the page's part."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import aiohttp

from streamer_app.core.overlay_protocol import PROTOCOL_VERSION


class Arrivals:
    """Monotonic seconds by message id; a second arrival of the same message is counted, the first one stands."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self.repeated = 0
        self._awaited: set[str] = set()
        self._complete = asyncio.Event()

    def note(self, message_id: str, now: float) -> None:
        """This message was read from the socket at `now`."""
        if message_id in self.at:
            self.repeated += 1
        else:
            self.at[message_id] = now
            self._awaited.discard(message_id)
            if not self._awaited:
                self._complete.set()

    async def all_of(self, messages: set[str], seconds: float) -> None:
        """Wait until all of these have arrived, or for so long."""
        self._awaited = messages - self.at.keys()
        if not self._awaited:
            return
        self._complete.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._complete.wait()


@asynccontextmanager
async def relay_page(url: str) -> AsyncIterator[Arrivals]:
    """A client of the bare relay: every frame is a message's id."""
    arrivals = Arrivals()

    async def read(socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            now = time.monotonic()
            arrivals.note(frame.data, now)

    async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/socket") as socket:
        reading = asyncio.create_task(read(socket))
        yield arrivals
        reading.cancel()
        await asyncio.wait({reading})


@asynccontextmanager
async def overlay_page(url: str) -> AsyncIterator[Arrivals]:
    """A speaker of the overlay that starts and finishes every alert at once."""
    arrivals = Arrivals()
    identified = asyncio.Event()

    async def read(socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            now = time.monotonic()
            message = json.loads(frame.data)
            match message["type"]:
                case "hello":
                    await socket.send_json(identify())
                case "identified":
                    identified.set()
                case "ping":
                    await socket.send_json({"type": "pong", "n": message["n"]})
                case "alert.show":
                    arrivals.note(message["message_id"], now)
                    run = {"run_id": message["run_id"], "fence": message["fence"]}
                    await socket.send_json({"type": "alert.started", **run})
                    shown = message["timing"]["on_stage_ms"]
                    await socket.send_json({"type": "alert.finished", **run, "shown_ms": shown, "audible": True})

    origin = url.partition("/overlay/")[0]
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/socket", origin=origin) as socket:
        reading = asyncio.create_task(read(socket))
        async with asyncio.timeout(10):
            await identified.wait()
        yield arrivals
        reading.cancel()
        await asyncio.wait({reading})


def identify() -> dict[str, object]:
    """What a page in OBS says of itself."""
    return {
        "type": "identify",
        "protocol": PROTOCOL_VERSION,
        "page_instance": uuid4().hex,
        "widgets": ["alerts"],
        "in_obs": True,
        "active": True,
        "visible": True,
    }
