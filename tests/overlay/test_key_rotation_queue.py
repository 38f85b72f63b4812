"""A new key in the middle of a show, with a real database and queue: nothing is lost, repeated or reordered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from uuid import UUID

import aiohttp
import pytest

from streamer_app.core.commands import KeyKind
from streamer_app.core.overlay_protocol import AlertShow, CloseCode
from streamer_app.overlay.access_keys import AccessKeys, new_key
from streamer_app.overlay.key_rotation import rotate_key
from streamer_app.overlay.server import OverlayServer
from streamer_app.settings import Settings, load_machine
from streamer_app.store.queue_engine import EmbeddedEngine
from tests.overlay.doubles import Page, Studio, finished, identify, started
from tests.postgres_servers import MigratedDatabase
from tests.services.theatre import Theatre, theatre


@pytest.fixture
async def stage(migrated_database_18: MigratedDatabase) -> AsyncIterator[Theatre]:
    engine = EmbeddedEngine()
    async with theatre(migrated_database_18, engine, page=False) as made:
        yield made
    await engine.close()


async def shown(page: Page) -> AlertShow:
    """The next alert that the page is told to show."""
    while not isinstance(message := await page.hear(), AlertShow):
        pass
    return message


def has_played(stage: Theatre, message_id: UUID) -> bool:
    return stage.played_at(message_id) is not None


async def plays(stage: Theatre, page: Page, run: AlertShow) -> None:
    """The page shows it to its end."""
    await page.say(started(run))
    await stage.until(lambda: stage.show.on_stage is not None and stage.show.on_stage.started_at is not None)
    stage.seconds.pass_ms(run.timing.on_stage_ms + 100)
    await page.say(finished(run))


async def test_a_new_key_keeps_the_queue_and_its_order(stage: Theatre, tmp_path: Path, dist: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    machine = load_machine(settings)
    keys = AccessKeys(display=machine.display_key, control=new_key(), preview=machine.preview_key)
    server = OverlayServer(stage.hub, Studio(), keys, dist_folder=dist)
    address = await server.start(0)
    sent: list[UUID] = []
    try:
        async with aiohttp.ClientSession() as session:
            async with Page(session, address.origin, keys.display) as page:
                await page.enter(identify("old"))
                sent += [await stage.donates(name) for name in ("Ani", "Budi", "Citra")]
                first = await shown(page)
                assert first.message_id == sent[0]
                epoch = first.fence.epoch
                rotated = rotate_key(settings, server, KeyKind.DISPLAY)
                assert await page.closed_with() == CloseCode.KEY_ROTATED
            await stage.until(lambda: stage.playing is None)
            await stage.settle()
            view = await stage.view()
            assert view.playing is not None
            interrupted = view.playing.item
            assert interrupted is not None
            assert [item.donation_message_id for item in (interrupted, *view.waiting)] == sent
            with pytest.raises(aiohttp.WSServerHandshakeError):
                async with Page(session, address.origin, keys.display):
                    pass
            async with Page(session, address.origin, rotated.display) as page:
                await page.enter(identify("new"))
                for message_id in sent:
                    run = await shown(page)
                    assert (run.message_id, run.fence.epoch) == (message_id, epoch)
                    await plays(stage, page, run)
                    await stage.until(partial(has_played, stage, message_id))
    finally:
        await server.stop()
    assert [outcome for _, outcome, _ in stage.runs(sent[0])] == ["interrupted", "played"]
    for message_id in sent[1:]:
        assert [outcome for _, outcome, _ in stage.runs(message_id)] == ["played"]
