"""The Donations page as a streamer uses it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from PySide6.QtCore import QDate, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from streamer_app.core.answers import Donations, Proof, ProofDeed, ProofRun, Refused
from streamer_app.core.commands import BlockDonor, CommandResult, Replay, UnblockDonor
from streamer_app.core.donations import Item, ItemState
from streamer_app.core.events import DonationsChanged
from streamer_app.core.questions import DonationProof, DonationsPage, Media
from streamer_app.core.rules import Finding, Rule, Ruling, Verdict
from streamer_app.ui.content import DONATIONS
from streamer_app.ui.main_window import MainWindow
from streamer_app.ui.pages.donations import DonationsPage as Page
from tests.ui.conftest import NOW, FakeClient, item

if TYPE_CHECKING:
    from streamer_app.core.commands import Action
    from streamer_app.ui.client import OnResult

ZONE = "Asia/Jakarta"
TODAY = NOW.date()
PLAYED = item(1, state=ItemState.PLAYED)


@pytest.fixture
def page(window: MainWindow, client: FakeClient) -> Page:
    assert window.content is not None
    client.answers[DonationsPage] = Donations(donations=(PLAYED, item(2)))
    window.content.open_page(DONATIONS)
    return window.content.donations


def asked(client: FakeClient) -> DonationsPage:
    return next(one for one in reversed(client.asked) if isinstance(one, DonationsPage))


def rested(page: Page, client: FakeClient, qtbot: QtBot) -> DonationsPage:
    """The question after typing has come to rest."""
    before = len(client.asked)
    qtbot.waitUntil(lambda: len(client.asked) > before, timeout=5000)
    assert page.isVisible()
    return asked(client)


def proof(*runs: ProofRun, **more: object) -> Proof:
    facts: dict[str, object] = {
        "donation_message_id": UUID(int=1), "status": "PAID", "paid": NOW, "posted": NOW, "recorded": NOW,
        "queued": NOW, "sent": NOW, "started": None, "finished": None, "runs": runs,
    }  # fmt: skip
    return Proof(**{**facts, **more})  # type: ignore[arg-type]  # a test's own facts


def run(**more: object) -> ProofRun:
    facts: dict[str, object] = {
        "run_id": UUID(int=5), "kind": "first", "page_instance": "OBS", "opened_at": NOW, "started_at": NOW,
        "ended_at": NOW, "outcome": "played", "ms_shown": 8_200, "audible": True, "actor": None, "reason": None,
    }  # fmt: skip
    return ProofRun(**{**facts, **more})  # type: ignore[arg-type]  # as above


def test_typing_asks_once_when_it_rests(page: Page, client: FakeClient, qtbot: QtBot) -> None:
    client.asked.clear()
    QTest.keyClicks(page.filters.search, "budi ")
    page.filters.least.setText("10rb")
    page.filters.most.setText("1,5 jt")
    assert client.asked == []
    found = rested(page, client, qtbot)
    assert found == DonationsPage(time_zone=ZONE, text="budi", least=10_000, most=1_500_000)
    assert len(client.asked) == 1
    page.filters.least.setText("25,000")
    assert rested(page, client, qtbot).least is None
    assert page.filters.least.property("wrong")


@pytest.mark.parametrize(
    ("number", "since", "until"),
    [
        (1, TODAY, TODAY),
        (2, TODAY - timedelta(days=6), TODAY),
        (3, TODAY - timedelta(days=29), TODAY),
        (4, date(2026, 11, 1), TODAY),
        (5, date(2026, 10, 1), date(2026, 10, 31)),
    ],
)
def test_days_are_chosen_by_name(page: Page, client: FakeClient, number: int, since: date, until: date) -> None:
    page.filters.period.choose(number)
    assert (asked(client).since, asked(client).until) == (since, until)


def test_days_are_chosen_one_by_one(page: Page, client: FakeClient, qtbot: QtBot) -> None:
    filters = page.filters
    assert not filters.since.isVisible()
    filters.period.choose(6)
    assert filters.since.isVisible()
    filters.since.setDate(QDate(2026, 11, 20))
    filters.until.setDate(QDate(2026, 11, 2))
    found = rested(page, client, qtbot)
    assert (found.since, found.until) == (date(2026, 11, 2), date(2026, 11, 20)), "in whatever order they are given"


def test_state_and_media_narrow_and_one_press_clears(page: Page, client: FakeClient) -> None:
    filters = page.filters
    assert not filters.clear.isVisible()
    filters.state.choose(2)
    filters.media.choose(3)
    assert (asked(client).states, asked(client).media) == ((ItemState.HELD,), (Media.YOUTUBE,))
    filters.state.choose(9)
    assert (asked(client).states, asked(client).refunded) == ((), True)
    QTest.mouseClick(filters.clear, Qt.MouseButton.LeftButton)
    assert asked(client) == DonationsPage(time_zone=ZONE)
    assert not filters.clear.isVisible()
    assert filters.state.text() == "Semua status"


def test_a_chooser_opens_a_menu_that_stops_nothing(page: Page, client: FakeClient) -> None:
    page.filters.state.click()
    menu = page.filters.state.findChild(QMenu)
    assert menu is not None
    assert [action.text() for action in menu.actions() if action.isChecked()] == ["Semua status"]
    menu.actions()[3].trigger()
    menu.close()
    assert asked(client).states == (ItemState.PLAYED,)


def test_nothing_found_is_not_nothing_there(page: Page, client: FakeClient) -> None:
    client.answers[DonationsPage] = Donations()
    page.filters.state.choose(2)
    shown = [label.text() for label in page.stack.empty.findChildren(QLabel)]
    assert "Tidak ada donasi yang cocok dengan saringan ini." in shown
    assert not page._test.isVisible()
    page.filters.clear.click()
    assert page._test.isVisible()


def test_news_is_met_through_the_filters(page: Page, client: FakeClient) -> None:
    client.tell(DonationsChanged(donations=(item(3), PLAYED, item(2))))
    assert page.model.rowCount() == 3
    page.filters.state.choose(2)
    client.answers[DonationsPage] = Donations(donations=(item(9, state=ItemState.HELD), PLAYED, item(2)))
    client.tell(DonationsChanged(donations=(item(10), item(9))))
    assert [page.model.row(row).donation_message_id.int for row in range(3)] == [9, 1, 2]


def test_the_proof_is_told_in_words(page: Page, client: FakeClient) -> None:
    again = run(kind="replay", outcome="interrupted", audible=False, ms_shown=2_000, reason="page gone")
    deed = ProofDeed(kind="replayed", actor="window", reason=None, happened_at=NOW)
    client.answers[DonationProof] = proof(run(), again, started=NOW, deeds=(deed,))
    page.table.selectRow(0)
    QApplication.processEvents()
    shown = [label.text() for label in page.detail.findChildren(QLabel) if label.isVisible()]
    for words in (
        "Dibayar", "Masuk buku besar", "Pesan tercatat", "Masuk antrean", "Dikirim ke overlay", "Mulai tampil",
        "Selesai tampil", "belum", "Tampil pertama di OBS, 8 dtk, terdengar, sampai selesai",
        "Putar ulang di OBS, 2 dtk, tanpa suara, terputus: page gone", "Diputar ulang oleh window",
    ):  # fmt: skip
        assert words in [text.replace("\u200b", "") for text in shown], words
    page.detail.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "Rp25.000 · kamu terima Rp23.750" in copied
    assert "Selesai tampil: belum" in copied


def test_a_proof_that_is_late_is_not_the_next_ones(page: Page, client: FakeClient) -> None:
    page.table.selectRow(0)
    late = client.open[-1][1]
    page.table.selectRow(1)
    assert len(client.open) == 1, "the first question was cancelled"
    late(proof(run()))
    assert page.detail.proof is None
    client.open[-1][1](Refused(title="Database tidak menjawab", remedy="Coba lagi."))
    assert any("Database tidak menjawab" in label.text() for label in page.detail.findChildren(QLabel))


def test_no_alert_says_why_in_words(page: Page, client: FakeClient) -> None:
    verdict = Verdict(ruling=Ruling.NO_ALERT, findings=(Finding(rule=Rule.BELOW_MINIMUM, detail="10000"),))
    low: Item = item(7, state=ItemState.HISTORY, verdict=verdict)
    client.answers[DonationsPage] = Donations(donations=(low,))
    page.read()
    page.table.selectRow(0)
    assert page.detail.ruling.isVisible()
    assert page.detail.ruling.text() == "Tanpa alert: di bawah minimum Rp10.000. Uangnya tetap masuk."


def test_block_says_that_the_money_stays_and_can_be_undone(
    window: MainWindow, page: Page, client: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(action: Action, done: OnResult) -> None:
        client.sent.append(action)
        done(CommandResult(command_id=UUID(int=1), revision=1, facts={"donor": "budi 1", "by": "name"}))

    monkeypatch.setattr(client, "send", send)
    page.table.selectRow(0)
    page.detail.block.click()
    assert window.content is not None
    toast = window.content.toast
    assert "Uangnya tetap masuk." in toast.more.text()
    QTest.mouseClick(toast.undo, Qt.MouseButton.LeftButton)
    assert client.sent == [BlockDonor(donation_message_id=UUID(int=1)), UnblockDonor(donor="budi 1")]
    assert toast.title.text() == "Blokir dibuka"


def test_the_menu_says_the_same_as_the_panel(page: Page, client: FakeClient) -> None:
    index: QModelIndex = page.model.index(0, 1)
    page.table.customContextMenuRequested.emit(page.table.visualRect(index).center())
    menu = page.findChildren(QMenu)[-1]
    assert [action.text() for action in menu.actions()] == ["Putar ulang", "Blokir pendonasi", "Salin"]
    menu.actions()[0].trigger()
    menu.close()
    assert client.sent == [Replay(donation_message_id=UUID(int=1))]
