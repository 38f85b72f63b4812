from __future__ import annotations

from typing import Any, Final, cast

import pytest
from playwright.sync_api import Page

from streamer_app.core import overlay_protocol as protocol
from tests.overlay_web.conftest import Area, Measure, OpenPage, wait_state
from tests.overlay_web.stage_server import StageServer, showing

CANVASES: Final = ((800, 600), (1920, 1080), (1080, 1920))
MORE_CANVASES: Final = ((1280, 720), (2560, 1440), (480, 270))
WORST_TEXTS: Final = (
    ("W" * 120, "W" * 10_000),
    ("👨‍👩‍👧‍👦" * 100, "😀" * 300),
    ("\u0645\u062d\u0645\u062f " * 30, "\u0645\u0631\u062d\u0628\u0627 \u0628\u0643 " * 60),
    ("Z" + "\u0335\u0301" * 200 + "algo", ("l" + "\u0348\u0342" * 60) * 40),
    ("Budi", "semangat kak " * 23),
    ("", ""),
)
MARKUP: Final = (
    "<img src=x onerror=window.broken=1>",
    "<script>window.broken=1</script>",
    "</p><iframe srcdoc='<script>parent.broken=1</script>'></iframe>",
    "&lt;b&gt; {{7*7}} ${window.broken=1}",
    "javascript:window.broken=1",
)
BACKGROUNDS: Final = ("#fff", "#000", "repeating-linear-gradient(45deg, #fff 0 12px, #0a0 0 24px)")
TEXTS: Final = """() => {
  const texts = [...document.querySelectorAll(".plate :is(.donor, .amount, .message, .badge)")];
  return Object.fromEntries(texts.map((text) => [text.className, text.children.length === 0 && text.textContent]));
}"""
BOXES: Final = """() => {
  const box = document.querySelector(".plate").getBoundingClientRect();
  const texts = [...document.querySelectorAll(".plate :is(.donor, .lead, .amount, .message, .pages, .badge)")];
  const seen = texts.filter((text) => !text.hidden && text.textContent !== "");
  const message = document.querySelector(".message");
  return {
    canvas: [innerWidth, innerHeight],
    box: [box.left, box.top, box.right, box.bottom],
    unit: parseFloat(document.querySelector(".alert").style.getPropertyValue("--u")),
    texts: seen.map((text) => {
      const of = text.getBoundingClientRect();
      const style = getComputedStyle(text);
      return { name: text.className, at: [of.left, of.top, of.right, of.bottom], px: parseFloat(style.fontSize),
               cut: text.scrollWidth - text.clientWidth };
    }),
    lines: message.hidden ? 0 : message.offsetHeight / parseFloat(getComputedStyle(message).lineHeight),
  };
}"""

INKS: Final = """() => {
  const texts = [...document.querySelectorAll(".plate :is(.donor, .lead, .amount, .message, .badge)")];
  const inks = texts.map((text) => {
    const written = document.createRange();
    written.selectNodeContents(text);
    const at = written.getBoundingClientRect();
    return { name: text.className, ink: getComputedStyle(text).color, at: [at.left, at.top, at.right, at.bottom] };
  });
  for (const text of texts) text.style.color = "transparent";
  return inks;
}"""


def show(page: Page, server: StageServer, **alert: Any) -> dict[str, Any]:
    sent = server.send(showing(on_stage_ms=20_000, enter_ms=0, **alert))
    server.wait(protocol.AlertStarted, after=sent)
    wait_state(page, "showing")
    return cast("dict[str, Any]", page.evaluate(BOXES))


@pytest.mark.parametrize(
    "canvas", [*CANVASES, *(pytest.param(canvas, marks=pytest.mark.slow) for canvas in MORE_CANVASES)]
)
def test_the_worst_texts_stay_in_the_box_and_legible(
    server: StageServer, open_page: OpenPage, canvas: tuple[int, int]
) -> None:
    page = open_page(size=canvas)
    legible = 20 if canvas[0] >= 800 else 0
    for tier in protocol.Tier:
        for donor, message in WORST_TEXTS:
            seen = show(
                page, server, donor=donor, message=message, tier=tier, amount_text="Rp1.000.000.000", badge="TEST"
            )
            left, top, right, bottom = seen["box"]
            margin = 47 * seen["unit"]
            assert left >= margin
            assert right <= canvas[0] - margin
            assert top >= margin
            assert bottom <= canvas[1] - margin + 1
            assert right - left <= 880 * seen["unit"] + 1
            assert seen["lines"] < 4.5
            for text in seen["texts"]:
                assert text["px"] >= legible, text
                assert text["name"] == "donor" or text["cut"] <= 1, text
                assert text["name"] == "badge" or inside(text["at"], seen["box"]), text


