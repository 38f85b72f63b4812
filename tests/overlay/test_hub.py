from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
import structlog

from streamer_app.core.overlay_protocol import (
    AlertFailed,
    AlertFinished,
    AlertShow,
    AlertStop,
    CloseCode,
    Identified,
    Ping,
    Pong,
    Resume,
    Role,
    RoleChanged,
    SettingsUpdate,
    SourceActive,
)
from streamer_app.overlay.hub import Hub
from streamer_app.overlay.pages import UNANSWERED_PINGS
from streamer_app.overlay.showing import FROZEN_SECONDS
from tests.overlay.conftest import Join
from tests.overlay.doubles import (
    SETTINGS,
    Clock,
    Connection,
    Listener,
    a_run,
    finished,
    identify,
    progress,
    started,
)


def speaks(hub: Hub) -> str | None:
    return hub.speaker.page_instance.removeprefix("page-") if hub.speaker else None


def test_the_first_page_speaks_and_an_equal_one_mirrors(hub: Hub, join: Join, listener: Listener) -> None:
    first, second = join("first"), join("second")
    assert first.got == [
        Identified(role=Role.SPEAKER, theme="lampion", language="id", volume=0.8, reduced_motion=False)
    ]
    assert second.got[0].role is Role.MIRROR
    assert listener.heard == [("speaker", "page-first", True)]
    assert [page.role for page in hub.pages] == [Role.SPEAKER, Role.MIRROR]


def test_a_better_page_takes_over_at_once_when_nothing_is_on_stage(hub: Hub, join: Join, listener: Listener) -> None:
    browser = join("browser", in_obs=False)
    obs = join("obs")
    assert obs.types() == ["identified"]
    assert obs.got[0].role is Role.SPEAKER
    assert browser.got[-1] == RoleChanged(role=Role.MIRROR)
    assert listener.of("speaker") == [("speaker", "page-browser", True), ("speaker", "page-obs", True)]
    assert speaks(hub) == "obs"


@pytest.mark.parametrize("ending", ["finished", "failed", "stop"])
async def test_a_better_page_waits_for_the_end_of_the_alert(
    hub: Hub, join: Join, listener: Listener, clock: Clock, ending: str
) -> None:
    join("browser", in_obs=False)
    run = a_run()
    assert hub.show(run)
    hub.receive("page-browser", started(run))
    obs = join("obs")
    assert obs.got[0].role is Role.MIRROR
    assert speaks(hub) == "browser"
    clock.pass_ms(5300)
    if ending == "finished":
        hub.receive("page-browser", finished(run))
    elif ending == "failed":
        hub.receive("page-browser", AlertFailed(run_id=run.run_id, fence=run.fence, reason="show_failed"))
    else:
        hub.stop("skipped")
    assert speaks(hub) == "obs"
    assert obs.got[-1] == RoleChanged(role=Role.SPEAKER)
    await asyncio.sleep(0)
    assert listener.heard[-1] == ("speaker", "page-obs", True)


def test_an_alert_shown_from_within_the_end_of_the_last_goes_to_the_new_speaker(
    hub: Hub, join: Join, listener: Listener, clock: Clock
) -> None:
    join("browser", in_obs=False)
    run, following = a_run(), a_run(counter=2)
    listener.on_finished = lambda: hub.show(following)
    hub.show(run)
    hub.receive("page-browser", started(run))
    join("obs")
    clock.pass_ms(5300)
    hub.receive("page-browser", finished(run))
    hub.receive("page-browser", started(following))
    hub.receive("page-obs", started(following))
    assert listener.of("started")[1:] == [("started", "page-obs", following.run_id)]


def test_every_page_is_shown_the_same_frame(hub: Hub, join: Join) -> None:
    pages = [join("one"), join("two"), join("three")]
    run = a_run()
    assert hub.show(run)
    assert [page.got[-1] for page in pages] == [run, run, run]


def test_without_a_speaker_nothing_is_shown(hub: Hub) -> None:
    assert not hub.show(a_run())
    hub.stop("nothing on stage")


def test_the_speaker_goes_and_the_next_best_speaks_at_once(
    hub: Hub, join: Join, listener: Listener, clock: Clock
) -> None:
    first = join("first")
    join("browser", in_obs=False)
    second = join("second")
    run = a_run()
    hub.show(run)
    hub.receive("page-first", started(run))
    clock.pass_ms(1500)
    hub.receive("page-first", progress(run, 1480))
    hub.leave("page-first", first)
    assert listener.heard[-2:] == [("orphaned", run.run_id, 1480), ("speaker", "page-second", True)]
    assert second.got[-1] == RoleChanged(role=Role.SPEAKER)
    hub.receive("page-second", finished(run))
    assert not listener.of("finished")


