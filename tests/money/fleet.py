"""Many connections at once: races that start at one moment, and storms that last some seconds."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, Self, TypeVar
from uuid import UUID, uuid4

import psycopg

from tests.postgres_servers import MigratedDatabase

Connection = psycopg.Connection[Any]
Answer = TypeVar("Answer")

# One statement is one snapshot: a posting that is half visible would show here.
DRIFT = """
SELECT wallet.wallet_id, wallet.type::text, wallet.balance, coalesce(sum(entry.amount), 0)
  FROM streamer_app.wallet_balances AS wallet
  LEFT JOIN wallet_ledger_entries AS entry ON entry.wallet_id = wallet.wallet_id
 GROUP BY 1, 2, 3
HAVING wallet.balance <> coalesce(sum(entry.amount), 0)
"""
# SPEC: entries of a PAID or SETTLED payment sum to its amount, of a refunded one to 0, of a payout to -amount or 0.
BROKEN_SUMS = """
SELECT payment.id, payment.kind, payment.status::text, payment.amount, coalesce(sum(entry.amount), 0)
  FROM transactions AS payment
  LEFT JOIN LATERAL (
    SELECT own.amount FROM wallet_ledger_entries AS own
     WHERE own.source_type = 'TRANSACTION' AND own.source_id = payment.id
     UNION ALL
    SELECT reversal.amount FROM wallet_ledger_entries AS own
      JOIN wallet_ledger_entries AS reversal
        ON reversal.source_type = 'LEDGER' AND reversal.entry_type = 'REFUND' AND reversal.source_id = own.id
     WHERE own.source_type = 'TRANSACTION' AND own.source_id = payment.id) AS entry ON true
 GROUP BY payment.id
HAVING coalesce(sum(entry.amount), 0) <> CASE
  WHEN payment.kind = 'PAYOUT' THEN CASE payment.status WHEN 'FAILED' THEN 0 ELSE -payment.amount END
  WHEN payment.status IN ('PAID', 'SETTLED') THEN payment.amount
  ELSE 0 END
"""
TWICE = """
SELECT source_id FROM wallet_ledger_entries WHERE source_type = 'LEDGER' AND entry_type = 'REFUND'
 GROUP BY 1 HAVING count(*) > 1
"""


class Fleet:
    """A number of app connections, one per thread."""

    def __init__(self, database: MigratedDatabase, size: int) -> None:
        self._stack = ExitStack()
        self.connections = [self._stack.enter_context(database.as_app()) for _ in range(size)]
        self._threads = self._stack.enter_context(ThreadPoolExecutor(size))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def at_once(self, acts: Sequence[Callable[[Connection], Answer]]) -> list[Answer]:
        """All of them, let go at one moment; the answers in the order of the acts."""
        barrier = threading.Barrier(len(acts), timeout=30)

        def act(number: int) -> Answer:
            barrier.wait()
            return acts[number](self.connections[number])

        return list(self._threads.map(act, range(len(acts))))

    def for_seconds(self, seconds: float, act: Callable[[Connection, int], str]) -> Counter[str]:
        """Every connection does one act after the other; what they answered, counted. SQLSTATEs are answers too."""
        end = time.monotonic() + seconds

        def sail(number: int) -> Counter[str]:
            answers: Counter[str] = Counter()
            while time.monotonic() < end:
                answers[answered(act, self.connections[number], number)] += 1
            return answers

        total: Counter[str] = Counter()
        for answers in self._threads.map(sail, range(len(self.connections))):
            total += answers
        return total


def answered(act: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """What it says, or the SQLSTATE it is refused with."""
    try:
        return act(*given, **named)
    except psycopg.Error as problem:
        return problem.sqlstate or type(problem).__name__


def call(connection: Connection, function: str, *given: Any) -> tuple[Any, ...]:
    """The one row of a money function."""
    marks = ", ".join(["%s"] * len(given))
    rows: list[tuple[Any, ...]] = connection.execute(
        f"SELECT * FROM streamer_app.{function}({marks})".encode(),  # noqa: S608
        given,
    ).fetchall()
    assert len(rows) == 1
    return rows[0]


def open_books(database: MigratedDatabase) -> tuple[UUID, UUID]:
    """A streamer and a platform with wallets and 5 %."""
    streamer, platform = uuid4(), uuid4()
    with database.as_owner() as owner:
        owner.execute("INSERT INTO streamer_app.fee_terms VALUES (%s, '2020-01-01', 0, 0.05)", [streamer])
    return streamer, platform


def reconcile(database: MigratedDatabase) -> None:
    """Fold to the end: stored, view and ledger agree to the last rupiah, and every transaction's entries add up."""
    with database.as_owner() as owner:
        while call(owner, "fold_balances")[0]:
            pass
        assert owner.execute(DRIFT.encode()).fetchall() == []
        assert owner.execute("SELECT * FROM streamer_app.wallet_balances WHERE stored <> balance").fetchall() == []
        assert owner.execute(BROKEN_SUMS.encode()).fetchall() == []
        assert owner.execute(TWICE.encode()).fetchall() == []


def deadlocks(database: MigratedDatabase) -> int:
    """How many the server has counted in this database."""
    with database.as_admin() as admin:
        admin.execute("SELECT pg_stat_force_next_flush()")
        rows: list[tuple[int]] = admin.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchall()
        return rows[0][0]


def find_deadlocks_fast(database: MigratedDatabase) -> None:
    """For connections made from now on: who waits in a circle is told after 50 ms instead of a second."""
    with database.as_admin() as admin:
        admin.execute(f"ALTER DATABASE {database.name} SET deadlock_timeout = '50ms'".encode())
