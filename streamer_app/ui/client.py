"""The one door between the window and the rest: commands and questions in, events and answers out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from streamer_app.core.answers import Answer as Told
    from streamer_app.core.answers import OnProgress
    from streamer_app.core.commands import Action, CommandRefused, CommandResult
    from streamer_app.core.events import Event
    from streamer_app.core.questions import Asked

    Answer = CommandResult | CommandRefused
    OnEvent = Callable[[Event], None]
    OnResult = Callable[[Answer], None]
    OnAnswer = Callable[[Told], None]
    Cancel = Callable[[], None]


class Client(Protocol):
    """A studio as a window sees it: in the same process, behind a WebSocket, or a fake in tests.

    All callbacks are called on the GUI thread, never from inside `start`, `send` or `ask` of a threaded client. Each
    event replaces the last of its kind, so a client may drop all but the newest of each between two frames.
    """

    def start(self, on_event: OnEvent) -> None:
        """Begin. Called once, after the window has been painted; the studio may still be starting."""
        ...

    def send(self, action: Action, on_result: OnResult) -> None:
        """Wrap the action in a `Command` with an id of its own and send it. `on_result` is called at most once."""
        ...

    def ask(self, asked: Asked, on_answer: OnAnswer, on_progress: OnProgress | None = None) -> Cancel:
        """Ask a question, or have an errand done. `on_answer` is called at most once, with the answer or a `Refused`.

        The returned function cancels: an answer that comes after it is dropped. Only what `core.questions.LONG` names
        tells progress.
        """
        ...

    def stop(self) -> None:
        """End. No callback is called afterwards."""
        ...