def test_the_last_page_goes(hub: Hub, join: Join, listener: Listener) -> None:
    page = join("only")
    hub.leave("page-only", page)
    hub.leave("page-only", page)
    assert listener.heard == [("speaker", "page-only", True), ("speaker", None, None)]
    assert hub.pages == ()


def test_a_mirror_that_goes_changes_nothing(hub: Hub, join: Join, listener: Listener) -> None:
    join("first")
    mirror = join("second")
    hub.show(a_run())
    hub.leave("page-second", mirror)
    assert listener.heard == [("speaker", "page-first", True)]


def test_a_page_that_joins_during_a_run_mirrors_it_further_on_and_without_chime(
    hub: Hub, join: Join, clock: Clock
) -> None:
    join("first")
    run = a_run(offset_ms=500)
    hub.show(run)
    clock.pass_ms(200)
    hub.receive("page-first", started(run))
    clock.pass_ms(1000)
    late = join("late")
    assert late.types() == ["identified", "alert.show"]
    shown: AlertShow = late.got[1]
    assert (shown.run_id, shown.fence, shown.offset_ms, shown.chime) == (run.run_id, run.fence, 1500, False)


def test_a_page_that_joins_while_the_alert_leaves_is_not_shown_it(hub: Hub, join: Join, clock: Clock) -> None:
    join("first")
    hub.show(a_run(on_stage_ms=1000))
    clock.pass_ms(1100)
    assert join("late").types() == ["identified"]


def test_a_mirror_that_comes_back_with_the_alert_still_on_stage_keeps_it(hub: Hub, join: Join, clock: Clock) -> None:
    join("first")
    run = a_run()
    hub.show(run)
    clock.pass_ms(700)
    back = join("back", resume=Resume(run_id=run.run_id, shown_ms=650, ended=False))
    assert back.got[1].continues_run_id == run.run_id


def test_what_a_page_still_had_is_told_until_something_new_was_shown(hub: Hub, join: Join) -> None:
    resume = Resume(run_id=uuid4(), shown_ms=2000, ended=False)
    join("first", resume=resume)
    assert hub.speaker is not None
    assert hub.speaker.resume == resume
    hub.show(a_run())
    assert hub.speaker.resume is None


def test_the_same_page_on_a_second_socket_replaces_the_first(hub: Hub, join: Join, listener: Listener) -> None:
    dead = join("first")
    run = a_run()
    hub.show(run)
    alive = join("first")
    assert dead.closed_with == 1001
    assert listener.of("orphaned") == [("orphaned", run.run_id, 0)]
    assert len(hub.pages) == 1
    hub.leave("page-first", dead)
    assert speaks(hub) == "first"
    assert alive.got[0].role is Role.SPEAKER


async def test_stop_reaches_every_page_once_and_late_reports_are_ignored(
    hub: Hub, join: Join, listener: Listener, clock: Clock
) -> None:
    first, second = join("first"), join("second")
    run = a_run()
    hub.show(run)
    hub.receive("page-first", started(run))
    hub.stop("skipped")
    hub.stop("skipped")
    clock.pass_ms(9000)
    hub.receive("page-first", finished(run))
    stop = AlertStop(run_id=run.run_id, reason="skipped")
    assert [first.got.count(stop), second.got.count(stop)] == [1, 1]
    assert not listener.of("finished")


def test_going_off_air_and_on_again_is_told_once_each(hub: Hub, join: Join, listener: Listener) -> None:
    join("first")
    join("tab", in_obs=False)
    off, on = SourceActive(active=False, visible=True), SourceActive(active=True, visible=True)
    for source in (off, off, SourceActive(active=False, visible=False), on):
        hub.receive("page-first", source)
    assert listener.of("speaker") == [
        ("speaker", "page-first", True),
        ("speaker", "page-first", False),
        ("speaker", "page-first", True),
    ]


def test_the_source_that_comes_on_air_takes_over_after_the_alert(
    hub: Hub, join: Join, listener: Listener, clock: Clock
) -> None:
    join("first")
    join("second", active=False)
    run = a_run()
    hub.show(run)
    hub.receive("page-first", started(run))
    hub.receive("page-first", SourceActive(active=False, visible=False))
    hub.receive("page-second", SourceActive(active=True, visible=True))
    assert listener.heard[-1] == ("speaker", "page-first", False)
    clock.pass_ms(5300)
    hub.receive("page-first", finished(run))
    assert listener.heard[-2:] == [("finished", "page-first", run.run_id), ("speaker", "page-second", True)]


