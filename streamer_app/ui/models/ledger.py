"""One wallet's ledger as a table, page by page: what happened, whose transaction it was, and the balance after it."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from streamer_app.core.answers import EntryLine
from streamer_app.ui.amounts import amount_text, is_debt
from streamer_app.ui.entries import explained, transaction_text
from streamer_app.ui.models.donations import column_alignment
from streamer_app.ui.models.paged import PagedModel
from streamer_app.ui.models.queue import escape
from streamer_app.ui.models.rows import ROW_ROLE, AnyIndex

if TYPE_CHECKING:
    from uuid import UUID

    from PySide6.QtCore import QObject

    from streamer_app.ui.look import Look


class LedgerColumn(IntEnum):
    """The columns, left to right."""

    TIME = 0
    EXPLAINED = 1
    TRANSACTION = 2
    AMOUNT = 3
    BALANCE = 4


FIGURES = frozenset({LedgerColumn.AMOUNT, LedgerColumn.BALANCE})


class LedgerModel(PagedModel[EntryLine]):
    """Newest first. Entries never change."""

    columns = len(LedgerColumn)

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look

    def row_id(self, row: EntryLine) -> UUID:
        """The entry's id."""
        return row.entry.entry_id

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' names."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < self.columns:
            return None
        column = LedgerColumn(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column_alignment(column in FIGURES)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        words = self._look.page_words
        return {
            LedgerColumn.TIME: words.column_time,
            LedgerColumn.EXPLAINED: words.column_explained,
            LedgerColumn.TRANSACTION: words.column_transaction,
            LedgerColumn.AMOUNT: words.column_amount,
            LedgerColumn.BALANCE: words.column_balance,
        }[column]

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: PLR0911  one per role
        """What a cell shows, tells and is."""
        if not self.checkIndex(index, self.CheckIndexOption.IndexIsValid):
            return None
        line = self.row(index.row())
        column = LedgerColumn(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(line, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return column_alignment(column in FIGURES)
            case Qt.ItemDataRole.ForegroundRole:
                return self._colour(line, column)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tooltip(line)
            case _ if role == ROW_ROLE:
                return line
            case _:
                return None

    def _text(self, line: EntryLine, column: LedgerColumn) -> str:
        entry = line.entry
        match column:
            case LedgerColumn.TIME:
                return self._look.time_text(entry.created_at)
            case LedgerColumn.EXPLAINED:
                return explained(line, self._look)
            case LedgerColumn.TRANSACTION:
                return transaction_text(line, self._look)
            case LedgerColumn.AMOUNT:
                return amount_text(entry.amount, entry.currency)
            case LedgerColumn.BALANCE:
                return amount_text(line.balance, entry.currency)

    def _colour(self, line: EntryLine, column: LedgerColumn) -> QColor:
        theme = self._look.theme
        match column:
            case LedgerColumn.AMOUNT:
                return QColor(theme.danger if is_debt(line.entry.amount) else theme.text)
            case LedgerColumn.BALANCE:
                return QColor(theme.danger if is_debt(line.balance) else theme.muted)
            case LedgerColumn.EXPLAINED:
                return QColor(theme.text)
            case _:
                return QColor(theme.muted)

    def _tooltip(self, line: EntryLine) -> str:
        lines = [explained(line, self._look), transaction_text(line, self._look)]
        lines.append(self._look.exact_time(line.entry.created_at))
        return "<p style='white-space: pre-wrap'>" + "<br>".join(escape(text) for text in lines) + "</p>"
