"""The seam between the control endpoints and the studio behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from streamer_app.core.answers import Answer, OnProgress
from streamer_app.core.commands import Command, CommandResult
from streamer_app.core.events import Event
from streamer_app.core.questions import Asked
from streamer_app.core.rights import EVERY_RIGHT, Right


class CommandTaker(Protocol):
    """Where commands go: a studio in this process, or a wire to another one."""

    async def execute(self, command: Command, rights: frozenset[Right] = EVERY_RIGHT) -> CommandResult:
        """Do it once. Raises `CommandRefusedError` (or another `ActionableError`) when it cannot be done.

        `rights` are those of whoever asks: this is the one place where they are asked for.
        """

    def request_stop(self) -> None:
        """End in good order (there is no SIGTERM on Windows)."""


class Answerer(Protocol):
    """Where a window's questions go."""

    async def ask(self, asked: Asked, told: OnProgress | None = None) -> Answer:
        """Answer beside the show, telling progress of what is long; cancel the task to end it.

        Raises `ActionableError`. Only windows of this computer come here: what is asked is the streamer's money.
        """


class Studio(CommandTaker, Answerer, Protocol):
    """What the control endpoint, and a window in the same process, may ask of the running studio."""

    async def refresh(self) -> None:
        """Bring the picture up to date: while nobody listens it is not kept."""

    def picture(self) -> tuple[Event, ...]:
        """The newest event of each kind: what a client that has just come needs."""

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Hear every event from now on, on the studio's loop; the returned function ends it."""
