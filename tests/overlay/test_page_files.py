"""Files that pages load: by key and id only, in ranges, never anything that runs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from yarl import URL

from streamer_app.core.custom_css import sheet_name
from streamer_app.core.overlay_protocol import SettingsUpdate
from streamer_app.core.overlay_settings import OverlaySettings
from streamer_app.overlay.page_files import PageFiles
from tests.overlay.conftest import House
from tests.overlay.doubles import identify
from tests.services.test_library import WEBM, a_picture, a_wav

NAME = "ab" * 32
FILE = "0123456789abcdef0123456789abcdef.png"


@dataclass
class Speech:
    """Speech that is there, still being made, or failed."""

    there: dict[str, Path] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    made: asyncio.Event = field(default_factory=asyncio.Event)
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, name: str, seconds: float) -> Path | None:
        assert seconds > 0
        self.asked.append(name)
        self.was_asked.set()
        await self.made.wait()
        return self.there.get(name)


def doors(house: House) -> tuple[str, str]:
    return house.shell, house.preview


async def test_a_file_of_the_library_is_served_with_its_fixed_type_and_kept_for_ever(house: House) -> None:
    for raw, kind in ((a_picture(), "image/png"), (a_wav(), "audio/wav"), (WEBM, "video/webm")):
        kept = house.library.add(raw, "x.html")
        for door in doors(house):
            async with house.session.get(f"{door}/library/{kept.id}") as response:
                assert response.status == 200
                assert response.headers["Content-Type"] == kind
                assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
                assert response.headers["X-Content-Type-Options"] == "nosniff"
                assert len(await response.read()) == kept.size


async def test_sound_and_video_come_in_ranges(house: House) -> None:
    kept = house.library.add(a_wav(), "x.wav")
    path = house.library.path(kept.id)
    assert path is not None
    for url, whole in (
        (f"{house.shell}/library/{kept.id}", path.read_bytes()),
        (f"{house.address.origin}/sounds/chime.wav", (house.sounds / "chime.wav").read_bytes()),
    ):
        async with house.session.get(url, headers={"Range": "bytes=10-19"}) as response:
            assert response.status == 206
            assert response.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
            assert await response.read() == whole[10:20]
        async with house.session.get(url, headers={"Range": f"bytes={len(whole)}-"}) as response:
            assert response.status == 416
        async with house.session.get(url, headers={"Range": "bytes=-5"}) as response:
            assert await response.read() == whole[-5:]


@pytest.mark.parametrize(
    "name",
    [
        "index.json",
        "..%2F..%2Fsecret.js",
        "../../secret.js",
        "%2Fetc%2Fpasswd",
        "0" * 32 + ".png",
        "0" * 32 + ".svg",
        "0" * 32 + ".png%00",
        "",
    ],
)
async def test_nothing_else_is_in_the_library(house: House, name: str) -> None:
    house.library.add(a_picture(), "x")
    async with house.session.get(URL(f"{house.shell}/library/{name}", encoded=True)) as response:
        assert response.status == 404


async def test_a_file_is_behind_the_key(house: House) -> None:
    kept = house.library.add(a_picture(), "x")
    house.server.files.dress(".a { color: red }")
    for key in ("wrong", house.keys.control, house.keys.preview, ""):
        for rest in (f"library/{kept.id}", f"speech/{NAME}.wav", f"custom/{sheet_name('.a { color: red }')}"):
            async with house.session.get(f"{house.address.origin}/overlay/{key}/{rest}") as response:
                assert response.status == 404


async def test_speech_that_is_being_made_is_waited_for(house: House, tmp_path: Path) -> None:
    speech = Speech({NAME: tmp_path / "x.wav"})
    (tmp_path / "x.wav").write_bytes(a_wav())
    house.server.files.speech = speech
    asking = asyncio.create_task(house.session.get(f"{house.shell}/speech/{NAME}.wav"))
    await speech.was_asked.wait()
    speech.made.set()
    async with await asking as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "audio/wav"
        assert await response.read() == a_wav()
    async with house.session.get(f"{house.preview}/speech/{NAME}.wav", headers={"Range": "bytes=0-3"}) as response:
        assert (response.status, await response.read()) == (206, b"RIFF")


async def test_speech_that_failed_is_not_there(house: House, tmp_path: Path) -> None:
    speech = Speech({"cd" * 32: tmp_path / "vanished.wav"})
    speech.made.set()
    for given in (None, speech):
        house.server.files.speech = given
        for name in (NAME, "cd" * 32):
            async with house.session.get(f"{house.shell}/speech/{name}.wav") as response:
                assert response.status == 404


@pytest.mark.parametrize("name", ["AB" * 32, "ab" * 31, "ab" * 33, "..%2Fab", "\u0661" * 64, "ab" * 32 + "%00"])
async def test_speech_is_asked_for_by_its_hash_only(house: House, name: str) -> None:
    speech = house.server.files.speech = Speech()
    speech.made.set()
    async with house.session.get(URL(f"{house.shell}/speech/{name}.wav", encoded="%" in name)) as response:
        assert response.status == 404
    assert speech.asked == []


async def test_a_stop_does_not_wait_for_speech(house: House) -> None:
    speech = house.server.files.speech = Speech()
    asking = asyncio.create_task(house.session.get(f"{house.shell}/speech/{NAME}.wav"))
    await speech.was_asked.wait()
    async with asyncio.timeout(2):
        await house.server.stop()
    await asyncio.gather(asking, return_exceptions=True)


async def test_the_streamers_style_sheet_is_served_by_the_name_of_its_content(house: House) -> None:
    css = f".a {{ background: url(library/{FILE}) }} /* \u00e9 */"
    address = house.server.files.dress(css)
    assert address == f"custom/{sheet_name(css)}"
    for door in doors(house):
        async with house.session.get(f"{door}/{address}") as response:
            assert response.status == 200
            assert response.headers["Content-Type"] == "text/css; charset=utf-8"
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
            assert await response.text() == css.replace("library/", "../library/")
    async with house.session.get(f"{house.shell}/custom/{'0' * 16}.css") as response:
        assert response.status == 404


def test_no_sheet_has_no_address_and_few_are_remembered() -> None:
    files = PageFiles()
    assert files.dress("") is None
    assert files.dress(" \n") is None
    names = [files.dress(f".a{{width:{number}px}}") for number in range(9)]
    assert len(set(names)) == 9
    assert list(files._sheets) == [name.partition("/")[2] for name in names[-4:] if name]


async def test_a_dressed_server_tells_every_page_and_serves_the_sheet(house: House) -> None:
    overlay = OverlaySettings(
        theme="struk",
        volume=0.1,
        speech_volume=0.2,
        media_volume=0.3,
        reduced_motion=True,
        custom_css=".donor { color: red }",
    )
    async with house.page() as page, house.preview_page() as preview:
        await page.enter(identify("page"))
        await preview.enter(identify("preview"))
        house.server.dress(overlay, "en")
        told = await page.hear()
        assert await preview.hear() == told
        assert told == SettingsUpdate(
            theme="struk",
            language="en",
            volume=0.1,
            reduced_motion=True,
            speech_volume=0.2,
            media_volume=0.3,
            custom_css=f"custom/{sheet_name(overlay.custom_css)}",
        )
        async with house.session.get(f"{house.shell}/{told.custom_css}") as response:
            assert await response.text() == overlay.custom_css
        house.server.dress(OverlaySettings(), "id")
        assert (await page.hear()).custom_css is None
