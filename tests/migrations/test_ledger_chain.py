"""Blocks are sealed behind the postings, once, whoever commits late; nothing a session sets changes a digest."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from streamer_app.store import schema
from tests.migrations.conftest import Connection, write_donation
from tests.migrations.money_guards import connect, open_wallet, refusal, write_entry
from tests.postgres_servers import MigratedDatabase

Row = tuple[Any, ...]


def seal(connection: Connection, limit: int = 100) -> list[Row]:
    """Numbers and counts of the blocks sealed by this call."""
    return connection.execute("SELECT number, entries FROM streamer_app.seal_ledger(%s)", [limit]).fetchall()


def blocks(connection: Connection) -> list[Row]:
    return connection.execute(
        "SELECT number, lower_bound, upper_bound, entries FROM streamer_app.ledger_blocks ORDER BY number"
    ).fetchall()


def digest(connection: Connection) -> bytes:
    """Of all entries that name their transaction."""
    row = connection.execute("SELECT digest FROM streamer_app.ledger_digests( 0, ARRAY[9000000000000])").fetchone()
    assert row is not None
    return bytes(row[0])


@pytest.fixture
def wallet(migrated_database: MigratedDatabase) -> UUID:
    with migrated_database.as_admin() as admin:
        return open_wallet(admin)


def test_everything_final_is_sealed_once(migrated_database: MigratedDatabase, wallet: UUID) -> None:
    with migrated_database.as_foreign() as writer, migrated_database.as_app() as app:
        assert seal(app) == [(0, 0)], "the first block holds what was here before, and is always there"
        assert seal(app) == []
        for _ in range(3):
            write_entry(writer, wallet)
        assert seal(app) == [(1, 3)]
        assert seal(app) == []
        write_entry(writer, wallet)
        assert seal(app) == [(2, 1)]
        found = blocks(app)
        assert [row[1] for row in found[1:]] == [row[2] for row in found[:-1]], "adjacent"


def test_each_head_holds_the_one_before(migrated_database: MigratedDatabase, wallet: UUID) -> None:
    with migrated_database.as_foreign() as writer, migrated_database.as_app() as app:
        for _ in range(3):
            write_entry(writer, wallet)
            seal(app)
            seal(app)
        rows = app.execute(
            "SELECT lag(head) OVER (ORDER BY number), previous_head, head FROM streamer_app.ledger_blocks"
        ).fetchall()
        assert len(rows) == 4
        assert all(before == previous for before, previous, _ in rows[1:])
        assert len({head for _, _, head in rows}) == 4


def test_only_logins_with_the_right_seal(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_foreign() as writer, pytest.raises(psycopg.errors.InsufficientPrivilege):
        seal(writer)
    with migrated_database.as_owner() as owner:
        for function in ("seal_ledger", "apply_drift", "continue_ledger", "summarize_ledger", "ledger_digests"):
            row = owner.execute(
                "SELECT count(*) FROM pg_proc, aclexplode(proacl) WHERE proname = %s AND grantee = 0", [function]
            ).fetchone()
            assert row == (0,), f"{function} is not for everybody"


@pytest.mark.parametrize("login", ["owner", "admin"])
def test_blocks_are_added_never_changed(migrated_database: MigratedDatabase, login: str) -> None:
    with migrated_database.as_app() as app:
        seal(app)
    with connect(migrated_database, login) as connection:
        for role in ("origin", "replica"):
            if login == "admin":
                connection.execute(f"SET session_replication_role = {role}".encode())
            for statement in (
                "UPDATE streamer_app.ledger_blocks SET entries = 1",
                "DELETE FROM streamer_app.ledger_blocks",
                "TRUNCATE streamer_app.ledger_blocks",
                "UPDATE streamer_app.ledger_chain SET chain_id = gen_random_uuid()",
                "UPDATE streamer_app.ledger_chain SET counter_offset = -1",
                "DELETE FROM streamer_app.ledger_chain",
                "TRUNCATE streamer_app.ledger_chain",
            ):
                refusal("SA010", lambda statement=statement: connection.execute(statement.encode()))  # type: ignore[misc]


def test_a_transaction_that_commits_late_is_in_no_gap(migrated_database: MigratedDatabase, wallet: UUID) -> None:
    as_foreign, as_app = migrated_database.as_foreign, migrated_database.as_app
    with as_foreign() as late, as_foreign() as writer, as_app() as app:
        seal(app)
        write_entry(writer, wallet)
        late.execute("BEGIN")
        write_entry(late, wallet)
        write_entry(writer, wallet)
        assert seal(app) == [(1, 1)], "what is above an open transaction waits"
        write_entry(writer, wallet)
        assert seal(app) == []
        late.execute("COMMIT")
        assert seal(app) == [(2, 3)]
        outside = app.execute(
            "SELECT count(*) FROM wallet_ledger_entries e WHERE NOT EXISTS"
            " (SELECT FROM streamer_app.ledger_blocks b WHERE e.posted_in >= lower_bound AND e.posted_in < upper_bound)"
        ).fetchone()
        assert outside == (0,)


def test_a_second_sealer_does_nothing(migrated_database: MigratedDatabase, wallet: UUID) -> None:
    with migrated_database.as_owner() as first, migrated_database.as_owner() as second:
        write_entry(first, wallet)
        first.execute("BEGIN")
        assert seal(first) == [(0, 0)]
        assert seal(second) == []
        first.execute("COMMIT")
        assert seal(second) == [(1, 1)]


def test_one_transactions_entries_stay_together(migrated_database_18: MigratedDatabase) -> None:
    many = (
        "INSERT INTO wallet_ledger_entries (wallet_id, entry_type, amount, source_type, source_id, net_amount)"
        " SELECT %s, 'DEPOSIT', 1, 'TRANSACTION', gen_random_uuid(), 1 FROM generate_series(1, %s)"
    )
    with migrated_database_18.as_foreign() as writer, migrated_database_18.as_app() as app:
        wallet = open_wallet(writer)
        for size in (6_000, 4_000, 1, 5_000, 12_000, 10, 20):
            writer.execute(many, [wallet, size])
        assert seal(app) == [(0, 0)]
        assert seal(app, 2) == [(1, 10_000), (2, 5_001)]
        assert seal(app) == [(3, 12_000), (4, 30)]


def test_what_is_older_than_the_names_of_transactions_is_block_0(migrated_database: MigratedDatabase) -> None:
    url = migrated_database.owner_url
    schema.downgrade(url, "0010")
    with migrated_database.as_foreign() as writer:
        for _ in range(3):
            write_donation(writer)
    schema.upgrade(url)
    with migrated_database.as_foreign() as writer, migrated_database.as_app() as app:
        write_donation(writer)
        assert seal(app) == [(0, 3)]
        assert seal(app) == [(1, 1)]


ODD = {
    "TimeZone": "Pacific/Chatham",
    "DateStyle": "SQL, DMY",
    "IntervalStyle": "iso_8601",
    "extra_float_digits": "-15",
    "bytea_output": "escape",
    "client_encoding": "LATIN1",
    "standard_conforming_strings": "off",
    "backslash_quote": "on",
    "lc_numeric": "C",
    "lc_monetary": "C",
    "enable_hashagg": "off",
    "enable_sort": "off",
    "work_mem": "64kB",
    "quote_all_identifiers": "on",
    "search_path": "streamer_app",
    "default_transaction_isolation": "serializable",
}


def test_no_session_setting_changes_a_digest(migrated_database: MigratedDatabase, wallet: UUID) -> None:
    with migrated_database.as_owner() as plain, migrated_database.as_owner() as odd:
        for setting, value in ODD.items():
            odd.execute("SELECT set_config(%s, %s, false)", [setting, value])
        for description, meta in (("Rp5.000 \\ 'é' 🎉", '{"a": 1.50, "é": [null, "\\\\"]}'), (None, "{}")):
            plain.execute(
                "INSERT INTO wallet_ledger_entries (wallet_id, entry_type, amount, source_type, source_id, net_amount,"
                " description, meta, created_at, fee_percentage) VALUES (%s, 'DEPOSIT', 1, 'TRANSACTION', %s, 1, %s,"
                " %s, '2026-11-22 23:59:59.999999+07', 0.05)",
                [wallet, uuid4(), description, meta],
            )
        assert digest(plain) == digest(odd)
        seal(odd)
        sealed = odd.execute("SELECT number FROM streamer_app.seal_ledger()").fetchall()
        assert len(sealed) == 1
        row = plain.execute("SELECT digest FROM streamer_app.ledger_blocks WHERE number = 1").fetchone()
        assert row == (digest(plain),)


CHANGES = {
    "wallet_id": "(SELECT id FROM wallets WHERE id <> e.wallet_id LIMIT 1)",
    "entry_type": "'FEE'",
    "amount": "amount + 1",
    "currency": "'USD'",
    "source_type": "'LEDGER'",
    "source_id": "gen_random_uuid()",
    "fee_fixed": "1",
    "fee_percentage": "fee_percentage + 0.0001",
    "fee_amount": "fee_amount + 1",
    "net_amount": "net_amount + 1",
    "description": "''",
    "meta": "'{\"x\": 1}'",
    "created_at": "created_at + interval '1 microsecond'",
    "posted_in": "posted_in + 1",
    "id": "gen_random_uuid()",
}


@pytest.fixture
def unguarded(migrated_database: MigratedDatabase) -> Iterator[Connection]:
    """A superuser who took the guards down."""
    with migrated_database.as_admin() as admin:
        admin.execute("ALTER TABLE wallet_ledger_entries DISABLE TRIGGER USER")
        yield admin


def test_every_column_is_in_the_digest(wallet: UUID, unguarded: Connection) -> None:
    open_wallet(unguarded)
    write_entry(unguarded, wallet)
    columns = unguarded.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'wallet_ledger_entries'"
    ).fetchall()
    assert {name for (name,) in columns} == set(CHANGES), "a new column belongs into the digest"
    before = digest(unguarded)
    for column, change in CHANGES.items():
        unguarded.execute("BEGIN")
        unguarded.execute(f"UPDATE wallet_ledger_entries e SET {column} = {change}".encode())  # noqa: S608 - our own
        assert digest(unguarded) != before, column
        unguarded.execute("ROLLBACK")
    assert digest(unguarded) == before


def test_odd_values_have_digests(migrated_database: MigratedDatabase, wallet: UUID) -> None:
    values = [
        ("'infinity'", "NULL", "'{}'"),
        ("'-infinity'", "NULL", "'{}'"),
        ("'4713-01-01 BC'", "NULL", "'{}'"),
        ("now()", "'-'", "'{}'"),
        ("now()", "'1:'", "'{}'"),
        ("now()", "''", "'{}'"),
        ("now()", "repeat('é', 100000)", "'{}'"),
        ("now()", "NULL", "'\"x\"'"),
    ]
    with migrated_database.as_foreign() as writer, migrated_database.as_app() as app:
        for created_at, description, meta in values:
            writer.execute(
                b"INSERT INTO wallet_ledger_entries (wallet_id, entry_type, amount, source_type, source_id, net_amount,"
                b" created_at, description, meta) VALUES (%%s, 'DEPOSIT', 9223372036854775807, 'TRANSACTION', %%s, 0,"
                b" %s, %s, %s)" % (created_at.encode(), description.encode(), meta.encode()),
                [wallet, uuid4()],
            )
        seal(app)
        assert seal(app) == [(1, len(values))]


def test_sealing_beside_postings_loses_nothing(migrated_database: MigratedDatabase, wallet: UUID) -> None:
    writers, each = 4, 60

    def write(number: int) -> None:
        with migrated_database.as_foreign() as writer:
            for count in range(each):
                with writer.transaction():
                    for _ in range(1 + (number + count) % 3):
                        write_entry(writer, wallet)

    threads = [threading.Thread(target=write, args=[number]) for number in range(writers)]
    with ExitStack() as stack:
        for thread in threads:
            thread.start()
            stack.callback(thread.join)
        with migrated_database.as_app() as app:
            while any(thread.is_alive() for thread in threads):
                seal(app)
    with migrated_database.as_app() as app:
        seal(app)
        total = app.execute("SELECT count(*) FROM wallet_ledger_entries").fetchone()
        assert app.execute("SELECT sum(entries) FROM streamer_app.ledger_blocks").fetchone() == total
        assert len(blocks(app)) > 2, "it sealed while they wrote"
        uppers = [row[2] for row in blocks(app)[1:]]
        wrong = app.execute(
            "SELECT count(*) FROM streamer_app.ledger_digests(0, %(uppers)s::bigint[]) d"
            " FULL JOIN streamer_app.ledger_blocks b ON b.number = d.place + 1 AND b.digest = d.digest"
            " WHERE (b.number IS NULL OR d.place IS NULL) AND b.number IS DISTINCT FROM 0",
            {"uppers": uppers},
        ).fetchone()
        assert wrong == (0,)


def test_postings_do_not_widen_the_index(migrated_database_18: MigratedDatabase) -> None:
    """The range that grows is not summarized, and complete ones are."""
    with migrated_database_18.as_admin() as admin:
        wallet = open_wallet(admin)
        admin.execute(
            "INSERT INTO wallet_ledger_entries (wallet_id, entry_type, amount, source_type, source_id, net_amount)"
            " SELECT %s, 'DEPOSIT', 1, 'TRANSACTION', gen_random_uuid(), 1 FROM generate_series(1, 20000)",
            [wallet],
        )
        seal(admin)
        seal(admin)
        row = admin.execute(
            "SELECT summarized, pg_relation_size('wallet_ledger_entries') / 8192 / 64 FROM streamer_app.ledger_chain"
        ).fetchone()
        assert row is not None
        assert row[0] == row[1] >= 2
        admin.execute("SET enable_seqscan = off")
        plan = admin.execute(
            "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)"
            " SELECT FROM wallet_ledger_entries WHERE posted_in < 5"
        ).fetchall()
        text = "\n".join(line for (line,) in plan)
        pages = int(text.rpartition("lossy=")[2].split()[0])
        assert 0 < pages < 64, "only the growing range is read"


def lower_the_counter(admin: Connection) -> None:
    """As after a restore into a young cluster: the chain's bounds stand above the counter."""
    admin.execute("ALTER TABLE streamer_app.ledger_chain DISABLE TRIGGER USER")
    admin.execute("UPDATE streamer_app.ledger_chain SET counter_offset = 0")
    admin.execute("ALTER TABLE streamer_app.ledger_chain ENABLE ALWAYS TRIGGER ledger_chain_keeps_its_id")
    admin.execute(
        "ALTER TABLE wallet_ledger_entries ALTER COLUMN posted_in SET DEFAULT pg_current_xact_id()::text::bigint"
    )


