"""New keys: old pages are shown out, the rest goes on as if nothing had happened."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from streamer_app.core.commands import KeyKind
from streamer_app.core.errors import DataFolderError
from streamer_app.core.overlay_protocol import CloseCode, Ping
from streamer_app.overlay.key_rotation import rotate_key, with_new_key
from streamer_app.settings import Settings, load_machine, save_machine
from tests.overlay.conftest import House
from tests.overlay.doubles import Listener, a_run, identify, started


@pytest.fixture
def settings(tmp_path: Path, house: House) -> Settings:
    """A data folder whose machine has the house's keys."""
    settings = Settings(data_dir=tmp_path / "data")
    machine = msgspec.structs.replace(
        load_machine(settings), display_key=house.keys.display, preview_key=house.keys.preview
    )
    save_machine(settings, machine)
    return settings


async def test_a_new_display_key_shows_pages_out_and_previews_stay(house: House, settings: Settings) -> None:
    async with house.page() as page, house.preview_page() as preview:
        await page.enter(identify("page"))
        await preview.enter(identify("preview"))
        keys = rotate_key(settings, house.server, KeyKind.DISPLAY)
        assert await page.closed_with() == CloseCode.KEY_ROTATED
        house.hub.ping()
        assert isinstance(await preview.hear(), Ping)
    assert keys.display not in (house.keys.display, house.keys.preview)
    assert (keys.preview, keys.control) == (house.keys.preview, house.keys.control)
    assert load_machine(settings).display_key == keys.display
    async with house.session.get(house.shell) as response:
        assert response.status == 404
    async with house.session.get(house.address.overlay_url(keys.display)) as response:
        assert response.status == 200


async def test_a_new_preview_key_shows_previews_out_and_the_alert_on_stage_goes_on(
    house: House, settings: Settings, listener: Listener
) -> None:
    async with house.page() as page, house.preview_page() as preview:
        await page.enter(identify("page"))
        await preview.enter(identify("preview"))
        run = a_run()
        house.hub.show(run)
        assert await page.hear() == run
        keys = rotate_key(settings, house.server, KeyKind.PREVIEW)
        assert await preview.closed_with() == CloseCode.KEY_ROTATED
        await page.say(started(run))
        house.hub.ping()
        assert isinstance(await page.hear(), Ping)
    assert ("started", "page-page", run.run_id) in listener.heard
    assert keys.display == house.keys.display
    assert load_machine(settings).preview_key == keys.preview != house.keys.preview
    async with house.session.get(house.address.preview_url(keys.preview)) as response:
        assert response.status == 200


async def test_a_page_that_did_not_identify_yet_is_shown_out_too(house: House, settings: Settings) -> None:
    async with house.page() as page:
        await page.hear()
        rotate_key(settings, house.server, KeyKind.DISPLAY)
        assert await page.closed_with() == CloseCode.KEY_ROTATED


async def test_clients_with_the_studios_own_key_notice_nothing(house: House, settings: Settings) -> None:
    for which in KeyKind:
        rotate_key(settings, house.server, which)
        async with house.session.get(f"{house.address.origin}/control/picture", headers=house.bearer) as response:
            assert response.status == 200


def test_without_a_studio_the_next_one_uses_the_new_key(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    before = load_machine(settings)
    after = with_new_key(settings, KeyKind.DISPLAY)
    assert load_machine(settings) == after == msgspec.structs.replace(before, display_key=after.display_key)
    assert with_new_key(settings, KeyKind.PREVIEW).display_key == after.display_key


async def test_a_key_that_cannot_be_kept_is_not_used(house: House, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file where the folder should be")
    with pytest.raises(DataFolderError):
        rotate_key(Settings(data_dir=tmp_path / "blocked"), house.server, KeyKind.DISPLAY)
    assert house.server.keys == house.keys
    async with house.session.get(house.shell) as response:
        assert response.status == 200


def test_a_machine_of_an_older_program_gets_a_preview_key_once(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    made = load_machine(settings)
    older = msgspec.to_builtins(made)
    del older["preview_key"]
    (tmp_path / "machine.json").write_bytes(msgspec.json.encode(older))
    machine = load_machine(settings)
    assert len(machine.preview_key) == 32
    assert machine == msgspec.structs.replace(made, preview_key=machine.preview_key) == load_machine(settings)
    assert machine.preview_key != machine.display_key
