"""The control page's conversation over a real socket: resume, pictures, commands, and every way it can end."""

from __future__ import annotations

import asyncio
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import msgspec
import pytest

from streamer_app import __version__
from streamer_app.core.commands import Action, Command, Hold, Panic, Pause, SetRules
from streamer_app.core.control_page import (
    COMMANDS_AT_ONCE,
    MAX_MESSAGE_BYTES,
    UNANSWERED_PINGS,
    ControlClose,
    Failed,
    Hello,
    Order,
    PageMessage,
    Picture,
    Ping,
    Pong,
    Refused,
    Result,
    Resume,
    ServerMessage,
    ShowMoney,
)
from streamer_app.core.errors import CommandRefusedError, DatabaseUnavailableError, Reason
from streamer_app.core.events import Notice, QueueChanged
from streamer_app.core.overlay_protocol import CloseCode
from streamer_app.core.rights import EVERY_RIGHT, MODERATOR, Right
from streamer_app.core.rules import Rules
from streamer_app.overlay import control_socket
from streamer_app.overlay.hub import Hub
from tests.overlay.conftest import NOW, House, open_house
from tests.overlay_web.control_house import an_item, queue


class Talk:
    """One open control page. `frames` keeps everything it ever got, as it came."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.frames: list[str] = []

    async def say(self, message: PageMessage) -> None:
        await self.socket.send_str(msgspec.json.encode(message).decode())

    async def hear(self) -> Any:
        self.frames.append(await self.socket.receive_str(timeout=5))
        return msgspec.json.decode(self.frames[-1], type=ServerMessage)

    async def hear_a(self, kind: type[Any]) -> Any:
        while not isinstance(message := await self.hear(), kind):
            pass
        return message

    async def enter(self, mark: str | None = None, *, language: str = "id", money: bool = False) -> Hello:
        hello = await self.hear()
        assert isinstance(hello, Hello)
        await self.say(Resume(mark=mark, language=language, money=money))
        return hello

    async def order(self, action: Action, command_id: Any = None) -> Any:
        command = Command(id=command_id or uuid4(), actor="somebody else", action=action)
        await self.say(Order(command=command))
        return command.id

    async def closed_with(self) -> Any:
        while True:
            frame = await self.socket.receive(timeout=5)
            if frame.type is aiohttp.WSMsgType.CLOSE:
                return frame.data
            if frame.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING):
                return self.socket.close_code


@asynccontextmanager
async def talking(house: House, name: str = "Sari", rights: frozenset[Right] = MODERATOR) -> AsyncIterator[Talk]:
    house.key(name, rights)
    address = f"{house.control_page(name)}/socket"
    async with house.session.ws_connect(
        address, headers={"Origin": house.address.origin}, autoclose=False, max_msg_size=0
    ) as socket:
        yield Talk(socket)


def a_queue(*names: str, revision: int = 10) -> QueueChanged:
    return QueueChanged(queue=queue(*(an_item(name, amount=987_654_321) for name in names), revision=revision))


async def test_the_server_says_whose_key_it_is_and_shows_the_queue(house: House) -> None:
    house.studio.emit(a_queue("Budi"))
    async with talking(house) as page:
        hello = await page.enter()
        assert (hello.name, hello.rights) == ("Sari", (Right.STEER, Right.PANIC))
        assert (hello.version, hello.asset_version, hello.revision, hello.now) == (__version__, "abc123", 10, NOW)
        shown = await page.hear()
        assert [each.donor for each in shown.picture.waiting] == ["Budi"]


async def test_a_page_that_has_the_picture_gets_none_and_one_that_has_another_gets_it(house: House) -> None:
    house.studio.emit(a_queue("Budi"))
    async with talking(house) as page:
        await page.enter()
        mark = (await page.hear()).mark
    async with talking(house) as page:
        await page.enter(mark)
        await page.say(ShowMoney(shown=False))
        house.studio.emit(a_queue("Dewi"))
        first = await page.hear()
        assert [each.donor for each in first.picture.waiting] == ["Dewi"], "the first frame is already the new one"
    async with talking(house) as page:
        await page.enter(mark)
        assert (await page.hear()).mark == first.mark


async def test_what_changes_nothing_to_be_seen_sends_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_socket, "PICTURE_SECONDS", 0.0)
    same = a_queue("Budi")
    house.studio.emit(same)
    async with talking(house) as page:
        await page.enter()
        await page.hear()
        house.studio.emit(QueueChanged(queue=msgspec.structs.replace(same.queue, revision=11)))
        house.studio.emit(Notice(title="for the window", remedy=""))
        await page.order(Pause())
        assert isinstance(await page.hear(), Result)
        house.studio.emit(a_queue("Dewi"))
        assert [each.donor for each in (await page.hear()).picture.waiting] == ["Dewi"]


async def test_a_storm_arrives_as_the_newest_picture(house: House) -> None:
    async with talking(house) as page:
        await page.enter()
        await page.hear()
        for number in range(500):
            house.studio.emit(a_queue(f"Donor {number}", revision=20 + number))
            await asyncio.sleep(0)
        seen: list[str] = []
        while not seen or seen[-1] != "Donor 499":
            seen.append((await page.hear()).picture.waiting[0].donor)
        assert len(seen) < 10


async def test_a_command_is_done_in_the_name_of_the_key_and_once(house: House) -> None:
    async with talking(house) as page:
        await page.enter()
        await page.hear()
        command_id = await page.order(Pause())
        done = await page.hear()
        assert done == Result(command_id=command_id, revision=8)
        await page.order(Pause(), command_id)
        assert (await page.hear()).repeated
    assert {each.actor for each in house.studio.asked} == {"Sari"}


async def test_an_unanswered_command_is_sent_again_on_the_next_socket_and_done_once(house: House) -> None:
    house.studio.gate.clear()
    async with talking(house) as page:
        await page.enter()
        await page.hear()
        command_id = await page.order(Panic())
        await asyncio.wait_for(house.studio.was_asked.wait(), 5)
        for connection in tuple(house.server._runner.server.connections):  # type: ignore[union-attr]
            assert connection.transport is not None
            connection.transport.abort()
    house.studio.gate.set()
    async with talking(house) as page:
        await page.enter()
        await page.order(Panic(), command_id)
        assert (await page.hear_a(Result)).command_id == command_id
    assert list(house.studio.done) == [command_id]


async def test_answers_name_their_command_whatever_order_they_come_in(house: House) -> None:
    async with talking(house) as page:
        await page.enter()
        await page.hear()
        ids = [await page.order(Hold(donation_message_id=uuid4())) for _ in range(COMMANDS_AT_ONCE // 2)]
        assert {(await page.hear()).command_id for _ in ids} == set(ids)


async def test_a_right_that_is_missing_is_refused_and_nothing_is_done(house: House) -> None:
    async with talking(house, "Tamu", frozenset()) as page:
        await page.enter()
        await page.hear()
        await page.order(Panic())
        refused = await page.hear()
        assert (refused.reason, refused.facts) == (Reason.RIGHT_MISSING, {"right": "panic"})
        await page.order(SetRules(rules=Rules()))
        assert (await page.hear()).facts == {"right": "rules"}
    assert house.studio.asked == []


async def test_refusals_troubles_and_bugs_are_told_apart_and_the_page_goes_on(house: House) -> None:
    async with talking(house) as page:
        await page.enter()
        await page.hear()
        house.studio.failure = CommandRefusedError(
            "Sari was faster", "Look.", reason=Reason.SOMEBODY_WAS_FASTER, facts={"actor": "Andi", "did": "held"}
        )
        command_id = await page.order(Pause())
        refused = await page.hear()
        assert isinstance(refused, Refused)
        assert (refused.command_id, refused.facts) == (command_id, {"actor": "Andi", "did": "held"})
        house.studio.failure = DatabaseUnavailableError("db.secret is away", "x", reason=Reason.DATABASE_AWAY)
        await page.order(Pause())
        failed = await page.hear()
        assert isinstance(failed, Failed)
        assert failed.reason is Reason.DATABASE_AWAY
        house.studio.failure = ZeroDivisionError("a bug")
        await page.order(Pause())
        assert (await page.hear()).reason is None
        house.studio.failure = None
        await page.order(Pause())
        assert isinstance(await page.hear(), Result)
    assert "db.secret" not in "".join(page.frames)


async def test_no_frame_ever_carries_an_anonymous_name_or_an_amount_nobody_may_see(house: House) -> None:
    hidden = an_item("Nama Rahasia", "halo", anonymous=True, amount=987_654_321)
    house.studio.emit(QueueChanged(queue=queue(hidden, held=(hidden,), failed=(hidden,))))
    async with talking(house) as page:
        await page.enter(money=True)
        await page.hear()
        await page.say(ShowMoney(shown=True))
        await page.say(Resume(mark=None, language="en", money=True))
        assert (await page.hear()).picture.waiting[0].donor == "Someone"
        house.studio.emit(a_queue("Budi"))
        await page.hear()
        await page.order(Pause())
        await page.hear_a(Result)
    said = "".join(page.frames)
    assert "Rahasia" not in said
    assert "987654321" not in said
    assert "987.654.321" not in said


async def test_amounts_come_and_go_with_the_switch_for_who_may_see_them(house: House) -> None:
    house.studio.emit(a_queue("Budi"))
    async with talking(house, "Uang", EVERY_RIGHT) as page:
        await page.enter()
        assert (await page.hear()).picture.waiting[0].amount_text is None
        await page.say(ShowMoney(shown=True))
        assert (await page.hear()).picture.waiting[0].amount_text == "Rp987.654.321"
        await page.say(ShowMoney(shown=False))
        assert (await page.hear()).picture.waiting[0].amount_text is None


async def test_a_revoked_key_is_shown_out_and_the_others_stay(house: House) -> None:
    async with talking(house, "Sari") as sari, talking(house, "Andi") as andi:
        for page in (sari, andi):
            await page.enter()
            await page.hear()
        house.revoke("Sari")
        assert await sari.closed_with() == ControlClose.KEY_REVOKED
        await andi.order(Pause())
        assert isinstance(await andi.hear(), Result)
    assert [each.actor for each in house.studio.asked] == ["Andi"]
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with talking_again(house, "Sari"):
            pass
    assert refused.value.status == 404


@asynccontextmanager
async def talking_again(house: House, name: str) -> AsyncIterator[None]:
    address = f"{house.address.origin}/control/{house.secrets[name]}/socket"
    async with house.session.ws_connect(address, headers={"Origin": house.address.origin}):
        yield


async def test_who_says_nothing_in_time_or_something_else_first_is_closed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with talking(house) as page:
        await page.hear()
        await page.order(Pause())
        assert await page.closed_with() == ControlClose.NOT_RESUMED
    assert house.server._holders is not None
    monkeypatch.setattr(house.server._holders.pages, "_resume_seconds", 0.05)
    async with talking(house) as page:
        assert await page.closed_with() == ControlClose.NOT_RESUMED
    assert house.studio.asked == []


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"type":"command"}', '{"type":"command","command":{"id":1}}', '{"a":' * 3000]
)
async def test_nonsense_closes_the_socket_by_name(house: House, text: str) -> None:
    async with talking(house) as page:
        await page.enter()
        await page.hear()
        await page.socket.send_str(text)
        assert await page.closed_with() == ControlClose.BAD_MESSAGE


async def test_a_binary_frame_and_an_oversized_one_close_it(house: House) -> None:
    async with talking(house) as page:
        await page.enter()
        await page.hear()
        await page.socket.send_bytes(b"{}")
        assert await page.closed_with() == ControlClose.BAD_MESSAGE
    async with talking(house) as page:
        await page.enter()
        await page.hear()
        await page.socket.send_str(" " * (MAX_MESSAGE_BYTES + 1))
        assert await page.closed_with() == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_more_commands_at_once_than_a_hand_can_press_close_it(house: House) -> None:
    house.studio.gate.clear()
    async with talking(house) as page:
        await page.enter()
        await page.hear()
        for _ in range(COMMANDS_AT_ONCE + 1):
            await page.order(Pause())
        assert await page.closed_with() == ControlClose.TOO_MANY_COMMANDS
    house.studio.gate.set()


async def test_pings_are_answered_or_the_page_is_closed(hub: Hub, dist: Path, sounds: Path) -> None:
    async with open_house(hub, dist, sounds, ping_interval=0.02) as house, talking(house) as page:
        await page.enter()
        for _ in range(3 * UNANSWERED_PINGS):
            ping = await page.hear_a(Ping)
            await page.say(Pong(n=ping.n))
        assert await page.closed_with() == ControlClose.SLOW_CLIENT


async def test_a_page_that_reads_nothing_is_dropped_and_holds_up_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control_socket, "SEND_SECONDS", 0.2)
    monkeypatch.setattr(control_socket, "PICTURE_SECONDS", 0.0)
    slow = sockets.socket()
    slow.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 2048)
    slow.connect(("127.0.0.1", house.address.port))
    path = f"/control/{house.key('Lambat')}/socket"
    reader, writer = await asyncio.open_connection(sock=slow, limit=1024)
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{house.address.port}\r\nOrigin: {house.address.origin}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    said = msgspec.json.encode(Resume(mark=None, language="id"))
    writer.write(bytes([0x81, 0x80 | len(said), 0, 0, 0, 0]) + said)
    await writer.drain()
    assert house.server._holders is not None
    pages = house.server._holders.pages
    async with talking(house, "Cepat") as page:
        await page.enter()
        await page.hear_a(Picture)
        deadline = asyncio.get_running_loop().time() + 20
        number = 0
        while len(pages._visitors) == 2:
            number += 1
            items = (an_item(f"Donor {number}", "x" * 600) for _ in range(50))
            house.studio.emit(QueueChanged(queue=queue(*items)))
            assert (await page.hear_a(Picture)).picture.waiting[0].donor == f"Donor {number}"
            assert asyncio.get_running_loop().time() < deadline
    writer.close()


async def test_a_studio_that_stops_says_so_and_leaves_no_task(house: House) -> None:
    house.studio.gate.clear()
    async with talking(house) as page, talking(house, "Andi") as silent:
        await page.enter()
        await page.hear()
        await page.order(Pause())
        await asyncio.wait_for(house.studio.was_asked.wait(), 5)
        codes = asyncio.gather(page.closed_with(), silent.closed_with())
        await house.server.stop()
        assert set(await codes) == {ControlClose.STUDIO_STOPPING}
    assert house.studio.listeners == []
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("control")]


async def test_another_sites_page_gets_no_socket(house: House) -> None:
    address = f"{house.control_page('Sari')}/socket"
    for headers in ({}, {"Origin": "https://evil.example"}):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await house.session.ws_connect(address, headers=headers)
        assert refused.value.status == 403


def test_close_codes_of_both_pages_never_mean_two_things() -> None:
    assert not set(ControlClose) & set(CloseCode)
