"""A server for the overlay page and nothing else: it says what a test tells it to, and keeps what the page reports."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self
from uuid import UUID, uuid4

import msgspec
from aiohttp import WSMsgType, web

from streamer_app.core import overlay_protocol as protocol
from streamer_app.core.commands import Channel

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

KEY: Final = "test-key"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; media-src 'self'; "
    "frame-src https://www.youtube-nocookie.com; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
_WAIT_SECONDS: Final = 10.0
_PAGE_MESSAGES: Final = msgspec.json.Decoder(protocol.PageMessage)
_ENCODER: Final = msgspec.json.Encoder()


@dataclass(frozen=True)
class Report:
    """One message of a page, and when it came."""

    at: float
    connection: int
    message: protocol.PageMessage


class StageServer:
    """Runs on a thread of its own, so that a test may wait while the page and the server go on talking."""

    def __init__(self, dist: Path, sounds: Path, port: int = 0) -> None:
        self._dist = dist
        self._sounds = sounds
        self.port = port
        self.role = protocol.Role.SPEAKER
        self.volume = 1.0
        self.reduced_motion = False
        self.muted: tuple[Channel, ...] = ()
        self.custom_css: str | None = None
        self.speech_volume = 1.0
        self.media_volume = 0.5
        self.files: dict[str, tuple[bytes, str]] = {}
        """What stands in the page's own folder, by name (`speech/a.wav`): content and its type. Else 404."""
        self.slow: dict[str, float] = {}
        """Seconds that the server takes over a file, as over speech that it is still making."""
        self.asked: list[str] = []
        """Files of the page's own folder that were asked for, found or not."""
        self.asset_version = (dist / "version.txt").read_text(encoding="utf-8").strip()
        self.page_loads = 0
        self.reports: list[Report] = []
        self._connections = 0
        self._sockets: set[web.WebSocketResponse] = set()
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="stage-server")

    def __enter__(self) -> Self:
        self._thread.start()
        self.listen()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_listening()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        """What OBS would load."""
        return f"http://127.0.0.1:{self.port}/overlay/{KEY}"

    def listen(self) -> None:
        """Begin to serve, on the same port as before if there was one."""
        self._run(self._listen())

    def stop_listening(self) -> None:
        """Vanish as a killed server does: every socket is cut, the port is free."""
        self._run(self._stop())

    def send(self, message: protocol.ServerMessage) -> float:
        """Say one thing to every page, and return when."""
        text = _ENCODER.encode(message).decode()
        at = time.monotonic()
        self._run(self._broadcast(text))
        return at

    def send_text(self, text: str) -> None:
        """Say something that is no message of the protocol."""
        self._run(self._broadcast(text))

    def wait(self, kind: type[Any], *, after: float = 0.0, count: int = 1) -> Report:
        """Wait for the `count`-th message of this kind since `after`."""
        deadline = time.monotonic() + _WAIT_SECONDS
        with self._changed:
            while True:
                found = self.seen(kind, after=after)
                if len(found) >= count:
                    return found[count - 1]
                left = deadline - time.monotonic()
                if left <= 0:
                    names = [type(report.message).__name__ for report in self.reports]
                    message = f"no {kind.__name__} came; the page said {names}"
                    raise AssertionError(message)
                self._changed.wait(left)

    def seen(self, *kinds: type[Any], after: float = 0.0) -> list[Report]:
        """All messages of these kinds since `after`."""
        return [report for report in self.reports if report.at >= after and isinstance(report.message, kinds)]

    def progress(self) -> list[protocol.AlertProgress]:
        """What the page said of its progress, until now."""
        messages = [report.message for report in self.reports]
        return [message for message in messages if isinstance(message, protocol.AlertProgress)]

    def ended(self) -> list[protocol.AlertFinished]:
        """The ends that the page told, until now."""
        messages = [report.message for report in self.reports]
        return [message for message in messages if isinstance(message, protocol.AlertFinished)]

    def round_trip(self) -> None:
        """Return when the page has dealt with all that was sent before."""
        number = uuid4().int % 1_000_000
        sent = self.send(protocol.Ping(n=number))
        self.wait(protocol.Pong, after=sent)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        future: Future[None] = asyncio.run_coroutine_threadsafe(work, self._loop)
        future.result(_WAIT_SECONDS)

    async def _listen(self) -> None:
        app = web.Application()
        app.router.add_get("/overlay/{key}", self._shell)
        app.router.add_get("/overlay/{key}/socket", self._socket)
        app.router.add_get("/overlay/{key}/canvas", self._shell)
        app.router.add_get("/overlay/{key}/widget/{name}", self._shell)
        app.router.add_get("/overlay/{key}/{folder:library|speech|custom}/{name}", self._file)
        app.router.add_static("/assets", self._dist / "assets")
        app.router.add_static("/sounds", self._sounds)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        for socket in list(self._sockets):
            transport = socket.get_extra_info("transport")
            if transport is not None:
                transport.abort()
        self._sockets.clear()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _broadcast(self, text: str) -> None:
        for socket in list(self._sockets):
            with contextlib.suppress(ConnectionError):  # a page that is leaving
                await socket.send_str(text)

    async def _shell(self, _: web.Request) -> web.Response:
        self.page_loads += 1
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        text = (self._dist / "index.html").read_text(encoding="utf-8")
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def _file(self, request: web.Request) -> web.Response:
        name = f"{request.match_info['folder']}/{request.match_info['name']}"
        self.asked.append(name)
        await asyncio.sleep(self.slow.get(name, 0.0))
        content, kind = self.files.get(name, (b"", ""))
        if not content:
            raise web.HTTPNotFound
        return web.Response(body=content, content_type=kind)

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._connections += 1
        connection = self._connections
        hello = protocol.Hello(
            protocol=protocol.PROTOCOL_VERSION, server_version="test", asset_version=self.asset_version
        )
        await socket.send_str(_ENCODER.encode(hello).decode())
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await self._heard(socket, connection, frame.data)
        self._sockets.discard(socket)
        return socket

    async def _heard(self, socket: web.WebSocketResponse, connection: int, text: str) -> None:
        message = _PAGE_MESSAGES.decode(text)
        if isinstance(message, protocol.Identify):
            identified = protocol.Identified(
                role=self.role,
                theme="lampion",
                language="id",
                volume=self.volume,
                reduced_motion=self.reduced_motion,
                muted=self.muted,
                custom_css=self.custom_css,
                speech_volume=self.speech_volume,
                media_volume=self.media_volume,
            )
            await socket.send_str(_ENCODER.encode(identified).decode())
            self._sockets.add(socket)
        with self._changed:
            self.reports.append(Report(time.monotonic(), connection, message))
            self._changed.notify_all()


