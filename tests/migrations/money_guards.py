"""What the tests of the money guards share: rows as another backend writes them, and waiting for a lock."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.migrations.conftest import Connection
from tests.postgres_servers import MigratedDatabase

# Every login that may change the owner's tables at all.
LOGINS = ("owner", "admin", "foreign")


def connect(database: MigratedDatabase, login: str) -> Connection:
    made: Connection = getattr(database, f"as_{login}")()
    return made


def open_wallet(connection: Connection, *, kind: str = "CASH", balance: int = 0) -> UUID:
    made: UUID = connection.execute(
        "INSERT INTO wallets (user_id, type, name, slug, balance)"
        " VALUES (%s, %s::wallet_type, 'W', 'w', %s) RETURNING id",
        [uuid4(), kind, balance],
    ).fetchall()[0][0]
    return made


def write_entry(
    connection: Connection,
    wallet: UUID,
    *,
    amount: int = 100,
    currency: str = "IDR",
    entry_type: str = "DEPOSIT",
    source: UUID | None = None,
    reverses: UUID | None = None,
) -> UUID:
    """An entry as another backend writes it."""
    made: UUID = connection.execute(
        "INSERT INTO wallet_ledger_entries"
        " (wallet_id, entry_type, amount, currency, source_type, source_id, net_amount)"
        " VALUES (%s, %s::ledger_entry_type, %s, %s, %s::ledger_source_type, %s, %s) RETURNING id",
        [
            wallet,
            entry_type,
            amount,
            currency,
            "LEDGER" if reverses else "TRANSACTION",
            reverses or source or uuid4(),
            abs(amount),
        ],
    ).fetchall()[0][0]
    return made


def refusal(sqlstate: str, act: Callable[[], object]) -> str:
    """What the database says when it refuses with this SQLSTATE."""
    with pytest.raises(psycopg.Error) as problem:
        act()
    assert problem.value.sqlstate == sqlstate
    return str(problem.value)


def wait_until_blocked(database: MigratedDatabase, connection: Connection) -> None:
    """Until somebody else's lock stops this connection."""
    deadline = time.monotonic() + 20
    with database.as_admin() as admin:
        while True:
            row = admin.execute("SELECT cardinality(pg_blocking_pids(%s))", [connection.info.backend_pid]).fetchone()
            if row is not None and row[0]:
                return
            assert time.monotonic() < deadline, "nobody stops it"
            time.sleep(0.005)
