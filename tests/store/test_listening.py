"""The bell on the connection that also asks questions."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

from streamer_app.store import database
from streamer_app.store.listening import Bell
from tests.postgres_servers import MigratedDatabase

STREAMER = uuid4()
PATIENCE = 10


def ring_for(target: MigratedDatabase, payload: str) -> None:
    with target.as_foreign() as foreign:
        foreign.execute("SELECT pg_notify(%s, %s)", (f"streamer_app_bell_{STREAMER.hex}", payload))


async def test_rings_are_heard_between_and_during_statements(migrated_database: MigratedDatabase) -> None:
    heard: asyncio.Queue[UUID] = asyncio.Queue()
    between, during = uuid4(), uuid4()
    async with database.connection(migrated_database.app_url, label="tests") as conn:
        bell = Bell(conn, heard.put_nowait, lambda: None)
        await bell.listen(STREAMER)
        bell.arm()
        await asyncio.to_thread(ring_for, migrated_database, str(between))
        assert await asyncio.wait_for(heard.get(), PATIENCE) == between
        bell.disarm()
        asking = asyncio.create_task(conn.execute("SELECT pg_sleep(0.2)"))
        await asyncio.to_thread(ring_for, migrated_database, str(during))
        await asking
        bell.arm()
        assert await asyncio.wait_for(heard.get(), PATIENCE) == during
        bell.disarm()


async def test_an_odd_payload_and_another_streamers_ring_are_passed_over(migrated_database: MigratedDatabase) -> None:
    heard: asyncio.Queue[UUID] = asyncio.Queue()
    wanted = uuid4()
    async with database.connection(migrated_database.app_url, label="tests") as conn:
        bell = Bell(conn, heard.put_nowait, lambda: None)
        await bell.listen(STREAMER)
        bell.arm()
        await asyncio.to_thread(ring_for, migrated_database, "not an id")
        with migrated_database.as_foreign() as foreign:
            foreign.execute("SELECT pg_notify('streamer_app_bell_' || %s, %s)", (uuid4().hex, str(uuid4())))
        await asyncio.to_thread(ring_for, migrated_database, str(wanted))
        assert await asyncio.wait_for(heard.get(), PATIENCE) == wanted
        assert heard.empty()
        bell.disarm()


async def test_a_connection_that_dies_is_noticed_at_once_and_once(migrated_database: MigratedDatabase) -> None:
    lost = asyncio.Event()
    times: list[int] = []

    def gone() -> None:
        times.append(1)
        lost.set()

    conn = await database.connect(migrated_database.app_url, label="tests")
    bell = Bell(conn, lambda _: None, gone)
    await bell.listen(STREAMER)
    bell.arm()
    with migrated_database.as_admin() as admin:
        admin.execute("SELECT pg_terminate_backend(%s)", (conn.info.backend_pid,))
    await asyncio.wait_for(lost.wait(), PATIENCE)
    await asyncio.sleep(0)
    assert times == [1]
    await conn.close()
