"""The one door between the window and the rest: commands in, events out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from streamer_app.core.commands import Action, CommandRefused, CommandResult
    from streamer_app.core.events import Event

    Answer = CommandResult | CommandRefused
    OnEvent = Callable[[Event], None]
    OnResult = Callable[[Answer], None]


class Client(Protocol):
    """A studio as a window sees it: in the same process, behind a WebSocket, or a fake in tests.

    Both callbacks are called on the GUI thread, never from inside `start` or `send` of a threaded client. Each event
    replaces the last of its kind, so a client may drop all but the newest of each between two frames.
    """

    def start(self, on_event: OnEvent) -> None:
        """Begin. Called once, after the window has been painted; the studio may still be starting."""
        ...

    def send(self, action: Action, on_result: OnResult) -> None:
        """Wrap the action in a `Command` with an id of its own and send it. `on_result` is called at most once."""
        ...

    def stop(self) -> None:
        """End. No callback is called afterwards."""
        ...
