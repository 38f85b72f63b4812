"""Long lists: read page by page, and never moved under the eyes of who reads them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from streamer_app.core.answers import Refused
from streamer_app.core.donations import Item, ItemState
from streamer_app.core.questions import Cursor
from streamer_app.ui.look import Look
from streamer_app.ui.models.donations import DonationColumn, DonationsModel
from streamer_app.ui.models.paged import Page, Turned
from streamer_app.ui.pages.tables import PagedTable
from tests.ui.conftest import item

STRICT = QAbstractItemModelTester.FailureReportingMode.Fatal
SIZE = 200


class Books:
    """A studio with many donations; the newest has the highest number."""

    def __init__(self, count: int) -> None:
        self.rows = [item(number) for number in range(count, 0, -1)]
        self.asked: list[Cursor | None] = []
        self.refusing = False
        self.late: list[Callable[[], None]] | None = None
        self.cancelled = 0

    def pager(self, before: Cursor | None, turned: Turned[Item]) -> Callable[[], None]:
        self.asked.append(before)
        answer = Refused(title="away", remedy="wait") if self.refusing else self.page(before)
        if self.late is None:
            turned(answer)
        else:
            self.late.append(lambda: turned(answer))

        def cancel() -> None:
            self.cancelled += 1

        return cancel

    def page(self, before: Cursor | None) -> Page[Item]:
        start = 0 if before is None else 1 + [row.donation_message_id for row in self.rows].index(before.id)
        rows = self.rows[start : start + SIZE]
        more = start + SIZE < len(self.rows)
        return Page(rows, Cursor("x", rows[-1].donation_message_id) if more else None)


@pytest.fixture
def model(look: Look, qtbot: QtBot) -> DonationsModel:
    assert qtbot is not None
    return DonationsModel(look)


def numbers(model: DonationsModel) -> list[int]:
    return [model.row(row).donation_message_id.int for row in range(model.rowCount())]


def test_the_model_passes_qts_own_tester_at_every_step(model: DonationsModel, qtmodeltester: ModelTester) -> None:
    check: Callable[[object], None] = qtmodeltester.check
    tester = QAbstractItemModelTester(model, STRICT)
    books = Books(3 * SIZE - 1)
    model.read(books.pager)
    check(model)
    while model.canFetchMore():
        model.fetchMore()
    check(model)
    assert numbers(model) == list(range(3 * SIZE - 1, 0, -1))
    assert len(books.asked) == 3
    model.meet([item(9_999), *books.rows[:SIZE]])
    assert numbers(model)[:2] == [9_999, 599]
    check(model)
    assert tester.model() is model


def test_no_more_is_loaded_than_was_scrolled_to(model: DonationsModel, qtbot: QtBot) -> None:
    books = Books(100_000)
    table = PagedTable(model, "x", {}, DonationColumn.MESSAGE)
    qtbot.addWidget(table)
    table.resize(800, 600)
    model.read(books.pager)
    table.show()
    assert model.rowCount() == SIZE
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
    loaded = model.rowCount()
    assert SIZE < loaded <= 3 * SIZE
    table.verticalScrollBar().setValue(500)
    assert model.rowCount() == loaded


def test_what_arrives_is_offered_and_moves_nothing(model: DonationsModel, qtbot: QtBot) -> None:
    books = Books(500)
    table = PagedTable(model, "x", {}, DonationColumn.MESSAGE)
    qtbot.addWidget(table)
    table.resize(800, 600)
    model.read(books.pager)
    table.show()
    offers: list[int] = []
    model.offered.connect(offers.append)
    table.verticalScrollBar().setValue(1_500)
    top = table.rowAt(0)
    seen = model.row(top)
    model.meet([item(501), item(502), *books.rows[:100]][:SIZE])
    model.meet([item(503), item(502), item(501), *books.rows[:100]])
    assert offers == [2, 3]
    assert model.row(table.rowAt(0)) == seen
    assert table.verticalScrollBar().value() == 1_500
    table.show_new()
    assert offers == [2, 3, 0]
    assert numbers(model)[:4] == [503, 502, 501, 500]
    model.meet([item(504), *[model.row(row) for row in range(50)]])
    assert numbers(model)[:2] == [504, 503], "at the top new rows are shown at once"


def test_what_changed_is_patched_in_place(model: DonationsModel) -> None:
    books = Books(50)
    model.read(books.pager)
    changed: list[int] = []
    model.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    model.meet([item(50), item(49, state=ItemState.PLAYED), *books.rows[2:]])
    assert changed == [1]
    assert model.row(1).state is ItemState.PLAYED


def test_more_news_than_a_page_is_read_anew(model: DonationsModel) -> None:
    books = Books(50)
    model.read(books.pager)
    model.following = False
    books.rows = [item(number) for number in range(900, 0, -1)]
    model.meet(books.rows[:SIZE])
    assert numbers(model)[0] == 50
    model.take_offered()
    assert numbers(model) == list(range(900, 700, -1))


def test_a_refusal_can_be_asked_again(model: DonationsModel) -> None:
    books = Books(500)
    refusals: list[Refused] = []
    model.refused.connect(refusals.append)
    books.refusing = True
    model.read(books.pager)
    assert (len(refusals), model.loaded, model.canFetchMore()) == (1, False, False)
    books.refusing = False
    model.retry()
    assert model.rowCount() == SIZE
    books.refusing = True
    model.fetchMore()
    assert not model.canFetchMore(), "a view must not ask in a circle"
    books.refusing = False
    model.go_on()
    assert model.rowCount() == 2 * SIZE


def test_a_page_that_came_too_late_is_dropped(model: DonationsModel) -> None:
    books = Books(500)
    books.late = []
    model.read(books.pager)
    other = Books(3)
    model.read(other.pager)
    assert books.cancelled == 1
    books.late[0]()
    assert numbers(model) == [3, 2, 1]


def test_an_empty_page_that_leads_on_is_followed(model: DonationsModel) -> None:
    turned: list[None] = []
    model.turned.connect(lambda: turned.append(None))
    pages = [Page([], Cursor("a", UUID(int=1))), Page([], Cursor("b", UUID(int=2))), Page([item(7)], None)]
    model.read(lambda _before, done: (done(pages.pop(0)), lambda: None)[1])  # type: ignore[func-returns-value]
    assert numbers(model) == [7]
    assert turned == [None]
