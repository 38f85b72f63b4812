"""Donations as another backend writes them, for tests of figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from tests.postgres_servers import MigratedDatabase


@dataclass(frozen=True)
class Giving:
    """Gives to one streamer, at `now` unless said otherwise; 5 % stay with the platform."""

    database: MigratedDatabase
    streamer: UUID
    now: datetime

    def give(
        self,
        amount: int,
        *,
        at: datetime | None = None,
        name: str | None = "Budi",
        message: str | None = None,
        anonymous: bool = False,
        payer: UUID | None = None,
        currency: str = "IDR",
        played: datetime | None = None,
    ) -> UUID:
        """A paid donation; returns its message's id."""
        transaction, donation = uuid4(), uuid4()
        with self.database.as_foreign() as backend, backend.transaction():
            backend.execute(
                "INSERT INTO transactions (id, payer_user_id, payee_user_id, amount, fee_amount, net_amount, currency,"
                " status, created_at, paid_at) VALUES (%s, %s, %s, %s, %s, %s, %s, 'PAID', '2020-01-01', %s)",
                [
                    transaction,
                    payer,
                    self.streamer,
                    amount,
                    amount // 20,
                    amount - amount // 20,
                    currency,
                    at or self.now,
                ],
            )
            backend.execute(
                "INSERT INTO donation_messages (id, transaction_id, streamer_user_id, donor_name, message,"
                " is_anonymous, played_at) VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [donation, transaction, self.streamer, name, message, anonymous, played],
            )
        return donation

    def refund(self, donation: UUID) -> None:
        """Its money goes back."""
        with self.database.as_foreign() as backend:
            backend.execute(
                "UPDATE transactions SET status = 'REFUNDED'"
                " WHERE id = (SELECT transaction_id FROM donation_messages WHERE id = %s)",
                [donation],
            )
