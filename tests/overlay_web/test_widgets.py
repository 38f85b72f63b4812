"""Widgets in a real browser: every kind says what it was told, fits, and moves no more than it must."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from PIL import Image
from playwright.sync_api import Page

from streamer_app.core import overlay_protocol as protocol
from streamer_app.core import widget_states as states
from streamer_app.core.placing import Anchor, Place
from tests.overlay_web.conftest import OpenPage
from tests.overlay_web.stage_server import StageServer, eventually, showing
from tests.overlay_web.theme_shots import CANVASES, PICTURES, PLAIN, THEMES, difference, small
from tests.overlay_web.widget_shots import GOOD, MODULES, PLACES, update

KINDS: Final = list(GOOD)
# One theme for each kind by default, all in turn; the rest takes long.
USUAL: Final = [(kind, THEMES[at % len(THEMES)]) for at, kind in enumerate(KINDS)]
MOST_DIFFERENT: Final = 12.0
MANY_COLOURS: Final = 256
HOSTILE: Final = (
    "<img src=x onerror=alert(1)><script>alert(1)</script>",
    "Z" + "\u0335\u0301" * 500,
    "\u0645\u062d\u0645\u062f " * 50,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 60,
    "W" * 100_000,
    "\u202eabc\x00\n\t",
)
OUTSIDE: Final = """() => [...document.querySelectorAll(".widget, .widget .panel *")].filter((one) => {
  const box = one.getBoundingClientRect();
  if (one.hidden || box.width === 0 || one.closest(".ticker .line") !== null) return false;
  return box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
}).map((one) => one.className)"""
SMALLEST: Final = """() => Math.min(...[...document.querySelectorAll(".widget .panel *")]
  .filter((one) => one.children.length === 0 && one.textContent !== "" && one.getBoundingClientRect().width > 0)
  .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""


def open_canvas(server: StageServer, open_page: OpenPage, **options: Any) -> Page:
    page = open_page(part="/canvas", **options)
    server.round_trip()
    return page


def texts(page: Page) -> str:
    return str(page.inner_text("#widgets"))


def test_every_kind_shows_what_it_was_told(server: StageServer, open_page: OpenPage) -> None:
    page = open_canvas(server, open_page)
    for kind in KINDS:
        server.send(update(kind, GOOD[kind], place=PLACES[kind]))
    server.round_trip()
    for kind in KINDS:
        shown = page.inner_text(f".widget[data-widget={kind}]").replace("\n", "")
        told = msgspec.to_builtins(GOOD[kind])
        for field in ("title", "raised_text", "target_text", "percent_text", "left_text", "caption", "rate_text"):
            assert str(told.get(field, "")) in shown
        for row in told.get("rows", told.get("items", ())):
            assert row["name"][:10] in shown
            assert row["amount_text"] in shown


def test_more_than_all_is_shown_as_it_is_and_fills_the_bar_once(server: StageServer, open_page: OpenPage) -> None:
    page = open_canvas(server, open_page)
    goal = GOOD["goal"]
    assert isinstance(goal, states.GoalState)
    server.send(update("goal", msgspec.structs.replace(goal, fraction=3.5, percent_text="350 %")))
    server.round_trip()
    assert "350 %" in texts(page)
    bar, fill = (page.locator(f".goal .{name}").bounding_box() for name in ("bar", "fill"))
    assert bar is not None
    assert fill is not None
    assert abs(bar["width"] - fill["width"]) < 1
    assert page.locator(".goal.over").count() == 1


def test_a_goal_moves_once_by_transform_alone_and_not_with_reduced_motion(
    server: StageServer, open_page: OpenPage
) -> None:
    goal = GOOD["goal"]
    assert isinstance(goal, states.GoalState)
    for reduced, expected in ((False, ["transform"]), (True, [])):
        server.reduced_motion = reduced
        page = open_canvas(server, open_page)
        server.send(update("goal", goal))
        server.send(update("goal", msgspec.structs.replace(goal, fraction=0.9), revision=2))
        server.round_trip()
        moving = page.evaluate(
            "document.querySelector('.goal .fill').getAnimations().flatMap((one) =>"
            " Object.keys(one.effect.getKeyframes()[0]).filter((key) => key === 'transform'))"
        )
        assert moving == expected
        page.close()


def test_an_older_revision_changes_nothing_and_a_removed_widget_is_gone(
    server: StageServer, open_page: OpenPage
) -> None:
    page = open_canvas(server, open_page)
    top = GOOD["top"]
    assert isinstance(top, states.TopDonorsState)
    server.send(update("top", top, revision=5))
    server.send(update("top", msgspec.structs.replace(top, title="dulu"), revision=4))
    server.round_trip()
    assert "dulu" not in texts(page)
    server.send(update("top", None, revision=6))
    server.round_trip()
    assert page.locator(".widget").count() == 0


def test_a_page_that_comes_back_says_what_it_shows(server: StageServer, open_page: OpenPage) -> None:
    open_canvas(server, open_page)
    server.send(update("goal", GOOD["goal"], revision=41))
    server.round_trip()
    before = len(server.seen(protocol.Identify))
    server.stop_listening()
    server.listen()
    said = server.wait(protocol.Identify, count=before + 1).message
    assert isinstance(said, protocol.Identify)
    assert said.widget_revisions == {"goal": 41}
    assert said.widgets == ["*"]


def test_a_page_of_one_widget_names_it_and_never_speaks_of_alerts(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(part="/widget/goal")
    said = server.wait(protocol.Identify).message
    assert isinstance(said, protocol.Identify)
    assert said.widgets == ["goal"]
    server.send(showing())
    server.round_trip()
    assert not server.seen(protocol.AlertStarted, protocol.AlertFinished)
    assert page.locator(".alert").count() == 0


def test_what_donors_write_stays_text_and_stays_inside(server: StageServer, open_page: OpenPage) -> None:
    page = open_canvas(server, open_page)
    for revision, text in enumerate(HOSTILE):
        show_hostile(server, text, revision)
        assert page.evaluate(OUTSIDE) == [], text[:20]
        assert page.locator(".widget img, .widget script").count() == 0


def show_hostile(server: StageServer, text: str, revision: int) -> None:
    row = states.DonationRow(name=text, amount_text="Rp999.999.999.999", message=text)
    told: dict[str, states.WidgetState] = {
        "latest": states.LatestState(title=text[:60], rows=(row, row), empty_text=text[:90]),
        "top": states.TopDonorsState(
            title="x", rows=(states.DonorRow(rank=1, name=text, amount_text="Rp999.999.999.999"),), empty_text=""
        ),
        "ticker": states.TickerState(items=(row,), speed=90, empty_text=""),
        "media": states.MediaNowState(donor_text=text, title=text, left_ms=9_000, total_ms=9_000),
    }
    for name, state in told.items():
        server.send(update(name, state, revision=revision, place=PLACES[name]))
    server.round_trip()


def test_every_kind_fits_every_canvas_and_stays_legible(server: StageServer, open_page: OpenPage) -> None:
    page = open_canvas(server, open_page)
    for name in KINDS:
        server.send(update(name, GOOD[name], place=msgspec.structs.replace(PLACES[name], x=0, y=0, scale=1.0)))
    server.round_trip()
    for width, height in CANVASES:
        page.set_viewport_size({"width": width, "height": height})
        server.round_trip()
        assert page.evaluate(OUTSIDE) == [], (width, height)
        assert page.evaluate(SMALLEST) >= 19.9, (width, height)


def test_each_anchor_keeps_its_corner(server: StageServer, open_page: OpenPage) -> None:
    page = open_canvas(server, open_page)
    page.set_viewport_size({"width": 1920, "height": 1080})
    for revision, anchor in enumerate(Anchor):
        server.send(update("goal", GOOD["goal"], revision=revision, place=Place(anchor=anchor)))
        server.round_trip()
        box = page.locator(".panel").bounding_box()
        assert box is not None
        left, right = box["x"], 1920 - box["x"] - box["width"]
        above, below = box["y"], 1080 - box["y"] - box["height"]
        across = {"left": abs(left - 48), "right": abs(right - 48)}
        side = next((side for side in across if anchor.value.endswith(side)), None)
        assert (abs(left - right) if side is None else across[side]) <= 1, anchor
        height = {"top": abs(above - 48), "bottom": abs(below - 48)}
        edge = next((edge for edge in height if anchor.value.startswith(edge)), None)
        assert (abs(above - below) if edge is None else height[edge]) <= 1, anchor


def digits(page: Page) -> str:
    return page.inner_text(".digits").replace("\n", "")


def test_a_clock_paints_once_a_second_and_stands_when_told(server: StageServer, open_page: OpenPage) -> None:
    page = open_canvas(server, open_page)
    timer = GOOD["timer"]
    assert isinstance(timer, states.TimerState)
    server.send(update("timer", msgspec.structs.replace(timer, running=True, left_ms=360_003_000)))
    server.round_trip()
    found = page.evaluate(
        """() => new Promise((done) => {
          const at = [];
          new MutationObserver(() => at.push(performance.now())).observe(
            document.querySelector(".digits"), { childList: true, subtree: true, characterData: true });
          setTimeout(() => done(at), 3400);
        })"""
    )
    assert len(found) in {3, 4}
    assert all(900 < later - earlier < 1_200 for earlier, later in pairwise(found))
    assert page.inner_text(".digits").replace("\n", "").startswith(("99:59:5", "100:00:0"))
    server.send(update("timer", timer, revision=2))
    server.round_trip()
    before = page.inner_text(".digits")
    page.wait_for_timeout(1_200)
    assert page.inner_text(".digits") == before


def test_a_clock_does_not_jump_back_when_the_page_is_laid_out_again(server: StageServer, open_page: OpenPage) -> None:
    page = open_canvas(server, open_page)
    timer = GOOD["timer"]
    assert isinstance(timer, states.TimerState)
    server.send(update("timer", msgspec.structs.replace(timer, running=True, left_ms=60_900)))
    server.round_trip()
    eventually(lambda: digits(page) == "00:00:59", "the clock did not go on")
    page.set_viewport_size({"width": 900, "height": 700})
    server.send(protocol.SettingsUpdate(theme="batik", language="en", volume=1.0, reduced_motion=False))
    server.round_trip()
    assert digits(page) in {"00:00:58", "00:00:59"}


def test_a_clock_at_zero_says_that_it_is_over(server: StageServer, open_page: OpenPage) -> None:
    page = open_canvas(server, open_page)
    timer = GOOD["timer"]
    assert isinstance(timer, states.TimerState)
    server.send(update("timer", msgspec.structs.replace(timer, running=True, left_ms=300)))
    page.wait_for_selector(".timer .over:not([hidden])")
    assert "Selesai!" in texts(page)
    assert not page.locator(".digits").is_visible()


def test_a_ticker_moves_by_transform_alone_and_stands_while_nobody_sees_it(
    server: StageServer, open_page: OpenPage
) -> None:
    page = open_canvas(server, open_page)
    server.send(update("ticker", GOOD["ticker"], place=Place(anchor=Anchor.BOTTOM)))
    server.round_trip()
    moving = "document.querySelector('.ticker .line').getAnimations()"
    keys = page.evaluate(f"{moving}.flatMap((one) => Object.keys(one.effect.getKeyframes()[1]))")
    assert set(keys) - {"offset", "easing", "composite", "computedOffset"} == {"transform"}
    assert page.evaluate(f"{moving}[0].playState") == "running"
    page.evaluate(
        "Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    assert page.evaluate(f"{moving}[0].playState") == "paused"
    page.evaluate(
        "Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    assert page.evaluate(f"{moving}[0].playState") == "running"
    page.evaluate("dispatchEvent(new CustomEvent('obsSourceActiveChanged', { detail: { active: false } }))")
    assert page.evaluate(f"{moving}[0].playState") == "paused"
    server.send(update("ticker", states.TickerState(items=(), speed=90, empty_text="Ayo!"), revision=2))
    server.round_trip()
    assert page.evaluate(f"{moving}.length") == 0
    assert "Ayo!" in texts(page)


def test_the_code_is_drawn_cell_by_cell_with_its_quiet_zone(server: StageServer, open_page: OpenPage) -> None:
    page = open_canvas(server, open_page)
    page.set_viewport_size({"width": 1920, "height": 1080})
    server.send(update("qr", GOOD["qr"]))
    server.round_trip()
    box = page.locator(".code").bounding_box()
    assert box is not None
    assert box["width"] >= 200
    with Image.open(io.BytesIO(page.locator(".code").screenshot())) as picture:
        grey = picture.convert("L")
    size = len(MODULES) + 8
    cell = grey.width / size
    read = [
        "".join("1" if int(grey.getpixel((round((x + 0.5) * cell), round((y + 0.5) * cell)))) < 128 else "0"  # type: ignore[arg-type]
                for x in range(size))
        for y in range(size)
    ]  # fmt: skip
    quiet = ["0" * size] * 4
    assert read == [*quiet, *(f"0000{row}0000" for row in MODULES), *quiet]


def test_every_kind_looks_as_it_did(server: StageServer, open_page: OpenPage) -> None:
    compare(server, open_page, USUAL)


@pytest.mark.slow
def test_every_kind_looks_as_it_did_in_every_theme(server: StageServer, open_page: OpenPage) -> None:
    compare(server, open_page, [(kind, theme) for kind in KINDS for theme in THEMES])


def compare(server: StageServer, open_page: OpenPage, looks: list[tuple[str, str]]) -> None:
    server.reduced_motion = True
    page = open_canvas(server, open_page)
    for at, (kind, theme) in enumerate(looks):
        shot = small(picture_of(server, page, kind, theme, revision=2 * at))
        with Image.open(stored(kind, theme)) as kept:
            assert difference(shot, kept.convert("RGB")) < MOST_DIFFERENT, (kind, theme)
        server.send(update(kind, None, revision=2 * at + 1))


def picture_of(server: StageServer, page: Page, kind: str, theme: str, revision: int = 1) -> bytes:
    page.set_viewport_size({"width": 1280, "height": 720})
    place = Place(anchor=Anchor.CENTRE, scale=1.6)
    server.send(update(kind, GOOD[kind], revision=revision, theme=theme, place=place))
    server.round_trip()
    page.evaluate("(behind) => { document.body.style.background = behind; }", PLAIN)
    page.evaluate("document.fonts.ready.then(() => true)")
    return page.screenshot(animations="disabled")


def stored(kind: str, theme: str) -> Path:
    return PICTURES / "widgets" / f"{kind}-{theme}.png"


def keep(png: bytes, kind: str, theme: str) -> None:
    stored(kind, theme).parent.mkdir(exist_ok=True)
    small(png).quantize(MANY_COLOURS, dither=Image.Dither.NONE).save(stored(kind, theme), optimize=True)
