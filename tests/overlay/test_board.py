"""Widgets reach the pages that named them, once, and those that come later."""

from __future__ import annotations

import msgspec
import pytest

from streamer_app.core.overlay_protocol import AlertStop, Role, WidgetUpdate
from streamer_app.core.placing import Place
from streamer_app.core.widget_states import TimerState
from streamer_app.overlay import board as board_module
from streamer_app.overlay.board import Board, Posting
from streamer_app.overlay.hub import Hub
from tests.overlay.conftest import House, Join
from tests.overlay.doubles import Clock, Connection, Listener, a_run, finished, identify, started


def update(widget: str = "goal", revision: int = 1, *, on: bool = True) -> WidgetUpdate:
    state = TimerState(title=f"{widget} {revision}", left_ms=5, running=True, over_text="over")
    return WidgetUpdate(widget=widget, revision=revision, theme="lampion", place=Place(), state=state if on else None)


def of_widgets(connection: Connection) -> list[WidgetUpdate]:
    return [message for message in connection.got if isinstance(message, WidgetUpdate)]


def gone(posted: WidgetUpdate) -> WidgetUpdate:
    return msgspec.structs.replace(posted, state=None)


def test_an_update_reaches_the_pages_that_named_the_widget_and_no_other(hub: Hub, join: Join) -> None:
    goal, both = join("goal", widgets=["goal"]), join("both", widgets=["alerts", "goal", "top"])
    top, alerts, canvas = join("top", widgets=["top"]), join("alerts"), join("canvas", widgets=["*"])
    hub.post(update())
    assert [of_widgets(page) for page in (goal, both, top, alerts, canvas)] == [[update()], [update()], [], [], []]
    hub.post(update("top"), on_canvas=True)
    assert [of_widgets(page)[-1:] for page in (goal, both, top, canvas)] == [
        [update()],
        [update("top")],
        [update("top")],
        [update("top")],
    ]


def test_a_page_that_joins_gets_all_it_named_unless_it_shows_that_revision(hub: Hub, join: Join) -> None:
    hub.post(update("goal", 1))
    hub.post(update("goal", 2))
    hub.post(update("top", 7), on_canvas=True)
    assert of_widgets(join("new", widgets=["goal", "top"])) == [update("goal", 2), update("top", 7)]
    assert of_widgets(join("back", widgets=["goal", "top"], revisions={"goal": 2, "top": 6})) == [update("top", 7)]
    assert of_widgets(join("canvas", widgets=["*"])) == [update("top", 7)]
    assert of_widgets(join("none", widgets=[])) == []
    assert join("last", widgets=["goal"]).types() == ["identified", "widget.update"]


def test_a_widget_that_leaves_the_canvas_is_taken_off_it(hub: Hub, join: Join) -> None:
    canvas, own = join("canvas", widgets=["*"]), join("own", widgets=["goal"])
    hub.post(update("goal", 1), on_canvas=True)
    hub.post(update("goal", 2), on_canvas=False)
    hub.post(update("goal", 3), on_canvas=False)
    assert of_widgets(canvas) == [update("goal", 1), gone(update("goal", 2))]
    assert of_widgets(own) == [update("goal", 1), update("goal", 2), update("goal", 3)]
    late = join("late", widgets=["*"], revisions={"goal": 1})
    assert of_widgets(late) == [gone(update("goal", 3))]


def test_an_older_revision_is_not_shown(hub: Hub, join: Join) -> None:
    page = join("goal", widgets=["goal"])
    hub.post(update("goal", 5))
    hub.post(update("goal", 4))
    assert of_widgets(page) == [update("goal", 5)]
    assert of_widgets(join("late", widgets=["goal"])) == [update("goal", 5)]


def test_a_removed_widget_is_taken_off_now_and_from_pages_that_come_back(hub: Hub, join: Join) -> None:
    page = join("goal", widgets=["goal"])
    hub.post(update("goal", 1))
    hub.post(update("goal", 2, on=False))
    assert of_widgets(page)[-1] == update("goal", 2, on=False)
    assert of_widgets(join("back", widgets=["goal"], revisions={"goal": 1})) == [update("goal", 2, on=False)]


def test_a_clock_has_gone_on_for_a_page_that_comes_later(hub: Hub, join: Join, clock: Clock) -> None:
    timer = TimerState(title="", left_ms=60_000, running=True, over_text="")
    hub.post(msgspec.structs.replace(update("timer", 1), state=timer))
    clock.pass_ms(2_500)
    (told,) = of_widgets(join("late", widgets=["timer"]))
    assert told.state == msgspec.structs.replace(timer, left_ms=57_500)


def test_what_is_remembered_is_bounded_and_removed_widgets_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_module, "MOST_REMEMBERED", 3)
    board = Board()
    for name, on in (("a", True), ("b", False), ("c", True), ("d", True), ("e", True)):
        board.put(Posting(update(name, on=on), on_canvas=False))
    kept = board.for_page(frozenset("abcde"), {}, now=0.0)
    assert [each.widget for each in kept] == ["c", "d", "e"]


def test_a_page_of_widgets_alone_neither_speaks_nor_counts(hub: Hub, join: Join, listener: Listener) -> None:
    widget = join("goal", widgets=["goal"])
    assert widget.got[0].role is Role.MIRROR
    assert not hub.show(a_run())
    assert listener.heard == []
    browser = join("browser", in_obs=False)
    assert listener.heard == [("speaker", "page-browser", True)]
    assert browser.got[0].role is Role.SPEAKER
    assert [page.shows_alerts for page in hub.pages] == [False, True]


async def test_a_page_of_widgets_alone_gets_no_alert_frame_and_its_reports_are_ignored(
    hub: Hub, join: Join, listener: Listener, clock: Clock
) -> None:
    widget, page, canvas = join("goal", widgets=["goal"]), join("page"), join("canvas", widgets=["*"])
    run = a_run()
    hub.show(run)
    hub.receive("page-goal", started(run))
    assert not listener.of("started")
    late = join("late", widgets=["top"])
    hub.receive("page-page", started(run))
    clock.pass_ms(9000)
    hub.receive("page-goal", finished(run))
    assert not listener.of("finished")
    hub.stop("skipped")
    assert widget.types() == late.types() == ["identified"]
    assert page.got[-1] == canvas.got[-1] == AlertStop(run_id=run.run_id, reason="skipped")


def test_a_page_of_widgets_that_goes_does_not_touch_the_stage(hub: Hub, join: Join, listener: Listener) -> None:
    join("page")
    widget = join("goal", widgets=["goal"])
    hub.show(a_run())
    hub.leave("page-goal", widget)
    assert not listener.of("orphaned")


async def test_over_a_real_socket(house: House) -> None:
    house.hub.post(update("goal", 4))
    async with house.page() as page:
        await page.enter(identify("goal", widgets=["goal"]))
        assert await page.hear() == update("goal", 4)
        house.hub.post(update("goal", 5))
        assert await page.hear() == update("goal", 5)
