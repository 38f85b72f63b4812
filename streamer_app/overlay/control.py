"""The loopback control endpoint: the CLI and a second window speak to the studio here, with the studio's own key.

It checks who may come in and translates; what a command means, and whether it was done before, is the studio's matter.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import Final

import msgspec
import structlog
from aiohttp import WSMsgType, hdrs, web

from streamer_app.core.answers import Progress, Refused, Said
from streamer_app.core.commands import Command, CommandRefused
from streamer_app.core.errors import ActionableError, CommandRefusedError
from streamer_app.core.events import Event, QueueChanged
from streamer_app.core.overlay_protocol import CloseCode
from streamer_app.core.questions import Asked
from streamer_app.overlay.access_keys import AccessKeys
from streamer_app.overlay.control_protocol import (
    ASK_PATH,
    COMMAND_PATH,
    EVENTS_PATH,
    MAX_COMMAND_BYTES,
    PICTURE_PATH,
    STOP_PATH,
    Problem,
)
from streamer_app.overlay.guards import Handler, is_from_here
from streamer_app.overlay.page_socket import CLOSE_GRACE_SECONDS
from streamer_app.services.control import Studio

_HEARTBEAT_SECONDS: Final = 15.0
_BEARER: Final = "Bearer"
_COMMAND: Final = msgspec.json.Decoder(Command)
_ASKED: Final[msgspec.json.Decoder[Asked]] = msgspec.json.Decoder(Asked)
_PROGRESS_SECONDS: Final = 0.5
NO_COMMAND: Final = Problem(title="This is not a command.", remedy="Use the program's own version of the client.")
NO_QUESTION: Final = Problem(title="This is not a question.", remedy="Use the program's own version of the client.")
_BROKEN: Final = Refused(title="The studio failed on this; it goes on running.", remedy="Its log says what happened.")
_log = structlog.get_logger()


class EventOutbox:
    """What one client has not been sent yet: at most one event of each kind, the newest.

    A slow client therefore misses pictures that were replaced meanwhile, and never falls behind for good.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._newest: dict[type[Event], Event] = {}
        self._filled = asyncio.Event()

    def put(self, event: Event) -> None:
        """Add an event; an unsent one of its kind is dropped."""
        self._newest.pop(type(event), None)
        self._newest[type(event)] = event
        self._filled.set()

    async def take(self) -> Event:
        """The event that waits longest; waits for one."""
        while not self._newest:
            self._filled.clear()
            await self._filled.wait()
        return self._newest.pop(next(iter(self._newest)))


