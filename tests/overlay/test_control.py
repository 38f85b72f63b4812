from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import Literal
from uuid import uuid4

import msgspec
import pytest
from aiohttp import web

from streamer_app.core.answers import PayoutList, Progress
from streamer_app.core.commands import Command, CommandRefused, Pause, SendTestAlert
from streamer_app.core.donations import QueueView
from streamer_app.core.errors import ActionableError, CommandRefusedError, DatabaseUnavailableError
from streamer_app.core.events import BalancesChanged, Event, Notice, QueueChanged
from streamer_app.core.questions import Payouts
from streamer_app.overlay.control import EventOutbox
from streamer_app.overlay.control_protocol import MAX_COMMAND_BYTES
from streamer_app.roles.control_client import ControlClient, StudioGoneError
from tests.overlay.conftest import House


def a_command() -> Command:
    return Command(id=uuid4(), actor="cli", action=Pause())


def client_of(house: House, key: str | None = None) -> ControlClient:
    return ControlClient(house.address.port, key or house.keys.control)


async def test_a_command_is_done_once_and_a_repeat_is_answered_alike(house: House) -> None:
    async with client_of(house) as client:
        command = a_command()
        first, second = await client.send(command), await client.send(command)
    assert (first.command_id, first.revision, first.repeated) == (command.id, 8, False)
    assert second == msgspec.structs.replace(first, repeated=True)


async def test_a_refusal_travels_with_the_revision_and_comes_out_as_the_same_error(house: House) -> None:
    house.studio.failure = CommandRefusedError("Somebody else skipped it.", "Look at the queue.")
    command = a_command()
    async with house.session.post(
        f"{house.address.origin}/control/command", data=msgspec.json.encode(command), headers=house.bearer
    ) as response:
        assert response.status == 409
        refused = msgspec.json.decode(await response.read(), type=CommandRefused)
    assert (refused.command_id, refused.revision) == (command.id, 7)
    async with client_of(house) as client:
        with pytest.raises(CommandRefusedError, match="Somebody else") as error:
            await client.send(command)
    assert error.value.remedy == "Look at the queue."


async def test_what_the_user_can_mend_and_what_is_our_bug_are_told_apart(house: House) -> None:
    async with client_of(house) as client:
        house.studio.failure = DatabaseUnavailableError("PostgreSQL does not answer.", "Start it.")
        with pytest.raises(ActionableError, match="PostgreSQL") as error:
            await client.send(a_command())
        assert error.value.remedy == "Start it."
        house.studio.failure = ZeroDivisionError("a bug")
        with pytest.raises(ActionableError, match="failed on this"):
            await client.send(a_command())
        house.studio.failure = None
        await client.send(a_command())


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"id": 1}', b'{"a":' * 3000, b"\xff\xfe"])
async def test_what_is_no_command_is_refused(house: House, body: bytes) -> None:
    url = f"{house.address.origin}/control/command"
    async with house.session.post(url, data=body, headers=house.bearer) as response:
        assert response.status == 400
        assert (await response.json())["title"]
    assert house.studio.done == {}


async def test_an_oversized_command_is_refused(house: House) -> None:
    url = f"{house.address.origin}/control/command"
    async with house.session.post(url, data=b" " * (MAX_COMMAND_BYTES + 1), headers=house.bearer) as response:
        assert response.status == 413


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "command"), ("GET", "picture"), ("GET", "events"), ("POST", "stop")]
)
async def test_without_the_key_or_from_elsewhere_nothing_is_open(house: House, method: str, path: str) -> None:
    url = f"{house.address.origin}/control/{path}"
    refusals = [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": house.keys.control}, 401),
        (house.bearer | {"Origin": "https://evil.example"}, 403),
        (house.bearer | {"Host": "evil.example"}, 421),
    ]
    for headers, status in refusals:
        async with house.session.request(method, url, headers=headers) as response:
            assert response.status == status
    assert house.studio.stops == 0
    assert house.studio.listeners == []


async def test_nothing_changes_by_get(house: House) -> None:
    for path in ("command", "stop"):
        async with house.session.get(f"{house.address.origin}/control/{path}", headers=house.bearer) as response:
            assert response.status == 405


async def test_the_picture_is_the_newest_event_of_each_kind(house: House) -> None:
    async with client_of(house) as client:
        assert await client.picture() == house.studio.picture()


async def test_events_begin_with_the_picture_and_go_on(house: House) -> None:
    async with client_of(house) as client, aclosing(client.events()) as events:  # type: ignore[type-var]
        first = [await anext(events), await anext(events)]
        assert first == list(house.studio.picture())
        house.studio.emit(BalancesChanged(wallets=()))
        assert await anext(events) == BalancesChanged(wallets=())


async def test_unread_events_of_a_kind_are_replaced_by_the_newest(house: House) -> None:
    async with client_of(house) as client, aclosing(client.events()) as events:  # type: ignore[type-var]
        await anext(events)
        await anext(events)
        for revision in range(100, 200):
            house.studio.emit(QueueChanged(queue=QueueView(revision=revision)))
            house.studio.emit(Notice(title=str(revision), remedy=""))
        heard = [await anext(events), await anext(events)]
        house.studio.emit(BalancesChanged(wallets=()))
        assert await anext(events) == BalancesChanged(wallets=())
    assert heard == [QueueChanged(queue=QueueView(revision=199)), Notice(title="199", remedy="")]


async def test_the_outbox_gives_what_waited_longest() -> None:
    outbox = EventOutbox()
    taking = asyncio.create_task(outbox.take())
    await asyncio.sleep(0)
    outbox.put(Notice(title="a", remedy=""))
    assert await taking == Notice(title="a", remedy="")
    for event in (Notice(title="b", remedy=""), BalancesChanged(wallets=()), Notice(title="c", remedy="")):
        outbox.put(event)
    assert [await outbox.take(), await outbox.take()] == [BalancesChanged(wallets=()), Notice(title="c", remedy="")]


