from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from streamer_app.core.overlay_protocol import CloseCode
from streamer_app.overlay import server as server_module
from streamer_app.overlay.access_keys import AccessKeys, new_key
from streamer_app.overlay.hub import Hub
from streamer_app.overlay.server import OverlayServer, PortUnavailableError
from tests.overlay.conftest import House
from tests.overlay.doubles import Studio, identify


async def test_the_shell_is_served_fresh_under_strict_headers(house: House) -> None:
    async with house.session.get(house.shell) as response:
        assert response.status == 200
        assert response.content_type == "text/html"
        assert "Overlay" in await response.text()
    headers = response.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin"
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; media-src 'self'; "
        "frame-src https://www.youtube-nocookie.com https://www.youtube.com; "
        f"connect-src 'self' ws://127.0.0.1:{house.address.port}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


async def test_assets_are_kept_for_ever_and_sounds_are_asked_for_again(house: House) -> None:
    async with house.session.get(f"{house.address.origin}/assets/index-Cf3.js") as asset:
        assert asset.status == 200
        assert asset.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert asset.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    async with house.session.get(f"{house.address.origin}/sounds/chime.wav") as sound:
        assert sound.status == 200
        assert sound.headers["Content-Type"] == "audio/wav"
        assert sound.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/overlay/",
        "/overlay/wrong",
        "/overlay/wrong/socket",
        "/assets/absent.js",
        "/assets/notes.unknown",
        "/assets/..%2F..%2Fsecret.js",
        "/assets/../../secret.js",
        "/assets/%2Fetc%2Fpasswd.js",
        "/assets/nul%00.js",
        "/sounds/..%2Fdist%2Fassets%2Findex-Cf3.js",
    ],
)
async def test_what_is_not_there_looks_like_a_wrong_key(house: House, path: str) -> None:
    async with house.session.get(URL(house.address.origin + path, encoded=True)) as response:
        assert response.status == 404
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


async def test_the_control_key_does_not_open_the_display_nor_the_other_way(house: House) -> None:
    async with house.session.get(house.address.overlay_url(house.keys.control)) as response:
        assert response.status == 404
    bearer = {"Authorization": f"Bearer {house.keys.display}"}
    async with house.session.get(f"{house.address.origin}/control/picture", headers=bearer) as response:
        assert response.status == 401


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", ""])
async def test_another_host_name_is_refused(house: House, host: str) -> None:
    headers = {"Host": host.format(port=house.address.port)}
    async with house.session.get(house.shell, headers=headers) as response:
        assert response.status == 421


async def test_localhost_is_an_own_name(house: House) -> None:
    headers = {"Host": f"localhost:{house.address.port}"}
    async with house.session.get(house.shell, headers=headers) as response:
        assert response.status == 200
        assert f"ws://localhost:{house.address.port}" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:{port}"])
async def test_another_origin_is_refused(house: House, origin: str) -> None:
    headers = {"Origin": origin.format(port=house.address.port)}
    async with house.session.get(house.shell, headers=headers) as response:
        assert response.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await house.session.ws_connect(f"{house.shell}/socket", headers=headers)
    assert refused.value.status == 403


async def test_a_page_socket_without_an_origin_is_refused(house: House) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await house.session.ws_connect(f"{house.shell}/socket")
    assert refused.value.status == 403


async def test_a_page_opened_as_localhost_gets_its_socket(house: House) -> None:
    origin = f"http://localhost:{house.address.port}"
    async with house.session.ws_connect(f"{house.shell}/socket", headers={"Origin": origin}) as connected:
        assert (await connected.receive_json(timeout=5))["type"] == "hello"


async def test_a_browser_that_asks_for_an_icon_gets_no_error(house: House) -> None:
    async with house.session.get(f"{house.address.origin}/favicon.ico") as response:
        assert response.status == 204


async def test_nothing_of_the_overlay_can_be_posted_to(house: House) -> None:
    async with house.session.post(house.shell) as response:
        assert response.status == 405


async def test_a_web_part_that_is_not_built_is_said_plainly(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    (house.dist / "index.html").unlink()
    (house.dist / "version.txt").unlink()
    async with house.session.get(house.shell) as response:
        assert response.status == 503
        assert "not built" in await response.text()
    assert "overlay_not_built" in capfd.readouterr().out
    async with house.page() as page:
        assert (await page.hear()).asset_version == ""


async def test_keys_reach_no_log(house: House, logged: Callable[[], str]) -> None:
    async with house.session.get(house.shell), house.page() as page:
        await page.enter(identify("first"))
        await page.socket.send_str("nonsense")
        await page.closed_with()
    for path in (f"{house.shell}/socket", f"{house.shell}/nothing", f"{house.preview}/socket", f"{house.preview}/no"):
        async with house.session.get(path):
            pass
    house.studio.failure = RuntimeError("a bug")
    async with house.session.get(f"{house.address.origin}/control/picture", headers=house.bearer):
        pass
    text = logged()
    assert "overlay_bad_message" in text
    assert house.keys.display not in text + repr(house.keys)
    assert house.keys.control not in text + repr(house.keys)
    assert house.keys.preview not in text + repr(house.keys)


async def test_a_bug_in_a_handler_is_logged_without_its_path(
    house: House, monkeypatch: pytest.MonkeyPatch, logged: Callable[[], str]
) -> None:
    def broken(_path: Path, **_options: str) -> str:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Path, "read_text", broken)
    async with house.session.get(house.shell) as response:
        assert response.status == 500
    text = logged()
    assert "request_failed" in text
    assert "/overlay/{key}" in text
    assert house.keys.display not in text


