"""Two families of errors.

`ActionableError`: the person in front of the screen can do something. It carries a title and what to do, is shown
without a traceback, and makes a command exit with 1. Everything else that escapes is our bug: it is logged with its
context and the show goes on. Driver errors are translated into this family at one border, `store`.
"""

from __future__ import annotations


class ActionableError(Exception):
    """Something the user can mend.

    `title` says what happened in one sentence without a full stop's worth of jargon; `remedy` says what to do next.
    Neither ever contains a secret: both are printed and logged as they are.
    """

    def __init__(self, title: str, remedy: str) -> None:
        super().__init__(title)
        self.title = title
        self.remedy = remedy

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
        super().__init__(title, remedy)
        self.holder = holder


class CommandRefusedError(ActionableError):
    """A command that is not possible now: the loser of a race, a late press, an illegal transition."""
