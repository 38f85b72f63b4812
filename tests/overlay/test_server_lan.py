"""The local network: other computers reach the pages, and only at this computer's own addresses.

On Linux the whole of 127.0.0.0/8 is this computer's, so 127.0.0.2 stands for another peer and another address.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import msgspec
import pytest

from streamer_app.core.overlay_protocol import Hello, ServerMessage
from streamer_app.overlay.hub import Hub
from streamer_app.overlay.server import ALL_ADDRESSES, local_addresses
from tests.overlay.conftest import House, open_house

OTHER = "127.0.0.2"


@pytest.fixture
async def lan_house(hub: Hub, dist: Path, sounds: Path) -> AsyncIterator[House]:
    async with open_house(hub, dist, sounds, lan=True) as house:
        yield house


@pytest.fixture
async def peer() -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody on another address."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(OTHER, 0))) as session:
        yield session


def there(house: House, path: str, host: str = OTHER) -> str:
    return f"http://{host}:{house.address.port}{path}"


async def status(session: aiohttp.ClientSession, url: str, **headers: str) -> int:
    async with session.get(url, headers=headers) as said:
        return said.status


async def test_overlay_and_control_page_answer_to_another_computer(
    lan_house: House, peer: aiohttp.ClientSession
) -> None:
    secret = lan_house.key("Sari")
    assert await status(peer, there(lan_house, f"/overlay/{lan_house.keys.display}")) == 200
    async with peer.get(there(lan_house, f"/control/{secret}")) as said:
        assert said.status == 200
        assert f"connect-src 'self' ws://{OTHER}:{lan_house.address.port};" in said.headers["Content-Security-Policy"]
    bearer = {"Authorization": f"Bearer {secret}"}
    assert await status(peer, there(lan_house, "/api/v1/picture"), **bearer) == 200
    for path in (f"/control/{secret}/socket", f"/overlay/{lan_house.keys.display}/socket"):
        async with peer.ws_connect(there(lan_house, path), headers={"Origin": there(lan_house, "")}) as socket:
            assert (await socket.receive_json(timeout=5))["type"] == "hello"


async def test_the_studios_own_endpoint_answers_this_computer_only(
    lan_house: House, peer: aiohttp.ClientSession
) -> None:
    for session, expected in ((lan_house.session, 200), (peer, 404)):
        url = f"{lan_house.address.origin}/control/picture" if expected == 200 else there(lan_house, "/control/picture")
        assert await status(session, url, **lan_house.bearer) == expected
    async with peer.post(there(lan_house, "/control/stop"), headers=lan_house.bearer) as said:
        assert said.status == 404
    async with peer.post(there(lan_house, "/control/command"), headers=lan_house.bearer) as said:
        assert said.status == 404
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await peer.ws_connect(there(lan_house, "/control/events"), headers=lan_house.bearer)
    assert lan_house.studio.stops == 0


async def test_a_peer_that_claims_the_loopback_name_is_refused(lan_house: House, peer: aiohttp.ClientSession) -> None:
    port = lan_house.address.port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"):
        url = there(lan_house, f"/overlay/{lan_house.keys.display}")
        assert await status(peer, url, Host=host) == 421


@pytest.mark.parametrize("host", ["evil.example:{port}", "studio.local:{port}", "127.0.0.3:{port}", "127.0.0.2", ""])
async def test_a_name_that_was_bound_to_this_address_is_refused(
    lan_house: House, peer: aiohttp.ClientSession, host: str
) -> None:
    url = there(lan_house, f"/control/{lan_house.key('Sari')}")
    assert await status(peer, url, Host=host.format(port=lan_house.address.port)) == 421


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:{port}", "https://127.0.0.2:{port}", "null"]
)
async def test_a_page_of_another_origin_gets_no_socket(
    lan_house: House, peer: aiohttp.ClientSession, origin: str
) -> None:
    url = there(lan_house, f"/control/{lan_house.key('Sari')}/socket")
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await peer.ws_connect(url, headers={"Origin": origin.format(port=lan_house.address.port)})
    assert refused.value.status == 403


async def test_this_computer_still_uses_loopback(lan_house: House) -> None:
    assert await status(lan_house.session, lan_house.shell) == 200
    async with lan_house.page() as page:
        assert isinstance(msgspec.json.decode(await page.socket.receive_str(timeout=5), type=ServerMessage), Hello)


async def test_without_the_switch_no_other_address_answers(house: House) -> None:
    for host in (OTHER, *local_addresses()):
        with pytest.raises(OSError, match=r"[Cc]onnect"):
            await asyncio.open_connection(host, house.address.port)


async def test_this_computers_own_network_address_opens_the_page(lan_house: House) -> None:
    assert not any(address.startswith("127.") or address == ALL_ADDRESSES for address in local_addresses())
    for host in local_addresses():
        assert await status(lan_house.session, there(lan_house, f"/control/{lan_house.key('Sari')}", host)) == 200
        assert await status(lan_house.session, there(lan_house, "/control/picture", host), **lan_house.bearer) == 404
