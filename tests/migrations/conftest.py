"""What tests of migrations share: plain SQL of another backend, and one way to post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Donation:
    """What another backend wrote."""

    streamer: UUID
    transaction: UUID
    message: UUID

    @property
    def channel(self) -> str:
        return f"streamer_app_bell_{self.streamer.hex}"


def write_donation(connection: Connection, *, streamer: UUID | None = None, status: str = "PAID") -> Donation:
    """Insert a donation as SPEC's flow says, with plain SQL and rights on the owner's four tables only."""
    streamer = streamer or uuid4()
    transaction: UUID = connection.execute(
        "INSERT INTO public.transactions (payee_user_id, amount, fee_percentage, fee_amount, net_amount, status)"
        " VALUES (%s, 10000, 0.05, 500, 9500, %s::public.transaction_status) RETURNING id",
        [streamer, status],
    ).fetchall()[0][0]
    wallet = connection.execute(
        "INSERT INTO public.wallets (user_id, type, name, slug, balance) VALUES (%s, 'PENDING', 'P', 'p', 9500)"
        " ON CONFLICT (user_id, type) DO UPDATE SET balance = wallets.balance + 9500 RETURNING id",
        [streamer],
    ).fetchall()[0][0]
    connection.execute(
        "INSERT INTO public.wallet_ledger_entries (wallet_id, entry_type, amount, source_type, source_id, net_amount)"
        " VALUES (%s, 'DEPOSIT', 9500, 'TRANSACTION', %s, 9500)",
        [wallet, transaction],
    )
    message: UUID = connection.execute(
        "INSERT INTO public.donation_messages (transaction_id, streamer_user_id, donor_name, message)"
        " VALUES (%s, %s, 'Budi', 'semangat!') RETURNING id",
        [transaction, streamer],
    ).fetchall()[0][0]
    return Donation(streamer, transaction, message)


@dataclass(frozen=True)
class Posted:
    """One row of `record_payment`."""

    transaction: UUID
    message: UUID | None
    currency: str
    repeated: bool


@dataclass(frozen=True)
class Payment:
    """The arguments of `record_payment`."""

    payee: UUID
    platform: UUID
    event: str = "event-1"
    reference: str | None = None
    status: str = "PAID"
    amount: int = 10_000
    currency: str = "IDR"
    payer: UUID | None = None
    donation: dict[str, Any] | None = None
    provider: str = "manual"

    def record(self, connection: Connection) -> Posted:
        """Post it."""
        row = connection.execute(
            "SELECT * FROM streamer_app.record_payment(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                self.provider,
                self.event,
                self.reference,
                self.status,
                self.amount,
                self.currency,
                self.payee,
                self.platform,
                self.payer,
                None if self.donation is None else Jsonb(self.donation),
            ],
        ).fetchone()
        assert row is not None
        return Posted(*row)


@pytest.fixture
def payment() -> Payment:
    """A payment of Rp10.000 between users of its own."""
    return Payment(payee=uuid4(), platform=uuid4())


def set_fee(connection: Connection, streamer: UUID, percentage: str, fixed: int = 0) -> None:
    """Dated fee terms, valid since a minute."""
    connection.execute(
        "INSERT INTO streamer_app.fee_terms VALUES (%s, now() - interval '1 minute', %s, %s)",
        [streamer, fixed, percentage],
    )