class ControlRoutes:
    """Handlers under `/control`."""

    def __init__(self, studio: Studio, keys: AccessKeys) -> None:
        """Speak for this studio to whoever has the control key."""
        self._studio = studio
        self._keys = keys
        self._sockets: set[web.WebSocketResponse] = set()
        self._questions: set[asyncio.Task[Said]] = set()

    def add_to(self, app: web.Application) -> None:
        """Register the routes. What changes anything is POST."""
        app.router.add_post(COMMAND_PATH, self._behind_key(self._command))
        app.router.add_post(ASK_PATH, self._behind_key(self._ask))
        app.router.add_get(PICTURE_PATH, self._behind_key(self._picture))
        app.router.add_get(EVENTS_PATH, self._behind_key(self._events))
        app.router.add_post(STOP_PATH, self._behind_key(self._stop))

    def change_keys(self, keys: AccessKeys) -> None:
        """From now on only these open the door."""
        self._keys = keys

    async def close_all(self) -> None:
        """Close every client's socket and tell it that the studio stops."""
        for question in self._questions:
            question.cancel()
        closing = [socket.close(code=CloseCode.STUDIO_STOPPING, drain=False) for socket in tuple(self._sockets)]
        await asyncio.gather(*closing)

    def _behind_key(self, handler: Handler) -> Handler:
        async def check(request: web.Request) -> web.StreamResponse:
            if not is_from_here(request):
                raise web.HTTPNotFound
            if not self._keys.opens_control(bearer_of(request)):
                raise unauthorized()
            return await handler(request)

        return check

    async def _command(self, request: web.Request) -> web.StreamResponse:
        command = await command_in(request)
        if command is None:
            return as_json(NO_COMMAND, 400)
        try:
            return as_json(await self._studio.execute(command), 200)
        except CommandRefusedError as error:
            return as_json(CommandRefused.because(error, command.id, revision_of(self._studio)), 409)
        except ActionableError as error:
            return as_json(Problem(title=error.title, remedy=error.remedy, reason=error.reason, facts=error.facts), 503)

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        try:
            asked = _ASKED.decode(await request.read())
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            return as_json(NO_QUESTION, 400)
        response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "application/x-ndjson"})
        await response.prepare(request)
        newest: list[Progress] = []
        answering = asyncio.create_task(_answer(self._studio, asked, newest.append), name="control question")
        self._questions.add(answering)
        answering.add_done_callback(self._questions.discard)
        async with aclosing(_said(answering, newest)) as saying:
            with suppress(ConnectionError):  # whoever asked has gone: closing `saying` cancels
                async for said in saying:
                    await response.write((b"" if said is None else msgspec.json.encode(said)) + b"\n")
        return response

    async def _picture(self, _request: web.Request) -> web.StreamResponse:
        await self._studio.refresh()
        return as_json(self._studio.picture(), 200)

    async def _stop(self, _request: web.Request) -> web.StreamResponse:
        self._studio.request_stop()
        return web.Response(status=202)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(
            compress=False, heartbeat=_HEARTBEAT_SECONDS, max_msg_size=MAX_COMMAND_BYTES, timeout=CLOSE_GRACE_SECONDS
        )
        await socket.prepare(request)
        outbox = EventOutbox()
        # Both within one turn of the loop: no event falls between picture and subscription.
        unsubscribe = self._studio.subscribe(outbox.put)
        for event in self._studio.picture():
            outbox.put(event)
        self._sockets.add(socket)
        writer = asyncio.create_task(_send_events(socket, outbox), name="control events")
        try:
            async for _ in socket:
                pass  # a client has nothing to say here; reading answers its pings and notices its end
        finally:
            self._sockets.discard(socket)
            unsubscribe()
            writer.cancel()
            await asyncio.wait([writer])
        return socket


async def _said(answering: asyncio.Task[Said], newest: list[Progress]) -> AsyncGenerator[Said | None, None]:
    """The newest progress now and then, or None as a sign of life, and last the answer, unless the studio stops."""
    try:
        while not (await asyncio.wait({answering}, timeout=_PROGRESS_SECONDS))[0]:
            yield newest[-1] if newest else None
            newest.clear()
        if not answering.cancelled():
            yield answering.result()
    finally:
        answering.cancel()
        await asyncio.wait({answering})


async def _answer(studio: Studio, asked: Asked, told: Callable[[Progress], None]) -> Said:
    try:
        return await studio.ask(asked, told)
    except ActionableError as problem:
        return Refused.because(problem)
    except Exception:  # noqa: BLE001 - the head of the answer is sent: a bug is logged, and said in words
        _log.exception("control.question_failed", asked=type(asked).__name__)
        return _BROKEN


async def _send_events(socket: web.WebSocketResponse, outbox: EventOutbox) -> None:
    with suppress(ConnectionError):
        while True:
            event = await outbox.take()
            await socket.send_frame(msgspec.json.encode(event), WSMsgType.TEXT)


async def command_in(request: web.Request) -> Command | None:
    """The command in a request's body, None for anything else."""
    # `Request.read` refuses more than the application's client_max_size (MAX_COMMAND_BYTES) with 413.
    raw = await request.read()
    try:
        return _COMMAND.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None


def revision_of(studio: Studio) -> int:
    """The queue's revision as the picture has it, 0 before there is one."""
    return next((event.queue.revision for event in studio.picture() if isinstance(event, QueueChanged)), 0)


def bearer_of(request: web.Request) -> str:
    """The key a request carries; empty without one, and the empty key opens nothing."""
    scheme, _, key = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return key if scheme.lower() == _BEARER.lower() else ""


def unauthorized() -> web.HTTPUnauthorized:
    """The answer to a wrong key, and to none."""
    return web.HTTPUnauthorized(headers={hdrs.WWW_AUTHENTICATE: _BEARER})


def as_json(body: object, status: int) -> web.Response:
    """An answer."""
    return web.Response(body=msgspec.json.encode(body), status=status, content_type="application/json")
