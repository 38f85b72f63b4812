"""Pictures of the overlay: every theme x tier x canvas over a busy still, every widget in every theme, contact sheets.

    python packaging/render_overlay.py FOLDER [--only TEXT]

Below each theme's name it says what was measured: the smallest text, and texts that are cut off (a donor's name may
be, with an ellipsis). The pictures are for eyes; the same alerts are compared with stored ones by the tests.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from streamer_app import assets
from streamer_app.core import overlay_protocol as protocol
from tests.overlay_web.conftest import launch
from tests.overlay_web.stage_server import StageServer
from tests.overlay_web.theme_shots import CANVASES, GAME, THEMES, TIERS, Shot, take
from tests.overlay_web.widget_shots import GOOD, PLACES, update

SHEET_WIDTH: Final = 480
COLUMNS: Final = 5
MEASURED: Final = """() => {
  const texts = [...document.querySelectorAll(".plate *")].filter(
    (one) => one.children.length === 0 && one.textContent !== "" && one.getBoundingClientRect().width > 0);
  return {
    smallest: Math.min(...texts.map((one) => parseFloat(getComputedStyle(one).fontSize))),
    cut: texts.filter((one) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1)
      .map((one) => one.className),
  };
}"""


def main() -> int:
    """Render, measure, and lay the sheets out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="only pictures whose name contains this")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    sounds = assets.resources_folder() / "sounds"
    with sync_playwright() as playwright, StageServer(assets.overlay_dist_folder(), sounds) as server:
        browser = launch(playwright)
        for theme in THEMES:
            _alerts(server, _opened(server, browser.new_page(), ""), theme, asked)
            _widgets(server, _opened(server, browser.new_page(), "/canvas"), theme, asked)
        browser.close()
    return 0


def _opened(server: StageServer, page: Page, part: str) -> Page:
    before = len(server.seen(protocol.Identify))
    page.goto(server.url + part)
    server.wait(protocol.Identify, count=before + 1)
    return page


def _alerts(server: StageServer, page: Page, theme: str, asked: argparse.Namespace) -> None:
    shots: list[bytes] = []
    smallest: list[float] = []
    cut: set[str] = set()
    for shot in [Shot(theme, tier, canvas) for tier in TIERS for canvas in CANVASES]:
        if asked.only not in f"alert-{shot}":
            continue
        png = take(server, page, shot)
        found: Any = page.evaluate(MEASURED)
        smallest.append(found["smallest"])
        cut.update(found["cut"])
        (asked.folder / f"alert-{shot}.png").write_bytes(png)
        shots.append(png)
    page.close()
    if shots:
        _sheet(shots).save(asked.folder / f"sheet-alerts-{theme}.png")
        print(f"{theme}: smallest text {min(smallest):.1f} px, cut off: {', '.join(sorted(cut)) or 'nothing'}")


def _widgets(server: StageServer, page: Page, theme: str, asked: argparse.Namespace) -> None:
    if asked.only not in f"widgets-{theme}":
        return
    page.set_viewport_size({"width": 1920, "height": 1080})
    for name, state in GOOD.items():
        server.send(update(name, state, theme=theme, place=PLACES[name]))
    server.round_trip()
    page.evaluate("(behind) => { document.body.style.background = behind; }", GAME)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.screenshot(path=str(asked.folder / f"widgets-{theme}.png"), animations="disabled")
    page.close()


def _sheet(shots: list[bytes]) -> Image.Image:
    cells = []
    for png in shots:
        with Image.open(io.BytesIO(png)) as picture:
            cell = picture.convert("RGB")
        cell.thumbnail((SHEET_WIDTH, SHEET_WIDTH))
        cells.append(cell)
    rows = -(-len(cells) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * SHEET_WIDTH, rows * SHEET_WIDTH))
    for at, cell in enumerate(cells):
        sheet.paste(cell, (at % COLUMNS * SHEET_WIDTH, at // COLUMNS * SHEET_WIDTH))
    return sheet


if __name__ == "__main__":
    sys.exit(main())
