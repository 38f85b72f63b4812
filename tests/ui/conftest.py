"""A window without a studio: a client that answers at once, and pictures of a queue."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from streamer_app.core.answers import Donations, Donors, IncomeBars, LedgerLines, PayoutList, TodaySum
from streamer_app.core.commands import CommandRefused, CommandResult
from streamer_app.core.donations import Item, ItemState, Playing, QueueView
from streamer_app.core.events import Light, LightReason, Lights, LightState, QueueChanged
from streamer_app.core.questions import (
    DonationProof,
    DonationsPage,
    ExportDonations,
    ExportLedger,
    Income,
    LedgerPage,
    Payouts,
    RequestPayout,
    Step,
    Today,
    TopDonors,
    VerifyBalance,
    WriteStatement,
)
from streamer_app.ui.amounts import STREAMING
from streamer_app.ui.language import Language
from streamer_app.ui.look import Look
from streamer_app.ui.main_window import MainWindow
from streamer_app.ui.theme import THEMES, ThemeName
from streamer_app.ui.words import words_for

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from streamer_app.core.answers import OnProgress
    from streamer_app.core.commands import Action
    from streamer_app.core.events import Event
    from streamer_app.core.questions import Asked
    from streamer_app.ui.client import Cancel, OnAnswer, OnEvent, OnResult

JAKARTA = timezone(timedelta(hours=7))
NOW = datetime(2026, 11, 21, 20, 14, 30, tzinfo=JAKARTA)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Qt's offscreen platform says at every window and menu that it has no window manager to tell."""
    here = Path(__file__).parent
    for test in items:
        if test.path.is_relative_to(here):
            test.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


EMPTY: dict[type, Any] = {
    LedgerPage: LedgerLines(),
    DonationsPage: Donations(),
    DonationProof: None,
    Income: IncomeBars(by=Step.DAY, currency="IDR"),
    TopDonors: Donors(currency="IDR"),
    Payouts: PayoutList(),
    VerifyBalance: None,
    Today: TodaySum(day=NOW.date(), currency="IDR"),
    RequestPayout: None,
    ExportLedger: None,
    ExportDonations: None,
    WriteStatement: None,
}
"""A studio in which nothing has happened yet; None: the answer is on its way."""


class FakeClient:
    """Synchronous: `tell` is the studio speaking, `sent` is what the window asked for."""

    def __init__(self) -> None:
        self.sent: list[Action] = []
        self.asked: list[Asked] = []
        self.answers: dict[type, Any] = {}
        self.open: list[tuple[Asked, OnAnswer, OnProgress | None]] = []
        self.refusal: tuple[str, str] | None = None
        self.started = 0
        self.stopped = 0
        self._on_event: OnEvent | None = None

    def start(self, on_event: OnEvent) -> None:
        self.started += 1
        self._on_event = on_event

    def send(self, action: Action, on_result: OnResult) -> None:
        self.sent.append(action)
        if self.refusal is not None:
            title, remedy = self.refusal
            on_result(CommandRefused(command_id=uuid4(), revision=1, title=title, remedy=remedy))
        else:
            on_result(CommandResult(command_id=uuid4(), revision=2))

    def ask(self, asked: Asked, on_answer: OnAnswer, on_progress: OnProgress | None = None) -> Cancel:
        """Answered at once from `answers`, or kept in `open` where a test has put None there."""
        self.asked.append(asked)
        kept = (asked, on_answer, on_progress)
        answer = self.answers.get(type(asked), EMPTY[type(asked)])
        if answer is not None:
            on_answer(answer(asked) if callable(answer) else answer)
            return lambda: None
        self.open.append(kept)
        return lambda: self.open.remove(kept) if kept in self.open else None

    def stop(self) -> None:
        self.stopped += 1

    def tell(self, *events: Event) -> None:
        assert self._on_event is not None, "the window has not started its client"
        for event in events:
            self._on_event(event)


def item(number: int = 1, **changes: object) -> Item:
    """A donation of Rp25.000, three minutes old."""
    facts: dict[str, object] = {
        "donation_message_id": UUID(int=number),
        "transaction_id": UUID(int=1000 + number),
        "donor_name": f"Budi {number}",
        "is_anonymous": False,
        "message": "semangat!",
        "amount": 25_000,
        "net_amount": 23_750,
        "currency": "IDR",
        "state": ItemState.WAITING,
        "paid_at": NOW - timedelta(minutes=3),
    }
    return Item(**{**facts, **changes})  # type: ignore[arg-type]  # a test's own facts


def playing(donation: Item | None, run: int = 77, **changes: object) -> Playing:
    """A run that began two seconds ago and lasts eight."""
    facts: dict[str, object] = {
        "run_id": UUID(int=run),
        "item": donation,
        "started_at": NOW - timedelta(seconds=2),
        "offset_ms": 0,
        "expected_ms": 8_000,
    }
    return Playing(**{**facts, **changes})  # type: ignore[arg-type]  # as above


def queue(*waiting: Item, **more: object) -> QueueChanged:
    """A picture of the queue."""
    facts: dict[str, object] = {"revision": 1, "waiting": waiting, "waiting_count": len(waiting)}
    return QueueChanged(queue=QueueView(**{**facts, **more}))  # type: ignore[arg-type]  # as above


def lights(overlay: Light | None = None) -> Lights:
    """All is well, except the overlay where a test says so."""
    fine = Light(state=LightState.OK, reason=LightReason.READY)
    return Lights(database=fine, queue=fine, overlay=overlay or fine, pages=2, speaker="OBS")


@pytest.fixture(autouse=True)
def everything_is_seen() -> Iterator[None]:
    """Streaming mode is off at the beginning of every test."""
    yield
    STREAMING.switch(False)


@pytest.fixture
def client() -> FakeClient:
    return FakeClient()


@pytest.fixture
def look() -> Look:
    return Look(THEMES[ThemeName.WEDANG], words_for(Language.INDONESIAN), lambda: NOW, motion=False)


OpenWindow = Callable[..., MainWindow]


@pytest.fixture
def open_window(qtbot: QtBot, client: FakeClient) -> Iterator[OpenWindow]:
    """Open a filled window; every one is closed at the end."""
    opened: list[MainWindow] = []

    def opens(language: Language = Language.INDONESIAN, theme: ThemeName = ThemeName.WEDANG) -> MainWindow:
        window = MainWindow(client, language=language, theme=THEMES[theme], clock=lambda: NOW, motion=False)
        qtbot.addWidget(window)
        opened.append(window)
        with qtbot.waitSignal(window.filled, timeout=5000):
            window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=5000)
        return window

    yield opens
    for window in opened:
        window.close()


@pytest.fixture
def window(open_window: OpenWindow) -> MainWindow:
    return open_window()
