"""Whose reports count, and when."""

from __future__ import annotations

from uuid import uuid4

import pytest
import structlog

from streamer_app.core.overlay_protocol import AlertFailed, Fence, Resume
from streamer_app.overlay.hub import Hub
from tests.overlay.conftest import Join
from tests.overlay.doubles import Clock, Listener, a_run, finished, progress, started


def test_reports_count_from_the_speaker_with_run_and_fence_only(
    hub: Hub, join: Join, listener: Listener, clock: Clock
) -> None:
    join("first")
    join("mirror")
    run, other = a_run(), a_run(counter=9)
    hub.receive("page-first", started(run))
    hub.show(run)
    clock.pass_ms(6000)
    with structlog.testing.capture_logs() as log:
        hub.receive("page-mirror", started(run))
        hub.receive("page-first", started(other))
        hub.receive("page-first", started(run, Fence(epoch=3, counter=2)))
        hub.receive("page-first", started(run, Fence(epoch=4, counter=1)))
        hub.receive("page-first", progress(run, 10))
        hub.receive("page-first", finished(run))
        hub.receive("page-nobody", finished(run))
    assert [entry["why"] for entry in log] == [
        "not the speaker",
        "another run",
        "another fence",
        "another fence",
        "not started",
        "not started",
    ]
    hub.receive("page-first", started(run))
    hub.receive("page-first", started(run))
    hub.receive("page-mirror", finished(run))
    hub.receive("page-first", finished(run, Fence(epoch=3, counter=2)))
    assert listener.heard[1:] == [("started", "page-first", run.run_id)]
    hub.receive("page-first", finished(run))
    hub.receive("page-first", finished(run))
    assert listener.heard[2:] == [("finished", "page-first", run.run_id)]


@pytest.mark.parametrize(("offset_ms", "enough_ms"), [(0, 5000), (3000, 2000)])
def test_finished_before_the_time_on_stage_passed_does_not_count(
    hub: Hub, join: Join, listener: Listener, clock: Clock, offset_ms: int, enough_ms: int
) -> None:
    join("first")
    run = a_run(offset_ms=offset_ms)
    hub.show(run)
    hub.receive("page-first", started(run))
    clock.pass_ms(enough_ms - 100)
    hub.receive("page-first", finished(run))
    assert not listener.of("finished")
    clock.pass_ms(100)
    hub.receive("page-first", finished(run))
    assert len(listener.of("finished")) == 1


def test_a_stalled_loop_does_not_make_an_honest_page_look_early(
    hub: Hub, join: Join, listener: Listener, clock: Clock
) -> None:
    join("first")
    run = a_run()
    hub.show(run)
    clock.pass_ms(4900)
    hub.receive("page-first", started(run))
    clock.pass_ms(300)
    hub.receive("page-first", finished(run))
    assert len(listener.of("finished")) == 1


def test_a_mirror_that_carries_the_orphaned_alert_on_may_finish_by_its_own_time(
    hub: Hub, join: Join, listener: Listener, clock: Clock
) -> None:
    first = join("first")
    join("second")
    run = a_run()
    hub.show(run)
    hub.receive("page-first", started(run))
    clock.pass_ms(1900)
    hub.receive("page-first", progress(run, 1000))
    hub.leave("page-first", first)
    carried_on = a_run(offset_ms=1000, continues=run.run_id, counter=2)
    hub.show(carried_on)
    hub.receive("page-second", started(carried_on))
    clock.pass_ms(3200)
    hub.receive("page-second", finished(carried_on))
    assert listener.of("finished") == [("finished", "page-second", carried_on.run_id)]


def test_a_page_that_kept_the_alert_while_the_server_was_away_may_finish_by_its_own_time(
    hub: Hub, join: Join, listener: Listener, clock: Clock
) -> None:
    lost = uuid4()
    join("first", resume=Resume(run_id=lost, shown_ms=4000, ended=False))
    clock.pass_ms(100)
    run = a_run(offset_ms=3000, continues=lost)
    hub.show(run)
    hub.receive("page-first", started(run))
    clock.pass_ms(1000)
    hub.receive("page-first", finished(run))
    assert len(listener.of("finished")) == 1


def test_a_failed_run_ends(hub: Hub, join: Join, listener: Listener) -> None:
    join("first")
    run = a_run()
    hub.show(run)
    failed = AlertFailed(run_id=run.run_id, fence=run.fence, reason="show_failed")
    hub.receive("page-first", failed)
    hub.receive("page-first", failed)
    assert listener.of("failed") == [("failed", "page-first", "show_failed")]
