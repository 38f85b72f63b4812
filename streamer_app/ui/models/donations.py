"""Donations as a table, page by page."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from streamer_app.core.donations import Item
from streamer_app.ui.amounts import amount_text
from streamer_app.ui.donor_text import donor_name, one_line
from streamer_app.ui.models.paged import PagedModel
from streamer_app.ui.models.queue import tooltip
from streamer_app.ui.models.rows import ROW_ROLE, SORT_ROLE, AnyIndex
from streamer_app.ui.states import item_sign

if TYPE_CHECKING:
    from uuid import UUID

    from PySide6.QtCore import QObject

    from streamer_app.ui.look import Look


class DonationColumn(IntEnum):
    """The columns, left to right."""

    TIME = 0
    DONOR = 1
    MESSAGE = 2
    AMOUNT = 3
    NET = 4
    STATE = 5


FIGURES = frozenset({DonationColumn.AMOUNT, DonationColumn.NET})


class DonationsModel(PagedModel[Item]):
    """Newest first."""

    columns = len(DonationColumn)

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look

    def row_id(self, row: Item) -> UUID:
        """The donation message's id."""
        return row.donation_message_id

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' names."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < self.columns:
            return None
        column = DonationColumn(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column_alignment(column in FIGURES)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        words = self._look.words
        return {
            DonationColumn.TIME: words.column_time,
            DonationColumn.DONOR: words.column_donor,
            DonationColumn.MESSAGE: words.column_message,
            DonationColumn.AMOUNT: words.column_amount,
            DonationColumn.NET: words.column_net,
            DonationColumn.STATE: words.column_state,
        }[column]

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: PLR0911  one per role
        """What a cell shows, sorts by, tells and is."""
        if not self.checkIndex(index, self.CheckIndexOption.IndexIsValid):
            return None
        item = self.row(index.row())
        column = DonationColumn(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(item, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return column_alignment(column in FIGURES)
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(item, self._look)
            case _ if role == ROW_ROLE:
                return item
            case _ if role == SORT_ROLE:
                return self._sort_value(item, column)
            case _:
                return None

    def _text(self, item: Item, column: DonationColumn) -> str:
        match column:
            case DonationColumn.TIME:
                return self._look.time_text(item.paid_at)
            case DonationColumn.DONOR:
                return donor_name(item, self._look.words)
            case DonationColumn.MESSAGE:
                return one_line(item.message or "")
            case DonationColumn.AMOUNT:
                return amount_text(item.amount, item.currency)
            case DonationColumn.NET:
                return amount_text(item.net_amount, item.currency)
            case DonationColumn.STATE:
                return item_sign(item, self._look.theme, self._look.words).word

    def _sort_value(self, item: Item, column: DonationColumn) -> float | str:
        match column:
            case DonationColumn.TIME:
                return item.paid_at.timestamp()
            case DonationColumn.AMOUNT:
                return item.amount
            case DonationColumn.NET:
                return item.net_amount
            case _:
                return self._text(item, column).casefold()


def column_alignment(figures: bool) -> Qt.AlignmentFlag:  # noqa: FBT001
    """Figures stand right, everything else left, whatever direction a donor writes in."""
    side = Qt.AlignmentFlag.AlignRight if figures else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
