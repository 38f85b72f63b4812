"""Another backend, writing the owner's tables with plain SQL exactly as SPEC's flow says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg


@dataclass(frozen=True)
class Donation:
    """What was written."""

    transaction_id: UUID
    message_id: UUID


class ForeignWriter:
    """A login with SELECT, INSERT and UPDATE on four tables, for one streamer and one platform."""

    def __init__(self, url: str, streamer: UUID, platform: UUID) -> None:
        self._url = url
        self._streamer = streamer
        self._platform = platform

    def _wallet(self, conn: psycopg.Connection[Any], user: UUID, kind: str) -> UUID:
        conn.execute(
            "INSERT INTO wallets (user_id, type, name, slug) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (user, kind, kind.title(), kind.lower()),
        )
        row = conn.execute("SELECT id FROM wallets WHERE user_id = %s AND type = %s", (user, kind)).fetchone()
        assert row is not None
        found: UUID = row[0]
        return found

    def _post(self, conn: psycopg.Connection[Any], transaction_id: UUID, amount: int) -> None:
        fee = amount - amount * 95 // 100
        for user, kind, entry, part in (
            (self._streamer, "PENDING", "DEPOSIT", amount - fee),
            (self._platform, "PLATFORM", "FEE", fee),
        ):
            wallet = self._wallet(conn, user, kind)
            conn.execute(
                "INSERT INTO wallet_ledger_entries (wallet_id, entry_type, amount, source_type, source_id,"
                " fee_percentage, fee_amount, net_amount)"
                " VALUES (%s, %s, %s, 'TRANSACTION', %s, 0.05, %s, %s)",
                (wallet, entry, part, transaction_id, fee, amount - fee),
            )
            conn.execute("UPDATE wallets SET balance = balance + %s WHERE id = %s", (part, wallet))

    def donate(
        self,
        *,
        amount: int = 25_000,
        name: str | None = "Budi",
        message: str | None = "semangat!",
        status: str = "PAID",
        anonymous: bool = False,
        paid_ago: str = "0 seconds",
        media: str = "NONE",
        video: tuple[str, int | None, int | None] | None = None,
        payer: UUID | None = None,
    ) -> Donation:
        """Everything in one database transaction. `video`: id, start and end in seconds."""
        transaction_id, message_id = uuid4(), uuid4()
        fee = amount - amount * 95 // 100
        with psycopg.connect(self._url) as conn:
            conn.execute(
                "INSERT INTO transactions (id, payer_user_id, payee_user_id, amount, fee_percentage, fee_amount,"
                " net_amount, status, paid_at, created_at) VALUES (%s, %s, %s, %s, 0.05, %s, %s, %s,"
                " CASE WHEN %s = 'PAID' THEN now() - %s::interval END, now() - %s::interval)",
                (
                    *(transaction_id, payer, self._streamer, amount, fee, amount - fee),
                    *(status, status, paid_ago, paid_ago),
                ),
            )
            if status == "PAID":
                self._post(conn, transaction_id, amount)
            conn.execute(
                "INSERT INTO donation_messages (id, transaction_id, streamer_user_id, donor_name, message,"
                " is_anonymous, media_type, media_provider, media_video_id, media_start_seconds, media_end_seconds)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    *(message_id, transaction_id, self._streamer, name, message, anonymous),
                    *(("YOUTUBE", "YOUTUBE", *video) if video else (media, None, None, None, None)),
                ),
            )
        return Donation(transaction_id, message_id)

    def mark_paid(self, donation: Donation, amount: int = 25_000) -> None:
        """The UPDATE to PAID, with its entries."""
        with psycopg.connect(self._url) as conn:
            conn.execute(
                "UPDATE transactions SET status = 'PAID', paid_at = now() WHERE id = %s", (donation.transaction_id,)
            )
            self._post(conn, donation.transaction_id, amount)

    def mark_refunded(self, donation: Donation) -> None:
        """A status move only: enough for the show, whatever the ledger of that backend does."""
        with psycopg.connect(self._url) as conn:
            conn.execute("UPDATE transactions SET status = 'REFUNDED' WHERE id = %s", (donation.transaction_id,))

    def mark_settled(self, donation: Donation) -> None:
        """The UPDATE to SETTLED, which rings the bell as every status does."""
        with psycopg.connect(self._url) as conn:
            conn.execute(
                "UPDATE transactions SET status = 'SETTLED', settled_at = now() WHERE id = %s",
                (donation.transaction_id,),
            )
