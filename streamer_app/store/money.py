"""Payments in, wallets and ledger out: the statements behind the money rules, which the database itself enforces."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from streamer_app.core.donations import LedgerLine, WalletLine
from streamer_app.core.errors import CommandRefusedError
from streamer_app.store.database import Connection, execute, fetch_all, fetch_one


@dataclass(frozen=True)
class DonationWords:
    """What the donor wrote; none of it is money."""

    donor_name: str | None
    message: str | None
    is_anonymous: bool = False


@dataclass(frozen=True)
class Payment:
    """One event of a payment provider. `amount` is gross, in the currency's smallest unit."""

    provider: str
    event: str
    reference: str
    status: str
    amount: int
    currency: str
    payee_user_id: UUID
    platform_user_id: UUID
    payer_user_id: UUID | None = None
    words: DonationWords | None = None


@dataclass(frozen=True)
class Recorded:
    """What recording answered. `repeated`: the same event was recorded before, and this is its first result."""

    transaction_id: UUID
    donation_message_id: UUID | None
    currency: str
    repeated: bool


async def record_payment(conn: Connection, payment: Payment) -> Recorded:
    """Transaction, entries, balances, message: one database transaction. `CommandRefusedError` on a conflict."""
    words = payment.words
    arguments = {
        "provider": payment.provider,
        "event": payment.event,
        "reference": payment.reference,
        "status": payment.status,
        "amount": payment.amount,
        "currency": payment.currency,
        "payee": payment.payee_user_id,
        "platform": payment.platform_user_id,
        "payer": payment.payer_user_id,
        "donation": Jsonb(
            {"donor_name": words.donor_name, "message": words.message, "is_anonymous": words.is_anonymous}
        )
        if words
        else None,
    }
    try:
        row = await fetch_one(conn, "money/record_payment", arguments)
    except psycopg.Error as problem:
        if problem.sqlstate and problem.sqlstate.startswith("SA"):
            title = problem.diag.message_primary or "The payment was refused"
            raise CommandRefusedError(title, problem.diag.message_hint or "Nothing was recorded.") from problem
        raise
    if row is None:
        raise RuntimeError("record_payment answers with one row, always")
    return Recorded(row[0], row[1], row[2], row[3])


async def ring(conn: Connection, streamer: UUID, message_id: UUID) -> None:
    """Ring the bell for a posting of our own, after its commit."""
    await execute(conn, "money/ring", {"streamer": streamer, "message": message_id})


async def wallets(conn: Connection, users: list[UUID]) -> tuple[WalletLine, ...]:
    """Stored balances of those users' wallets."""
    rows = await fetch_all(conn, "money/wallets", {"users": users})
    return tuple(
        WalletLine(wallet_id=row[0], user_id=row[1], type=row[2], currency=row[3], balance=row[4]) for row in rows
    )


async def ledger(conn: Connection, users: list[UUID], limit: int) -> tuple[LedgerLine, ...]:
    """The latest entries of those users' wallets, newest first."""
    rows = await fetch_all(conn, "money/ledger", {"users": users, "limit": limit})
    return tuple(
        LedgerLine(
            entry_id=row[0],
            wallet_id=row[1],
            wallet_type=row[2],
            entry_type=row[3],
            amount=row[4],
            currency=row[5],
            source_type=row[6],
            source_id=row[7],
            description=row[8],
            created_at=row[9],
        )
        for row in rows
    )
