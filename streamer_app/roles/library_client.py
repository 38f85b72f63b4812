"""How a command speaks to a live studio about the library and its pages."""

from __future__ import annotations

import io
from typing import Final, TypeVar
from urllib.parse import quote

import aiohttp
import msgspec

from streamer_app.core.errors import ActionableError, CommandRefusedError
from streamer_app.core.library_files import LibraryFile
from streamer_app.overlay.control_protocol import Problem
from streamer_app.overlay.studio_files import LIBRARY_PATH, PAGES_PATH, REMOVE_PATH, UPLOAD_PATH, Connected, Removal
from streamer_app.roles.control_client import CONNECT_TIMEOUT_SECONDS, StudioGoneError

UPLOAD_SECONDS: Final = 120.0
"""A long animation is encoded anew meanwhile."""
_SUCCESS: Final = range(200, 300)
_REFUSED: Final = (409, 413)
_UNAVAILABLE: Final = (400, 503)
_T = TypeVar("_T")


class LibraryClient:
    """Asks the studio on this port with its control key; every call is a connection of its own.

    Raises `StudioGoneError` when nobody answers, `CommandRefusedError` for what is not possible.
    """

    def __init__(self, port: int, control_key: str) -> None:
        """Port and key stand in `run/studio.json`."""
        self._origin = f"http://127.0.0.1:{port}"
        self._headers = {"Authorization": f"Bearer {control_key}"}

    async def add(self, content: bytes, name: str) -> LibraryFile:
        """Upload a file."""
        path = f"{UPLOAD_PATH}?name={quote(name, safe='')}"
        return _read(await self._ask("POST", path, content), LibraryFile)

    async def remove(self, file_id: str, *, forced: bool) -> None:
        """Delete a file."""
        await self._ask("POST", REMOVE_PATH, msgspec.json.encode(Removal(id=file_id, forced=forced)))

    async def files(self) -> list[LibraryFile]:
        """Every file, the newest first."""
        return _read(await self._ask("GET", LIBRARY_PATH), list[LibraryFile])

    async def pages(self) -> Connected:
        """The connected pages as the studio names them."""
        return _read(await self._ask("GET", PAGES_PATH), Connected)

    async def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        timeout = aiohttp.ClientTimeout(total=UPLOAD_SECONDS, connect=CONNECT_TIMEOUT_SECONDS)
        data = None if body is None else io.BytesIO(body)
        try:
            # trust_env stays off: a proxy from the environment must never see the key.
            async with (
                aiohttp.ClientSession(headers=self._headers, timeout=timeout) as session,
                session.request(method, self._origin + path, data=data, allow_redirects=False) as response,
            ):
                status, answer = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise StudioGoneError from None
        if status in _SUCCESS:
            return answer
        if status not in (*_REFUSED, *_UNAVAILABLE):
            raise StudioGoneError
        problem = _read(answer, Problem)
        kind = CommandRefusedError if status in _REFUSED else ActionableError
        raise kind(problem.title, problem.remedy, reason=problem.reason, facts=problem.facts)


def _read(body: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise StudioGoneError from None
