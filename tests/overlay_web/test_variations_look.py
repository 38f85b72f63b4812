"""What a variation may change, as pictures: each in one theme by default, in every theme when there is time."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import msgspec
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page

from streamer_app.core import overlay_protocol as protocol
from streamer_app.core.overlay_settings import Variation
from streamer_app.core.placing import Anchor, PicturePlace
from streamer_app.core.variations import apply
from tests.overlay_web.conftest import OpenPage, wait_state
from tests.overlay_web.stage_server import StageServer, showing
from tests.overlay_web.theme_shots import PICTURES, PLAIN, SAME_DICE, THEMES, difference, small

FILE: Final = "0" * 32 + ".png"
VARIATIONS: Final = (
    Variation(name="above", picture=FILE, headline="{name} memberi {amount}!"),
    Variation(name="beside", picture=FILE, picture_place=PicturePlace.BESIDE, message="“{message}”"),
    Variation(name="behind", picture=FILE, picture_place=PicturePlace.BEHIND, scale=1.3),
    Variation(name="colours", accent="#7CFF6B", text="#FFFFFF", plate="#101C33", font="fredoka"),
    Variation(name="place", anchor=Anchor.BOTTOM_RIGHT, x=-40, y=-30, font="mono", scale=0.8),
)
USUAL: Final = [(variation, THEMES[at % len(THEMES)]) for at, variation in enumerate(VARIATIONS)]
MOST_DIFFERENT: Final = 12.0
MANY_COLOURS: Final = 256


def drawing() -> bytes:
    """A picture with shapes at its edges, so that one that is cut or turned is seen."""
    picture = Image.new("RGB", (320, 240), "#2a9d8f")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, 80, 60), fill="#e76f51")
    pen.ellipse((110, 70, 210, 170), fill="#f4a261")
    pen.polygon(((320, 240), (240, 240), (320, 160)), fill="#264653")
    out = io.BytesIO()
    picture.save(out, "png")
    return out.getvalue()


def picture_of(server: StageServer, page: Page, variation: Variation, theme: str) -> bytes:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.evaluate("window.rollAgain()")
    shown = showing(on_stage_ms=20_000, enter_ms=0, theme=theme, message="semangat terus kak!")
    sent = server.send(msgspec.structs.replace(shown, alert=apply(shown.alert, variation)))
    server.wait(protocol.AlertStarted, after=sent)
    wait_state(page, "showing")
    page.evaluate("(behind) => { document.body.style.background = behind; }", PLAIN)
    return page.screenshot(animations="disabled")


def stored(variation: Variation, theme: str) -> Path:
    return PICTURES / "variations" / f"{variation.name}-{theme}.png"


def keep(png: bytes, variation: Variation, theme: str) -> None:
    stored(variation, theme).parent.mkdir(exist_ok=True)
    small(png).quantize(MANY_COLOURS, dither=Image.Dither.NONE).save(stored(variation, theme), optimize=True)


def compare(server: StageServer, open_page: OpenPage, looks: list[tuple[Variation, str]]) -> None:
    server.reduced_motion = True
    server.files[f"library/{FILE}"] = (drawing(), "image/png")
    page = open_page(script=SAME_DICE)
    for variation, theme in looks:
        shot = small(picture_of(server, page, variation, theme))
        with Image.open(stored(variation, theme)) as kept:
            assert difference(shot, kept.convert("RGB")) < MOST_DIFFERENT, (variation.name, theme)


def test_a_variation_looks_as_it_did(server: StageServer, open_page: OpenPage) -> None:
    compare(server, open_page, USUAL)


@pytest.mark.slow
def test_a_variation_looks_as_it_did_in_every_theme(server: StageServer, open_page: OpenPage) -> None:
    compare(server, open_page, [(variation, theme) for variation in VARIATIONS for theme in THEMES])