async def test_a_client_that_leaves_hears_nothing_more(house: House) -> None:
    async with client_of(house) as client, aclosing(client.events()) as events:  # type: ignore[type-var]
        await anext(events)
        assert len(house.studio.listeners) == 1
    for _ in range(500):
        if not house.studio.listeners:
            break
        await asyncio.sleep(0.002)
    assert house.studio.listeners == []


async def test_events_end_quietly_when_the_studio_stops(house: House) -> None:
    async with client_of(house) as client:
        reading = asyncio.create_task(collect(client))
        await house.studio.subscribed.wait()
        await house.server.stop()
        assert len(await reading) == 2


async def test_stop_is_asked_for_and_answered(house: House) -> None:
    async with client_of(house) as client:
        await client.stop()
    assert house.studio.stops == 1


async def test_a_studio_that_is_gone_is_said_so(house: House) -> None:
    await house.server.stop()
    async with client_of(house) as client:
        await assert_gone(client)


async def test_a_stale_key_means_that_this_studio_is_gone(house: House) -> None:
    async with client_of(house, key="from-a-former-studio") as client:
        await assert_gone(client)


async def test_another_program_on_the_port_is_no_studio() -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text="<h1>Somebody else</h1>")

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with ControlClient(runner.addresses[0][1], "key") as client:
        await assert_gone(client)
    await runner.cleanup()


async def test_an_event_that_only_a_newer_studio_knows_is_left_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Weather(msgspec.Struct, tag="weather"):
        sky: str

    newer = (Weather(sky="blue"), Notice(title="known", remedy=""))
    monkeypatch.setattr(house.studio, "picture", lambda: newer)
    async with client_of(house) as client:
        assert await client.picture() == newer[1:]


async def test_a_command_can_come_as_plain_json(house: House) -> None:
    body = {"id": str(uuid4()), "actor": "stream deck", "action": {"type": "alert.test"}}
    async with house.session.post(
        f"{house.address.origin}/control/command", data=json.dumps(body), headers=house.bearer
    ) as response:
        assert response.status == 200
        assert (await response.json())["command_id"] == body["id"]
    assert SendTestAlert.__struct_config__.tag == "alert.test"


async def assert_gone(client: ControlClient) -> None:
    for asking in (client.send(a_command()), client.picture(), client.stop(), collect(client)):
        with pytest.raises(StudioGoneError):
            await asking


async def collect(client: ControlClient) -> list[Event]:
    return [event async for event in client.events()]


def test_the_client_is_used_within_its_context() -> None:
    with pytest.raises(RuntimeError, match="context"):
        asyncio.run(ControlClient(1, "key").stop())


async def test_events_of_a_studio_that_was_killed_end_with_an_error(house: House) -> None:
    async with client_of(house) as client:
        reading = asyncio.create_task(collect(client))
        await house.studio.subscribed.wait()
        for connection in tuple(house.server._runner.server.connections):  # type: ignore[union-attr]
            assert connection.transport is not None
            connection.transport.abort()
        with pytest.raises(StudioGoneError):
            await reading


async def test_a_question_is_answered_with_progress_before(house: House) -> None:
    told: list[Progress] = []
    async with client_of(house) as client:
        house.studio.gate.clear()
        asking = asyncio.create_task(client.ask(Payouts(limit=3), told.append))
        async with asyncio.timeout(10):
            await house.studio.was_asked.wait()
        house.studio.gate.set()
        assert await asking == PayoutList()
    assert house.studio.questions == [Payouts(limit=3)]
    assert all(progress.expected == 3 for progress in told)


async def test_a_question_that_is_refused_or_broken_says_so(house: House) -> None:
    async with client_of(house) as client:
        for failure, kind, words in (
            (CommandRefusedError("Not enough.", "Wait."), CommandRefusedError, "Not enough"),
            (DatabaseUnavailableError("PostgreSQL does not answer.", "Start it."), ActionableError, "PostgreSQL"),
            (ZeroDivisionError("a bug"), ActionableError, "failed on this"),
        ):
            house.studio.failure = failure
            with pytest.raises(kind, match=words):
                await client.ask(Payouts())


async def test_whoever_stops_asking_ends_the_question(house: House) -> None:
    house.studio.gate.clear()
    ended = asyncio.Event()
    waiting = house.studio.gate.wait

    async def waits() -> Literal[True]:
        try:
            return await waiting()
        finally:
            ended.set()

    house.studio.gate.wait = waits  # type: ignore[method-assign]  # the double's gate tells when it is left
    async with client_of(house) as client:
        asking = asyncio.create_task(client.ask(Payouts()))
        async with asyncio.timeout(10):
            await house.studio.was_asked.wait()
        asking.cancel()
        async with asyncio.timeout(10):
            await ended.wait()


async def test_a_question_needs_the_key_and_has_to_be_one(house: House) -> None:
    async with client_of(house, "x" * 43) as client:
        with pytest.raises(StudioGoneError):
            await client.ask(Payouts())
    async with house.session.post(
        f"{house.address.origin}/control/ask", data=b'{"type":"ask.everything"}', headers=house.bearer
    ) as response:
        assert response.status == 400
    assert house.studio.questions == []


async def test_a_studio_that_stops_ends_its_questions(house: House) -> None:
    house.studio.gate.clear()
    async with client_of(house) as client:
        asking = asyncio.create_task(client.ask(Payouts()))
        async with asyncio.timeout(10):
            await house.studio.was_asked.wait()
        await house.server.stop()
        with pytest.raises(StudioGoneError):
            await asyncio.wait_for(asking, 10)
