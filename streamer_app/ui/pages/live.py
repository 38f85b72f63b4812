"""The page of the show: what plays and waits on the left, what wants a decision and the money on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout

from streamer_app.ui.models.queue import QueueModel
from streamer_app.ui.states import Sign
from streamer_app.ui.theme import BODY_FIGURE, LEAD_STRONG, SMALL, Space
from streamer_app.ui.widgets.balances import Balances
from streamer_app.ui.widgets.chip import Chip
from streamer_app.ui.widgets.controls import button, describe, dress
from streamer_app.ui.widgets.empty_state import EmptyState
from streamer_app.ui.widgets.needs_you import NeedsYou
from streamer_app.ui.widgets.now_playing import NowPlaying
from streamer_app.ui.widgets.overlay_card import OverlayCard
from streamer_app.ui.widgets.rows_view import RowAction, RowsView
from streamer_app.ui.widgets.skeleton import Skeleton
from streamer_app.ui.widgets.text import label

if TYPE_CHECKING:
    from streamer_app.core.donations import QueueView
    from streamer_app.ui.look import Look

_SKELETON, _EMPTY, _ROWS = range(3)


class QueueCard(QFrame):
    """What waits, in the order of the show."""

    pause_asked = Signal()
    resume_asked = Signal()
    release_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._paused = False
        self._panic = False
        words = look.words
        self.setProperty("look", "card")
        self.model = QueueModel(look, self)
        skip = RowAction("skip-forward", words.skip_row, words.skip_row_hint)
        self.rows = RowsView(look, self.model, words.waiting, skip)
        self.see_donations = button(look.theme, "receipt", words.see_donations, f"{words.see_donations} (Ctrl+2)")
        self._count = label("", BODY_FIGURE, "muted")
        self._paused_chip = Chip(Sign("pause", words.paused_mark, look.theme.accent), look.theme.panel)
        self._panic_chip = Chip(Sign("triangle-alert", words.panic_mark, look.theme.danger), look.theme.panel)
        self.pause: QPushButton = button(look.theme, "pause", words.pause, words.pause_hint)
        self.pause.clicked.connect(self.toggle_pause)
        self._more = label("", SMALL, "muted")
        self._stack = QStackedWidget()
        self._stack.addWidget(Skeleton(look.theme, words.loading, Space.SMALL))
        self._stack.addWidget(EmptyState(look, "inbox", words.queue_empty, self.see_donations))
        self._stack.addWidget(self.rows)
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(Space.SMALL, 0, 0, 0)
        top.setSpacing(Space.SMALL)
        top.addWidget(label(self._look.words.waiting, LEAD_STRONG))
        top.addWidget(self._count)
        top.addSpacing(Space.TIGHT)
        top.addWidget(self._paused_chip)
        top.addWidget(self._panic_chip)
        top.addStretch()
        top.addWidget(self.pause)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.SMALL, Space.SMALL, Space.SMALL, Space.SMALL)
        layout.setSpacing(Space.TIGHT)
        layout.addLayout(top)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._more)
        self._more.setContentsMargins(Space.SMALL, 0, 0, Space.TIGHT)
        self._more.hide()
        self._paused_chip.hide()
        self._panic_chip.hide()

    def toggle_pause(self) -> None:
        """Ask for the other state; a panic is ended as a whole."""
        if self._panic:
            self.release_asked.emit()
        else:
            (self.resume_asked if self._paused else self.pause_asked).emit()

    def show_queue(self, queue: QueueView) -> None:
        """Show a picture of the queue."""
        words = self._look.words
        self.model.replace(queue.waiting)
        self._count.setText(words.number(queue.waiting_count) if queue.waiting_count else "")
        hidden = queue.waiting_count - len(queue.waiting)
        self._more.setText(words.queue_more.format(count=words.number(hidden)))
        self._more.setVisible(hidden > 0)
        self._stack.setCurrentIndex(_ROWS if queue.waiting else _EMPTY)
        if (queue.paused, queue.panic) != (self._paused, self._panic):
            self._paused, self._panic = queue.paused, queue.panic
            self._show_paused()

    def _show_paused(self) -> None:
        words, theme = self._look.words, self._look.theme
        self._paused_chip.setVisible(self._paused and not self._panic)
        self._panic_chip.setVisible(self._panic)
        text, hint = (words.resume, words.resume_hint) if self._paused else (words.pause, words.pause_hint)
        if self._panic:
            text, hint = words.release, words.release_hint
        self.pause.setText(text)
        dress(self.pause, theme, "play" if self._paused else "pause")
        describe(self.pause, text, hint)


class LivePage(QFrame):
    """Left 60 %, right 40 %; every card keeps its place whatever arrives."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setProperty("look", "page")
        self.now_playing = NowPlaying(look)
        self.queue = QueueCard(look)
        self.needs_you = NeedsYou(look)
        self.balances = Balances(look)
        self.overlay = OverlayCard(look)
        left = QVBoxLayout()
        left.setSpacing(Space.MEDIUM)
        left.addWidget(self.now_playing)
        left.addWidget(self.queue, 1)
        right = QVBoxLayout()
        right.setSpacing(Space.MEDIUM)
        right.addWidget(self.needs_you, 1)
        right.addWidget(self.balances)
        right.addWidget(self.overlay)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.LARGE, Space.LARGE, Space.LARGE, Space.LARGE)
        layout.setSpacing(Space.MEDIUM)
        layout.addLayout(left, 6)
        layout.addLayout(right, 4)
        for part in (self.now_playing, self.queue, self.needs_you, self.balances, self.overlay):
            part.setMinimumWidth(0)

    def show_queue(self, queue: QueueView) -> None:
        """Show a picture of the queue on every card that has a part of it."""
        self.now_playing.show_playing(queue.playing, paused=queue.paused, panic=queue.panic)
        self.queue.show_queue(queue)
        self.needs_you.show_queue(queue)

    def refresh_times(self) -> None:
        """Let "3 minutes ago" become four."""
        self.queue.rows.refresh_times()
        self.needs_you.held_rows.refresh_times()
        self.needs_you.failed_rows.refresh_times()
