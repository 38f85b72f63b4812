"""The page: from the server's send to the text in the DOM and to the first frame, beside a page that does only that.

Both pages are open in one real Chromium and hear the same server; alerts go to one and the other in turn. Both
programs run on one machine, so the page's clock and the sender's are one.
"""

from __future__ import annotations

import time
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from playwright.sync_api import Browser, Page

from streamer_app import assets
from streamer_app.core import overlay_protocol as protocol

from .figures import Figure, median, quantile
from .idle_page import idle_figures
from .page_sender import Sender, browser_running, sender_running

ALERTS, QUICK_ALERTS = 300, 40
WARM_UPS: Final = 20
PAUSE_SECONDS: Final = 0.03
SPOKEN_PAIRS, QUICK_SPOKEN_PAIRS = 40, 8
_WATCH: Final = """
window.seen = {};
new MutationObserver(() => {
  const shown = document.querySelector(".message");
  const text = shown === null ? "" : shown.textContent;
  if (text === "" || text in window.seen) return;
  const noted = window.seen[text] = {dom: performance.timeOrigin + performance.now(), frame: 0};
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { noted.frame = performance.timeOrigin + performance.now(); };
    channel.port2.postMessage(0);
  });
}).observe(document, {childList: true, subtree: true, characterData: true});
"""


@dataclass
class _Times:
    """Milliseconds from the send, one for each alert."""

    dom: list[float] = field(default_factory=list)
    frame: list[float] = field(default_factory=list)


def measure(quick: bool) -> tuple[list[Figure], list[str]]:  # noqa: FBT001 - every benchmark takes it
    """Text in the DOM at p50, first frame at p99, speech beside none, and what an idle page costs."""
    with browser_running() as browser, sender_running() as sender:
        pages = {name: _opened(browser, sender, name) for name in ("ours", "bare")}
        times = {name: _Times() for name in pages}
        count = QUICK_ALERTS if quick else ALERTS
        for number in range(count + WARM_UPS):
            for name in ("ours", "bare") if number % 2 else ("bare", "ours"):
                found = _show(sender, pages[name], name, f"{name} {number}")
                if number >= WARM_UPS:
                    times[name].dom.append(found[0])
                    times[name].frame.append(found[1])
        figures = _painted(times, count)
        figures.append(_speech_figure(sender, QUICK_SPOKEN_PAIRS if quick else SPOKEN_PAIRS))
        for page in pages.values():
            page.close()
    idle, notes = idle_figures(quick=quick)
    return figures + idle, notes


def _painted(times: dict[str, _Times], count: int) -> list[Figure]:
    ours, bare = times["ours"], times["bare"]
    return [
        Figure("send -> text in the DOM, p50", median(bare.dom), median(ours.dom), "<= 1.3x", f"{count} pairs"),
        Figure(
            "send -> first frame, p99", quantile(bare.frame, 0.99), quantile(ours.frame, 0.99), "<= 1.3x",
            f"{count} pairs",
        ),
    ]  # fmt: skip


def _show(sender: Sender, page: Page, name: str, text: str) -> tuple[float, float]:
    sent = sender.send(name, _alert(text))
    page.wait_for_function("text => window.seen[text] !== undefined && window.seen[text].frame > 0", arg=text)
    seen = page.evaluate("text => window.seen[text]", text)
    if name == "ours":
        # The stage is empty again before the next one comes, as between two alerts of a show.
        page.wait_for_function("document.getElementById('stage').dataset.state === 'idle'")
    time.sleep(PAUSE_SECONDS)
    return seen["dom"] - sent, seen["frame"] - sent


def _speech_figure(sender: Sender, pairs: int) -> Figure:
    """From the send to `alert.started`, with a cached file to be read aloud and without."""
    without: list[float] = []
    spoken: list[float] = []
    for number in range(pairs + 2):
        pair = []
        for speech in (None, _cached_speech()):
            run = _alert(f"spoken {number} {speech is not None}", speech)
            sent = sender.send("ours", run) / 1000 - (time.time() - time.monotonic())
            pair.append((sender.wait_for(_about(run, "alert.started")) - sent) * 1000)
            sender.send("ours", protocol.AlertStop(run_id=run.run_id, reason="bench"))
            time.sleep(0.1)
        if number > 1:
            without.append(pair[0])
            spoken.append(pair[1])
    return Figure("alert with cached speech starts", median(without), median(spoken), "<= 1.3x", f"{pairs} pairs")


def _about(run: protocol.AlertShow, kind: str) -> Callable[[dict[str, Any]], bool]:
    return lambda report: report["type"] == kind and report.get("run_id") == str(run.run_id)


def _cached_speech() -> protocol.Speech:
    with wave.open(str(assets.resources_folder() / "sounds" / "lampion_full.wav"), "rb") as file:
        length = round(file.getnframes() * 1000 / file.getframerate())
    return protocol.Speech(
        url="speech/cached.wav", failed_url="/sounds/speech_failed.wav", volume=1.0, expected_ms=length
    )


def _alert(text: str, speech: protocol.Speech | None = None) -> protocol.AlertShow:
    alert = protocol.Alert(
        donor="Budi", lead="mengirim", amount_text="Rp25.000", message=text, theme="lampion",
        tier=protocol.Tier.FULL, sound_url=None, volume=1.0, badge=None, speech=speech,
    )  # fmt: skip
    return protocol.AlertShow(
        run_id=uuid4(), fence=protocol.Fence(epoch=1, counter=1), message_id=uuid4(), alert=alert,
        timing=protocol.StageTiming(enter_ms=5, on_stage_ms=60, leave_ms=5), offset_ms=0, chime=True,
        continues_run_id=None,
    )  # fmt: skip


def _opened(browser: Browser, sender: Sender, name: str) -> Page:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.add_init_script(_WATCH)
    page.goto(sender.url(name))
    sender.wait_connected(name)
    return page
