"""The inside of the window: pages, rail, lights, toast; events go in here, and presses go out by the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from streamer_app.core.commands import MissedChoice
from streamer_app.core.events import (
    BalancesChanged,
    DonationsChanged,
    Identity,
    LedgerChanged,
    LightReason,
    Lights,
    Notice,
    OverlayAddress,
    PagesChanged,
    QueueChanged,
)
from streamer_app.ui.amounts import STREAMING
from streamer_app.ui.desk import Desk
from streamer_app.ui.pages.donations import DonationsPage
from streamer_app.ui.pages.live import LivePage
from streamer_app.ui.pages.wallet import WalletPage
from streamer_app.ui.reasons import sentences
from streamer_app.ui.theme import Motion, Space
from streamer_app.ui.widgets.lights import LightsStrip
from streamer_app.ui.widgets.notice_bar import NoticeBar
from streamer_app.ui.widgets.rail import Rail
from streamer_app.ui.widgets.toast import Toast

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from PySide6.QtGui import QResizeEvent

    from streamer_app.core.donations import QueueView, WalletLine
    from streamer_app.core.events import Event
    from streamer_app.ui.client import Client
    from streamer_app.ui.look import Look

LIVE, DONATIONS, WALLET = range(3)


class Content(QWidget):
    """Everything the streamer sees after the first paint."""

    def __init__(self, client: Client, look: Look) -> None:
        super().__init__()
        self._look = look
        self._missed = False
        self._queue: QueueView | None = None
        self._wallets: tuple[WalletLine, ...] | None = None
        self._desk = Desk(client, look, self)
        self.rail = Rail(look)
        self.live = LivePage(look)
        self.donations = DonationsPage(look, client)
        self.wallet = WalletPage(look, client)
        self.lights = LightsStrip(look)
        self.notice = NoticeBar(look)
        self.pages = QStackedWidget()
        for page in (self.live, self.donations, self.wallet):
            self.pages.addWidget(page)
        self._lay_out()
        self.toast = Toast(look, self)
        self._connect()
        self._bind_keys()
        self.open_page(LIVE)
        self._ages = QTimer(self)
        self._ages.setInterval(Motion.AGE_TICK)
        self._ages.timeout.connect(self._refresh_times)
        self._ages.start()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(Space.LARGE, 0, Space.LARGE, 0)
        bar.setSpacing(0)
        bar.addWidget(self.notice)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.pages, 1)
        middle.addLayout(bar)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.rail)
        body.addLayout(middle, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(body, 1)
        layout.addWidget(self.lights)

    def _connect(self) -> None:
        words, desk, live = self._look.words, self._desk, self.live
        self.rail.chosen.connect(self.open_page)
        desk.said.connect(self.toast.say)
        desk.undoable.connect(self.toast.offer_undo)
        self.toast.undo_asked.connect(desk.undo)
        live.now_playing.skip_asked.connect(desk.skip_playing)
        live.now_playing.test_asked.connect(desk.send_test_alert)
        live.queue.rows.asked.connect(desk.skip_waiting)
        live.queue.pause_asked.connect(desk.pause)
        live.queue.resume_asked.connect(desk.resume)
        live.queue.release_asked.connect(desk.release)
        live.queue.see_donations.clicked.connect(lambda: self.open_page(DONATIONS))
        live.needs_you.retry_asked.connect(desk.retry)
        live.needs_you.approve_asked.connect(desk.approve)
        live.needs_you.missed.answered.connect(desk.answer_missed)
        live.needs_you.elsewhere.take_over.clicked.connect(desk.take_over)
        live.overlay.test_asked.connect(desk.send_test_alert)
        live.overlay.speaker.pinned.connect(desk.pin)
        live.overlay.speaker.anyway_asked.connect(desk.play_anyway)
        live.overlay.copied.connect(lambda: self.toast.say(words.toast_copied, words.toast_copied_more))
        live.overlay.not_ready.connect(lambda: self.toast.say(words.toast_no_url, words.toast_no_url_more))
        self.donations.replay_asked.connect(desk.replay)
        self.donations.test_asked.connect(desk.send_test_alert)
        self.donations.nothing_chosen.connect(
            lambda: self.toast.say(words.toast_nothing_to_replay, words.toast_nothing_to_replay_more)
        )
        self.donations.block_asked.connect(desk.block)
        self.donations.said.connect(self.toast.say)
        self.wallet.live_asked.connect(lambda: self.open_page(LIVE))
        self.wallet.said.connect(self.toast.say)
        self.wallet.donation_asked.connect(self._see_donation)
        self.lights.explained.connect(self.notice.tell)
        STREAMING.changed.connect(self._show_amounts_again)

    def _bind_keys(self) -> None:
        keys: dict[str, Callable[[], None]] = {
            "S": self.live.now_playing.ask_skip,
            "U": self._undo,
            "P": self.live.queue.toggle_pause,
            "T": self._desk.send_test_alert,
            "C": self.live.overlay.copy_url,
            "R": self.donations.ask_replay,
            "M": self._play_missed,
            "Esc": self._put_away,
            "Ctrl+1": lambda: self.open_page(LIVE),
            "Ctrl+2": lambda: self.open_page(DONATIONS),
            "Ctrl+3": lambda: self.open_page(WALLET),
            "Ctrl+H": self.lights.streaming.click,
        }
        for key, act in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)

    def open_page(self, number: int) -> None:
        """Show a page and mark it on the rail."""
        self.pages.setCurrentIndex(number)
        self.rail.mark(number)

    def receive(self, event: Event) -> None:
        """Show what the studio tells."""
        match event:
            case QueueChanged(queue=queue):
                self._queue = queue
                self._missed = queue.missed_count > 0
                self.live.show_queue(queue)
            case BalancesChanged(wallets=wallets):
                self._wallets = wallets
                self.live.balances.show_wallets(wallets)
                self.wallet.show_wallets(wallets)
            case DonationsChanged(donations=donations):
                self.donations.show_donations(donations)
            case LedgerChanged():
                self.wallet.changed()
            case Lights():
                self.lights.show_lights(event)
                elsewhere = event.queue.reason is LightReason.HELD_ELSEWHERE
                self.live.needs_you.show_holder(event.queue.detail if elsewhere else None)
            case PagesChanged(pages=pages):
                self.live.overlay.speaker.show_pages(pages)
            case OverlayAddress():
                self.live.overlay.show_address(event)
            case Notice(title=title, remedy=remedy, reason=reason, facts=facts):
                language = self._look.words.language
                self.notice.tell(*sentences(language, reason, facts, title=title, remedy=remedy))
            case Identity():
                pass

    def _undo(self) -> None:
        undoable = self.toast.undoable
        self.toast.hide()
        self._desk.undo(undoable)

    def _play_missed(self) -> None:
        if self._missed:
            self._desk.answer_missed(MissedChoice.ALL)

    def _put_away(self) -> None:
        self.toast.hide()
        self.notice.hide()

    def _refresh_times(self) -> None:
        self.live.refresh_times()
        self.donations.refresh()
        self.wallet.refresh()

    def _see_donation(self, donation_message_id: UUID) -> None:
        self.open_page(DONATIONS)
        self.donations.show_one(donation_message_id)

    def _show_amounts_again(self) -> None:
        """Streaming mode was switched: everything that shows an amount shows it anew. What was said is put away."""
        self.toast.hide()
        if self._queue is not None:
            self.live.now_playing.forget()
            self.live.show_queue(self._queue)
        if self._wallets is not None:
            self.live.balances.show_wallets(self._wallets)
        self._refresh_times()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The toast keeps its corner."""
        super().resizeEvent(event)
        self.toast.place()
