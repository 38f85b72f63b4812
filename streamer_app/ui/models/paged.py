"""Tables that are read page by page: however long a list is, only what was scrolled past is loaded.

What arrives meanwhile is offered at the top and moves nothing that is being read, unless the top is what is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, NamedTuple

from PySide6.QtCore import QModelIndex, Signal

from streamer_app.core.answers import Refused
from streamer_app.core.questions import Cursor
from streamer_app.ui.models.rows import AnyIndex, Row, RowsModel

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

_NO_PARENT = QModelIndex()


class Page(NamedTuple, Generic[Row]):
    """Some rows, newest first, and where the next page begins; None on the last one."""

    rows: Sequence[Row]
    next: Cursor | None


Turned = Callable[[Page[Row] | Refused], None]
Pager = Callable[[Cursor | None, Turned[Row]], Callable[[], None]]
"""Asks for the page below a key and answers with a way to cancel."""


class PagedModel(RowsModel[Row]):
    """Rows of any number, loaded as the view comes near their end."""

    offered = Signal(int)
    """So many rows are new at the top and not shown yet; 0: none any more."""
    turned = Signal()
    """A page has arrived, or there is nothing to show."""
    refused = Signal(object)
    """A page could not be had, and why; `retry` asks again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.loaded = False
        """The first page has been answered."""
        self.following = True
        """The view stands at the top: new rows are inserted at once."""
        self._pager: Pager[Row] | None = None
        self._next: Cursor | None = None
        self._cancel: Callable[[], None] | None = None
        self._question = 0
        self._stuck = False
        self._fresh: list[Row] = []
        self._gap = False

    def read(self, pager: Pager[Row]) -> None:
        """Start over with another way to ask. What is shown stays until the first page of it is here."""
        self._pager = pager
        self.restart()

    def restart(self) -> None:
        """Ask for the first page anew."""
        self.loaded = False
        self._next = None
        self._offer([], gap=False)
        self._ask(None)

    def retry(self) -> None:
        """Ask again after a refusal."""
        self._stuck = False
        if not self.loaded:
            self.restart()
        elif self._next is not None:
            self._ask(self._next)

    def go_on(self) -> None:
        """The end comes near: ask for the next page, after a refusal too."""
        if self._stuck and self.loaded:
            self.retry()
        else:
            self.fetchMore()

    def canFetchMore(self, parent: AnyIndex = _NO_PARENT) -> bool:
        """Whether there is a page below, and it is not on its way."""
        return not parent.isValid() and self._next is not None and self._cancel is None and not self._stuck

    def fetchMore(self, parent: AnyIndex = _NO_PARENT) -> None:
        """Ask for the next page; the view calls this near its end."""
        if self.canFetchMore(parent):
            self._ask(self._next)

    def _ask(self, before: Cursor | None) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        if self._pager is None:
            return
        self._question += 1
        question = self._question
        self._stuck = False
        answered = False

        def done(page: Page[Row] | Refused) -> None:
            nonlocal answered
            answered = True
            if question == self._question:
                self._cancel = None
                self._turn(before, page)

        cancel = self._pager(before, done)
        if not answered and question == self._question:
            self._cancel = cancel

    def _turn(self, before: Cursor | None, page: Page[Row] | Refused) -> None:
        if isinstance(page, Refused):
            self._stuck = True
            self.refused.emit(page)
            return
        self._next = page.next
        if before is None and not self.loaded:
            self.loaded = True
            self.replace(page.rows)
        else:
            self._append(page.rows)
        if not page.rows and page.next is not None:
            self._ask(page.next)
            return
        self.turned.emit()

    def _append(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(rows) - 1)
        self._rows.extend(rows)
        self.endInsertRows()

    def meet(self, newest: Sequence[Row]) -> None:
        """The newest rows as they are now: known ones are brought up to date, new ones shown or offered."""
        if not self.loaded:
            return
        # What is known of the newest stands among as many at the top: a million rows below are not looked at.
        places = {self.row_id(row): number for number, row in enumerate(self._rows[: 2 * len(newest)])}
        for row in newest:
            number = places.get(self.row_id(row))
            if number is not None and self._rows[number] != row:
                self._rows[number] = row
                self.dataChanged.emit(self.index(number, 0), self.index(number, self.columns - 1))
        met = [number for number, row in enumerate(newest) if self.row_id(row) in places]
        last = met[-1] if met else len(newest) - 1
        fresh = [row for row in newest[: last + 1] if self.row_id(row) not in places]
        gap = (not met and bool(self._rows)) or any(self.row_id(row) in places for row in newest[: len(fresh)])
        self._offer(fresh, gap=gap)
        if self.following and fresh:
            self.take_offered()

    def take_offered(self) -> None:
        """Show what is new. Where it does not simply stand on top, everything is read anew."""
        fresh, gap = self._fresh, self._gap
        if gap:
            self.restart()
        elif fresh:
            self.beginInsertRows(QModelIndex(), 0, len(fresh) - 1)
            self._rows[:0] = fresh
            self.endInsertRows()
            self._offer([], gap=False)
            self.turned.emit()

    def _offer(self, fresh: list[Row], *, gap: bool) -> None:
        before = len(self._fresh)
        self._fresh, self._gap = fresh, gap and bool(fresh)
        if len(fresh) != before:
            self.offered.emit(len(fresh))
