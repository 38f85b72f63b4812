"""What a person can ask for. One `Command` envelope for window, CLI, dock, phone and Stream Deck alike.

Permission is checked once, where a command comes in (`core.rights`). The id makes a repeat harmless: the same id twice
is done once and answered alike. `expected_revision` lets a caller say what it was looking at; the action's own target
(run id or message id) is what protects against late presses.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

import msgspec

from streamer_app.core.errors import ActionableError, Reason
from streamer_app.core.overlay_settings import OverlaySettings
from streamer_app.core.rules import Rules
from streamer_app.core.widget_settings import WidgetSettings


class Skip(msgspec.Struct, frozen=True, tag="queue.skip", kw_only=True):
    """Skip what plays (by run id) or what waits (by message id). A late press never hits the next one."""

    run_id: UUID | None = None
    donation_message_id: UUID | None = None


class SkipCurrent(msgspec.Struct, frozen=True, tag="queue.skip_current", kw_only=True):
    """Skip whatever is on stage when the command arrives: for the CLI, which has seen no picture."""


class Undo(msgspec.Struct, frozen=True, tag="queue.undo", kw_only=True):
    """Undo a skip or a rejection: back to its old rank, from the start. None means the latest, a clear as one."""

    donation_message_id: UUID | None = None


class ReplayPlace(StrEnum):
    """Where a replay goes: next after the current alert, or behind everything that waits."""

    NEXT = "next"
    END = "end"


class Replay(msgspec.Struct, frozen=True, tag="queue.replay", kw_only=True):
    """Show a played or skipped message again. Counts in no figure."""

    donation_message_id: UUID
    place: ReplayPlace = ReplayPlace.NEXT
    even_if_blocked: bool = False
    """Asked first, and meant all the same: the donor was blocked since."""


class Retry(msgspec.Struct, frozen=True, tag="queue.retry", kw_only=True):
    """Try an unplayable message again, at its old rank."""

    donation_message_id: UUID


class Hold(msgspec.Struct, frozen=True, tag="queue.hold", kw_only=True):
    """Set a waiting message aside; it keeps its rank."""

    donation_message_id: UUID


class Approve(msgspec.Struct, frozen=True, tag="queue.approve", kw_only=True):
    """Let a held message wait, at the rank it had: it never jumps the current alert."""

    donation_message_id: UUID


class Reject(msgspec.Struct, frozen=True, tag="queue.reject", kw_only=True):
    """A held message is not shown. Final for the queue; an undo takes it back."""

    donation_message_id: UUID


class Move(msgspec.Struct, frozen=True, tag="queue.move", kw_only=True):
    """Put a waiting message at a position of what waits, 1 being next; one behind the end is the end."""

    donation_message_id: UUID
    position: int = 1


class Pause(msgspec.Struct, frozen=True, tag="queue.pause", kw_only=True):
    """Start no further alert; the current one finishes."""


class ResumeQueue(msgspec.Struct, frozen=True, tag="queue.resume", kw_only=True):
    """Go on after a pause."""


class Channel(StrEnum):
    """What can be muted apart from the rest."""

    ALERT = "alert"
    SPEECH = "speech"
    MEDIA = "media"


EVERY_CHANNEL: Final = tuple(Channel)


class PlayAnyway(msgspec.Struct, frozen=True, tag="queue.play_anyway", kw_only=True):
    """Play although the speaker's source is not on air, until it is or another page speaks."""


class Mute(msgspec.Struct, frozen=True, tag="queue.mute", kw_only=True):
    """Alerts go on without these sounds, the one on stage included; its run is recorded as inaudible."""

    channels: tuple[Channel, ...] = EVERY_CHANNEL


class Unmute(msgspec.Struct, frozen=True, tag="queue.unmute", kw_only=True):
    """These sounds are heard again."""

    channels: tuple[Channel, ...] = EVERY_CHANNEL


class Panic(msgspec.Struct, frozen=True, tag="queue.panic", kw_only=True):
    """Silent and empty within 200 ms; what plays is held, new donations are held, nothing starts. No money moves."""


class Release(msgspec.Struct, frozen=True, tag="queue.release", kw_only=True):
    """End a panic: the queue goes on, what panic held waits for approval."""


class Clear(msgspec.Struct, frozen=True, tag="queue.clear", kw_only=True):
    """Skip all that waits, as one: one undo brings all of it back. What plays goes on."""


class BlockDonor(msgspec.Struct, frozen=True, tag="donor.block", kw_only=True):
    """What this message's donor sends from now on makes no alert. By account where it is known, else by name."""

    donation_message_id: UUID


