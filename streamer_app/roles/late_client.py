"""The client a window is opened with: everything behind it is imported after the first paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamer_app.core.answers import OnProgress
    from streamer_app.core.commands import Action
    from streamer_app.core.questions import Asked
    from streamer_app.roles.studio_thread import OnAnswer, OnEvent, OnResult, StudioThread
    from streamer_app.settings import Settings


class LateClient:
    """Fulfils `ui.client.Client`. asyncio and the studio's thread cost more to import than the window to paint."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is imported before `start`."""
        self._settings = settings
        self._thread: StudioThread | None = None

    def start(self, on_event: OnEvent) -> None:
        """Begin, once the window has been painted."""
        from streamer_app.roles.studio_thread import StudioThread  # noqa: PLC0415 - the point of this class

        self._thread = StudioThread(self._settings)
        self._thread.start(on_event)

    def send(self, action: Action, on_result: OnResult) -> None:
        """Pass a command on. The window has nothing to press before it has started its client."""
        if self._thread is not None:
            self._thread.send(action, on_result)

    def ask(self, asked: Asked, on_answer: OnAnswer, on_progress: OnProgress | None = None) -> Callable[[], None]:
        """Pass a question on. Nobody asks before the client has been started."""
        return _nothing if self._thread is None else self._thread.ask(asked, on_answer, on_progress)

    def stop(self) -> None:
        """End."""
        if self._thread is not None:
            self._thread.stop()


def _nothing() -> None:
    """There is nothing to cancel."""
