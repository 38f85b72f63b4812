"""The wallet: what is yours and what will be, every entry behind it, what came in, who gave, what was paid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QPoint, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout

from streamer_app.core.answers import LedgerLines, Refused, TodaySum
from streamer_app.core.questions import LedgerPage, Today, WalletKind
from streamer_app.ui.asking import Question
from streamer_app.ui.pages.wallet_charts import ChartsPanel, DonorsPanel
from streamer_app.ui.pages.wallet_files import WalletFiles
from streamer_app.ui.pages.wallet_ledger import LedgerPanel
from streamer_app.ui.pages.wallet_payouts import PayoutsPanel
from streamer_app.ui.theme import TITLE, Motion, Space
from streamer_app.ui.widgets.controls import button, card
from streamer_app.ui.widgets.money_cards import MoneyCards
from streamer_app.ui.widgets.segments import Segments
from streamer_app.ui.widgets.text import label
from streamer_app.ui.widgets.work_bar import WorkBar

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from streamer_app.core.donations import WalletLine
    from streamer_app.ui.client import Client
    from streamer_app.ui.look import Look

LEDGER, CHARTS, DONORS, PAYOUTS = range(4)
_LOOKED_BACK = 50
_REST_MS = 2_000
"""In a raid the page is read no more often than this: sums over a long ledger cost the server something."""


class WalletPage(QFrame):
    """Asks only while it is seen: what changes meanwhile is read when it is opened."""

    live_asked = Signal()
    said = Signal(str, str)
    donation_asked = Signal(object)

    def __init__(self, look: Look, client: Client) -> None:
        super().__init__()
        self._look = look
        words = look.page_words
        self.setProperty("look", "page")
        self._today, self._settled = Question(client, look), Question(client, look)
        self._stale = True
        self.cards = MoneyCards(look)
        self.work = WorkBar(look)
        self.files = WalletFiles(look, client, self.work, self)
        self.verify = button(look.theme, "shield-check", words.verify, words.verify_hint)
        self.verify.clicked.connect(self.files.verify)
        self.export = button(look.theme, "download", words.export, words.export_hint)
        self.export.clicked.connect(
            lambda: self.files.open_menu(self.export.mapToGlobal(QPoint(0, self.export.height())))
        )
        self.tabs = Segments(words.wallet, (words.ledger, words.charts, words.donors, words.payouts))
        self.tabs.chosen.connect(self._open)
        self.ledger = LedgerPanel(look, client)
        self.charts = ChartsPanel(look, client)
        self.donors = DonorsPanel(look, client)
        self.payouts = PayoutsPanel(look, client)
        self.panels = QStackedWidget()
        for panel in (self.ledger, self.charts, self.donors, self.payouts):
            self.panels.addWidget(panel)
        self.ledger.live_asked.connect(self.live_asked)
        self.ledger.donation_asked.connect(self.donation_asked)
        for speaker in (self.ledger, self.payouts):
            speaker.said.connect(self.said)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._last_read = QElapsedTimer()
        self._soon.timeout.connect(self._read)
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(Space.SMALL)
        top.addWidget(label(self._look.page_words.wallet, TITLE))
        top.addStretch()
        top.addWidget(self.verify)
        top.addWidget(self.export)
        frame, inside = card()
        inside.setContentsMargins(Space.MEDIUM, Space.MEDIUM, Space.MEDIUM, Space.SMALL)
        inside.addWidget(self.panels)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.LARGE, Space.LARGE, Space.LARGE, Space.LARGE)
        layout.setSpacing(Space.MEDIUM)
        layout.addLayout(top)
        layout.addWidget(self.cards)
        layout.addWidget(self.tabs)
        layout.addWidget(frame, 1)
        layout.addWidget(self.work)

    def show_wallets(self, wallets: tuple[WalletLine, ...]) -> None:
        """The balances as they are now."""
        self.cards.show_wallets(wallets)
        self.payouts.show_cash(next((wallet for wallet in wallets if wallet.type == "CASH"), None))

    def changed(self) -> None:
        """Something was posted. A raid is asked about once."""
        self._stale = True
        if self.isVisible() and not self._soon.isActive():
            since = self._last_read.elapsed() if self._last_read.isValid() else _REST_MS
            self._soon.start(max(Motion.SEARCH, _REST_MS - since))

    def showEvent(self, event: QShowEvent) -> None:
        """Read what changed while nobody looked."""
        super().showEvent(event)
        if self._stale:
            self._read()

    def _open(self, number: int) -> None:
        self.panels.setCurrentIndex(number)
        self._read_panel()

    def _read(self) -> None:
        self._stale = False
        self._last_read.start()
        self._today.ask(Today(time_zone=self._look.time_zone), TodaySum, self.cards.show_today, _not_now)
        self._settled.ask(
            LedgerPage(wallet=WalletKind.CASH, limit=_LOOKED_BACK), LedgerLines, self._look_back, _not_now
        )
        self._read_panel()

    def _read_panel(self) -> None:
        match self.panels.currentIndex():
            case 0:
                self.ledger.meet_newest()
            case 1:
                self.charts.read()
            case 2:
                self.donors.read()
            case _:
                self.payouts.read()

    def _look_back(self, answer: LedgerLines) -> None:
        settled = next((line.entry for line in answer.lines if line.entry.entry_type == "TRANSFER"), None)
        self.cards.show_settled("" if settled is None else self._look.when(settled.created_at))

    def refresh(self) -> None:
        """Paint again: minutes have passed, or amounts are hidden now."""
        self.ledger.refresh()
        self.donors.refresh()
        self.payouts.refresh()


def _not_now(_refused: Refused) -> None:
    """What is shown stays; the next change asks again, and the lights say what is wrong."""