async def test_rotated_keys_close_the_door_on_pages_that_came_with_the_old_one(house: House) -> None:
    former = house.shell
    async with house.page() as page:
        await page.enter(identify("first"))
        keys = AccessKeys(display=new_key(), control=house.keys.control)
        house.server.change_keys(keys)
        assert await page.closed_with() == CloseCode.KEY_ROTATED
    async with house.session.get(former) as response:
        assert response.status == 404
    async with house.page(keys.display) as page:
        await page.enter(identify("first"))


def taken_port() -> socket.socket:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return taken


async def test_a_taken_port_gives_way_to_the_next_and_the_result_says_so(hub: Hub, dist: Path) -> None:
    taken = taken_port()
    server = OverlayServer(hub, Studio(), AccessKeys(new_key(), new_key()), dist_folder=dist)
    port = taken.getsockname()[1]
    with taken:
        address = await server.start(port)
        await server.stop()
    assert address.changed
    assert port < address.port < port + server_module.PORTS_TRIED
    again = await server.start(port)
    await server.stop()
    assert (again.port, again.changed) == (port, False)


async def test_a_first_start_chooses_a_port_and_nothing_changed(hub: Hub, dist: Path) -> None:
    server = OverlayServer(hub, Studio(), AccessKeys(new_key(), new_key()), dist_folder=dist)
    address = await server.start(None)
    await server.stop()
    assert address.port >= server_module.FIRST_PORT
    assert not address.changed


async def test_a_port_is_had_again_right_after_a_stop_with_pages_connected(hub: Hub, dist: Path) -> None:
    keys = AccessKeys(new_key(), new_key())
    server = OverlayServer(hub, Studio(), keys, dist_folder=dist)
    port = 0
    for _ in range(3):
        address = await server.start(port)
        assert not address.changed
        port = address.port
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{address.overlay_url(keys.display)}/socket", headers={"Origin": address.origin}),
        ):
            await server.stop()


async def test_a_port_chosen_before_the_first_start_can_be_listened_on(hub: Hub, dist: Path) -> None:
    port = server_module.free_port()
    server = OverlayServer(hub, Studio(), AccessKeys(new_key(), new_key()), dist_folder=dist)
    address = await server.start(port)
    await server.stop()
    assert (address.port, address.changed) == (port, False)


async def test_no_free_port_is_an_error_the_streamer_can_act_on(
    hub: Hub, dist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "PORTS_TRIED", 1)
    with taken_port() as taken:
        server = OverlayServer(hub, Studio(), AccessKeys(new_key(), new_key()), dist_folder=dist)
        with pytest.raises(PortUnavailableError) as refused:
            await server.start(taken.getsockname()[1])
    assert "ports" in refused.value.remedy
    await server.stop()


async def test_a_stop_closes_pages_and_clients_with_its_code_and_leaves_no_task(house: House) -> None:
    events = await house.session.ws_connect(f"{house.address.origin}/control/events", headers=house.bearer)
    async with house.page() as identified, house.page() as silent:
        await identified.enter(identify("first"))
        began = time.monotonic()
        codes = asyncio.gather(identified.closed_with(), silent.closed_with(), last_code(events))
        await house.server.stop()
        assert time.monotonic() - began < 2
        assert set(await codes) == {CloseCode.STUDIO_STOPPING}
    assert house.hub.pages == ()
    assert house.studio.listeners == []
    names = {task.get_name() for task in asyncio.all_tasks()}
    assert not [name for name in names if name.startswith(("overlay", "control"))]


async def test_a_stop_does_not_wait_for_a_page_that_never_answers(house: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.address.port)
    writer.write(
        f"GET /overlay/{house.keys.display}/socket HTTP/1.1\r\nHost: 127.0.0.1:{house.address.port}\r\n"
        f"Origin: {house.address.origin}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    began = time.monotonic()
    await house.server.stop()
    assert time.monotonic() - began < 2
    writer.close()


async def last_code(events: aiohttp.ClientWebSocketResponse) -> object:
    while (frame := await events.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
        pass
    return frame.data
