"""What every request passes: the right Host and Origin on the way in, strict headers on the way out.

A page of any web site may send requests to 127.0.0.1. Checking Host defeats names that were re-bound to it, checking
Origin defeats sockets and requests from other sites; the keys do the rest.
"""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from aiohttp import hdrs, web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_FIXED_HEADERS: Final = {
    hdrs.SERVER: "streamer-app",
    "X-Content-Type-Options": "nosniff",
    # The origin alone: YouTube asks for a Referer, and the key in our path must never leave.
    "Referrer-Policy": "strict-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), display-capture=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_log = structlog.get_logger(__name__)


def plain_trace(error: BaseException) -> str:
    """A traceback as text. Renderers that print local variables would print keys and donors with them."""
    return "".join(traceback.format_exception(error))


class Guard:
    """The checks and headers of a server on one loopback port."""

    def __init__(self, port: int) -> None:
        """Accept this port's own names only."""
        self._hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
        self._origins = frozenset(f"http://{host}" for host in self._hosts)

    def install(self, app: web.Application) -> None:
        """Put the checks before every handler and the headers on every response, errors included."""
        app.middlewares.append(self._check)
        app.on_response_prepare.append(self._add_headers)

    def require_own_origin(self, request: web.Request) -> None:
        """Refuse with 403 unless a page of this server asks: browsers always name the origin of a socket."""
        if request.headers.get(hdrs.ORIGIN) not in self._origins:
            raise web.HTTPForbidden(text="This origin may not connect.")

    @web.middleware
    async def _check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.headers.get(hdrs.HOST) not in self._hosts:
            raise web.HTTPMisdirectedRequest(text="This server answers on its loopback address only.")
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
        socket = f" ws://{host}" if host in self._hosts else ""
        response.headers.update(_FIXED_HEADERS)
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
            f"media-src 'self'; connect-src 'self'{socket}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
