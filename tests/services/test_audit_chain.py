"""Whatever a superuser does to sealed entries is found: by the chain, or by the heads kept outside the database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from streamer_app.services import audit, chain_check, ledger_heads
from streamer_app.store import audit as chain_store
from streamer_app.store import database, schema
from tests.migrations.conftest import write_donation
from tests.postgres_servers import MigratedDatabase
from tests.services.ledger_world import Admin, LedgerWorld, kinds


@pytest.fixture
def world(migrated_database: MigratedDatabase, tmp_path: Path) -> LedgerWorld:
    return LedgerWorld(migrated_database, tmp_path / "data")


@pytest.fixture
def world_18(migrated_database_18: MigratedDatabase, tmp_path: Path) -> LedgerWorld:
    return LedgerWorld(migrated_database_18, tmp_path / "data")


async def sealed(world: LedgerWorld, blocks: int = 4) -> None:
    """Several blocks, one donation each, all of them good and noted."""
    for _ in range(blocks):
        world.writer.donate()
        await audit.seal(world.url, world.folder)
    report = await world.verify()
    assert report.findings == ()
    assert (report.last_block, report.blocks) == (blocks, blocks + 1)


def on_entry(statement: str) -> bytes:
    """On one entry of block 2."""
    one = (
        "id = (SELECT e.id FROM wallet_ledger_entries e JOIN streamer_app.ledger_blocks b ON b.number = 2"
        " AND e.posted_in >= b.lower_bound AND e.posted_in < b.upper_bound WHERE e.entry_type = 'FEE')"
    )
    return statement.replace("@ENTRY", one).encode()


GIFT = "UPDATE wallet_ledger_entries SET description = 'gift' WHERE @ENTRY"
TAMPERING = {
    "amount": "UPDATE wallet_ledger_entries SET amount = amount + 1 WHERE @ENTRY",
    "description": GIFT,
    "meta": "UPDATE wallet_ledger_entries SET meta = '{\"a\": 1}' WHERE @ENTRY",
    "moment": "UPDATE wallet_ledger_entries SET created_at = created_at - interval '1 microsecond' WHERE @ENTRY",
    "name of its transaction": "UPDATE wallet_ledger_entries SET posted_in = 3 WHERE @ENTRY",
    "name taken away": "UPDATE wallet_ledger_entries SET posted_in = NULL WHERE @ENTRY",
    "wallet": "UPDATE wallet_ledger_entries e SET wallet_id ="
    " (SELECT w.id FROM wallets w WHERE w.id <> e.wallet_id LIMIT 1) WHERE @ENTRY",
    "removed": "DELETE FROM wallet_ledger_entries WHERE @ENTRY",
    "inserted": "INSERT INTO wallet_ledger_entries (wallet_id, entry_type, amount, source_type, source_id, net_amount,"
    " posted_in) SELECT wallet_id, 'ADJUSTMENT', 5, 'LEDGER', id, 5, posted_in FROM wallet_ledger_entries"
    " WHERE @ENTRY",
    "exchanged": "WITH two AS (SELECT array_agg(id ORDER BY id) ids, array_agg(amount ORDER BY id) amounts"
    " FROM wallet_ledger_entries WHERE posted_in = (SELECT max(posted_in) FROM wallet_ledger_entries))"
    " UPDATE wallet_ledger_entries SET amount = CASE WHEN id = ids[1] THEN amounts[2] ELSE amounts[1] END FROM two"
    " WHERE id = ANY (ids)",
}


@pytest.mark.parametrize("case", TAMPERING)
async def test_a_change_of_sealed_entries_is_found(world: LedgerWorld, case: str) -> None:
    await sealed(world)
    with world.unguarded() as admin:
        assert admin.execute(on_entry(TAMPERING[case])).rowcount > 0
    report = await world.verify()
    assert "BLOCK_CHANGED" in kinds(report)
    changed = {finding.block for finding in report.findings if finding.kind == "BLOCK_CHANGED"}
    assert changed <= {0, 1, 2, 4}
    assert not report.is_good


async def test_a_change_that_balances_is_found_by_the_chain_alone(world_18: LedgerWorld) -> None:
    await sealed(world_18)
    with world_18.unguarded() as admin:
        admin.execute(on_entry(GIFT))
    (finding,) = (await world_18.verify()).findings
    assert (finding.kind, finding.severity, finding.block) == ("BLOCK_CHANGED", "PROBLEM", 2)
    assert finding.expected.startswith("2 entries")


async def test_the_block_of_old_entries_is_watched_too(world: LedgerWorld) -> None:
    owner = world.database.owner_url
    schema.downgrade(owner, "0010")
    with world.database.as_foreign() as writer:
        write_donation(writer)
    schema.upgrade(owner)
    await world.verify()
    with world.unguarded() as admin:
        admin.execute("UPDATE wallet_ledger_entries SET description = 'old' WHERE posted_in IS NULL")
    found = [finding.block for finding in (await world.verify()).findings if finding.kind == "BLOCK_CHANGED"]
    assert found == [0]


# The last block's head, computed as the database does after somebody changed what it is made of.
HEAD_AGAIN = (
    "UPDATE streamer_app.ledger_blocks b SET head = sha256(b.previous_head || int8send(b.number)"
    " || convert_to(b.lower_bound::text || '/', 'UTF8') || int8send(b.upper_bound) || int8send(b.entries) || b.digest"
    " || uuid_send(chain_id)) FROM streamer_app.ledger_chain WHERE number = 4"
)
BLOCK_TAMPERING = {
    "linked elsewhere": "UPDATE streamer_app.ledger_blocks SET previous_head = sha256(''::bytea) WHERE number = 4",
    "a gap before it": "UPDATE streamer_app.ledger_blocks SET lower_bound = lower_bound + 1 WHERE number = 4",
    "digest": "UPDATE streamer_app.ledger_blocks SET digest = sha256(''::bytea) WHERE number = 2",
    "count": "UPDATE streamer_app.ledger_blocks SET entries = 9 WHERE number = 2",
    "bounds": "UPDATE streamer_app.ledger_blocks SET upper_bound = upper_bound + 1 WHERE number = 2",
    "head": "UPDATE streamer_app.ledger_blocks SET head = sha256(''::bytea) WHERE number = 2",
    "removed": "DELETE FROM streamer_app.ledger_blocks WHERE number = 2",
    "first removed": "DELETE FROM streamer_app.ledger_blocks WHERE number = 0",
    "renumbered": "UPDATE streamer_app.ledger_blocks SET number = 99 WHERE number = 4",
}


@pytest.mark.parametrize("case", BLOCK_TAMPERING)
async def test_a_change_of_the_blocks_is_found(world_18: LedgerWorld, case: str) -> None:
    await sealed(world_18)
    with world_18.unguarded() as admin:
        assert admin.execute(BLOCK_TAMPERING[case].encode()).rowcount > 0
        if case in {"linked elsewhere", "a gap before it"}:
            admin.execute(HEAD_AGAIN.encode())
    assert "CHAIN_BROKEN" in kinds(await world_18.verify())


def remove_from(admin: Admin, block: int) -> None:
    """The last blocks, with all that was posted in them."""
    row = admin.execute("SELECT lower_bound FROM streamer_app.ledger_blocks WHERE number = %s", [block]).fetchone()
    assert row is not None
    for statement in (
        (
            b"DELETE FROM donation_messages WHERE transaction_id IN"
            b" (SELECT source_id FROM wallet_ledger_entries WHERE posted_in >= %s)"
        ),
        b"DELETE FROM transactions WHERE id IN (SELECT source_id FROM wallet_ledger_entries WHERE posted_in >= %s)",
        (
            b"UPDATE wallets w SET balance = balance - coalesce((SELECT sum(amount) FROM wallet_ledger_entries e"
            b" WHERE e.wallet_id = w.id AND posted_in >= %s), 0)"
        ),
        b"DELETE FROM wallet_ledger_entries WHERE posted_in >= %s",
        b"DELETE FROM streamer_app.ledger_blocks WHERE lower_bound >= %s",
    ):
        admin.execute(statement, row)


async def test_removing_the_last_entries_with_their_blocks_is_found_outside(world: LedgerWorld) -> None:
    await sealed(world)
    with world.unguarded() as admin:
        remove_from(admin, 3)
    report = await world.verify()
    assert kinds(report) == {"CHAIN_CUT"}, "everything inside fits together"
    world.writer.donate()
    world.writer.donate()
    assert "CHAIN_RECOMPUTED" in kinds(await world.verify(new_only=True)), "new blocks in their place do not hide it"


async def test_a_chain_computed_anew_is_found_outside(world: LedgerWorld) -> None:
    await sealed(world)
    with world.unguarded() as admin:
        admin.execute(on_entry(GIFT))
        admin.execute("DELETE FROM streamer_app.ledger_blocks WHERE number >= 2")
    with world.database.as_app() as app:
        app.execute("SELECT streamer_app.seal_ledger()")
    report = await world.verify()
    assert kinds(report) >= {"CHAIN_RECOMPUTED"}
    assert "BLOCK_CHANGED" not in kinds(report)
    assert not report.is_good
    assert not (await world.verify(new_only=True)).is_good


async def test_another_ledger_in_its_place_is_found_outside(world_18: LedgerWorld) -> None:
    await sealed(world_18)
    with world_18.unguarded() as admin:
        admin.execute("UPDATE streamer_app.ledger_chain SET chain_id = gen_random_uuid()")
        admin.execute("DELETE FROM streamer_app.ledger_blocks")
    for _ in range(2):
        report = await world_18.verify()
        assert kinds(report) == {"CHAIN_REPLACED"}
        assert not report.is_good


async def test_a_lost_or_garbled_file_is_a_warning(world_18: LedgerWorld) -> None:
    await sealed(world_18)
    path = world_18.folder / ledger_heads.FILE_NAME
    path.write_bytes(path.read_bytes() + b'{"torn\n\xff\xfe\n')
    report = await world_18.verify()
    assert kinds(report) == {"OUTSIDE_HEADS_DAMAGED"}
    assert report.is_good
    path.unlink()
    report = await world_18.verify(new_only=True)
    assert not report.new_only
    assert kinds(report) == {"NO_OUTSIDE_HEAD"}
    assert report.is_good
    assert (await world_18.verify()).findings == ()


async def test_two_sessions_far_apart_agree_on_every_digest(
    world: LedgerWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.move_in_every_way()
    with world.unguarded() as admin:
        admin.execute("UPDATE wallet_ledger_entries SET description = E'\\u00e9 \\\\ x', meta = '{\"a\": [1.50]}'")
    with world.database.as_app() as odd:
        for setting, value in (
            ("TimeZone", "Pacific/Chatham"),
            ("DateStyle", "SQL, DMY"),
            ("standard_conforming_strings", "off"),
            ("bytea_output", "escape"),
            ("client_encoding", "LATIN1"),
        ):
            odd.execute("SELECT set_config(%s, %s, false)", [setting, value])
        assert odd.execute("SELECT streamer_app.seal_ledger()").fetchall()
        odd.execute("SELECT streamer_app.seal_ledger()")
    heads = set()
    for options in ("-c timezone=UTC", "-c timezone=Asia/Jakarta -c datestyle=German -c extra_float_digits=-15"):
        monkeypatch.setattr(database, "_SESSION_OPTIONS", options)
        report = await world.verify()
        assert report.is_good, report.findings
        heads.add(report.head)
    assert len(heads) == 1


async def test_many_tiny_blocks_are_read_in_windows(world_18: LedgerWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    await sealed(world_18, blocks=12)
    asked: list[int] = []
    digests = chain_store.digests

    async def counted(conn: database.Connection, some: list[chain_store.Block]) -> dict[int, tuple[int, bytes]]:
        asked.append(len(some))
        return await digests(conn, some)

    monkeypatch.setattr(chain_store, "digests", counted)
    monkeypatch.setattr(chain_check, "WINDOW_BLOCKS", 5)
    assert (await world_18.verify()).findings == ()
    assert asked == [1, 5, 5, 2]


async def test_entries_behind_an_open_transaction_are_said_to_wait(world_18: LedgerWorld) -> None:
    with world_18.database.as_foreign() as late:
        late.execute("BEGIN")
        late.execute("SELECT pg_current_xact_id()")
        world_18.writer.donate()
        report = await world_18.verify()
        assert (report.unsealed, report.is_good) == (2, True)
        late.execute("COMMIT")
    assert (await world_18.verify(new_only=True)).unsealed == 0


# A database that came from another cluster


def restore_into_a_young_cluster(world: LedgerWorld) -> None:
    """The chain's bounds stand a million above this cluster's transactions."""
    with world.unguarded() as admin:
        admin.execute("UPDATE streamer_app.ledger_chain SET counter_offset = 0")
        admin.execute(
            "ALTER TABLE wallet_ledger_entries ALTER COLUMN posted_in SET DEFAULT pg_current_xact_id()::text::bigint"
        )


@pytest.fixture
async def restored(world: LedgerWorld) -> LedgerWorld:
    with world.unguarded() as admin:
        admin.execute("UPDATE streamer_app.ledger_chain SET counter_offset = 1000000")
        admin.execute(
            "ALTER TABLE wallet_ledger_entries ALTER COLUMN posted_in"
            " SET DEFAULT pg_current_xact_id()::text::bigint + 1000000"
        )
    await sealed(world)
    restore_into_a_young_cluster(world)
    return world


async def test_verify_says_what_to_do_after_a_restore(restored: LedgerWorld) -> None:
    report = await restored.verify()
    assert kinds(report) == {"COUNTER_BEHIND"}
    assert "streamer-app db upgrade" in report.findings[0].found


async def test_upgrade_lifts_new_entries_above_the_sealed_ones(restored: LedgerWorld) -> None:
    assert schema.status(restored.url).state == "restored"
    with pytest.raises(Exception, match="restored into another cluster"):
        schema.require_usable(schema.status(restored.url))
    assert schema.upgrade(restored.database.owner_url).state == "current"
    assert schema.upgrade(restored.database.owner_url).state == "current"
    restored.writer.donate()
    report = await restored.verify()
    assert report.findings == ()
    assert report.last_block == 5


async def test_entries_of_transactions_that_cannot_have_been_are_found(world_18: LedgerWorld) -> None:
    await sealed(world_18)
    with world_18.database.as_foreign() as writer:
        writer.execute(
            "INSERT INTO wallet_ledger_entries (wallet_id, entry_type, amount, source_type, source_id, net_amount,"
            " posted_in) SELECT wallet_id, 'ADJUSTMENT', 5, 'LEDGER', id, 5, 77000000 FROM wallet_ledger_entries"
            " LIMIT 1"
        )
    assert kinds(await world_18.verify()) == {"COUNTER_BEHIND"}


async def test_a_login_that_may_not_look_is_told_nothing_wrong(world_18: LedgerWorld) -> None:
    with world_18.database.as_owner() as owner:
        owner.execute("REVOKE SELECT ON streamer_app.ledger_blocks FROM streamer_app")
    assert schema.status(world_18.url).state == "current"


async def test_seal_notes_the_head_it_made(world_18: LedgerWorld) -> None:
    world_18.writer.donate()
    made = await audit.seal(world_18.url, world_18.folder)
    assert (made.blocks, made.entries) == (2, 2)
    assert made.last is not None
    (note,) = ledger_heads.read(world_18.folder).notes
    assert (note.chain_id, note.number, note.head) == (made.last.chain_id, made.last.number, made.last.head)
    assert isinstance(note.chain_id, UUID)
    again = await audit.seal(world_18.url, world_18.folder)
    assert again == audit.SealReport(0, 0, None)
    assert len(ledger_heads.read(world_18.folder).notes) == 1


def must_fail(work: Callable[[], object]) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        work()


def test_a_foreign_login_neither_seals_nor_looks(world_18: LedgerWorld) -> None:
    with world_18.database.as_foreign() as writer:
        must_fail(lambda: writer.execute("SELECT streamer_app.seal_ledger()"))
        must_fail(lambda: writer.execute("SELECT * FROM streamer_app.ledger_blocks"))
