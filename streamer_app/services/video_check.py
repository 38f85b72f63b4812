"""Asks YouTube, when a donation arrives, whether its video exists and may be embedded. Nobody waits long.

oEmbed needs no key and tells title, existence and whether embedding is allowed. It tells neither length nor whether a
video is live: the page finds out when it plays. What cannot be known stays unknown, and may play.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
import msgspec
import structlog

from streamer_app.core.presentation import cleaned
from streamer_app.core.videos import is_video_id

YOUTUBE: Final = "https://www.youtube.com"
TIMEOUT_SECONDS: Final = 4.0
KEPT_SECONDS: Final = 24 * 60 * 60.0
MOST_KEPT: Final = 2_000
LONGEST_TITLE: Final = 200
_MOST_BYTES: Final = 64 * 1024
_OK: Final = 200

_log = structlog.get_logger(__name__)


class Existence(StrEnum):
    """What is known of a video."""

    EXISTS = "exists"
    MISSING = "missing"
    NOT_EMBEDDABLE = "not_embeddable"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class VideoFacts:
    """The answer. The title is of a stranger: text, never markup; empty where none is known."""

    existence: Existence
    title: str = ""

    @property
    def may_play(self) -> bool:
        """Unknown may: the page says so when it does not work."""
        return self.existence in (Existence.EXISTS, Existence.UNKNOWN)


_UNKNOWN: Final = VideoFacts(Existence.UNKNOWN)
_BY_STATUS: Final = {
    400: Existence.MISSING,
    401: Existence.NOT_EMBEDDABLE,
    403: Existence.NOT_EMBEDDABLE,
    404: Existence.MISSING,
}
_BY_WORD: Final = {
    b"bad request": Existence.MISSING,
    b"not found": Existence.MISSING,
    b"unauthorized": Existence.NOT_EMBEDDABLE,
    b"forbidden": Existence.NOT_EMBEDDABLE,
}
"""Some refusals came with status 200 and this body."""


class _Answer(msgspec.Struct):
    title: Any = None


class VideoCheck:
    """Asks, and remembers answers for a day. An async context manager of one loop."""

    def __init__(self, clock: Callable[[], float], base_url: str = YOUTUBE, timeout: float = TIMEOUT_SECONDS) -> None:
        """`clock` gives monotonic seconds; `timeout` is of one question, in seconds."""
        self._clock = clock
        self._base = base_url
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None
        self._known: dict[str, tuple[float, VideoFacts]] = {}
        self._asking: dict[str, asyncio.Task[VideoFacts]] = {}

    async def __aenter__(self) -> Self:
        """Open nothing yet: the first question does."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what is being asked."""
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        if asking:
            await asyncio.wait(asking)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def known(self, video_id: str) -> VideoFacts | None:
        """What was answered within the last day; None where nobody asked, or the answer is old."""
        kept = self._known.get(video_id)
        return kept[1] if kept is not None and self._clock() - kept[0] < KEPT_SECONDS else None

    def expect(self, video_id: str) -> None:
        """Begin to ask, unless it is known: the answer is there when the donation's turn comes."""
        if is_video_id(video_id) and self.known(video_id) is None and video_id not in self._asking:
            self._begin(video_id)

    def _begin(self, video_id: str) -> asyncio.Task[VideoFacts]:
        task = asyncio.create_task(self._look_up(video_id), name="video check")
        self._asking[video_id] = task
        task.add_done_callback(lambda _: self._asking.pop(video_id, None))
        return task

    async def ask(self, video_id: str) -> VideoFacts:
        """What is known of this video after at most the time-out. Never raises. Several who ask share one question."""
        if not is_video_id(video_id):
            return VideoFacts(Existence.MISSING)
        known = self.known(video_id)
        if known is not None:
            return known
        return await asyncio.shield(self._asking.get(video_id) or self._begin(video_id))

    async def _look_up(self, video_id: str) -> VideoFacts:
        try:
            facts = await self._request(video_id)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as problem:
            _log.info("video.unknown", why=type(problem).__name__)
            return _UNKNOWN
        if facts.existence is not Existence.UNKNOWN:
            self._keep(video_id, facts)
        return facts

    async def _request(self, video_id: str) -> VideoFacts:
        if self._session is None:
            # No cookies are kept: YouTube learns of this computer that it asked, and nothing else.
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._timeout), cookie_jar=aiohttp.DummyCookieJar()
            )
        asked = {"url": f"{YOUTUBE}/watch?v={video_id}", "format": "json"}
        async with self._session.get(f"{self._base}/oembed", params=asked, allow_redirects=False) as response:
            if response.status != _OK:
                return VideoFacts(_BY_STATUS.get(response.status, Existence.UNKNOWN))
            return _facts_in(await _body_of(response))

    def _keep(self, video_id: str, facts: VideoFacts) -> None:
        self._known.pop(video_id, None)
        self._known[video_id] = (self._clock(), facts)
        if len(self._known) > MOST_KEPT:
            self._known.pop(next(iter(self._known)))


async def _body_of(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(4096):
        body += chunk
        if len(body) > _MOST_BYTES:
            return b""
    return bytes(body)


def _facts_in(body: bytes) -> VideoFacts:
    try:
        title = msgspec.json.decode(body, type=_Answer).title
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return VideoFacts(_BY_WORD.get(body.strip().lower(), Existence.UNKNOWN))
    if not isinstance(title, str):
        return _UNKNOWN
    return VideoFacts(Existence.EXISTS, cleaned(title, LONGEST_TITLE))
