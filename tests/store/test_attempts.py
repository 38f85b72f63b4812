"""A statement whose answer is lost is asked once more; what cannot be known is said to be unknown."""

from __future__ import annotations

import asyncio
import time
from uuid import UUID, uuid4

import pytest
from psycopg.errors import InternalError_

from streamer_app.core.errors import DatabaseUnavailableError, OutcomeUnknownError, RightMissingError
from streamer_app.core.refusals import MoneyRefusedError
from streamer_app.store import payments
from streamer_app.store.attempts import asked_again_if_lost
from streamer_app.store.database import Connection
from streamer_app.store.payments import Payment, Recorded
from tests.postgres_servers import MigratedDatabase

END_ME = "SELECT pg_terminate_backend(pg_backend_pid())"


def some_payment(amount: int = 10_000) -> Payment:
    return Payment("xendit", "e-1", "r-1", "PAID", amount, "IDR", UUID(int=1), UUID(int=2))


class Recording:
    """Records a payment, and loses the connection after the commit as often as it is told."""

    def __init__(self, losses: int) -> None:
        self.losses = losses
        self.asked = 0

    async def __call__(self, conn: Connection) -> Recorded:
        self.asked += 1
        recorded = await payments.record_payment(conn, some_payment())
        if self.asked <= self.losses:
            await conn.execute(END_ME)
        return recorded


def recorded_here(migrated: MigratedDatabase) -> int:
    with migrated.as_owner() as owner:
        row = owner.execute("SELECT count(*) FROM transactions").fetchone()
    assert row is not None
    return int(row[0])


async def test_an_answer_lost_once_is_asked_for_again_and_posted_once(migrated_database_18: MigratedDatabase) -> None:
    work = Recording(losses=1)
    recorded = await asked_again_if_lost(migrated_database_18.gateway_url, work, label="test")
    assert (work.asked, recorded.repeated) == (2, True)
    assert recorded_here(migrated_database_18) == 1


async def test_an_answer_lost_twice_is_not_known(migrated_database_18: MigratedDatabase) -> None:
    work = Recording(losses=2)
    with pytest.raises(OutcomeUnknownError) as unknown:
        await asked_again_if_lost(migrated_database_18.gateway_url, work, label="test")
    assert work.asked == 2
    assert "not known" in unknown.value.title
    assert "same command again" in unknown.value.remedy
    assert recorded_here(migrated_database_18) == 1


@pytest.mark.parametrize(("slips", "answered"), [(1, True), (2, False)])
async def test_an_internal_error_of_the_server_is_asked_again_once(
    migrated_database_18: MigratedDatabase, *, slips: int, answered: bool
) -> None:
    asked = 0

    async def work(conn: Connection) -> Recorded:
        nonlocal asked
        asked += 1
        recorded = await payments.record_payment(conn, some_payment())
        if asked <= slips:
            await conn.execute("DO $$ BEGIN RAISE EXCEPTION 'new multixact' USING ERRCODE = 'XX000'; END $$")
        return recorded

    asking = asked_again_if_lost(migrated_database_18.gateway_url, work, label="test")
    if answered:
        assert (await asking).repeated
    else:
        with pytest.raises(InternalError_):
            await asking
    assert asked == 2


async def test_a_refusal_is_an_answer(migrated_database_18: MigratedDatabase) -> None:
    asked = 0

    async def work(conn: Connection) -> Recorded:
        nonlocal asked
        asked += 1
        return await payments.record_payment(conn, some_payment(amount=0))

    with pytest.raises(MoneyRefusedError):
        await asked_again_if_lost(migrated_database_18.gateway_url, work, label="test")
    with pytest.raises(RightMissingError):
        await asked_again_if_lost(migrated_database_18.auditor_url, work, label="test")
    assert asked == 2


async def test_a_busy_database_is_an_answer(migrated_database_18: MigratedDatabase) -> None:
    asked = 0

    async def work(conn: Connection) -> None:
        nonlocal asked
        asked += 1
        await conn.execute("SET statement_timeout = '50ms'")
        await conn.execute("SELECT pg_sleep(30)")

    with pytest.raises(DatabaseUnavailableError, match="busy") as busy:
        await asked_again_if_lost(migrated_database_18.app_url, work, label="test")
    assert not isinstance(busy.value, OutcomeUnknownError)
    assert asked == 1


async def test_a_server_that_was_never_reached_leaves_nothing_unknown() -> None:
    async def work(conn: Connection) -> None:
        raise AssertionError(conn)

    with pytest.raises(DatabaseUnavailableError) as away:
        await asked_again_if_lost("postgresql://nobody@127.0.0.1:1/none", work, label="test")
    assert not isinstance(away.value, OutcomeUnknownError)


async def test_silence_ends_at_the_deadline(migrated_database_18: MigratedDatabase) -> None:
    async def work(conn: Connection) -> None:
        await conn.execute("SELECT pg_sleep(30)")

    began = time.monotonic()
    with pytest.raises(OutcomeUnknownError):
        await asked_again_if_lost(migrated_database_18.app_url, work, label="test", deadline=0.2)
    assert time.monotonic() - began < 5


async def test_a_stopped_command_stops_its_statement(migrated_database_18: MigratedDatabase) -> None:
    mark = f"stopped {uuid4()}"
    begun = asyncio.Event()

    async def work(conn: Connection) -> None:
        begun.set()
        await conn.execute(f"SELECT pg_sleep(30) /* {mark} */")

    running = asyncio.create_task(asked_again_if_lost(migrated_database_18.app_url, work, label="test"))
    await begun.wait()
    await asyncio.sleep(0.1)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with migrated_database_18.as_admin() as admin:
        found = admin.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE query LIKE %s AND state = 'active' AND pid <> pg_backend_pid()",
            (f"%{mark}%",),
        ).fetchone()
    assert found == (0,)


async def test_what_comes_afterwards_changes_no_answer(migrated_database_18: MigratedDatabase) -> None:
    told: list[Recorded] = []

    async def afterwards(conn: Connection, recorded: Recorded) -> None:
        told.append(recorded)
        await conn.execute(END_ME)

    work = Recording(losses=0)
    recorded = await asked_again_if_lost(migrated_database_18.gateway_url, work, label="test", afterwards=afterwards)
    assert told == [recorded]
    assert not recorded.repeated
    assert work.asked == 1
