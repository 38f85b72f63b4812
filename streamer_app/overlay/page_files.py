"""Files that pages load, all behind a page's key: the library, speech, the streamer's own style sheet."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Final, Protocol

from aiohttp import hdrs, web

from streamer_app.core.custom_css import as_served, sheet_name
from streamer_app.core.library_files import MEDIA_TYPES

SPEECH_SECONDS: Final = 10.0
"""How long a page is kept waiting for speech that is still being made; it gives up after the same time."""
_FOR_EVER: Final = "private, max-age=31536000, immutable"
"""Names change with the content."""
_SPEECH_NAME: Final = re.compile(r"[0-9a-f]{64}")
_SHEETS_KEPT: Final = 4
"""A page may ask for the sheet it was told of although the next one is there."""


class LibraryPaths(Protocol):
    """Where the streamer's files lie: `services.library.Library`."""

    def path(self, file_id: str) -> Path | None:
        """None for what is no id, and for what is not there."""


class SpeechFiles(Protocol):
    """Speech that is made or being made."""

    async def wait(self, name: str, seconds: float) -> Path | None:
        """The wav file of that name (64 hex digits), as soon as it is there; None when it failed or takes longer."""


class PageFiles:
    """What a page asks for beside itself. `library` and `speech` may come later than the server."""

    def __init__(self, library: LibraryPaths | None = None, speech: SpeechFiles | None = None) -> None:
        """Without a library or speech every such address is 404."""
        self.library = library
        self.speech = speech
        self._sheets: dict[str, str] = {}

    def dress(self, css: str) -> str | None:
        """Serve this style sheet from now on; its address for `custom_css`, None for an empty one."""
        if not css.strip():
            return None
        name = sheet_name(css)
        self._sheets.pop(name, None)
        self._sheets[name] = as_served(css)
        while len(self._sheets) > _SHEETS_KEPT:
            self._sheets.pop(next(iter(self._sheets)))
        return f"custom/{name}"

    async def library_file(self, request: web.Request) -> web.StreamResponse:
        """A file of the library, in ranges too."""
        name = request.match_info["name"]
        path = None if self.library is None else await asyncio.to_thread(self.library.path, name)
        if path is None:
            raise web.HTTPNotFound
        return _sent(path, MEDIA_TYPES[path.suffix[1:]], _FOR_EVER)

    async def speech_file(self, request: web.Request) -> web.StreamResponse:
        """Speech; waits until it is made. 404 says that it failed."""
        name = request.match_info["name"]
        if self.speech is None or _SPEECH_NAME.fullmatch(name) is None:
            raise web.HTTPNotFound
        path = await self.speech.wait(name, SPEECH_SECONDS)
        if path is None or not path.is_file():
            raise web.HTTPNotFound
        return _sent(path, MEDIA_TYPES["wav"], _FOR_EVER)

    async def sheet(self, request: web.Request) -> web.StreamResponse:
        """The streamer's own style sheet."""
        text = self._sheets.get(request.match_info["name"])
        if text is None:
            raise web.HTTPNotFound
        body = text.encode("utf-8", "replace")
        return web.Response(
            body=body, content_type="text/css", charset="utf-8", headers={hdrs.CACHE_CONTROL: _FOR_EVER}
        )


def _sent(path: Path, content_type: str, caching: str) -> web.FileResponse:
    return web.FileResponse(path, headers={hdrs.CONTENT_TYPE: content_type, hdrs.CACHE_CONTROL: caching})