def test_in_another_cluster_new_entries_stay_above_the_sealed_ones(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_admin() as admin, migrated_database.as_owner() as owner:
        wallet = open_wallet(admin)
        admin.execute("UPDATE streamer_app.ledger_chain SET counter_offset = 1000000")
        admin.execute(
            "ALTER TABLE wallet_ledger_entries ALTER COLUMN posted_in"
            " SET DEFAULT pg_current_xact_id()::text::bigint + 1000000"
        )
        write_entry(admin, wallet)
        seal(admin)
        assert seal(admin) == [(1, 1)]
        write_entry(admin, wallet)  # not sealed when the dump is made
        lower_the_counter(admin)
        assert seal(admin) == []
        with migrated_database.as_foreign() as open_one:
            open_one.execute("BEGIN")
            for connection in (open_one, *[admin] * 9):
                connection.execute("SELECT pg_current_xact_id()")
            row = owner.execute("SELECT streamer_app.continue_ledger()").fetchone()
            assert row is not None
            assert 990_000 < row[0] < 1_010_000
            assert owner.execute("SELECT streamer_app.continue_ledger()").fetchone() == (None,), "once is enough"
            write_entry(open_one, wallet)
            open_one.execute("COMMIT")
        write_entry(admin, wallet)
        assert seal(admin) == [(2, 3)]
        assert seal(admin) == []


def test_a_name_that_cannot_be_stops_continuing(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_admin() as admin, migrated_database.as_owner() as owner:
        write_entry(admin, open_wallet(admin))
        admin.execute("ALTER TABLE wallet_ledger_entries DISABLE TRIGGER USER")
        admin.execute("UPDATE wallet_ledger_entries SET posted_in = 9223372036854775806")
        with pytest.raises(psycopg.errors.RaiseException, match="cannot be"):
            owner.execute("SELECT streamer_app.continue_ledger()")


def test_apply_drift_moves_balances_relatively(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_owner() as owner:
        one, two = open_wallet(owner, balance=5), open_wallet(owner, balance=-7)
        moved = owner.execute("SELECT * FROM streamer_app.apply_drift(%s, %s)", [[two, one], [7, -1]]).fetchall()
        assert dict(moved) == {one: 4, two: 0}
        with pytest.raises(psycopg.Error) as problem:
            owner.execute("SELECT * FROM streamer_app.apply_drift(%s, '{}')", [[one]])
        assert problem.value.sqlstate == "22023"
        with pytest.raises(psycopg.errors.NumericValueOutOfRange):
            owner.execute("SELECT * FROM streamer_app.apply_drift(%s, %s)", [[one], [2**63 - 1]])
    with migrated_database.as_foreign() as foreign, pytest.raises(psycopg.errors.InsufficientPrivilege):
        foreign.execute("SELECT * FROM streamer_app.apply_drift(%s, %s)", [[one], [1]])
