"""What the database itself refuses about transactions and wallets, whoever asks: owner, superuser, another backend."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from tests.migrations.conftest import Connection, Payment, write_donation
from tests.migrations.money_guards import LOGINS, connect, open_wallet, refusal, wait_until_blocked, write_entry
from tests.postgres_servers import MigratedDatabase

FROZEN = {
    "amount": "amount + 1, net_amount = net_amount + 1",
    "fee_fixed": "1",
    "fee_percentage": "0.0600",
    "fee_amount": "fee_amount - 1, net_amount = net_amount + 1",
    "net_amount": "net_amount - 1, fee_amount = fee_amount + 1",
    "rounding_amount": "0.5",
    "rounding_strategy": "'CEIL'",
    "payee_user_id": "gen_random_uuid()",
    "currency": "'USD'",
}
STATUSES = ("PENDING", "PAID", "SETTLED", "FAILED", "REFUNDED")
MOVES = {
    "PAYMENT": {
        ("PENDING", "PAID"),
        ("PENDING", "FAILED"),
        ("PAID", "SETTLED"),
        ("PAID", "REFUNDED"),
        ("SETTLED", "REFUNDED"),
    },
    "PAYOUT": {("PENDING", "PAID"), ("PENDING", "FAILED")},
}


def write_transaction(
    connection: Connection, *, status: str = "PENDING", kind: str = "PAYMENT", **columns: Any
) -> UUID:
    """A transaction as another backend inserts it."""
    values = {
        "payee_user_id": uuid4(),
        "amount": 10_000,
        "fee_percentage": "0.05",
        "fee_amount": 500,
        "net_amount": 9_500,
        "status": status,
        "kind": kind,
    } | columns
    statement = sql.SQL("INSERT INTO public.transactions ({}) VALUES ({}) RETURNING id").format(
        sql.SQL(", ").join(map(sql.Identifier, values)), sql.SQL(", ").join(map(sql.Literal, values.values()))
    )
    made: UUID = connection.execute(statement).fetchall()[0][0]
    return made


def change(connection: Connection, transaction: UUID, setting: str) -> None:
    connection.execute(f"UPDATE transactions SET {setting} WHERE id = %s".encode(), [transaction])  # noqa: S608


def refused(connection: Connection, statement: str, sqlstate: str) -> str:
    return refusal(sqlstate, lambda: connection.execute(statement.encode()))


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("status", STATUSES[1:])
def test_money_of_a_transaction_is_frozen_once_it_is_not_pending(
    migrated_database: MigratedDatabase, status: str, login: str
) -> None:
    with connect(migrated_database, login) as connection:
        made = write_transaction(connection, status=status)
        for column, value in FROZEN.items():
            said = refused(connection, f"UPDATE transactions SET {column} = {value}", "SA011")  # noqa: S608
            assert f"{column}" in said.split("frozen: ")[1]
            assert "kind" not in said.split("frozen: ")[1]
        # What is not money may change, and so may a column to the value it has.
        change(connection, made, "meta = '{}', external_reference = 'r', amount = amount, settled_at = now()")


@pytest.mark.parametrize("login", LOGINS)
def test_id_and_kind_are_frozen_from_the_start(migrated_database: MigratedDatabase, login: str) -> None:
    with connect(migrated_database, login) as connection:
        write_transaction(connection)
        assert "kind may not" in refused(connection, "UPDATE transactions SET kind = 'PAYOUT'", "SA011")
        assert "id may not" in refused(connection, "UPDATE transactions SET id = gen_random_uuid()", "SA011")
        for column, value in FROZEN.items():
            connection.execute(f"UPDATE transactions SET {column} = {value}".encode())  # noqa: S608


def test_a_payout_is_frozen_while_it_is_pending(migrated_database_18: MigratedDatabase) -> None:
    """Its withdrawal is in the ledger from the start."""
    with migrated_database_18.as_foreign() as connection:
        made = write_transaction(connection, kind="PAYOUT")
        assert "amount, net_amount" in refused(
            connection, "UPDATE transactions SET amount = amount + 1, net_amount = net_amount + 1", "SA011"
        )
        change(connection, made, "status = 'PAID', external_reference = 'bank-1'")


def test_money_may_change_in_the_update_that_pays(migrated_database_18: MigratedDatabase) -> None:
    with migrated_database_18.as_foreign() as connection:
        made = write_transaction(connection)
        change(connection, made, "status = 'PAID', fee_percentage = 0.04, fee_amount = 400, net_amount = 9600")
        refused(connection, "UPDATE transactions SET status = 'SETTLED', fee_fixed = 1", "SA011")


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("kind", MOVES)
def test_a_status_moves_forwards_only(migrated_database: MigratedDatabase, kind: str, login: str) -> None:
    with connect(migrated_database, login) as connection:
        for before in STATUSES:
            for after in STATUSES:
                made = write_transaction(connection, status=before, kind=kind)
                if before == after or (before, after) in MOVES[kind]:
                    change(connection, made, f"status = '{after}'")
                    continue
                said = refused(connection, f"UPDATE transactions SET status = '{after}' WHERE id = '{made}'", "SA012")  # noqa: S608
                assert f"from {before} to {after}" in said


@pytest.mark.parametrize("login", LOGINS)
def test_new_money_is_never_negative(migrated_database: MigratedDatabase, login: str) -> None:
    with connect(migrated_database, login) as connection:
        for columns in (
            {"net_amount": -1, "fee_amount": 10_001},
            {"net_amount": 10_001, "fee_amount": -1},
            {"fee_fixed": -1},
            {"fee_percentage": "-0.0001"},
        ):
            for status in ("PENDING", "PAID"):
                with pytest.raises(psycopg.Error) as problem:
                    write_transaction(connection, status=status, **columns)
                assert problem.value.sqlstate == "SA015"
            settings = ", ".join(f"{name} = {value}" for name, value in columns.items())
            made = write_transaction(connection)
            refused(connection, f"UPDATE transactions SET {settings} WHERE id = '{made}'", "SA015")  # noqa: S608
        write_transaction(connection, net_amount=0, fee_amount=10_000, fee_percentage=1)
        write_transaction(connection, net_amount=10_000, fee_amount=0, fee_percentage=0)


def test_copied_rows_are_held_to_the_rules_too(migrated_database_18: MigratedDatabase) -> None:
    with (
        migrated_database_18.as_foreign() as connection,
        pytest.raises(psycopg.Error) as problem,
        connection.cursor() as cursor,
        cursor.copy("COPY transactions (payee_user_id, amount, fee_amount, net_amount) FROM STDIN") as copy,
    ):
        copy.write_row((uuid4(), 1_000, 1_001, -1))
    assert problem.value.sqlstate == "SA015"


@pytest.mark.parametrize(("login", "replica"), [("owner", False), ("admin", False), ("admin", True)])
def test_what_has_entries_is_not_deleted(migrated_database: MigratedDatabase, login: str, *, replica: bool) -> None:
    with migrated_database.as_owner() as owner:
        write_donation(owner)
        bare = write_transaction(owner)
    with connect(migrated_database, login) as connection:
        if replica:
            connection.execute("SET session_replication_role = replica")
        for statement in ("DELETE FROM transactions", "DELETE FROM wallets"):
            assert "has ledger entries" in refused(connection, statement, "SA013")
        for statement in (
            "TRUNCATE transactions CASCADE",
            "TRUNCATE wallets CASCADE",
            "TRUNCATE wallets, wallet_ledger_entries",
            "TRUNCATE donation_messages, transactions CASCADE",
        ):
            # The one that the list names first speaks first.
            with pytest.raises(psycopg.Error) as problem:
                connection.execute(statement.encode())
            assert problem.value.sqlstate in {"SA010", "SA013"}, statement
        connection.execute("DELETE FROM transactions WHERE id = %s", [bare])
        kept = connection.execute(
            "SELECT (SELECT count(*) FROM transactions), (SELECT count(*) FROM wallet_ledger_entries),"
            " (SELECT count(*) FROM wallets), (SELECT count(*) FROM donation_messages)"
        ).fetchone()
        assert kept == (1, 1, 1, 1)


def test_an_old_snapshot_does_not_empty_a_table(migrated_database_18: MigratedDatabase) -> None:
    """TRUNCATE looks past snapshots, so one from before the first entry proves nothing."""
    with migrated_database_18.as_owner() as owner, migrated_database_18.as_foreign() as foreign:
        owner.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        assert owner.execute("SELECT count(*) FROM wallet_ledger_entries").fetchone() == (0,)
        write_donation(foreign)
        refused(owner, "TRUNCATE transactions CASCADE", "SA013")


def test_a_payment_that_is_being_posted_is_not_deleted(migrated_database_18: MigratedDatabase) -> None:
    with migrated_database_18.as_owner() as owner, migrated_database_18.as_foreign() as foreign:
        made = write_transaction(foreign)
        wallet = open_wallet(foreign, kind="PENDING")
        with ThreadPoolExecutor(1) as thread:
            with foreign.transaction():
                change(foreign, made, "status = 'PAID'")
                write_entry(foreign, wallet, source=made)
                late = thread.submit(owner.execute, "DELETE FROM transactions")
                wait_until_blocked(migrated_database_18, owner)
            with pytest.raises(psycopg.Error) as problem:
                late.result()
        assert problem.value.sqlstate == "SA013"


def test_our_postings_pass_all_guards(migrated_database: MigratedDatabase, payment: Payment) -> None:
    with migrated_database.as_owner() as owner:
        owner.execute(
            "INSERT INTO streamer_app.fee_terms VALUES (%s, now() - interval '1 s', 0, 0.05)", [payment.payee]
        )
        posted = payment.record(owner)
        assert posted.currency == "IDR"
        found = owner.execute("SELECT type::text, currency FROM wallets ORDER BY 1").fetchall()
        assert found == [("PENDING", "IDR"), ("PLATFORM", "IDR")]


def test_every_guard_fires_always_and_reads_no_path_of_the_caller(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_owner() as owner:
        guards = owner.execute(
            "SELECT tgname, tgenabled::text, proconfig::text, prosecdef, pg_get_functiondef(p.oid) ~ 'FROM public',"
            "       pg_get_functiondef(p.oid) ~ 'IF .*OPERATOR\\(pg_catalog'"
            "  FROM pg_trigger JOIN pg_proc AS p ON p.oid = tgfoid"
            " WHERE NOT tgisinternal AND tgname ~ '^(streamer_app_|wallet_ledger|payment_events|fee_terms|withdrawals)'"
            "   AND tgname !~ '_ring_'"
        ).fetchall()
        assert len(guards) >= 15
        for name, enabled, settings, definer, reads_tables, qualifies in guards:
            assert enabled == "A", name
            assert settings == '{"search_path=pg_catalog, pg_temp"}' or qualifies, name
            assert definer or not reads_tables, name
