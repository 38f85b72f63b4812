"""What the database refuses about ledger entries: a second currency, a second reversal, a payout without cover."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.migrations.conftest import Connection
from tests.migrations.money_guards import LOGINS, connect, open_wallet, refusal, wait_until_blocked, write_entry
from tests.postgres_servers import MigratedDatabase


def withdraw(connection: Connection, wallet: UUID, amount: int, *, balance_first: bool = True) -> None:
    """A payout of another backend, in one transaction, its two statements in either order."""
    steps: list[Callable[[], object]] = [
        lambda: connection.execute("UPDATE wallets SET balance = balance - %s WHERE id = %s", [amount, wallet]),
        lambda: write_entry(connection, wallet, amount=-amount, entry_type="WITHDRAW"),
    ]
    with connection.transaction():
        for step in steps if balance_first else reversed(steps):
            step()


def currency_of(connection: Connection, wallet: UUID) -> str | None:
    row = connection.execute("SELECT currency FROM wallets WHERE id = %s", [wallet]).fetchone()
    assert row is not None
    return None if row[0] is None else str(row[0])


@pytest.mark.parametrize("login", LOGINS)
def test_a_wallet_takes_the_currency_of_its_first_entry(migrated_database: MigratedDatabase, login: str) -> None:
    with connect(migrated_database, login) as connection:
        wallet = open_wallet(connection)
        write_entry(connection, wallet, currency="USD")
        assert currency_of(connection, wallet) == "USD"
        write_entry(connection, wallet, currency="USD")
        said = refusal("SA002", lambda: write_entry(connection, wallet))
        assert "holds USD, not IDR" in said
        for other in ("'IDR'", "NULL"):
            refusal("SA002", lambda other=other: connection.execute(f"UPDATE wallets SET currency = {other}"))  # type: ignore[misc]  # noqa: S608


def test_a_currency_given_before_the_first_entry_holds(migrated_database_18: MigratedDatabase) -> None:
    with migrated_database_18.as_foreign() as connection:
        wallet = open_wallet(connection)
        connection.execute("UPDATE wallets SET currency = 'USD'")
        refusal("SA002", lambda: write_entry(connection, wallet))
        connection.execute("UPDATE wallets SET currency = NULL")
        write_entry(connection, wallet)
        assert currency_of(connection, wallet) == "IDR"


def test_many_entries_in_one_statement(migrated_database: MigratedDatabase) -> None:
    many = (
        "INSERT INTO wallet_ledger_entries"
        " (wallet_id, entry_type, amount, currency, source_type, source_id, net_amount)"
        " SELECT id, 'DEPOSIT', n, CASE WHEN n = %s THEN 'USD' ELSE 'IDR' END, 'TRANSACTION', gen_random_uuid(), n"
        "   FROM wallets, generate_series(1, 300) AS n"
    )
    with migrated_database.as_foreign() as connection:
        for _ in range(3):
            open_wallet(connection)
        for odd in (1, 300):
            refusal("SA002", lambda odd=odd: connection.execute(many, [odd]))  # type: ignore[misc]
        assert connection.execute("SELECT count(*) FROM wallets WHERE currency IS NOT NULL").fetchone() == (0,)
        connection.execute(many, [0])
        assert connection.execute("SELECT DISTINCT currency FROM wallets").fetchall() == [("IDR",)]
        refusal("SA002", lambda: connection.execute(many, [300]))


@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ"])
def test_of_two_first_entries_at_once_one_is_refused(migrated_database: MigratedDatabase, isolation: str) -> None:
    with (
        migrated_database.as_foreign() as one,
        migrated_database.as_foreign() as other,
        ThreadPoolExecutor(1) as thread,
    ):
        wallet = open_wallet(one)
        other.execute(f"BEGIN ISOLATION LEVEL {isolation}".encode())
        other.execute("SELECT 1 FROM wallets")
        with one.transaction():
            write_entry(one, wallet, currency="USD")
            late: Future[UUID] = thread.submit(write_entry, other, wallet)
            wait_until_blocked(migrated_database, other)
        with pytest.raises(psycopg.Error) as problem:
            late.result()
        assert problem.value.sqlstate == ("SA002" if isolation == "READ COMMITTED" else "40001")
        other.execute("ROLLBACK")
        assert one.execute("SELECT currency FROM wallet_ledger_entries").fetchall() == [("USD",)]


def test_a_first_entry_that_is_taken_back_decides_nothing(migrated_database_18: MigratedDatabase) -> None:
    with (
        migrated_database_18.as_foreign() as one,
        migrated_database_18.as_foreign() as other,
        ThreadPoolExecutor(1) as thread,
    ):
        wallet = open_wallet(one)
        with one.transaction(force_rollback=True):
            write_entry(one, wallet, currency="USD")
            late = thread.submit(write_entry, other, wallet)
            wait_until_blocked(migrated_database_18, other)
        late.result()
        assert currency_of(one, wallet) == "IDR"


def test_postings_to_a_wallet_with_a_currency_do_not_lock_it(migrated_database_18: MigratedDatabase) -> None:
    """The platform's wallet is in every posting."""
    with migrated_database_18.as_foreign() as one, migrated_database_18.as_foreign() as other:
        wallet = open_wallet(one, kind="PLATFORM")
        write_entry(one, wallet)
        other.execute("SET lock_timeout = '50ms'")
        with one.transaction():
            one.execute("UPDATE wallets SET balance = balance + 1")
            write_entry(other, wallet)


