"""Uploads: from programs of this computer with the studio's own key, of what the library takes, and no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import msgspec
import pytest

from streamer_app.core.library_files import MOST_FILE_BYTES, LibraryFile
from streamer_app.overlay import studio_files
from streamer_app.overlay.control_protocol import Problem
from streamer_app.overlay.hub import Hub
from streamer_app.overlay.studio_files import LIBRARY_PATH, PAGES_PATH, REMOVE_PATH, UPLOAD_PATH, Connected
from streamer_app.roles.control_client import StudioGoneError
from streamer_app.roles.library_client import LibraryClient
from tests.overlay.conftest import House, open_house
from tests.overlay.doubles import identify
from tests.services.test_library import a_picture, a_wav

OTHER = "127.0.0.2"


async def chunks(size: int, times: int) -> AsyncIterator[bytes]:
    for _ in range(times):
        yield bytes(size)


async def test_an_upload_is_checked_kept_and_served(house: House) -> None:
    url = f"{house.address.origin}{UPLOAD_PATH}"
    async with house.session.post(
        url, params={"name": "../kucing lucu.png"}, data=a_picture(), headers=house.bearer
    ) as response:
        assert response.status == 200
        kept = msgspec.json.decode(await response.read(), type=LibraryFile)
    assert (kept.name, kept.width) == ("kucing lucu.png", 32)
    assert house.library.files() == [kept]
    async with house.session.get(f"{house.shell}/library/{kept.id}") as response:
        assert response.status == 200


@pytest.mark.parametrize("raw", [b"", b"<svg/>", a_picture()[:-20], b"MZ" + bytes(500)])
async def test_what_the_library_refuses_is_refused_in_words(house: House, raw: bytes) -> None:
    url = f"{house.address.origin}{UPLOAD_PATH}"
    async with house.session.post(url, data=raw, headers=house.bearer) as response:
        assert response.status == 409
        problem = msgspec.json.decode(await response.read(), type=Problem)
    assert problem.title
    assert problem.remedy.startswith("Nothing was kept.")
    assert house.library.files() == []


async def test_too_much_is_refused_while_it_comes(house: House) -> None:
    url = f"{house.address.origin}{UPLOAD_PATH}"
    times = MOST_FILE_BYTES // 2**18 + 1
    async with house.session.post(url, data=chunks(2**18, times), headers=house.bearer) as response:
        assert response.status == 413
        assert "larger than 20 MB" in msgspec.json.decode(await response.read(), type=Problem).title
    assert house.library.files() == []


async def test_too_much_that_says_so_is_refused_unread(house: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.address.port)
    head = (
        f"POST {UPLOAD_PATH} HTTP/1.1\r\nHost: 127.0.0.1:{house.address.port}\r\n"
        f"Authorization: {house.bearer['Authorization']}\r\nContent-Length: {MOST_FILE_BYTES + 1}\r\n\r\n"
    )
    writer.write(head.encode())
    async with asyncio.timeout(5):
        assert b"413" in await reader.readline()
    writer.close()


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}])
async def test_nobody_uploads_or_looks_without_the_studios_key(house: House, headers: dict[str, str]) -> None:
    for method, path in (("POST", UPLOAD_PATH), ("POST", REMOVE_PATH), ("GET", LIBRARY_PATH), ("GET", PAGES_PATH)):
        url = house.address.origin + path
        async with house.session.request(method, url, data=a_picture(), headers=headers) as response:
            assert response.status == 401
    assert house.library.files() == []


async def test_other_keys_of_the_house_are_not_the_studios(house: House) -> None:
    for key in (house.keys.display, house.keys.preview, house.key("Sari")):
        url = f"{house.address.origin}{UPLOAD_PATH}"
        async with house.session.post(url, data=a_picture(), headers={"Authorization": f"Bearer {key}"}) as response:
            assert response.status == 401


async def test_a_foreign_page_cannot_upload_even_with_the_key(house: House) -> None:
    url = f"{house.address.origin}{UPLOAD_PATH}"
    for extra, status in (({"Origin": "https://evil.example"}, 403), ({"Host": "evil.example"}, 421)):
        async with house.session.post(url, data=a_picture(), headers={**house.bearer, **extra}) as response:
            assert response.status == status
    assert house.library.files() == []


async def test_another_computer_cannot_upload_even_with_the_key(hub: Hub, dist: Path, sounds: Path) -> None:
    async with (
        open_house(hub, dist, sounds, lan=True) as house,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(OTHER, 0))) as peer,
    ):
        for method, path in (("POST", UPLOAD_PATH), ("POST", REMOVE_PATH), ("GET", LIBRARY_PATH), ("GET", PAGES_PATH)):
            url = f"http://{OTHER}:{house.address.port}{path}"
            async with peer.request(method, url, data=a_picture(), headers=house.bearer) as response:
                assert response.status == 404
        assert house.library.files() == []


async def test_the_client_adds_lists_and_removes(house: House) -> None:
    client = LibraryClient(house.address.port, house.keys.control)
    kept = await client.add(a_wav(), "tepuk & tangan.wav")
    assert kept.name == "tepuk & tangan.wav"
    assert await client.files() == [kept]
    house.used[kept.id] = ("Sultan",)
    with pytest.raises(Exception, match="used by: Sultan"):
        await client.remove(kept.id, forced=False)
    await client.remove(kept.id, forced=True)
    assert await client.files() == []
    with pytest.raises(Exception, match="no such file"):
        await client.remove(kept.id, forced=True)
    with pytest.raises(Exception, match="SVG"):
        await client.add(b"<svg/>", "x.svg")


async def test_the_client_says_when_nobody_is_there_or_does_not_know_it(house: House) -> None:
    for client in (LibraryClient(1, house.keys.control), LibraryClient(house.address.port, "wrong")):
        with pytest.raises(StudioGoneError):
            await client.files()


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"[" * 9_000, b'{"id": 5}', b"\xff"])
async def test_what_names_no_file_removes_none(house: House, raw: bytes) -> None:
    house.library.add(a_picture(), "x")
    url = f"{house.address.origin}{REMOVE_PATH}"
    async with house.session.post(url, data=raw, headers=house.bearer) as response:
        assert response.status == 400
    assert len(house.library.files()) == 1


async def test_pages_are_listed_with_names_and_without_keys(house: House) -> None:
    client = LibraryClient(house.address.port, house.keys.control)
    async with house.page() as page, house.page() as widget:
        await page.enter(identify("page"))
        await widget.enter(identify("widget", widgets=["goal"]))
        house.hub.pin("page-page")
        listed = await client.pages()
    assert (listed.pinned, listed.previews, [each.pinned for each in listed.pages]) == ("page-page", 0, [True, False])
    assert [(each.page_instance, each.name, each.role, each.shows_alerts) for each in listed.pages] == [
        ("page-page", "OBS, on air", "speaker", True),
        ("page-widget", "OBS, on air", "mirror", False),
    ]
    assert house.keys.display not in str(listed)
    while (await client.pages()).pages:  # the server hears of a closed socket a moment later
        pass
    assert await client.pages() == Connected(pages=(), pinned="page-page")


async def test_an_upload_that_stops_in_the_middle_ends(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio_files, "UPLOAD_SECONDS", 0.05)
    never = asyncio.Event()

    async def stalled() -> AsyncIterator[bytes]:
        yield b"\x89PNG"
        await never.wait()

    url = f"{house.address.origin}{UPLOAD_PATH}"
    async with (
        asyncio.timeout(5),
        house.session.post(url, data=stalled(), headers=house.bearer) as response,
    ):
        assert response.status == 408
    never.set()
    assert house.library.files() == []
