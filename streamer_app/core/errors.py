"""Two families of errors.

`ActionableError`: the person in front of the screen can do something. It carries a title and what to do, is shown
without a traceback, and makes a command exit with 1. Everything else that escapes is our bug: it is logged with its
context and the show goes on. Driver errors are translated into this family at one border, `store`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """Names an error that a window says in its own language; the English words beside it are for terminals and logs.

    Facts a sentence needs travel beside it: `state` (of an item), `holder` (who has the folder or the lease), `actor`
    and `did` (who was faster, and what they did), `right` (that a key lacks).
    """

    ALREADY_OVER = "already_over"
    NOTHING_PLAYS = "nothing_plays"
    CANNOT_SKIP = "cannot_skip"
    CANNOT_UNDO = "cannot_undo"
    CANNOT_REPLAY = "cannot_replay"
    CANNOT_RETRY = "cannot_retry"
    CANNOT_DECIDE = "cannot_decide"
    WAS_REFUNDED = "was_refunded"
    DONE_BEFORE = "done_before"
    UNKNOWN_DONATION = "unknown_donation"
    NO_SKIP_TO_UNDO = "no_skip_to_undo"
    NOTHING_MISSED = "nothing_missed"
    NO_PAGE = "no_page"
    CANNOT_HOLD = "cannot_hold"
    CANNOT_APPROVE = "cannot_approve"
    CANNOT_REJECT = "cannot_reject"
    CANNOT_MOVE = "cannot_move"
    SOMEBODY_WAS_FASTER = "somebody_was_faster"
    DONOR_BLOCKED = "donor_blocked"
    DONOR_NOT_BLOCKED = "donor_not_blocked"
    NOTHING_WAITS = "nothing_waits"
    PAUSED_ALREADY = "paused_already"
    NOT_PAUSED = "not_paused"
    ON_AIR_ALREADY = "on_air_already"
    MUTED_ALREADY = "muted_already"
    NOT_MUTED = "not_muted"
    PANIC_ALREADY = "panic_already"
    IN_PANIC = "in_panic"
    NOT_IN_PANIC = "not_in_panic"
    RIGHT_MISSING = "right_missing"
    HELD_ELSEWHERE = "held_elsewhere"
    HELD_HERE = "held_here"
    STARTING = "starting"
    DATABASE_AWAY = "database_away"
    QUEUE_AWAY = "queue_away"
    STUDIO_ENDED = "studio_ended"


class ActionableError(Exception):
    """Something the user can mend.

    `title` says what happened in one sentence without a full stop's worth of jargon; `remedy` says what to do next.
    Neither ever contains a secret: both are printed and logged as they are.
    """

    def __init__(
        self, title: str, remedy: str, *, reason: Reason | None = None, facts: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(title)
        self.title = title
        self.remedy = remedy
        self.reason = reason
        self.facts = dict(facts or {})

    def __str__(self) -> str:
        return f"{self.title}\n{self.remedy}"


class DatabaseUnavailableError(ActionableError):
    """PostgreSQL cannot be reached, or refuses the login. Facts wait; nothing is lost."""


class RightMissingError(DatabaseUnavailableError):
    """The login may not do this. Whoever asked knows which kind of login may, and says so."""


class OutcomeUnknownError(DatabaseUnavailableError):
    """The connection was lost while a statement ran: it may have been kept. The same question again is safe."""


class SchemaError(ActionableError):
    """The database answers, but its schema is missing, behind, or made for a newer program."""


class QueueUnavailableError(ActionableError):
    """Redis cannot be reached or refuses commands. The queue is rebuilt from PostgreSQL once it answers."""


class DataFolderError(ActionableError):
    """The data folder cannot be written, is full, or belongs to somebody else."""


class StudioHeldError(ActionableError):
    """Another studio holds this data folder or this streamer's lease; `holder` names it."""

    def __init__(self, title: str, remedy: str, holder: str) -> None:
        super().__init__(title, remedy, reason=Reason.HELD_ELSEWHERE, facts={"holder": holder})
        self.holder = holder


class CommandRefusedError(ActionableError):
    """A command that is not possible now: the loser of a race, a late press, an illegal transition."""
