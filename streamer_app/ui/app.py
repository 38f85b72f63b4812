"""How a window is opened: one application, one client, one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from streamer_app.ui.main_window import TITLE, MainWindow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from streamer_app.ui.client import Client
    from streamer_app.ui.language import Language
    from streamer_app.ui.theme import Theme


def create_application(argv: Sequence[str], language: Language) -> QApplication:
    """The process's one QApplication, in the style our stylesheet is written for on every platform."""
    application = QApplication(list(argv))
    application.setApplicationName(TITLE)
    application.setApplicationDisplayName("")
    application.setDesktopFileName("streamer-app")
    application.setProperty("language", language.value)
    application.setStyle("Fusion")
    return application


def is_dark(application: QApplication) -> bool:
    """Whether the computer shows itself dark; where it does not say, it does: streamers sit in dark rooms."""
    return application.styleHints().colorScheme() is not Qt.ColorScheme.Light


def open_window(
    client: Client, *, language: Language, theme: Theme, clock: Callable[[], datetime], motion: bool = True
) -> MainWindow:
    """Show the window at once, with nothing but its shape; the client is started after the first paint.

    `clock` answers the present in the zone people should read times in. The caller keeps the window.
    """
    window = MainWindow(client, language=language, theme=theme, clock=clock, motion=motion)
    window.show()
    return window