@pytest.mark.parametrize("login", LOGINS)
def test_an_entry_is_reversed_once(migrated_database: MigratedDatabase, login: str) -> None:
    with connect(migrated_database, login) as connection:
        wallet = open_wallet(connection)
        first, second = write_entry(connection, wallet), write_entry(connection, wallet)

        def reverse(entry: UUID) -> UUID:
            return write_entry(connection, wallet, amount=-100, entry_type="REFUND", reverses=entry)

        reverse(first)
        assert "reversed already" in refusal("SA014", lambda: reverse(first))
        reverse(second)
        for _ in range(2):  # corrections of an entry are as many as it takes
            write_entry(connection, wallet, amount=1, entry_type="ADJUSTMENT", reverses=first)
        refusal(
            "23502",
            lambda: connection.execute(
                "INSERT INTO wallet_ledger_entries"
                " (wallet_id, entry_type, amount, source_type, source_id, net_amount, posted_in)"
                " VALUES (%s, 'REFUND', -100, 'LEDGER', %s, 100, NULL)",
                [wallet, first],
            ),
        )


def test_reversals_at_once(migrated_database_18: MigratedDatabase) -> None:
    with migrated_database_18.as_foreign() as connection:
        wallet = open_wallet(connection)
        entry = write_entry(connection, wallet)
    barrier = threading.Barrier(6, timeout=20)

    def reverse(_: int) -> str | None:
        with migrated_database_18.as_foreign() as connection:
            barrier.wait()
            try:
                write_entry(connection, wallet, amount=-100, entry_type="REFUND", reverses=entry)
            except psycopg.Error as problem:
                return problem.sqlstate
            return "done"

    with ThreadPoolExecutor(6) as threads:
        assert sorted(map(str, threads.map(reverse, range(6)))) == ["SA014"] * 5 + ["done"]


@pytest.mark.parametrize(("entry_type", "source_type"), [("REFUND", "LEDGER"), ("WITHDRAW", "TRANSACTION")])
def test_a_writer_may_say_an_entry_twice(
    migrated_database: MigratedDatabase, entry_type: str, source_type: str
) -> None:
    """With ON CONFLICT DO NOTHING a repeat is nothing, and without it the primary key refuses."""
    once = (
        "INSERT INTO wallet_ledger_entries (id, wallet_id, entry_type, amount, source_type, source_id, net_amount)"
        " VALUES (%s, %s, %s::ledger_entry_type, -10, %s::ledger_source_type, %s, 10)"
    )
    with migrated_database.as_foreign() as connection:
        wallet = open_wallet(connection, balance=100)
        source = write_entry(connection, wallet)
        entry = [uuid4(), wallet, entry_type, source_type, source]
        counts = [connection.execute(f"{once} ON CONFLICT (id) DO NOTHING".encode(), entry).rowcount for _ in range(3)]
        assert counts == [1, 0, 0]
        refusal("23505", lambda: connection.execute(once.encode(), entry))


