"""How long an alert is on stage at least and at most, with speech and video."""

from __future__ import annotations

import msgspec

from streamer_app.core.overlay_protocol import AlertShow, Media, Speech
from streamer_app.overlay.hub import Hub
from streamer_app.overlay.showing import Showing
from tests.overlay.conftest import Join
from tests.overlay.doubles import Clock, Listener, a_run, finished, started

SPEECH = Speech(url="speech/x.wav", failed_url="/sounds/speech_failed.wav", volume=1.0, expected_ms=4_000)
VIDEO = Media(video_id="dQw4w9WgXcQ", start_seconds=0, play_seconds=60, volume=0.5)


def with_sound(run: AlertShow, speech: Speech | None = None, media: Media | None = None) -> AlertShow:
    return msgspec.structs.replace(run, alert=msgspec.structs.replace(run.alert, speech=speech, media=media))


def test_a_page_that_joins_during_a_video_is_shown_it(hub: Hub, join: Join, clock: Clock) -> None:
    join("first")
    run = with_sound(a_run(on_stage_ms=5_000), media=VIDEO)
    hub.show(run)
    hub.receive("page-first", started(run))
    clock.pass_ms(40_000)
    late = join("late")
    assert late.types() == ["identified", "alert.show"]
    assert late.got[1].offset_ms == 40_000


def test_a_page_that_joins_when_all_of_it_must_be_over_is_not() -> None:
    for speech, media, still, over in (
        (SPEECH, None, 6_500, 7_000),
        (None, VIDEO, 61_500, 62_000),
        (None, None, 4_900, 5_000),
    ):
        showing = Showing.begin(with_sound(a_run(on_stage_ms=5_000), speech, media), 0.0, None)
        assert showing.for_latecomer(still / 1000, still_has_it=False) is not None
        assert showing.for_latecomer(over / 1000, still_has_it=False) is None


def test_speech_that_failed_and_a_video_that_did_not_play_do_not_make_a_page_early(
    hub: Hub, join: Join, listener: Listener, clock: Clock
) -> None:
    join("first")
    run = with_sound(a_run(on_stage_ms=5_000), SPEECH, VIDEO)
    hub.show(run)
    hub.receive("page-first", started(run))
    clock.pass_ms(4_900)
    hub.receive("page-first", finished(run))
    assert not listener.of("finished")
    clock.pass_ms(200)
    hub.receive("page-first", finished(run))
    assert len(listener.of("finished")) == 1


def test_a_video_may_take_as_long_as_it_takes(hub: Hub, join: Join, listener: Listener, clock: Clock) -> None:
    join("first")
    run = with_sound(a_run(on_stage_ms=5_000), media=VIDEO)
    hub.show(run)
    hub.receive("page-first", started(run))
    clock.pass_ms(63_000)
    hub.receive("page-first", finished(run))
    assert len(listener.of("finished")) == 1
