"""Grey rows where data will stand: shown until the first answer, without movement."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from streamer_app.ui.theme import Space, Theme

_BAR = 12
_WIDTHS = ((0.20, 0.46), (0.15, 0.38), (0.24, 0.50), (0.17, 0.30))


def paint_rows(painter: QPainter, box: QRectF, colour: str) -> None:
    """As many skeleton rows as fit whole."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    for number in range(int(box.height() // Space.ROW)):
        name, message = _WIDTHS[number % len(_WIDTHS)]
        top = box.top() + number * Space.ROW + (Space.ROW - _BAR) / 2
        painter.drawRoundedRect(QRectF(box.left(), top, box.width() * name, _BAR), 4, 4)
        painter.drawRoundedRect(
            QRectF(box.left() + box.width() * (name + 0.03), top, box.width() * message, _BAR), 4, 4
        )
        painter.drawRoundedRect(QRectF(box.right() - box.width() * 0.14, top, box.width() * 0.14, _BAR), 4, 4)


class Skeleton(QWidget):
    """A list that has not been told anything yet."""

    def __init__(self, theme: Theme, name: str, inset: int = 0) -> None:
        super().__init__()
        self._inset = inset
        self._colour = theme.raised
        self.setAccessibleName(name)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_rows(painter, QRectF(self.rect()).adjusted(self._inset, 0, -self._inset, 0), self._colour)
