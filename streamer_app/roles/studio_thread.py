"""The window's client in the same process: a studio, or a wire to one, on an I/O thread of its own.

Results come back by a queued Qt signal, at most one a frame; of each kind of event only the newest is kept meanwhile.
Everything heavy (aiohttp, psycopg, redis) is imported on that thread, after the window has been painted.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from PySide6.QtCore import QObject, Qt, Signal

from streamer_app.core.answers import Answer, OnProgress, Progress, Refused, Said
from streamer_app.core.commands import Action, Command, CommandRefused, CommandResult
from streamer_app.core.errors import ActionableError, Reason
from streamer_app.core.events import Event, Notice
from streamer_app.core.questions import Asked
from streamer_app.settings import Settings

if TYPE_CHECKING:
    from streamer_app.roles.window_studio import Behind

FRAME_SECONDS: Final = 1 / 60
STOP_SECONDS: Final = 10.0
ACTOR: Final = "window"

OnEvent = Callable[[Event], None]
OnResult = Callable[[CommandResult | CommandRefused], None]
OnAnswer = Callable[[Answer], None]


class StudioThread(QObject):
    """Fulfils `ui.client.Client`. Lives on the GUI thread; owns the I/O thread."""

    _woken = Signal()
    ended = Signal()

    def __init__(self, settings: Settings) -> None:
        """Nothing runs before `start`."""
        super().__init__()
        self._settings = settings
        self._lock = threading.Lock()
        self._newest: dict[type, Event] = {}
        self._answers: list[tuple[UUID, CommandResult | CommandRefused]] = []
        self._waiting: dict[UUID, OnResult] = {}
        self._said: dict[int, Said] = {}
        self._questions: dict[int, tuple[OnAnswer, OnProgress | None]] = {}
        self._numbers = itertools.count()
        self._on_event: OnEvent | None = None
        self._scheduled = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._behind: Behind | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._live, name="studio", daemon=True)
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    # ui.client.Client, on the GUI thread

    def start(self, on_event: OnEvent) -> None:
        """Begin, once the window has been painted."""
        self._on_event = on_event
        self._thread.start()

    def send(self, action: Action, on_result: OnResult) -> None:
        """One command, with an id of its own; answered on the GUI thread."""
        command = Command(id=uuid4(), actor=ACTOR, action=action)
        self._waiting[command.id] = on_result
        loop = self._loop
        if loop is None or self._behind is None:
            self._answer(_not_yet(command))
            return
        asyncio.run_coroutine_threadsafe(self._execute(command), loop)

    def ask(self, asked: Asked, on_answer: OnAnswer, on_progress: OnProgress | None = None) -> Callable[[], None]:
        """One question, answered on the GUI thread; the returned function ends it, and what comes later is dropped."""
        number = next(self._numbers)
        self._questions[number] = (on_answer, on_progress)
        loop = self._loop
        if loop is None or self._behind is None or loop.is_closed():
            self._say(number, Refused.because(_starting()))
            return lambda: self._forget(number)
        asking = asyncio.run_coroutine_threadsafe(self._answer_question(number, asked, self._behind), loop)

        def cancel() -> None:
            self._forget(number)
            asking.cancel()

        return cancel

    def _forget(self, number: int) -> None:
        self._questions.pop(number, None)

    def stop(self) -> None:
        """End the studio in good order; no callback is called afterwards."""
        self._on_event = None
        self._waiting.clear()
        self._questions.clear()
        self._stopping = True
        loop, behind = self._loop, self._behind
        if loop is not None and behind is not None and not loop.is_closed():
            loop.call_soon_threadsafe(behind.request_stop)
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _deliver(self) -> None:
        with self._lock:
            events, self._newest = list(self._newest.values()), {}
            answers, self._answers = self._answers, []
            said, self._said = self._said, {}
            self._scheduled = False
        for event in events:
            if self._on_event is not None:
                self._on_event(event)
        for command_id, answer in answers:
            waiting = self._waiting.pop(command_id, None)
            if waiting is not None:
                waiting(answer)
        for number, what in said.items():
            self._tell(number, what)

    def _tell(self, number: int, said: Said) -> None:
        asked = self._questions.get(number)
        if asked is None:
            return
        on_answer, on_progress = asked
        if not isinstance(said, Progress):
            self._forget(number)
            on_answer(said)
        elif on_progress is not None:
            on_progress(said)

    # On the I/O thread

    def hear(self, event: Event) -> None:
        """An event of the studio; it reaches the window with the next frame."""
        with self._lock:
            self._newest[type(event)] = event
        self._wake()

    def _answer(self, answer: CommandResult | CommandRefused) -> None:
        with self._lock:
            self._answers.append((answer.command_id, answer))
        self._wake()

    def _say(self, number: int, said: Said) -> None:
        with self._lock:
            self._said[number] = said
        self._wake()

    async def _answer_question(self, number: int, asked: Asked, behind: Behind) -> None:
        try:
            answer = await behind.ask(asked, lambda progress: self._say(number, progress))
        except ActionableError as problem:
            answer = Refused.because(problem)
        except Exception:  # noqa: BLE001 - a bug in one answer is logged and said; the window goes on
            import structlog  # noqa: PLC0415 - after the first paint

            structlog.get_logger().exception("window.question_failed", asked=type(asked).__name__)
            answer = Refused(
                title="The studio failed on this; it goes on running.", remedy="Its log says what happened."
            )
        self._say(number, answer)

    def _wake(self) -> None:
        with self._lock:
            if self._scheduled:
                return
            self._scheduled = True
        loop = self._loop
        if loop is None or loop.is_closed() or threading.current_thread() is not self._thread:
            self._woken.emit()
        else:
            loop.call_later(FRAME_SECONDS, self._woken.emit)

    async def _execute(self, command: Command) -> None:
        behind = self._behind
        try:
            if behind is None:
                self._answer(_not_yet(command))
                return
            self._answer(await behind.execute(command))
        except ActionableError as problem:
            self._answer(CommandRefused.because(problem, command.id))

    def _live(self) -> None:
        from streamer_app import logs  # noqa: PLC0415 - structlog, after the first paint
        from streamer_app.roles.window_studio import live_behind_window  # noqa: PLC0415 - heavy: drivers and servers

        log = logs.configure_file(self._settings.data_dir)
        with asyncio.Runner() as runner:
            self._loop = runner.get_loop()
            work: Coroutine[Any, Any, None] = live_behind_window(self._settings, self)
            try:
                runner.run(work)
            except ActionableError as problem:
                self.hear(
                    Notice(title=problem.title, remedy=problem.remedy, reason=problem.reason, facts=problem.facts)
                )
        if log is not None:
            logs.configure()
            log.close()
        if not self._stopping:
            self.ended.emit()

    def behind_is(self, behind: Behind) -> None:
        """From now on commands and questions go there."""
        self._behind = behind
        if self._stopping:
            behind.request_stop()


def _not_yet(command: Command) -> CommandRefused:
    return CommandRefused.because(_starting(), command.id)


def _starting() -> ActionableError:
    return ActionableError("The studio is still starting", "Try again in a moment.", reason=Reason.STARTING)
