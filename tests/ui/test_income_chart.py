"""The chart: round figures at its axis, every bar told in full by pointer and by key."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from streamer_app.core.answers import Bar, IncomeBars
from streamer_app.core.questions import Step
from streamer_app.ui.amounts import STREAMING
from streamer_app.ui.look import Look
from streamer_app.ui.widgets.income_chart import IncomeChart, axis_top

DAYS = tuple(
    Bar(start=date(2026, 11, 1) + timedelta(days=number), gross=number * 10_000, net=number * 9_500, count=number)
    for number in range(10)
)


@pytest.fixture
def chart(look: Look, qtbot: QtBot) -> IncomeChart:
    made = IncomeChart(look)
    qtbot.addWidget(made)
    made.resize(700, 260)
    made.show()
    made.show_income(IncomeBars(by=Step.DAY, currency="IDR", bars=DAYS))
    return made


@pytest.mark.parametrize("highest", [0, 1, 7, 999, 25_000, 90_000, 1_234_567, 10**12])
def test_the_axis_is_in_round_figures_and_no_higher_than_need_be(highest: int) -> None:
    top, step = axis_top(highest)
    assert top >= highest
    assert top - step < max(highest, 1)
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert 1 <= top // step <= 4


def test_the_bar_under_the_pointer_is_told(chart: IncomeChart) -> None:
    told: list[int] = []
    chart.pointed.connect(told.append)
    spot = chart.bar_box(7).center()
    QTest.mouseMove(chart, QPoint(round(spot.x()), round(spot.y())))
    assert told == [7]
    assert chart.bar_words(7) == "8 Nov: Rp70.000 · kamu terima Rp66.500 · 7 donasi"
    assert chart.accessibleDescription() == chart.bar_words(7)
    QTest.mouseMove(chart, QPoint(2, 100))
    assert told == [7, -1]


def test_arrow_keys_walk_over_the_bars(chart: IncomeChart) -> None:
    for key, expected in ((Qt.Key.Key_Left, 9), (Qt.Key.Key_Left, 8), (Qt.Key.Key_Right, 9), (Qt.Key.Key_Right, 9)):
        QTest.keyClick(chart, key)
        assert chart.current == expected


def test_weeks_months_and_hours_have_their_own_words(chart: IncomeChart) -> None:
    for by, bar, words in (
        (Step.WEEK, DAYS[1], "minggu 2 Nov: "),
        (Step.MONTH, DAYS[0], "Nov 2026: "),
        (Step.HOUR, Bar(start=date(2026, 11, 1), hour=7, gross=1, net=1, count=1), "07.00: "),
    ):
        chart.show_income(IncomeBars(by=by, currency="IDR", bars=(bar,)))
        assert chart.bar_words(0).startswith(words)


def test_it_paints_in_every_state(chart: IncomeChart) -> None:
    filled = chart.grab().toImage()
    STREAMING.switch(True)
    hidden = chart.grab().toImage()
    assert hidden != filled
    chart.show_income(IncomeBars(by=Step.DAY, currency="IDR"))
    assert not chart.grab().isNull()
    assert chart.bar_words(0) == ""
