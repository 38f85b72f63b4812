"""The conversation with open control pages: pictures out, commands in, each in its own time.

A command goes on when the socket it came by is lost: the page sends it again, and its id makes that harmless.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
import structlog
from aiohttp import WSMsgType, web

from streamer_app import __version__
from streamer_app.core.commands import CommandRefused
from streamer_app.core.control_page import (
    COMMANDS_AT_ONCE,
    MAX_MESSAGE_BYTES,
    ControlClose,
    Failed,
    Hello,
    Order,
    PageMessage,
    Picture,
    Pong,
    Refused,
    Result,
    Resume,
    ServerMessage,
    ShowMoney,
)
from streamer_app.core.control_picture import ControlPicture, picture_of, refusal_for_key
from streamer_app.core.errors import ActionableError, CommandRefusedError
from streamer_app.core.events import Event, Lights, QueueChanged
from streamer_app.core.rights import ControlKey, Right
from streamer_app.overlay.control import revision_of
from streamer_app.overlay.control_socket import ControlSocket
from streamer_app.overlay.guards import plain_trace
from streamer_app.overlay.page_routes import HEARTBEAT_SECONDS, asset_version
from streamer_app.overlay.page_socket import CLOSE_GRACE_SECONDS
from streamer_app.services.control import Studio
from streamer_app.services.control_keys import KeyRing

LANGUAGES: Final = ("id", "en")
AWAY: Final = ("The studio cannot do that now", "Nothing was changed. Try again in a moment.")
"""What is away is the streamer's to know: errors of the studio name computers and logins."""
_PAGE_MESSAGE: Final[msgspec.json.Decoder[PageMessage]] = msgspec.json.Decoder(PageMessage)
_log = structlog.get_logger(__name__)


@dataclass
class Visitor:
    """Who looks at an open page, and how they want to see it."""

    key: ControlKey
    socket: ControlSocket
    language: str = LANGUAGES[0]
    money: bool = False
    at_work: int = 0
    """Commands of this socket that are on their way."""


def picture_for(studio: Studio, rights: frozenset[Right], language: str, *, money: bool) -> ControlPicture:
    """The newest picture for somebody with these rights."""
    events = {type(event): event for event in studio.picture()}
    queue, lights = events.get(QueueChanged), events.get(Lights)
    return picture_of(
        queue.queue if isinstance(queue, QueueChanged) else None,
        lights if isinstance(lights, Lights) else None,
        rights=rights,
        language=language if language in LANGUAGES else LANGUAGES[0],
        money=money,
    )


def marked(picture: ControlPicture) -> Picture:
    """The picture with the name of what it says. The revision is left out: it grows when nothing to be seen does."""
    said = msgspec.json.encode(msgspec.structs.replace(picture, revision=0))
    return Picture(mark=hashlib.sha256(said).hexdigest()[:24], picture=picture)


