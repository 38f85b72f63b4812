"""One alert after another for a whole evening: the page stays as large as it was."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from streamer_app.core import overlay_protocol as protocol
from tests.overlay_web.conftest import OpenPage
from tests.overlay_web.stage_server import StageServer, showing

FIRST = 100


@pytest.mark.timeout(900)
@pytest.mark.parametrize("alerts", [200, pytest.param(5000, marks=pytest.mark.slow)])
def test_many_alerts_leave_the_page_as_it_was(server: StageServer, open_page: OpenPage, alerts: int) -> None:
    page = open_page()
    nodes = page.evaluate("document.querySelectorAll('*').length")
    play(server, 0, FIRST)
    first = heap(page)
    play(server, FIRST, alerts)
    assert heap(page) <= first * 1.2
    assert page.evaluate("document.querySelectorAll('*').length") == nodes


def play(server: StageServer, begin: int, end: int) -> None:
    themes = ("lampion", "batik", "struk", "kaset")
    tiers = list(protocol.Tier)
    for number in range(begin, end):
        sent = server.send(
            showing(
                counter=number,
                on_stage_ms=20,
                message=f"semangat {number}",
                theme=themes[number % 4],
                tier=tiers[number % 3],
            )
        )
        server.wait(protocol.AlertFinished, after=sent)
        server.reports.clear()


def heap(page: Page) -> int:
    """Bytes in use after everything that can go has gone."""
    session = page.context.new_cdp_session(page)
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    used: int = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return used
