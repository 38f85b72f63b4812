from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Playwright

from streamer_app.core import overlay_protocol as protocol
from tests.overlay_web.conftest import BROWSER_POLICY, OpenPage, launch, wait_state
from tests.overlay_web.stage_server import KEY, StageServer, eventually, showing

LONG = 20_000
CHIME = "/sounds/lampion_compact.wav"
HIDDEN = """
Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
window.requestAnimationFrame = () => 0;
"""
FROZEN = "window.requestAnimationFrame = () => 0;"
COUNT_FRAMES = """
window.framesAsked = 0;
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) => { window.framesAsked += 1; return ask(callback); };
"""
KEEP_STATES = """
window.states = [];
new MutationObserver((changes) => {
  for (const change of changes) { window.states.push(change.target.dataset.state); }
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-state"] });
"""
KEEP_SOUNDS = """
window.sounds = [];
const OwnAudio = window.Audio;
window.Audio = function () { const made = new OwnAudio(); window.sounds.push(made); return made; };
"""


@pytest.fixture(scope="module")
def strict_browser(playwright: Playwright) -> Iterator[Browser]:
    """Refuses sound without a click, as a browser tab does."""
    launched = launch(playwright, BROWSER_POLICY)
    yield launched
    launched.close()


def finished(server: StageServer) -> protocol.AlertFinished:
    message = server.wait(protocol.AlertFinished).message
    assert isinstance(message, protocol.AlertFinished)
    return message


def test_an_alert_is_identified_for_then_started_then_finished(server: StageServer, open_page: OpenPage) -> None:
    open_page()
    shown = showing(on_stage_ms=120, enter_ms=30, leave_ms=30)
    sent = server.send(shown)
    report = server.wait(protocol.AlertFinished)
    assert report.at - sent >= 0.15
    names = [type(seen.message).__name__ for seen in server.reports]
    assert names == ["Identify", "AlertStarted", "AlertFinished"]
    for seen in server.seen(protocol.AlertStarted, protocol.AlertFinished):
        assert (seen.message.run_id, seen.message.fence) == (shown.run_id, shown.fence)  # type: ignore[union-attr]
    assert finished(server).shown_ms >= 120
    assert not finished(server).audible


def test_fifty_alerts_one_after_another_leave_nothing_behind(server: StageServer, open_page: OpenPage) -> None:
    page = open_page()
    for number in range(50):
        server.send(showing(counter=number, on_stage_ms=0, enter_ms=0, leave_ms=0))
        server.wait(protocol.AlertFinished, count=number + 1)
    assert page.locator("#stage *").count() == 0


def test_progress_counts_frames_and_the_audio_clock(server: StageServer, open_page: OpenPage) -> None:
    open_page()
    server.send(showing(on_stage_ms=LONG, sound_url="/sounds/lampion_grand.wav"))
    progress = server.wait(protocol.AlertProgress).message
    assert isinstance(progress, protocol.AlertProgress)
    assert progress.frames > 5
    assert progress.audio_ms > 200
    assert 950 <= progress.shown_ms < LONG


def test_the_sound_is_heard_to_its_end(server: StageServer, open_page: OpenPage) -> None:
    open_page()
    sent = server.send(showing(on_stage_ms=50, sound_url=CHIME))
    assert finished(server).audible
    assert server.wait(protocol.AlertFinished).at - sent >= 0.7


def test_a_sound_at_volume_nought_is_not_audible(server: StageServer, open_page: OpenPage) -> None:
    server.volume = 0.0
    open_page()
    server.send(showing(sound_url=CHIME))
    assert not finished(server).audible


def test_a_sound_that_is_none_holds_nothing_up(server: StageServer, open_page: OpenPage) -> None:
    open_page()
    server.send(showing(sound_url=f"/overlay/{KEY}"))
    assert not finished(server).audible


def test_a_browser_that_refuses_sound_holds_nothing_up(
    server: StageServer, open_page: OpenPage, strict_browser: Browser
) -> None:
    open_page(within=strict_browser)
    server.send(showing(sound_url=CHIME))
    assert not finished(server).audible


def test_stop_is_silent_at_once_and_reports_no_end(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=KEEP_SOUNDS)
    shown = showing(on_stage_ms=LONG, sound_url="/sounds/lampion_grand.wav", leave_ms=20)
    server.send(shown)
    server.wait(protocol.AlertStarted)
    server.send(protocol.AlertStop(run_id=uuid4(), reason="another run"))
    server.round_trip()
    assert page.locator("#stage").get_attribute("data-state") != "idle"
    server.send(protocol.AlertStop(run_id=shown.run_id, reason="skip"))
    # The page was silent before it read the next message: no timer stands between a panic and the silence.
    server.round_trip()
    assert page.evaluate("window.sounds.every((sound) => sound.paused && sound.muted)")
    wait_state(page, "idle")
    server.round_trip()
    assert server.seen(protocol.AlertFinished) == []


def test_a_show_replaces_what_is_on_stage(server: StageServer, open_page: OpenPage) -> None:
    page = open_page()
    server.send(showing(donor="Budi", on_stage_ms=LONG))
    server.wait(protocol.AlertStarted)
    second = showing(donor="Siti", counter=2)
    server.send(second)
    assert finished(server).run_id == second.run_id
    assert page.locator("#stage *").count() == 0


def test_an_offset_starts_in_the_middle_without_a_sound(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=KEEP_STATES)
    sent = server.send(showing(on_stage_ms=LONG, offset_ms=LONG - 300, enter_ms=450, chime=False, sound_url=CHIME))
    assert server.wait(protocol.AlertFinished).at - sent < LONG / 2000
    assert finished(server).shown_ms >= LONG
    assert not finished(server).audible
    wait_state(page, "idle")
    states = page.evaluate("window.states")
    assert states.index("showing") < states.index("leaving")
    assert "entering" not in states


