"""A moderator's dock on a running studio: real rows, real pages, and every fact in the name of the key."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.end_to_end.conftest import World
from tests.end_to_end.studio_process import LONG_STAGE, until
from tests.end_to_end.test_browser import browser

__all__ = ["browser"]

DOCK = {"width": 300, "height": 600}


@pytest.fixture
def dock(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DOCK)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


def row(page: Page, donor: str) -> Locator:
    return page.locator("li.row", has=page.locator(".donor", has_text=donor))


def facts(world: World) -> list[tuple[str, str]]:
    return world.rows("SELECT kind, actor FROM streamer_app.playback_facts WHERE kind <> 'recorded_rule' ORDER BY id")


def wait_for_fact(world: World, kind: str, actor: str = "Sari") -> None:
    until(lambda: (kind, actor) in facts(world))


def test_a_moderator_steers_the_show_from_a_dock(one_world: World, browser: Browser, dock: Page) -> None:
    world = one_world
    world.profile.stage = dict(LONG_STAGE)
    studio = world.profile.serve()
    overlay = browser.new_page()
    overlay.goto(studio.overlay_url)
    first = world.writer.donate(name="Satu", message="pesan satu", amount=987_654_321)
    expect(overlay.get_by_text("pesan satu")).to_be_visible()
    for name in ("Dua", "Tiga", "Empat"):
        world.writer.donate(name=name, message=f"pesan {name}", amount=987_654_321)
    made = world.profile.ask("key", "make", "Sari")
    frames: list[str] = []
    dock.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(str(data))))
    # A key made a moment ago may not be known yet: the page comes by itself.
    dock.goto(f"{made['url']}?lang=id")
    expect(dock.locator(".row.waiting")).to_have_count(3)
    expect(dock.locator(".stage")).to_contain_text("Satu")

    row(dock, "Tiga").get_by_text("Tahan").click()
    wait_for_fact(world, "held")
    expect(dock.locator(".row.held")).to_contain_text("Tiga")
    row(dock, "Tiga").get_by_text("Setujui").click()
    wait_for_fact(world, "approved")
    dock.mouse.move(5, 5)
    expect(dock.locator(".row.waiting")).to_have_count(3)
    dock.get_by_role("button", name="Pindahkan Empat ke paling depan").click()
    wait_for_fact(world, "moved")
    dock.mouse.move(5, 5)
    expect(dock.locator(".row.waiting .donor").first).to_have_text("Empat")

    dock.locator(".stage").get_by_text("Lewati").click()
    until(lambda: world.runs(first.message_id) == [("first", "skipped")])
    expect(overlay.get_by_text("pesan Empat")).to_be_visible()
    expect(dock.locator(".stage")).to_contain_text("Empat")
    dock.get_by_text("Jeda", exact=True).click()
    wait_for_fact(world, "paused")
    expect(dock.get_by_text("Lanjutkan")).to_be_visible()

    dock.locator(".foot button").click()
    wait_for_fact(world, "panicked")
    expect(overlay.get_by_text("pesan Empat")).to_have_count(0)
    expect(dock.locator(".stage")).to_contain_text("Panik menyala")
    dock.mouse.move(5, 5)
    expect(dock.locator(".row.held")).to_contain_text("Empat")
    dock.get_by_text("Lepas panik").click()
    wait_for_fact(world, "released")

    by_hand = {actor for _, actor in facts(world)}
    assert by_hand == {"Sari"}
    ended = world.rows("SELECT DISTINCT actor FROM streamer_app.playback_run_ends")
    assert ended == [("Sari",)]
    assert "987654321" not in "".join(frames)
    assert "987.654.321" not in "".join(frames)
    overlay.close()


def test_an_anonymous_name_never_reaches_the_dock_and_a_revoked_key_is_shown_out(one_world: World, dock: Page) -> None:
    world = one_world
    world.profile.serve()
    world.profile.ask("queue", "pause")
    made = world.profile.ask("key", "make", "Sari", "--right", "steer", "--right", "money")
    frames: list[str] = []
    dock.on("websocket", lambda socket: socket.on("framereceived", lambda data: frames.append(str(data))))
    dock.goto(f"{made['url']}?lang=en")
    world.writer.donate(name="Nama Rahasia", message="halo", anonymous=True)
    expect(row(dock, "Someone")).to_be_visible()
    dock.get_by_role("button", name="Show amounts").click()
    expect(dock.locator(".row .amount")).to_have_text("Rp25.000")
    row(dock, "Someone").get_by_text("Hold").click()
    wait_for_fact(world, "held")
    assert "Rahasia" not in "".join(frames)
    world.profile.ask("key", "revoke", "Sari")
    began = time.monotonic()
    expect(dock.get_by_role("status")).to_contain_text("no longer valid")
    assert time.monotonic() - began < 3
    log = world.profile.log.read_text()
    assert made["url"].rpartition("/")[2] not in log


def test_what_a_moderator_mutes_is_recorded_as_inaudible(one_world: World, browser: Browser, dock: Page) -> None:
    world = one_world
    studio = world.profile.serve()
    overlay = browser.new_page()
    made = world.profile.ask("key", "make", "Sari", "--right", "panic")
    dock.goto(f"{made['url']}?lang=id")
    dock.get_by_role("button", name="Bisukan Alert").click()
    wait_for_fact(world, "muted")
    overlay.goto(studio.overlay_url)
    silent = world.writer.donate()
    until(lambda: world.played_at(silent.message_id))
    dock.get_by_role("button", name="Bunyikan Alert lagi").click()
    wait_for_fact(world, "unmuted")
    loud = world.writer.donate()
    until(lambda: world.played_at(loud.message_id))
    heard = world.rows("SELECT audible FROM streamer_app.playback_run_history ORDER BY opened_at")
    assert heard == [(False,), (True,)]
    overlay.close()
