"""The Wallet page as a streamer uses it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from streamer_app.core.answers import (
    Bar,
    Donor,
    Donors,
    EntryLine,
    IncomeBars,
    LedgerLines,
    Origin,
    PayoutLine,
    PayoutList,
    PayoutRequested,
    Progress,
    Refused,
    TodaySum,
    Verified,
    VerifiedWallet,
    Written,
)
from streamer_app.core.donations import LedgerLine, WalletLine
from streamer_app.core.events import BalancesChanged, LedgerChanged
from streamer_app.core.questions import (
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
    WalletKind,
    WriteStatement,
)
from streamer_app.ui.content import WALLET
from streamer_app.ui.main_window import MainWindow
from streamer_app.ui.pages.wallet import CHARTS, DONORS, PAYOUTS, WalletPage
from tests.ui.conftest import NOW, FakeClient


def entry(number: int, sort: str = "DEPOSIT", amount: int = 23_750, **origin: object) -> EntryLine:
    facts: dict[str, object] = {
        "transaction_id": UUID(int=900 + number), "kind": "PAYMENT", "status": "PAID", "amount": 25_000,
        "fee_amount": 1_250, "net_amount": 23_750, "fee_percentage": "0.0500", "currency": "IDR",
        "donation_message_id": UUID(int=number), "donor_name": "Budi",
    }  # fmt: skip
    line = LedgerLine(
        entry_id=UUID(int=number), wallet_id=UUID(int=2), wallet_type="PENDING", entry_type=sort, amount=amount,
        currency="IDR", source_type="TRANSACTION", source_id=UUID(int=900 + number),
        description="kartu dibatalkan" if sort in {"REFUND", "ADJUSTMENT"} else None, created_at=NOW,
    )  # fmt: skip
    return EntryLine(entry=line, balance=1_000_000 - number, origin=Origin(**{**facts, **origin}))  # type: ignore[arg-type]  # a test's own facts


def balances(pending: int, cash: int) -> BalancesChanged:
    return BalancesChanged(
        wallets=tuple(
            WalletLine(wallet_id=UUID(int=n), user_id=UUID(int=9), type=kind, currency="IDR", balance=held, stored=held)
            for n, (kind, held) in enumerate((("PENDING", pending), ("CASH", cash)))
        )
    )


@pytest.fixture
def page(window: MainWindow) -> WalletPage:
    assert window.content is not None
    return window.content.wallet


def show(window: MainWindow, page: WalletPage, tab: int = 0) -> None:
    assert window.content is not None
    window.content.open_page(WALLET)
    page.tabs.choose(tab)


def test_nothing_is_asked_before_the_page_is_seen(window: MainWindow, page: WalletPage, client: FakeClient) -> None:
    client.tell(LedgerChanged(entries=()))
    assert client.asked == []
    show(window, page)
    assert {type(asked) for asked in client.asked} == {LedgerPage, Today}


@pytest.mark.parametrize(
    ("line", "words", "transaction"),
    [
        (entry(1), "Donasi Budi, setelah potongan 5 %", "Rp25.000 · dibayar"),
        (
            entry(1, fee_percentage="0.0250", fee_amount=625),
            "Donasi Budi, setelah potongan 2,5 %",
            "Rp25.000 · dibayar",
        ),
        (entry(1, fee_amount=2_000), "Donasi Budi, setelah potongan Rp2.000", "Rp25.000 · dibayar"),
        (entry(1, fee_amount=0, fee_percentage="0.0000"), "Donasi Budi, tanpa potongan", "Rp25.000 · dibayar"),
        (entry(1, donor_name=None), "Donasi Seseorang, setelah potongan 5 %", "Rp25.000 · dibayar"),
        (
            entry(1, donation_message_id=None),
            "Pembayaran tanpa pesan, setelah potongan 5 %",
            "Rp25.000 · dibayar",
        ),
        (entry(1, "TRANSFER", -23_750, status="SETTLED"), "Donasi Budi dicairkan ke Tunai", "Rp25.000 · dicairkan"),
        (entry(1, "TRANSFER", status="SETTLED"), "Donasi Budi dicairkan dari Tertunda", "Rp25.000 · dicairkan"),
        (
            entry(1, "REFUND", -23_750, status="REFUNDED", reverses="DEPOSIT"),
            "Donasi Budi dikembalikan ke pendonasi: kartu dibatalkan",
            "Rp25.000 · dikembalikan",
        ),
        (
            entry(1, "REFUND", -23_750, status="REFUNDED", reverses="TRANSFER"),
            "Pencairan donasi Budi dibatalkan karena dikembalikan: kartu dibatalkan",
            "Rp25.000 · dikembalikan",
        ),
        (
            entry(1, "WITHDRAW", -25_000, kind="PAYOUT", status="PENDING"),
            "Penarikan ke rekeningmu",
            "Rp25.000 · di platform",
        ),
        (
            entry(1, "REFUND", 25_000, kind="PAYOUT", status="FAILED"),
            "Penarikan gagal, uangnya kembali: kartu dibatalkan",
            "Rp25.000 · gagal",
        ),
        (entry(1, "ADJUSTMENT", -5), "Koreksi oleh platform: kartu dibatalkan", "Rp25.000 · dibayar"),
        (entry(1, "MYSTERY"), "Catatan dari program lain", "Rp25.000 · dibayar"),
    ],
    ids=range(14),
)  # fmt: skip
def test_each_entry_is_explained_in_words_beside_its_transaction(
    window: MainWindow, page: WalletPage, client: FakeClient, line: EntryLine, words: str, transaction: str
) -> None:
    client.answers[LedgerPage] = LedgerLines(lines=(line,))
    show(window, page)
    cells = [page.ledger.model.index(0, column).data() for column in range(5)]
    assert cells[1].replace("\u2068", "").replace("\u2069", "") == words
    assert cells[0] == "baru saja"
    assert cells[2] == transaction
    assert cells[4] == "Rp999.999"


def test_the_other_wallet_is_one_press_away(window: MainWindow, page: WalletPage, client: FakeClient) -> None:
    show(window, page)
    client.asked.clear()
    QTest.mouseClick(page.ledger.wallet.button(1), Qt.MouseButton.LeftButton)
    assert client.asked == [LedgerPage(wallet=WalletKind.CASH)]


def test_a_posting_is_asked_about_once_however_many_there_are(
    window: MainWindow, page: WalletPage, client: FakeClient, qtbot: QtBot
) -> None:
    client.answers[LedgerPage] = LedgerLines(lines=(entry(1),))
    show(window, page)
    client.answers[LedgerPage] = LedgerLines(lines=(entry(2), entry(1)))
    client.asked.clear()
    for _ in range(50):
        client.tell(LedgerChanged(entries=()))
    qtbot.waitUntil(lambda: page.ledger.model.rowCount() == 2, timeout=5000)
    assert client.asked.count(Today(time_zone="Asia/Jakarta")) == 1


def test_cards_say_pending_cash_debt_and_today(window: MainWindow, page: WalletPage, client: FakeClient) -> None:
    settled = entry(1, "TRANSFER")
    client.answers[LedgerPage] = LedgerLines(lines=(settled,))
    client.answers[Today] = TodaySum(day=NOW.date(), currency="IDR", gross=75_000, net=71_250, count=3)
    client.tell(balances(1_284_500, 3_150_000))
    show(window, page)
    cards = page.cards
    assert [card.amount.text() for card in (cards.pending, cards.cash, cards.today)] == [
        "Rp1.284.500", "Rp3.150.000", "Rp75.000",
    ]  # fmt: skip
    assert cards.pending.more.text() == "Sudah dibayar. Jadi Tunai saat dicairkan; terakhir 20:14."
    assert cards.today.more.text() == "3 donasi · kamu terima Rp71.250"
    client.tell(balances(0, -5_000))
    assert (cards.cash.name.text(), cards.cash.amount.property("look")) == ("Utang", "danger")


def test_a_refusal_is_said_and_can_be_asked_again(window: MainWindow, page: WalletPage, client: FakeClient) -> None:
    client.answers[LedgerPage] = Refused(title="Database tidak menjawab", remedy="Coba lagi.")
    show(window, page)
    stack = page.ledger.stack
    assert stack.again.isVisible()
    client.answers[LedgerPage] = LedgerLines(lines=(entry(1),))
    QTest.mouseClick(stack.again, Qt.MouseButton.LeftButton)
    assert page.ledger.table.isVisible()


def test_rows_are_copied_and_lead_to_their_donation(window: MainWindow, page: WalletPage, client: FakeClient) -> None:
    client.answers[LedgerPage] = LedgerLines(lines=(entry(7),))
    show(window, page)
    page.ledger.table.selectRow(0)
    page.ledger.copy_row()
    assert QGuiApplication.clipboard().text().split("\t")[3:] == ["Rp23.750", "Rp999.993"]
    page.ledger.table.customContextMenuRequested.emit(
        page.ledger.table.visualRect(page.ledger.model.index(0, 1)).center()
    )
    menu = page.ledger.findChildren(QMenu)[-1]
    assert [action.text() for action in menu.actions()] == ["Salin", "Salin nomor transaksi", "Lihat donasinya"]
    menu.actions()[1].trigger()
    assert QGuiApplication.clipboard().text() == str(UUID(int=907))
    menu.actions()[2].trigger()
    menu.close()
    assert window.content is not None
    assert window.content.donations.isVisible()
    asked = next(asked for asked in reversed(client.asked) if isinstance(asked, DonationsPage))
    assert asked.only == UUID(int=7)


def test_charts_are_asked_for_by_day_week_month_and_hour(
    window: MainWindow, page: WalletPage, client: FakeClient
) -> None:
    bars = tuple(Bar(start=date(2026, 11, day), gross=day * 1000, net=day * 950, count=1) for day in range(1, 22))
    client.answers[Income] = lambda asked: IncomeBars(by=asked.by, currency="IDR", bars=bars)
    show(window, page, CHARTS)
    charts = page.charts
    for number in range(1, 4):
        QTest.mouseClick(charts.by.button(number), Qt.MouseButton.LeftButton)
    asked = [asked for asked in client.asked if isinstance(asked, Income)]
    today = NOW.date()
    assert [(one.by, one.since) for one in asked] == [
        (Step.DAY, today - timedelta(days=29)),
        (Step.WEEK, date(2026, 8, 31)),
        (Step.MONTH, date(2025, 12, 1)),
        (Step.HOUR, today - timedelta(days=29)),
    ]
    assert charts.told.text() == "Rp231.000 · kamu terima Rp219.450 · 21 donasi"


def test_top_donors_are_read_out_in_full(window: MainWindow, page: WalletPage, client: FakeClient) -> None:
    client.answers[TopDonors] = Donors(currency="IDR", donors=(Donor(name="Budi", gross=40_000, count=2),))
    show(window, page, DONORS)
    told = page.donors.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == "1. Budi, Rp40.000, 2 donasi"
    assert page.donors.view.isVisible()


def test_a_payout_is_refused_beside_the_field_before_it_is_sent(
    window: MainWindow, page: WalletPage, client: FakeClient
) -> None:
    show(window, page, PAYOUTS)
    payouts = page.payouts
    for cash, text, problem in (
        (0, "", "Belum ada Tunai yang bisa ditarik."),
        (-5_000, "1.000", "Saldo Tunai sedang minus. Tunggu donasi berikutnya cair."),
        (50_000, "60.000", "Lebih dari saldo Tunai (Rp50.000)."),
        (50_000, "25,000", "Bukan jumlah. Tulis seperti 25.000 atau 25 rb."),
    ):
        client.tell(balances(0, cash))
        payouts.amount.setText(text)
        assert (payouts.problem.text(), payouts.request.isEnabled()) == (problem, False)
    QTest.keyClick(payouts.amount, Qt.Key.Key_Return)
    assert not any(isinstance(asked, RequestPayout) for asked in client.asked)


def test_a_payout_is_asked_for_once_and_followed(window: MainWindow, page: WalletPage, client: FakeClient) -> None:
    client.tell(balances(0, 50_000))
    show(window, page, PAYOUTS)
    payouts = page.payouts
    QTest.mouseClick(payouts.all, Qt.MouseButton.LeftButton)
    assert payouts.amount.text() == "50.000"
    payouts.amount.setText("40 rb")
    QTest.mouseClick(payouts.request, Qt.MouseButton.LeftButton)
    assert payouts.sure.text() == "Tarik Rp40.000 dari Tunai? Platform yang mengirimkannya."
    QTest.mouseClick(payouts.no, Qt.MouseButton.LeftButton)
    QTest.mouseClick(payouts.request, Qt.MouseButton.LeftButton)
    for _ in range(2):
        payouts.yes.click()
    (asked,) = [asked for asked in client.asked if isinstance(asked, RequestPayout)]
    assert (asked.amount, asked.currency) == (40_000, "IDR")
    client.answers[Payouts] = PayoutList(
        payouts=tuple(
            PayoutLine(
                transaction_id=UUID(int=number), amount=40_000, currency="IDR", status=status, reference=reference,
                reason=reason, requested_at=NOW, completed_at=None if status == "PENDING" else NOW,
            )
            for number, (status, reference, reason) in enumerate(
                (("PENDING", None, None), ("PAID", "BCA-1", None), ("FAILED", None, "rekening ditutup"))
            )
        )
    )  # fmt: skip
    client.open[-1][1](PayoutRequested(transaction_id=UUID(int=1), status="PENDING", repeated=False))
    assert window.content is not None
    assert window.content.toast.title.text() == "Penarikan diminta"
    assert [payouts.model.index(row, 0).data() for row in range(3)] == [
        "Diminta 21 Nov 2026 20:14. Platform sedang mengirimkannya.",
        "Terkirim 21 Nov 2026 20:14. Nomor bank: BCA-1.",
        "Gagal 21 Nov 2026 20:14; uangnya kembali ke Tunai. Alasan: rekening ditutup.",
    ]


def test_a_lost_answer_is_asked_again_with_the_same_key(
    window: MainWindow, page: WalletPage, client: FakeClient
) -> None:
    client.tell(balances(0, 50_000))
    client.answers[RequestPayout] = Refused(title="Koneksi terputus", remedy="Coba lagi.")
    show(window, page, PAYOUTS)
    page.payouts.amount.setText("40000")
    page.payouts.request.click()
    page.payouts.yes.click()
    page.payouts.yes.click()
    keys = [asked.key for asked in client.asked if isinstance(asked, RequestPayout)]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_the_balance_is_verified_in_words(window: MainWindow, page: WalletPage, client: FakeClient) -> None:
    show(window, page)
    QTest.mouseClick(page.verify, Qt.MouseButton.LeftButton)
    assert page.work.title.text() == "Menjumlahkan buku besar"
    cash = VerifiedWallet(type="CASH", currency="IDR", shown=50_000, summed=50_000, entries=12)
    client.open[-1][1](Verified(taken_at=NOW, wallets=(cash,)))
    assert (page.work.title.text(), page.work.more.text()) == (
        "Saldomu cocok dengan buku besar", "Tunai Rp50.000 dari 12 catatan",
    )  # fmt: skip
    off = VerifiedWallet(type="CASH", currency="IDR", shown=50_007, summed=50_000, entries=12)
    client.answers[VerifyBalance] = Verified(taken_at=NOW, wallets=(off,))
    page.verify.click()
    assert page.work.more.text() == "Tunai tertulis Rp50.007, buku besar Rp50.000. Hubungi platform."


def test_an_export_shows_its_progress_and_can_be_cancelled(
    window: MainWindow, page: WalletPage, client: FakeClient, tmp_path: Path
) -> None:
    show(window, page)
    path = str(tmp_path / "a.csv")
    page.files.write("ledger", "last_month", path)
    asked, _, told = client.open[-1]
    assert asked == ExportLedger(path=path, time_zone="Asia/Jakarta", since=date(2026, 10, 1), until=date(2026, 10, 31))
    assert told is not None
    told(Progress(done=12_000, expected=100_000))
    assert page.work.title.text() == "Menulis 12.000 dari 100.000 baris"
    assert (page.work.progress.value(), page.work.progress.maximum()) == (12_000, 100_000)
    QTest.mouseClick(page.work.cancel, Qt.MouseButton.LeftButton)
    assert client.open == []
    assert page.work.title.text() == "Ekspor dibatalkan, tidak ada berkas baru"
    client.answers[WriteStatement] = Written(path=path, rows=3, taken_at=NOW)
    page.files.write("statement_cash", "ever", path)
    assert (page.work.title.text(), page.work.more.text()) == ("3 baris disimpan", path)
    client.answers[ExportDonations] = Refused(title="Disk penuh", remedy="Kosongkan")
    page.files.write("donations", "year", path)
    assert (page.work.title.text(), page.work.more.text()) == ("Berkasnya tidak jadi ditulis", "Disk penuh. Kosongkan")
    assert client.asked[-1] == ExportDonations(
        path=path, time_zone="Asia/Jakarta", since=date(2026, 1, 1), until=NOW.date(), language="id"
    )


def test_the_place_of_a_file_is_asked_for_without_stopping_the_window(
    window: MainWindow, page: WalletPage, client: FakeClient, tmp_path: Path
) -> None:
    show(window, page)
    page.files.choose_place("ledger", "ever")
    dialog = page.files.dialog
    assert dialog is not None
    assert dialog.isVisible()
    client.tell(balances(1, 2))
    assert page.cards.pending.amount.text() == "Rp1"
    dialog.fileSelected.emit(str(tmp_path / "b.csv"))
    dialog.close()
    assert isinstance(client.asked[-1], ExportLedger)
