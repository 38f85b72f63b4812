"""Design tokens: colours, type, spacing. Nothing else in the window names a colour or a size of type."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

from streamer_app.assets import resources_folder

FONT_FAMILY = "Plus Jakarta Sans"
FONT_FILES = ("PlusJakartaSans-Regular.ttf", "PlusJakartaSans-SemiBold.ttf", "PlusJakartaSans-Bold.ttf")


class Theme(NamedTuple):
    """One appearance of the window."""

    name: str
    dark: bool
    bg: str
    panel: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    second: str
    ok: str
    danger: str


class Type(NamedTuple):
    """A step of the type scale, in logical pixels."""

    size: int
    weight: int
    tabular: bool = False


SMALL = Type(12, 400)
SMALL_STRONG = Type(12, 600)
SMALL_FIGURE = Type(12, 400, tabular=True)
BODY = Type(13, 400)
BODY_STRONG = Type(13, 600)
BODY_FIGURE = Type(13, 600, tabular=True)
LEAD = Type(15, 400)
LEAD_STRONG = Type(15, 600)
LEAD_FIGURE = Type(15, 600, tabular=True)
TITLE = Type(20, 600)
BALANCE = Type(28, 700, tabular=True)
LONG_BALANCE = Type(20, 700, tabular=True)


class Space:
    """The grid of 4: gaps, radii, rows and targets in logical pixels."""

    TIGHT = 4
    SMALL = 8
    MEDIUM = 12
    LARGE = 16
    WIDE = 24
    RADIUS = 8
    CARD_RADIUS = 12
    ROW = 44
    DENSE_ROW = 36
    TARGET = 32
    STRIP = 40
    RAIL = 92
    ICON = 20
    SMALL_ICON = 16
    BIG_ICON = 48
    PANIC = 112


class Motion:
    """Milliseconds."""

    ENTER = 180
    TOAST = 6000
    SKELETON = 150
    SEARCH = 250
    PROGRESS_FRAME = 100
    AGE_TICK = 20_000


class ThemeName(StrEnum):
    """The appearances a streamer can choose."""

    WEDANG = "wedang"
    WEDANG_LIGHT = "wedang-light"
    LAUT = "laut"


SYSTEM: Final = "system"
"""A choice that is no appearance of its own: Wedang, dark or light as the computer is."""


THEMES: dict[ThemeName, Theme] = {
    ThemeName.WEDANG: Theme(
        name=ThemeName.WEDANG,
        dark=True,
        bg="#17131A",
        panel="#211B25",
        raised="#2C2431",
        line="#3F3545",
        text="#F7F1EA",
        muted="#B9ADBC",
        accent="#FFB454",
        on_accent="#17131A",
        second="#6FD3C1",
        ok="#7FD88F",
        danger="#FF7A70",
    ),
    ThemeName.WEDANG_LIGHT: Theme(
        name=ThemeName.WEDANG_LIGHT,
        dark=False,
        bg="#FBF7F2",
        panel="#FFFFFF",
        raised="#F2EBE3",
        line="#D9CEC2",
        text="#231C26",
        muted="#675C6B",
        accent="#A34E00",
        on_accent="#FFFFFF",
        second="#0B6B5E",
        ok="#1F6B35",
        danger="#B3261E",
    ),
    ThemeName.LAUT: Theme(
        name=ThemeName.LAUT,
        dark=True,
        bg="#0D1520",
        panel="#131E2C",
        raised="#1B2A3C",
        line="#2D4056",
        text="#EDF4FA",
        muted="#9FB2C6",
        accent="#4CC9F0",
        on_accent="#0D1520",
        second="#FFD166",
        ok="#74DDA0",
        danger="#FF7B7B",
    ),
}


def theme_named(choice: str, *, dark: bool) -> Theme:
    """The appearance somebody chose; `dark` says what the computer shows. An unknown choice is the default."""
    if choice == SYSTEM:
        return THEMES[ThemeName.WEDANG if dark else ThemeName.WEDANG_LIGHT]
    return THEMES[ThemeName(choice) if choice in set(ThemeName) else ThemeName.WEDANG]


def blend(under: str, over: str, share: float) -> str:
    """`share` of `over` on `under`, both "#RRGGBB": the only way to make a shade that is not a token."""
    pairs = ((int(under[i : i + 2], 16), int(over[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(low + (high - low) * share):02X}" for low, high in pairs)


@lru_cache(maxsize=64)
def font(step: Type) -> QFont:
    """The font of a step, tabular where figures stand in columns. Callers must not change it: it is shared."""
    made = QFont(FONT_FAMILY)
    made.setPixelSize(step.size)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setWeight(QFont.Weight(step.weight))
    if step.tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def load_fonts() -> list[str]:
    """Register the bundled fonts with Qt; returns the files Qt refused, for the log (a system font then serves)."""
    folder = resources_folder() / "fonts"
    return [name for name in FONT_FILES if QFontDatabase.addApplicationFont(str(folder / name)) < 0]


def palette(theme: Theme) -> QPalette:
    """The tokens as Qt's palette, for everything the stylesheet does not reach (selections, tooltips, menus)."""
    made = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, theme.bg),
        (role.WindowText, theme.text),
        (role.Base, theme.panel),
        (role.AlternateBase, theme.raised),
        (role.Text, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Link, theme.second),
    ):
        made.setColor(which, QColor(colour))
    return made
