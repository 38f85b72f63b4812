"""Every donation there ever was: found by words, days, amount, state and media; each with its proof of delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QHeaderView, QMenu, QVBoxLayout

from streamer_app.core.answers import Donations, Refused
from streamer_app.core.donations import Item
from streamer_app.core.questions import Cursor
from streamer_app.core.questions import DonationsPage as DonationsQuestion
from streamer_app.ui.asking import Question, refusal_words
from streamer_app.ui.models.donations import DonationColumn, DonationsModel
from streamer_app.ui.models.paged import Page, Turned
from streamer_app.ui.models.rows import ROW_ROLE
from streamer_app.ui.pages.tables import FIGURE, TIME, CellDelegate, PagedTable
from streamer_app.ui.theme import BODY_STRONG, TITLE, Space, Type
from streamer_app.ui.widgets.controls import button, card
from streamer_app.ui.widgets.donation_detail import DonationDetail, can_replay
from streamer_app.ui.widgets.donation_filters import DonationFilters
from streamer_app.ui.widgets.paged_stack import PagedStack
from streamer_app.ui.widgets.text import label

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from PySide6.QtGui import QResizeEvent, QShowEvent

    from streamer_app.ui.client import Client
    from streamer_app.ui.look import Look

_WIDTHS: dict[int, int] = {
    DonationColumn.TIME: 84,
    DonationColumn.DONOR: 168,
    DonationColumn.AMOUNT: 148,
    DonationColumn.NET: 148,
    DonationColumn.STATE: 136,
}
_STEPS: dict[int, Type] = {
    DonationColumn.TIME: TIME,
    DonationColumn.DONOR: BODY_STRONG,
    DonationColumn.AMOUNT: FIGURE,
    DonationColumn.NET: FIGURE,
}
_MUTED = frozenset({int(DonationColumn.TIME), int(DonationColumn.MESSAGE), int(DonationColumn.NET)})
_ALL, _ROOMY, _NARROW = 1400, 1100, 960
"""Widths of the page from which on every column has a place, and below which the message has none."""
_DETAIL_WIDE, _DETAIL = 344, 296
_SEARCH_WIDTH = 300


class DonationsPage(QFrame):
    """Replay is the one primary button; it says no word until a donation can be replayed."""

    replay_asked = Signal(object)
    block_asked = Signal(object)
    nothing_chosen = Signal()
    test_asked = Signal()
    said = Signal(str, str)

    def __init__(self, look: Look, client: Client) -> None:
        super().__init__()
        self._look = look
        self._client = client
        self._newest = Question(client, look)
        self._stale = False
        self.setProperty("look", "page")
        self.filters = DonationFilters(look)
        self.model = DonationsModel(look, self)
        self.table = PagedTable(self.model, look.page_words.donations, _WIDTHS, DonationColumn.MESSAGE)
        self.table.setItemDelegate(CellDelegate(look, self.table, _STEPS, _MUTED, DonationColumn.STATE))
        self.detail = DonationDetail(look, client)
        self.replay = self.detail.replay
        self._test = button(look.theme, "bell", look.words.send_test, look.words.send_test_hint)
        self.stack = PagedStack(look, self.model, self.table, "receipt", look.words.donations_empty, self._test)
        self._connect()
        self._lay_out()

    def _connect(self) -> None:
        table = self.table
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._open_menu)
        table.selectionModel().selectionChanged.connect(self._look_at_choice)
        table.doubleClicked.connect(self.ask_replay)
        self.model.dataChanged.connect(self._look_at_choice)
        self.model.turned.connect(self._turned)
        self.model.refused.connect(self._refused)
        self.filters.changed.connect(self.read)
        self.detail.replay_asked.connect(self.replay_asked)
        self.detail.block_asked.connect(self.block_asked)
        self.detail.said.connect(self.said)
        self._test.clicked.connect(self.test_asked)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), table)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.detail.copy_all)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.filters.search.setFocus)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(Space.MEDIUM)
        top.addWidget(label(self._look.page_words.donations, TITLE))
        top.addStretch()
        top.addWidget(self.stack.new)
        self.filters.search.setFixedWidth(_SEARCH_WIDTH)
        top.addWidget(self.filters.search)
        frame, inside = card()
        inside.setContentsMargins(Space.SMALL, Space.SMALL, Space.SMALL, Space.SMALL)
        inside.addWidget(self.stack)
        body = QHBoxLayout()
        body.setSpacing(Space.MEDIUM)
        body.addWidget(frame, 1)
        body.addWidget(self.detail)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.LARGE, Space.LARGE, Space.LARGE, Space.LARGE)
        layout.setSpacing(Space.MEDIUM)
        layout.addLayout(top)
        layout.addWidget(self.filters)
        layout.addLayout(body, 1)

    def read(self) -> None:
        """From the top, through the filters as they are now."""
        self._stale = False
        self._newest.cancel()
        self.stack.begin()
        self.model.read(self._page)
        self.table.scrollToTop()

    def _page(self, before: Cursor | None, turned: Turned[Item]) -> Callable[[], None]:
        asking = Question(self._client, self._look)
        asking.ask(
            _from(self.filters, before), Donations, lambda answer: turned(Page(answer.donations, answer.next)), turned
        )
        return asking.cancel

    def show_donations(self, donations: tuple[Item, ...]) -> None:
        """The latest donations as they are now, of which the filters may let pass some."""
        if not self.model.loaded:
            self._stale = True
        elif self.filters.is_set:
            self._stale = not self.isVisible()
            if self.isVisible():
                asked = _from(self.filters, None)
                self._newest.ask(asked, Donations, lambda answer: self.model.meet(answer.donations), _not_now)
        else:
            self.model.meet(donations)

    def show_one(self, donation_message_id: UUID) -> None:
        """Nothing but this donation, chosen."""
        self.filters.show_only(donation_message_id)

    def showEvent(self, event: QShowEvent) -> None:
        """The first page is read when it is first looked at."""
        super().showEvent(event)
        if self._stale or not self.model.loaded:
            self.read()

    def _turned(self) -> None:
        set_ = self.filters.is_set
        words = self._look.page_words
        self.stack.say_empty(words.nothing_found if set_ else self._look.words.donations_empty)
        self._test.setVisible(not set_)
        if set_ and self.filters.asked().only is not None and self.model.rowCount() == 1:
            self.table.selectRow(0)
        self._look_at_choice()

    def _refused(self, refused: Refused) -> None:
        if self.model.loaded:
            self.said.emit(*refusal_words(refused, self._look))

    def chosen(self) -> Item | None:
        """The selected donation."""
        rows = self.table.selectionModel().selectedRows()
        return rows[0].data(ROW_ROLE) if rows else None

    def ask_replay(self) -> None:
        """Ask to show the selected donation again."""
        item = self.chosen()
        if item is None or not can_replay(item):
            self.nothing_chosen.emit()
        else:
            self.replay_asked.emit(item)

    def _look_at_choice(self) -> None:
        item = self.chosen()
        self.detail.show_item(item)
        self.replay.setEnabled(item is not None and can_replay(item))

    def _open_menu(self, position: QPoint) -> None:
        index = self.table.indexAt(position)
        if not index.isValid():
            return
        item: Item = index.data(ROW_ROLE)
        words = self._look.page_words
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        replay = menu.addAction(self._look.words.replay, lambda: self.replay_asked.emit(item))
        replay.setEnabled(can_replay(item))
        menu.addAction(words.block, lambda: self.block_asked.emit(item))
        menu.addAction(words.copy, self.detail.copy_all)
        menu.popup(self.table.viewport().mapToGlobal(position))

    def refresh(self) -> None:
        """Paint again: minutes have passed, or amounts are hidden now."""
        self.table.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow page leaves out what the panel beside it says anyway."""
        super().resizeEvent(event)
        width = event.size().width()
        narrow = width < _NARROW
        self.detail.setFixedWidth(_DETAIL if width < _ROOMY else _DETAIL_WIDE)
        self.table.setColumnHidden(DonationColumn.NET, width < _ALL)
        self.table.setColumnHidden(DonationColumn.MESSAGE, narrow)
        mode = QHeaderView.ResizeMode.Stretch if narrow else QHeaderView.ResizeMode.Fixed
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(DonationColumn.DONOR, mode)
        if not narrow:
            header.resizeSection(DonationColumn.DONOR, _WIDTHS[DonationColumn.DONOR])


def _from(filters: DonationFilters, before: Cursor | None) -> DonationsQuestion:
    return replace(filters.asked(), before=before)


def _not_now(_refused: Refused) -> None:
    """What is shown stays; the next change asks again."""
