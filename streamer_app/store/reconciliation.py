"""Our payments by the names a provider gives them. Plain SELECT: an auditor's login is enough."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from uuid import UUID

from streamer_app.core.periods import Period
from streamer_app.core.reconciliation import OurPayment
from streamer_app.store.database import Connection, fetch_all
from streamer_app.store.snapshots import batches


def payment_id(provider: str, reference: str) -> UUID:
    """As `streamer_app.payment_id` in the database, without asking it for each of 100,000 lines."""
    return _named(f"{len(provider)}/{provider}/{reference}")


def event_id(provider: str, event: str) -> UUID:
    """As `streamer_app.event_id`: the name of a payment whose only event had no reference."""
    return _named(f"event/{len(provider)}/{provider}/{event}")


def _named(name: str) -> UUID:
    return UUID(hex=hashlib.sha256(name.encode("utf-8")).hexdigest()[:32])


async def by_reference(conn: Connection, provider: str, references: list[str]) -> dict[str, OurPayment]:
    """The provider's payments among these references, as our own postings name them."""
    names = {payment_id(provider, reference): reference for reference in references}
    names |= {event_id(provider, reference): reference for reference in references}
    found: dict[str, OurPayment] = {}
    for row in await fetch_all(conn, "ledger/payments_by_id", {"ids": list(names)}):
        reference = names[row[0]]
        if reference not in found or row[0] == payment_id(provider, reference):
            found[reference] = _payment(row[0], reference, *row[1:])
    return found


async def by_external_reference(conn: Connection, references: list[str]) -> dict[str, list[OurPayment]]:
    """What other programs wrote under these references; whose they are, those rows do not say."""
    found: dict[str, list[OurPayment]] = {}
    for row in await fetch_all(conn, "ledger/payments_by_external_reference", {"references": references}):
        found.setdefault(row[0], []).append(_payment(row[1], *(row[0], *row[2:])))
    return found


async def of_other_providers(conn: Connection, provider: str, transactions: list[UUID]) -> set[UUID]:
    """Those of the transactions that an event of another provider speaks of."""
    arguments = {"provider": provider, "ids": transactions}
    return {row[0] for row in await fetch_all(conn, "ledger/payments_of_others", arguments)}


async def of_provider(
    conn: Connection, provider: str, period: Period, size: int
) -> AsyncGenerator[list[OurPayment], None]:
    """All payments of a provider that arrived in the period, by time, refunded ones included, within a snapshot."""
    arguments = {"provider": provider, "first": period.first_text, "last": period.last_text}
    async with aclosing(batches(conn, "ledger/payments_of_provider", arguments, size)) as reading:
        async for rows in reading:
            yield [_payment(*row) for row in rows]


def _payment(
    transaction: UUID, reference: str | None, amount: int, currency: str, status: str, at: datetime
) -> OurPayment:
    return OurPayment(
        transaction_id=transaction, reference=reference, amount=amount, currency=currency, status=status, paid_at=at
    )