class UnblockDonor(msgspec.Struct, frozen=True, tag="donor.unblock", kw_only=True):
    """Take a block back. `donor` is the name of the block as it is listed."""

    donor: str


class SetRules(msgspec.Struct, frozen=True, tag="rules.set", kw_only=True):
    """From now on these rules are asked at arrival. What waits keeps its verdict unless `ask_again`."""

    rules: Rules
    ask_again: bool = False


class SetOverlay(msgspec.Struct, frozen=True, tag="overlay.set", kw_only=True):
    """From the next alert on alerts look and sound like this; volumes and style change at once."""

    settings: OverlaySettings


class SetWidget(msgspec.Struct, frozen=True, tag="widget.set", kw_only=True):
    """Make or change a widget; None takes it away."""

    name: str
    settings: WidgetSettings | None


class PinSpeaker(msgspec.Struct, frozen=True, tag="overlay.pin", kw_only=True):
    """This page speaks as long as it is here, whatever page is better. None: the best one does."""

    page_instance: str | None


class KeyKind(StrEnum):
    """Keys that stand in addresses of pages."""

    DISPLAY = "display"
    PREVIEW = "preview"


class RotateKey(msgspec.Struct, frozen=True, tag="overlay.rotate_key", kw_only=True):
    """Make a new key and show everybody out who came with the old one. The queue stays; OBS needs the new address."""

    which: KeyKind


class MissedChoice(StrEnum):
    """What to do with what came in while nobody was there."""

    ALL = "all"
    NEWEST = "newest"
    NONE = "none"


class AnswerMissed(msgspec.Struct, frozen=True, tag="queue.missed", kw_only=True):
    """Answer "while you were away". `newest` is only read with `MissedChoice.NEWEST`."""

    choice: MissedChoice
    newest: int = 0


class TakeOver(msgspec.Struct, frozen=True, tag="studio.take_over", kw_only=True):
    """Run the queue here from now on, whoever runs it elsewhere: for a computer that was left on, or is lost."""


TestAmount = Annotated[int, msgspec.Meta(ge=1, le=10**12)]
TestWords = Annotated[str, msgspec.Meta(max_length=500)]


class SendTestAlert(msgspec.Struct, frozen=True, tag="alert.test", kw_only=True):
    """Show a test alert with a TEST badge. Writes no transaction, entry or message, and counts nowhere."""

    amount: TestAmount = 25_000
    donor: TestWords | None = None
    message: TestWords | None = None
    """None: a sentence that says what this is."""
    video_id: Annotated[str, msgspec.Meta(max_length=50)] | None = None
    first_time: bool = False
    """As if this donor had never donated before."""


Action = (
    Skip
    | SkipCurrent
    | Undo
    | Replay
    | Retry
    | Hold
    | Approve
    | Reject
    | Move
    | Pause
    | ResumeQueue
    | PlayAnyway
    | Mute
    | Unmute
    | Panic
    | Release
    | Clear
    | AnswerMissed
    | BlockDonor
    | UnblockDonor
    | SetRules
    | SetOverlay
    | SetWidget
    | PinSpeaker
    | RotateKey
    | SendTestAlert
    | TakeOver
)


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """An action with its id and its author ("window", "cli", the name of a key)."""

    id: UUID
    actor: str
    action: Action
    expected_revision: int | None = None


class CommandResult(msgspec.Struct, frozen=True, kw_only=True):
    """Done. `revision` is the queue's after the command; `repeated` says that this id had been done before."""

    command_id: UUID
    revision: int
    donation_message_id: UUID | None = None
    repeated: bool = False
    count: int | None = None
    """How many messages it was about (clear, undo of a clear, missed), or how many past ones match (block)."""
    facts: dict[str, str] = {}
    """What else the caller may want to say: `donor` and `by` ("account" or "name") of a block."""


class CommandRefused(msgspec.Struct, frozen=True, kw_only=True):
    """Not done, and why: what an `ActionableError` says, for callers on the other side of a thread or a wire."""

    command_id: UUID
    revision: int
    title: str
    remedy: str
    reason: Reason | None = None
    facts: dict[str, str] = {}

    @classmethod
    def because(cls, problem: ActionableError, command_id: UUID, revision: int = 0) -> CommandRefused:
        """The answer that carries this error."""
        return cls(
            command_id=command_id,
            revision=revision,
            title=problem.title,
            remedy=problem.remedy,
            reason=problem.reason,
            facts=problem.facts,
        )
