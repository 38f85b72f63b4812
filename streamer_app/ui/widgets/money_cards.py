"""What is pending, what is cash or owed, and what came in today: three cards that keep their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from streamer_app.ui import theme as design
from streamer_app.ui.amounts import STREAMING, AmountLabel, amount_text
from streamer_app.ui.theme import BALANCE, LONG_BALANCE, SMALL, SMALL_STRONG, Space
from streamer_app.ui.widgets.controls import describe
from streamer_app.ui.widgets.text import label

if TYPE_CHECKING:
    from streamer_app.core.answers import TodaySum
    from streamer_app.core.donations import WalletLine
    from streamer_app.ui.look import Look

_LONG = 15
_UNKNOWN = "\u00a0"


class MoneyCard(QFrame):
    """A name, an amount, and a sentence that may take two lines."""

    def __init__(self, look: Look, name: str, more: str) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.name = label(name, SMALL_STRONG, "muted")
        self.amount = AmountLabel(look, BALANCE)
        self.amount.setText(_UNKNOWN)
        self.amount.setFixedHeight(QFontMetrics(design.font(BALANCE)).height() + 2)
        self.more = label(more, SMALL, "muted")
        self.more.setWordWrap(True)
        self.more.setFixedHeight(2 * self.more.fontMetrics().lineSpacing() + 2)
        self.more.setAlignment(self.more.alignment().AlignTop | self.more.alignment().AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.LARGE, Space.MEDIUM, Space.LARGE, Space.MEDIUM)
        layout.setSpacing(2)
        for part in (self.name, self.amount, self.more):
            layout.addWidget(part)
        self._name_it(name, more)

    def _name_it(self, name: str, more: str) -> None:
        self.name.setText(name)
        self.more.setText(more)
        describe(self.amount, name, more)

    def show_money(self, name: str, amount: int, currency: str, more: str) -> None:
        """Show an amount, and what it means."""
        self.amount.show_amount(amount, currency)
        self.amount.setFont(design.font(LONG_BALANCE if len(self.amount.text()) > _LONG else BALANCE))
        self._name_it(name, more)


class MoneyCards(QWidget):
    """Pending, Cash or Debt, Today."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        words = look.page_words
        self.pending = MoneyCard(look, words.pending, words.pending_more)
        self.cash = MoneyCard(look, words.cash, words.cash_more)
        self.today = MoneyCard(look, words.today, words.today_none)
        self._wallets: tuple[WalletLine, ...] | None = None
        self._today: TodaySum | None = None
        self._settled = ""
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.MEDIUM)
        for card in (self.pending, self.cash, self.today):
            layout.addWidget(card, 1)
        STREAMING.changed.connect(self._show)

    def show_wallets(self, wallets: tuple[WalletLine, ...]) -> None:
        """A wallet that does not exist yet holds nothing."""
        self._wallets = wallets
        self._show()

    def show_settled(self, when: str) -> None:
        """When money became cash last, in words; empty: never yet."""
        self._settled = when
        self._show()

    def show_today(self, today: TodaySum) -> None:
        """What came in today."""
        self._today = today
        self._show()

    def _show(self) -> None:
        words = self._look.page_words
        if self._wallets is not None:
            known = {wallet.type: wallet for wallet in self._wallets}
            currency = next((wallet.currency for wallet in self._wallets), "IDR")
            pending = known["PENDING"].balance if "PENDING" in known else 0
            cash = known["CASH"].balance if "CASH" in known else 0
            more = words.pending_settled.format(when=self._settled) if self._settled else words.pending_more
            self.pending.show_money(words.pending, pending, currency, more)
            if cash < 0:
                self.cash.show_money(words.debt, cash, currency, words.debt_more)
            else:
                self.cash.show_money(words.cash, cash, currency, words.cash_more)
        if self._today is not None:
            today = self._today
            net = amount_text(today.net, today.currency)
            more = words.today_more.format(count=self._look.words.number(today.count), net=net)
            self.today.show_money(words.today, today.gross, today.currency, more if today.count else words.today_none)
