"""What a variation changes: its words, its picture, its place, its colours and its way to come."""

from __future__ import annotations

import io
from typing import Any, Final, cast

import pytest
from PIL import Image
from playwright.sync_api import Page

from streamer_app.core import overlay_protocol as protocol
from streamer_app.core.placing import Anchor, Entrance, PicturePlace
from tests.overlay_web.conftest import OpenPage, wait_state
from tests.overlay_web.stage_server import StageServer, eventually, showing
from tests.overlay_web.test_stage import LONG, finished

PICTURE: Final = "library/cat.png"
CANVAS: Final = (1280, 720)
HEADLINE: Final = (
    protocol.HeadlinePart(kind=protocol.PartKind.TEXT, text="Wah, "),
    protocol.HeadlinePart(kind=protocol.PartKind.NAME, text="Siti"),
    protocol.HeadlinePart(kind=protocol.PartKind.TEXT, text=" memberi "),
    protocol.HeadlinePart(kind=protocol.PartKind.AMOUNT, text="Rp50.000"),
    protocol.HeadlinePart(kind=protocol.PartKind.TEXT, text="!"),
)


def red() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (200, 200), (255, 0, 0)).save(out, "png")
    return out.getvalue()


def show(page: Page, server: StageServer, **content: Any) -> None:
    sent = server.send(showing(on_stage_ms=LONG, **{"enter_ms": 0, **content}))
    server.wait(protocol.AlertStarted, after=sent)
    wait_state(page, "showing")


def plate(page: Page) -> tuple[float, float, float, float]:
    box = page.locator(".plate").bounding_box()
    assert box is not None
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def test_a_headline_of_ones_own_flows_with_the_amount_in_it(server: StageServer, open_page: OpenPage) -> None:
    page = open_page()
    show(page, server, headline=HEADLINE)
    assert page.locator(".headline").inner_text() == "Wah, Siti memberi Rp50.000!"
    assert page.locator(".amount").count() == 1
    assert page.locator(".headline bdi.donor").inner_text() == "Siti"
    show(page, server, headline=HEADLINE[:3])
    assert page.locator(".plate > .amount").inner_text() == "Rp25.000"


def test_a_picture_is_there_before_the_alert(server: StageServer, open_page: OpenPage) -> None:
    server.files[PICTURE] = (red(), "image/png")
    server.slow[PICTURE] = 0.4
    page = open_page()
    for place in PicturePlace:
        picture = protocol.Picture(url=PICTURE, kind=protocol.PictureKind.IMAGE, place=place)
        show(page, server, picture=picture)
        assert page.locator(".picture").evaluate("(picture) => picture.complete && picture.naturalWidth") == 200
        assert page.locator(".plate").get_attribute("data-picture") == place
        left, top, right, bottom = plate(page)
        assert min(left, top, CANVAS[0] - right, CANVAS[1] - bottom) >= 0
        seen = cast("dict[str, float]", page.locator(".picture").bounding_box())
        assert left - 1 <= seen["x"]
        assert seen["y"] + seen["height"] <= bottom + 1


@pytest.mark.parametrize("late", [0.0, 3.0])
def test_an_alert_without_its_picture_is_an_alert(server: StageServer, open_page: OpenPage, late: float) -> None:
    if late:
        server.files[PICTURE] = (red(), "image/png")
        server.slow[PICTURE] = late
    page = open_page()
    sent = server.send(showing(picture=protocol.Picture(url=PICTURE, kind=protocol.PictureKind.IMAGE)))
    assert finished(server).troubles == ()
    assert server.wait(protocol.AlertFinished).at - sent < 2.5
    assert page.locator(".picture").count() == 0


def test_why_a_video_is_missing_is_a_small_line(server: StageServer, open_page: OpenPage) -> None:
    page = open_page()
    show(page, server, media_missing="Video tidak diputar: terlalu panjang")
    assert page.locator(".media-missing").inner_text() == "Video tidak diputar: terlalu panjang"


