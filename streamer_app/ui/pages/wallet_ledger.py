"""The ledger of one wallet: any length, every entry in words, with the balance after it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from streamer_app.core.answers import EntryLine, LedgerLines, Refused
from streamer_app.core.questions import Cursor, LedgerPage, WalletKind
from streamer_app.ui.asking import Question
from streamer_app.ui.models.ledger import LedgerColumn, LedgerModel
from streamer_app.ui.models.paged import Page, Turned
from streamer_app.ui.models.rows import ROW_ROLE
from streamer_app.ui.pages.tables import FIGURE, TIME, CellDelegate, PagedTable
from streamer_app.ui.theme import SMALL, Space, Type
from streamer_app.ui.widgets.controls import button, describe
from streamer_app.ui.widgets.paged_stack import PagedStack
from streamer_app.ui.widgets.segments import Segments
from streamer_app.ui.widgets.text import label

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamer_app.ui.client import Client
    from streamer_app.ui.look import Look

_WIDTHS: dict[int, int] = {
    LedgerColumn.TIME: 84,
    LedgerColumn.TRANSACTION: 200,
    LedgerColumn.AMOUNT: 156,
    LedgerColumn.BALANCE: 156,
}
_STEPS: dict[int, Type] = {LedgerColumn.TIME: TIME, LedgerColumn.AMOUNT: FIGURE, LedgerColumn.BALANCE: FIGURE}
_KINDS = (WalletKind.PENDING, WalletKind.CASH)


class LedgerPanel(QWidget):
    """Reads the first page when it is first shown."""

    said = Signal(str, str)
    live_asked = Signal()
    donation_asked = Signal(object)
    """The id of a donation message to look at."""

    def __init__(self, look: Look, client: Client) -> None:
        super().__init__()
        self._look = look
        self._client = client
        self._newest = Question(client, look)
        words = look.page_words
        self.wallet = Segments(words.wallet, (words.pending, words.cash))
        self.wallet.chosen.connect(lambda _: self.read())
        self.model = LedgerModel(look, self)
        self.table = PagedTable(self.model, words.ledger, _WIDTHS, LedgerColumn.EXPLAINED)
        self.table.setItemDelegate(CellDelegate(look, self.table, _STEPS, frozenset()))
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._open_menu)
        self.table.doubleClicked.connect(lambda index: self._see(index.data(ROW_ROLE)))
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy_row)
        back = button(look.theme, "radio", look.words.back_to_live, f"{look.words.back_to_live} (Ctrl+1)")
        back.clicked.connect(self.live_asked)
        self.stack = PagedStack(look, self.model, self.table, "wallet", words.wallet_empty, back)
        top = QHBoxLayout()
        top.setSpacing(Space.MEDIUM)
        top.addWidget(self.wallet)
        top.addWidget(label(words.ledger_more, SMALL, "muted"))
        top.addStretch()
        top.addWidget(self.stack.new)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.SMALL)
        layout.addLayout(top)
        layout.addWidget(self.stack, 1)

    @property
    def kind(self) -> WalletKind:
        """Whose ledger is shown."""
        return _KINDS[self.wallet.current]

    def read(self) -> None:
        """From the top, for the wallet that is chosen."""
        self.stack.begin()
        self.model.read(partial(self._page, self.kind))
        self.table.scrollToTop()

    def _page(self, kind: WalletKind, before: Cursor | None, turned: Turned[EntryLine]) -> Callable[[], None]:
        asking = Question(self._client, self._look)
        asking.ask(
            LedgerPage(wallet=kind, before=before),
            LedgerLines,
            lambda answer: turned(Page(answer.lines, answer.next)),
            turned,
        )
        return asking.cancel

    def meet_newest(self) -> None:
        """Something was posted: look at the top again."""
        if not self.model.loaded:
            self.read()
            return
        kind = self.kind

        def met(answer: LedgerLines) -> None:
            if kind is self.kind:
                self.model.meet(answer.lines)

        self._newest.ask(LedgerPage(wallet=kind), LedgerLines, met, _not_now)

    def chosen(self) -> EntryLine | None:
        """The selected entry."""
        rows = self.table.selectionModel().selectedRows()
        return rows[0].data(ROW_ROLE) if rows else None

    def copy_row(self) -> None:
        """The selected line as text, cells apart by tabs: what a spreadsheet takes."""
        rows = self.table.selectionModel().selectedRows()
        if not rows:
            return
        number = rows[0].row()
        cells = [self.model.index(number, column).data() for column in range(self.model.columns)]
        cells[0] = self._look.exact_time(self.model.row(number).entry.created_at)
        self._copied("\t".join(cells))

    def _copied(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.said.emit(self._look.page_words.copied, "")

    def _open_menu(self, position: QPoint) -> None:
        index = self.table.indexAt(position)
        if not index.isValid():
            return
        line: EntryLine = index.data(ROW_ROLE)
        origin, words = line.origin, self._look.page_words
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(words.copy, self.copy_row)
        transaction = menu.addAction(words.copy_transaction)
        transaction.setEnabled(origin is not None)
        see = menu.addAction(words.show_donation)
        see.setEnabled(origin is not None and origin.donation_message_id is not None)
        if origin is not None:
            transaction.triggered.connect(lambda: self._copied(str(origin.transaction_id)))
            see.triggered.connect(lambda: self._see(line))
        menu.popup(self.table.viewport().mapToGlobal(position))

    def _see(self, line: EntryLine) -> None:
        if line.origin is not None and line.origin.donation_message_id is not None:
            self.donation_asked.emit(line.origin.donation_message_id)

    def refresh(self) -> None:
        """Paint again: minutes have passed, or amounts are hidden now."""
        self.table.viewport().update()
        describe(self.table, self._look.page_words.ledger, "")


def _not_now(_refused: Refused) -> None:
    """What is shown stays; the next change asks again."""
