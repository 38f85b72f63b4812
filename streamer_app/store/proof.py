"""Proof of delivery: all that is written about one donation message, as it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from streamer_app.store.database import Connection, fetch_all, fetch_one


@dataclass(frozen=True)
class DeliveredMessage:
    """The message with its money. Amounts in the currency's smallest unit."""

    message_id: UUID
    streamer_user_id: UUID
    transaction_id: UUID
    status: str
    amount: int
    net_amount: int
    currency: str
    donor_name: str | None
    is_anonymous: bool
    message: str | None
    paid_at: datetime | None
    posted_at: datetime | None
    """Its first ledger entry; None before it was paid."""
    recorded_at: datetime
    played_at: datetime | None


@dataclass(frozen=True)
class DeliveredRun:
    """One showing. `started_at`: the text was painted; `outcome` None while it is on stage."""

    run_id: UUID
    kind: str
    page_instance: str | None
    epoch: int
    counter: int
    offset_ms: int
    expected_ms: int
    opened_at: datetime
    started_at: datetime | None
    outcome: str | None
    ended_at: datetime | None
    ms_shown: int | None
    audible: bool | None
    actor: str | None
    reason: str | None


@dataclass(frozen=True)
class Deed:
    """One decision about it, with what was kept beside it."""

    kind: str
    actor: str
    reason: str | None
    happened_at: datetime
    detail: dict[str, Any]


async def message(conn: Connection, message_id: UUID) -> DeliveredMessage | None:
    """The message, or None when there is none of that id."""
    row = await fetch_one(conn, "proof/message", {"message": message_id})
    return DeliveredMessage(*row) if row else None


async def runs(conn: Connection, message_id: UUID) -> list[DeliveredRun]:
    """Every showing, the first one first."""
    return [DeliveredRun(*row) for row in await fetch_all(conn, "proof/runs", {"message": message_id})]


async def deeds(conn: Connection, message_id: UUID) -> list[Deed]:
    """Every decision, in the order in which they were taken."""
    return [Deed(*row) for row in await fetch_all(conn, "proof/facts", {"message": message_id})]
