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

    Facts a sentence needs travel beside it: `state` (of an item) and `holder` (who has the folder or the lease).
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
    PAUSED_ALREADY = "paused_already"
    NOT_PAUSED = "not_paused"
    HELD_ELSEWHERE = "held_elsewhere"
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
