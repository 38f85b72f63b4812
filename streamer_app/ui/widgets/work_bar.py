"""Work that takes a while, and what came of it: one line with progress and a way to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout

from streamer_app.ui import icons
from streamer_app.ui.theme import BODY, BODY_STRONG, Space
from streamer_app.ui.widgets.controls import button
from streamer_app.ui.widgets.text import label

if TYPE_CHECKING:
    from streamer_app.ui.look import Look


class WorkBar(QFrame):
    """Hidden until there is something to say; stays until it is put away."""

    cancelled = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        words = look.page_words
        self.setProperty("look", "card")
        self.picture = QLabel()
        self.title = label("", BODY_STRONG)
        self.more = label("", BODY, "muted")
        self.more.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(look.words.loading)
        self.cancel = button(look.theme, "x", words.cancel, words.cancel_hint)
        self.cancel.clicked.connect(self.cancelled)
        self.put_away = button(look.theme, "x", look.words.close, look.words.close_hint, "flat")
        self.put_away.clicked.connect(self.hide)
        texts = QVBoxLayout()
        texts.setSpacing(Space.TIGHT)
        for part in (self.title, self.more, self.progress):
            texts.addWidget(part)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.LARGE, Space.SMALL, Space.SMALL, Space.SMALL)
        layout.setSpacing(Space.MEDIUM)
        layout.addWidget(self.picture)
        layout.addLayout(texts, 1)
        layout.addWidget(self.cancel)
        layout.addWidget(self.put_away)
        self.hide()

    def work(self, title: str, done: int = 0, expected: int = 0) -> None:
        """It goes on; `expected` 0: nobody knows how long."""
        self._say("hourglass", self._look.theme.muted, title, "", working=True)
        self.progress.setRange(0, expected)
        self.progress.setValue(done)

    def good(self, title: str, more: str) -> None:
        """It is done, and all is well."""
        self._say("circle-check", self._look.theme.ok, title, more, working=False)

    def bad(self, title: str, more: str) -> None:
        """It went wrong, or what it found is."""
        self._say("triangle-alert", self._look.theme.danger, title, more, working=False)

    def _say(self, icon: str, colour: str, title: str, more: str, *, working: bool) -> None:
        self.picture.setPixmap(icons.pixmap(icon, colour, Space.ICON))
        self.title.setText(title)
        self.more.setText(more)
        self.more.setVisible(bool(more))
        self.progress.setVisible(working)
        self.cancel.setVisible(working)
        self.put_away.setVisible(not working)
        self.setAccessibleName(f"{title}. {more}" if more else title)
        self.show()
