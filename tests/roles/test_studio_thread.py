"""The window's client with a real studio behind it: embedded database, queue in process, a scripted overlay page."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from streamer_app.core.answers import Answer, Donations, PayoutList, Progress, Refused, Written
from streamer_app.core.commands import CommandRefused, CommandResult, SendTestAlert, SkipCurrent
from streamer_app.core.errors import Reason
from streamer_app.core.events import (
    BalancesChanged,
    DonationsChanged,
    Event,
    Lights,
    LightState,
    OverlayAddress,
    QueueChanged,
)
from streamer_app.core.questions import DonationsPage, ExportLedger, Payouts, RequestPayout
from streamer_app.core.stage_settings import StageSettings
from streamer_app.roles.studio_thread import StudioThread
from streamer_app.settings import Settings
from streamer_app.store import embedded
from tests.end_to_end.scripted_page import ScriptedPage
from tests.end_to_end.studio_process import Profile

SECONDS = 40_000
STAGE = StageSettings(enter_ms=5, leave_ms=5, gap_ms=10, least_ms=50, base_ms=50, per_character_ms=0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("window") / "data"
    yield made
    embedded.stop(made)
    embedded.destroy(made)


class Heard:
    """The newest event of each kind, as a window would keep it; every delivery must be on the GUI thread."""

    def __init__(self) -> None:
        self.newest: dict[type, Event] = {}
        self.answers: list[CommandResult | CommandRefused] = []
        self.threads: set[str] = set()

    def event(self, event: Event) -> None:
        self.newest[type(event)] = event
        self.threads.add(threading.current_thread().name)

    def answer(self, answer: CommandResult | CommandRefused) -> None:
        self.answers.append(answer)

    @property
    def ready(self) -> bool:
        lights = self.newest.get(Lights)
        return isinstance(lights, Lights) and lights.queue.state is LightState.OK


@pytest.fixture
def client(folder: Path, qtbot: QtBot) -> Iterator[tuple[StudioThread, Heard]]:
    made, heard = StudioThread(Settings(data_dir=folder, stage=STAGE)), Heard()
    made.start(heard.event)
    qtbot.waitUntil(lambda: heard.ready, timeout=SECONDS)
    yield made, heard
    made.stop()


def test_a_donation_appears_without_a_refresh_and_plays(
    client: tuple[StudioThread, Heard], folder: Path, qtbot: QtBot
) -> None:
    _, heard = client
    given = Profile(folder).ask("donate", "--amount", "25000", "--name", "Budi", "--message", "semangat!")

    def waits() -> bool:
        queue = heard.newest.get(QueueChanged)
        return isinstance(queue, QueueChanged) and given["donation_message_id"] in str(queue.queue.waiting)

    qtbot.waitUntil(waits, timeout=SECONDS)
    address = heard.newest[OverlayAddress]
    assert isinstance(address, OverlayAddress)

    async def play() -> None:
        async with ScriptedPage(address.url) as page:
            shown = await page.next("alert.show")
            assert shown["message_id"] == given["donation_message_id"]

    playing = threading.Thread(target=asyncio.run, args=(play(),), name="asyncio_page")
    playing.start()

    def played() -> bool:
        latest = heard.newest.get(DonationsChanged)
        return isinstance(latest, DonationsChanged) and latest.donations[0].played_at is not None

    qtbot.waitUntil(played, timeout=SECONDS)
    playing.join(10)
    balances = heard.newest[BalancesChanged]
    assert isinstance(balances, BalancesChanged)
    assert [(line.type, line.balance) for line in balances.wallets] == [("PENDING", 23_750)]
    assert heard.threads == {threading.main_thread().name}


def test_refusals_come_back_with_words(client: tuple[StudioThread, Heard], qtbot: QtBot) -> None:
    thread, heard = client
    thread.send(SkipCurrent(), heard.answer)
    thread.send(SendTestAlert(), heard.answer)
    qtbot.waitUntil(lambda: len(heard.answers) == 2, timeout=SECONDS)
    assert all(isinstance(answer, CommandRefused) and answer.title and answer.remedy for answer in heard.answers)


def test_a_second_window_attaches_to_the_first_ones_studio(
    client: tuple[StudioThread, Heard], folder: Path, qtbot: QtBot
) -> None:
    del client
    second, heard = StudioThread(Settings(data_dir=folder, stage=STAGE)), Heard()
    second.start(heard.event)
    qtbot.waitUntil(lambda: heard.ready, timeout=SECONDS)
    second.send(SkipCurrent(), heard.answer)
    qtbot.waitUntil(lambda: bool(heard.answers), timeout=SECONDS)
    assert isinstance(heard.answers[0], CommandRefused)
    assert "Nothing is playing" in heard.answers[0].title
    second.stop()


def test_commands_before_the_studio_is_there_are_refused_not_lost_in_silence(folder: Path, qtbot: QtBot) -> None:
    early, heard = StudioThread(Settings(data_dir=folder)), Heard()
    early.send(SkipCurrent(), heard.answer)
    qtbot.waitUntil(lambda: bool(heard.answers), timeout=SECONDS)
    assert isinstance(heard.answers[0], CommandRefused)
    early.stop()


def _has(answers: list[Answer], count: int) -> bool:
    return len(answers) == count


def test_questions_are_answered_beside_the_show(
    client: tuple[StudioThread, Heard], folder: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    first, _ = client
    Profile(folder).ask("donate", "--amount", "25000", "--name", "Sari")
    second, heard = StudioThread(Settings(data_dir=folder, stage=STAGE)), Heard()
    second.start(heard.event)
    qtbot.waitUntil(lambda: heard.ready, timeout=SECONDS)
    for thread in (first, second):
        answers: list[Answer] = []
        told: list[Progress] = []
        target = tmp_path / "ledger.csv"
        thread.ask(DonationsPage(time_zone="Asia/Jakarta", text="sari"), answers.append)
        thread.ask(RequestPayout(key="k", amount=10**9), answers.append)
        thread.ask(ExportLedger(path=str(target), time_zone="Asia/Jakarta"), answers.append, told.append)
        qtbot.waitUntil(partial(_has, answers, 3), timeout=SECONDS)
        kinds = {type(answer): answer for answer in answers}
        page, refused = kinds[Donations], kinds[Refused]
        assert isinstance(page, Donations)
        assert page.donations[0].donor_name == "Sari"
        assert isinstance(refused, Refused)
        assert (refused.by_rule, bool(refused.title)) == (True, True)
        assert isinstance(kinds[Written], Written)
        assert target.exists()
        target.unlink()
    second.stop()


def test_an_answer_after_a_cancel_is_dropped(client: tuple[StudioThread, Heard], qtbot: QtBot) -> None:
    thread, _ = client
    dropped: list[Answer] = []
    kept: list[Answer] = []
    thread.ask(Payouts(), dropped.append)()
    thread.ask(Payouts(), kept.append)
    qtbot.waitUntil(lambda: bool(kept), timeout=SECONDS)
    assert isinstance(kept[0], PayoutList)
    assert dropped == []


def test_a_question_before_the_studio_is_there_is_refused(folder: Path, qtbot: QtBot) -> None:
    early = StudioThread(Settings(data_dir=folder))
    answers: list[Answer] = []
    early.ask(Payouts(), answers.append)
    assert answers == [], "never from inside ask"
    qtbot.waitUntil(lambda: bool(answers), timeout=SECONDS)
    assert isinstance(answers[0], Refused)
    assert answers[0].reason is Reason.STARTING
    early.stop()
