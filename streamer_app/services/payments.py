"""Recording payments one at a time: one database transaction, then the bell and the folder on the same connection.

A process that lives on (studio, gateway) folds the platform's wallet behind its postings; a command that posts and ends
does it before it goes. A lost connection is tried once more with the same event.
"""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from streamer_app.core.errors import OutcomeUnknownError
from streamer_app.services.books import GATEWAY, OPERATOR, needing
from streamer_app.services.profile import Profile
from streamer_app.store import movements, payments
from streamer_app.store.attempts import asked_again_if_lost
from streamer_app.store.database import Connection
from streamer_app.store.payments import DonationWords, Payment, PaymentStatus, Recorded, YouTubeClip

__all__ = [
    "DEFAULT_CURRENCY",
    "DonationWords",
    "Payment",
    "PaymentStatus",
    "Recorded",
    "YouTubeClip",
    "record_manual_payment",
    "record_payment",
]

MANUAL: Final = "manual"
DEFAULT_CURRENCY: Final = "IDR"


async def record_payment(url: str, payment: Payment) -> Recorded:
    """Post, ring for its message, and bring the platform's stored balance up.

    Raises `MoneyRefusedError` when the database refuses it, `OutcomeUnknownError` when the answer was lost twice.
    """

    async def post(conn: Connection) -> Recorded:
        return await payments.record_payment(conn, payment)

    async def ring_and_fold(conn: Connection, recorded: Recorded) -> None:
        if recorded.donation_message_id is not None:
            await payments.ring(conn, [(payment.payee_user_id, recorded.donation_message_id)])
        await movements.fold_balances(conn)

    with needing(GATEWAY, OPERATOR, to="record payments"):
        return await asked_again_if_lost(url, post, label="payments", afterwards=ring_and_fold)


async def record_manual_payment(
    profile: Profile, *, amount: int, name: str | None, message: str | None, is_anonymous: bool = False
) -> Recorded:
    """A paid donation recorded by hand, as a provider's PAID event would be.

    Its event is made here, so the same command again would be another donation: a lost answer says to look first.
    """
    reference = f"{MANUAL}-{uuid4()}"
    payment = Payment(
        provider=MANUAL,
        event=reference,
        reference=reference,
        status="PAID",
        amount=amount,
        currency=DEFAULT_CURRENCY,
        payee_user_id=profile.streamer_user_id,
        platform_user_id=profile.platform_user_id,
        words=DonationWords(donor_name=name, message=message, is_anonymous=is_anonymous),
    )
    try:
        return await record_payment(profile.url, payment)
    except OutcomeUnknownError as problem:
        raise OutcomeUnknownError(
            problem.title, f"Look before you record it again: payment show --provider {MANUAL} --payment {reference}"
        ) from problem
