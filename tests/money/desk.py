"""A desk with the money functions as calls: what tests by example say is then what they mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.migrations.conftest import Connection, Payment

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Desk:
    """One connection, and the payment that tests vary."""

    connection: Connection
    payment: Payment

    def one(self, query: str, *arguments: object) -> Row:
        """The only row of a query."""
        rows = self.all(query, *arguments)
        assert len(rows) == 1, rows
        return rows[0]

    def all(self, query: str, *arguments: object) -> list[Row]:
        """All rows of a query."""
        return self.connection.execute(query.encode(), arguments).fetchall()

    def call(self, function: str, *arguments: object) -> Row:
        """The only row that a function of `streamer_app` answers."""
        places = ", ".join(["%s"] * len(arguments))
        return self.one(f"SELECT * FROM streamer_app.{function}({places})", *arguments)  # noqa: S608

    def batch(self, *payments: Payment) -> list[Row]:
        """What `record_payments` answers, by place."""
        asked = [
            {
                "provider": each.provider,
                "event": each.event,
                "reference": each.reference,
                "status": each.status,
                "amount": each.amount,
                "currency": each.currency,
                "payee": str(each.payee),
                "platform": str(each.platform),
                "payer": str(each.payer) if each.payer else None,
                "donation": each.donation,
            }
            for each in payments
        ]
        return self.all("SELECT * FROM streamer_app.record_payments(%s::jsonb)", json.dumps(asked))

    def entries(self, transaction: UUID | None = None) -> list[tuple[str, str, int]]:
        """(wallet, kind, amount) of one transaction with its reversals, or of all; and exact balances."""
        off = self.all(
            "SELECT w.type, w.balance FROM streamer_app.wallet_balances w"
            " LEFT JOIN wallet_ledger_entries e ON e.wallet_id = w.wallet_id"
            " GROUP BY w.wallet_id, w.type, w.balance HAVING w.balance <> coalesce(sum(e.amount), 0)"
        )
        assert off == []
        rows = self.all(
            "SELECT w.type::text, e.entry_type::text, e.amount FROM wallet_ledger_entries e"
            " JOIN wallets w ON w.id = e.wallet_id"
            " LEFT JOIN wallet_ledger_entries r ON e.source_type = 'LEDGER' AND r.id = e.source_id"
            " WHERE %s::uuid IS NULL OR coalesce(r.source_id, e.source_id) = %s ORDER BY 1, 2, 3",
            transaction,
            transaction,
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def status(self, transaction: UUID) -> str:
        """PENDING, PAID, SETTLED, FAILED or REFUNDED."""
        return str(self.one("SELECT status::text FROM transactions WHERE id = %s", transaction)[0])

    def cash(self, amount: int, event: str = "cash") -> UUID:
        """A payment that is settled, so that so much lies on CASH."""
        posted = replace(self.payment, amount=amount, event=event).record(self.connection)
        self.call("settle_payment", posted.transaction)
        return posted.transaction


def refuses(sqlstate: str, act: Callable[[], object]) -> str:
    """What the database says when it refuses with this SQLSTATE."""
    with pytest.raises(psycopg.Error) as problem:
        act()
    assert problem.value.sqlstate == sqlstate, problem.value
    return str(problem.value.diag.message_primary)
