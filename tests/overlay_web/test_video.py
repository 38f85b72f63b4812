"""A YouTube video in its frame: by messages only, beside the alert, and gone with it."""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Frame, Page

from streamer_app import assets
from streamer_app.core import overlay_protocol as protocol
from streamer_app.core.commands import Channel
from tests.overlay_web.conftest import OpenPage
from tests.overlay_web.stage_server import KEY, StageServer, showing
from tests.overlay_web.test_mute import settings
from tests.overlay_web.test_stage import LONG, finished
from tests.overlay_web.youtube_edge import HOST, YouTube

CANVASES: Final = ((800, 600), (1280, 720), (1920, 1080), (2560, 1440), (1080, 1920))
BOXES: Final = """() => [".plate", ".video"].map((name) => {
  const at = document.querySelector(name).getBoundingClientRect();
  return [at.left, at.top, at.right, at.bottom];
})"""


@pytest.fixture
def youtube() -> YouTube:
    return YouTube(sound=assets.resources_folder() / "sounds" / "lampion_grand.wav")


def media(video_id: str = "dQw4w9WgXcQ", play_seconds: int = 60) -> protocol.Media:
    return protocol.Media(video_id=video_id, start_seconds=7, play_seconds=play_seconds, volume=1.0)


def opened(open_page: OpenPage, youtube: YouTube, size: tuple[int, int] = (1280, 720)) -> Page:
    page = open_page(size=size)
    youtube.answer_for(page)
    return page


def end_of(server: StageServer, page: Page) -> protocol.AlertFinished:
    """Playwright answers for YouTube only while it is waited in."""
    page.wait_for_function(
        "document.querySelector('#stage').dataset.state !== 'idle' || document.querySelector('.alert')"
    )
    page.wait_for_selector("#stage[data-state=idle]:empty", state="attached", timeout=15_000)
    return finished(server)


def player(page: Page) -> Frame:
    page.wait_for_selector("iframe")
    deadline = time.monotonic() + 5
    while not any(frame.url.startswith(HOST) for frame in page.frames) and time.monotonic() < deadline:
        page.wait_for_timeout(20)
    return next(frame for frame in page.frames if frame.url.startswith(HOST))


def playing(page: Page) -> Frame:
    page.wait_for_selector(".video.playing")
    frame = player(page)
    frame.wait_for_function("window.sound.currentTime > 0.1 && !window.sound.muted")
    return frame


def test_a_video_plays_for_its_seconds_and_leaves_nothing(
    server: StageServer, open_page: OpenPage, youtube: YouTube
) -> None:
    page = opened(open_page, youtube)
    server.send(showing(media=media(play_seconds=2)))
    frame = playing(page)
    assert frame.evaluate("window.sound.volume") == 0.5
    assert page.locator(".video-donor").inner_text() == "Budi"
    end = end_of(server, page)
    assert end.audible
    assert end.troubles == ()
    assert 1900 <= end.shown_ms < 5000
    assert page.locator("iframe, .video").count() == 0
    progress = server.progress()
    assert protocol.SoundKind.MEDIA in [said.heard for said in progress]
    assert any(said.media_left_ms is not None and 0 < said.media_left_ms <= 2000 for said in progress)


def test_youtube_learns_our_origin_and_never_the_key(
    server: StageServer, open_page: OpenPage, youtube: YouTube
) -> None:
    page = opened(open_page, youtube)
    server.send(showing(media=media(play_seconds=1)))
    playing(page)
    origin = f"http://127.0.0.1:{server.port}"
    assert youtube.referers == [f"{origin}/"]
    assert all(KEY not in address for address in youtube.addresses)
    asked = parse_qs(urlsplit(youtube.addresses[0]).query)
    assert asked["origin"] == [origin]
    assert (asked["start"], asked["end"], asked["enablejsapi"]) == (["7"], ["8"], ["1"])
    assert page.evaluate("[...document.scripts].every((script) => script.src.startsWith(location.origin))")


@pytest.mark.parametrize("error", [2, 5, 100, 101, 150, 153])
def test_an_error_of_the_player_leaves_the_text(
    server: StageServer, open_page: OpenPage, youtube: YouTube, error: int
) -> None:
    youtube.error = error
    page = opened(open_page, youtube)
    server.send(showing(media=media(), on_stage_ms=1200))
    end = end_of(server, page)
    assert end.troubles == (f"media_{error}",)
    assert not end.audible
    assert end.shown_ms < 3000
    assert page.locator("iframe").count() == 0


