"""One of many, behind a button that says which: a menu that opens without stopping the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton

from streamer_app.ui import icons
from streamer_app.ui import theme as design
from streamer_app.ui.theme import BODY, Space
from streamer_app.ui.widgets.controls import describe

if TYPE_CHECKING:
    from streamer_app.ui.look import Look


class Chooser(QPushButton):
    """Shows the choice; marks itself when it is not the first, which stands for "any"."""

    changed = Signal()

    def __init__(self, look: Look, name: str, choices: Sequence[tuple[str, object]]) -> None:
        super().__init__()
        self._name = name
        self._choices = list(choices)
        self._current = 0
        self._theme = look.theme
        self.setProperty("look", "chooser")
        self.setFont(design.font(BODY))
        self.setIconSize(QSize(Space.SMALL_ICON, Space.SMALL_ICON))
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self.open)
        self._show()

    @property
    def value(self) -> object:
        """What is chosen."""
        return self._choices[self._current][1]

    def choose(self, number: int) -> None:
        """Choose one, as the menu does."""
        if number == self._current:
            return
        self._current = number
        self._show()
        self.changed.emit()

    def clear(self) -> None:
        """Back to "any", without a word."""
        self._current = 0
        self._show()

    def open(self) -> None:
        """Open the menu below the button."""
        menu = QMenu(self)
        menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for number, (word, _) in enumerate(self._choices):
            entry = QAction(word, menu)
            entry.setCheckable(True)
            entry.setChecked(number == self._current)
            entry.triggered.connect(lambda _=False, which=number: self.choose(which))
            group.addAction(entry)
            menu.addAction(entry)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + Space.TIGHT)))

    def _show(self) -> None:
        word = self._choices[self._current][0]
        lit = self._current > 0
        self.setText(word)
        self.setIcon(icons.icon("chevron-down", self._theme.accent if lit else self._theme.muted, Space.SMALL_ICON))
        describe(self, f"{self._name}: {word}", f"{self._name}: {word}")
        tone = "accent" if lit else ""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)
