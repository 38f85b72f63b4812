"""One page's socket: the fastest safe way out, and a bounded outbox behind it.

A frame goes straight into the transport when nothing waits before it: that costs no turn of the loop, so an alert
leaves within `Hub.show`. Once the client is behind, frames line up in the outbox for the one writer task, and a client
that leaves more than `OUTBOX_LIMIT` unread is closed.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Final

import structlog
from aiohttp import WSMsgType, web
from aiohttp.abc import AbstractStreamWriter

from streamer_app.core.overlay_protocol import OUTBOX_LIMIT, CloseCode

CLOSE_GRACE_SECONDS: Final = 0.7
"""How long a client may take to answer a close before its connection is cut. Stopping must fit in two seconds."""
_FLUSH_POLL_SECONDS: Final = 0.02
_DIRECT_LIMIT_BYTES: Final = 32 * 1024
"""Half of the transport's high-water mark: below it a write into an empty buffer never has to wait."""

_log = structlog.get_logger(__name__)


class PageSocket:
    """Sends frames to one page and closes it. Every call is made on the server's loop and none blocks."""

    def __init__(
        self, socket: web.WebSocketResponse, transport: asyncio.Transport, stream: AbstractStreamWriter
    ) -> None:
        """Wrap a prepared socket (without compression), its transport and the stream that `prepare` returned."""
        self._socket = socket
        self._transport = transport
        self._stream = stream
        self._outbox: deque[bytes] = deque()
        self._filled = asyncio.Event()
        self._closing: asyncio.Task[None] | None = None
        self._on_close: Callable[[], None] | None = None
        self._writer = asyncio.create_task(self._write_outbox(), name="overlay page writer")

    def send(self, frame: bytes) -> None:
        """Send one text frame, at once when nothing waits before it. After a close it is dropped."""
        if self._closing is not None:
            return
        if not self._outbox and len(frame) <= _DIRECT_LIMIT_BYTES and self._transport.get_write_buffer_size() == 0:
            with suppress(ConnectionError):  # the reader notices the lost connection and the page leaves
                _complete(self._socket.send_frame(frame, WSMsgType.TEXT))
        elif len(self._outbox) >= OUTBOX_LIMIT:
            _log.warning("overlay_client_slow", unread=len(self._outbox))
            self.close(CloseCode.SLOW_CLIENT)
        else:
            self._outbox.append(frame)
            self._filled.set()

    def when_closing(self, leave: Callable[[], None]) -> None:
        """Call this on the loop's next turn once a close begins: a client that reads nothing makes it last."""
        self._on_close = leave

    def close(self, code: int) -> None:
        """Begin to close with this code; what still waits in the outbox is dropped. Only the first call counts."""
        if self._closing is None:
            if self._on_close is not None:
                asyncio.get_running_loop().call_soon(self._on_close)
            self._outbox.clear()
            self._closing = asyncio.create_task(self._close(code), name="overlay page close")

    async def finished(self) -> None:
        """Wait until nothing of this socket runs any more; the reader calls it last."""
        self._writer.cancel()
        await asyncio.wait([self._writer])
        if self._closing is not None:
            await asyncio.wait([self._closing])

    async def _write_outbox(self) -> None:
        with suppress(ConnectionError):
            while True:
                await self._filled.wait()
                self._filled.clear()
                while self._outbox:
                    await self._stream.drain()
                    if self._outbox:
                        await self._socket.send_frame(self._outbox.popleft(), WSMsgType.TEXT)

    async def _close(self, code: int) -> None:
        try:
            async with asyncio.timeout(CLOSE_GRACE_SECONDS):
                await self._socket.close(code=code, drain=False)
                while self._transport.get_write_buffer_size() > 0:  # noqa: ASYNC110 - a transport has no such event
                    await asyncio.sleep(_FLUSH_POLL_SECONDS)
        except (TimeoutError, ConnectionError):
            self._transport.abort()


def _complete(sending: Coroutine[object, object, None]) -> None:
    """Run a send that cannot have to wait: without compression and below the high-water mark it is one plain write."""
    try:
        sending.send(None)
    except StopIteration:
        return
    sending.close()
    raise RuntimeError("a direct send had to wait")
