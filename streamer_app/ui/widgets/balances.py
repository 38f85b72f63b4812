"""The streamer's own money: what is pending, and what is theirs to withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from streamer_app.ui import theme as design
from streamer_app.ui.amounts import AmountLabel
from streamer_app.ui.theme import BALANCE, BODY, LONG_BALANCE, SMALL_STRONG, Space
from streamer_app.ui.widgets.controls import describe
from streamer_app.ui.widgets.curtain import BALANCES_HEIGHT
from streamer_app.ui.widgets.text import label

if TYPE_CHECKING:
    from streamer_app.core.donations import WalletLine
    from streamer_app.ui.look import Look

_DEFAULT_CURRENCY = "IDR"
_LONG = 14
"""More characters than this do not fit beside a word at the least width of the window."""
_UNKNOWN = "\u00a0"
"""Keeps the line's height until the first answer."""


class Balances(QFrame):
    """Two lines whose figures stand in one column."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._words = look.words
        self.setProperty("look", "card")
        self.setFixedHeight(BALANCES_HEIGHT)
        self.pending = AmountLabel(look, BALANCE)
        self.cash = AmountLabel(look, BALANCE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.LARGE, Space.MEDIUM, Space.LARGE, Space.MEDIUM)
        layout.setSpacing(0)
        layout.addWidget(label(look.words.balances, SMALL_STRONG, "muted"))
        layout.addStretch()
        layout.addLayout(self._line(label(look.words.pending, BODY), look.words.pending_hint, self.pending))
        layout.addStretch()
        layout.addLayout(self._line(label(look.words.cash, BODY), look.words.cash_hint, self.cash))

    @staticmethod
    def _line(name: QLabel, hint: str, amount: AmountLabel) -> QHBoxLayout:
        amount.setText(_UNKNOWN)
        describe(amount, name.text(), hint)
        name.setToolTip(hint)
        name.setBuddy(amount)
        line = QHBoxLayout()
        line.addWidget(name, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addStretch()
        line.addWidget(amount, 0, Qt.AlignmentFlag.AlignVCenter)
        return line

    def show_wallets(self, wallets: tuple[WalletLine, ...]) -> None:
        """A wallet that does not exist yet holds nothing."""
        known = {wallet.type: wallet for wallet in wallets}
        currency = next((wallet.currency for wallet in wallets), _DEFAULT_CURRENCY)
        for kind, shown in (("PENDING", self.pending), ("CASH", self.cash)):
            wallet = known.get(kind)
            if wallet is None:
                shown.show_amount(0, currency)
            else:
                shown.show_amount(wallet.balance, wallet.currency)
        long = max(len(self.pending.text()), len(self.cash.text())) > _LONG
        for shown in (self.pending, self.cash):
            shown.setFont(design.font(LONG_BALANCE if long else BALANCE))
        cash = known.get("CASH")
        debt = cash is not None and cash.balance < 0
        self.cash.setToolTip(self._words.cash_debt_hint if debt else self._words.cash_hint)
