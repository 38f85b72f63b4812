"""Fonts, palette, stylesheet and icon of a window: everything the first paint did without."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QToolTip

from streamer_app.ui import icons
from streamer_app.ui import theme as design
from streamer_app.ui.stylesheet import build
from streamer_app.ui.theme import BODY, SMALL, Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_LOG = logging.getLogger(__name__)
_FONTS_LOADED = "streamer-app-fonts-loaded"


def dress(window: QWidget, theme: Theme) -> None:
    """Dress a window. Fonts are registered once for each application."""
    application = QApplication.instance()
    if isinstance(application, QApplication):
        if not application.property(_FONTS_LOADED):
            refused = design.load_fonts()
            if refused:
                _LOG.warning("fonts refused by Qt, a system font serves: %s", ", ".join(refused))
            application.setProperty(_FONTS_LOADED, True)
        application.setFont(design.font(BODY))
        application.setPalette(design.palette(theme))
    QToolTip.setFont(design.font(SMALL))
    window.setStyleSheet(build(theme))
    window.setWindowIcon(icons.logo_icon(theme.accent))
