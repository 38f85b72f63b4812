"""Facts and ledger entries are added, never changed: not by the app, not by the owner, not by the superuser."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest

from tests.migrations.conftest import Connection, Donation, write_donation
from tests.postgres_servers import MigratedDatabase

GUARDED = {
    "public.wallet_ledger_entries": "amount = amount",
    "streamer_app.playback_facts": "actor = actor",
    "streamer_app.playback_runs": "expected_ms = expected_ms",
    "streamer_app.playback_run_starts": "page_instance = page_instance",
    "streamer_app.playback_run_ends": "outcome = outcome",
    "streamer_app.streamer_settings": "value = value",
    "streamer_app.payment_events": "amount = amount",
    "streamer_app.fee_terms": "fee_fixed = fee_fixed",
    "streamer_app.reversed_entries": "entry_id = entry_id",
    "streamer_app.withdrawals": "amount = amount",
}

INSERT_RUN = (
    "INSERT INTO streamer_app.playback_runs"
    " (streamer_user_id, donation_message_id, kind, lease_epoch, fence_counter, expected_ms) "
)


def fill(connection: Connection) -> Donation:
    """One row in each guarded table."""
    donation = write_donation(connection)
    connection.execute(
        "INSERT INTO streamer_app.payment_events (provider, event, transaction_id, status, amount)"
        " VALUES ('manual', 'event-1', %s, 'PAID', 10000)",
        [donation.transaction],
    )
    connection.execute(
        "INSERT INTO streamer_app.fee_terms (streamer_user_id, valid_from) VALUES (%s, now())", [donation.streamer]
    )
    connection.execute(
        "INSERT INTO wallet_ledger_entries (wallet_id, entry_type, amount, source_type, source_id, net_amount)"
        " SELECT wallet_id, 'REFUND'::ledger_entry_type, -amount, 'LEDGER'::ledger_source_type, id, net_amount"
        "  FROM wallet_ledger_entries"
        "  UNION ALL SELECT id, 'WITHDRAW', -1, 'TRANSACTION', gen_random_uuid(), 1 FROM wallets"
    )
    add_facts(connection, donation)
    return donation


def add_facts(connection: Connection, donation: Donation) -> None:
    """What a studio adds about one donation."""
    connection.execute(
        "INSERT INTO streamer_app.playback_facts (command_id, streamer_user_id, donation_message_id, kind, actor)"
        " VALUES (%s, %s, %s, 'skipped', 'streamer')",
        [uuid4(), donation.streamer, donation.message],
    )
    run = connection.execute(
        INSERT_RUN.encode() + b"VALUES (%s, %s, 'first', 1, 1, 5000) RETURNING run_id",
        [donation.streamer, donation.message],
    ).fetchall()[0]
    connection.execute("INSERT INTO streamer_app.playback_run_starts VALUES (%s, 'page')", run)
    connection.execute(
        "INSERT INTO streamer_app.playback_run_ends (run_id, outcome, actor) VALUES (%s, 'played', 'page')", run
    )
    connection.execute(
        "INSERT INTO streamer_app.streamer_settings VALUES (%s, 'theme', 1, '\"lampion\"', now(), 'me')",
        [donation.streamer],
    )


def refused(connection: Connection, statement: str, sqlstate: str = "SA010") -> None:
    with pytest.raises(psycopg.Error) as problem:
        connection.execute(statement.encode())
    assert problem.value.sqlstate == sqlstate, statement
    if sqlstate == "SA010":
        assert "only ever added" in str(problem.value)


def everything(connection: Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT * FROM public.wallet_ledger_entries").fetchall()


@pytest.mark.parametrize(("login", "replica"), [("owner", False), ("admin", False), ("admin", True)])
def test_owner_and_superuser_are_refused(migrated_database: MigratedDatabase, login: str, *, replica: bool) -> None:
    """The replication role, which switches triggers and foreign keys off, is no side door either."""
    with migrated_database.as_owner() as owner:
        fill(owner)
    with getattr(migrated_database, f"as_{login}")() as connection:
        if replica:
            connection.execute("SET session_replication_role = replica")
        for table, change in GUARDED.items():
            refused(connection, f"UPDATE {table} SET {change}")  # noqa: S608 - our own names
            refused(connection, f"DELETE FROM {table}")  # noqa: S608
            refused(connection, f"TRUNCATE {table} CASCADE")
        for table in ("public.wallets", "public.transactions"):
            refused(connection, f"TRUNCATE {table} CASCADE", "SA013")
        refused(connection, "TRUNCATE public.donation_messages CASCADE")


@pytest.mark.parametrize("login", ["owner", "admin", "foreign"])
def test_no_way_around(migrated_database: MigratedDatabase, login: str) -> None:
    """Other statements that change rows, NULLs a careless guard lets through, and an order to fire later."""
    with migrated_database.as_owner() as owner:
        fill(owner)
        before = everything(owner)
    changes = [
        "UPDATE wallet_ledger_entries SET description = NULL",
        "UPDATE wallet_ledger_entries SET meta = '{\"seen\": true}' WHERE description IS NULL",
        "WITH gone AS (UPDATE wallet_ledger_entries SET amount = 1 RETURNING 1) SELECT FROM gone",
        "INSERT INTO wallet_ledger_entries TABLE wallet_ledger_entries ON CONFLICT (id) DO UPDATE SET amount = 1",
        "MERGE INTO wallet_ledger_entries AS e USING (SELECT 1) AS s ON true WHEN MATCHED THEN UPDATE SET amount = 1",
    ]
    if login != "foreign":
        changes += [
            "DELETE FROM wallet_ledger_entries USING wallets WHERE wallets.id = wallet_id",
            "MERGE INTO wallet_ledger_entries AS e USING (SELECT 1) AS s ON true WHEN MATCHED THEN DELETE",
            "TRUNCATE ONLY wallet_ledger_entries RESTART IDENTITY",
            "TRUNCATE wallet_ledger_entries, wallets, transactions, donation_messages CASCADE",
        ]
    with getattr(migrated_database, f"as_{login}")() as connection:
        for change in changes:
            refused(connection, change)
            with connection.transaction(force_rollback=True):
                connection.execute("SET CONSTRAINTS ALL DEFERRED")
                refused(connection, change)
        assert everything(connection) == before


@pytest.mark.parametrize("login", ["owner", "admin", "foreign"])
def test_adding_by_copy_works(migrated_database: MigratedDatabase, login: str) -> None:
    with getattr(migrated_database, f"as_{login}")() as connection:
        donation = write_donation(connection)
        wallet = connection.execute("SELECT id FROM wallets WHERE user_id = %s", [donation.streamer]).fetchone()
        assert wallet is not None
        columns = "wallet_id, entry_type, amount, source_type, source_id, net_amount"
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY wallet_ledger_entries ({columns}) FROM STDIN".encode()) as copy,
        ):
            for amount in (100, 200):
                copy.write_row((wallet[0], "DEPOSIT", amount, "TRANSACTION", uuid4(), amount))
        amounts = connection.execute("SELECT amount FROM wallet_ledger_entries ORDER BY 1").fetchall()
        assert amounts == [(100,), (200,), (9500,)]


def test_the_app_may_add_and_nothing_else(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_owner() as owner:
        fill(owner)
        donation = write_donation(owner)
    with migrated_database.as_app() as app:
        add_facts(app, donation)
        for table, change in GUARDED.items():
            for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}", f"TRUNCATE {table}"):  # noqa: S608
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(statement.encode())
        app.execute("UPDATE donation_messages SET played_at = now()")
        for statement in (
            "UPDATE donation_messages SET message = 'other'",
            "DELETE FROM donation_messages",
            "DELETE FROM transactions",
            "CREATE TABLE streamer_app.mine (id int)",
            "CREATE TABLE public.mine (id int)",
            "UPDATE streamer_app.compatibility SET oldest_revision = '9999'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement.encode())
        owned = app.execute("SELECT count(*) FROM pg_class WHERE relowner = 'streamer_app'::regrole").fetchone()
        assert owned == (0,)


def test_run_history_joins_the_parts(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_owner() as owner:
        fill(owner)
    with migrated_database.as_app() as app:
        row = app.execute(
            "SELECT page_instance, outcome, ended_at >= started_at FROM streamer_app.playback_run_history"
        )
        assert row.fetchall() == [("page", "played", True)]


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("VALUES (gen_random_uuid(), NULL, 'first', 1, 1, 100)", psycopg.errors.CheckViolation),
        ("VALUES (gen_random_uuid(), gen_random_uuid(), 'test', 1, 1, 100)", psycopg.errors.CheckViolation),
        ("VALUES (gen_random_uuid(), NULL, 'test', 1, 1, 0)", psycopg.errors.CheckViolation),
        (
            "SELECT streamer_user_id, NULL, 'test', 1, 1, 100 FROM streamer_app.playback_runs",
            psycopg.errors.UniqueViolation,
        ),
    ],
)
def test_runs_refuse_nonsense(
    migrated_database_18: MigratedDatabase, statement: str, error: type[psycopg.Error]
) -> None:
    with migrated_database_18.as_owner() as owner:
        fill(owner)
    with migrated_database_18.as_app() as app, pytest.raises(error):
        app.execute((INSERT_RUN + statement).encode())
