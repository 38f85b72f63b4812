"""An overlay page without a browser: speaks the protocol, and does what a test tells it to."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import aiohttp

from streamer_app.core.overlay_protocol import PROTOCOL_VERSION

PATIENCE = 20.0


class ScriptedPage:
    """One socket. `finishes`: every alert is started and finished as a page would, at its time."""

    def __init__(self, url: str, *, finishes: bool = True, resume: dict[str, Any] | None = None) -> None:
        self._url = url
        self._finishes = finishes
        self._resume = resume
        self._session: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reading: asyncio.Task[None] | None = None
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.frames: list[str] = []
        self.shown: list[dict[str, Any]] = []
        self.instance = uuid4().hex

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        origin = self._url.partition("/overlay/")[0]
        self._socket = await self._session.ws_connect(f"{self._url}/socket", origin=origin)
        hello = await self._socket.receive_json()
        assert hello["type"] == "hello"
        await self._socket.send_json(
            {
                "type": "identify",
                "protocol": PROTOCOL_VERSION,
                "page_instance": self.instance,
                "widgets": ["alerts"],
                "in_obs": True,
                "active": True,
                "visible": True,
                "resume": self._resume,
            }
        )
        self._reading = asyncio.create_task(self._read())
        await self.next("identified")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        assert self._reading is not None
        self._reading.cancel()
        await asyncio.wait({self._reading})
        if self._socket is not None:
            await self._socket.close()
        await self._session.close()

    async def next(self, kind: str) -> dict[str, Any]:
        """The next message of that type; others are passed over."""
        async with asyncio.timeout(PATIENCE):
            while True:
                message = await self._inbox.get()
                if message["type"] == kind:
                    return message

    async def gone(self) -> None:
        """Until the server is gone."""
        assert self._reading is not None
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait({self._reading})

    async def start(self, run: dict[str, Any]) -> None:
        """Say that the text is painted."""
        await self.send("alert.started", run)

    async def finish(self, run: dict[str, Any]) -> None:
        """Say that it is over."""
        await self.send("alert.finished", run, shown_ms=run["timing"]["on_stage_ms"], audible=True)

    async def source(self, *, active: bool) -> None:
        """What OBS says of the source."""
        assert self._socket is not None
        await self._socket.send_json({"type": "source.active", "active": active, "visible": True})

    async def send(self, kind: str, run: dict[str, Any], **fields: object) -> None:
        """One report about a run."""
        assert self._socket is not None
        await self._socket.send_json({"type": kind, "run_id": run["run_id"], "fence": run["fence"], **fields})

    async def _read(self) -> None:
        assert self._socket is not None
        async for frame in self._socket:
            self.frames.append(str(frame.data))
            message: dict[str, Any] = frame.json()
            if message["type"] == "ping":
                await self._socket.send_json({"type": "pong", "n": message["n"]})
            if message["type"] == "alert.show":
                self.shown.append(message)
                if self._finishes:
                    await self.start(message)
                    await asyncio.sleep((message["timing"]["on_stage_ms"] - message["offset_ms"]) / 1000)
                    await self.finish(message)
            self._inbox.put_nowait(message)
