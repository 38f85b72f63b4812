"""What OBS loads: the page, its assets, sounds and files, and its socket. Previews have the same by their own key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
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
from streamer_app.overlay.guards import Guard, Handler
from streamer_app.overlay.hub import Hub
from streamer_app.overlay.page_files import PageFiles
from streamer_app.overlay.page_messages import BadMessageError, decode, is_widget_name
from streamer_app.overlay.page_socket import CLOSE_GRACE_SECONDS, PageSocket
from streamer_app.overlay.previews import Audience

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


@dataclass(frozen=True)
class _Door:
    """One way in: its first path segment, the key that opens it, and whom its pages report to."""

    prefix: str
    key: Callable[[AccessKeys], str]
    opens: Callable[[AccessKeys, str], bool]
    audience: Audience


class PageRoutes:
    """Handlers under `/overlay`, `/preview`, `/assets` and `/sounds`."""

    def __init__(
        self,
        hub: Hub,
        keys: AccessKeys,
        guard: Guard,
        *,
        files: PageFiles,
        dist: Path,
        sounds: Path,
        identify_timeout: float,
    ) -> None:
        """`dist` is the built web part, `identify_timeout` in seconds."""
        self._doors = (
            _Door("/overlay", lambda keys: keys.display, AccessKeys.opens_display, hub),
            _Door("/preview", lambda keys: keys.preview, AccessKeys.opens_preview, hub.previews),
        )
        self._keys = keys
        self._files = files
        self._guard = guard
        self._dist = dist
        self._sounds = sounds
        self._identify_timeout = identify_timeout
        self._sockets: dict[PageSocket, _Door] = {}

    def add_to(self, app: web.Application) -> None:
        """Register the routes. All are GET and none changes anything."""
        for door in self._doors:
            page = door.prefix + "/{key}"
            app.router.add_get(page, self._behind(door, self._shell))
            app.router.add_get(page + "/canvas", self._behind(door, self._shell))
            app.router.add_get(page + "/widget/{name}", self._behind(door, self._widget_shell))
            app.router.add_get(page + "/socket", self._behind(door, partial(self._socket, door)))
            app.router.add_get(page + "/library/{name}", self._behind(door, self._files.library_file))
            app.router.add_get(page + "/speech/{name}.wav", self._behind(door, self._files.speech_file))
            app.router.add_get(page + "/custom/{name}", self._behind(door, self._files.sheet))
        app.router.add_get("/assets/{name:.+}", self._asset)
        app.router.add_get("/sounds/{name:.+}", self._sound)
        app.router.add_get("/favicon.ico", self._no_icon)

    def change_keys(self, keys: AccessKeys) -> None:
        """From now on only these open the doors; whoever is inside with a key that changed is shown out."""
        changed = [door for door in self._doors if door.key(keys) != door.key(self._keys)]
        self._keys = keys
        for socket, door in tuple(self._sockets.items()):
            if door in changed:
                socket.close(CloseCode.KEY_ROTATED)

    def close_all(self, code: CloseCode) -> None:
        """Begin to close every socket, identified or not."""
        for socket in tuple(self._sockets):
            socket.close(code)

    def _behind(self, door: _Door, handler: Handler) -> Handler:
        async def check(request: web.Request) -> web.StreamResponse:
            # A wrong key looks like a page that does not exist.
            if not door.opens(self._keys, request.match_info["key"]):
                raise web.HTTPNotFound
            return await handler(request)

        return check

    async def _shell(self, _request: web.Request) -> web.StreamResponse:
        return await built_page(self._dist, "index.html")

    async def _widget_shell(self, request: web.Request) -> web.StreamResponse:
        if not is_widget_name(request.match_info["name"]):
            raise web.HTTPNotFound
        return await self._shell(request)

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        # The build puts a hash of the content into each name.
        return _file(self._dist / "assets", request.match_info["name"], "public, max-age=31536000, immutable")

    async def _sound(self, request: web.Request) -> web.StreamResponse:
        return _file(self._sounds, request.match_info["name"], "no-cache")

    async def _no_icon(self, _request: web.Request) -> web.StreamResponse:
        # Browsers ask for it unbidden; an error in the page's console would hide real ones.
        return web.Response(status=204)

    async def _socket(self, door: _Door, request: web.Request) -> web.StreamResponse:
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
        if not door.opens(self._keys, request.match_info["key"]):
            # The key was rotated while the handshake was under way.
            page.close(CloseCode.KEY_ROTATED)
        self._sockets[page] = door
        try:
            page.send(msgspec.json.encode(await self._hello()))
            identify = await self._identify(socket, page)
            if identify is not None:
                await self._converse(door.audience, socket, page, identify)
        finally:
            self._sockets.pop(page, None)
            await page.finished()
        return socket

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

    async def _converse(
        self, audience: Audience, socket: web.WebSocketResponse, page: PageSocket, identify: Identify
    ) -> None:
        audience.join(identify, page)
        page.when_closing(lambda: audience.leave(identify.page_instance, page))
        try:
            while not isinstance(message := await _next_message(socket, page), _Ended):
                if message is not None:
                    audience.receive(identify.page_instance, message)
        finally:
            audience.leave(identify.page_instance, page)


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
