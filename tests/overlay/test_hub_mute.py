from __future__ import annotations

import msgspec

from streamer_app.core.commands import EVERY_CHANNEL, Channel
from streamer_app.core.overlay_protocol import SettingsUpdate
from streamer_app.overlay.hub import Hub
from tests.overlay.conftest import House, Join
from tests.overlay.doubles import SETTINGS, a_run, identify


def test_a_mute_reaches_pages_now_and_later_and_leaves_the_rest_as_it_is(hub: Hub, join: Join) -> None:
    first = join("first")
    run = a_run()
    hub.show(run)
    hub.mute(frozenset({Channel.MEDIA, Channel.ALERT}))
    muted = (Channel.ALERT, Channel.MEDIA)
    assert first.got[-1] == msgspec.structs.replace(SETTINGS, muted=muted)
    assert join("second").got[0].muted == muted
    hub.mute(frozenset())
    assert first.got[-1] == SETTINGS
    assert join("third").got[0].muted == ()


def test_a_mute_that_changes_nothing_says_nothing(hub: Hub, join: Join) -> None:
    first = join("first")
    hub.mute(frozenset())
    assert first.types() == ["identified"]
    hub.mute(frozenset(EVERY_CHANNEL))
    hub.mute(frozenset(EVERY_CHANNEL))
    assert first.types() == ["identified", "settings.update"]


def test_new_settings_do_not_unmute(hub: Hub, join: Join) -> None:
    first = join("first")
    hub.mute(frozenset({Channel.ALERT}))
    hub.update_settings(SettingsUpdate(theme="lampion", language="en", volume=1.0, reduced_motion=False))
    assert (first.got[-1].language, first.got[-1].muted) == ("en", (Channel.ALERT,))


async def test_a_mute_leaves_within_the_call(house: House) -> None:
    async with house.page() as page:
        await page.enter(identify("first"))
        house.hub.mute(frozenset({Channel.ALERT}))
        assert (await page.hear()).muted == (Channel.ALERT,)
