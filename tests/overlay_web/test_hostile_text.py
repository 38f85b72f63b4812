"""A donor's text stays text: no element, no request, no script. And the page outlives whatever a server says."""

from __future__ import annotations

import json
import random
from typing import Any, Final

import msgspec
from playwright.sync_api import Page

from streamer_app.core import overlay_protocol as protocol
from tests.overlay_web.conftest import OpenPage
from tests.overlay_web.stage_server import StageServer, eventually, showing
from tests.overlay_web.test_stage import LONG, finished

CORPUS: Final = (
    "<script>window.broken=1</script>",
    "<img src=x onerror=window.broken=1>",
    "<svg/onload=window.broken=1>",
    "<svg><animate onbegin=window.broken=1 attributeName=x dur=1s>",
    "<iframe srcdoc='<script>parent.broken=1</script>'></iframe>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.broken=1>",
    "<a href=javascript:window.broken=1>x</a>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>*{background:url(https://evil.example/x)}</style>",
    "<object data=https://evil.example/x></object>",
    "<body onload=window.broken=1>",
    '"><script>window.broken=1</script>',
    "';window.broken=1;//",
    "</bdi></p></div></article><h1>x</h1>",
    "${window.broken=1} {{constructor.constructor('window.broken=1')()}}",
    "javascript:window.broken=1",
    "data:text/html,<script>parent.broken=1</script>",
    "&lt;img src=x onerror=window.broken=1&gt;",
    "<template><script>window.broken=1</script></template>",
    "<x onclick=window.broken=1 tabindex=1 onfocus=window.broken=1 autofocus>",
)
ELEMENTS: Final = "() => [...document.querySelectorAll('#stage *')].map((element) => element.localName).sort()"


def test_no_text_becomes_an_element_a_request_or_a_script(server: StageServer, open_page: OpenPage) -> None:
    page = open_page()
    expected = elements(page, server, "Budi")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for text in CORPUS:
        assert elements(page, server, text) == expected, text
        assert page.locator(".headline bdi.donor").inner_text() == text
        assert page.locator(".message").text_content() != ""
    assert page.evaluate("window.broken") is None
    assert asked == []


def elements(page: Page, server: StageServer, text: str) -> list[str]:
    headline = (
        protocol.HeadlinePart(kind=protocol.PartKind.NAME, text=text),
        protocol.HeadlinePart(kind=protocol.PartKind.TEXT, text=f" {text} "),
        protocol.HeadlinePart(kind=protocol.PartKind.AMOUNT, text=text),
    )
    shown = showing(
        donor=text, message=text, headline=headline, media_missing=text, badge=text, on_stage_ms=LONG, enter_ms=0
    )
    sent = server.send(shown)
    server.wait(protocol.AlertStarted, after=sent)
    found: list[str] = page.evaluate(ELEMENTS)
    return found


def test_a_server_that_talks_nonsense_breaks_nothing(server: StageServer, open_page: OpenPage) -> None:
    page = open_page()
    dice = random.Random(5)
    whole = json.loads(protocol_text(showing(speech=None)))
    for _ in range(150):
        server.send_text(json.dumps(spoiled(whole, dice)))
    for kind in ("settings.update", "widget.update", "role.changed", "alert.stop", "", "x" * 100_000):
        server.send_text(json.dumps({"type": kind, "muted": 5, "volume": "loud", "language": 7, "theme": []}))
    good = showing(counter=7)
    server.send(protocol.RoleChanged(role=protocol.Role.SPEAKER))
    server.send(good)
    eventually(
        lambda: any(end.run_id == good.run_id for end in server.ended()), "the next alert did not come to its end"
    )
    assert page.locator("#stage .alert").count() == 0


def protocol_text(message: protocol.AlertShow) -> str:
    return msgspec.json.encode(message).decode()


def spoiled(whole: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """One field at some depth is missing, of another kind, or huge; the fence and the run stay readable."""
    copy: dict[str, Any] = json.loads(json.dumps(whole))
    part = dice.choice([copy, copy["alert"], copy["alert"]["look"], copy["timing"]])
    name = dice.choice([name for name in part if name not in {"type", "run_id", "fence"}])
    if dice.random() < 0.3:
        del part[name]
    else:
        part[name] = dice.choice([None, 5, -1, "", "x" * 50_000, [], {}, True, [[1]], {"a": 1}, "\ud83d"])
    return copy


def test_the_next_alert_comes_after_one_that_failed(server: StageServer, open_page: OpenPage) -> None:
    open_page()
    broken = json.loads(protocol_text(showing()))
    del broken["alert"]
    server.send_text(json.dumps(broken))
    server.wait(protocol.AlertFailed)
    server.send(showing())
    assert finished(server).troubles == ()
