"""Chime, a pause, speech, a pause, video: never two at once, and nothing outlives a stop."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, cast
from uuid import uuid4

import pytest
from playwright.sync_api import Page

from streamer_app import assets
from streamer_app.core import overlay_protocol as protocol
from streamer_app.core.commands import Channel
from tests.overlay_web.conftest import OpenPage, wait_state
from tests.overlay_web.stage_server import StageServer, eventually, showing
from tests.overlay_web.test_mute import settings
from tests.overlay_web.test_stage import CHIME, LONG, finished

SPEECH: Final = "speech/hello.wav"
FAILED: Final = "/sounds/lampion_full.wav"
KEEP_TIMES: Final = """
window.sounds = [];
window.times = [];
const OwnAudio = window.Audio;
window.Audio = function () {
  const made = new OwnAudio();
  const number = window.sounds.push(made) - 1;
  for (const name of ["playing", "ended", "pause", "volumechange"]) {
    made.addEventListener(name, () => window.times.push([name, number, performance.now()]));
  }
  return made;
};
"""


def sounds() -> Path:
    return assets.resources_folder() / "sounds"


@pytest.fixture
def spoken(server: StageServer) -> StageServer:
    server.files[SPEECH] = ((sounds() / "lampion_grand.wav").read_bytes(), "audio/wav")
    return server


def speech(volume: float = 1.0, expected_ms: int = 1500) -> protocol.Speech:
    return protocol.Speech(url=SPEECH, failed_url=FAILED, volume=volume, expected_ms=expected_ms)


def times(page: Page, name: str, number: int) -> list[float]:
    seen = cast("list[list[Any]]", page.evaluate("window.times"))
    return [at for what, which, at in seen if (what, which) == (name, number)]


def speaking(page: Page) -> bool:
    return bool(page.evaluate("window.sounds.length > 1 && window.sounds[1].currentTime > 0.1"))


def test_speech_follows_the_chime_after_the_pause(spoken: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=KEEP_TIMES)
    spoken.send(showing(sound_url=CHIME, speech=speech(), after_speech_ms=400))
    end = finished(spoken)
    assert end.audible
    assert end.troubles == ()
    pause = times(page, "playing", 1)[0] - times(page, "ended", 0)[0]
    assert 295 <= pause < 600
    assert end.shown_ms >= times(page, "ended", 1)[0] - times(page, "playing", 0)[0] + 350


def test_progress_names_what_is_heard(spoken: StageServer, open_page: OpenPage) -> None:
    open_page(script=KEEP_TIMES)
    spoken.send(showing(sound_url=CHIME, speech=speech(), on_stage_ms=3500))
    finished(spoken)
    heard = [said.heard for said in spoken.progress()]
    assert protocol.SoundKind.SPEECH in heard
    assert heard[-1] is None


def test_speech_that_the_server_still_makes_is_waited_for(spoken: StageServer, open_page: OpenPage) -> None:
    spoken.slow[SPEECH] = 1.5
    page = open_page(script=KEEP_TIMES)
    sent = spoken.send(showing(speech=speech()))
    end = finished(spoken)
    assert end.audible
    assert spoken.wait(protocol.AlertFinished).at - sent > 2
    assert times(page, "ended", 1)


def test_speech_that_failed_is_heard_to_be_missing(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=KEEP_TIMES)
    page.on("console", lambda _: None)
    server.send(showing(sound_url=CHIME, speech=speech()))
    end = finished(server)
    assert end.troubles == ("speech_failed",)
    assert server.asked == [SPEECH]
    assert len(times(page, "ended", 0)) == 2, "the chime, and the sound that says what is missing"


@pytest.mark.slow
def test_speech_that_never_comes_is_given_up_after_ten_seconds(spoken: StageServer, open_page: OpenPage) -> None:
    spoken.slow[SPEECH] = 20
    page = open_page(script=KEEP_TIMES)
    sent = spoken.send(showing(speech=speech(), on_stage_ms=8000))
    eventually(lambda: bool(times(page, "playing", 0)), "nothing said that speech is missing")
    end = finished(spoken)
    assert 10 <= spoken.wait(protocol.AlertFinished).at - sent < 14
    assert end.troubles == ("speech_failed",)


@pytest.mark.parametrize("order", ["stop", "mute"])
def test_speech_is_silent_when_it_is_told(spoken: StageServer, open_page: OpenPage, order: str) -> None:
    page = open_page(script=KEEP_TIMES)
    shown = showing(speech=speech(), on_stage_ms=LONG)
    spoken.send(shown)
    eventually(lambda: speaking(page), "nobody spoke")
    if order == "stop":
        spoken.send(protocol.AlertStop(run_id=shown.run_id, reason="panic"))
    else:
        spoken.send(settings(Channel.SPEECH))
    spoken.round_trip()
    assert page.evaluate("window.sounds.every((sound) => sound.muted || sound.paused)")
    assert bool(page.evaluate("window.sounds[1].paused")) == (order == "stop")


def test_volumes_are_separate_and_live(spoken: StageServer, open_page: OpenPage) -> None:
    spoken.speech_volume = 0.5
    page = open_page(script=KEEP_TIMES)
    spoken.send(showing(speech=speech(volume=0.5), on_stage_ms=LONG))
    eventually(lambda: speaking(page), "nobody spoke")
    assert page.evaluate("window.sounds[1].volume") == 0.25
    update = protocol.SettingsUpdate(
        theme="lampion", language="id", volume=0.1, speech_volume=0.8, reduced_motion=False
    )
    spoken.send(update)
    spoken.round_trip()
    assert page.evaluate("window.sounds[1].volume") == pytest.approx(0.4)
    assert page.evaluate("window.sounds[0].volume") == pytest.approx(0.1)


def test_speech_that_was_heard_is_not_repeated_on_resume(spoken: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=KEEP_TIMES)
    message = uuid4()
    first = showing(speech=speech(), on_stage_ms=LONG, message_id=message)
    spoken.send(first)
    eventually(lambda: bool(times(page, "ended", 1)), "nobody spoke to the end")
    spoken.send(protocol.AlertStop(run_id=first.run_id, reason="interrupted"))
    wait_state(page, "idle")
    again = showing(speech=speech(), message_id=message, offset_ms=20, chime=False, on_stage_ms=600, counter=2)
    spoken.send(again)
    assert finished(spoken).run_id == again.run_id
    assert not finished(spoken).audible
    assert len(times(page, "playing", 1)) == 1


@pytest.mark.parametrize(("offset_ms", "audible"), [(500, True), (2900, False)])
def test_a_new_page_speaks_unless_speech_must_be_over(
    spoken: StageServer, open_page: OpenPage, offset_ms: int, *, audible: bool
) -> None:
    open_page(script=KEEP_TIMES)
    shown = showing(
        sound_url=CHIME, speech=speech(expected_ms=1000), offset_ms=offset_ms, chime=False, on_stage_ms=offset_ms + 300
    )
    spoken.send(shown)
    assert finished(spoken).audible == audible


def test_a_mirror_takes_the_time_of_speech_without_a_sound(spoken: StageServer, open_page: OpenPage) -> None:
    spoken.role = protocol.Role.MIRROR
    page = open_page(script=KEEP_TIMES)
    began = page.evaluate("performance.now()")
    spoken.send(showing(sound_url=CHIME, speech=speech(expected_ms=700)))
    wait_state(page, "showing")
    wait_state(page, "idle")
    assert page.evaluate("performance.now()") - began > 700
    assert page.evaluate("window.times.filter(([name]) => name === 'playing')") == []
    assert spoken.asked == []


def test_a_page_without_alerts_shows_none_and_asks_for_its_widget(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=KEEP_TIMES, part="/widget/goal")
    identify = server.wait(protocol.Identify).message
    assert isinstance(identify, protocol.Identify)
    assert identify.widgets == ["goal"]
    server.send(showing(sound_url=CHIME, on_stage_ms=LONG))
    server.round_trip()
    assert page.locator("#stage .alert").count() == 0
    assert page.evaluate("window.times") == []
