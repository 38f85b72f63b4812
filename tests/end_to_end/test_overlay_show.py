"""The overlay's whole way: settings by command line, rows by another backend, a real studio and real pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect, sync_playwright

from tests.end_to_end.conftest import World
from tests.end_to_end.studio_process import LONG_STAGE, until
from tests.end_to_end.test_browser import ARGUMENTS

SECRET = "Rahasia Banget"
AT_ONCE_MS = 2_000
"""A refund is seen within a second of its commit; a browser of a busy machine gets one more."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(ARGUMENTS))
        yield launched
        launched.close()


def frames_of(page: Page) -> list[str]:
    """Everything this page is ever sent, and all it sends."""
    frames: list[str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: frames.append(str(data)))
        socket.on("framesent", lambda data: frames.append(str(data)))

    page.on("websocket", listen)
    return frames


def heard(page: Page) -> bool:
    """Let the page's events come in: they do so only while something is asked of the browser."""
    return bool(page.evaluate("true"))


def test_widgets_follow_the_money_and_a_refund_leaves_them_at_once(one_world: World, browser: Browser) -> None:
    profile = one_world.profile
    profile.ask("widget", "set", "goal", "target=100000", "title=Mikrofon")
    studio = profile.serve()
    goal, top, latest = (browser.new_page() for _ in range(3))
    alerts = browser.new_page()
    alerts.goto(studio.overlay_url)
    for page, name in ((goal, "goal"), (top, "top"), (latest, "latest")):
        page.goto(f"{studio.overlay_url}/widget/{name}")
    first = one_world.writer.donate(name="Budi", amount=25_000)
    second = one_world.writer.donate(name="Sari", amount=50_000, message="untuk mikrofon")
    expect(goal.get_by_text("Rp75.000")).to_be_visible()
    expect(top.get_by_text("Sari")).to_be_visible()
    expect(latest.get_by_text("untuk mikrofon")).to_be_visible()
    until(lambda: one_world.played_at(second.message_id) and one_world.played_at(first.message_id))
    profile.ask("queue", "replay", str(first.message_id))
    until(lambda: len(one_world.runs(first.message_id)) == 2 and one_world.runs(first.message_id)[1][1])
    expect(goal.get_by_text("Rp75.000")).to_be_visible()
    one_world.writer.mark_refunded(second)
    expect(goal.get_by_text("Rp25.000")).to_be_visible(timeout=AT_ONCE_MS)
    expect(top.get_by_text("Sari")).to_have_count(0, timeout=AT_ONCE_MS)
    expect(latest.get_by_text("untuk mikrofon")).to_have_count(0, timeout=AT_ONCE_MS)
    for page in (goal, top, latest, alerts):
        page.close()


def test_an_anonymous_name_is_in_no_frame_of_any_page(one_world: World, browser: Browser) -> None:
    profile = one_world.profile
    for name in ("goal", "top", "latest", "ticker", "next"):
        profile.ask("widget", "set", name, "on_canvas=true")
    studio = profile.serve()
    canvas = browser.new_page()
    frames = frames_of(canvas)
    canvas.goto(f"{studio.overlay_url}/canvas")
    profile.ask("queue", "pause")
    donations = [one_world.writer.donate(name=SECRET, anonymous=True, message=f"halo {n}") for n in range(3)]
    one_world.writer.donate(name="Budi", message="bukan rahasia")
    until(lambda: heard(canvas) and any("Budi" in frame for frame in frames))
    profile.ask("queue", "resume")
    until(lambda: all(one_world.played_at(each.message_id) for each in donations))
    until(lambda: heard(canvas) and any('"latest"' in frame and "Seseorang" in frame for frame in frames))
    assert not [frame for frame in frames if "Rahasia" in frame or "Banget" in frame]
    canvas.close()


def test_a_message_is_read_aloud_and_the_alert_waits_for_it(one_world: World, browser: Browser) -> None:
    one_world.profile.stage |= {"STREAMER_APP_SPEECH": "1"}
    studio = one_world.profile.serve()
    page = browser.new_page()
    frames = frames_of(page)
    answers: list[int] = []
    page.on("response", lambda response: answers.append(response.status) if "/speech/" in response.url else None)
    page.goto(studio.overlay_url)
    donation = one_world.writer.donate(name="Budi", message="semangat terus", amount=25_000)
    until(lambda: heard(page) and one_world.played_at(donation.message_id))
    assert heard(page)
    assert answers
    assert set(answers) <= {200, 206}
    assert any('"heard":"speech"' in frame for frame in frames)
    (run,) = one_world.rows(
        "SELECT audible, reason, ms_shown FROM streamer_app.playback_run_history WHERE donation_message_id = %s",
        donation.message_id,
    )
    assert run[:2] == (True, None)
    assert run[2] > 1_500, "the stage of 50 ms waited for the chime and the words"
    page.close()


def test_a_variation_and_a_style_sheet_of_the_command_line_are_seen(one_world: World, browser: Browser) -> None:
    profile = one_world.profile
    profile.stage = dict(LONG_STAGE)
    studio = profile.serve()
    page = browser.new_page()
    page.goto(studio.overlay_url)
    profile.ask("overlay", "variation", "set", "besar", "at_least=100000", "theme=kaset", "headline={name} luar biasa")
    sheet = profile.data_dir.parent / "own.css"
    sheet.write_text(".message { letter-spacing: 3px; }\n", encoding="utf-8")
    profile.ask("overlay", "css", str(sheet))
    one_world.writer.donate(name="Budi", amount=150_000, message="wah")
    expect(page.get_by_text("luar biasa")).to_be_visible()
    assert page.get_attribute("#stage", "data-theme") == "kaset"
    expect(page.locator(".message")).to_have_css("letter-spacing", "3px")
    page.close()


def test_rotating_the_key_shows_everybody_out_and_the_queue_stays(one_world: World, browser: Browser) -> None:
    profile = one_world.profile
    studio = profile.serve()
    page = browser.new_page()
    page.goto(studio.overlay_url)
    profile.ask("queue", "pause")
    donation = one_world.writer.donate()
    until(lambda: profile.ask("queue", "list")["waiting_count"] == 1)
    profile.ask("overlay", "rotate", "display")
    until(lambda: not profile.ask("overlay", "pages")["pages"])
    fresh = profile.ask("overlay", "url")["url"]
    assert fresh != studio.overlay_url
    assert page.request.get(studio.overlay_url).status == 404
    page.goto(fresh)
    profile.ask("queue", "resume")
    until(lambda: one_world.played_at(donation.message_id))
    page.close()
