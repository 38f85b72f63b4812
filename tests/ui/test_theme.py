"""Contrast of the tokens as they are used, measured."""

from __future__ import annotations

import itertools

import pytest

from streamer_app.assets import resources_folder
from streamer_app.ui.stylesheet import build
from streamer_app.ui.theme import FONT_FILES, SYSTEM, THEMES, Theme, ThemeName, blend, theme_named


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(ThemeName))
def test_text_is_legible_on_every_ground(theme: Theme) -> None:
    for ground in (theme.bg, theme.panel, theme.raised):
        assert contrast(theme.text, ground) >= 10
        assert contrast(theme.muted, ground) >= 4.5
    for colour in (theme.ok, theme.danger, theme.accent, theme.second):
        assert contrast(colour, theme.panel) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(ThemeName))
def test_a_chip_is_legible_on_its_own_tint(theme: Theme) -> None:
    for colour, under in itertools.product(
        (theme.ok, theme.danger, theme.accent, theme.second, theme.muted), (theme.panel, theme.raised)
    ):
        assert contrast(colour, blend(under, colour, 0.16)) >= 3


def test_stylesheet_sets_no_font() -> None:
    assert all("font" not in build(theme) for theme in THEMES.values())


def test_fonts_and_their_licence_ship() -> None:
    folder = resources_folder() / "fonts"
    assert all((folder / name).is_file() for name in FONT_FILES)
    assert "SIL Open Font License" in (folder / "PlusJakartaSans-OFL.txt").read_text(encoding="utf-8")


def test_an_appearance_is_chosen_by_name_or_by_the_computer() -> None:
    assert theme_named("laut", dark=False) is THEMES[ThemeName.LAUT]
    assert theme_named(SYSTEM, dark=True) is THEMES[ThemeName.WEDANG]
    assert theme_named(SYSTEM, dark=False) is THEMES[ThemeName.WEDANG_LIGHT]
    assert theme_named("neon", dark=False) is THEMES[ThemeName.WEDANG]