def test_a_continued_run_stays_and_takes_the_new_fence(server: StageServer, open_page: OpenPage) -> None:
    page = open_page()
    first = showing(on_stage_ms=4000)
    server.send(first)
    server.wait(protocol.AlertStarted)
    wait_state(page, "showing")
    page.locator(".alert").evaluate("(alert) => { alert.dataset.seen = 'yes'; }")
    second = showing(on_stage_ms=4000, continues=first.run_id, counter=2, offset_ms=100, chime=False)
    server.send(second)
    again = server.wait(protocol.AlertStarted, count=2).message
    assert isinstance(again, protocol.AlertStarted)
    assert (again.run_id, again.fence) == (second.run_id, second.fence)
    assert page.locator(".alert[data-seen=yes]").count() == 1
    assert page.locator("#stage").get_attribute("data-state") == "showing"
    assert finished(server).fence == second.fence


def test_the_same_run_shown_again_does_not_enter_again(server: StageServer, open_page: OpenPage) -> None:
    page = open_page()
    shown = showing(on_stage_ms=LONG)
    server.send(shown)
    server.wait(protocol.AlertStarted)
    page.locator(".alert").evaluate("(alert) => { alert.dataset.seen = 'yes'; }")
    server.send(shown)
    server.wait(protocol.AlertStarted, count=2)
    assert page.locator(".alert[data-seen=yes]").count() == 1


def test_a_mirror_shows_the_same_and_says_nothing(server: StageServer, open_page: OpenPage) -> None:
    server.role = protocol.Role.MIRROR
    page = open_page(script=KEEP_SOUNDS)
    server.send(showing(on_stage_ms=4000, sound_url=CHIME))
    wait_state(page, "showing")
    assert page.locator(".amount").inner_text() == "Rp25.000"
    assert page.evaluate("window.sounds.every((sound) => sound.paused)")
    wait_state(page, "idle")
    server.round_trip()
    assert {type(report.message) for report in server.reports} == {protocol.Identify, protocol.Pong}


def test_a_mirror_that_becomes_the_speaker_reports_the_next_alert(server: StageServer, open_page: OpenPage) -> None:
    server.role = protocol.Role.MIRROR
    open_page()
    server.send(protocol.RoleChanged(role=protocol.Role.SPEAKER))
    shown = showing()
    server.send(shown)
    assert finished(server).run_id == shown.run_id


def test_a_hidden_page_starts_and_finishes_without_frames(server: StageServer, open_page: OpenPage) -> None:
    open_page(script=HIDDEN)
    server.send(showing())
    assert finished(server).shown_ms >= 40
    identify = server.wait(protocol.Identify).message
    assert isinstance(identify, protocol.Identify)
    assert not identify.visible


def test_a_visible_page_without_frames_does_not_say_that_it_painted(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=FROZEN)
    server.send(showing())
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 700))")
    server.round_trip()
    assert server.seen(protocol.AlertStarted) == []


def test_an_idle_page_asks_for_no_frame_and_runs_no_animation(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=COUNT_FRAMES)
    server.send(showing(tier=protocol.Tier.GRAND, on_stage_ms=300, enter_ms=100, leave_ms=50))
    finished(server)
    asked = page.evaluate("window.framesAsked")
    assert asked > 5
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 500))")
    assert page.evaluate("window.framesAsked") == asked
    assert page.evaluate("document.getAnimations().length") == 0


def test_obs_tells_whether_it_shows_the_page(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(script="window.obsstudio = { pluginVersion: '2.24.4' };")
    identify = server.wait(protocol.Identify).message
    assert isinstance(identify, protocol.Identify)
    assert identify.in_obs
    assert identify.active is None
    fire(page, "obsSourceActiveChanged", "{ active: true }")
    fire(page, "obsSourceVisibleChanged", "{ visible: false }")
    server.wait(protocol.SourceActive, count=2)
    told = [report.message for report in server.seen(protocol.SourceActive)]
    assert told == [
        protocol.SourceActive(active=True, visible=True),
        protocol.SourceActive(active=True, visible=False),
    ]


def test_nonsense_from_the_server_is_ignored(server: StageServer, open_page: OpenPage) -> None:
    page = open_page()
    for text in ("", "null", "[]", "{", '{"type":"alert.dance"}', '{"type":"alert.stop"}', '{"type":"widget.update"}'):
        server.send_text(text)
    shown = showing()
    text = '{"type":"alert.show","run_id":"%s","fence":{"epoch":1,"counter":1}}' % shown.run_id  # noqa: UP031
    server.send_text(text)
    failed = server.wait(protocol.AlertFailed).message
    assert isinstance(failed, protocol.AlertFailed)
    assert failed.run_id == shown.run_id
    assert page.locator("#stage *").count() == 0
    server.send(shown)
    assert finished(server).run_id == shown.run_id


def test_settings_change_the_volume_of_what_plays(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=KEEP_SOUNDS)
    server.send(showing(on_stage_ms=LONG, sound_url="/sounds/lampion_grand.wav"))
    server.wait(protocol.AlertStarted)
    server.send(protocol.SettingsUpdate(theme="lampion", language="en", volume=0.25, reduced_motion=True))
    eventually(lambda: bool(page.evaluate("window.sounds[0].volume") == 0.25), "the volume did not follow")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("#stage").get_attribute("data-motion") == "reduced"


def fire(page: Page, name: str, detail: str) -> None:
    page.evaluate(f"window.dispatchEvent(new CustomEvent({name!r}, {{ detail: {detail} }}))")
