"""The whole way in a real browser: rows in PostgreSQL, the built page in Chromium, `played_at` back in the row."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.end_to_end.conftest import World
from tests.end_to_end.studio_process import LONG_STAGE, until

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(ARGUMENTS))
        yield launched
        launched.close()


def test_a_donation_plays_in_the_browser_and_gets_its_played_at(world: World, browser: Browser) -> None:
    studio = world.profile.serve()
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(studio.overlay_url)
    donation = world.writer.donate(name="Budi <b>", message="semangat! <script>alert(1)</script>")
    until(lambda: world.played_at(donation.message_id))
    assert world.runs(donation.message_id) == [("first", "played")]
    started = world.rows(
        "SELECT started_at <= ended_at FROM streamer_app.playback_run_history WHERE donation_message_id = %s",
        donation.message_id,
    )
    assert started == [(True,)]
    assert said == []
    page.close()


def test_killed_mid_alert_the_page_keeps_it_and_the_next_studio_resumes_it(world: World, browser: Browser) -> None:
    world.profile.stage = dict(LONG_STAGE)
    studio = world.profile.serve()
    page = browser.new_page()
    page.goto(studio.overlay_url)
    donation = world.writer.donate(name="Budi", message="semangat!")
    expect(page.get_by_text("semangat!")).to_be_visible()
    until(lambda: world.rows("SELECT 1 FROM streamer_app.playback_run_starts"))
    studio.kill()
    world.profile.serve()
    until(lambda: world.runs(donation.message_id) == [("first", "interrupted"), ("first", None)])
    offset = world.rows("SELECT max(offset_ms) FROM streamer_app.playback_runs")[0][0]
    assert offset > 0
    until(lambda: len(world.rows("SELECT 1 FROM streamer_app.playback_run_starts")) == 2)
    expect(page.get_by_text("semangat!")).to_have_count(1)
    assert world.played_at(donation.message_id) is None
    world.profile.ask("queue", "skip")
    expect(page.get_by_text("semangat!")).to_have_count(0)
    page.close()


def test_two_pages_one_speaks(one_world: World, browser: Browser) -> None:
    one_world.profile.stage = dict(LONG_STAGE)
    studio = one_world.profile.serve()
    first, second = browser.new_page(), browser.new_page()
    first.goto(studio.overlay_url)
    second.goto(studio.overlay_url)
    donation = one_world.writer.donate(message="untuk berdua")
    expect(first.get_by_text("untuk berdua")).to_be_visible()
    expect(second.get_by_text("untuk berdua")).to_be_visible()
    assert one_world.runs(donation.message_id) == [("first", None)]
    first.close()
    until(lambda: one_world.runs(donation.message_id) == [("first", "interrupted"), ("first", None)])
    expect(second.get_by_text("untuk berdua")).to_be_visible()
    second.close()


def test_a_page_opened_before_the_studio_comes_back_by_itself(one_world: World, browser: Browser) -> None:
    studio = one_world.profile.serve()
    page = browser.new_page()
    page.goto(studio.overlay_url)
    assert studio.stop() == 0
    donation = one_world.writer.donate()
    one_world.profile.serve()
    until(lambda: one_world.played_at(donation.message_id))
    page.close()
