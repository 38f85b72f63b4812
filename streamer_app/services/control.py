"""The seam between the loopback control endpoint and the studio behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from streamer_app.core.commands import Command, CommandResult
from streamer_app.core.events import Event


class Studio(Protocol):
    """What the control endpoint, and a window in the same process, may ask of the running studio."""

    async def execute(self, command: Command) -> CommandResult:
        """Do it once. Raises `CommandRefusedError` (or another `ActionableError`) when it cannot be done."""

    def picture(self) -> tuple[Event, ...]:
        """The newest event of each kind: what a client that has just come needs."""

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Hear every event from now on, on the studio's loop; the returned function ends it."""

    def request_stop(self) -> None:
        """Ask the studio to end in good order (there is no SIGTERM on Windows)."""
