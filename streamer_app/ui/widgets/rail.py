"""The way between the pages: icon and word, at the left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QToolButton, QVBoxLayout

from streamer_app.ui import icons
from streamer_app.ui import theme as design
from streamer_app.ui.theme import SMALL_STRONG, Space
from streamer_app.ui.widgets.controls import describe

if TYPE_CHECKING:
    from streamer_app.ui.look import Look

_LOGO = 32
_BUTTON = QSize(Space.RAIL - 2 * Space.SMALL, 60)


class Rail(QFrame):
    """Live, donations, money."""

    chosen = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("look", "rail")
        self.setFixedWidth(Space.RAIL)
        words = look.words
        logo = QLabel()
        logo.setPixmap(icons.pixmap(icons.LOGO, look.theme.accent, _LOGO))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.SMALL, Space.LARGE, Space.SMALL, Space.SMALL)
        layout.setSpacing(Space.SMALL)
        layout.addWidget(logo, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(Space.SMALL)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        pages = (("radio", words.page_live), ("receipt", words.page_donations), ("wallet", words.page_money))
        for number, (icon, word) in enumerate(pages):
            layout.addWidget(self._button(look, number, icon, word))
        layout.addStretch()
        self._group.idClicked.connect(self.chosen)

    def _button(self, look: Look, number: int, icon: str, word: str) -> QToolButton:
        made = QToolButton()
        made.setProperty("look", "rail")
        made.setCheckable(True)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        made.setFixedSize(_BUTTON)
        made.setFont(design.font(SMALL_STRONG))
        made.setIconSize(QSize(Space.ICON, Space.ICON))
        made.setIcon(icons.icon(icon, look.theme.muted, Space.ICON))
        made.toggled.connect(
            lambda on: made.setIcon(icons.icon(icon, look.theme.accent if on else look.theme.muted, Space.ICON))
        )
        made.setText(word)
        made.setCursor(Qt.CursorShape.PointingHandCursor)
        describe(made, word, f"{word} (Ctrl+{number + 1})")
        self._group.addButton(made, number)
        return made

    def mark(self, number: int) -> None:
        """Show which page is open."""
        self._group.button(number).setChecked(True)
