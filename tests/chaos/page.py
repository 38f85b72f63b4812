"""An overlay page without a browser, in a process of its own: it shows, reports and comes back as `overlay_web` does.

`python -m tests.chaos.page URL LOG`. What it shows is a sleep; everything else is honest: STARTED when it painted,
PROGRESS on the way, FINISHED when the time on stage is over and the stage is empty, `resume` on every reconnect, a
silent socket dropped. Now and then it says an old FINISHED once more, which must count for nothing. It notes what it
showed, a JSON line each. SIGUSR1 cuts its socket, SIGUSR2 reloads it.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

import aiohttp
import msgspec

from streamer_app.core.overlay_protocol import PING_INTERVAL_SECONDS, PROTOCOL_VERSION

SILENCE_SECONDS: Final = 3 * PING_INTERVAL_SECONDS
FRAME_SECONDS: Final = 0.002
FIRST_BACKOFF_SECONDS: Final = 0.25
LONGEST_BACKOFF_SECONDS: Final = 5.0
STUTTERS: Final = 0.05
"""How often, in the middle of an alert, it repeats how the one before ended."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One moment of one showing. `at` is monotonic seconds, the same for every process of this machine."""

    what: str
    """painted, continued, finished, stopped, cleared."""
    at: float
    page: str
    run_id: UUID
    message_id: UUID | None
    offset_ms: int
    heard: bool = True
    """For `finished`: there was a socket to say it on."""


@dataclass
class OnStage:
    """What is shown now. Run and fence change when another run goes on with it."""

    show: dict[str, Any]
    run_id: str
    fence: dict[str, int]
    painted_at: float | None = None


class Page:
    """One page load after the other, on one address."""

    def __init__(self, url: str, log: str) -> None:
        self._url = url
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._instance = uuid4().hex
        self._now: OnStage | None = None
        self._showing: asyncio.Task[None] | None = None
        self._last: dict[str, Any] | None = None
        self._connector: aiohttp.TCPConnector | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._said: dict[str, Any] | None = None
        self._speaks = False
        self._attempt = 0

    async def run(self) -> None:
        """Come back for ever."""
        while True:
            try:
                await self._connected()
            except (aiohttp.ClientError, OSError, TimeoutError):
                pass  # gone: that is what this page is here for
            finally:
                self._socket = None
            step = min(LONGEST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2 ** min(self._attempt, 16))
            self._attempt += 1
            await asyncio.sleep(step / 2 + step / 2 * random.random())

    def cut(self) -> None:
        """The socket dies without a word."""
        if self._connector is not None:
            self._closing = asyncio.ensure_future(self._connector.close())

    def reload(self) -> None:
        """As OBS does with "refresh": the page that was is gone with all it knew."""
        if self._now is not None:
            self._note("cleared", self._now)
        self._clear()
        self._last = None
        self._instance = uuid4().hex
        self.cut()

    async def _connected(self) -> None:
        self._connector = aiohttp.TCPConnector()
        async with aiohttp.ClientSession(connector=self._connector) as session:
            origin = self._url.partition("/overlay/")[0]
            async with asyncio.timeout(SILENCE_SECONDS):
                self._socket = await session.ws_connect(f"{self._url}/socket", origin=origin, timeout=_NO_GOODBYE)
            while True:
                frame = await self._socket.receive(SILENCE_SECONDS)
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    return
                await self._hear(frame.json())

    async def _hear(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "hello":
                await self._say({"type": "identify", **self._identity()})
            case "identified":
                self._attempt = 0
                self._speaks = message["role"] == "speaker"
            case "role.changed":
                self._speaks = message["role"] == "speaker"
            case "ping":
                await self._say({"type": "pong", "n": message["n"]})
            case "alert.show":
                await self._show(message)
            case "alert.stop" if self._now is not None and self._now.run_id == message["run_id"]:
                self._note("stopped", self._now)
                self._clear()
                self._last = None
            case _:
                pass

    def _identity(self) -> dict[str, Any]:
        now = self._now
        resume = self._last
        if now is not None:
            resume = {"run_id": now.run_id, "shown_ms": _shown_ms(now), "ended": False, "audible": True}
        return {
            "protocol": PROTOCOL_VERSION,
            "page_instance": self._instance,
            "widgets": ["alerts"],
            "in_obs": True,
            "active": True,
            "visible": True,
            "resume": resume,
        }

    async def _show(self, message: dict[str, Any]) -> None:
        now = self._now
        if now is not None and now.run_id in {message["run_id"], message["continues_run_id"]}:
            now.run_id, now.fence = message["run_id"], message["fence"]
            self._note("continued", now)
            if now.painted_at is not None:
                await self._report("alert.started", now)
            return
        if now is not None:
            self._note("cleared", now)
        self._clear()
        self._last = None
        self._now = OnStage(message, message["run_id"], message["fence"])
        self._showing = asyncio.create_task(self._perform(self._now))

    async def _perform(self, now: OnStage) -> None:
        timing, offset = now.show["timing"], now.show["offset_ms"]
        await asyncio.sleep(FRAME_SECONDS)
        now.painted_at = time.monotonic()
        self._note("painted", now)
        await self._report("alert.started", now)
        left = max(0, timing["on_stage_ms"] - offset) / 1000
        await asyncio.sleep(left / 2)
        if self._said is not None and random.random() < STUTTERS:
            await self._say(self._said)
        await self._report("alert.progress", now, shown_ms=_shown_ms(now), frames=2, audio_ms=0)
        await asyncio.sleep(left / 2 + timing["leave_ms"] / 1000)
        shown = min(_shown_ms(now), timing["on_stage_ms"])
        self._now = self._showing = None
        self._last = {"run_id": now.run_id, "shown_ms": shown, "ended": True, "audible": True}
        self._note("finished", now)
        await self._report("alert.finished", now, shown_ms=shown, audible=True)

    def _clear(self) -> None:
        if self._showing is not None:
            self._showing.cancel()
        self._now = self._showing = None

    async def _report(self, kind: str, now: OnStage, **fields: object) -> None:
        if self._speaks:
            said = {"type": kind, "run_id": now.run_id, "fence": now.fence, **fields}
            self._said = said if kind == "alert.finished" else self._said
            await self._say(said)

    async def _say(self, message: dict[str, Any]) -> None:
        """What cannot be sent is dropped: `resume` tells the server what it missed."""
        socket = self._socket
        if socket is None or socket.closed:
            return
        try:
            await socket.send_json(message)
        except (aiohttp.ClientError, OSError):
            await socket.close()

    def _note(self, what: str, now: OnStage) -> None:
        message = now.show["message_id"]
        note = Note(
            what=what,
            at=time.monotonic(),
            page=self._instance,
            run_id=UUID(now.run_id),
            message_id=None if message is None else UUID(message),
            offset_ms=now.show["offset_ms"],
            heard=self._socket is not None and not self._socket.closed,
        )
        os.write(self._log, msgspec.json.encode(note) + b"\n")


_NO_GOODBYE: Final = aiohttp.ClientWSTimeout(ws_close=0.1)


def _shown_ms(now: OnStage) -> int:
    since = 0.0 if now.painted_at is None else time.monotonic() - now.painted_at
    return int(now.show["offset_ms"]) + round(since * 1000)


async def main(url: str, log: str) -> None:
    """Until killed."""
    page = Page(url, log)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, page.cut)
    loop.add_signal_handler(signal.SIGUSR2, page.reload)
    await page.run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
