"""The public API's seed: the same commands by HTTP, with a control key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4

import msgspec
import pytest

from streamer_app.core.commands import Command, CommandRefused, CommandResult, Pause, SetRules, Skip
from streamer_app.core.control_picture import ControlPicture
from streamer_app.core.errors import CommandRefusedError, DatabaseUnavailableError, Reason
from streamer_app.core.events import QueueChanged
from streamer_app.core.rights import EVERY_RIGHT, MODERATOR, Right
from streamer_app.core.rules import Rules
from streamer_app.overlay.access_keys import new_key
from streamer_app.overlay.control_protocol import MAX_COMMAND_BYTES, Problem
from tests.overlay.conftest import House
from tests.overlay_web.control_house import an_item, queue


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


async def post(house: House, secret: str, body: bytes | Command) -> tuple[int, bytes]:
    data = body if isinstance(body, bytes) else msgspec.json.encode(body)
    async with house.session.post(f"{house.address.origin}/api/v1/command", data=data, headers=bearer(secret)) as said:
        return said.status, await said.read()


async def test_a_command_is_done_in_the_name_of_the_key_whoever_it_says_it_is(house: House) -> None:
    command = Command(id=uuid4(), actor="window", action=Pause())
    status, body = await post(house, house.key("Sari"), command)
    assert status == 200
    assert msgspec.json.decode(body, type=CommandResult).command_id == command.id
    assert [each.actor for each in house.studio.asked] == ["Sari"]
    _, again = await post(house, house.key("Sari"), command)
    assert msgspec.json.decode(again, type=CommandResult).repeated


async def test_what_the_key_has_no_right_for_is_403_and_is_not_done(house: House) -> None:
    secret = house.key("Sari", frozenset({Right.PANIC}))
    status, body = await post(house, secret, Command(id=uuid4(), actor="", action=Skip(run_id=uuid4())))
    refused = msgspec.json.decode(body, type=CommandRefused)
    assert (status, refused.reason, refused.facts) == (403, Reason.RIGHT_MISSING, {"right": "steer"})
    status, _ = await post(house, house.key("Andi"), Command(id=uuid4(), actor="", action=SetRules(rules=Rules())))
    assert status == 403
    assert house.studio.asked == []


async def test_a_refusal_is_409_and_says_nothing_of_the_streamers_computer(house: House) -> None:
    house.studio.failure = CommandRefusedError(
        "cli:budi was faster: skipped", "Look.", reason=Reason.SOMEBODY_WAS_FASTER, facts={"actor": "cli:budi"}
    )
    status, body = await post(house, house.key("Sari"), Command(id=uuid4(), actor="", action=Pause()))
    assert (status, msgspec.json.decode(body, type=CommandRefused).revision) == (409, 7)
    assert b"budi" not in body


async def test_what_is_away_is_503_without_its_address(house: House) -> None:
    house.studio.failure = DatabaseUnavailableError(
        "PostgreSQL at db.secret:5432 does not answer", "Start it.", reason=Reason.DATABASE_AWAY
    )
    status, body = await post(house, house.key("Sari"), Command(id=uuid4(), actor="", action=Pause()))
    assert (status, msgspec.json.decode(body, type=Problem).reason) == (503, Reason.DATABASE_AWAY)
    assert b"db.secret" not in body


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"id": 1}', b'{"a":' * 3000, b"\xff\xfe"])
async def test_what_is_no_command_is_400(house: House, body: bytes) -> None:
    status, said = await post(house, house.key("Sari"), body)
    assert status == 400
    assert msgspec.json.decode(said, type=Problem).title
    assert house.studio.asked == []


async def test_an_oversized_command_is_413(house: House) -> None:
    status, _ = await post(house, house.key("Sari"), b" " * (MAX_COMMAND_BYTES + 1))
    assert status == 413


async def test_the_picture_shows_amounts_to_who_may_see_them_and_asks(house: House) -> None:
    house.studio.emit(
        QueueChanged(queue=queue(an_item("Budi", amount=987_654_321), an_item("Rahasia", anonymous=True)))
    )

    async def picture(secret: str, query: str = "") -> tuple[ControlPicture, str]:
        url = f"{house.address.origin}/api/v1/picture{query}"
        async with house.session.get(url, headers=bearer(secret)) as said:
            assert said.status == 200
            body = await said.read()
        return msgspec.json.decode(body, type=ControlPicture), body.decode()

    rich, poor = house.key("Uang", EVERY_RIGHT), house.key("Sari", MODERATOR)
    shown, _ = await picture(rich, "?money=1&language=en")
    assert [each.amount_text for each in shown.waiting] == ["Rp987.654.321", "Rp25.000"]
    assert [each.donor for each in shown.waiting] == ["Budi", "Someone"]
    for secret, query in ((rich, ""), (poor, "?money=1"), (poor, "")):
        shown, body = await picture(secret, query)
        assert [each.donor for each in shown.waiting] == ["Budi", "Seseorang"]
        assert "987.654.321" not in body
        assert "987654321" not in body
        assert "Rahasia" not in body


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic {key}", "{key}"])
async def test_without_a_key_that_is_in_use_everything_is_401(house: House, given: str) -> None:
    headers = {"Authorization": given.format(key=house.key("Sari"))}
    for method, path in (("POST", "/api/v1/command"), ("GET", "/api/v1/picture")):
        async with house.session.request(method, house.address.origin + path, headers=headers) as said:
            assert said.status == 401
            assert said.headers["WWW-Authenticate"] == "Bearer"


async def test_a_revoked_key_opens_nothing(house: House) -> None:
    secret = house.key("Sari")
    assert (await post(house, secret, Command(id=uuid4(), actor="", action=Pause())))[0] == 200
    house.revoke("Sari")
    assert (await post(house, secret, Command(id=uuid4(), actor="", action=Pause())))[0] == 401


async def test_the_studios_own_key_and_a_control_key_open_different_doors(house: House) -> None:
    secret = house.key("Sari", EVERY_RIGHT)
    for path in ("/control/picture", "/control/events"):
        async with house.session.get(house.address.origin + path, headers=bearer(secret)) as said:
            assert said.status == 401
    for key in (house.keys.control, house.keys.display):
        async with house.session.get(f"{house.address.origin}/api/v1/picture", headers=bearer(key)) as said:
            assert said.status == 401
        async with house.session.get(f"{house.address.origin}/control/{key}") as said:
            assert said.status == 404
    async with house.session.get(house.address.overlay_url(secret)) as said:
        assert said.status == 404


async def test_nothing_that_changes_anything_can_be_got(house: House) -> None:
    secret = house.key("Sari")
    for path in ("/api/v1/command", "/control/command", "/control/stop"):
        async with house.session.get(house.address.origin + path, headers=bearer(secret)) as said:
            assert said.status == 405
    for path in ("/api/v1/picture", f"/control/{secret}"):
        async with house.session.post(house.address.origin + path, headers=bearer(secret)) as said:
            assert said.status == 405
    assert house.studio.asked == []


async def test_another_site_cannot_use_a_key_it_has_learned(house: House) -> None:
    headers = bearer(house.key("Sari")) | {"Origin": "https://evil.example"}
    data = msgspec.json.encode(Command(id=uuid4(), actor="", action=Pause()))
    async with house.session.post(f"{house.address.origin}/api/v1/command", data=data, headers=headers) as said:
        assert said.status == 403
        assert "Access-Control-Allow-Origin" not in said.headers
    assert house.studio.asked == []


async def test_the_page_is_fresh_strict_and_opens_by_its_key_alone(house: House) -> None:
    async with house.session.get(house.control_page("Sari")) as said:
        assert (said.status, said.content_type, said.headers["Cache-Control"]) == (200, "text/html", "no-store")
        assert f"connect-src 'self' ws://127.0.0.1:{house.address.port};" in said.headers["Content-Security-Policy"]
        assert "script-src 'self'" in said.headers["Content-Security-Policy"]
    async with house.session.get(f"{house.address.origin}/control/{new_key()}") as said:
        assert said.status == 404
        assert said.headers["Refresh"], "a key that was made a moment ago opens the page by itself"
    async with house.session.get(f"{house.address.origin}/control/short") as said:
        assert said.status == 404


async def test_before_the_keys_are_known_nobody_is_told_that_theirs_is_wrong(house: House) -> None:
    secret = house.key("Sari")
    house.ring._loaded, house.ring._keys = False, {}
    async with house.session.get(f"{house.address.origin}/control/{secret}") as said:
        assert (said.status, said.headers["Refresh"]) == (503, "3")
    assert (await post(house, secret, Command(id=uuid4(), actor="", action=Pause())))[0] == 503
    async with house.session.get(f"{house.address.origin}/api/v1/picture", headers=bearer(secret)) as said:
        assert said.status == 503


async def test_no_log_line_carries_a_key(house: House, logged: Callable[[], str]) -> None:
    secret, wrong = house.key("Sari"), new_key()
    house.studio.failure = ZeroDivisionError("a bug")
    await post(house, secret, Command(id=uuid4(), actor="", action=Pause()))
    for given in (secret, wrong):
        async with house.session.get(f"{house.address.origin}/control/{given}/socket"):
            pass
        async with house.session.get(f"{house.address.origin}/api/v1/picture", headers=bearer(given)):
            pass
    house.revoke("Sari")
    await asyncio.sleep(0)
    text = logged()
    assert "request_failed" in text
    assert secret not in text
    assert wrong not in text
