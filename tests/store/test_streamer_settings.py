"""Settings are versions, on both PostgreSQL versions; two writers never write the same one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from streamer_app.core.errors import DatabaseUnavailableError
from streamer_app.store import database, streamer_settings
from streamer_app.store.database import Connection
from tests.postgres_servers import MigratedDatabase

STREAMER = uuid4()


@pytest.fixture
async def conn(migrated_database: MigratedDatabase) -> AsyncIterator[Connection]:
    async with database.connection(migrated_database.app_url, label="tests") as opened:
        yield opened


async def test_the_newest_version_counts_for_its_streamer_and_key(conn: Connection) -> None:
    assert await streamer_settings.newest(conn, STREAMER, "rules") is None
    assert await streamer_settings.add(conn, STREAMER, "rules", {"a": [1, None]}, "window") == 1
    assert await streamer_settings.add(conn, STREAMER, "rules", {"a": "\u00e9"}, "cli") == 2
    assert await streamer_settings.add(conn, STREAMER, "goal", 5, "cli") == 1
    assert await streamer_settings.add(conn, uuid4(), "rules", "theirs", "cli") == 1
    assert await streamer_settings.newest(conn, STREAMER, "rules") == (2, {"a": "\u00e9"})
    assert await streamer_settings.newest(conn, STREAMER, "goal") == (1, 5)


async def test_every_version_and_its_author_stay(conn: Connection, migrated_database: MigratedDatabase) -> None:
    for by in ("window", "cli:rina"):
        await streamer_settings.add(conn, STREAMER, "rules", by, by)
    with migrated_database.as_owner() as owner:
        rows = owner.execute("SELECT version, value, changed_by FROM streamer_app.streamer_settings ORDER BY version")
        assert rows.fetchall() == [(1, "window", "window"), (2, "cli:rina", "cli:rina")]


async def test_many_writers_at_once_each_get_a_version(migrated_database: MigratedDatabase) -> None:
    async def write(number: int) -> list[int]:
        async with database.connection(migrated_database.app_url, label="tests") as own:
            return [await streamer_settings.add(own, STREAMER, "rules", number, "test") for _ in range(5)]

    written = await asyncio.gather(*(write(number) for number in range(6)))
    assert sorted(version for versions in written for version in versions) == list(range(1, 31))


async def test_a_version_somebody_else_writes_in_the_same_moment_is_not_taken_twice(
    conn: Connection, migrated_database: MigratedDatabase
) -> None:
    async with database.connection(migrated_database.app_url, label="tests") as other, other.transaction():
        assert await streamer_settings.add(other, STREAMER, "rules", "theirs", "other") == 1
        ours = asyncio.create_task(streamer_settings.add(conn, STREAMER, "rules", "ours", "us"))
        await _until_it_waits(migrated_database)
    assert await ours == 2
    assert await streamer_settings.newest(conn, STREAMER, "rules") == (2, "ours")


async def _until_it_waits(on: MigratedDatabase) -> None:
    with on.as_admin() as admin:
        deadline = asyncio.get_running_loop().time() + 10
        while asyncio.get_running_loop().time() < deadline:
            waits = admin.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchone()
            if waits is not None and waits[0]:
                return
            await asyncio.sleep(0.01)
    pytest.fail("nobody waits for the other writer")


async def test_a_writer_who_always_comes_second_is_told(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = 0

    async def never(*_: object) -> None:
        nonlocal tries
        tries += 1

    monkeypatch.setattr(streamer_settings, "fetch_one", never)
    with pytest.raises(DatabaseUnavailableError):
        await streamer_settings.add(conn, STREAMER, "rules", 1, "us")
    assert tries == streamer_settings._TRIES
