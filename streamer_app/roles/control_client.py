"""The other end of the loopback control endpoint: how a CLI command or a second window speaks to a live studio."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Final, Self, TypeVar

import aiohttp
import msgspec

from streamer_app.core.answers import Answer, OnProgress, Progress, Refused, Said
from streamer_app.core.commands import Command, CommandRefused, CommandResult
from streamer_app.core.errors import ActionableError, CommandRefusedError
from streamer_app.core.events import Event
from streamer_app.core.overlay_protocol import CloseCode
from streamer_app.core.questions import Asked
from streamer_app.overlay.control_protocol import (
    ASK_PATH,
    COMMAND_PATH,
    EVENTS_PATH,
    MAX_PICTURE_BYTES,
    PICTURE_PATH,
    STOP_PATH,
    Problem,
)

COMMAND_TIMEOUT_SECONDS: Final = 30.0
CONNECT_TIMEOUT_SECONDS: Final = 3.0
_HEARTBEAT_SECONDS: Final = 15.0
_OK: Final = 200
_ACCEPTED: Final = 202
_BAD_REQUEST: Final = 400
_REFUSED: Final = 409
_FAILED: Final = 500
_UNAVAILABLE: Final = 503

_T = TypeVar("_T")
_EVENT: Final[msgspec.json.Decoder[Event]] = msgspec.json.Decoder(Event)
_SAID: Final[msgspec.json.Decoder[Said]] = msgspec.json.Decoder(Said)
_LONGEST_LINE: Final = 16 * 1024 * 1024


class StudioGoneError(ActionableError):
    """No studio answers there (any more): it stopped, or another program took its port."""

    def __init__(self) -> None:
        """One sentence fits every way of being gone."""
        super().__init__("The studio does not answer.", "Start it again, then repeat the command.")


class ControlClient:
    """Speaks to the studio on this port with its control key. An async context manager; use it on one loop.

    Every method raises `StudioGoneError` when nobody answers, or somebody who does not know the key.
    """

    def __init__(self, port: int, control_key: str) -> None:
        """Port and key stand in `run/studio.json`."""
        self._origin = f"http://127.0.0.1:{port}"
        self._headers = {"Authorization": f"Bearer {control_key}"}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the session; the first connection is made by the first call."""
        # trust_env stays off: a proxy from the environment must never see the key.
        self._session = aiohttp.ClientSession(
            headers=self._headers,
            timeout=aiohttp.ClientTimeout(total=COMMAND_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, command: Command) -> CommandResult:
        """Have a command done. After `StudioGoneError` it may be sent again with the same id: it is done once.

        Raises `CommandRefusedError` when it is not possible now, another `ActionableError` with the studio's words.
        """
        status, body = await self._ask("POST", COMMAND_PATH, msgspec.json.encode(command))
        if status == _OK:
            return _read(body, CommandResult)
        if status == _REFUSED:
            refused = _read(body, CommandRefused)
            raise CommandRefusedError(refused.title, refused.remedy, reason=refused.reason, facts=refused.facts)
        raise _problem(status, body)

    async def ask(self, asked: Asked, told: OnProgress | None = None) -> Answer:
        """Have a question answered; cancelling the task ends it over there too. Raises as `send` does."""
        try:
            async with self._open_session().post(
                self._origin + ASK_PATH,
                data=msgspec.json.encode(asked),
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(connect=CONNECT_TIMEOUT_SECONDS, sock_read=COMMAND_TIMEOUT_SECONDS),
                read_bufsize=_LONGEST_LINE,
            ) as response:
                if response.status != _OK:
                    raise _problem(response.status, await response.read())
                async for line in response.content:
                    said = _SAID.decode(line) if line.strip() else None
                    if isinstance(said, Refused):
                        raise said.error()
                    if said is not None and not isinstance(said, Progress):
                        return said
                    if said is not None and told is not None:
                        told(said)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            raise StudioGoneError from None
        raise StudioGoneError

    async def picture(self) -> tuple[Event, ...]:
        """The newest event of each kind. Kinds that this program does not know are left out."""
        status, body = await self._ask("GET", PICTURE_PATH)
        if status != _OK:
            raise _problem(status, body)
        events = (_event(raw) for raw in _read(body, list[msgspec.Raw]))
        return tuple(event for event in events if event is not None)

    async def events(self) -> AsyncIterator[Event]:
        """The picture, then every event until the studio stops. Close the iterator (`aclosing`) to end earlier.

        Raises `StudioGoneError` when the studio goes without a word.
        """
        try:
            async with self._open_session().ws_connect(
                self._origin + EVENTS_PATH, heartbeat=_HEARTBEAT_SECONDS, max_msg_size=MAX_PICTURE_BYTES
            ) as socket:
                while (frame := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                    if (event := _event(frame.data)) is not None:
                        yield event
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise StudioGoneError from None
        # The frame's own code: `close_code` is replaced when the answer to it finds the connection gone.
        if frame.type is not aiohttp.WSMsgType.CLOSE or frame.data != CloseCode.STUDIO_STOPPING:
            raise StudioGoneError

    async def stop(self) -> None:
        """Ask the studio to end in good order; it answers before it does."""
        status, body = await self._ask("POST", STOP_PATH)
        if status != _ACCEPTED:
            raise _problem(status, body)

    async def _ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        try:
            async with self._open_session().request(
                method, self._origin + path, data=body, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise StudioGoneError from None

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("ControlClient is used outside of its context")
        return self._session


def _problem(status: int, body: bytes) -> ActionableError:
    """What an answer other than the wanted one means to the person who asked."""
    if status in (_UNAVAILABLE, _BAD_REQUEST):
        problem = _read(body, Problem)
        return ActionableError(problem.title, problem.remedy, reason=problem.reason, facts=problem.facts)
    if status == _FAILED:
        return ActionableError("The studio failed on this; it goes on running.", "Its log says what happened.")
    return StudioGoneError()


def _read(body: bytes, kind: type[_T]) -> _T:
    """The answer as this type. What is not one was not written by a studio: another program has its port."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise StudioGoneError from None


def _event(raw: bytes | str | msgspec.Raw) -> Event | None:
    """One event, or None for one that only a newer program knows."""
    try:
        return _EVENT.decode(raw)
    except msgspec.ValidationError:
        return None
