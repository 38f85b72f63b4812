"""One control page's socket on the way out: answers in their order, and of pictures only the newest.

A page on a slow network misses pictures that were replaced meanwhile and never falls behind for good; one that reads
nothing at all is closed.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec
import structlog
from aiohttp import WSMsgType, web
from aiohttp.abc import AbstractStreamWriter

from streamer_app.core.control_page import UNANSWERED_PINGS, ControlClose, Picture, Ping, ServerMessage
from streamer_app.core.overlay_protocol import OUTBOX_LIMIT
from streamer_app.overlay.page_socket import CLOSE_GRACE_SECONDS

PICTURE_SECONDS: Final = 0.1
"""At most one picture in this time, however the queue storms."""
SEND_SECONDS: Final = 10.0
"""How long one frame may take into a full network buffer."""
_FLUSH_POLL_SECONDS: Final = 0.02

_log = structlog.get_logger(__name__)


class ControlSocket:
    """Sends to one page and closes it. Every call is made on the server's loop and none blocks."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport,
        stream: AbstractStreamWriter,
        look: Callable[[], Picture],
    ) -> None:
        """Wrap a prepared socket, its transport and stream; `look` makes the newest picture for this page."""
        self._socket = socket
        self._transport = transport
        self._stream = stream
        self._look = look
        self._answers: deque[bytes] = deque()
        self._mark: str | None = None
        self._shows = False
        self._dirty = False
        self._picture_at = 0.0
        self._unanswered = 0
        self._filled = asyncio.Event()
        self._closing: asyncio.Task[None] | None = None
        self._writer = asyncio.create_task(self._write(), name="control page writer")

    def say(self, message: ServerMessage) -> None:
        """Send one message, after those before it."""
        if self._closing is not None:
            return
        if len(self._answers) >= OUTBOX_LIMIT:
            _log.warning("control_page_slow", unread=len(self._answers))
            self.close(ControlClose.SLOW_CLIENT)
            return
        self._answers.append(msgspec.json.encode(message))
        self._filled.set()

    def show_from(self, mark: str | None) -> None:
        """From now on the page wants pictures; it has the one of this mark already."""
        self._mark, self._shows = mark, True
        self.changed()

    def changed(self) -> None:
        """What the page shows may be old."""
        self._dirty = True
        self._filled.set()

    def ping(self, n: int) -> None:
        """Ping it, and close it when it was silent over too many of them."""
        if self._unanswered >= UNANSWERED_PINGS:
            self.close(ControlClose.SLOW_CLIENT)
            return
        self._unanswered += 1
        self.say(Ping(n=n))

    def heard(self) -> None:
        """The page said something: it lives."""
        self._unanswered = 0

    @property
    def closing(self) -> bool:
        """Whether it is on its way out."""
        return self._closing is not None

    def close(self, code: int) -> None:
        """Begin to close with this code; what was not sent is dropped. Only the first call counts."""
        if self._closing is None:
            self._answers.clear()
            self._writer.cancel()
            self._closing = asyncio.create_task(self._close(code), name="control page close")

    async def finished(self) -> None:
        """Wait until nothing of this socket runs any more; the reader calls it last."""
        self._writer.cancel()
        await asyncio.wait([self._writer])
        if self._closing is not None:
            await asyncio.wait([self._closing])

    async def _write(self) -> None:
        with suppress(ConnectionError):
            while True:
                await self._filled.wait()
                self._filled.clear()
                while (frame := self._next()) is not None:
                    try:
                        async with asyncio.timeout(SEND_SECONDS):
                            await self._stream.drain()
                            await self._socket.send_frame(frame, WSMsgType.TEXT)
                    except TimeoutError:
                        _log.warning("control_page_slow", unread=len(self._answers))
                        self.close(ControlClose.SLOW_CLIENT)
                        return

    def _next(self) -> bytes | None:
        if self._answers:
            return self._answers.popleft()
        if not (self._dirty and self._shows):
            return None
        loop = asyncio.get_running_loop()
        if loop.time() < self._picture_at:
            loop.call_at(self._picture_at, self._filled.set)
            return None
        self._dirty = False
        picture = self._look()
        if picture.mark == self._mark:
            return None
        self._mark = picture.mark
        self._picture_at = loop.time() + PICTURE_SECONDS
        return msgspec.json.encode(picture)

    async def _close(self, code: int) -> None:
        try:
            async with asyncio.timeout(CLOSE_GRACE_SECONDS):
                await self._socket.close(code=code, drain=False)
                while self._transport.get_write_buffer_size() > 0:  # noqa: ASYNC110 - a transport has no such event
                    await asyncio.sleep(_FLUSH_POLL_SECONDS)
        except (TimeoutError, ConnectionError):
            self._transport.abort()
