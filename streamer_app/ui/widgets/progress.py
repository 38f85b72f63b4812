"""How much of the alert has been shown."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from datetime import datetime

    from streamer_app.core.donations import Playing
    from streamer_app.ui.theme import Theme

_HEIGHT = 6
_MILLISECOND = timedelta(milliseconds=1)


def shown_ms(playing: Playing, now: datetime) -> int | None:
    """Milliseconds of the alert already shown, a resumed run's offset included; None before its text is painted."""
    if playing.started_at is None:
        return None
    passed = int((now - playing.started_at) / _MILLISECOND) + playing.offset_ms
    return max(0, min(passed, playing.expected_ms))


class ProgressLine(QWidget):
    """A line that fills from the left, without a figure of its own."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._share = 0.0
        self.setFixedHeight(_HEIGHT)

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self._share

    def show_share(self, share: float) -> None:
        """Fill this much."""
        if share != self._share:
            self._share = share
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        area = QRectF(self.rect())
        painter.setBrush(QColor(self._theme.raised))
        painter.drawRoundedRect(area, _HEIGHT / 2, _HEIGHT / 2)
        if self._share > 0:
            area.setWidth(max(area.width() * self._share, _HEIGHT))
            painter.setBrush(QColor(self._theme.accent))
            painter.drawRoundedRect(area, _HEIGHT / 2, _HEIGHT / 2)
