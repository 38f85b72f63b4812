"""Recording payments: one database transaction, then one ring of the bell on the same connection."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from streamer_app.services.profile import Profile
from streamer_app.store import database, money
from streamer_app.store.money import DonationWords, Payment, Recorded

MANUAL: Final = "manual"
DEFAULT_CURRENCY: Final = "IDR"


async def record_manual_payment(
    profile: Profile, *, amount: int, name: str | None, message: str | None, is_anonymous: bool = False
) -> Recorded:
    """A paid donation recorded by hand, as a provider's PAID event would be."""
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
    async with database.connection(profile.url, label="payments") as conn:
        recorded = await money.record_payment(conn, payment)
        if recorded.donation_message_id is not None:
            await money.ring(conn, profile.streamer_user_id, recorded.donation_message_id)
    return recorded
