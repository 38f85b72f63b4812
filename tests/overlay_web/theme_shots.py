"""Alerts of a theme as pictures: a stage server and a page are given, one alert is shown and taken as PNG.

    python -m tests.overlay_web.theme_shots [SUBSTRING]

stores anew the pictures that the tests compare with, or those whose names contain SUBSTRING.
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from streamer_app import assets
from streamer_app.core import overlay_protocol as protocol
from tests.overlay_web.stage_server import StageServer, showing

CANVASES: Final = ((800, 600), (1280, 720), (1920, 1080), (2560, 1440), (1080, 1920))
THEMES: Final = ("lampion", "batik", "struk", "kaset")
TIERS: Final = tuple(protocol.Tier)
GAME: Final = (
    "radial-gradient(circle at 20% 30%, #ffcf5a 0 6%, transparent 7%), "
    "repeating-linear-gradient(115deg, #3f7a3a 0 26px, #9fd06a 26px 40px, #20452c 40px 70px)"
)
"""A busy still to stand in for a game."""
PLAIN: Final = "#26303a"
"""Behind the stored pictures."""
TOLERANCE: Final = 12.0
"""Of `difference`. Few colours make about 5; a small word that is missing makes 19 and more."""
PICTURES: Final = Path(__file__).parent / "pictures"
LONGER_SIDE: Final = 480
COLOURS: Final = 64
BLOCK: Final = 12
SAME_DICE: Final = """
window.rollAgain = () => {
  let seed = 7;
  Math.random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
};
window.rollAgain();
"""
"""A script for the page: sparks fly the same way each time after `window.rollAgain()`."""


@dataclass(frozen=True)
class Shot:
    """Which alert, and how large the page is, in pixels."""

    theme: str
    tier: protocol.Tier
    canvas: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.theme}-{self.tier}-{self.canvas[0]}x{self.canvas[1]}"


@dataclass(frozen=True)
class Content:
    """What the donor gave."""

    donor: str = "Sari Wulandari"
    message: str = "Semangat terus streamnya kak, jangan lupa minum!"
    amount_text: str = ""
    """Empty: one that fits the tier."""
    badge: str | None = None


AMOUNTS: Final = {
    protocol.Tier.COMPACT: "Rp25.000",
    protocol.Tier.FULL: "Rp150.000",
    protocol.Tier.GRAND: "Rp1.250.000",
}


def show_alert(
    server: StageServer,
    page: Page,
    shot: Shot,
    content: Content | None = None,
    *,
    look: protocol.Look | None = None,
    enter_ms: int = 0,
    wait_for: str = "showing",
) -> None:
    """Put one alert on stage, for 20 s, and return when it has entered, or is in another state."""
    content = content or Content()
    width, height = shot.canvas
    page.set_viewport_size({"width": width, "height": height})
    shown = showing(
        donor=content.donor,
        message=content.message,
        amount_text=content.amount_text or AMOUNTS[shot.tier],
        tier=shot.tier,
        badge=content.badge,
        on_stage_ms=20_000,
        enter_ms=enter_ms,
    )
    alert = msgspec.structs.replace(shown.alert, theme=shot.theme, look=look or protocol.Look())
    sent = server.send(msgspec.structs.replace(shown, alert=alert))
    server.wait(protocol.AlertStarted, after=sent)
    page.wait_for_selector(f"#stage[data-state={wait_for}]", state="attached")


def take(
    server: StageServer,
    page: Page,
    shot: Shot,
    content: Content | None = None,
    *,
    look: protocol.Look | None = None,
    behind: str = GAME,
) -> bytes:
    """Show one alert over a picture (any CSS background) and return it as PNG, as large as the canvas."""
    show_alert(server, page, shot, content, look=look)
    page.evaluate("(behind) => { document.body.style.background = behind; }", behind)
    return page.screenshot(animations="disabled")


def small(png: bytes) -> Image.Image:
    """Scale a picture as the stored ones are."""
    with Image.open(io.BytesIO(png)) as picture:
        shown = picture.convert("RGB")
    shown.thumbnail((LONGER_SIDE, LONGER_SIDE), Image.Resampling.LANCZOS)
    return shown


def store(picture: Image.Image, file: Path) -> None:
    """Keep a small picture in few colours, chosen so that none of its own is lost."""
    few = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=5, dither=Image.Dither.NONE)
    few.save(file, optimize=True)


def stored(shot: Shot) -> Image.Image:
    """Return the picture that was looked at and found good."""
    with Image.open(PICTURES / f"{shot}.png") as picture:
        return picture.convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference (0 to 255 a channel) in the block of the picture that differs most: a word that is gone shows."""
    if one.size != other.size:
        return 255.0
    left, right = (np.asarray(picture, dtype=np.float32) for picture in (one, other))
    away = np.abs(left - right).mean(axis=2)
    rows, columns = (length // BLOCK for length in away.shape)
    blocks = away[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK).mean(axis=(1, 3))
    return float(blocks.max())


def main(wanted: str) -> None:
    """Store pictures: a person looks at them before they are committed."""
    from tests.overlay_web.conftest import launch  # it needs pytest

    PICTURES.mkdir(exist_ok=True)
    sounds = assets.resources_folder() / "sounds"
    with sync_playwright() as playwright, StageServer(assets.overlay_dist_folder(), sounds) as server:
        server.reduced_motion = True
        browser = launch(playwright)
        page = browser.new_page()
        page.add_init_script(SAME_DICE)
        page.goto(server.url)
        server.wait(protocol.Identify)
        for shot in [Shot(theme, tier, canvas) for theme in THEMES for tier in TIERS for canvas in CANVASES]:
            if wanted in str(shot):
                page.evaluate("window.rollAgain()")
                store(small(take(server, page, shot, behind=PLAIN)), PICTURES / f"{shot}.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
