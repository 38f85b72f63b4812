"""The window, told as a story: paint the curtain, say so, build the page behind it, then let the studio speak.

Nothing that is not needed for the first paint is imported before it: no words, no fonts, no SVG, no message types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QMainWindow

from streamer_app.ui.widgets.curtain import Curtain

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from PySide6.QtGui import QCloseEvent

    from streamer_app.core.events import Event
    from streamer_app.ui.client import Client
    from streamer_app.ui.content import Content
    from streamer_app.ui.language import Language
    from streamer_app.ui.theme import Theme

TITLE = "Streamer App"
_WIDTH, _HEIGHT = 1280, 800
_LEAST_WIDTH, _LEAST_HEIGHT = 960, 600


class MainWindow(QMainWindow):
    """One studio's window. Its title never carries a name, an amount or a key."""

    first_painted = Signal()
    """The first frame has been painted; nothing else has been loaded yet."""
    filled = Signal()
    """The real pages stand where the curtain was, and the client has been started."""
    closed = Signal()

    def __init__(
        self, client: Client, *, language: Language, theme: Theme, clock: Callable[[], datetime], motion: bool = True
    ) -> None:
        super().__init__()
        self._client = client
        self._language = language
        self._theme = theme
        self._clock = clock
        self._motion = motion
        self._started = False
        self.content: Content | None = None
        self.setWindowTitle(TITLE)
        self.setMinimumSize(_LEAST_WIDTH, _LEAST_HEIGHT)
        self.resize(_WIDTH, _HEIGHT)
        curtain = Curtain(theme)
        curtain.painted.connect(self._after_first_paint)
        self.setCentralWidget(curtain)

    def _after_first_paint(self) -> None:
        self.first_painted.emit()
        QTimer.singleShot(0, self, self.fill)

    def fill(self) -> Content:
        """Replace the curtain by the pages and start the client, once."""
        if self.content is not None:
            return self.content
        from streamer_app.ui.content import Content  # noqa: PLC0415
        from streamer_app.ui.dressing import dress  # noqa: PLC0415
        from streamer_app.ui.look import Look  # noqa: PLC0415
        from streamer_app.ui.words import words_for  # noqa: PLC0415

        dress(self, self._theme)
        look = Look(self._theme, words_for(self._language), self._clock, self._motion)
        self.content = Content(self._client, look)
        self.setCentralWidget(self.content)
        self._started = True
        self._client.start(self._receive)
        self.filled.emit()
        return self.content

    def _receive(self, event: Event) -> None:
        if self.content is not None:
            self.content.receive(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The client is stopped once; what it still had to say is not heard."""
        if self._started:
            self._started = False
            self._client.stop()
        super().closeEvent(event)
        self.closed.emit()
