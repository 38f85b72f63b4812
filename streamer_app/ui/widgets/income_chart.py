"""Income as bars: the whole bar is what donors paid, its filled part what the streamer receives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from streamer_app.core.questions import Step
from streamer_app.ui import theme as design
from streamer_app.ui.amounts import HIDDEN, STREAMING, amount_text, paint_bar, short_amount_text
from streamer_app.ui.theme import SMALL_FIGURE, Space, blend

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent

    from streamer_app.core.answers import Bar, IncomeBars
    from streamer_app.ui.look import Look

_STEPS = (1, 2, 5)
_LINES = 4
_LEAST_TICK = 56
_GAP_SHARE = 0.28
_WIDEST = 48
_PALE, _FULL = 0.34, 0.86


def axis_top(highest: int) -> tuple[int, int]:
    """The height of the axis and of one step of it, in round figures: 1, 2 or 5 times a power of ten."""
    wanted = max(highest, 1)
    power = 1
    while True:
        for factor in _STEPS:
            step = factor * power
            if step * _LINES >= wanted:
                return -(-wanted // step) * step, step
        power *= 10


class IncomeChart(QWidget):
    """Painted from tokens. The bar under the pointer, or chosen by the arrow keys, is told in full."""

    pointed = Signal(int)
    """The number of a bar, or -1 for none."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._income: IncomeBars | None = None
        self.current = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(160)
        self.setFont(design.font(SMALL_FIGURE))
        self.setAccessibleName(look.page_words.charts)
        STREAMING.changed.connect(self._say_again)

    def _say_again(self) -> None:
        self.setAccessibleDescription(self.bar_words(self.current))
        self.update()

    def sizeHint(self) -> QSize:
        """Takes what it is given."""
        return QSize(480, 260)

    def show_income(self, income: IncomeBars) -> None:
        """Show other bars."""
        self._income = income
        self._point(-1)
        self.update()

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is shown."""
        return self._income.bars if self._income else ()

    def bar_words(self, number: int) -> str:
        """A bar in full: when, gross, net, how many."""
        if self._income is None or not 0 <= number < len(self.bars):
            return ""
        bar, words = self.bars[number], self._look.page_words
        return words.bar_hint.format(
            when=self._when(bar, full=True),
            gross=amount_text(bar.gross, self._income.currency),
            net=amount_text(bar.net, self._income.currency),
            count=self._look.words.number(bar.count),
        )

    def _when(self, bar: Bar, *, full: bool) -> str:
        words = self._look.page_words
        if bar.hour is not None:
            return words.hour_of.format(hour=f"{bar.hour:02d}")
        if self._income is not None and self._income.by is Step.MONTH:
            month = self._look.words.months.split()[bar.start.month - 1]
            return f"{month} {bar.start.year}" if full else month
        day = self._look.day_text(bar.start)
        if full and self._income is not None and self._income.by is Step.WEEK:
            return words.week_of.format(day=day)
        return day

    def _plot(self) -> QRect:
        metrics = QFontMetrics(self.font())
        left = metrics.horizontalAdvance("Rp000,0 jt") + Space.MEDIUM
        above, below = metrics.height() + Space.MEDIUM, metrics.height() + Space.MEDIUM
        return self.rect().adjusted(left, above, -Space.SMALL, -below)

    def bar_box(self, number: int) -> QRectF:
        """The whole column of a bar, from the top of the plot to its foot."""
        plot, count = self._plot(), max(len(self.bars), 1)
        width = plot.width() / count
        return QRectF(plot.left() + number * width, plot.top(), width, plot.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        if self._income is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        top, step = axis_top(max((bar.gross for bar in self.bars), default=0))
        self._paint_axis(painter, top, step)
        for number in range(len(self.bars)):
            self._paint_bar(painter, number, top)
        self._paint_days(painter)
        self._paint_legend(painter)
        if self.hasFocus():
            painter.setPen(QColor(self._look.theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), Space.RADIUS, Space.RADIUS)

    def _paint_axis(self, painter: QPainter, top: int, step: int) -> None:
        theme, plot = self._look.theme, self._plot()
        currency = self._income.currency if self._income else ""
        for value in range(0, top + 1, step):
            y = round(plot.bottom() - plot.height() * value / top)
            painter.setPen(QColor(blend(theme.panel, theme.line, 1.0 if value == 0 else 0.6)))
            painter.drawLine(plot.left(), y, plot.right(), y)
            label = QRect(0, y - 10, plot.left() - Space.SMALL, 20)
            text = short_amount_text(value, currency)
            if text == HIDDEN:
                paint_bar(painter, label.adjusted(label.width() - 40, 0, 0, 0), theme.line, right=True)
            else:
                painter.setPen(QColor(theme.muted))
                painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_bar(self, painter: QPainter, number: int, top: int) -> None:
        theme, bar, box = self._look.theme, self.bars[number], self.bar_box(number)
        if number == self.current:
            painter.fillRect(box, QColor(blend(theme.panel, theme.text, 0.06)))
        if not bar.gross:
            return
        width = min(box.width() * (1 - _GAP_SHARE), _WIDEST)
        left = box.center().x() - width / 2
        painter.setPen(Qt.PenStyle.NoPen)
        radius = min(4.0, width / 3)
        painter.save()
        painter.setClipRect(box)
        for amount, colour in zip((bar.gross, bar.net), self._colours(), strict=True):
            height = max(box.height() * amount / top, 2.0)
            painter.setBrush(QColor(colour))
            # Round above, flat on the ground: the lower corners are clipped away.
            painter.drawRoundedRect(QRectF(left, box.bottom() - height, width, height + radius), radius, radius)
        painter.restore()

    def _colours(self) -> tuple[str, str]:
        """Of what donors paid, and of what the streamer receives."""
        theme = self._look.theme
        return blend(theme.panel, theme.accent, _PALE), blend(theme.panel, theme.accent, _FULL)

    def _paint_legend(self, painter: QPainter) -> None:
        words, theme = self._look.page_words, self._look.theme
        metrics, right = QFontMetrics(self.font()), self._plot().right()
        for word, colour in zip((words.legend_net, words.legend_gross), self._colours()[::-1], strict=True):
            width = metrics.horizontalAdvance(word) + 2
            box = QRect(right - width, 0, width, metrics.height())
            painter.setPen(QColor(theme.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, word)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(box.left() - 16, box.center().y() - 5, 10, 10), 3, 3)
            right = box.left() - 16 - Space.LARGE

    def _paint_days(self, painter: QPainter) -> None:
        metrics, theme = QFontMetrics(self.font()), self._look.theme
        if not self.bars:
            return
        every = max(1, -(-_LEAST_TICK // max(1, int(self.bar_box(0).width()))))
        line = QRect(0, self._plot().bottom() + Space.TIGHT, 0, metrics.height())
        for number in range(0, len(self.bars), every):
            centre = round(self.bar_box(number).center().x())
            text = self._when(self.bars[number], full=False)
            width = metrics.horizontalAdvance(text) + 2
            left = min(max(centre - width // 2, 0), self.width() - width)
            painter.setPen(QColor(theme.text if number == self.current else theme.muted))
            painter.drawText(QRect(left, line.top(), width, line.height()), Qt.AlignmentFlag.AlignCenter, text)

    def _point(self, number: int) -> None:
        if number != self.current:
            self.current = number
            self.setAccessibleDescription(self.bar_words(number))
            self.pointed.emit(number)
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The bar under the pointer."""
        plot = self._plot()
        spot = event.position()
        inside = plot.left() <= spot.x() < plot.right() and bool(self.bars)
        self._point(int((spot.x() - plot.left()) / (plot.width() / len(self.bars))) if inside else -1)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is elsewhere."""
        self._point(-1)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right walk over the bars."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self.bars:
            super().keyPressEvent(event)
            return
        start = len(self.bars) if self.current < 0 and step < 0 else self.current
        self._point(min(max(start + step, 0), len(self.bars) - 1))
