"""The first painted window: the shape of the Live page in plain strokes, before a font, an icon or a list is loaded.

It costs one paint and no import beyond Qt itself, and stands where the real page will stand, so that nothing jumps.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from streamer_app.ui.theme import Space, Theme
from streamer_app.ui.widgets.skeleton import paint_rows

NOW_PLAYING_HEIGHT = 216
BALANCES_HEIGHT = 136
OVERLAY_HEIGHT = 112
LEFT_SHARE = 0.6


class Curtain(QWidget):
    """Paints once, tells so, and is replaced."""

    painted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._told = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        area = QRectF(self.rect())
        painter.fillRect(area, QColor(self._theme.bg))
        panel = QColor(self._theme.panel)
        painter.fillRect(QRectF(0, 0, Space.RAIL, area.height()), panel)
        painter.fillRect(QRectF(0, area.bottom() - Space.STRIP, area.width(), Space.STRIP), panel)
        page = area.adjusted(Space.RAIL + Space.LARGE, Space.LARGE, -Space.LARGE, -Space.LARGE - Space.STRIP)
        left = (page.width() - Space.MEDIUM) * LEFT_SHARE
        cards = self._cards(page, left)
        painter.setBrush(panel)
        for card in cards:
            painter.drawRoundedRect(card, Space.CARD_RADIUS, Space.CARD_RADIUS)
        stage = cards[0].adjusted(Space.LARGE, Space.LARGE, -Space.LARGE, -Space.LARGE)
        queue = cards[1].adjusted(Space.LARGE, Space.ROW, -Space.LARGE, -Space.SMALL)
        paint_rows(painter, stage, self._theme.raised)
        paint_rows(painter, queue, self._theme.raised)
        if not self._told:
            self._told = True
            self.painted.emit()

    @staticmethod
    def _cards(page: QRectF, left: float) -> list[QRectF]:
        right = page.left() + left + Space.MEDIUM
        width = page.right() - right
        overlay = page.bottom() - OVERLAY_HEIGHT
        balances = overlay - Space.MEDIUM - BALANCES_HEIGHT
        queue = page.top() + NOW_PLAYING_HEIGHT + Space.MEDIUM
        return [
            QRectF(page.left(), page.top(), left, NOW_PLAYING_HEIGHT),
            QRectF(page.left(), queue, left, page.bottom() - queue),
            QRectF(right, page.top(), width, balances - Space.MEDIUM - page.top()),
            QRectF(right, balances, width, BALANCES_HEIGHT),
            QRectF(right, overlay, width, OVERLAY_HEIGHT),
        ]
