"""Rows that change one by one.

A picture of the queue arrives whole; replacing the model's rows with it must keep the selection, the scroll position
and what lies under the pointer, so it is turned into inserts, moves, removes and changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

if TYPE_CHECKING:
    from uuid import UUID

    from PySide6.QtCore import QObject

Row = TypeVar("Row")
AnyIndex = QModelIndex | QPersistentModelIndex

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
"""The row's struct itself."""
SORT_ROLE = Qt.ItemDataRole.UserRole + 2
"""A value of one type per column, for proxies."""

_NO_PARENT = QModelIndex()


class RowsModel(QAbstractTableModel, Generic[Row]):
    """A flat table of immutable structs with an id each."""

    columns = 1

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    def row_id(self, row: Row) -> UUID:
        """What makes two rows the same row."""
        raise NotImplementedError

    def rowCount(self, parent: AnyIndex = _NO_PARENT) -> int:
        """Rows are flat: they have no children."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = _NO_PARENT) -> int:
        """As many as the subclass says."""
        return 0 if parent.isValid() else self.columns

    def row(self, number: int) -> Row:
        """The struct of a row."""
        return self._rows[number]

    def replace(self, rows: Sequence[Row]) -> None:
        """Become `rows` with the fewest visible changes. Ids within `rows` are distinct."""
        wanted = {self.row_id(row) for row in rows}
        self._remove_all_but(wanted)
        known = {self.row_id(row) for row in self._rows}
        number = 0
        while number < len(rows):
            if self.row_id(rows[number]) in known:
                self._place(number, rows[number])
                number += 1
                continue
            end = number + 1
            while end < len(rows) and self.row_id(rows[end]) not in known:
                end += 1
            self.beginInsertRows(QModelIndex(), number, end - 1)
            self._rows[number:number] = rows[number:end]
            self.endInsertRows()
            number = end

    def _remove_all_but(self, wanted: set[UUID]) -> None:
        last = len(self._rows) - 1
        while last >= 0:
            if self.row_id(self._rows[last]) in wanted:
                last -= 1
                continue
            first = last
            while first > 0 and self.row_id(self._rows[first - 1]) not in wanted:
                first -= 1
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
            last = first - 1

    def _place(self, number: int, row: Row) -> None:
        wanted = self.row_id(row)
        found = number
        while self.row_id(self._rows[found]) != wanted:
            found += 1
        if found != number:
            self.beginMoveRows(QModelIndex(), found, found, QModelIndex(), number)
            self._rows.insert(number, self._rows.pop(found))
            self.endMoveRows()
        if self._rows[number] != row:
            self._rows[number] = row
            self.dataChanged.emit(self.index(number, 0), self.index(number, self.columns - 1))