def showing(
    *,
    donor: str = "Budi",
    message: str = "semangat!",
    amount_text: str = "Rp25.000",
    tier: protocol.Tier = protocol.Tier.FULL,
    sound_url: str | None = None,
    badge: str | None = None,
    on_stage_ms: int = 40,
    enter_ms: int = 5,
    leave_ms: int = 5,
    offset_ms: int = 0,
    chime: bool = True,
    continues: UUID | None = None,
    counter: int = 1,
    speech_gap_ms: int = 300,
    after_speech_ms: int = 50,
    message_id: UUID | None = None,
    **content: Any,
) -> protocol.AlertShow:
    """An `alert.show` that is over in 50 ms unless told otherwise. `content`: more fields of the alert."""
    return protocol.AlertShow(
        run_id=uuid4(),
        fence=protocol.Fence(epoch=1, counter=counter),
        message_id=message_id or uuid4(),
        alert=protocol.Alert(
            donor=donor,
            lead="mengirim",
            amount_text=amount_text,
            message=message,
            theme=content.pop("theme", "lampion"),
            tier=tier,
            sound_url=sound_url,
            volume=1.0,
            badge=badge,
            **content,
        ),
        timing=protocol.StageTiming(
            enter_ms=enter_ms,
            on_stage_ms=on_stage_ms,
            leave_ms=leave_ms,
            speech_gap_ms=speech_gap_ms,
            after_speech_ms=after_speech_ms,
        ),
        offset_ms=offset_ms,
        chime=chime,
        continues_run_id=continues,
    )


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Wait until the server's side sees something that no message tells."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(what)
        time.sleep(0.005)
