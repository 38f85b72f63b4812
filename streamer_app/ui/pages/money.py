"""The money: both balances, and the ledger lines they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout

from streamer_app.ui.models.ledger import LedgerColumn, LedgerModel
from streamer_app.ui.pages.tables import FIGURE, TIME, CellDelegate, Table
from streamer_app.ui.theme import BODY_STRONG, LEAD_STRONG, Space, Type
from streamer_app.ui.widgets.balances import Balances
from streamer_app.ui.widgets.controls import button, card
from streamer_app.ui.widgets.empty_state import EmptyState
from streamer_app.ui.widgets.skeleton import Skeleton
from streamer_app.ui.widgets.text import label

if TYPE_CHECKING:
    from streamer_app.core.donations import LedgerLine
    from streamer_app.ui.look import Look

_SKELETON, _EMPTY, _ROWS = range(3)
_WIDTHS: dict[int, int] = {
    LedgerColumn.TIME: 84,
    LedgerColumn.WALLET: 112,
    LedgerColumn.ENTRY: 136,
    LedgerColumn.AMOUNT: 148,
}
_STEPS: dict[int, Type] = {LedgerColumn.TIME: TIME, LedgerColumn.WALLET: BODY_STRONG, LedgerColumn.AMOUNT: FIGURE}


class MoneyPage(QFrame):
    """Read only: nothing here moves money."""

    live_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        words = look.words
        self.setProperty("look", "page")
        self.balances = Balances(look)
        self.model = LedgerModel(look, self)
        self.table = Table(self.model, words.ledger, _WIDTHS, LedgerColumn.DESCRIPTION)
        self.table.setItemDelegate(CellDelegate(look, self.table, _STEPS, frozenset()))
        back = button(look.theme, "radio", words.back_to_live, f"{words.back_to_live} (Ctrl+1)")
        back.clicked.connect(self.live_asked)
        self._stack = QStackedWidget()
        self._stack.addWidget(Skeleton(look.theme, words.loading, Space.SMALL))
        self._stack.addWidget(EmptyState(look, "wallet", words.ledger_empty, back))
        self._stack.addWidget(self.table)
        frame, inside = card()
        inside.setContentsMargins(Space.SMALL, Space.SMALL, Space.SMALL, Space.SMALL)
        heading = label(words.ledger, LEAD_STRONG)
        heading.setContentsMargins(Space.SMALL, Space.TIGHT, 0, 0)
        inside.addWidget(heading)
        inside.addWidget(self._stack, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.LARGE, Space.LARGE, Space.LARGE, Space.LARGE)
        layout.setSpacing(Space.MEDIUM)
        layout.addWidget(self.balances)
        layout.addWidget(frame, 1)

    def show_entries(self, entries: tuple[LedgerLine, ...]) -> None:
        """Show the latest entries."""
        self.model.replace(entries)
        self._stack.setCurrentIndex(_ROWS if entries else _EMPTY)

    def refresh_times(self) -> None:
        """Let "3 minutes ago" become four."""
        self.table.viewport().update()
