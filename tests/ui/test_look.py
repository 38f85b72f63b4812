"""What must hold in every language and appearance, whatever donors write."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QHeaderView,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from streamer_app.core.answers import Donations, LedgerLines
from streamer_app.core.donations import ItemState
from streamer_app.core.events import DonationsChanged
from streamer_app.core.questions import DonationsPage, LedgerPage
from streamer_app.ui.content import Content
from streamer_app.ui.language import Language
from streamer_app.ui.main_window import MainWindow
from streamer_app.ui.theme import THEMES, ThemeName
from streamer_app.ui.widgets.income_chart import IncomeChart
from tests.ui.conftest import NOW, FakeClient, OpenWindow, item, lights, playing, queue
from tests.ui.test_wallet import balances, entry


def inside(window: MainWindow) -> Content:
    assert window.content is not None
    return window.content


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("theme", list(ThemeName))
def test_worst_text_in_every_appearance(
    open_window: OpenWindow, client: FakeClient, qtbot: QtBot, language: Language, theme: ThemeName
) -> None:
    window = open_window(language, theme)
    window.resize(960, 600)
    worst = (
        item(1, donor_name="😀👨‍👩‍👧‍👦🇮🇩" * 100, message="W" * 10_000, amount=999_999_999_999),
        item(2, donor_name="مُتَبَرِّع", message="مرحبا 123"),
        item(3, donor_name="\u202eidub\x00\n", message="<b>satu</b>\ndua\x07"),
        item(4, donor_name=None, message=None, is_anonymous=True),
        item(5, donor_name=" \t", message="e\u0301" * 400),
    )
    client.tell(queue(*worst, playing=playing(worst[0]), held=worst, failed=worst, missed=worst, missed_count=5))
    client.tell(DonationsChanged(donations=worst), lights())
    content = inside(window)
    for page in range(3):
        content.open_page(page)
        qtbot.wait(5)
        assert not window.grab().isNull()
    assert window.minimumSizeHint().width() <= 960
    assert window.minimumSizeHint().height() <= 600
    names = [content.live.queue.model.index(row, 0).data() for row in range(5)]
    assert names[2] == "idub"
    assert names[3] == names[4] == ("Seseorang" if language is Language.INDONESIAN else "Someone")


@pytest.mark.parametrize("language", list(Language))
def test_every_button_has_a_name_and_names_its_key(
    open_window: OpenWindow, client: FakeClient, language: Language
) -> None:
    window = open_window(language)
    client.tell(queue(item(1), playing=playing(item(2))), lights())
    for control in window.findChildren(QAbstractButton):
        if not control.property("look") and control.text() == "":
            continue
        assert control.accessibleName(), control
        assert control.toolTip(), control.text()
    live = inside(window).live
    keyed = {live.now_playing.skip: "(S)", live.queue.pause: "(P)", live.overlay.copy: "(C)"}
    for control, key in keyed.items():
        assert key in control.toolTip()
    assert all(spin.accessibleName() for spin in window.findChildren(QSpinBox))


def test_text_fits_its_button_in_both_languages(open_window: OpenWindow, client: FakeClient, qtbot: QtBot) -> None:
    for language in Language:
        window = open_window(language)
        window.resize(960, 600)
        client.tell(queue(item(1), missed=(item(3),), missed_count=1), lights())
        for page in range(3):
            inside(window).open_page(page)
            qtbot.wait(5)
            for control in window.findChildren(QAbstractButton):
                if control.isVisible() and control.text():
                    assert control.width() >= control.minimumSizeHint().width(), control.text()


def tab_stops(window: MainWindow) -> list[QWidget]:
    """What the Tab key visits, in its order."""
    stops: list[QWidget] = []
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        takes_focus = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if takes_focus and widget.isVisible() and widget.isEnabled():
            stops.append(widget)
        widget = widget.nextInFocusChain()
    return stops


def reached(control: QWidget, stops: list[QWidget]) -> bool:
    """By Tab, or, one of a few that exclude each other, by Tab and the arrow keys."""
    group = control.group() if isinstance(control, QAbstractButton) else None
    if group is not None and group.exclusive():
        return any(button in stops for button in group.buttons())
    return control in stops


CONTROLS = (QAbstractButton, QLineEdit, QAbstractSpinBox, QAbstractItemView, IncomeChart)


@pytest.mark.parametrize("language", list(Language))
def test_every_control_has_a_name_and_a_place_in_the_tab_order(
    open_window: OpenWindow, client: FakeClient, language: Language
) -> None:
    client.answers[DonationsPage] = Donations(donations=(item(1, state=ItemState.PLAYED),))
    client.answers[LedgerPage] = LedgerLines(lines=(entry(1),))
    window = open_window(language)
    client.tell(queue(item(1), playing=playing(item(2))), lights())
    content = inside(window)
    content.open_page(1)
    content.donations.table.selectRow(0)
    content.donations.filters.period.choose(6)
    for page, tab in ((0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (2, 3)):
        content.open_page(page)
        content.wallet.tabs.choose(tab)
        QApplication.processEvents()
        stops = tab_stops(window)
        for control in window.findChildren(QWidget):
            inner = isinstance(control.parentWidget(), QAbstractSpinBox | QLineEdit | QAbstractItemView)
            if not isinstance(control, CONTROLS) or inner or not control.isVisible() or not control.isEnabled():
                continue
            if isinstance(control, QAbstractButton) and not control.text():
                continue  # Qt's own little ones: a view's corner, a field's clear button
            where = f"{page}.{tab}: {type(control).__name__} {control.accessibleName()!r}"
            assert control.accessibleName(), where
            assert isinstance(control, QHeaderView) or reached(control, stops), where


@pytest.mark.parametrize("language", list(Language))
def test_no_label_of_the_pages_is_clipped(open_window: OpenWindow, client: FakeClient, language: Language) -> None:
    client.answers[DonationsPage] = Donations(donations=(item(1, state=ItemState.PLAYED),))
    client.answers[LedgerPage] = LedgerLines(lines=(entry(1),))
    window = open_window(language)
    window.resize(960, 600)
    client.tell(balances(999_999_999, -999_999_999))
    content = inside(window)
    content.open_page(1)
    content.donations.table.selectRow(0)
    for page, tab in ((1, 0), (2, 0), (2, 1), (2, 2), (2, 3)):
        content.open_page(page)
        content.wallet.tabs.choose(tab)
        QApplication.processEvents()
        shown = content.donations if page == 1 else content.wallet
        for text in shown.findChildren(QLabel):
            if text.isVisible() and text.text():
                room = text.heightForWidth(text.width()) if text.wordWrap() else text.sizeHint().height()
                assert text.height() >= room, text.text()
                assert text.wordWrap() or text.width() >= text.sizeHint().width(), text.text()


@pytest.mark.parametrize("language", list(Language))
def test_every_filter_at_once_fits_the_least_window(
    open_window: OpenWindow, client: FakeClient, language: Language
) -> None:
    window = open_window(language)
    window.resize(960, 600)
    client.tell(lights())
    inside(window).open_page(1)
    filters = inside(window).donations.filters
    filters.period.choose(6)
    filters.state.choose(5)
    filters.media.choose(3)
    filters.least.setText("1.000.000.000")
    QApplication.processEvents()
    assert filters.clear.isVisible()
    assert window.minimumSizeHint().width() <= 960


def test_age_moves_from_minutes_to_clock() -> None:
    from streamer_app.ui.look import Look
    from streamer_app.ui.words import words_for

    look = Look(THEMES[ThemeName.LAUT], words_for(Language.ENGLISH), lambda: NOW)
    assert [look.time_text(NOW - timedelta(**age)) for age in ({"seconds": 5}, {"minutes": 59}, {"hours": 2})] == [
        "just now",
        "59 min",
        "18:14",
    ]
    assert look.time_text(NOW - timedelta(days=30)) == "22 Oct"
