"""Money that moves after it came in: settlement, refunds, payouts, corrections, fee terms, and the platform's folder.

Each is one statement and one transaction, and safe to repeat: a double click, a webhook's retry or a lost answer gives
the first result again. Refusals are `MoneyRefusedError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from psycopg.rows import TupleRow

from streamer_app.store.database import Connection, fetch_all, fetch_one
from streamer_app.store.payments import refusals


@dataclass(frozen=True)
class Settled:
    """One settlement. `net_amount` moved from PENDING to CASH."""

    transaction_id: UUID
    net_amount: int
    repeated: bool


@dataclass(frozen=True)
class SettledDue:
    """One portion of a settlement run. `left_out`: due, but their entries do not say what PAID promises."""

    settled: int
    net_amount: int
    left_out: int


@dataclass(frozen=True)
class Refund:
    """What a provider or an operator gives back. `amount` None is all of it; name the payment in one of two ways."""

    provider: str
    event: str
    reference: str | None = None
    transaction_id: UUID | None = None
    amount: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Refunded:
    """PARTIAL waits for an operator; WAITING is applied in the moment the payment is paid."""

    transaction_id: UUID
    outcome: Literal["REFUNDED", "PARTIAL", "WAITING"]
    repeated: bool


@dataclass(frozen=True)
class PayoutState:
    """A payout after what was asked."""

    transaction_id: UUID
    status: Literal["PENDING", "PAID", "FAILED"]
    repeated: bool


@dataclass(frozen=True)
class Payout:
    """One payout as listed. `reason` says why a failed one failed."""

    transaction_id: UUID
    payee_user_id: UUID
    amount: int
    currency: str
    status: str
    reference: str | None
    reason: str | None
    requested_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True)
class Adjusted:
    """The correcting entry, and the wallet it moved."""

    entry_id: UUID
    wallet_id: UUID
    repeated: bool


@dataclass(frozen=True)
class FeeTerms:
    """What the platform keeps from payments to one streamer since `valid_from`."""

    streamer_user_id: UUID
    valid_from: datetime
    fee_fixed: int
    fee_percentage: Decimal


async def settle(conn: Connection, transaction_id: UUID) -> Settled:
    """PENDING to CASH, for one payment."""
    row = await _asked(conn, "settle_payment", {"transaction": transaction_id})
    return Settled(row[0], row[1], row[2])


async def settle_due(conn: Connection, paid_before: datetime, limit: int) -> SettledDue:
    """At most `limit` of the payments paid before that moment. Call it until it settles none."""
    row = await _asked(conn, "settle_due", {"paid_before": paid_before, "limit": limit})
    return SettledDue(row[0], int(row[1]), row[2])


async def refund(conn: Connection, given_back: Refund) -> Refunded:
    """Reverse every entry of a payment once, or keep the event for an operator."""
    arguments = {
        "provider": given_back.provider,
        "event": given_back.event,
        "reference": given_back.reference,
        "transaction": given_back.transaction_id,
        "amount": given_back.amount,
        "reason": given_back.reason,
    }
    row = await _asked(conn, "refund_payment", arguments)
    return Refunded(row[0], row[1], row[2])


async def request_payout(conn: Connection, *, key: str, payee: UUID, amount: int, currency: str) -> PayoutState:
    """Take `amount` from CASH now, never below zero. The same key is the same payout."""
    row = await _asked(conn, "request_payout", {"key": key, "payee": payee, "amount": amount, "currency": currency})
    return PayoutState(row[0], row[1], row[2])


async def complete_payout(conn: Connection, transaction_id: UUID, reference: str | None) -> PayoutState:
    """The money has arrived; `reference` is the bank's."""
    row = await _asked(conn, "complete_payout", {"transaction": transaction_id, "reference": reference})
    return PayoutState(row[0], row[1], row[2])


async def fail_payout(conn: Connection, transaction_id: UUID, reason: str) -> PayoutState:
    """The money came back: one entry reverses the withdrawal."""
    row = await _asked(conn, "fail_payout", {"transaction": transaction_id, "reason": reason})
    return PayoutState(row[0], row[1], row[2])


async def payouts(conn: Connection, payee: UUID | None, limit: int) -> list[Payout]:
    """The latest payouts, newest first, of one streamer or of all."""
    rows = await fetch_all(conn, "money/payouts", {"payee": payee, "limit": limit})
    return [Payout(*row) for row in rows]


async def adjust(conn: Connection, *, key: str, entry_id: UUID, amount: int, reason: str) -> Adjusted:
    """Correct the wallet of one entry by a signed amount. The same key is the same correction."""
    row = await _asked(conn, "adjust", {"key": key, "entry": entry_id, "amount": amount, "reason": reason})
    return Adjusted(row[0], row[1], row[2])


async def fold_balances(conn: Connection) -> int:
    """Bring stored platform balances up to their markers; answers how many wallets that moved."""
    row = await _asked(conn, "fold_balances", {})
    return int(row[0])


async def fee_terms(conn: Connection, streamer: UUID) -> list[FeeTerms]:
    """All terms of one streamer, those that count latest first."""
    rows = await fetch_all(conn, "money/fee_terms", {"streamer": streamer})
    return [FeeTerms(*row) for row in rows]


async def _asked(conn: Connection, name: str, arguments: dict[str, Any]) -> TupleRow:
    with refusals():
        row = await fetch_one(conn, f"money/{name}", arguments)
    if row is None:
        raise RuntimeError(f"{name} answers with one row, always")
    return row
