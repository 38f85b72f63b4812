"""The streamer's hands: every press becomes one typed command, every answer becomes a toast.

The target of a press (run id, message id) is taken at the moment of the press, so that a late one never hits the next
donation; the studio refuses it and the toast says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from streamer_app.core.commands import (
    AnswerMissed,
    Approve,
    BlockDonor,
    CommandRefused,
    MissedChoice,
    Pause,
    PinSpeaker,
    PlayAnyway,
    Release,
    Replay,
    ResumeQueue,
    Retry,
    SendTestAlert,
    Skip,
    TakeOver,
    UnblockDonor,
    Undo,
)
from streamer_app.ui.donor_text import donor_name, isolated
from streamer_app.ui.reasons import sentences

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from streamer_app.core.commands import Action
    from streamer_app.core.donations import Item, Playing
    from streamer_app.ui.client import Answer, Client
    from streamer_app.ui.look import Look


class Desk(QObject):
    """Sends commands and says how they ended."""

    said = Signal(str, str)
    """A title and a second sentence for a toast."""
    undoable = Signal(str, str, object)
    """The same, with what can be taken back: a message's id (None: the latest skip), or the `UnblockDonor` itself."""

    def __init__(self, client: Client, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._words = look.words
        self._pages = look.page_words
        self._skipped_run: UUID | None = None

    def skip_playing(self, playing: Playing) -> None:
        """Skip this run and no other. A second press for the same run says nothing new and is not sent."""
        if playing.run_id == self._skipped_run:
            return
        self._skipped_run = playing.run_id
        item = playing.item

        def done(answer: Answer) -> None:
            if isinstance(answer, CommandRefused):
                self._skipped_run = None
                self._refuse(answer)
            elif item is None:
                self.said.emit(self._words.toast_skipped_test, "")
            else:
                self._offer_undo(item)

        self._client.send(Skip(run_id=playing.run_id), done)

    def skip_waiting(self, item: Item) -> None:
        """Skip a donation that waits."""
        self._send(Skip(donation_message_id=item.donation_message_id), lambda: self._offer_undo(item))

    def _offer_undo(self, item: Item) -> None:
        title = self._words.toast_skipped.format(name=isolated(donor_name(item, self._words)))
        self.undoable.emit(title, self._words.toast_money_stays, item.donation_message_id)

    def undo(self, undoable: UUID | UnblockDonor | None) -> None:
        """Take a skip back, None being the latest; or a block."""
        if isinstance(undoable, UnblockDonor):
            self._send(undoable, lambda: self._say(self._pages.unblocked))
            return
        self._skipped_run = None
        self._send(Undo(donation_message_id=undoable), lambda: self._say(self._words.toast_undone))

    def replay(self, item: Item) -> None:
        """Show a donation once more, after the current one."""
        title = self._words.toast_replay.format(name=isolated(donor_name(item, self._words)))
        self._send(Replay(donation_message_id=item.donation_message_id), lambda: self._say(title))

    def block(self, item: Item) -> None:
        """No alert for what this donor sends from now on; the toast takes it back."""
        title = self._pages.blocked.format(name=isolated(donor_name(item, self._words)))

        def done(answer: Answer) -> None:
            if isinstance(answer, CommandRefused):
                self._refuse(answer)
            elif donor := answer.facts.get("donor"):
                self.undoable.emit(title, self._pages.blocked_more, UnblockDonor(donor=donor))
            else:
                self._say(title, self._pages.blocked_more)

        self._client.send(BlockDonor(donation_message_id=item.donation_message_id), done)

    def retry(self, item: Item) -> None:
        """Give an unplayable message another chance."""
        title = self._words.toast_retry.format(name=isolated(donor_name(item, self._words)))
        self._send(Retry(donation_message_id=item.donation_message_id), lambda: self._say(title))

    def pause(self) -> None:
        """Start no further alert."""
        self._send(Pause(), lambda: self._say(self._words.toast_paused, self._words.toast_paused_more))

    def resume(self) -> None:
        """Go on."""
        self._send(ResumeQueue(), lambda: self._say(self._words.toast_resumed))

    def release(self) -> None:
        """End a panic."""
        self._send(Release(), lambda: self._say(self._words.toast_released, self._words.toast_released_more))

    def approve(self, item: Item) -> None:
        """Let a held donation wait again."""
        title = self._words.toast_approved.format(name=isolated(donor_name(item, self._words)))
        self._send(Approve(donation_message_id=item.donation_message_id), lambda: self._say(title))

    def answer_missed(self, choice: MissedChoice, newest: int = 0) -> None:
        """Say what becomes of the donations that came while nobody was there."""
        title = {
            MissedChoice.ALL: self._words.toast_missed_all,
            MissedChoice.NEWEST: self._words.toast_missed_newest.format(count=newest),
            MissedChoice.NONE: self._words.toast_missed_none,
        }[choice]
        self._send(AnswerMissed(choice=choice, newest=newest), lambda: self._say(title, self._words.toast_money_stays))

    def take_over(self) -> None:
        """Run the queue here."""
        self._send(TakeOver(), lambda: self._say(self._words.toast_taken_over))

    def pin(self, page_instance: str | None) -> None:
        """Let this overlay page speak; None: the best one."""
        words = self._pages
        title, more = (
            (words.speaker_unpinned, "") if page_instance is None else (words.speaker_pinned, words.speaker_pinned_more)
        )
        self._send(PinSpeaker(page_instance=page_instance), lambda: self._say(title, more))

    def play_anyway(self) -> None:
        """Play although the source is not on air."""
        self._send(PlayAnyway(), lambda: self._say(self._pages.playing_anyway))

    def send_test_alert(self) -> None:
        """Show a test alert on the overlay."""
        self._send(SendTestAlert(), lambda: self._say(self._words.toast_test_sent))

    def _say(self, title: str, more: str = "") -> None:
        self.said.emit(title, more)

    def _refuse(self, answer: CommandRefused) -> None:
        said = sentences(self._words.language, answer.reason, answer.facts, title=answer.title, remedy=answer.remedy)
        self.said.emit(*said)

    def _send(self, action: Action, done: Callable[[], None]) -> None:
        def answered(answer: Answer) -> None:
            if isinstance(answer, CommandRefused):
                self._refuse(answer)
            else:
                done()

        self._client.send(action, answered)
