"""The window of `scroll`: the donations page with 100,000 rows, scrolling, and an echoing WebSocket server.

    python scrolling_window.py own|gui ROWS

`own`: the server on an asyncio loop of its own thread, with the desktop role's switch interval, as the product does.
`gui`: the same server on a qasync loop on the GUI thread. Prints its URL while it scrolls; ends when its stdin closes.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import qasync
from aiohttp import web
from PySide6.QtCore import Qt, QTimer

from streamer_app.core.answers import Donations, OnProgress
from streamer_app.core.donations import Item, ItemState
from streamer_app.core.questions import Asked
from streamer_app.core.questions import DonationsPage as DonationsQuestion
from streamer_app.roles.desktop import SWITCH_SECONDS
from streamer_app.ui.app import create_application
from streamer_app.ui.dressing import dress
from streamer_app.ui.language import Language
from streamer_app.ui.look import Look
from streamer_app.ui.pages.donations import DonationsPage
from streamer_app.ui.theme import THEMES, ThemeName
from streamer_app.ui.words import words_for

if TYPE_CHECKING:
    from streamer_app.ui.client import OnAnswer, OnEvent, OnResult

FRAME_MS = 16
STEP_PIXELS = 90
"""A brisk turn of the wheel: some 150 rows a second, every frame painted anew."""
_WORDS = ("semangat terus streamnya, jangan lupa minum!", "request lagu Tulus dong kak", None, "gas rank malam ini")


def donations(count: int) -> tuple[Item, ...]:
    """So many donations, the newest first, one a minute."""
    now = datetime.now(UTC)
    return tuple(
        Item(
            donation_message_id=UUID(int=number),
            transaction_id=UUID(int=count + number),
            donor_name=f"Penonton {number}",
            is_anonymous=number % 7 == 3,  # noqa: PLR2004 - some of them
            message=_WORDS[number % len(_WORDS)],
            amount=1_000 * (number % 97 + 1),
            net_amount=950 * (number % 97 + 1),
            currency="IDR",
            state=ItemState.PLAYED,
            paid_at=now - timedelta(minutes=number),
        )
        for number in range(count)
    )


class Shown:
    """A client that has all donations at hand, as one page."""

    def __init__(self, rows: tuple[Item, ...]) -> None:
        self._rows = rows

    def ask(self, asked: Asked, on_answer: OnAnswer, on_progress: OnProgress | None = None) -> Callable[[], None]:
        """Answer at once."""
        del on_progress
        if isinstance(asked, DonationsQuestion):
            on_answer(Donations(donations=self._rows))
        return lambda: None

    def start(self, on_event: OnEvent) -> None:
        """Nothing is told here."""

    def send(self, action: object, on_result: OnResult) -> None:
        """Nothing is done here."""

    def stop(self) -> None:
        """The process ends."""


def scrolling(page: DonationsPage) -> QTimer:
    """A timer that moves the table a step each frame, down and up again."""
    bar = page.table.verticalScrollBar()
    step = STEP_PIXELS

    def move() -> None:
        nonlocal step
        if not bar.minimum() <= bar.value() + step <= bar.maximum():
            step = -step
        bar.setValue(bar.value() + step)

    timer = QTimer(page)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(move)
    timer.start(FRAME_MS)
    return timer


async def serve() -> None:
    """Echo what comes; say where, once."""

    async def echo(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for frame in socket:
            await socket.send_str(frame.data)
        return socket

    app = web.Application()
    app.router.add_get("/socket", echo)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    os.write(1, f"http://127.0.0.1:{runner.addresses[0][1]}\n".encode())
    await asyncio.Event().wait()


def end_with_stdin() -> None:
    """Nothing here is worth a tidy end: the process goes when its parent lets go of it."""

    def wait() -> None:
        os.read(0, 1)
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def main(loop_kind: str, rows: int) -> None:
    """Paint, scroll and serve until the end."""
    end_with_stdin()
    application = create_application(sys.argv[:1], Language.INDONESIAN)
    theme = THEMES[ThemeName.WEDANG]
    look = Look(theme, words_for(Language.INDONESIAN), lambda: datetime.now(UTC))
    page = DonationsPage(look, Shown(donations(rows)))
    dress(page, theme)
    page.resize(1280, 800)
    page.show()
    scrolling(page)
    if loop_kind == "gui":
        with qasync.QEventLoop(application) as loop:
            loop.run_until_complete(serve())
        return
    sys.setswitchinterval(SWITCH_SECONDS)
    threading.Thread(target=lambda: asyncio.run(serve()), name="studio", daemon=True).start()
    application.exec()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
