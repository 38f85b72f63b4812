"""A small mark of icon, word and colour."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from streamer_app.ui import icons
from streamer_app.ui import theme as design
from streamer_app.ui.states import Sign
from streamer_app.ui.theme import SMALL_STRONG, Space, blend

_HEIGHT = 24
_SHARE = 0.16


def chip_width(sign: Sign) -> int:
    """How wide a chip wants to be."""
    words = QFontMetrics(design.font(SMALL_STRONG)).horizontalAdvance(sign.word)
    return words + Space.SMALL_ICON + 2 * Space.TIGHT + 2 * Space.SMALL


def paint_chip(painter: QPainter, box: QRect, sign: Sign, under: str) -> None:
    """A chip at the left of `box`, in its middle; `under` is the colour it lies on."""
    width = min(chip_width(sign), box.width())
    shape = QRect(box.left(), box.center().y() - _HEIGHT // 2 + 1, width, _HEIGHT)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(blend(under, sign.colour, _SHARE)))
    painter.drawRoundedRect(QRectF(shape), _HEIGHT / 2, _HEIGHT / 2)
    picture = icons.pixmap(sign.icon, sign.colour, Space.SMALL_ICON)
    painter.drawPixmap(shape.left() + Space.SMALL, shape.center().y() - Space.SMALL_ICON // 2 + 1, picture)
    words = shape.adjusted(Space.SMALL + Space.SMALL_ICON + Space.TIGHT, 0, -Space.SMALL, 0)
    painter.setFont(design.font(SMALL_STRONG))
    painter.setPen(QColor(sign.colour))
    shown = QFontMetrics(painter.font()).elidedText(sign.word, Qt.TextElideMode.ElideRight, words.width())
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class Chip(QWidget):
    """The same as a widget."""

    def __init__(self, sign: Sign, under: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = sign
        self._under = under
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(sign.word)

    def sizeHint(self) -> QSize:
        """As large as its contents."""
        return QSize(chip_width(self._sign), _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_chip(painter, self.rect(), self._sign, self._under)