def test_nine_anchors_stand_where_they_say(server: StageServer, open_page: OpenPage) -> None:
    page = open_page()
    for theme in ("lampion", "batik", "struk", "kaset"):
        for anchor in Anchor:
            show(page, server, theme=theme, look=protocol.Look(anchor=anchor), message="hai")
            left, top, right, bottom = plate(page)
            middle = ((left + right) / 2, (top + bottom) / 2)
            for name, low, high in (("left", left, CANVAS[0] - right), ("top", top, CANVAS[1] - bottom)):
                opposite = {"left": "right", "top": "bottom"}[name]
                if name in anchor.value.split("_"):
                    assert 20 <= low < 100, (theme, anchor, left, top, right, bottom)
                elif opposite in anchor.value.split("_"):
                    assert 20 <= high < 100, (theme, anchor, left, top, right, bottom)
            if anchor in {Anchor.TOP, Anchor.CENTRE, Anchor.BOTTOM}:
                assert abs(middle[0] - CANVAS[0] / 2) < 30, (theme, anchor)
            if anchor in {Anchor.LEFT, Anchor.CENTRE, Anchor.RIGHT}:
                assert abs(middle[1] - CANVAS[1] / 2) < 40, (theme, anchor)


def test_an_offset_moves_and_a_scale_enlarges(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(size=(1920, 1080))
    corner = Anchor.TOP_LEFT
    show(page, server, look=protocol.Look(anchor=corner))
    before = plate(page)
    show(page, server, look=protocol.Look(anchor=corner, x=100, y=50))
    after = plate(page)
    assert after[0] - before[0] == pytest.approx(100, abs=2)
    assert after[1] - before[1] == pytest.approx(50, abs=2)
    show(page, server, look=protocol.Look(anchor=corner, scale=1.5))
    large = plate(page)
    assert (large[3] - large[1]) / (before[3] - before[1]) == pytest.approx(1.5, abs=0.15)


def test_colours_and_font_are_the_variations(server: StageServer, open_page: OpenPage) -> None:
    page = open_page()
    look = protocol.Look(accent="#ff00ff", text="#00ff00", plate="#000080", font="fredoka")
    show(page, server, look=look)
    style = "(alert) => ['accent', 'text', 'plate', 'font'].map((n) => alert.style.getPropertyValue(`--look-${n}`))"
    seen = page.locator(".alert").evaluate(style)
    assert seen[:3] == ["#ff00ff", "#00ff00", "#000080"]
    assert seen[3].startswith('"Fredoka Variable"')
    assert page.evaluate("document.fonts.check('700 72px \"Fredoka Variable\"')")
    show(page, server, look=protocol.Look(accent="red;}", font="constructor"))
    assert page.locator(".alert").evaluate(style) == ["", "", "", ""]


def test_an_entrance_takes_the_place_of_the_themes(server: StageServer, open_page: OpenPage) -> None:
    page = open_page()
    running = "() => document.getAnimations().map((animation) => animation.animationName)"
    for entrance, name in (
        (Entrance.FADE, ["stage-fade"]),
        (Entrance.SLIDE, ["stage-slide"]),
        (Entrance.POP, ["stage-pop"]),
        (Entrance.NONE, []),
    ):
        sent = server.send(showing(on_stage_ms=LONG, enter_ms=5000, look=protocol.Look(entrance=entrance)))
        server.wait(protocol.AlertStarted, after=sent)
        assert page.evaluate(running) == name
    server.reduced_motion = True
    update = protocol.SettingsUpdate(theme="lampion", language="id", volume=1.0, reduced_motion=True)
    server.send(update)
    sent = server.send(showing(on_stage_ms=LONG, enter_ms=5000, look=protocol.Look(entrance=Entrance.SLIDE)))
    server.wait(protocol.AlertStarted, after=sent)
    assert page.evaluate(running) == ["stage-fade"]


def test_a_style_of_ones_own_comes_changes_and_goes(server: StageServer, open_page: OpenPage) -> None:
    server.files["custom/a.css"] = (b".donor { color: rgb(1, 2, 3) !important; }", "text/css")
    server.files["custom/b.css"] = (b".donor { color: rgb(4, 5, 6) !important; }", "text/css")
    server.custom_css = "custom/a.css"
    page = open_page()
    show(page, server)

    def colour() -> str:
        return str(page.locator(".donor").evaluate("(donor) => getComputedStyle(donor).color"))

    eventually(lambda: colour() == "rgb(1, 2, 3)", "the style did not come")
    for name, seen in (("custom/b.css", "rgb(4, 5, 6)"), (None, "rgb(247, 241, 234)")):
        server.send(
            protocol.SettingsUpdate(theme="lampion", language="id", volume=1.0, reduced_motion=False, custom_css=name)
        )
        eventually(lambda seen=seen: colour() == seen, f"{name} did not follow")  # type: ignore[misc]
    assert page.locator("link[data-custom]").count() == 0
