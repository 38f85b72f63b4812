"""The only door through which an amount reaches the screen: a streaming mode needs to be told here alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from streamer_app.core.money import format_money
from streamer_app.ui import theme as design

if TYPE_CHECKING:
    from streamer_app.core.donations import Item
    from streamer_app.ui.look import Look
    from streamer_app.ui.theme import Type


def amount_text(amount: int, currency: str) -> str:
    """An amount as text. Everything that paints, tells or copies an amount in the window asks here."""
    return format_money(amount, currency)


class AmountLabel(QLabel):
    """An amount in tabular figures; below zero it is red and has its minus."""

    def __init__(self, look: Look, step: Type, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setFont(design.font(step))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def show_amount(self, amount: int, currency: str) -> None:
        """Show an amount of the currency's smallest unit."""
        self.setText(amount_text(amount, currency))
        self._colour("danger" if amount < 0 else "")

    def _colour(self, role: str) -> None:
        if self.property("look") == role:
            return
        self.setProperty("look", role)
        self.style().unpolish(self)
        self.style().polish(self)


def gross_and_net(item: Item, look: Look) -> str:
    """Say what the donor paid and what the streamer gets, as in Rp25.000 · kamu terima Rp23.750."""
    net = look.words.you_receive.format(amount=amount_text(item.net_amount, item.currency))
    return f"{amount_text(item.amount, item.currency)} · {net}"
