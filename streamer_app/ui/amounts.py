"""The only door through which an amount reaches the screen: streaming mode is told here alone.

While it is on, amounts and keys are bars of one width, so that neither their figures nor their length is seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from streamer_app.core.money import format_money, format_money_short
from streamer_app.ui import theme as design

if TYPE_CHECKING:
    from streamer_app.core.donations import Item
    from streamer_app.ui.look import Look
    from streamer_app.ui.theme import Type

HIDDEN: Final = "••••••"
"""What stands for an amount or a key in words: tooltips, toasts, names for screen readers."""
_BAR_WIDTH: Final = 72
_BAR_HEIGHT: Final = 12


class StreamingMode(QObject):
    """Whether amounts and keys are hidden; one switch for every window of the process."""

    changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._on = False

    @property
    def on(self) -> bool:
        """Hidden."""
        return self._on

    def switch(self, on: bool) -> None:  # noqa: FBT001  a switch
        """Hide or show; everything that shows an amount hears of it."""
        if on != self._on:
            self._on = on
            self.changed.emit(on)


STREAMING: Final = StreamingMode()


def amount_text(amount: int, currency: str) -> str:
    """An amount as text. Everything that paints, tells or copies an amount in the window asks here."""
    return HIDDEN if STREAMING.on else format_money(amount, currency)


def short_amount_text(amount: int, currency: str) -> str:
    """Rp1,5 jt: for axes and counters only."""
    return HIDDEN if STREAMING.on else format_money_short(amount, currency)


def key_text(key: str) -> str:
    """A key or an address with one in it."""
    return HIDDEN if STREAMING.on else key


def is_debt(amount: int) -> bool:
    """Whether to colour an amount as one below zero: its sign is hidden with it."""
    return amount < 0 and not STREAMING.on


def paint_bar(painter: QPainter, box: QRect, colour: str, *, right: bool) -> None:
    """The bar that stands for an amount, at one end of its cell."""
    width = min(_BAR_WIDTH, box.width())
    left = box.right() - width + 1 if right else box.left()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    top = box.center().y() - _BAR_HEIGHT / 2 + 1
    painter.drawRoundedRect(QRectF(left, top, width, _BAR_HEIGHT), _BAR_HEIGHT / 3, _BAR_HEIGHT / 3)


class AmountLabel(QLabel):
    """An amount in tabular figures; below zero it is red and has its minus. In streaming mode it is a bar."""

    def __init__(self, look: Look, step: Type, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._amount: tuple[int, str] | None = None
        self.setFont(design.font(step))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        STREAMING.changed.connect(self._show_again)

    def show_amount(self, amount: int, currency: str) -> None:
        """Show an amount of the currency's smallest unit."""
        self._amount = (amount, currency)
        self._show_again()

    def _show_again(self) -> None:
        if self._amount is None:
            return
        amount, currency = self._amount
        self.setText(amount_text(amount, currency))
        self._colour("danger" if is_debt(amount) else "")
        self.updateGeometry()

    def _colour(self, role: str) -> None:
        if self.property("look") == role:
            return
        self.setProperty("look", role)
        self.style().unpolish(self)
        self.style().polish(self)

    def sizeHint(self) -> QSize:
        """A bar is as high as the figures it stands for."""
        hint = super().sizeHint()
        return QSize(_BAR_WIDTH, hint.height()) if self._veiled else hint

    def minimumSizeHint(self) -> QSize:
        """As large as its contents."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Figures, or a bar."""
        if not self._veiled:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        right = bool(self.alignment() & Qt.AlignmentFlag.AlignRight)
        paint_bar(painter, self.rect(), self._look.theme.muted, right=right)

    @property
    def _veiled(self) -> bool:
        return STREAMING.on and self.text() == HIDDEN


def gross_and_net(item: Item, look: Look) -> str:
    """Say what the donor paid and what the streamer gets, as in Rp25.000 · kamu terima Rp23.750."""
    net = look.words.you_receive.format(amount=amount_text(item.net_amount, item.currency))
    return f"{amount_text(item.amount, item.currency)} · {net}"
