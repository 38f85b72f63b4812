"""What a control key opens: the control page and its socket, and the same commands by HTTP.

The key's rights decide what is done and seen; who it belongs to is the author of what is done. A key is looked up by
the sha256 of what was given, so a wrong one takes as long as a right one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from aiohttp import web

from streamer_app.core.commands import CommandRefused
from streamer_app.core.control_page import RESUME_SECONDS
from streamer_app.core.control_picture import refusal_for_key, result_for_key
from streamer_app.core.errors import ActionableError, CommandRefusedError, Reason
from streamer_app.core.rights import ControlKey
from streamer_app.overlay.control import NO_COMMAND, as_json, bearer_of, command_in, revision_of, unauthorized
from streamer_app.overlay.control_protocol import (
    API_COMMAND_PATH,
    API_PICTURE_PATH,
    CONTROL_PAGE_PATH,
    CONTROL_SOCKET_PATH,
    Problem,
)
from streamer_app.overlay.guards import Guard
from streamer_app.overlay.key_conversation import AWAY, Conversations, picture_for
from streamer_app.overlay.page_routes import built_page
from streamer_app.services.control import Studio
from streamer_app.services.control_keys import KeyRing

_STARTING: Final = Problem(
    title="The studio is still starting", remedy="Try again in a moment.", reason=Reason.STARTING
)
_COME_AGAIN_SECONDS: Final = 3
"""A page that could not be opened looks again by itself: a key just made is known a moment later."""
_WAITING_PAGE: Final = (
    "<!doctype html><meta charset='utf-8'><meta name='viewport' content='width=device-width'><title>Control</title>"
    "<p>{id}</p><p lang='en'>{en}</p>"
)
_NOT_YET: Final = _WAITING_PAGE.format(
    id="Aplikasinya masih memulai. Halaman ini terbuka sendiri sebentar lagi.",
    en="The studio is still starting. This page opens by itself in a moment.",
)
_NO_KEY: Final = _WAITING_PAGE.format(
    id="Alamat ini tidak membuka apa pun. Minta yang baru kepada streamer.",
    en="This address opens nothing. Ask the streamer for a new one.",
)


class KeyRoutes:
    """Handlers of the control page and of `/api/v1`. What changes anything is POST, or said by a socket."""

    def __init__(self, studio: Studio, ring: KeyRing, guard: Guard, *, dist: Path, now: Callable[[], datetime]) -> None:
        """`dist` is the built web part, `now` the wall clock in UTC."""
        self._studio = studio
        self._ring = ring
        self._guard = guard
        self._dist = dist
        self.pages = Conversations(studio, ring, dist=dist, now=now, resume_seconds=RESUME_SECONDS)

    def add_to(self, app: web.Application) -> None:
        """Register the routes, behind those of the studio's own endpoint."""
        app.router.add_get(CONTROL_PAGE_PATH, self._shell)
        app.router.add_get(CONTROL_SOCKET_PATH, self._socket)
        app.router.add_post(API_COMMAND_PATH, self._command)
        app.router.add_get(API_PICTURE_PATH, self._picture)

    async def _shell(self, request: web.Request) -> web.StreamResponse:
        if self._ring.find(request.match_info["key"]) is not None:
            return await built_page(self._dist, "control.html")
        text, status = (_NO_KEY, 404) if self._ring.loaded else (_NOT_YET, 503)
        again = {"Refresh": str(_COME_AGAIN_SECONDS)}
        return web.Response(text=text, status=status, content_type="text/html", headers=again)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        key = self._ring.find(request.match_info["key"])
        if not self._ring.loaded:
            raise web.HTTPServiceUnavailable
        if key is None:
            raise web.HTTPNotFound
        self._guard.require_own_origin(request)
        return await self.pages.hold(request, key)

    async def _command(self, request: web.Request) -> web.StreamResponse:
        key = self._holder(request)
        if key is None:
            return as_json(_STARTING, 503)
        command = await command_in(request)
        if command is None:
            return as_json(NO_COMMAND, 400)
        try:
            done = await self._studio.execute(msgspec.structs.replace(command, actor=key.name), key.rights)
        except CommandRefusedError as error:
            refused = refusal_for_key(CommandRefused.because(error, command.id, revision_of(self._studio)))
            return as_json(refused, 403 if refused.reason is Reason.RIGHT_MISSING else 409)
        except ActionableError as error:
            return as_json(Problem(title=AWAY[0], remedy=AWAY[1], reason=error.reason), 503)
        return as_json(result_for_key(done), 200)

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        key = self._holder(request)
        if key is None:
            return as_json(_STARTING, 503)
        await self._studio.refresh()
        language, money = request.query.get("language", "id"), request.query.get("money") == "1"
        return as_json(picture_for(self._studio, key.rights, language, money=money), 200)

    def _holder(self, request: web.Request) -> ControlKey | None:
        """Whose key the request carries; None while the keys are not known yet. Raises 401 for a wrong one."""
        key = self._ring.find(bearer_of(request))
        if key is None and self._ring.loaded:
            raise unauthorized()
        return key
