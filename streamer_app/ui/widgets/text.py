"""Text that never grows its place: as many lines as it is given, then an ellipsis, whatever a donor wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from streamer_app.ui import theme as design

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from streamer_app.ui.theme import Type


class ElidedText(QWidget):
    """Plain text in `lines` lines of one step and one colour."""

    def __init__(self, step: Type, colour: str, lines: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._colour = QColor(colour)
        self._lines = lines
        self.setFont(design.font(step))
        self._height = QFontMetrics(self.font()).lineSpacing()
        self.setFixedHeight(self._height * lines)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """What is shown, before the ellipsis."""
        return self._text

    def show_text(self, text: str) -> None:
        """Show an already cleaned text."""
        if text == self._text:
            return
        self._text = text
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        """As large as its contents."""
        return QSize(min(QFontMetrics(self.font()).horizontalAdvance(self._text), 400), self._height * self._lines)

    def minimumSizeHint(self) -> QSize:
        """May become narrow, never low."""
        return QSize(0, self._height * self._lines)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self._colour)
        if self._lines == 1:
            shown = QFontMetrics(self.font()).elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(QRectF(self.rect()), left_middle(), shown)
            return
        self._paint_lines(painter)

    def _paint_lines(self, painter: QPainter) -> None:
        layout = QTextLayout(self._text, self.font())
        option = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        top = 0.0
        for number in range(self._lines):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(self.width())
            box = QRectF(0, top, self.width(), self._height)
            if number == self._lines - 1:
                rest = self._text[line.textStart() :]
                shown = QFontMetrics(self.font()).elidedText(rest, Qt.TextElideMode.ElideRight, self.width())
                painter.drawText(box, left_middle(), shown)
            else:
                line.draw(painter, QPointF(0, top))
            top += self._height
        layout.endLayout()


def left_middle() -> Qt.AlignmentFlag:
    """Left on the screen even for a right-to-left text: columns stay columns."""
    return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


def label(text: str, step: Type, look: str = "") -> QLabel:
    """A plain label of one step; `look` is the stylesheet's word for its colour."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(design.font(step))
    if look:
        made.setProperty("look", look)
    return made
