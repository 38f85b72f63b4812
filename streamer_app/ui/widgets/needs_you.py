"""What waits for the streamer's decision, at its own place beside the show: missed, unplayable, held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from streamer_app.core.commands import MissedChoice
from streamer_app.ui import theme as design
from streamer_app.ui.amounts import amount_text
from streamer_app.ui.models.queue import QueueModel
from streamer_app.ui.theme import BODY, BODY_FIGURE, BODY_STRONG, SMALL, Space
from streamer_app.ui.widgets.controls import button, describe
from streamer_app.ui.widgets.empty_state import EmptyState
from streamer_app.ui.widgets.rows_view import RowAction, RowsView
from streamer_app.ui.widgets.text import label

if TYPE_CHECKING:
    from streamer_app.core.donations import Item, QueueView
    from streamer_app.ui.look import Look

_UNKNOWN, _NOTHING, _SOMETHING = range(3)
_NEWEST = 5
_COUNT_WIDTH = 64


def _indented(line: QLabel) -> QLabel:
    """A line of text that starts where the text of the rows below it starts."""
    line.setContentsMargins(Space.SMALL, 0, Space.SMALL, 0)
    return line


class MissedQuestion(QWidget):
    """While you were away: play all, the newest few, or none."""

    answered = Signal(object, int)
    """A `MissedChoice`, and how many of the newest."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        words = look.words
        self._count = 0
        self._summary = label("", BODY, "muted")
        self._summary.setWordWrap(True)
        self.all = button(look.theme, "play", words.missed_all, words.missed_all_hint)
        self.none = button(look.theme, "circle-slash", words.missed_none, words.missed_none_hint)
        self.newest = button(look.theme, "list-ordered", words.missed_newest, words.missed_newest_hint)
        self.how_many = QSpinBox()
        self.how_many.setFont(design.font(BODY_FIGURE))
        self.how_many.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.how_many.setFixedWidth(_COUNT_WIDTH)
        describe(self.how_many, words.missed_newest_count, words.missed_newest_hint)
        self.all.clicked.connect(lambda: self.answered.emit(MissedChoice.ALL, 0))
        self.none.clicked.connect(lambda: self.answered.emit(MissedChoice.NONE, 0))
        self.newest.clicked.connect(lambda: self.answered.emit(MissedChoice.NEWEST, self.how_many.value()))
        self.model = QueueModel(look, self)
        self.rows = RowsView(look, self.model, words.missed)
        self._lay_out()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.SMALL)
        layout.addWidget(_indented(label(self._look.words.missed, BODY_STRONG)))
        layout.addWidget(_indented(self._summary))
        for pair in ((self.all, self.none), (self.newest, self.how_many)):
            row = QHBoxLayout()
            row.setContentsMargins(Space.SMALL, 0, 0, 0)
            row.setSpacing(Space.SMALL)
            for control in pair:
                row.addWidget(control)
            row.addStretch()
            layout.addLayout(row)
        layout.addWidget(self.rows)

    def show_missed(self, missed: tuple[Item, ...], count: int) -> None:
        """Ask about `count` donations. The sum is said only when all of them are known here, in one currency."""
        words = self._look.words
        currencies = {item.currency for item in missed}
        if len(missed) == count and len(currencies) == 1:
            total = amount_text(sum(item.amount for item in missed), currencies.pop())
            self._summary.setText(words.missed_count.format(count=words.number(count), amount=total))
        else:
            self._summary.setText(words.missed_count_bare.format(count=words.number(count)))
        self.model.replace(missed)
        self.rows.setFixedHeight(len(missed) * Space.ROW)
        if count != self._count:
            self._count = count
            self.how_many.setRange(1, max(count, 1))
            self.how_many.setValue(min(_NEWEST, count))


