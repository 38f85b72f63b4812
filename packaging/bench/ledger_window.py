"""The window of `window_ledger`: the Wallet page's ledger over a real database, opened and scrolled.

    python ledger_window.py DATABASE_URL STREAMER_USER_ID OPENS PAGES

Prints two lists as JSON: milliseconds from the wish to see the ledger until its rows are painted, and from the scroll
that needs the next page until that page is painted. Questions are answered on a loop of another thread, as by a studio.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal

from streamer_app.core.answers import OnProgress
from streamer_app.core.questions import Asked
from streamer_app.roles.desktop import SWITCH_SECONDS
from streamer_app.roles.system_clock import SystemClock
from streamer_app.services.answers import Answers
from streamer_app.services.profile import Profile
from streamer_app.ui.app import create_application
from streamer_app.ui.dressing import dress
from streamer_app.ui.language import Language
from streamer_app.ui.look import Look
from streamer_app.ui.pages.wallet_ledger import LedgerPanel
from streamer_app.ui.theme import THEMES, ThemeName
from streamer_app.ui.words import words_for

if TYPE_CHECKING:
    from streamer_app.ui.client import OnAnswer, OnEvent, OnResult

PATIENCE_SECONDS = 20.0


class AnsweringClient(QObject):
    """As much of a client as a panel that only asks needs."""

    _answered = Signal(int, object)

    def __init__(self, url: str, streamer: UUID) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._waiting: dict[int, OnAnswer] = {}
        self._numbers = itertools.count()
        profile = Profile(url=url, owner_url=None, streamer_user_id=streamer, platform_user_id=streamer)
        self._answers = Answers(profile, show=lambda: None, clock=SystemClock())
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._loop.run_forever, name="studio", daemon=True).start()

    def ask(self, asked: Asked, on_answer: OnAnswer, on_progress: OnProgress | None = None) -> Callable[[], None]:
        """Answer on the other thread."""
        del on_progress
        number = next(self._numbers)
        self._waiting[number] = on_answer
        asyncio.run_coroutine_threadsafe(self._answer(number, asked), self._loop)
        return lambda: self._forget(number)

    async def _answer(self, number: int, asked: Asked) -> None:
        self._answered.emit(number, await self._answers.answer(asked))

    def _deliver(self, number: int, answer: object) -> None:
        waiting = self._waiting.pop(number, None)
        if waiting is not None:
            waiting(answer)  # type: ignore[arg-type]  # a signal carries any object

    def _forget(self, number: int) -> None:
        self._waiting.pop(number, None)

    def start(self, on_event: OnEvent) -> None:
        """Nothing is told here."""

    def send(self, action: object, on_result: OnResult) -> None:
        """Nothing is done here."""

    def stop(self) -> None:
        """The process ends."""


def main(url: str, streamer: UUID, opens: int, pages: int) -> None:
    """Open it so many times, then scroll so many pages down."""
    sys.setswitchinterval(SWITCH_SECONDS)
    application = create_application(sys.argv[:1], Language.INDONESIAN)
    theme = THEMES[ThemeName.WEDANG]
    look = Look(theme, words_for(Language.INDONESIAN), lambda: datetime.now(UTC), motion=False)
    client = AnsweringClient(url, streamer)

    ticks = QTimer()
    ticks.start(1000)  # an answer that never comes must not be waited for without end

    def until(done: Callable[[], bool]) -> None:
        give_up = time.monotonic() + PATIENCE_SECONDS
        while not done():
            application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if time.monotonic() > give_up:
                raise TimeoutError("the ledger did not come")

    def open_panel() -> LedgerPanel:
        panel = LedgerPanel(look, client)
        dress(panel, theme)
        panel.resize(1160, 500)
        began = time.perf_counter()
        panel.show()
        panel.read()
        until(lambda: panel.model.rowCount() > 0 and panel.table.isVisible())
        panel.table.viewport().repaint()
        opened.append((time.perf_counter() - began) * 1000)
        return panel

    opened: list[float] = []
    for _ in range(opens - 1):
        open_panel().close()
    panel = open_panel()
    turned: list[float] = []
    bar = panel.table.verticalScrollBar()
    for _ in range(pages):
        before = panel.model.rowCount()
        began = time.perf_counter()
        bar.setValue(bar.maximum())
        until(lambda before=before: panel.model.rowCount() > before)  # type: ignore[misc]  # bound at once
        panel.table.viewport().repaint()
        turned.append((time.perf_counter() - began) * 1000)
    sys.stdout.write(json.dumps([opened, turned]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], UUID(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
