"""What the owner of a key may do. One check, where a command comes in; money is apart from everything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from streamer_app.core import commands
from streamer_app.core.commands import Action
from streamer_app.core.errors import CommandRefusedError, Reason


class Right(StrEnum):
    """What a key may be given. Every key sees the queue."""

    STEER = "steer"
    """Skip, undo, hold, approve, reject, move, replay, retry, pause, resume, clear, answer what was missed, test."""
    PANIC = "panic"
    """Mute, unmute, panic, release."""
    RULES = "rules"
    """Change rules, block and unblock donors, take the queue over."""
    MONEY = "money"
    """See amounts. Never to move any."""


MODERATOR: Final = frozenset({Right.STEER, Right.PANIC})
"""What a new key gets unless told otherwise."""
EVERY_RIGHT: Final = frozenset(Right)
"""The streamer's own window and command line."""


@dataclass(frozen=True)
class ControlKey:
    """A key without its secret. `name` is the author of what its owner does."""

    key_id: UUID
    name: str
    rights: frozenset[Right]
    made_by: str
    made_at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None


_NEEDED: Final[dict[type[Action], Right]] = {
    commands.Skip: Right.STEER,
    commands.SkipCurrent: Right.STEER,
    commands.Undo: Right.STEER,
    commands.Replay: Right.STEER,
    commands.Retry: Right.STEER,
    commands.Hold: Right.STEER,
    commands.Approve: Right.STEER,
    commands.Reject: Right.STEER,
    commands.Move: Right.STEER,
    commands.Pause: Right.STEER,
    commands.ResumeQueue: Right.STEER,
    commands.PlayAnyway: Right.STEER,
    commands.Clear: Right.STEER,
    commands.AnswerMissed: Right.STEER,
    commands.SendTestAlert: Right.STEER,
    commands.Mute: Right.PANIC,
    commands.Unmute: Right.PANIC,
    commands.Panic: Right.PANIC,
    commands.Release: Right.PANIC,
    commands.BlockDonor: Right.RULES,
    commands.UnblockDonor: Right.RULES,
    commands.SetRules: Right.RULES,
    commands.SetOverlay: Right.RULES,
    commands.SetWidget: Right.RULES,
    commands.PinSpeaker: Right.RULES,
    commands.RotateKey: Right.RULES,
    commands.TakeOver: Right.RULES,
}


def needed(action: Action) -> Right:
    """The right this action asks for."""
    return _NEEDED[type(action)]


def require(action: Action, held: frozenset[Right]) -> None:
    """Raise `CommandRefusedError` unless whoever holds these rights may do this."""
    right = needed(action)
    if right not in held:
        raise CommandRefusedError(
            "This key may not do that",
            "Ask the streamer for a key with this right.",
            reason=Reason.RIGHT_MISSING,
            facts={"right": right.value},
        )