class _Section(QWidget):
    """A heading over a few rows."""

    def __init__(self, heading: str, hint: str, view: RowsView) -> None:
        super().__init__()
        self._view = view
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.TIGHT)
        layout.addWidget(_indented(label(heading, BODY_STRONG)))
        if hint:
            more = label(hint, SMALL, "muted")
            more.setWordWrap(True)
            layout.addWidget(_indented(more))
        layout.addWidget(view)

    def show_rows(self, count: int) -> None:
        """Be as high as the rows: the card scrolls as a whole."""
        self.setVisible(count > 0)
        self._view.setFixedHeight(max(count, 1) * Space.ROW)


class ElsewhereQuestion(QWidget):
    """Another studio runs the queue: who, and whether to take it over."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        words = look.words
        self._look = look
        self._who = label("", BODY, "muted")
        self._who.setWordWrap(True)
        self.take_over = button(look.theme, "hand", words.take_over, words.take_over_hint)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.SMALL)
        layout.addWidget(_indented(label(words.light_elsewhere, BODY_STRONG)))
        layout.addWidget(_indented(self._who))
        row = QHBoxLayout()
        row.setContentsMargins(Space.SMALL, 0, 0, 0)
        row.addWidget(self.take_over)
        row.addStretch()
        layout.addLayout(row)

    def show_holder(self, holder: str) -> None:
        """Name whoever has it."""
        self._who.setText(f"{holder}\n{self._look.words.light_elsewhere_more}" if holder else "")


class NeedsYou(QFrame):
    """A card with a place of its own, so that nothing moves when something comes to wait in it."""

    retry_asked = Signal(object)
    approve_asked = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        words = look.words
        self.setProperty("look", "card")
        self.elsewhere = ElsewhereQuestion(look)
        self.elsewhere.hide()
        self._queue: QueueView | None = None
        self.missed = MissedQuestion(look)
        self.held_model = QueueModel(look, self)
        self.failed_model = QueueModel(look, self)
        approve = RowAction("circle-check", words.approve, words.approve_hint)
        self.held_rows = RowsView(look, self.held_model, words.held, approve)
        self.held_rows.asked.connect(self.approve_asked)
        retry = RowAction("rotate-ccw", words.retry, words.retry_hint)
        self.failed_rows = RowsView(look, self.failed_model, words.failed, retry)
        self.failed_rows.asked.connect(self.retry_asked)
        self._held = _Section(words.held, words.held_hint, self.held_rows)
        self._failed = _Section(words.failed, "", self.failed_rows)
        full = QWidget()
        layout = QVBoxLayout(full)
        layout.setContentsMargins(Space.SMALL, Space.MEDIUM, Space.SMALL, Space.MEDIUM)
        layout.setSpacing(Space.LARGE)
        for part in (self.elsewhere, self.missed, self._failed, self._held):
            layout.addWidget(part)
        layout.addStretch()
        scroll = QScrollArea()
        scroll.setWidget(full)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        full.setAutoFillBackground(False)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(QWidget())
        self._stack.addWidget(EmptyState(look, "circle-check", words.needs_nothing))
        self._stack.addWidget(scroll)

    def show_queue(self, queue: QueueView) -> None:
        """Show what waits for a decision in this picture."""
        self._queue = queue
        self.held_model.replace(queue.held)
        self.failed_model.replace(queue.failed)
        self.missed.show_missed(queue.missed, queue.missed_count)
        self._held.show_rows(len(queue.held))
        self._failed.show_rows(len(queue.failed))
        self.missed.setVisible(queue.missed_count > 0)
        self._choose()

    def show_holder(self, holder: str | None) -> None:
        """Another studio runs the queue, or (None) none does."""
        self.elsewhere.setVisible(holder is not None)
        self.elsewhere.show_holder(holder or "")
        self._choose()

    def _choose(self) -> None:
        queue = self._queue
        if not self.elsewhere.isHidden():
            self._stack.setCurrentIndex(_SOMETHING)
        elif queue is not None:
            anything = bool(queue.held or queue.failed or queue.missed_count)
            self._stack.setCurrentIndex(_SOMETHING if anything else _NOTHING)
