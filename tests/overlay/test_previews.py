"""Previews have a key of their own: they show samples and widgets, never speak, and never stand in a page's way."""

from __future__ import annotations

import aiohttp
import msgspec
import pytest

from streamer_app.core.commands import Channel
from streamer_app.core.overlay_protocol import AlertStop, CloseCode, Identified, Ping, Pong, Role, SettingsUpdate
from streamer_app.overlay.hub import Hub
from streamer_app.overlay.pages import UNANSWERED_PINGS
from tests.overlay.conftest import House, Join
from tests.overlay.doubles import SETTINGS, Clock, Connection, Listener, a_run, finished, identify, started
from tests.overlay.test_board import of_widgets, update


def come(hub: Hub, name: str = "preview", **facts: object) -> Connection:
    connection = Connection()
    hub.previews.join(identify(name, **facts), connection)  # type: ignore[arg-type]
    return connection


def test_a_preview_is_no_candidate_and_no_page(hub: Hub, listener: Listener) -> None:
    preview = come(hub)
    assert preview.got[0].role is Role.MIRROR
    assert (hub.speaker, hub.pages, listener.heard) == (None, (), [])
    assert not hub.show(a_run())
    assert not hub.pin("page-preview")


def test_alerts_of_the_stage_never_reach_a_preview_nor_samples_a_page(hub: Hub, join: Join) -> None:
    page, preview, widget = join("page"), come(hub), come(hub, "widget-preview", widgets=["goal"])
    on_stage, sample = a_run(), a_run(counter=2)
    hub.show(on_stage)
    assert hub.preview(sample) == 1
    assert come(hub, "late").types() == ["identified"]
    assert preview.got[1:] == [sample]
    assert page.got[1:] == [on_stage]
    assert widget.types() == ["identified"]


async def test_a_stop_of_the_stage_leaves_previews_and_the_other_way(hub: Hub, join: Join) -> None:
    page, preview = join("page"), come(hub)
    on_stage, sample = a_run(), a_run(counter=2)
    hub.show(on_stage)
    hub.preview(sample)
    hub.stop_preview("closed")
    hub.stop_preview("closed")
    assert preview.got[2:] == [AlertStop(run_id=sample.run_id, reason="closed")]
    hub.stop("skipped")
    assert preview.types() == ["identified", "alert.show", "alert.stop"]
    assert page.got[-1] == AlertStop(run_id=on_stage.run_id, reason="skipped")


def test_reports_of_a_preview_are_ignored(hub: Hub, join: Join, listener: Listener, clock: Clock) -> None:
    join("page")
    come(hub)
    run = a_run()
    hub.show(run)
    hub.previews.receive("page-preview", started(run))
    hub.receive("page-page", started(run))
    clock.pass_ms(6000)
    hub.previews.receive("page-preview", finished(run))
    hub.previews.receive("page-nobody", finished(run))
    assert [entry[0] for entry in listener.heard] == ["speaker", "started"]


def test_a_preview_cannot_take_a_pages_place_by_its_name(hub: Hub, join: Join) -> None:
    page = join("same")
    preview = come(hub, "same")
    hub.previews.leave("page-same", preview)
    assert page.closed_with is None
    assert hub.speaker is not None


def test_widgets_and_live_settings_reach_previews(hub: Hub) -> None:
    hub.post(update("goal", 1))
    preview = come(hub, widgets=["goal"])
    hub.post(update("goal", 2))
    assert of_widgets(preview) == [update("goal", 1), update("goal", 2)]
    settings = SettingsUpdate(theme="struk", language="en", volume=0.1, reduced_motion=True)
    hub.update_settings(settings)
    assert preview.got[-1] == settings


def test_the_same_preview_again_replaces_its_dead_socket(hub: Hub) -> None:
    dead = come(hub)
    alive = come(hub)
    hub.previews.leave("page-preview", dead)
    assert dead.closed_with == 1001
    assert len(hub.previews) == 1
    assert hub.preview(a_run()) == 1
    assert alive.types() == ["identified", "alert.show"]


def test_a_preview_that_answers_no_ping_or_identifies_twice_is_closed(hub: Hub) -> None:
    silent, alive, twice = come(hub, "silent"), come(hub, "alive"), come(hub, "twice-twice")
    for number in range(1, UNANSWERED_PINGS + 2):
        hub.ping()
        hub.previews.receive("page-alive", Pong(n=number))
    assert alive.got[-1] == Ping(n=UNANSWERED_PINGS + 1)
    assert (silent.closed_with, alive.closed_with) == (CloseCode.SLOW_CLIENT, None)
    hub.previews.receive("page-twice-twice", identify("twice-twice"))
    assert twice.closed_with == CloseCode.BAD_MESSAGE


async def test_its_socket_is_behind_its_own_key(house: House) -> None:
    async with house.preview_page() as preview, house.page() as page:
        assert (await preview.enter(identify("preview"))).role is Role.MIRROR
        assert (await page.enter(identify("page"))).role is Role.SPEAKER
        run = a_run()
        house.hub.preview(run)
        assert await preview.hear() == run
    headers = {"Origin": house.address.origin}
    for url in (
        f"{house.address.origin}/overlay/{house.keys.preview}/socket",
        f"{house.address.origin}/preview/{house.keys.display}/socket",
        f"{house.address.origin}/preview/{house.keys.control}/socket",
        f"{house.address.origin}/preview//socket",
    ):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await house.session.ws_connect(url, headers=headers)
        assert refused.value.status == 404


async def test_a_stop_of_the_server_closes_previews_too(house: House) -> None:
    async with house.preview_page() as preview:
        await preview.enter(identify("preview"))
        await house.server.stop()
        assert await preview.closed_with() == CloseCode.STUDIO_STOPPING
    assert len(house.hub.previews) == 0


def test_everything_a_page_is_told_of_settings_is_in_its_greeting(clock: Clock) -> None:
    settings = msgspec.structs.replace(
        SETTINGS, speech_volume=0.3, media_volume=0.2, custom_css="custom/x.css", muted=(Channel.MEDIA,)
    )
    hub = Hub(settings, clock)
    page = Connection()
    hub.join(identify("page"), page)
    greeting: Identified = page.got[0]
    assert {name: getattr(greeting, name) for name in settings.__struct_fields__} == msgspec.structs.asdict(settings)