def inside(text: Area, box: Area) -> bool:
    return text[0] >= box[0] - 1 and text[1] >= box[1] - 1 and text[2] <= box[2] + 1 and text[3] <= box[3] + 1


def test_tiers_differ_in_size(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(size=(1920, 1080))
    areas = []
    for tier in (protocol.Tier.COMPACT, protocol.Tier.FULL, protocol.Tier.GRAND):
        left, top, right, bottom = show(page, server, tier=tier, message="Semangat terus ya kak!")["box"]
        areas.append((right - left) * (bottom - top))
    assert areas[1] > areas[0] * 1.4
    assert areas[2] > areas[1] * 1.4


def test_an_alert_follows_its_canvas(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(size=(1920, 1080))
    wide = show(page, server, message="semangat " * 20)
    page.set_viewport_size({"width": 800, "height": 600})
    page.evaluate("() => new Promise((resolve) => requestAnimationFrame(resolve))")
    narrow = cast("dict[str, Any]", page.evaluate(BOXES))
    assert narrow["unit"] < wide["unit"]
    assert narrow["box"][2] <= 800


def test_a_long_message_turns_its_pages(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(size=(1920, 1080))
    words = " ".join(f"kata{number}" for number in range(50))
    show(page, server, message=words)
    assert page.locator(".pages").inner_text() == "1/3"
    first = page.locator(".message").inner_text()
    assert first.split()[0] == "kata0"
    server.send(showing(message=words, on_stage_ms=20_000, offset_ms=19_000, chime=False))
    server.wait(protocol.AlertStarted, count=2)
    assert page.locator(".pages").inner_text() == "3/3"
    assert page.locator(".message").inner_text().split()[-1] == "kata49"


def test_donor_text_is_never_markup(server: StageServer, open_page: OpenPage) -> None:
    page = open_page()
    for text in MARKUP:
        show(page, server, donor=text, message=text, amount_text=text, badge=text)
        shown = page.evaluate(TEXTS)
        assert shown == {"donor": text, "amount": text, "message": text, "badge": text}
    assert page.evaluate("window.broken") is None


def test_a_name_in_the_other_direction_turns_nothing_around_it(server: StageServer, open_page: OpenPage) -> None:
    page = open_page()
    show(page, server, donor="\u202e\u0645\u062d\u0645\u062f", message="\u202eRp1.000.000")
    assert page.locator(".message").inner_text() == "Rp1.000.000"
    donor, lead = page.locator(".donor").bounding_box(), page.locator(".lead").bounding_box()
    assert donor is not None
    assert lead is not None
    assert donor["x"] < lead["x"]
    assert page.locator(".donor").get_attribute("dir") == "auto"


def test_a_nameless_donor_is_somebody(server: StageServer, open_page: OpenPage) -> None:
    page = open_page()
    show(page, server, donor="\u200b", message="")
    assert page.locator(".donor").inner_text() == "Seseorang"
    assert page.locator(".message").is_hidden()


def test_text_keeps_seven_to_one_on_any_game(server: StageServer, open_page: OpenPage, measure: Measure) -> None:
    page = open_page(size=(1280, 720))
    for tier in protocol.Tier:
        show(page, server, tier=tier, message="Semangat terus ya kak", badge="TEST")
        texts = cast("list[dict[str, Any]]", page.evaluate(INKS))
        for background in BACKGROUNDS:
            page.evaluate("(behind) => { document.body.style.background = behind; }", background)
            seen = measure(page.screenshot(), [text["at"] for text in texts])
            for text, (low, high) in zip(texts, seen, strict=True):
                ink = luminance(text["ink"])
                contrast = min(ratio(ink, low), ratio(ink, high))
                assert contrast >= 7, (tier, background, text["name"], round(contrast, 2))


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
