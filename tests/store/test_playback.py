"""Runs and leases, on both PostgreSQL versions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from streamer_app.core.playback import FactKind, Outcome, RunKind
from streamer_app.core.stage_settings import StageSettings
from streamer_app.store import database, facts, identity, leases, payments, playback
from streamer_app.store.database import Connection
from streamer_app.store.facts import FactRecord
from streamer_app.store.leases import Lease
from streamer_app.store.playback import RunEnd, RunOpening
from tests.postgres_servers import MigratedDatabase

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
STREAMER = uuid4()


@pytest.fixture
async def conn(migrated_database: MigratedDatabase) -> AsyncIterator[Connection]:
    async with database.connection(migrated_database.app_url, label="tests") as opened:
        await identity.first_started_at(opened, STREAMER)
        yield opened


async def donated(conn: Connection) -> UUID:
    reference = str(uuid4())
    payment = payments.Payment(
        provider="manual",
        event=reference,
        reference=reference,
        status="PAID",
        amount=25_000,
        currency="IDR",
        payee_user_id=STREAMER,
        platform_user_id=uuid4(),
        words=payments.DonationWords("Budi", "semangat!"),
    )
    recorded = await payments.record_payment(conn, payment)
    assert recorded.donation_message_id is not None
    return recorded.donation_message_id


async def leased(conn: Connection, holder: str = "one") -> Lease:
    lease = await leases.retake_lease(conn, STREAMER, holder=holder, label=f"folder of {holder}")
    assert lease is not None
    return lease


def opening(message_id: UUID, lease: Lease, counter: int = 1) -> RunOpening:
    return RunOpening(
        run_id=uuid4(),
        message_id=message_id,
        kind=RunKind.FIRST,
        epoch=lease.epoch,
        counter=counter,
        page_instance="page-12345678",
        resumes=None,
        offset_ms=0,
        expected_ms=6000,
        opened_at=NOW,
    )


def played(run: RunOpening, **changes: object) -> RunEnd:
    plain = {"run_id": run.run_id, "outcome": Outcome.PLAYED, "ms_shown": 6000, "audible": True, "actor": "page"}
    return RunEnd(**(plain | changes))  # type: ignore[arg-type]


async def test_a_run_ends_once_and_the_first_outcome_stands(conn: Connection) -> None:
    lease, message_id = await leased(conn), await donated(conn)
    run = opening(message_id, lease)
    assert await playback.open_run(conn, lease, run)
    assert await playback.end_run(conn, played(run, outcome=Outcome.SKIPPED)) is not None
    assert await playback.end_run(conn, played(run)) is None
    assert await playback.played_at(conn, message_id) is None


async def test_played_at_is_the_first_time_and_never_moves(conn: Connection) -> None:
    lease, message_id = await leased(conn), await donated(conn)
    first, second = opening(message_id, lease), opening(message_id, lease, counter=2)
    assert await playback.open_run(conn, lease, first)
    assert await playback.open_run(conn, lease, second)
    await playback.end_run(conn, played(first, ended_at=NOW))
    await playback.end_run(conn, played(second))
    assert await playback.played_at(conn, message_id) == NOW
    assert not await playback.open_run(conn, lease, opening(message_id, lease, counter=3)), "played elsewhere"


async def test_a_lost_row_of_a_run_is_restored_when_it_ends(conn: Connection) -> None:
    lease, message_id = await leased(conn), await donated(conn)
    lost = opening(message_id, lease)
    assert await playback.end_run(conn, played(lost, opening=lost, ended_at=NOW)) == NOW
    assert await playback.played_at(conn, message_id) == NOW


async def test_a_stranger_waits_and_the_own_folder_retakes_at_once(conn: Connection) -> None:
    first = await leased(conn)
    assert await leases.retake_lease(conn, STREAMER, holder="two", label="folder of two") is None
    assert await leases.lease_holder(conn, STREAMER) == "folder of one"
    again = await leased(conn)
    assert again.epoch == first.epoch + 1
    assert not await leases.renew_lease(conn, first)
    await leases.release_lease(conn, again)
    assert (await leased(conn, "two")).epoch == again.epoch + 1


async def test_a_dispatcher_frozen_past_its_lease_opens_nothing(conn: Connection) -> None:
    frozen, message_id = await leased(conn), await donated(conn)
    current = await leased(conn)
    assert not await playback.open_run(conn, frozen, opening(message_id, frozen))
    fact = FactRecord(command_id=uuid4(), message_id=message_id, kind=FactKind.SKIPPED, actor="window")
    assert not await facts.record(conn, frozen, fact)
    assert await facts.record(conn, current, fact)
    assert not await facts.record(conn, current, fact), "the same command twice is one fact"
    assert not await playback.open_run(conn, current, opening(message_id, current)), "skipped meanwhile"


async def at_once(conn: Connection, lease: Lease, message_id: UUID, counter: int = 1) -> bool:
    message = await playback.open_at_once(
        conn,
        lease,
        run_id=uuid4(),
        message_id=message_id,
        counter=counter,
        page_instance="page-12345678",
        first_started_at=datetime(2000, 1, 1, tzinfo=UTC),
        stage=StageSettings(),
    )
    if message is None:
        return False
    read = await playback.one(conn, lease.streamer_user_id, message_id)
    assert read is not None
    assert replace(read, history=replace(read.history, interruptions=0)) == message, "as the view reads it"
    return True


async def test_a_fresh_donation_is_read_and_opened_in_one_go(conn: Connection) -> None:
    lease, message_id = await leased(conn), await donated(conn)
    assert await at_once(conn, lease, message_id)
    assert not await at_once(conn, lease, message_id, counter=2), "it has a run"


async def test_whatever_speaks_against_it_leaves_the_decision_to_the_ordinary_way(
    migrated_database: MigratedDatabase, conn: Connection
) -> None:
    def change(setting: str, message_id: UUID) -> None:
        with migrated_database.as_foreign() as backend:
            backend.execute(
                f"UPDATE transactions SET {setting}"  # noqa: S608
                " WHERE id IN (SELECT transaction_id FROM donation_messages WHERE id = %s)",
                (message_id,),
            )

    lease = await leased(conn)
    skipped, old = await donated(conn), await donated(conn)
    fact = FactRecord(command_id=uuid4(), message_id=skipped, kind=FactKind.SKIPPED, actor="window")
    await facts.record(conn, lease, fact)
    assert not await at_once(conn, lease, skipped)
    change("paid_at = '1999-01-01'", old)
    assert not await at_once(conn, lease, old), "history"
    refunded = await donated(conn)
    change("status = 'REFUNDED'", refunded)
    assert not await at_once(conn, lease, refunded)
    current = await leased(conn)
    assert not await at_once(conn, lease, await donated(conn)), "another lease"
    assert await at_once(conn, current, await donated(conn))


async def test_another_streamers_message_is_not_read(conn: Connection) -> None:
    other = await leases.retake_lease(conn, uuid4(), holder="one", label="one")
    assert other is not None
    answer = await playback.open_at_once(
        conn,
        other,
        run_id=uuid4(),
        message_id=await donated(conn),
        counter=1,
        page_instance="page-12345678",
        first_started_at=datetime(2000, 1, 1, tzinfo=UTC),
        stage=StageSettings(),
    )
    assert answer is None
