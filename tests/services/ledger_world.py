"""What the tests of the audit share: money that moved in every way, and a superuser who takes the guards down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg

from streamer_app.services import audit
from streamer_app.services.audit import VerifyReport
from tests.end_to_end.foreign_writer import ForeignWriter
from tests.postgres_servers import MigratedDatabase

Admin = psycopg.Connection[Any]
GUARDED = (
    "wallet_ledger_entries",
    "transactions",
    "wallets",
    "streamer_app.ledger_blocks",
    "streamer_app.ledger_chain",
)


@dataclass
class LedgerWorld:
    """One database, its data folder, and a backend that posts with plain SQL."""

    database: MigratedDatabase
    folder: Path
    streamer: UUID = field(default_factory=uuid4)
    platform: UUID = field(default_factory=uuid4)

    @property
    def url(self) -> str:
        """The app login's."""
        return self.database.app_url

    @property
    def writer(self) -> ForeignWriter:
        """Another backend."""
        return ForeignWriter(self.database.foreign_url, self.streamer, self.platform)

    async def verify(self, *, new_only: bool = False) -> VerifyReport:
        """As the app login."""
        return await audit.verify(self.url, data_dir=self.folder, new_only=new_only)

    def ask(self, statement: str, *arguments: object) -> list[tuple[Any, ...]]:
        """A statement of ours, as the app login."""
        with self.database.as_app() as app:
            cursor = app.execute(statement.encode(), arguments)
            return cursor.fetchall() if cursor.description else []

    def pay(self, amount: int = 25_000, *, reference: str | None = None, payee: UUID | None = None) -> UUID:
        """Through our own function: markers and all."""
        reference = reference or str(uuid4())
        rows = self.ask(
            "SELECT transaction_id FROM streamer_app.record_payment('test', %s, %s, 'PAID', %s, 'IDR', %s, %s,"
            " NULL, NULL)",
            reference,
            reference,
            amount,
            payee or self.streamer,
            self.platform,
        )
        made: UUID = rows[0][0]
        return made

    def move_in_every_way(self) -> None:
        """Every status a payment and a payout can have, with the entries SPEC gives it."""
        with self.database.as_owner() as owner:
            owner.execute("INSERT INTO streamer_app.fee_terms VALUES (%s, '2020-01-01', 0, 0.05)", [self.streamer])
        settled, refunded, back, paid = (self.pay() for _ in range(4))
        self.pay(1)
        everything, capped = uuid4(), uuid4()
        with self.database.as_owner() as owner:
            owner.execute("INSERT INTO streamer_app.fee_terms VALUES (%s, '2020-01-01', 0, 1)", [everything])
            owner.execute("INSERT INTO streamer_app.fee_terms VALUES (%s, '2020-01-01', 5000, 0)", [capped])
        taken = self.pay(777, payee=everything)
        self.pay(777, payee=capped)
        for transaction in (settled, refunded):
            self.ask("SELECT * FROM streamer_app.settle_payment(%s)", transaction)
        with self.database.as_foreign() as writer:  # nothing to transfer, so no entry
            writer.execute("UPDATE transactions SET status = 'SETTLED', settled_at = now() WHERE id = %s", [taken])
        for transaction in (refunded, back):
            self.ask(
                "SELECT * FROM streamer_app.refund_payment('test', %s, NULL, %s, NULL, 'chargeback')",
                str(uuid4()),
                transaction,
            )
        for state in ("PENDING", "FAILED"):
            self.ask(
                "SELECT * FROM streamer_app.record_payment('test', %s, %s, %s, 5000, 'IDR', %s, %s, NULL, NULL)",
                state,
                state,
                state,
                self.streamer,
                self.platform,
            )
        payouts = [
            self.ask("SELECT transaction_id FROM streamer_app.request_payout(%s, %s, 1000, 'IDR')", key, self.streamer)
            for key in ("waits", "completes", "fails")
        ]
        self.ask("SELECT * FROM streamer_app.complete_payout(%s, 'bank-1')", payouts[1][0][0])
        self.ask("SELECT * FROM streamer_app.fail_payout(%s, 'account closed')", payouts[2][0][0])
        entry = self.ask("SELECT id FROM wallet_ledger_entries WHERE source_id = %s LIMIT 1", paid)[0][0]
        self.ask("SELECT * FROM streamer_app.adjust('typo', %s, -5, 'a typo')", entry)
        self.writer.donate()

    @contextmanager
    def unguarded(self) -> Iterator[Admin]:
        """A superuser for whom nothing holds."""
        with self.database.as_admin() as admin:
            for table in GUARDED:
                admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
            yield admin
            for table in GUARDED:
                admin.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL".encode())


def kinds(report: VerifyReport) -> set[str]:
    """What sorts of findings a report holds."""
    return {str(finding.kind) for finding in report.findings}
