"""Uploads into the library, and who is connected: for programs of this computer that have the studio's own key.

`POST /control/upload?name=<file name>` takes the file as the body and answers 200 `LibraryFile`, 409 or 413 `Problem`.
`POST /control/library/remove` takes `Removal` and answers 204 or 409. `GET /control/library` lists the files,
`GET /control/pages` answers `Connected`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import msgspec
from aiohttp import web

from streamer_app.core.errors import ActionableError, CommandRefusedError
from streamer_app.core.library_files import MOST_FILE_BYTES
from streamer_app.overlay.access_keys import AccessKeys
from streamer_app.overlay.control import as_json, bearer_of, unauthorized
from streamer_app.overlay.control_protocol import Problem
from streamer_app.overlay.guards import Handler, is_from_here
from streamer_app.overlay.hub import Hub
from streamer_app.services.library import Library, too_large

UPLOAD_PATH: Final = "/control/upload"
LIBRARY_PATH: Final = "/control/library"
REMOVE_PATH: Final = "/control/library/remove"
PAGES_PATH: Final = "/control/pages"
UPLOADS_AT_ONCE: Final = 2
UPLOAD_SECONDS: Final = 120.0
"""For one file to come in: a client that stops in the middle keeps no other one waiting for ever."""
_CHUNK: Final = 64 * 1024


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """A file to delete; with `forced` also one that variations name."""

    id: str
    forced: bool = False


class ListedPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page as people choose it. `name` is "OBS 31.0, on air"."""

    page_instance: str
    name: str
    role: str
    shows_alerts: bool
    widgets: tuple[str, ...]
    on_air: bool
    frozen: bool
    pinned: bool


class Connected(msgspec.Struct, frozen=True, kw_only=True):
    """Who is here. `pinned` names the page that should speak, also while it is gone and the best one does."""

    pages: tuple[ListedPage, ...]
    pinned: str | None = None
    previews: int = 0


FilesUsed = Callable[[], Awaitable[Mapping[str, Sequence[str]]]]
"""Which files settings name, and by which variations (`core.variations.files_used`)."""


async def nothing_used() -> Mapping[str, Sequence[str]]:
    """Where nobody knows the settings."""
    return {}


class StudioFiles:
    """Handlers of the library and of the list of pages."""

    def __init__(
        self,
        library: Library | None,
        hub: Hub,
        keys: Callable[[], AccessKeys],
        used: FilesUsed = nothing_used,
    ) -> None:
        """`keys` answers with those in use; `used` with what settings name now."""
        self._library = library
        self._hub = hub
        self._keys = keys
        self._used = used
        self._room = asyncio.Semaphore(UPLOADS_AT_ONCE)

    def add_to(self, app: web.Application) -> None:
        """Register the routes. What changes anything is POST."""
        app.router.add_post(UPLOAD_PATH, self._behind_key(self._upload))
        app.router.add_post(REMOVE_PATH, self._behind_key(self._remove))
        app.router.add_get(LIBRARY_PATH, self._behind_key(self._list))
        app.router.add_get(PAGES_PATH, self._behind_key(self._connected))

    def _behind_key(self, handler: Handler) -> Handler:
        async def check(request: web.Request) -> web.StreamResponse:
            if not is_from_here(request):
                raise web.HTTPNotFound
            if not self._keys().opens_control(bearer_of(request)):
                raise unauthorized()
            try:
                return await handler(request)
            except CommandRefusedError as error:
                return _problem(error, 409)
            except ActionableError as error:
                return _problem(error, 503)

        return check

    def _there(self) -> Library:
        if self._library is None:
            raise web.HTTPNotFound
        return self._library

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        library = self._there()
        if (request.content_length or 0) > MOST_FILE_BYTES:
            return _problem(too_large(), 413)
        async with self._room:
            try:
                content = await _body_of(request)
            except TimeoutError:
                raise web.HTTPRequestTimeout from None
            if content is None:
                return _problem(too_large(), 413)
            kept = await asyncio.to_thread(library.add, content, request.query.get("name", ""))
        return as_json(kept, 200)

    async def _remove(self, request: web.Request) -> web.StreamResponse:
        try:
            removal = msgspec.json.decode(await request.read(), type=Removal)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            return as_json(Problem(title="This names no file.", remedy="Use the program's own client."), 400)
        used = (await self._used()).get(removal.id, ())
        await asyncio.to_thread(self._there().remove, removal.id, used_by=used, forced=removal.forced)
        return web.Response(status=204)

    async def _list(self, _request: web.Request) -> web.StreamResponse:
        return as_json(await asyncio.to_thread(self._there().files), 200)

    async def _connected(self, _request: web.Request) -> web.StreamResponse:
        pages = tuple(
            ListedPage(
                page_instance=page.page_instance,
                name=page.name,
                role=page.role.value,
                shows_alerts=page.shows_alerts,
                widgets=page.widgets,
                on_air=page.on_air,
                frozen=page.frozen,
                pinned=page.pinned,
            )
            for page in self._hub.pages
        )
        return as_json(Connected(pages=pages, pinned=self._hub.pinned, previews=len(self._hub.previews)), 200)


async def _body_of(request: web.Request) -> bytes | None:
    """The body, None for one above the limit: no more than that is ever in memory."""
    content = bytearray()
    async with asyncio.timeout(UPLOAD_SECONDS):
        async for chunk in request.content.iter_chunked(_CHUNK):
            content += chunk
            if len(content) > MOST_FILE_BYTES:
                return None
    return bytes(content)


def _problem(error: ActionableError, status: int) -> web.Response:
    return as_json(Problem(title=error.title, remedy=error.remedy, reason=error.reason, facts=error.facts), status)
