"""Models: patched row by row, and right by Qt's own tester at every step."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from streamer_app.core.donations import Item, ItemState
from streamer_app.core.rules import Finding, Rule, Ruling, Verdict
from streamer_app.ui.look import Look
from streamer_app.ui.models.donations import DonationColumn, DonationsModel
from streamer_app.ui.models.queue import QueueModel
from streamer_app.ui.models.rows import SORT_ROLE
from tests.ui.conftest import item

STRICT = QAbstractItemModelTester.FailureReportingMode.Fatal


@pytest.mark.usefixtures("qtbot")
def test_any_picture_follows_any_other(look: Look) -> None:
    model = QueueModel(look)
    tester = QAbstractItemModelTester(model, STRICT)
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    chance = random.Random(7)
    for _ in range(150):
        numbers = chance.sample(range(24), chance.randrange(24))
        wanted = [item(number, amount=chance.choice((5_000, 25_000))) for number in numbers]
        model.replace(wanted)
        assert [model.row(row) for row in range(model.rowCount())] == wanted
    assert resets == []
    assert tester.model() is model


@pytest.mark.usefixtures("qtbot")
def test_a_row_keeps_its_index_while_others_come_and_go(look: Look) -> None:
    model = QueueModel(look)
    model.replace([item(number) for number in range(10)])
    kept = QPersistentModelIndex(model.index(5, 0))
    selection = QItemSelectionModel(model)
    selection.select(model.index(5, 0), QItemSelectionModel.SelectionFlag.Select)
    model.replace([item(20), item(5), item(3), item(21)])
    assert kept.row() == 1
    assert [index.row() for index in selection.selectedIndexes()] == [1]


@pytest.mark.usefixtures("qtbot")
def test_only_what_changed_is_told(look: Look) -> None:
    model = DonationsModel(look)
    model.replace([item(number) for number in range(100)])
    changed: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.column())))
    rows = [item(number) for number in range(100)]
    rows[40] = item(40, state=ItemState.PLAYED)
    model.replace(rows)
    assert changed == [(40, len(DonationColumn) - 1)]


@pytest.mark.usefixtures("qtbot")
def test_tables_sort_by_value_not_by_text(look: Look) -> None:
    model = DonationsModel(look)
    tester = QAbstractItemModelTester(model, STRICT)
    amounts = (9_000, 1_250_000, 10_000)
    model.replace([item(number, amount=amount) for number, amount in enumerate(amounts)])
    proxy = QSortFilterProxyModel()
    proxy.setSourceModel(model)
    proxy.setSortRole(SORT_ROLE)
    proxy.sort(DonationColumn.AMOUNT)
    shown = [proxy.index(row, DonationColumn.AMOUNT).data() for row in range(3)]
    assert shown == ["Rp9.000", "Rp10.000", "Rp1.250.000"]
    kinds = {type(model.index(0, column).data(SORT_ROLE)) for column in (DonationColumn.AMOUNT, DonationColumn.NET)}
    assert kinds == {int}
    assert tester.model() is model


def test_tooltip_is_text_not_markup(look: Look) -> None:
    donation: Item = item(1, donor_name="<b>x</b>", message="<img src=a>&")
    model = QueueModel(look)
    model.replace([donation])
    shown = model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    assert "&lt;img src=a&gt;&amp;" in shown


def test_a_donation_without_an_alert_says_so_and_why(look: Look) -> None:
    finding = Finding(rule=Rule.BELOW_MINIMUM, detail="10000")
    verdict = Verdict(ruling=Ruling.NO_ALERT, findings=(finding,))
    model = DonationsModel(look)
    model.replace([item(1, state=ItemState.HISTORY, verdict=verdict), item(2, state=ItemState.HISTORY)])
    assert [model.index(row, DonationColumn.STATE).data() for row in (0, 1)] == ["Tanpa alert", "Riwayat"]
    told = model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "Tanpa alert: di bawah minimum Rp10.000. Uangnya tetap masuk." in told


def test_a_thousand_rows_are_replaced_in_a_blink(look: Look, qtbot: QtBot) -> None:
    model = QueueModel(look)
    model.replace([item(number) for number in range(1000)])
    inserted: list[int] = []
    model.rowsInserted.connect(lambda _parent, first, _last: inserted.append(first))
    model.replace([item(number) for number in range(1, 1001)])
    assert inserted == [999]
    assert qtbot is not None
