from __future__ import annotations

from typing import Any, Final, cast

import msgspec
import pytest
from playwright.sync_api import Page

from streamer_app.core import overlay_protocol as protocol
from tests.overlay_web.conftest import OpenPage, wait_state
from tests.overlay_web.stage_server import StageServer, showing

AMOUNT: Final = "Rp1.250.000"
DONE_MS: Final = 600
# Every value that the amount has, when, and how wide it was then.
WATCH: Final = """
window.seen = [];
new MutationObserver(() => {
  const amount = document.querySelector(".amount");
  if (amount !== null) {
    window.seen.push([amount.textContent, performance.now(), amount.getBoundingClientRect().width,
                      document.querySelector("#stage").dataset.state]);
  }
}).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
"""
FADE: Final = """
new MutationObserver(() => {
  const alert = document.querySelector(".alert");
  if (alert !== null && alert.dataset.entrance !== "fade") { alert.dataset.entrance = "fade"; }
}).observe(document, { subtree: true, childList: true });
"""
COUNT_TIMERS: Final = """
window.timers = 0;
const later = window.setTimeout.bind(window);
window.setTimeout = (...given) => { window.timers += 1; return later(...given); };
"""
COLOURS: Final = """() => Object.fromEntries([...document.querySelectorAll(".plate canvas")].map((canvas) => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const found = new Set();
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] === 255) { found.add(data.slice(at, at + 3).join()); }
  }
  return [canvas.className, [...found]];
}))"""
FOUR: Final = {"23,14,54", "255,243,228", "255,225,77", "255,120,176"}

Seen = tuple[str, float, float, str]


def kaset(*, tier: protocol.Tier = protocol.Tier.FULL, amount_text: str = AMOUNT, **more: Any) -> protocol.AlertShow:
    made = showing(tier=tier, amount_text=amount_text, **{"on_stage_ms": 20_000, "enter_ms": 450, **more})
    return msgspec.structs.replace(made, alert=msgspec.structs.replace(made.alert, theme="kaset"))


def watch(page: Page, server: StageServer, shown: protocol.AlertShow) -> list[Seen]:
    sent = server.send(shown)
    server.wait(protocol.AlertStarted, after=sent)
    wait_state(page, "showing")
    page.wait_for_function("(text) => document.querySelector('.amount').textContent === text", arg=AMOUNT)
    return cast("list[Seen]", page.evaluate("window.seen"))


def digits(text: str) -> int:
    return int("".join(character for character in text if character.isdigit()))


@pytest.mark.parametrize("tier", list(protocol.Tier))
def test_the_amount_counts_up_to_its_exact_text_in_time_and_in_place(
    server: StageServer, open_page: OpenPage, tier: protocol.Tier
) -> None:
    page = open_page(script=WATCH, size=(1920, 1080))
    seen = watch(page, server, kaset(tier=tier))
    raised = next(at for _, at, _, state in seen if state == "entering")
    on_stage = [value for value in seen if value[1] >= raised]
    values = [digits(text) for text, *_ in on_stage]
    first_counted = next(index for index, value in enumerate(values) if value < 1_250_000)
    counted = values[first_counted:]
    assert counted == sorted(counted)
    assert len(set(counted)) >= 8
    assert seen[-1][0] == AMOUNT
    assert {len(text) for text, *_ in on_stage} == {len(AMOUNT)}
    began = on_stage[first_counted][1]
    # A busy machine's timers are late, and then skip values: what is written after that time is the end.
    assert {text for text, at, *_ in on_stage if at - began >= DONE_MS} <= {AMOUNT}
    assert len({round(width, 1) for _, _, width, _ in on_stage}) == 1


def test_reduced_motion_counts_nothing(server: StageServer, open_page: OpenPage) -> None:
    server.reduced_motion = True
    page = open_page(script=WATCH)
    assert {text for text, *_ in watch(page, server, kaset())} == {AMOUNT}


def test_an_alert_in_the_middle_of_its_time_counts_nothing(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=WATCH)
    assert {text for text, *_ in watch(page, server, kaset(offset_ms=3000, chime=False))} == {AMOUNT}


def test_another_entrance_counts_nothing(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=WATCH + FADE)
    assert {text for text, *_ in watch(page, server, kaset())} == {AMOUNT}


def test_an_amount_without_figures_or_with_too_many_stays_as_it_is(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(size=(1920, 1080))
    for amount in ("banyak", "9" * 40, "\u0661\u0662\u0663"):
        sent = server.send(kaset(amount_text=amount, enter_ms=0))
        server.wait(protocol.AlertStarted, after=sent)
        wait_state(page, "showing")
        assert page.locator(".amount").inner_text() == amount


def test_an_alert_that_is_cut_short_leaves_with_its_exact_amount_and_no_timer(
    server: StageServer, open_page: OpenPage
) -> None:
    page = open_page(script=WATCH + COUNT_TIMERS)
    shown = kaset(tier=protocol.Tier.GRAND, enter_ms=5000, leave_ms=200)
    server.send(shown)
    server.wait(protocol.AlertStarted)
    server.send(protocol.AlertStop(run_id=shown.run_id, reason="skip"))
    wait_state(page, "idle")
    leaving = [text for text, _, _, state in page.evaluate("window.seen") if state == "leaving"]
    assert leaving[-1] == AMOUNT
    before = page.evaluate("window.timers")
    page.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    server.round_trip()
    page.evaluate(
        "() => new Promise((resolve) => { const end = performance.now() + 400; const wait = () => "
        "performance.now() > end ? resolve() : requestAnimationFrame(wait); wait(); })"
    )
    assert page.evaluate("window.timers") - before <= 1
    assert page.locator("#stage *").count() == 0


def test_it_is_drawn_in_four_colours(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(size=(800, 600))
    server.reduced_motion = True
    sent = server.send(kaset(tier=protocol.Tier.GRAND, enter_ms=0))
    server.wait(protocol.AlertStarted, after=sent)
    wait_state(page, "showing")
    drawn = page.evaluate(COLOURS)
    assert set(drawn) == {"frame", "tape", "meter left", "meter right"}
    for name, colours in drawn.items():
        assert set(colours) <= FOUR, name
    assert set().union(*drawn.values()) == FOUR


def test_its_pixels_are_whole_ones_of_the_screen(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(size=(1366, 768))
    sent = server.send(kaset(enter_ms=0))
    server.wait(protocol.AlertStarted, after=sent)
    wait_state(page, "showing")
    tape = page.locator(".tape")
    drawn = tape.evaluate("(canvas) => [canvas.width, canvas.height]")
    shown = tape.evaluate("(canvas) => [canvas.offsetWidth, canvas.offsetHeight]")
    cell = shown[0] / drawn[0]
    assert cell == int(cell) == shown[1] / drawn[1]
