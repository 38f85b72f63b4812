"""Every theme, tier and canvas: it fits, it is legible, its text keeps its contrast, it looks as it did."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, cast
from uuid import UUID

import pytest
from playwright.sync_api import Page

from streamer_app.core import overlay_protocol as protocol
from streamer_app.core.placing import Entrance
from tests.overlay_web.conftest import Measure, OpenPage, wait_state
from tests.overlay_web.stage_server import StageServer
from tests.overlay_web.theme_shots import (
    CANVASES,
    GAME,
    PLAIN,
    SAME_DICE,
    THEMES,
    TIERS,
    TOLERANCE,
    Content,
    Shot,
    difference,
    show_alert,
    small,
    stored,
    take,
)

LOOKS: Final = [(theme, tier) for theme in THEMES for tier in TIERS]
# By default one canvas for each theme and tier: the small one for what is largest, the others in turn.
USUAL: Final = [
    Shot(theme, tier, CANVASES[0] if tier is protocol.Tier.GRAND else CANVASES[1 + (at - at // 3) % 4])
    for at, (theme, tier) in enumerate(LOOKS)
]
SHOTS: Final = [Shot(theme, tier, canvas) for theme, tier in LOOKS for canvas in CANVASES]
PARAMETERS: Final = [
    pytest.param(shot, id=str(shot), marks=() if shot in USUAL else pytest.mark.slow) for shot in SHOTS
]
LONG: Final = "aku nonton dari Yogya tiap malam bareng adik dan ibu, "
CONTENTS: Final = (
    Content(),
    Content(message=""),
    Content("Muhammad Alexander Kurniawan-Wijayakusuma Hadiningrat", LONG * 6, "Rp999.999.999.999", "TEST"),
    Content("👨‍👩‍👧‍👦" * 40, "😀🔥" * 150, "Rp999.999.999.999", "TEST"),
    Content("\u0645\u062d\u0645\u062f " * 20, "\u0645\u0631\u062d\u0628\u0627 \u0628\u0643 " * 40, badge="TEST"),
    Content("Z" + "\u0335\u0301" * 200 + "algo", ("l" + "\u0348\u0342" * 60) * 40, badge="TEST"),
    Content("W" * 120, "W" * 500, "Rp999.999.999.999", "TEST"),
)
BACKGROUNDS: Final = (
    "#fff",
    "#000",
    GAME,
    PLAIN,
    "repeating-linear-gradient(45deg, #fff 0 12px, #0a0 0 24px)",
    "repeating-radial-gradient(circle at 60% 70%, #fe0 0 20px, #06f 0 44px, #f06 0 60px)",
)
TEXTS: Final = ".plate :is(.donor, .lead, .amount, .message, .pages, .badge, .total)"
BOXES: Final = """(texts) => {
  const at = (of) => { const box = of.getBoundingClientRect(); return [box.left, box.top, box.right, box.bottom]; };
  const seen = [...document.querySelectorAll(texts)].filter((text) => !text.hidden && text.textContent !== "");
  return {
    box: at(document.querySelector(".plate")),
    unit: parseFloat(document.querySelector(".alert").style.getPropertyValue("--u")),
    texts: seen.map((text) => ({ name: text.classList[0], at: at(text), px: parseFloat(getComputedStyle(text).fontSize),
                                 cut: text.scrollWidth - text.clientWidth })),
  };
}"""
INKS: Final = """(texts) => {
  const seen = [...document.querySelectorAll(texts)].filter((text) => !text.hidden && text.textContent !== "");
  const inks = seen.map((text) => {
    const written = document.createRange();
    written.selectNodeContents(text);
    const at = written.getBoundingClientRect();
    return { name: text.classList[0], ink: getComputedStyle(text).color, at: [at.left, at.top, at.right, at.bottom] };
  });
  for (const text of seen) text.style.color = "transparent";
  return inks;
}"""
SLOWLY: Final = 45_000
"""Milliseconds to enter: a hundred times the usual, so that a test can look at it."""
MOVING: Final = """() => document.getAnimations().map((moving) => ({
  of: moving.effect.target.classList[0],
  delay: moving.effect.getTiming().delay,
  end: moving.effect.getComputedTiming().endTime,
}))"""


@pytest.fixture
def page(open_page: OpenPage, server: StageServer) -> Page:
    server.reduced_motion = True
    return open_page(size=(1280, 720), script=SAME_DICE)


@pytest.mark.parametrize("shot", PARAMETERS)
def test_a_theme_fits_its_canvas(server: StageServer, page: Page, shot: Shot) -> None:
    for content in CONTENTS:
        show_alert(server, page, shot, content)
        seen = cast("dict[str, Any]", page.evaluate(BOXES, TEXTS))
        left, top, right, bottom = seen["box"]
        safe = 48 * seen["unit"] - 1
        assert left >= safe, content
        assert top >= safe, content
        assert right <= shot.canvas[0] - safe, content
        assert bottom <= shot.canvas[1] - safe, content
        assert right - left <= 880 * seen["unit"] + 1, content
        for text in seen["texts"]:
            assert text["px"] >= 19.99, (text, content)
            assert text["name"] == "donor" or text["cut"] <= 1, (text, content)
            assert text["name"] == "badge" or inside(text["at"], seen["box"]), (text, content)


@pytest.mark.parametrize("shot", PARAMETERS)
def test_a_theme_looks_as_it_did(server: StageServer, page: Page, shot: Shot, tmp_path: Path) -> None:
    page.evaluate("window.rollAgain()")
    seen = small(take(server, page, shot, behind=PLAIN))
    away = difference(seen, stored(shot))
    if away > TOLERANCE:
        seen.save(tmp_path / f"{shot}.png")
    assert away <= TOLERANCE, f"{tmp_path} has the new picture; `python -m tests.overlay_web.theme_shots` stores it"


@pytest.mark.parametrize(("theme", "tier"), LOOKS)
def test_text_of_a_theme_keeps_seven_to_one(
    server: StageServer, page: Page, measure: Measure, theme: str, tier: protocol.Tier
) -> None:
    show_alert(server, page, Shot(theme, tier, (1280, 720)), Content(message="Semangat kak", badge="TEST"))
    texts = cast("list[dict[str, Any]]", page.evaluate(INKS, TEXTS))
    assert {"donor", "lead", "amount", "message", "badge"} <= {text["name"] for text in texts}
    for behind in BACKGROUNDS:
        page.evaluate("(behind) => { document.body.style.background = behind; }", behind)
        for text, (low, high) in zip(texts, measure(page.screenshot(), [text["at"] for text in texts]), strict=True):
            ink = luminance(text["ink"])
            contrast = min(ratio(ink, low), ratio(ink, high))
            assert contrast >= 7, (behind, text["name"], round(contrast, 2))


@pytest.mark.parametrize("theme", THEMES)
def test_tiers_of_a_theme_grow(server: StageServer, page: Page, theme: str) -> None:
    areas: list[float] = []
    amounts: list[float] = []
    for tier in TIERS:
        show_alert(server, page, Shot(theme, tier, (1920, 1080)))
        seen = cast("dict[str, Any]", page.evaluate(BOXES, TEXTS))
        left, top, right, bottom = seen["box"]
        areas.append((right - left) * (bottom - top))
        amounts.extend(text["px"] for text in seen["texts"] if text["name"] == "amount")
    assert areas[1] > areas[0] * 1.3
    assert areas[2] > areas[1] * 1.25
    assert amounts[0] < amounts[1] < amounts[2]


@pytest.mark.parametrize("theme", THEMES)
def test_the_amount_comes_after_the_name_and_nothing_moves_for_ever(
    server: StageServer, open_page: OpenPage, theme: str
) -> None:
    page = open_page()
    show_alert(server, page, Shot(theme, protocol.Tier.GRAND, (1280, 720)), enter_ms=SLOWLY, wait_for="entering")
    moving = cast("list[dict[str, Any]]", page.evaluate(MOVING))
    delays = {move["of"]: move["delay"] for move in moving}
    assert delays["amount"] - delays.get("headline", 0) >= 0.266 * SLOWLY  # 120 ms of 450
    told = [move for move in moving if move["of"] in ("alert", "plate", "headline", "amount", "message")]
    assert all(move["end"] <= 1.001 * SLOWLY for move in told)
    # Ornaments may take their time, and then end.
    assert all(move["end"] <= SLOWLY + 5000 for move in moving)
    run = page.locator("#stage").get_attribute("data-run")
    server.send(protocol.AlertStop(run_id=UUID(run), reason="skip"))
    wait_state(page, "idle")
    assert page.evaluate(MOVING) == []
    assert page.locator("#stage *").count() == 0


@pytest.mark.parametrize("theme", THEMES)
def test_reduced_motion_only_fades(server: StageServer, page: Page, theme: str) -> None:
    show_alert(server, page, Shot(theme, protocol.Tier.GRAND, (1280, 720)), enter_ms=SLOWLY, wait_for="entering")
    moving = cast("list[dict[str, Any]]", page.evaluate(MOVING))
    assert [move["of"] for move in moving] == ["alert"]
    frames = "document.getAnimations()[0].effect.getKeyframes()"
    assert page.evaluate(f"{frames}.every((frame) => !('transform' in frame) && !('clipPath' in frame))")


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_takes_the_colours_of_a_look(server: StageServer, page: Page, theme: str) -> None:
    look = protocol.Look(accent="#ff8800", text="#ddeeff", plate="#112233", entrance=Entrance.NONE)
    show_alert(server, page, Shot(theme, protocol.Tier.FULL, (1280, 720)), look=look)
    assert page.locator(".message").evaluate("(text) => getComputedStyle(text).color") == "rgb(221, 238, 255)"
    seen = page.locator(".plate").evaluate(
        "(plate) => { const of = getComputedStyle(plate); return of.backgroundColor + of.backgroundImage; }"
    )
    assert "rgb(17, 34, 51)" in seen
    styled = page.evaluate("""() => [...document.querySelectorAll(".alert, .alert *")].map((part) => {
      const of = getComputedStyle(part);
      return of.color + of.borderColor + of.backgroundColor + of.backgroundImage + of.boxShadow + of.stroke;
    }).join()""")
    assert theme == "kaset" or "rgb(255, 136, 0)" in styled  # kaset paints its accent on a canvas


def inside(text: tuple[float, ...], box: tuple[float, ...]) -> bool:
    return text[0] >= box[0] - 1 and text[1] >= box[1] - 1 and text[2] <= box[2] + 1 and text[3] <= box[3] + 1


def luminance(colour: str) -> float:
    """Of a colour as the browser writes it: rgb(r, g, b)."""
    linear = []
    for part in colour.removeprefix("rgb(").removesuffix(")").split(","):
        value = int(part) / 255
        linear.append(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: float, other: float) -> float:
    """WCAG's contrast of two luminances."""
    low, high = sorted((one, other))
    return (high + 0.05) / (low + 0.05)
