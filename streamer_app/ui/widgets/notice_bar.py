"""An inline bar that says what happened and what to do. It stays until it is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from streamer_app.ui import icons
from streamer_app.ui.theme import BODY, BODY_STRONG, Space
from streamer_app.ui.widgets.controls import button
from streamer_app.ui.widgets.text import label

if TYPE_CHECKING:
    from streamer_app.ui.look import Look


class NoticeBar(QWidget):
    """Icon, title, remedy, and a way to put it away."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        frame = QFrame()
        frame.setProperty("look", "notice")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, Space.LARGE)
        outer.addWidget(frame)
        picture = QLabel()
        picture.setPixmap(icons.pixmap("triangle-alert", look.theme.danger, Space.ICON))
        self.title = label("", BODY_STRONG)
        self.remedy = label("", BODY)
        self.close_button = button(look.theme, "x", look.words.close, look.words.close_hint, "flat")
        self.close_button.clicked.connect(self.hide)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        for line in (self.title, self.remedy):
            line.setWordWrap(True)
            texts.addWidget(line)
        layout = QHBoxLayout(frame)
        layout.setContentsMargins(Space.MEDIUM, Space.SMALL, Space.SMALL, Space.SMALL)
        layout.setSpacing(Space.MEDIUM)
        layout.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(texts, 1)
        layout.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def tell(self, title: str, remedy: str) -> None:
        """Show a notice in place of the last one."""
        self.title.setText(title)
        self.remedy.setText(remedy)
        self.remedy.setVisible(bool(remedy))
        self.setAccessibleName(f"{title}. {remedy}")
        self.show()
