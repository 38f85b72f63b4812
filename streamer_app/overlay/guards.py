"""What every request passes: the right Host and Origin on the way in, strict headers on the way out.

A page of any web site may send requests to 127.0.0.1, or to an address of the local network. Checking Host defeats
names that were re-bound to it, checking Origin defeats sockets and requests from other sites; the keys do the rest.
"""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from aiohttp import hdrs, web

LOOPBACK: Final = "127.0.0.1"
_LOOPBACK_NAMES: Final = (LOOPBACK, "localhost", "[::1]")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_FIXED_HEADERS: Final = {
    hdrs.SERVER: "streamer-app",
    "X-Content-Type-Options": "nosniff",
    # The origin alone: YouTube asks for a Referer, and the key in our path must never leave.
    "Referrer-Policy": "strict-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), display-capture=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_VIDEO_HOSTS: Final = "https://www.youtube-nocookie.com https://www.youtube.com"
_VIDEO_PAGES: Final = ("/overlay/", "/preview/")
"""Pages that may show a player; a control page shows none."""

_log = structlog.get_logger(__name__)


def plain_trace(error: BaseException) -> str:
    """A traceback as text. Renderers that print local variables would print keys and donors with them."""
    return "".join(traceback.format_exception(error))


def is_from_here(request: web.Request) -> bool:
    """Whether a program of this computer asks, over loopback."""
    return request.remote == LOOPBACK


class Guard:
    """The checks and headers of a server on one port."""

    def __init__(self, port: int) -> None:
        """Accept this port's own names only."""
        self._port = port
        self._loopback = frozenset(f"{name}:{port}" for name in _LOOPBACK_NAMES)

    def hosts(self, request: web.Request) -> frozenset[str]:
        """The names that may stand in this request: on the local network only the very address it was sent to.

        That is an address of this computer, however many it has and whenever they change, and never a name that
        somebody else's name server could point at it.
        """
        name = None if request.transport is None else request.transport.get_extra_info("sockname")
        if name is None:
            return frozenset()
        return self._loopback if name[0] == LOOPBACK else frozenset({f"{name[0]}:{self._port}"})

    def install(self, app: web.Application) -> None:
        """Put the checks before every handler and the headers on every response, errors included."""
        app.middlewares.append(self._check)
        app.on_response_prepare.append(self._add_headers)

    def require_own_origin(self, request: web.Request) -> None:
        """Refuse with 403 unless a page of this server asks: browsers always name the origin of a socket."""
        if request.headers.get(hdrs.ORIGIN, "").removeprefix("http://") not in self.hosts(request):
            raise web.HTTPForbidden(text="This origin may not connect.")

    @web.middleware
    async def _check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.headers.get(hdrs.HOST) not in self.hosts(request):
            raise web.HTTPMisdirectedRequest(text="This server answers on its own addresses only.")
        if hdrs.ORIGIN in request.headers:
            self.require_own_origin(request)
        try:
            return await handler(request)
        except (web.HTTPException, ConnectionError):
            raise
        except Exception as error:  # noqa: BLE001 - our bug is logged, without the path (it carries a key)
            resource = request.match_info.route.resource
            _log.error("request_failed", route=resource and resource.canonical, exception=plain_trace(error))
            raise web.HTTPInternalServerError(text="The server failed; its log says where.") from None

    async def _add_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        host = request.headers.get(hdrs.HOST)
        # Named besides 'self' because OBS's older browsers do not count a socket of the same origin as 'self'.
        socket = f" ws://{host}" if host in self.hosts(request) else ""
        response.headers.update(_FIXED_HEADERS)
        frames = f"frame-src {_VIDEO_HOSTS}; " if request.path.startswith(_VIDEO_PAGES) else ""
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
            f"media-src 'self'; {frames}connect-src 'self'{socket}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