def test_live_settings_reach_pages_now_and_later(hub: Hub, join: Join) -> None:
    first = join("first")
    settings = SettingsUpdate(theme="kaca", language="en", volume=0.5, reduced_motion=True)
    hub.update_settings(settings)
    assert first.got[-1] == settings
    assert join("second").got[0].theme == "kaca"


def test_a_page_that_answers_no_ping_is_closed(hub: Hub, join: Join) -> None:
    silent, alive = join("silent"), join("alive")
    for number in range(1, UNANSWERED_PINGS + 1):
        hub.ping()
        assert alive.got[-1] == Ping(n=number)
        hub.receive("page-alive", Pong(n=number))
    assert (silent.closed_with, alive.closed_with) == (None, None)
    hub.ping()
    assert (silent.closed_with, alive.closed_with) == (CloseCode.SLOW_CLIENT, None)


def frozen(hub: Hub) -> list[bool]:
    return [page.frozen for page in hub.pages]


def test_a_page_that_paints_nothing_on_air_is_frozen_until_it_paints(hub: Hub, join: Join, clock: Clock) -> None:
    join("first")
    run = a_run()
    hub.show(run)
    clock.pass_ms(FROZEN_SECONDS * 1000 - 100)
    hub.ping()
    assert frozen(hub) == [False]
    clock.pass_ms(200)
    hub.ping()
    assert frozen(hub) == [True]
    hub.receive("page-first", started(run))
    assert frozen(hub) == [False]


def test_a_page_whose_frames_stand_still_is_frozen(hub: Hub, join: Join, clock: Clock) -> None:
    join("first")
    run = a_run(on_stage_ms=20_000)
    hub.show(run)
    hub.receive("page-first", started(run))
    for _ in range(5):
        clock.pass_ms(1000)
        hub.receive("page-first", progress(run, 1000))
    hub.ping()
    assert frozen(hub) == [True]
    hub.receive("page-first", progress(run, 6000))
    assert frozen(hub) == [False]


@pytest.mark.parametrize("told", [{"active": True, "visible": False}, {"active": False, "visible": True}])
def test_a_page_that_nobody_sees_is_never_judged_frozen(
    hub: Hub, join: Join, clock: Clock, told: dict[str, bool]
) -> None:
    join("first")
    hub.show(a_run())
    hub.receive("page-first", SourceActive(**told))
    clock.pass_ms(60_000)
    hub.ping()
    assert frozen(hub) == [False]
    hub.receive("page-first", SourceActive(active=True, visible=True))
    hub.ping()
    assert frozen(hub) == [False]
    clock.pass_ms(FROZEN_SECONDS * 1000)
    hub.ping()
    assert frozen(hub) == [True]


def test_an_idle_page_is_not_frozen(hub: Hub, join: Join, clock: Clock) -> None:
    join("first")
    clock.pass_ms(60_000)
    hub.ping()
    assert frozen(hub) == [False]


def test_a_second_identify_closes_the_page(hub: Hub, join: Join) -> None:
    page = join("first")
    hub.receive("page-first", identify("first"))
    assert page.closed_with == CloseCode.BAD_MESSAGE


def test_a_listener_that_came_late_hears_who_speaks(hub: Hub, join: Join) -> None:
    join("first")
    late = Listener()
    hub.listen(late)
    assert late.heard == [("speaker", "page-first", True)]


def test_a_bug_in_the_listener_is_logged_and_the_show_goes_on(hub: Hub, join: Join, clock: Clock) -> None:
    class Broken(Listener):
        def run_finished(self, page_instance: str, finished: AlertFinished) -> None:
            super().run_finished(page_instance, finished)
            raise ZeroDivisionError

    broken = Broken()
    hub.listen(broken)
    join("first")
    run = a_run()
    hub.show(run)
    hub.receive("page-first", started(run))
    clock.pass_ms(5300)
    with structlog.testing.capture_logs() as log:
        hub.receive("page-first", finished(run))
    assert [(entry["event"], entry["call"]) for entry in log] == [("stage_listener_failed", "run_finished")]
    assert hub.show(a_run(counter=2))


def test_lights_hear_of_every_change(clock: Clock) -> None:
    changes: list[int] = []
    hub = Hub(SETTINGS, clock, on_change=lambda: changes.append(len(hub.pages)))
    connection = Connection()
    hub.join(identify("first"), connection)
    hub.receive("page-first", SourceActive(active=False, visible=True))
    hub.leave("page-first", connection)
    assert changes == [1, 1, 0]
