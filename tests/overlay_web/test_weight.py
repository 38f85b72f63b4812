"""What the built page weighs: OBS loads it beside a game."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Final

import pytest

from tests.overlay_web.conftest import OpenPage

THEMES: Final = ("lampion", "batik", "struk", "kaset")
MOST_PAGE_BYTES: Final = 40 * 1024
MOST_FONT_BYTES: Final = 100 * 1024
IN_HTML: Final = re.compile(r'(?:src|href)="/assets/([^"]+\.(?:js|css))"')
IMPORTED: Final = re.compile(r'(?:\bfrom|\bimport)\s*["\']\./([^"\']+\.js)["\']')
NAMED: Final = re.compile(r"[\w.-]+-[\w-]{8}\.(?:js|css)\b")
RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")
FAMILY: Final = re.compile(r"font-family:\s*([^;]+)")
FILE: Final = re.compile(r"url\(\"?/assets/([^)\"]+)\"?\)")
LOADED: Final = """() => performance.getEntriesByType("resource")
  .map((entry) => new URL(entry.name).pathname)
  .filter((path) => /\\.(js|css)$/.test(path))"""


def test_the_page_is_light(dist: Path) -> None:
    assert weight(dist, at_once(dist)) <= MOST_PAGE_BYTES


def test_the_page_with_all_that_it_may_load_later_is_light(dist: Path) -> None:
    assert weight(dist, reachable(dist)) <= MOST_PAGE_BYTES


def test_the_browser_loads_at_once_what_was_weighed(dist: Path, open_page: OpenPage) -> None:
    loaded = open_page().evaluate(LOADED)
    assert {path.removeprefix("/assets/") for path in loaded} == at_once(dist)


@pytest.mark.parametrize("theme", THEMES)
def test_a_themes_fonts_are_light(dist: Path, theme: str) -> None:
    fonts = fonts_of(dist, theme)
    assert fonts
    assert sum((dist / "assets" / font).stat().st_size for font in fonts) <= MOST_FONT_BYTES, fonts


def test_no_font_is_shipped_that_no_style_names(dist: Path) -> None:
    named = {font for name in styles(dist) for font in FILE.findall(text_of(dist, name))}
    assert {path.name for path in (dist / "assets").glob("*.woff*")} == named
    assert all(font.endswith(".woff2") for font in named)


def at_once(dist: Path) -> set[str]:
    """The scripts and styles that the page asks for before anything happens, by file name."""
    found: set[str] = set()
    coming = IN_HTML.findall((dist / "index.html").read_text(encoding="utf-8"))
    while coming:
        name = coming.pop()
        if name not in found:
            found.add(name)
            coming += IMPORTED.findall(text_of(dist, name)) if name.endswith(".js") else []
    assert any(name.endswith(".css") for name in found)
    return found


def reachable(dist: Path) -> set[str]:
    """Those, and all that any of them names."""
    shipped = {path.name for path in (dist / "assets").iterdir()}
    found: set[str] = set()
    coming = list(at_once(dist))
    while coming:
        name = coming.pop()
        if name not in found:
            found.add(name)
            coming += shipped & set(NAMED.findall(text_of(dist, name)))
    return found


def weight(dist: Path, names: set[str]) -> int:
    """Bytes as a server would send them."""
    return sum(len(gzip.compress((dist / "assets" / name).read_bytes(), 9)) for name in names)


def fonts_of(dist: Path, theme: str) -> set[str]:
    """The files of all faces that the theme's alerts and widgets name."""
    faces: dict[str, set[str]] = {}
    own = []
    for name in reachable(dist):
        for selector, declarations in RULE.findall(text_of(dist, name)) if name.endswith(".css") else []:
            family = FAMILY.search(declarations)
            if selector.strip().endswith("@font-face") and family:
                faces.setdefault(bare(family[1]), set()).update(FILE.findall(declarations))
            elif re.search(rf'data-(?:widget-)?theme="?{theme}"?\]', selector):
                own.append(bare(declarations))
    words = " ".join(own)
    return {file for family, files in faces.items() if family in words for file in files}


def bare(text: str) -> str:
    return text.replace('"', "").strip()


def styles(dist: Path) -> list[str]:
    return [path.name for path in (dist / "assets").glob("*.css")]


def text_of(dist: Path, name: str) -> str:
    return (dist / "assets" / name).read_text(encoding="utf-8")
