"""The latest donations, with what became of each, and the way to show one again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from streamer_app.ui.models.donations import DonationColumn, DonationsModel
from streamer_app.ui.models.rows import ROW_ROLE
from streamer_app.ui.pages.tables import FIGURE, TIME, CellDelegate, Table
from streamer_app.ui.states import REPLAYABLE
from streamer_app.ui.theme import BODY_STRONG, TITLE, Space, Type
from streamer_app.ui.widgets.controls import button, card
from streamer_app.ui.widgets.empty_state import EmptyState
from streamer_app.ui.widgets.skeleton import Skeleton
from streamer_app.ui.widgets.text import label

if TYPE_CHECKING:
    from streamer_app.core.donations import Item
    from streamer_app.ui.look import Look

_SKELETON, _EMPTY, _ROWS = range(3)
_WIDTHS: dict[int, int] = {
    DonationColumn.TIME: 84,
    DonationColumn.DONOR: 168,
    DonationColumn.AMOUNT: 124,
    DonationColumn.NET: 124,
    DonationColumn.STATE: 144,
}
_STEPS: dict[int, Type] = {
    DonationColumn.TIME: TIME,
    DonationColumn.DONOR: BODY_STRONG,
    DonationColumn.AMOUNT: FIGURE,
    DonationColumn.NET: FIGURE,
}
_MUTED = frozenset({int(DonationColumn.TIME), int(DonationColumn.MESSAGE), int(DonationColumn.NET)})


class DonationsPage(QFrame):
    """Replay is the one primary button; it says no word until a donation can be replayed."""

    replay_asked = Signal(object)
    nothing_chosen = Signal()
    test_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        words = look.words
        self.setProperty("look", "page")
        self.model = DonationsModel(look, self)
        self.table = Table(self.model, words.latest_donations, _WIDTHS, DonationColumn.MESSAGE)
        self.table.setItemDelegate(CellDelegate(look, self.table, _STEPS, _MUTED, DonationColumn.STATE))
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._open_menu)
        self.table.selectionModel().selectionChanged.connect(self._look_at_choice)
        self.table.doubleClicked.connect(self.ask_replay)
        self.model.dataChanged.connect(self._look_at_choice)
        self.replay = button(look.theme, "rotate-ccw", words.replay, words.replay_hint, "primary")
        self.replay.setEnabled(False)
        self.replay.clicked.connect(self.ask_replay)
        test = button(look.theme, "bell", words.send_test, words.send_test_hint)
        test.clicked.connect(self.test_asked)
        self._stack = QStackedWidget()
        self._stack.addWidget(Skeleton(look.theme, words.loading, Space.SMALL))
        self._stack.addWidget(EmptyState(look, "receipt", words.donations_empty, test))
        self._stack.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.LARGE, Space.LARGE, Space.LARGE, Space.LARGE)
        layout.setSpacing(Space.MEDIUM)
        layout.addLayout(self._heading())
        layout.addWidget(self._table_card(), 1)

    def _heading(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.addWidget(label(self._look.words.latest_donations, TITLE))
        line.addStretch()
        line.addWidget(self.replay)
        return line

    def _table_card(self) -> QWidget:
        frame, inside = card()
        inside.setContentsMargins(Space.SMALL, Space.SMALL, Space.SMALL, Space.SMALL)
        inside.addWidget(self._stack)
        return frame

    def show_donations(self, donations: tuple[Item, ...]) -> None:
        """Show the latest donations."""
        self.model.replace(donations)
        self._stack.setCurrentIndex(_ROWS if donations else _EMPTY)
        self._look_at_choice()

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
        self.replay.setEnabled(item is not None and can_replay(item))

    def _open_menu(self, position: QPoint) -> None:
        index = self.table.indexAt(position)
        if not index.isValid():
            return
        item = index.data(ROW_ROLE)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        entry = QAction(self._look.words.replay, menu)
        entry.setEnabled(can_replay(item))
        entry.triggered.connect(lambda: self.replay_asked.emit(item))
        menu.addAction(entry)
        menu.popup(self.table.viewport().mapToGlobal(position))

    def refresh_times(self) -> None:
        """Let "3 minutes ago" become four."""
        self.table.viewport().update()


def can_replay(item: Item) -> bool:
    """Only what has had its turn, and whose money was not given back."""
    return item.state in REPLAYABLE and not item.refunded
