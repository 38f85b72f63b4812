"""An alerts page that shows nothing does nothing: no frame is drawn."""

from __future__ import annotations

import json

from playwright.sync_api import Page

from streamer_app.core import overlay_protocol as protocol
from tests.overlay_web.conftest import OpenPage
from tests.overlay_web.stage_server import StageServer, showing
from tests.overlay_web.test_stage import finished

SECONDS = 4
PAINTING = frozenset({"BeginMainThreadFrame", "PrePaint", "Paint"})


def test_an_idle_page_draws_no_frame(server: StageServer, open_page: OpenPage) -> None:
    page = open_page()
    server.send(showing(tier=protocol.Tier.GRAND, on_stage_ms=300))
    finished(server)
    page.wait_for_timeout(500)
    assert drawn(server, page, shows=False) == 0
    assert drawn(server, page, shows=True) > 10, "the count sees frames where there are some"


def drawn(server: StageServer, page: Page, *, shows: bool) -> int:
    """Steps of painting that the page took in some seconds."""
    browser = page.context.browser
    assert browser is not None
    browser.start_tracing(page=page, categories=["devtools.timeline", "disabled-by-default-devtools.timeline"])
    if shows:
        server.send(showing(on_stage_ms=1000))
    page.wait_for_timeout(SECONDS * 1000)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    return sum(event["name"] in PAINTING for event in events)
