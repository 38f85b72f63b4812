"""Blocked donors, on both PostgreSQL versions, as the program's own login."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import psycopg
import pytest

from streamer_app.store import database, donor_blocks, payments
from streamer_app.store.database import Connection
from tests.end_to_end.foreign_writer import ForeignWriter
from tests.postgres_servers import MigratedDatabase

STREAMER, OTHER, PAYER = uuid4(), uuid4(), uuid4()


@pytest.fixture
async def conn(migrated_database: MigratedDatabase) -> AsyncIterator[Connection]:
    async with database.connection(migrated_database.app_url, label="tests") as opened:
        yield opened


async def record(
    conn: Connection,
    *,
    payer: UUID | None = None,
    name: str | None = None,
    blocks: bool = True,
    streamer: UUID = STREAMER,
    command: UUID | None = None,
) -> bool:
    return await donor_blocks.record(
        conn,
        command or uuid4(),
        streamer,
        payer_user_id=payer,
        name_key=name,
        shown_name=(name or "somebody").title(),
        blocks=blocks,
        actor="window",
    )


async def donated(conn: Connection, name: str | None, *, streamer: UUID = STREAMER, payer: UUID | None = None) -> None:
    reference = str(uuid4())
    await payments.record_payment(
        conn,
        payments.Payment(
            provider="manual",
            event=reference,
            reference=reference,
            status="PAID",
            amount=25_000,
            currency="IDR",
            payee_user_id=streamer,
            platform_user_id=uuid4(),
            payer_user_id=payer,
            words=payments.DonationWords(name, "semangat!"),
        ),
    )


async def who(conn: Connection, streamer: UUID = STREAMER) -> list[tuple[UUID | None, str | None]]:
    return [(block.payer_user_id, block.name_key) for block in await donor_blocks.current(conn, streamer)]


async def test_the_latest_word_about_each_donor_counts(conn: Connection) -> None:
    assert await who(conn) == []
    for name in ("budi", "rina"):
        assert await record(conn, name=name)
    assert await record(conn, payer=PAYER)
    assert await record(conn, name="eve", streamer=OTHER)
    assert await who(conn) == [(None, "budi"), (None, "rina"), (PAYER, None)]
    assert await record(conn, name="budi", blocks=False)
    assert await record(conn, payer=PAYER, blocks=False)
    assert await who(conn) == [(None, "rina")]
    assert await record(conn, name="budi")
    assert await who(conn) == [(None, "rina"), (None, "budi")]
    assert await who(conn, OTHER) == [(None, "eve")]


async def test_a_block_says_who_by_whom_and_when(conn: Connection) -> None:
    await record(conn, name="budi")
    (block,) = await donor_blocks.current(conn, STREAMER)
    assert (block.shown_name, block.actor, block.happened_at.utcoffset() is not None) == ("Budi", "window", True)


async def test_a_command_is_done_once(conn: Connection) -> None:
    command = uuid4()
    assert await record(conn, name="budi", command=command)
    assert not await record(conn, name="budi", blocks=False, command=command)
    assert await who(conn) == [(None, "budi")]


async def test_a_block_names_a_donor_in_one_way(conn: Connection) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        await record(conn)
    with pytest.raises(psycopg.errors.CheckViolation):
        await record(conn, name="budi", payer=PAYER)


async def test_past_messages_are_counted_by_account(conn: Connection) -> None:
    for name in ("Budi", "Ganti Nama", None):
        await donated(conn, name, payer=PAYER)
    await donated(conn, "Budi", payer=uuid4())
    await donated(conn, "Budi")
    await donated(conn, "Budi", payer=PAYER, streamer=OTHER)
    assert await donor_blocks.matching_messages(conn, STREAMER, payer_user_id=PAYER, name_key=None) == 3


async def test_what_was_never_paid_is_no_past_message(conn: Connection, migrated_database: MigratedDatabase) -> None:
    writer = ForeignWriter(migrated_database.foreign_url, STREAMER, uuid4())
    writer.donate(name="Budi")
    pending = writer.donate(name="Budi", status="PENDING")
    with migrated_database.as_foreign() as foreign:
        foreign.execute("UPDATE transactions SET payer_user_id = %s WHERE id = %s", (PAYER, pending.transaction_id))
    writer.donate(name="Budi", status="PENDING")
    assert await donor_blocks.matching_messages(conn, STREAMER, payer_user_id=None, name_key="budi") == 1
    assert await donor_blocks.matching_messages(conn, STREAMER, payer_user_id=PAYER, name_key=None) == 0


async def test_past_messages_are_counted_by_name_however_it_was_written(conn: Connection) -> None:
    for name in ("Budi", "BUDI", "B\u200bu\u0501i", " budi ", "Budi", "Budi 2", None):
        await donated(conn, name)
    await donated(conn, "Budi", payer=PAYER)
    await donated(conn, "Budi", streamer=OTHER)
    assert await donor_blocks.matching_messages(conn, STREAMER, payer_user_id=None, name_key="budi") == 5
    assert await donor_blocks.matching_messages(conn, STREAMER, payer_user_id=None, name_key="eve") == 0
    assert await donor_blocks.matching_messages(conn, STREAMER, payer_user_id=None, name_key="") == 0
