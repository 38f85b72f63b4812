"""Muted: everything takes its time, and nothing is heard."""

from __future__ import annotations

from playwright.sync_api import Page

from streamer_app.core import overlay_protocol as protocol
from streamer_app.core.commands import Channel
from tests.overlay_web.conftest import OpenPage
from tests.overlay_web.stage_server import StageServer, eventually, showing
from tests.overlay_web.test_stage import CHIME, KEEP_SOUNDS, LONG, finished

GRAND = "/sounds/lampion_grand.wav"
IS_SILENT = "window.sounds.every((sound) => sound.muted || sound.volume === 0)"


def settings(*muted: Channel) -> protocol.SettingsUpdate:
    return protocol.SettingsUpdate(theme="lampion", language="id", volume=1.0, reduced_motion=False, muted=muted)


def is_silent(page: Page) -> bool:
    return bool(page.evaluate(IS_SILENT))


def test_a_muted_alert_takes_as_long_as_its_sound_and_is_reported_as_inaudible(
    server: StageServer, open_page: OpenPage
) -> None:
    server.muted = (Channel.ALERT,)
    page = open_page(script=KEEP_SOUNDS)
    sent = server.send(showing(on_stage_ms=50, sound_url=CHIME))
    server.wait(protocol.AlertStarted)
    assert is_silent(page)
    assert not finished(server).audible
    assert server.wait(protocol.AlertFinished).at - sent >= 0.6, "the chime of 0.7 s was played to its end"


def test_a_mute_silences_what_plays_within_200_ms_and_the_sound_goes_on(
    server: StageServer, open_page: OpenPage
) -> None:
    page = open_page(script=KEEP_SOUNDS)
    server.send(showing(on_stage_ms=LONG, sound_url=GRAND))
    server.wait(protocol.AlertStarted)
    eventually(lambda: bool(page.evaluate("window.sounds[0].currentTime > 0.1")), "no sound began")
    page.evaluate(
        "void (window.silentAt = new Promise((done) => window.sounds[0].addEventListener('volumechange',"
        " () => done(performance.now()))))"
    )
    told = page.evaluate("performance.now()")
    server.send(settings(Channel.ALERT))
    assert page.evaluate("window.silentAt") - told < 200
    assert is_silent(page)
    assert not page.evaluate("window.sounds[0].paused")
    before = page.evaluate("window.sounds[0].currentTime")
    eventually(lambda: bool(page.evaluate("window.sounds[0].currentTime") > before), "the sound stood still")


def test_what_was_heard_before_the_mute_was_audible(server: StageServer, open_page: OpenPage) -> None:
    page = open_page(script=KEEP_SOUNDS)
    server.send(showing(on_stage_ms=1500, sound_url=GRAND))
    eventually(lambda: bool(page.evaluate("window.sounds[0].currentTime > 0.2")), "no sound began")
    server.send(settings(Channel.ALERT))
    assert finished(server).audible


def test_what_was_muted_until_now_was_not_and_the_rest_is_heard(server: StageServer, open_page: OpenPage) -> None:
    server.muted = (Channel.ALERT,)
    page = open_page(script=KEEP_SOUNDS)
    server.send(showing(on_stage_ms=50, sound_url=GRAND))
    eventually(lambda: bool(page.evaluate("window.sounds[0].currentTime > 0.3")), "no sound began")
    server.send(settings())
    server.round_trip()
    assert not is_silent(page)
    assert finished(server).audible
    server.send(settings(Channel.ALERT))
    server.send(showing(on_stage_ms=50, sound_url=CHIME, counter=2))
    last = server.wait(protocol.AlertFinished, count=2).message
    assert isinstance(last, protocol.AlertFinished)
    assert not last.audible


def test_other_channels_do_not_silence_an_alert(server: StageServer, open_page: OpenPage) -> None:
    server.muted = (Channel.SPEECH, Channel.MEDIA)
    open_page()
    server.send(showing(on_stage_ms=50, sound_url=CHIME))
    assert finished(server).audible
