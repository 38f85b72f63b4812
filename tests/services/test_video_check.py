"""What is asked of YouTube before a video plays, and what its answers mean. A local server stands for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from streamer_app.services import video_check
from streamer_app.services.video_check import Existence, VideoCheck, VideoFacts

ID = "dQw4w9WgXcQ"
ANSWER = {
    "title": "Rick Astley - Never Gonna Give You Up",
    "author_name": "Rick Astley",
    "author_url": "https://www.youtube.com/@RickAstleyYT",
    "type": "video",
    "height": 113,
    "width": 200,
    "version": "1.0",
    "provider_name": "YouTube",
    "provider_url": "https://www.youtube.com/",
    "thumbnail_height": 360,
    "thumbnail_width": 480,
    "thumbnail_url": "https://i.ytimg.com/vi/dQw4w9WgXcQ/hqdefault.jpg",
    "html": '<iframe width="200" height="113" src="https://www.youtube.com/embed/dQw4w9WgXcQ"></iframe>',
}


@dataclass
class YouTube:
    """Answers as it is told, and remembers what it was asked."""

    status: int = 200
    body: bytes = field(default_factory=lambda: json.dumps(ANSWER).encode())
    asked: list[web.Request] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)
    base: str = ""

    async def oembed(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        self.was_asked.set()
        await self.gate.wait()
        headers = {"Location": "/elsewhere"} if self.status == 302 else {}
        return web.Response(status=self.status, body=self.body, content_type="application/json", headers=headers)


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def youtube() -> AsyncIterator[YouTube]:
    there = YouTube()
    there.gate.set()
    app = web.Application()
    app.router.add_get("/oembed", there.oembed)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    there.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield there
    finally:
        there.gate.set()
        await runner.cleanup()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def check(youtube: YouTube, clock: Clock) -> AsyncIterator[VideoCheck]:
    async with VideoCheck(clock, youtube.base, timeout=5) as check:
        yield check


async def test_a_video_that_may_be_embedded_is_known_by_its_title(check: VideoCheck, youtube: YouTube) -> None:
    facts = await check.ask(ID)
    assert facts == VideoFacts(Existence.EXISTS, "Rick Astley - Never Gonna Give You Up")
    assert facts.may_play
    assert dict(youtube.asked[0].query) == {"url": f"https://www.youtube.com/watch?v={ID}", "format": "json"}
    assert "Referer" not in youtube.asked[0].headers
    assert "Cookie" not in youtube.asked[0].headers


@pytest.mark.parametrize(
    ("status", "body", "existence"),
    [
        (404, b"Not Found", Existence.MISSING),
        (400, b"Bad Request", Existence.MISSING),
        (401, b"Unauthorized", Existence.NOT_EMBEDDABLE),
        (403, b"Forbidden", Existence.NOT_EMBEDDABLE),
        (200, b"Forbidden", Existence.NOT_EMBEDDABLE),
        (200, b"Not Found\n", Existence.MISSING),
        (200, b"<html>consent</html>", Existence.UNKNOWN),
        (200, b'{"title": 5}', Existence.UNKNOWN),
        (200, b"[]", Existence.UNKNOWN),
        (200, b"[" * 50_000, Existence.UNKNOWN),
        (200, b" " * 200_000, Existence.UNKNOWN),
        (302, b"", Existence.UNKNOWN),
        (429, b"", Existence.UNKNOWN),
        (500, b"", Existence.UNKNOWN),
        (503, b"", Existence.UNKNOWN),
    ],
)
async def test_what_its_answers_mean(
    check: VideoCheck, youtube: YouTube, status: int, body: bytes, existence: Existence
) -> None:
    youtube.status, youtube.body = status, body
    facts = await check.ask(ID)
    assert facts == VideoFacts(existence)
    assert facts.may_play is (existence is Existence.UNKNOWN)


async def test_an_answer_is_kept_for_a_day_and_no_answer_is_not(
    check: VideoCheck, youtube: YouTube, clock: Clock
) -> None:
    youtube.status = 500
    await check.ask(ID)
    assert check.known(ID) is None
    youtube.status = 404
    await check.ask(ID)
    youtube.status = 200
    clock.now = 24 * 60 * 60 - 1
    assert (await check.ask(ID)).existence is Existence.MISSING
    assert len(youtube.asked) == 2
    clock.now += 1
    assert check.known(ID) is None
    assert (await check.ask(ID)).existence is Existence.EXISTS
    assert check.known(ID) == VideoFacts(Existence.EXISTS, ANSWER["title"])  # type: ignore[arg-type]


async def test_several_who_ask_share_one_question(check: VideoCheck, youtube: YouTube) -> None:
    youtube.gate.clear()
    asking = [asyncio.create_task(check.ask(ID)) for _ in range(5)]
    await youtube.was_asked.wait()
    asking[0].cancel()
    youtube.gate.set()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert {answer.existence for answer in answers[1:] if isinstance(answer, VideoFacts)} == {Existence.EXISTS}
    assert len(youtube.asked) == 1


async def test_silence_is_unknown_after_the_time_out(youtube: YouTube, clock: Clock) -> None:
    youtube.gate.clear()
    async with VideoCheck(clock, youtube.base, timeout=0.05) as check:
        assert (await check.ask(ID)).existence is Existence.UNKNOWN


async def test_offline_is_unknown(clock: Clock) -> None:
    async with VideoCheck(clock, "http://127.0.0.1:1", timeout=5) as check:
        assert await check.ask(ID) == VideoFacts(Existence.UNKNOWN)


async def test_what_is_no_id_is_never_asked(check: VideoCheck, youtube: YouTube) -> None:
    for text in ("", "../oembed", "dQw4w9WgXcQ&x=1", "<script>aaaa"):
        assert (await check.ask(text)).existence is Existence.MISSING
    assert youtube.asked == []


async def test_a_title_is_cleaned_and_cut(check: VideoCheck, youtube: YouTube) -> None:
    youtube.body = json.dumps({"title": "a\u202e\n<b>" + "x" * 500}).encode()
    facts = await check.ask(ID)
    assert facts.title.startswith("a <b>xxx")
    assert len(facts.title) == video_check.LONGEST_TITLE


async def test_what_is_remembered_is_bounded(
    check: VideoCheck, youtube: YouTube, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_check, "MOST_KEPT", 2)
    for number in range(4):
        await check.ask(f"{number}{ID[1:]}")
    assert [check.known(f"{number}{ID[1:]}") is not None for number in range(4)] == [False, False, True, True]
    assert len(youtube.asked) == 4


async def test_leaving_ends_what_is_being_asked(youtube: YouTube, clock: Clock) -> None:
    youtube.gate.clear()
    async with VideoCheck(clock, youtube.base, timeout=5) as check:
        asking = asyncio.create_task(check.ask(ID))
        await youtube.was_asked.wait()
    with pytest.raises(asyncio.CancelledError):
        await asking