@pytest.mark.parametrize("balance_first", [True, False])
@pytest.mark.parametrize("login", LOGINS)
def test_a_payout_needs_cover(migrated_database: MigratedDatabase, login: str, *, balance_first: bool) -> None:
    with connect(migrated_database, login) as connection:
        wallet = open_wallet(connection, balance=1_000)
        withdraw(connection, wallet, 400, balance_first=balance_first)
        said = refusal("SA004", lambda: withdraw(connection, wallet, 601, balance_first=balance_first))
        assert "would leave -1 " in said
        withdraw(connection, wallet, 600, balance_first=balance_first)
        assert connection.execute("SELECT balance FROM wallets").fetchall() == [(0,)]
        assert connection.execute("SELECT sum(amount) FROM wallet_ledger_entries").fetchall() == [(-1_000,)]


def test_a_refund_may_leave_a_debt_and_a_debt_blocks_payouts(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_foreign() as connection:
        wallet = open_wallet(connection)
        entry = write_entry(connection, wallet)
        with connection.transaction():
            write_entry(connection, wallet, amount=-100, entry_type="REFUND", reverses=entry)
            connection.execute("UPDATE wallets SET balance = balance - 100")
        refusal("SA004", lambda: withdraw(connection, wallet, 1))
        pending = open_wallet(connection, kind="PENDING")  # only cash is paid out
        withdraw(connection, pending, 1)


def test_cover_is_looked_at_behind_whoever_holds_the_wallet(migrated_database_18: MigratedDatabase) -> None:
    """A refund leaves a debt while a writer, who moved the balance before, has only its entry left to write."""
    with (
        migrated_database_18.as_foreign() as one,
        migrated_database_18.as_foreign() as other,
        ThreadPoolExecutor(1) as thread,
    ):
        wallet = open_wallet(one, balance=10)
        write_entry(one, wallet)
        with one.transaction():
            one.execute("UPDATE wallets SET balance = balance - 100")
            late = thread.submit(write_entry, other, wallet, amount=-5, entry_type="WITHDRAW")
            wait_until_blocked(migrated_database_18, other)
        with pytest.raises(psycopg.Error) as problem:
            late.result()
        assert problem.value.sqlstate == "SA004"


def test_the_replication_role_needs_cover_too(migrated_database_18: MigratedDatabase) -> None:
    with migrated_database_18.as_admin() as connection:
        wallet = open_wallet(connection, balance=10)
        write_entry(connection, wallet)
        connection.execute("SET session_replication_role = replica")
        refusal("SA004", lambda: withdraw(connection, wallet, 11))
        refusal("SA002", lambda: write_entry(connection, wallet, currency="USD"))
        refusal("SA011", lambda: connection.execute("UPDATE wallets SET id = gen_random_uuid()"))


@pytest.mark.parametrize("balance_first", [True, False])
def test_payouts_at_once_never_overdraw(migrated_database: MigratedDatabase, *, balance_first: bool) -> None:
    with migrated_database.as_foreign() as connection:
        wallet = open_wallet(connection, balance=1_000)
        write_entry(connection, wallet, amount=1_000)
    racers, each = 8, 5
    barrier = threading.Barrier(racers, timeout=20)

    def pay_out(_: int) -> list[str | None]:
        said: list[str | None] = []
        with migrated_database.as_foreign() as connection:
            barrier.wait()
            for _ in range(each):
                try:
                    withdraw(connection, wallet, 70, balance_first=balance_first)
                    said.append(None)
                except psycopg.Error as problem:
                    said.append(problem.sqlstate)
        return said

    with ThreadPoolExecutor(racers) as threads:
        said = [state for states in threads.map(pay_out, range(racers)) for state in states]
    assert said.count(None) == 14  # 14 x 70 = 980
    assert said.count("SA004") == racers * each - 14
    with migrated_database.as_foreign() as connection:
        assert connection.execute("SELECT balance FROM wallets").fetchall() == [(20,)]
        assert connection.execute("SELECT sum(amount) FROM wallet_ledger_entries").fetchall() == [(20,)]
