"""Payments in: the statements that post, one or many at a time, and what they answer.

Whether a payment is new, repeated or in conflict is decided in the database, in the transaction that posts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
import psycopg

from streamer_app.core.refusals import MoneyRefusedError, Refusal
from streamer_app.store.database import Connection, execute, fetch_all, fetch_one

PaymentStatus = Literal["PENDING", "PAID", "FAILED"]
_REFUSALS: Final = {refusal.value: refusal for refusal in Refusal}


@dataclass(frozen=True)
class YouTubeClip:
    """What the donor wants played. Seconds from the start of the video."""

    video_id: str
    start_seconds: int | None = None
    end_seconds: int | None = None


@dataclass(frozen=True)
class DonationWords:
    """What the donor wrote; none of it is money."""

    donor_name: str | None
    message: str | None
    is_anonymous: bool = False
    clip: YouTubeClip | None = None


@dataclass(frozen=True)
class Payment:
    """One event of a payment provider. `amount` is gross, in the currency's smallest unit.

    `reference` names the payment at the provider; None when an event is all there will ever be about it.
    """

    provider: str
    event: str
    reference: str | None
    status: PaymentStatus
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
    """Transaction, entries, balances, message: one database transaction. `MoneyRefusedError` when it is refused."""
    item = _item(payment)
    words = item["donation"]
    arguments = item | {"donation": words and msgspec.json.encode(words).decode()}
    with refusals():
        row = await fetch_one(conn, "money/record_payment", arguments)
    if row is None:
        raise RuntimeError("record_payment answers with one row, always")
    return Recorded(row[0], row[1], row[2], row[3])


async def record_payments(conn: Connection, payments: Sequence[Payment]) -> list[Recorded | MoneyRefusedError]:
    """Many in one statement and one transaction; the answers stand in the order of the payments.

    A refused payment refuses itself only. What refuses the statement as a whole (a sum beyond BIGINT) is raised, and
    then nothing of it was kept.
    """
    document = msgspec.json.encode([_item(payment) for payment in payments]).decode()
    with refusals():
        rows = await fetch_all(conn, "money/record_payments", {"payments": document}, binary=True)
    if len(rows) != len(payments):
        raise RuntimeError(f"record_payments answered {len(rows)} times to {len(payments)} payments")
    return [
        Recorded(row[0], row[1], row[2], row[3])
        if row[4] is None
        else MoneyRefusedError(_REFUSALS.get(row[4], Refusal.CONFLICT), row[5])
        for row in rows
    ]


async def ring(conn: Connection, messages: Sequence[tuple[UUID, UUID]]) -> None:
    """Ring for (streamer, message) pairs of our own postings, after their commit: one NOTIFY transaction for all."""
    await execute(
        conn,
        "money/ring",
        {"streamers": [streamer for streamer, _ in messages], "messages": [message for _, message in messages]},
    )


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the money functions raise into `MoneyRefusedError`; anything else passes through."""
    try:
        yield
    except psycopg.Error as problem:
        refusal = _REFUSALS.get(problem.sqlstate or "")
        if refusal is None:
            raise
        raise MoneyRefusedError(
            refusal, problem.diag.message_primary or "The payment was refused", problem.diag.message_hint
        ) from problem


def _item(payment: Payment) -> dict[str, Any]:
    return {
        "provider": payment.provider,
        "event": payment.event,
        "reference": payment.reference,
        "status": payment.status,
        "amount": payment.amount,
        "currency": payment.currency,
        "payee": payment.payee_user_id,
        "platform": payment.platform_user_id,
        "payer": payment.payer_user_id,
        "donation": None if payment.words is None else _donation(payment.words),
    }


def _donation(words: DonationWords) -> dict[str, Any]:
    said: dict[str, Any] = {
        "donor_name": _storable(words.donor_name),
        "message": _storable(words.message),
        "is_anonymous": words.is_anonymous,
        "media_type": "NONE",
    }
    if words.clip is not None:
        said |= {
            "media_type": "YOUTUBE",
            "media_provider": "YOUTUBE",
            "media_video_id": _storable(words.clip.video_id),
            "media_start_seconds": words.clip.start_seconds,
            "media_end_seconds": words.clip.end_seconds,
        }
    return said


def _storable(text: str | None) -> str | None:
    """A donor's text without what PostgreSQL cannot hold: NUL, and halves of surrogate pairs."""
    if text is None:
        return None
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
