"""A database whose old rows break the rules is upgraded as it is, and work goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from streamer_app.store import schema
from tests.migrations.conftest import Connection
from tests.migrations.money_guards import refusal, write_entry
from tests.postgres_servers import OWNER_ROLE, PostgresServer, database_on

REFERENCE = Path(__file__).parent.parent / "reference" / "schema.sql"
NEGATIVE, DELETED = UUID(int=1), UUID(int=2)
PENDING, CASH = UUID(int=11), UUID(int=12)
REVERSED, ONCE, OPEN = UUID(int=21), UUID(int=22), UUID(int=23)


def write_odd_rows(connection: Connection) -> None:
    """A fee below zero, a wallet with two currencies, an entry reversed twice, a payout without cover."""
    connection.execute(
        "INSERT INTO transactions (id, payee_user_id, amount, fee_amount, net_amount, fee_percentage, status)"
        " VALUES (%s, %s, 1000, -50, 1050, -0.05, 'PAID'), (%s, %s, 1000, 2000, -1000, 0, 'PENDING')",
        [NEGATIVE, uuid4(), DELETED, uuid4()],
    )
    connection.execute(
        "INSERT INTO wallets (id, user_id, type, name, slug, balance) VALUES"
        " (%(pending)s, %(user)s, 'PENDING', 'P', 'p', 5), (%(cash)s, %(user)s, 'CASH', 'C', 'c', -70)",
        {"user": uuid4(), "pending": PENDING, "cash": CASH},
    )
    connection.cursor().executemany(
        "INSERT INTO wallet_ledger_entries"
        " (id, wallet_id, entry_type, amount, currency, source_type, source_id, net_amount, created_at)"
        " VALUES (%s, %s, %s::ledger_entry_type, %s, %s, %s::ledger_source_type, %s, 0, now() + %s * interval '1 s')",
        [
            (REVERSED, PENDING, "DEPOSIT", 1050, "USD", "TRANSACTION", NEGATIVE, 0),
            (ONCE, PENDING, "DEPOSIT", 10, "IDR", "TRANSACTION", uuid4(), 1),
            (OPEN, PENDING, "DEPOSIT", 10, "USD", "TRANSACTION", uuid4(), 2),
            (uuid4(), PENDING, "REFUND", -1050, "USD", "LEDGER", REVERSED, 3),
            (uuid4(), PENDING, "REFUND", -1050, "USD", "LEDGER", REVERSED, 4),
            (uuid4(), PENDING, "REFUND", -10, "IDR", "LEDGER", ONCE, 5),
            (uuid4(), CASH, "WITHDRAW", -70, "IDR", "TRANSACTION", uuid4(), 6),
        ],
    )


@pytest.fixture
def old_database(postgres_server: PostgresServer) -> Iterator[Connection]:
    """The owner's connection to a database that was adopted with odd rows in it and stands at the head revision."""
    with database_on(postgres_server, owner=OWNER_ROLE) as name:
        url = postgres_server.url(name, OWNER_ROLE)
        with psycopg.connect(url) as connection:
            connection.execute(REFERENCE.read_bytes())
            write_odd_rows(connection)
        assert schema.upgrade(url).state == "current"
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection


def test_an_old_negative_fee_is_settled_and_refunded(old_database: Connection) -> None:
    for status in ("SETTLED", "REFUNDED"):
        old_database.execute("UPDATE transactions SET status = %s WHERE id = %s", [status, NEGATIVE])
    refusal("SA011", lambda: old_database.execute("UPDATE transactions SET fee_fixed = 1 WHERE id = %s", [NEGATIVE]))
    old_database.execute("UPDATE transactions SET status = 'FAILED' WHERE id = %s", [DELETED])
    old_database.execute("DELETE FROM transactions WHERE id = %s", [DELETED])
    refusal("SA013", lambda: old_database.execute("DELETE FROM transactions WHERE id = %s", [NEGATIVE]))


def test_an_old_pending_row_may_be_mended_but_not_made_worse(old_database: Connection) -> None:
    worse = "UPDATE transactions SET net_amount = -2000, fee_amount = 3000 WHERE id = %s"
    refusal("SA015", lambda: old_database.execute(worse, [DELETED]))
    old_database.execute("UPDATE transactions SET net_amount = 900, fee_amount = 100 WHERE id = %s", [DELETED])


def test_an_old_wallet_takes_the_currency_of_its_oldest_entry(old_database: Connection) -> None:
    old_database.execute("UPDATE wallets SET balance = balance + 1")
    assert old_database.execute("SELECT DISTINCT currency FROM wallets").fetchall() == [(None,)]
    refusal("SA002", lambda: write_entry(old_database, PENDING, currency="IDR"))
    write_entry(old_database, PENDING, currency="USD")
    write_entry(old_database, CASH, currency="IDR")
    found = old_database.execute("SELECT type::text, currency FROM wallets ORDER BY 1").fetchall()
    assert found == [("CASH", "IDR"), ("PENDING", "USD")]


def test_old_reversals_count(old_database: Connection) -> None:
    def reverse(entry: UUID) -> UUID:
        return write_entry(old_database, PENDING, amount=-10, currency="USD", entry_type="REFUND", reverses=entry)

    for entry in (REVERSED, ONCE):
        assert "reversed already" in refusal("SA014", lambda entry=entry: reverse(entry))  # type: ignore[misc]
    reverse(OPEN)
    refusal("SA014", lambda: reverse(OPEN))


def test_an_old_debt_blocks_payouts_until_it_is_covered(old_database: Connection) -> None:
    refusal("SA004", lambda: write_entry(old_database, CASH, amount=-1, entry_type="WITHDRAW"))
    old_database.execute("UPDATE wallets SET balance = 1 WHERE id = %s", [CASH])
    write_entry(old_database, CASH, amount=-1, entry_type="WITHDRAW")


def test_the_guards_go_down_and_up_again_over_odd_rows(old_database: Connection) -> None:
    url = old_database.info.dsn
    schema.downgrade(url, "0011")
    old_database.execute("UPDATE transactions SET fee_fixed = 5 WHERE id = %s", [NEGATIVE])
    assert schema.upgrade(url).state == "current"
    refusal("SA011", lambda: old_database.execute("UPDATE transactions SET fee_fixed = 1 WHERE id = %s", [NEGATIVE]))
