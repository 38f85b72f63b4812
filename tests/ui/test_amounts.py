"""Streaming mode: no figure and no key is seen anywhere, and every bar is as wide as every other."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from streamer_app.core.answers import (
    Bar,
    Donations,
    Donor,
    Donors,
    IncomeBars,
    LedgerLines,
    PayoutLine,
    PayoutList,
    Proof,
    TodaySum,
    Verified,
    VerifiedWallet,
)
from streamer_app.core.commands import MissedChoice
from streamer_app.core.donations import ItemState, WalletLine
from streamer_app.core.events import BalancesChanged, DonationsChanged, OverlayAddress
from streamer_app.core.questions import (
    DonationProof,
    DonationsPage,
    Income,
    LedgerPage,
    Payouts,
    Step,
    Today,
    TopDonors,
    VerifyBalance,
)
from streamer_app.core.rules import Finding, Rule, Ruling, Verdict
from streamer_app.ui.amounts import HIDDEN, STREAMING, AmountLabel, amount_text, key_text
from streamer_app.ui.look import Look
from streamer_app.ui.main_window import MainWindow
from streamer_app.ui.theme import BALANCE
from tests.ui.conftest import NOW, FakeClient, item, lights, playing, queue
from tests.ui.test_wallet import entry

FIGURE = re.compile(r"Rp\s?\d")
ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
KEY = "k3y-that-nobody-may-see"


def everything_said(window: MainWindow) -> list[str]:
    """Every text of every widget and every cell, hover texts and names for screen readers too."""
    said = [window.windowTitle()]
    for widget in [window, *window.findChildren(QWidget)]:
        said += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
        text = getattr(widget, "text", None)
        if callable(text) and not isinstance(widget, QLineEdit):
            said.append(str(text()))
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            said += [
                str(model.data(model.index(row, column), role))
                for row in range(model.rowCount())
                for column in range(getattr(model, "columns", 1))
                for role in ROLES
            ]
    return said


def fill(client: FakeClient) -> None:
    """Amounts wherever one can stand."""
    verdict = Verdict(ruling=Ruling.NO_ALERT, findings=(Finding(rule=Rule.BELOW_MINIMUM, detail="10000"),))
    rows = (item(1, state=ItemState.PLAYED), item(2, state=ItemState.HISTORY, verdict=verdict))
    bars = tuple(Bar(start=NOW.date(), gross=7_000, net=6_000, count=1) for _ in range(3))
    wallet = VerifiedWallet(type="CASH", currency="IDR", shown=7, summed=8, entries=2)
    payout = PayoutLine(
        transaction_id=UUID(int=1), amount=5_000, currency="IDR", status="PENDING", reference=None, reason=None,
        requested_at=NOW, completed_at=None,
    )  # fmt: skip
    client.answers |= {
        DonationsPage: Donations(donations=rows),
        DonationProof: Proof(
            donation_message_id=UUID(int=1), status="PAID", paid=NOW, posted=NOW, recorded=NOW, queued=NOW, sent=NOW,
            started=NOW, finished=NOW,
        ),
        LedgerPage: LedgerLines(lines=(entry(1), entry(2, "TRANSFER", -5_000), entry(3, fee_amount=777))),
        Income: IncomeBars(by=Step.DAY, currency="IDR", bars=bars),
        TopDonors: Donors(currency="IDR", donors=(Donor(name="Budi", gross=9_000, count=1),)),
        Payouts: PayoutList(payouts=(payout,)),
        Today: TodaySum(day=NOW.date(), currency="IDR", gross=7_000, net=6_650, count=2),
        VerifyBalance: Verified(taken_at=NOW, wallets=(wallet,)),
    }  # fmt: skip
    missed = tuple(item(number, state=ItemState.MISSED) for number in range(20, 23))
    client.tell(
        queue(item(5), playing=playing(item(6)), held=(item(7, state=ItemState.HELD),), missed=missed, missed_count=3),
        DonationsChanged(donations=rows), lights(), OverlayAddress(url=f"http://127.0.0.1:1/overlay/{KEY}"),
        BalancesChanged(
            wallets=tuple(
                WalletLine(wallet_id=UUID(int=n), user_id=UUID(int=9), type=kind, currency="IDR", balance=held,
                           stored=held)
                for n, (kind, held) in enumerate((("PENDING", 5_000), ("CASH", 77_000)))
            )
        ),
    )  # fmt: skip


def visit_everything(window: MainWindow) -> None:
    content = window.content
    assert content is not None
    content.open_page(1)
    content.donations.table.selectRow(1)
    content.open_page(2)
    for tab in range(4):
        content.wallet.tabs.choose(tab)
    content.wallet.charts.chart._point(1)
    content.wallet.payouts.amount.setText("999.999")
    content.wallet.verify.click()


@pytest.mark.parametrize("first", [True, False], ids=["switched-before", "switched-after"])
def test_no_figure_is_left_anywhere(
    window: MainWindow,
    client: FakeClient,
    first: bool,  # noqa: FBT001
) -> None:
    content = window.content
    assert content is not None
    if first:
        QTest.mouseClick(content.lights.streaming, Qt.MouseButton.LeftButton)
    fill(client)
    visit_everything(window)
    if not first:
        assert any(FIGURE.search(text) for text in everything_said(window)), "the test would see nothing"
        QTest.keyClick(window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert STREAMING.on
    content._desk.answer_missed(MissedChoice.ALL)
    found = [text for text in everything_said(window) if FIGURE.search(text) or KEY in text]
    assert found == []
    assert content.lights.streaming.text() == "Mode siaran: tersembunyi"
    assert content.wallet.payouts.amount.echoMode() is QLineEdit.EchoMode.Password
    QTest.mouseClick(content.lights.streaming, Qt.MouseButton.LeftButton)
    assert content.wallet.cards.cash.amount.text() == "Rp77.000"
    assert any("Rp25.000" in label.text() for label in content.live.now_playing.findChildren(QLabel))


def test_bars_are_of_one_width_whatever_they_hide(look: Look, qtbot: QtBot) -> None:
    labels = []
    for amount in (5, -999_999_999_999):
        shown = AmountLabel(look, BALANCE)
        qtbot.addWidget(shown)
        shown.show_amount(amount, "IDR")
        labels.append(shown)
    assert labels[0].sizeHint().width() != labels[1].sizeHint().width()
    STREAMING.switch(True)
    assert labels[0].sizeHint() == labels[1].sizeHint()
    assert labels[0].grab().toImage() == labels[1].grab().toImage()
    assert [label.property("look") for label in labels] == ["", ""], "red would tell that it is a debt"
    assert amount_text(1, "IDR") == key_text("secret") == HIDDEN
