"""What is on stage: who, how much, what they wrote, how long it still takes, and the one button to end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from streamer_app.ui.amounts import AmountLabel, amount_text
from streamer_app.ui.donor_text import PARAGRAPH_LIMIT, donor_name, one_line
from streamer_app.ui.icons import LOGO
from streamer_app.ui.models.queue import tooltip
from streamer_app.ui.states import Sign
from streamer_app.ui.theme import BODY, LEAD, LEAD_FIGURE, SMALL, SMALL_STRONG, TITLE, Motion, Space
from streamer_app.ui.widgets.chip import Chip
from streamer_app.ui.widgets.controls import button
from streamer_app.ui.widgets.curtain import NOW_PLAYING_HEIGHT
from streamer_app.ui.widgets.empty_state import EmptyState
from streamer_app.ui.widgets.progress import ProgressLine, shown_ms
from streamer_app.ui.widgets.skeleton import Skeleton
from streamer_app.ui.widgets.text import ElidedText, label

if TYPE_CHECKING:
    from streamer_app.core.donations import Item, Playing
    from streamer_app.ui.look import Look

_MESSAGE_LINES = 2


class NowPlaying(QFrame):
    """A card of one height, whatever plays."""

    skip_asked = Signal(object)
    """The `Playing` that stood on the card when Skip was pressed."""
    test_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._playing: Playing | None = None
        self.setProperty("look", "card")
        self.setFixedHeight(NOW_PLAYING_HEIGHT)
        words = look.words
        self._test = button(look.theme, "bell", words.send_test, words.send_test_hint, "primary")
        self._test.clicked.connect(self.test_asked)
        self._empty = EmptyState(look, LOGO, words.stage_empty, self._test)
        self._stack = QStackedLayout()
        self._loading = QWidget()
        margins = QVBoxLayout(self._loading)
        margins.setContentsMargins(Space.LARGE, Space.LARGE, Space.LARGE, Space.LARGE)
        margins.addWidget(Skeleton(look.theme, words.loading))
        for page in (self._loading, self._empty, self._stage()):
            self._stack.addWidget(page)
        self.setLayout(self._stack)
        self._frame = QTimer(self)
        self._frame.setInterval(Motion.PROGRESS_FRAME)
        self._frame.timeout.connect(self.show_progress)

    def _stage(self) -> QWidget:
        look, words = self._look, self._look.words
        self._left = label("", SMALL, "muted")
        self._chips = QHBoxLayout()
        self._chips.setSpacing(Space.SMALL)
        top = QHBoxLayout()
        top.setSpacing(Space.SMALL)
        top.addWidget(label(words.now_playing, SMALL_STRONG, "accent"))
        top.addLayout(self._chips)
        top.addStretch()
        self._donor = ElidedText(TITLE, look.theme.text)
        self._gross = AmountLabel(look, LEAD_FIGURE)
        self._net = label("", LEAD, "muted")
        money = QHBoxLayout()
        money.setSpacing(Space.TIGHT)
        money.addWidget(self._gross)
        money.addWidget(self._net)
        money.addStretch()
        self._message = ElidedText(BODY, look.theme.text, _MESSAGE_LINES)
        self._progress = ProgressLine(look.theme)
        self.skip = button(look.theme, "skip-forward", words.skip, words.skip_hint, "primary")
        self.skip.clicked.connect(self.ask_skip)
        bottom = QHBoxLayout()
        bottom.addWidget(self._left)
        bottom.addStretch()
        bottom.addWidget(self.skip)
        return self._assembled(top, money, bottom)

    def _assembled(self, top: QHBoxLayout, money: QHBoxLayout, bottom: QHBoxLayout) -> QWidget:
        stage = QWidget()
        layout = QVBoxLayout(stage)
        layout.setContentsMargins(Space.LARGE, Space.MEDIUM, Space.LARGE, Space.LARGE)
        layout.setSpacing(Space.TIGHT)
        layout.addLayout(top)
        layout.addSpacing(Space.TIGHT)
        layout.addWidget(self._donor)
        layout.addLayout(money)
        layout.addSpacing(Space.TIGHT)
        layout.addWidget(self._message)
        layout.addStretch()
        layout.addWidget(self._progress)
        layout.addSpacing(Space.TIGHT)
        layout.addLayout(bottom)
        return stage

    @property
    def playing(self) -> Playing | None:
        """What the card shows."""
        return self._playing

    def show_playing(self, playing: Playing | None, *, paused: bool, panic: bool = False) -> None:
        """Show a run, or that the stage is empty."""
        before, self._playing = self._playing, playing
        if playing is None:
            self._frame.stop()
            words = self._look.words
            resting = words.stage_empty_paused if paused else words.stage_empty
            self._empty.say(words.stage_empty_panic if panic else resting)
            self._stack.setCurrentIndex(1)
            return
        if before is None or before.run_id != playing.run_id or before.item != playing.item:
            self._show_item(playing.item)
        self._stack.setCurrentIndex(2)
        self.show_progress()
        self._frame.start()

    def forget(self) -> None:
        """Show the next picture anew, the same one too: amounts look otherwise now."""
        self._playing = None

    def ask_skip(self) -> None:
        """Ask to skip what stands here now."""
        if self._playing is not None:
            self.skip_asked.emit(self._playing)

    def _show_item(self, item: Item | None) -> None:
        look, words = self._look, self._look.words
        signs = []
        if item is None:
            self._donor.show_text(words.test_alert)
            self._message.show_text(words.test_explained)
            signs.append(Sign("flask-conical", words.test_badge, look.theme.second))
        else:
            self._donor.show_text(donor_name(item, words))
            self._message.show_text(one_line(item.message or "", PARAGRAPH_LIMIT) or words.no_message)
            self._gross.show_amount(item.amount, item.currency)
            net = amount_text(item.net_amount, item.currency)
            self._net.setText("· " + words.you_receive.format(amount=net))
            if item.is_anonymous:
                signs.append(Sign("eye-off", words.anonymous, look.theme.second))
            if item.replay:
                signs.append(Sign("rotate-ccw", words.replay_mark, look.theme.second))
        self._donor.setToolTip("" if item is None else tooltip(item, look))
        self._gross.setVisible(item is not None)
        self._net.setVisible(item is not None)
        self._show_chips(signs)

    def _show_chips(self, signs: list[Sign]) -> None:
        while (old := self._chips.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.deleteLater()
        for sign in signs:
            chip = Chip(sign, self._look.theme.panel)
            if sign.icon == "eye-off":
                chip.setToolTip(self._look.words.anonymous_hint)
            self._chips.addWidget(chip, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_progress(self) -> None:
        """Move the line and the seconds left to the present."""
        if self._playing is None:
            return
        words, expected = self._look.words, max(self._playing.expected_ms, 1)
        shown = shown_ms(self._playing, self._look.clock())
        if shown is None:
            self._progress.show_share(0)
            self._left.setText(words.stage_preparing)
            return
        self._progress.show_share(shown / expected)
        seconds = -(-(expected - shown) // 1000)
        self._left.setText(words.stage_left.format(seconds=seconds) if seconds else words.stage_finishing)
