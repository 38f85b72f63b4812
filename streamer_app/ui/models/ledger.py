"""The latest ledger entries of the streamer's wallets as a table."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from streamer_app.core.donations import LedgerLine
from streamer_app.ui.amounts import amount_text
from streamer_app.ui.donor_text import one_line
from streamer_app.ui.models.donations import column_alignment
from streamer_app.ui.models.rows import ROW_ROLE, SORT_ROLE, AnyIndex, RowsModel

if TYPE_CHECKING:
    from uuid import UUID

    from PySide6.QtCore import QObject

    from streamer_app.ui.look import Look
    from streamer_app.ui.words import Words


class LedgerColumn(IntEnum):
    """The columns, left to right."""

    TIME = 0
    WALLET = 1
    ENTRY = 2
    DESCRIPTION = 3
    AMOUNT = 4


def wallet_word(wallet_type: str, words: Words) -> str:
    """A wallet's name; a kind this program does not know yet keeps the database's."""
    return {"PENDING": words.pending, "CASH": words.cash, "PLATFORM": words.wallet_platform}.get(
        wallet_type, wallet_type
    )


def entry_word(entry_type: str, words: Words) -> str:
    """An entry's kind in words."""
    return {
        "DEPOSIT": words.entry_deposit,
        "FEE": words.entry_fee,
        "TRANSFER": words.entry_transfer,
        "REFUND": words.entry_refund,
        "WITHDRAW": words.entry_withdraw,
        "ADJUSTMENT": words.entry_adjustment,
    }.get(entry_type, entry_type)


class LedgerModel(RowsModel[LedgerLine]):
    """Newest first, as the studio sends them. Entries never change."""

    columns = len(LedgerColumn)

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look

    def row_id(self, row: LedgerLine) -> UUID:
        """The entry's id."""
        return row.entry_id

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' names."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < self.columns:
            return None
        column = LedgerColumn(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column_alignment(column is LedgerColumn.AMOUNT)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        words = self._look.words
        return {
            LedgerColumn.TIME: words.column_time,
            LedgerColumn.WALLET: words.column_wallet,
            LedgerColumn.ENTRY: words.column_entry,
            LedgerColumn.DESCRIPTION: words.column_description,
            LedgerColumn.AMOUNT: words.column_entry_amount,
        }[column]

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: PLR0911  one per role
        """What a cell shows, sorts by, tells and is."""
        if not self.checkIndex(index, self.CheckIndexOption.IndexIsValid):
            return None
        line = self.row(index.row())
        column = LedgerColumn(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(line, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return column_alignment(column is LedgerColumn.AMOUNT)
            case Qt.ItemDataRole.ForegroundRole:
                return self._colour(line, column)
            case Qt.ItemDataRole.ToolTipRole:
                return self._look.exact_time(line.created_at)
            case _ if role == ROW_ROLE:
                return line
            case _ if role == SORT_ROLE:
                return self._sort_value(line, column)
            case _:
                return None

    def _text(self, line: LedgerLine, column: LedgerColumn) -> str:
        match column:
            case LedgerColumn.TIME:
                return self._look.time_text(line.created_at)
            case LedgerColumn.WALLET:
                return wallet_word(line.wallet_type, self._look.words)
            case LedgerColumn.ENTRY:
                return entry_word(line.entry_type, self._look.words)
            case LedgerColumn.DESCRIPTION:
                return one_line(line.description or "")
            case LedgerColumn.AMOUNT:
                return amount_text(line.amount, line.currency)

    def _colour(self, line: LedgerLine, column: LedgerColumn) -> QColor:
        theme = self._look.theme
        if column is LedgerColumn.AMOUNT:
            return QColor(theme.danger if line.amount < 0 else theme.text)
        return QColor(theme.muted if column in {LedgerColumn.TIME, LedgerColumn.DESCRIPTION} else theme.text)

    def _sort_value(self, line: LedgerLine, column: LedgerColumn) -> float | str:
        match column:
            case LedgerColumn.TIME:
                return line.created_at.timestamp()
            case LedgerColumn.AMOUNT:
                return line.amount
            case _:
                return self._text(line, column).casefold()
