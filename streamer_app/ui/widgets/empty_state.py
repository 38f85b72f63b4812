"""A place with nothing in it says so: a 48 px icon, one sentence, one button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from streamer_app.ui import icons
from streamer_app.ui.theme import BODY, Space
from streamer_app.ui.widgets.text import label

if TYPE_CHECKING:
    from streamer_app.ui.look import Look


class EmptyState(QWidget):
    """Icon, sentence and (where there is something to do) a button, in the middle of the place."""

    def __init__(self, look: Look, icon: str, sentence: str, action: QPushButton | None = None) -> None:
        super().__init__()
        picture = QLabel()
        picture.setPixmap(icons.pixmap(icon, look.theme.muted, Space.BIG_ICON))
        self._sentence = label(sentence, BODY, "muted")
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.LARGE, Space.SMALL, Space.LARGE, Space.SMALL)
        layout.setSpacing(Space.MEDIUM)
        layout.addStretch()
        layout.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._sentence)
        if action is not None:
            layout.addWidget(action, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()

    def say(self, sentence: str) -> None:
        """Change the sentence."""
        self._sentence.setText(sentence)