class Conversations:
    """All open control pages of one studio."""

    def __init__(
        self, studio: Studio, ring: KeyRing, *, dist: Path, now: Callable[[], datetime], resume_seconds: float
    ) -> None:
        """`now` is the wall clock, in UTC."""
        self._studio = studio
        self._ring = ring
        self._dist = dist
        self._now = now
        self._resume_seconds = resume_seconds
        self._visitors: list[Visitor] = []
        self._working: set[asyncio.Task[None]] = set()
        self._pings = 0
        self._forget = ring.when_changed(self._show_out)

    def ping(self) -> None:
        """Ping every page; those that stay silent are closed. The server calls it by its timer."""
        self._pings += 1
        for visitor in tuple(self._visitors):
            visitor.socket.ping(self._pings)

    async def end(self) -> None:
        """The studio stops: tell every page, and give up what is still on its way."""
        self._forget()
        for visitor in tuple(self._visitors):
            visitor.socket.close(ControlClose.STUDIO_STOPPING)
        working = tuple(self._working)
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)

    async def hold(self, request: web.Request, key: ControlKey) -> web.WebSocketResponse:
        """Talk with one page until one of both goes."""
        socket = web.WebSocketResponse(
            compress=False, heartbeat=HEARTBEAT_SECONDS, max_msg_size=MAX_MESSAGE_BYTES, timeout=CLOSE_GRACE_SECONDS
        )
        stream = await socket.prepare(request)
        if request.transport is None:
            return socket

        def look() -> Picture:
            return marked(picture_for(self._studio, key.rights, visitor.language, money=visitor.money))

        page = ControlSocket(socket, request.transport, stream, look)
        visitor = Visitor(key, page)
        self._visitors.append(visitor)
        unsubscribe: Callable[[], None] = _nothing
        try:
            page.say(await self._hello(key))
            if not self._ring.has(key.key_id):
                page.close(ControlClose.KEY_REVOKED)
            if await self._resumed(socket, visitor):
                unsubscribe = self._studio.subscribe(lambda event: _heard(page, event))
                await self._converse(socket, visitor)
        finally:
            unsubscribe()
            self._visitors.remove(visitor)
            await page.finished()
        return socket

    def _show_out(self) -> None:
        for visitor in tuple(self._visitors):
            if not self._ring.has(visitor.key.key_id):
                _log.info("control_key_revoked", name=visitor.key.name)
                visitor.socket.close(ControlClose.KEY_REVOKED)

    async def _hello(self, key: ControlKey) -> Hello:
        return Hello(
            name=key.name,
            rights=tuple(right for right in Right if right in key.rights),
            version=__version__,
            asset_version=await asset_version(self._dist),
            revision=revision_of(self._studio),
            now=self._now(),
        )

    async def _resumed(self, socket: web.WebSocketResponse, visitor: Visitor) -> bool:
        """Whether the page said in time what it has."""
        try:
            async with asyncio.timeout(self._resume_seconds):
                message = await _next_message(socket, visitor.socket)
        except TimeoutError:
            message = None
        if not isinstance(message, Resume):
            visitor.socket.close(ControlClose.NOT_RESUMED)
            return False
        visitor.language, visitor.money = message.language, message.money
        visitor.socket.show_from(message.mark)
        return True

    async def _converse(self, socket: web.WebSocketResponse, visitor: Visitor) -> None:
        while (message := await _next_message(socket, visitor.socket)) is not None:
            visitor.socket.heard()
            match message:
                case Pong():
                    pass
                case ShowMoney(shown=shown):
                    visitor.money = shown
                    visitor.socket.changed()
                case Resume():
                    visitor.language, visitor.money = message.language, message.money
                    visitor.socket.show_from(message.mark)
                case Order():
                    self._begin(visitor, message)

    def _begin(self, visitor: Visitor, order: Order) -> None:
        if visitor.at_work >= COMMANDS_AT_ONCE:
            visitor.socket.close(ControlClose.TOO_MANY_COMMANDS)
            return
        visitor.at_work += 1
        task = asyncio.create_task(self._carry_out(visitor, order), name="control page command")
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _carry_out(self, visitor: Visitor, order: Order) -> None:
        try:
            visitor.socket.say(await self._answer(visitor.key, order))
        finally:
            visitor.at_work -= 1

    async def _answer(self, key: ControlKey, order: Order) -> ServerMessage:
        command = msgspec.structs.replace(order.command, actor=key.name)
        try:
            done = await self._studio.execute(command, key.rights)
        except CommandRefusedError as error:
            refused = refusal_for_key(CommandRefused.because(error, command.id, revision_of(self._studio)))
            return Refused(
                command_id=command.id,
                revision=refused.revision,
                title=refused.title,
                remedy=refused.remedy,
                reason=refused.reason,
                facts=refused.facts,
            )
        except ActionableError as error:
            return Failed(command_id=command.id, title=AWAY[0], remedy=AWAY[1], reason=error.reason)
        except Exception as error:  # noqa: BLE001 - our bug is logged, and the page and the show go on
            _log.error("control_command_failed", action=type(command.action).__name__, exception=plain_trace(error))
            return Failed(command_id=command.id, title=AWAY[0], remedy=AWAY[1])
        return Result(command_id=done.command_id, revision=done.revision, count=done.count, repeated=done.repeated)


async def _next_message(socket: web.WebSocketResponse, page: ControlSocket) -> PageMessage | None:
    """The next message; None once the socket is closed or closing. One that cannot be read closes it."""
    frame = await socket.receive()
    if frame.type is not WSMsgType.TEXT or page.closing:
        if frame.type is WSMsgType.BINARY:
            page.close(ControlClose.BAD_MESSAGE)
        return None
    try:
        return _PAGE_MESSAGE.decode(frame.data)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        _log.warning("control_bad_message", why=type(error).__name__)
        page.close(ControlClose.BAD_MESSAGE)
        return None


def _heard(page: ControlSocket, event: Event) -> None:
    if isinstance(event, QueueChanged | Lights):
        page.changed()


def _nothing() -> None:
    pass
