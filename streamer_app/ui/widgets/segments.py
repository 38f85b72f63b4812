"""One of a few, side by side: every choice is seen, and one press away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy

from streamer_app.ui import theme as design
from streamer_app.ui.theme import BODY_STRONG, Space
from streamer_app.ui.widgets.controls import describe

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractButton


class Segments(QFrame):
    """The chosen one is raised, and says so to screen readers as a checked button does."""

    chosen = Signal(int)

    def __init__(self, name: str, choices: Sequence[str]) -> None:
        super().__init__()
        self.setProperty("look", "segments")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(2)
        for number, word in enumerate(choices):
            made = QPushButton(word)
            made.setProperty("look", "segment")
            made.setFont(design.font(BODY_STRONG))
            made.setCheckable(True)
            made.setMinimumHeight(Space.TARGET)
            made.setCursor(Qt.CursorShape.PointingHandCursor)
            describe(made, word, f"{name}: {word}")
            self._group.addButton(made, number)
            layout.addWidget(made)
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(self.chosen)

    @property
    def current(self) -> int:
        """Which one is chosen."""
        return self._group.checkedId()

    def choose(self, number: int) -> None:
        """Choose one, as a press does."""
        self.button(number).setChecked(True)
        self.chosen.emit(number)

    def button(self, number: int) -> QAbstractButton:
        """One of them."""
        return self._group.button(number)
