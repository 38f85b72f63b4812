"""What OBS loads: the page, its assets and sounds, and its socket."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import msgspec
import structlog
from aiohttp import WSMsgType, hdrs, web

from streamer_app import __version__
from streamer_app.core.overlay_protocol import (
    MAX_PAGE_MESSAGE_BYTES,
    PING_INTERVAL_SECONDS,
    PROTOCOL_VERSION,
    CloseCode,
    Hello,
    Identify,
    PageMessage,
)
from streamer_app.overlay.access_keys import AccessKeys
from streamer_app.overlay.guards import Guard
from streamer_app.overlay.hub import Hub
from streamer_app.overlay.page_messages import BadMessageError, decode
from streamer_app.overlay.page_socket import CLOSE_GRACE_SECONDS, PageSocket

HEARTBEAT_SECONDS: Final = 3 * PING_INTERVAL_SECONDS
"""Protocol pings start after this much silence: they find a dead connection, the application's pings a stuck page."""

_CONTENT_TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".gif": "image/gif",
    ".webm": "video/webm",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
}
"""Types are fixed here and never guessed: on Windows the registry would decide, and a wrong one stops the page."""
_TEXT_TYPES: Final = ("text/", "application/json")

_NOT_BUILT: Final = (
    "<!doctype html><meta charset='utf-8'><title>Overlay</title>"
    "<p>The overlay's web part is not built. Run <code>make run</code> once, then refresh this page.</p>"
    "<p>Bagian web overlay belum dibuat. Jalankan <code>make run</code> sekali, lalu segarkan halaman ini.</p>"
)

_log = structlog.get_logger(__name__)


class PageRoutes:
    """Handlers under `/overlay`, `/assets` and `/sounds`."""

    def __init__(
        self, hub: Hub, keys: AccessKeys, guard: Guard, *, dist: Path, sounds: Path, identify_timeout: float
    ) -> None:
        """`dist` is the built web part, `identify_timeout` in seconds."""
        self._hub = hub
        self._keys = keys
        self._guard = guard
        self._dist = dist
        self._sounds = sounds
        self._identify_timeout = identify_timeout
        self._sockets: set[PageSocket] = set()

    def add_to(self, app: web.Application) -> None:
        """Register the routes. All are GET and none changes anything."""
        app.router.add_get("/overlay/{key}", self._shell)
        app.router.add_get("/overlay/{key}/socket", self._socket)
        app.router.add_get("/assets/{name:.+}", self._asset)
        app.router.add_get("/sounds/{name:.+}", self._sound)
        app.router.add_get("/favicon.ico", self._no_icon)

    def change_keys(self, keys: AccessKeys) -> None:
        """From now on only these open the door; whoever is inside with an old one is shown out."""
        self._keys = keys
        self.close_all(CloseCode.KEY_ROTATED)

    def close_all(self, code: CloseCode) -> None:
        """Begin to close every socket, identified or not."""
        for socket in tuple(self._sockets):
            socket.close(code)

    async def _shell(self, request: web.Request) -> web.StreamResponse:
        self._check_key(request)
        return await built_page(self._dist, "index.html")

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        # The build puts a hash of the content into each name.
        return _file(self._dist / "assets", request.match_info["name"], "public, max-age=31536000, immutable")

    async def _sound(self, request: web.Request) -> web.StreamResponse:
        return _file(self._sounds, request.match_info["name"], "no-cache")

    async def _no_icon(self, _request: web.Request) -> web.StreamResponse:
        # Browsers ask for it unbidden; an error in the page's console would hide real ones.
        return web.Response(status=204)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        self._check_key(request)
        self._guard.require_own_origin(request)
        # No compression: on loopback it only costs time, and an uncompressed send never has to wait.
        socket = web.WebSocketResponse(
            compress=False,
            heartbeat=HEARTBEAT_SECONDS,
            max_msg_size=MAX_PAGE_MESSAGE_BYTES,
            timeout=CLOSE_GRACE_SECONDS,
        )
        stream = await socket.prepare(request)
        if request.transport is None:
            return socket
        page = PageSocket(socket, request.transport, stream)
        self._sockets.add(page)
        try:
            page.send(msgspec.json.encode(await self._hello()))
            identify = await self._identify(socket, page)
            if identify is not None:
                await self._converse(socket, page, identify)
        finally:
            self._sockets.discard(page)
            await page.finished()
        return socket

    def _check_key(self, request: web.Request) -> None:
        # A wrong key looks like a page that does not exist.
        if not self._keys.opens_display(request.match_info["key"]):
            raise web.HTTPNotFound

    async def _hello(self) -> Hello:
        return Hello(
            protocol=PROTOCOL_VERSION, server_version=__version__, asset_version=await asset_version(self._dist)
        )

    async def _identify(self, socket: web.WebSocketResponse, page: PageSocket) -> Identify | None:
        """The page's first message, or None once its socket is closing."""
        try:
            async with asyncio.timeout(self._identify_timeout):
                received = await _next_message(socket, page)
        except TimeoutError:
            page.close(CloseCode.NOT_IDENTIFIED)
            return None
        match received:
            case _Ended():
                return None
            case Identify(protocol=version) if version == PROTOCOL_VERSION:
                return received
            case Identify():
                page.close(CloseCode.PROTOCOL_MISMATCH)
            case _:
                page.close(CloseCode.NOT_IDENTIFIED)
        return None

    async def _converse(self, socket: web.WebSocketResponse, page: PageSocket, identify: Identify) -> None:
        self._hub.join(identify, page)
        page.when_closing(lambda: self._hub.leave(identify.page_instance, page))
        try:
            while not isinstance(message := await _next_message(socket, page), _Ended):
                if message is not None:
                    self._hub.receive(identify.page_instance, message)
        finally:
            self._hub.leave(identify.page_instance, page)


async def built_page(dist: Path, name: str) -> web.Response:
    """A page of the built web part, fresh; or a page that says how to build it."""
    try:
        html = await asyncio.to_thread((dist / name).read_text, encoding="utf-8")
    except OSError:
        _log.warning("overlay_not_built", folder=str(dist))
        return web.Response(text=_NOT_BUILT, status=503, content_type="text/html")
    return web.Response(text=html, content_type="text/html")


async def asset_version(dist: Path) -> str:
    """What the build is called; empty where there is none."""
    try:
        return (await asyncio.to_thread((dist / "version.txt").read_text, encoding="utf-8")).strip()
    except OSError:
        return ""


class _Ended:
    """No further message: the socket is closed or closing."""


async def _next_message(socket: web.WebSocketResponse, page: PageSocket) -> PageMessage | _Ended | None:
    """The next message, None for one of a type that only a newer page knows."""
    frame = await socket.receive()
    if frame.type in (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR):
        return _Ended()
    try:
        message = decode(frame.data)
    except BadMessageError as error:
        _log.warning("overlay_bad_message", why=str(error))
        page.close(CloseCode.BAD_MESSAGE)
        return _Ended()
    if message is None:
        _log.info("overlay_unknown_message")
    return message


def _file(folder: Path, name: str, caching: str) -> web.FileResponse:
    """A file of a known type below the folder, or 404. Links and `..` that lead out of it are 404 as well."""
    content_type = _CONTENT_TYPES.get(Path(name).suffix)
    if content_type is None or "\0" in name:
        raise web.HTTPNotFound
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise web.HTTPNotFound
    charset = "; charset=utf-8" if content_type.startswith(_TEXT_TYPES) else ""
    return web.FileResponse(path, headers={hdrs.CONTENT_TYPE: content_type + charset, hdrs.CACHE_CONTROL: caching})
