"""Control keys in both PostgreSQL versions, as the studio's login."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from streamer_app.core.rights import MODERATOR, ControlKey, Right
from streamer_app.store import control_keys, database
from streamer_app.store.database import Connection
from tests.postgres_servers import MigratedDatabase

STREAMER = uuid4()


@pytest.fixture
async def conn(migrated_database: MigratedDatabase) -> AsyncIterator[Connection]:
    async with database.connection(migrated_database.app_url, label="tests") as opened:
        yield opened


async def made(conn: Connection, name: str, secret: bytes, streamer: UUID = STREAMER) -> ControlKey | None:
    return await control_keys.make(
        conn, streamer, name=name, secret_sha256=secret * 32, rights=MODERATOR, made_by="tests"
    )


async def test_a_key_is_found_by_its_secrets_hash_until_it_ends(conn: Connection) -> None:
    key = await made(conn, "Sari", b"a")
    assert key is not None
    assert await control_keys.in_use(conn, STREAMER) == {b"a" * 32: key}
    assert await control_keys.in_use(conn, uuid4()) == {}
    assert await control_keys.end(conn, STREAMER, key.key_id, "window")
    assert not await control_keys.end(conn, STREAMER, key.key_id, "window")
    assert await control_keys.in_use(conn, STREAMER) == {}
    (kept,) = await control_keys.every(conn, STREAMER)
    assert (kept.name, kept.rights, kept.made_by, kept.ended_by) == ("Sari", MODERATOR, "tests", "window")
    assert kept.ended_at is not None
    assert kept.ended_at >= kept.made_at


async def test_one_name_is_in_use_once_and_free_again_after_its_end(conn: Connection) -> None:
    first = await made(conn, "Sari", b"a")
    assert first is not None
    assert await made(conn, "sARI", b"b") is None
    assert await made(conn, "Sari", b"c", uuid4()) is not None
    await control_keys.end(conn, STREAMER, first.key_id, "tests")
    assert await made(conn, "Sari", b"d") is not None


async def test_another_streamers_key_cannot_be_ended(conn: Connection) -> None:
    key = await made(conn, "Sari", b"a")
    assert key is not None
    assert not await control_keys.end(conn, uuid4(), key.key_id, "tests")
    assert len(await control_keys.in_use(conn, STREAMER)) == 1


async def test_of_two_who_make_the_same_name_at_once_one_gets_it(migrated_database: MigratedDatabase) -> None:
    async def race(secret: bytes) -> ControlKey | None:
        async with database.connection(migrated_database.app_url, label="tests") as conn:
            return await made(conn, "Sari", secret)

    results = await asyncio.gather(*(race(bytes([number])) for number in range(6)))
    assert sum(result is not None for result in results) == 1


async def test_a_right_that_only_a_newer_program_knows_opens_nothing(
    conn: Connection, migrated_database: MigratedDatabase
) -> None:
    with migrated_database.as_app() as app:
        app.execute(
            "INSERT INTO streamer_app.control_keys (streamer_user_id, name, secret_sha256, rights, made_by)"
            " VALUES (%s, 'Sari', %s, '{panic,fly}', 'tests')",
            (STREAMER, b"a" * 32),
        )
    (key,) = (await control_keys.in_use(conn, STREAMER)).values()
    assert key.rights == {Right.PANIC}
