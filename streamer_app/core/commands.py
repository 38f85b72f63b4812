"""What a person can ask for. One `Command` envelope for window, CLI, dock, phone and Stream Deck alike.

Permission is checked once, in `services.command_bus`. The id makes a repeat harmless: the same id twice is done once
and answered alike. `expected_revision` lets a caller say what it was looking at; the action's own target (run id or
message id) is what protects against late presses.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

import msgspec

from streamer_app.core.errors import ActionableError, Reason


class Skip(msgspec.Struct, frozen=True, tag="queue.skip", kw_only=True):
    """Skip what plays (by run id) or what waits (by message id). A late press never hits the next one."""

    run_id: UUID | None = None
    donation_message_id: UUID | None = None


class SkipCurrent(msgspec.Struct, frozen=True, tag="queue.skip_current", kw_only=True):
    """Skip whatever is on stage when the command arrives: for the CLI, which has seen no picture."""


class Undo(msgspec.Struct, frozen=True, tag="queue.undo", kw_only=True):
    """Undo a skip: back to its old rank, from the start. None means the latest skip."""

    donation_message_id: UUID | None = None


class ReplayPlace(StrEnum):
    """Where a replay goes: next after the current alert, or behind everything that waits."""

    NEXT = "next"
    END = "end"


class Replay(msgspec.Struct, frozen=True, tag="queue.replay", kw_only=True):
    """Show a played or skipped message again. Counts in no figure."""

    donation_message_id: UUID
    place: ReplayPlace = ReplayPlace.NEXT


class Retry(msgspec.Struct, frozen=True, tag="queue.retry", kw_only=True):
    """Try an unplayable message again, at its old rank."""

    donation_message_id: UUID


class Pause(msgspec.Struct, frozen=True, tag="queue.pause", kw_only=True):
    """Start no further alert; the current one finishes."""


class ResumeQueue(msgspec.Struct, frozen=True, tag="queue.resume", kw_only=True):
    """Go on after a pause."""


class MissedChoice(StrEnum):
    """What to do with what came in while nobody was there."""

    ALL = "all"
    NEWEST = "newest"
    NONE = "none"


class AnswerMissed(msgspec.Struct, frozen=True, tag="queue.missed", kw_only=True):
    """Answer "while you were away". `newest` is only read with `MissedChoice.NEWEST`."""

    choice: MissedChoice
    newest: int = 0


class SendTestAlert(msgspec.Struct, frozen=True, tag="alert.test", kw_only=True):
    """Show a test alert with a TEST badge. Writes no transaction, entry or message, and counts nowhere."""


Action = Skip | SkipCurrent | Undo | Replay | Retry | Pause | ResumeQueue | AnswerMissed | SendTestAlert


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
