from __future__ import annotations

from uuid import UUID

from playwright.sync_api import Page

from streamer_app.core import overlay_protocol as protocol
from tests.overlay_web.conftest import OpenPage, wait_state
from tests.overlay_web.stage_server import StageServer, showing

# Random waits of a reconnecting page: none here, so that the tests take no longer than they must.
NO_JITTER = "Math.random = () => 0;"
LONG = 20_000


def identified(server: StageServer, count: int) -> protocol.Identify:
    message = server.wait(protocol.Identify, count=count).message
    assert isinstance(message, protocol.Identify)
    return message


def test_a_page_comes_back_after_a_restart_with_what_it_shows(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=NO_JITTER)
    first = showing(on_stage_ms=LONG)
    server.send(first)
    server.wait(protocol.AlertStarted)
    server.stop_listening()
    assert page.locator(".amount").inner_text() == "Rp25.000"
    server.listen()
    again = identified(server, 2)
    assert again.page_instance == identified(server, 1).page_instance
    assert again.resume is not None
    assert again.resume.run_id == first.run_id
    assert not again.resume.ended
    assert 0 < again.resume.shown_ms < LONG
    page.locator(".alert").evaluate("(alert) => { alert.dataset.seen = 'yes'; }")
    second = showing(on_stage_ms=LONG, continues=first.run_id, counter=2, chime=False, offset_ms=5)
    server.send(second)
    assert run_of(server, 2) == second.run_id
    assert page.locator(".alert[data-seen=yes]").count() == 1


def test_an_end_that_nobody_heard_is_told_on_return(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=NO_JITTER)
    shown = showing(on_stage_ms=2500)
    server.send(shown)
    server.wait(protocol.AlertStarted)
    server.stop_listening()
    wait_state(page, "idle")
    server.listen()
    resume = identified(server, 2).resume
    assert resume is not None
    assert (resume.run_id, resume.ended, resume.audible) == (shown.run_id, True, False)
    assert resume.shown_ms >= 2500
    assert server.seen(protocol.AlertFinished) == []


def test_what_the_server_stopped_is_not_resumed(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=NO_JITTER)
    shown = showing(on_stage_ms=LONG)
    server.send(shown)
    server.wait(protocol.AlertStarted)
    server.send(protocol.AlertStop(run_id=shown.run_id, reason="skip"))
    wait_state(page, "idle")
    server.stop_listening()
    server.listen()
    assert identified(server, 2).resume is None


def test_a_page_goes_on_trying_while_nobody_answers(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=NO_JITTER)
    failures = 0

    def failed(_: object) -> None:
        nonlocal failures
        failures += 1

    page.on("console", failed)
    server.stop_listening()
    for _ in range(3):
        page.wait_for_event("console", timeout=5000)
    assert failures >= 3
    server.listen()
    identified(server, 2)
    server.send(showing())
    server.wait(protocol.AlertFinished)


def test_a_page_of_another_build_reloads_itself_once(server: StageServer, open_page: OpenPage) -> None:
    server.asset_version = "another-build"
    open_page()
    # The second load still finds the old page, as behind a stubborn cache: it says who it is instead of looping.
    assert server.page_loads == 2
    server.round_trip()
    assert server.page_loads == 2
    server.send(showing())
    server.wait(protocol.AlertFinished)


def test_a_new_build_waits_for_the_alert_on_stage(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=NO_JITTER)
    shown = showing(on_stage_ms=4000)
    server.send(shown)
    server.wait(protocol.AlertStarted)
    server.stop_listening()
    server.asset_version = "newer"
    server.listen()
    assert identified(server, 2).resume is not None
    assert server.page_loads == 1
    assert run_of_end(server) == shown.run_id
    last = identified(server, 3).resume
    assert server.page_loads == 2
    assert last is not None
    assert (last.run_id, last.ended) == (shown.run_id, True)
    assert page.locator("#stage *").count() == 0


def test_a_silent_server_is_left(server: StageServer, open_page: OpenPage) -> None:
    """Three ping intervals pass on a clock that the test turns."""
    page = open_page(script=NO_JITTER)
    page.clock.install()
    server.send(protocol.Ping(n=1))
    server.wait(protocol.Pong)
    page.clock.fast_forward(14_000)
    server.send(protocol.Ping(n=2))
    server.wait(protocol.Pong, count=2)
    page.clock.fast_forward(14_000)
    assert len(server.seen(protocol.Identify)) == 1
    page.clock.fast_forward(2_000)
    page.clock.fast_forward(1_000)
    identified(server, 2)


def test_two_pages_have_two_names(server: StageServer, open_page: OpenPage) -> None:
    pages: list[Page] = [open_page(), open_page()]
    assert len(pages) == 2
    names = {identified(server, 1).page_instance, identified(server, 2).page_instance}
    assert len(names) == 2
    assert all(8 <= len(name) <= 64 for name in names)


def run_of(server: StageServer, count: int) -> UUID:
    message = server.wait(protocol.AlertStarted, count=count).message
    assert isinstance(message, protocol.AlertStarted)
    return message.run_id


def run_of_end(server: StageServer) -> UUID:
    message = server.wait(protocol.AlertFinished).message
    assert isinstance(message, protocol.AlertFinished)
    return message.run_id