def test_a_player_that_does_not_answer_is_given_up_after_eight_seconds(
    server: StageServer, open_page: OpenPage, youtube: YouTube
) -> None:
    youtube.silent = True
    page = opened(open_page, youtube)
    sent = server.send(showing(media=media(), on_stage_ms=8200))
    end = end_of(server, page)
    assert end.troubles == ("media_timeout",)
    assert 8 <= server.wait(protocol.AlertFinished).at - sent < 10
    assert page.locator("iframe").count() == 0


def test_a_live_video_is_not_played(server: StageServer, open_page: OpenPage, youtube: YouTube) -> None:
    youtube.live = True
    page = opened(open_page, youtube)
    server.send(showing(media=media()))
    assert end_of(server, page).troubles == ("media_live",)


@pytest.mark.parametrize("video_id", ["../x", "a" * 21, '"><script>', "", "abc?x=1&y"])
def test_an_id_that_is_none_is_never_asked_for(
    server: StageServer, open_page: OpenPage, youtube: YouTube, video_id: str
) -> None:
    opened(open_page, youtube)
    server.send(showing(media=media(video_id)))
    assert finished(server).troubles == ("media_2",)
    assert youtube.addresses == []


def test_a_stop_removes_the_frame_before_anything_else(
    server: StageServer, open_page: OpenPage, youtube: YouTube
) -> None:
    page = opened(open_page, youtube)
    shown = showing(media=media(), on_stage_ms=LONG, leave_ms=3000)
    server.send(shown)
    playing(page)
    sent = server.send(protocol.AlertStop(run_id=shown.run_id, reason="panic"))
    server.round_trip()
    assert time.monotonic() - sent < 0.2
    assert page.locator("iframe").count() == 0
    assert page.locator("#stage").get_attribute("data-state") == "leaving"


def test_a_mute_silences_the_player_and_it_goes_on(server: StageServer, open_page: OpenPage, youtube: YouTube) -> None:
    page = opened(open_page, youtube)
    server.send(showing(media=media(), on_stage_ms=LONG))
    frame = playing(page)
    sent = server.send(settings(Channel.MEDIA))
    frame.wait_for_function("window.sound.muted")
    assert time.monotonic() - sent < 0.5
    page.wait_for_timeout(250)
    assert page.locator("iframe").count() == 1
    assert not frame.evaluate("window.sound.paused")
    server.send(settings())
    frame.wait_for_function("!window.sound.muted")


def test_a_player_that_does_not_obey_a_mute_is_taken_away_and_its_time_goes_on(
    server: StageServer, open_page: OpenPage, youtube: YouTube
) -> None:
    youtube.stubborn = True
    page = opened(open_page, youtube)
    server.send(showing(media=media(play_seconds=3)))
    playing(page)
    sent = server.send(settings(Channel.MEDIA))
    page.wait_for_selector("iframe", state="detached")
    assert time.monotonic() - sent < 0.5
    assert end_of(server, page).shown_ms >= 2900
    assert finished(server).troubles == ()


OTHER_THEMES = [pytest.param(theme, marks=pytest.mark.slow) for theme in ("batik", "kaset")]


@pytest.mark.parametrize("theme", ["lampion", "struk", *OTHER_THEMES])
def test_a_video_never_covers_its_alert(server: StageServer, open_page: OpenPage, youtube: YouTube, theme: str) -> None:
    page = opened(open_page, youtube)
    for canvas in CANVASES:
        page.set_viewport_size({"width": canvas[0], "height": canvas[1]})
        for tier in (protocol.Tier.FULL, protocol.Tier.GRAND):
            words = "semangat kak " * 20
            sent = server.send(
                showing(media=media(), on_stage_ms=LONG, enter_ms=0, theme=theme, tier=tier, message=words)
            )
            server.wait(protocol.AlertStarted, after=sent)
            page.wait_for_selector(".video.playing")
            alert, video = page.evaluate(BOXES)
            apart = video[0] >= alert[2] or video[2] <= alert[0] or video[1] >= alert[3] or video[3] <= alert[1]
            assert apart, (canvas, tier, alert, video)
            assert video[0] >= 0
            assert video[1] >= 0
            assert video[2] <= canvas[0]
            assert video[3] <= canvas[1]
            assert video[2] - video[0] >= 0.3 * min(canvas), (canvas, tier, alert, video)
