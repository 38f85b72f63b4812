"""What each command that moves money does. Every function answers with one document, fit for JSON."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import msgspec

from streamer_app.roles.progress import progress
from streamer_app.roles.system_clock import SystemClock
from streamer_app.services import movements
from streamer_app.services.books import open_books
from streamer_app.services.movements import BY_HAND, Refund
from streamer_app.services.payments import (
    DonationWords,
    Payment,
    PaymentStatus,
    YouTubeClip,
    record_payment,
)
from streamer_app.settings import Settings

Document = dict[str, Any]
Instant = Callable[[datetime], datetime]
"""A moment that is known once the present is."""


async def record(
    settings: Settings,
    *,
    provider: str,
    reference: str,
    event: str,
    status: PaymentStatus,
    amount: int,
    currency: str,
    payee: UUID | None,
    words: DonationWords | None,
) -> Document:
    """What a provider says about one payment."""
    async with progress("Recording the payment") as shown:
        books = await open_books(settings, shown.step)
        payment = Payment(
            provider=provider,
            event=event,
            reference=reference,
            status=status,
            amount=amount,
            currency=currency,
            payee_user_id=payee or books.streamer,
            platform_user_id=books.platform,
            words=words,
        )
        return _document(await record_payment(books.url, payment))


def words_of(
    name: str | None, message: str | None, *, is_anonymous: bool, clip: tuple[str, int | None, int | None] | None
) -> DonationWords | None:
    """What the donor wrote; None when nothing at all was given: then there is no donation message."""
    if name is None and message is None and not is_anonymous and clip is None:
        return None
    return DonationWords(name, message, is_anonymous, YouTubeClip(*clip) if clip else None)


async def settle(settings: Settings, transaction_id: UUID) -> Document:
    """One payment."""
    async with progress("Settling") as shown:
        books = await open_books(settings, shown.step)
        return _document(await movements.settle(books, transaction_id))


async def settle_due(settings: Settings, before: Instant) -> Document:
    """All payments paid before a moment. Whoever stops it is told how far it came; that stays."""
    settled = 0

    def count(done: int, total: int) -> None:
        nonlocal settled
        settled = done
        shown(done, total)

    try:
        async with progress("Settling") as shown:
            books = await open_books(settings, shown.step)
            shown.step("Settling")
            return _document(await movements.settle_due(books, before(SystemClock().now()), count))
    except asyncio.CancelledError:
        print(f"Stopped. {settled} payments were settled, and stay so.", file=sys.stderr)
        raise


async def refund(
    settings: Settings,
    *,
    transaction_id: UUID | None,
    provider: str | None,
    reference: str | None,
    event: str | None,
    amount: int | None,
    reason: str,
) -> Document:
    """Give back. By id it is the operator's own event, named after the payment: twice is once."""
    by_hand = transaction_id is not None
    given_back = Refund(
        provider=provider or BY_HAND,
        event=event or f"refund-{transaction_id}",
        reference=None if by_hand else reference,
        transaction_id=transaction_id,
        amount=amount,
        reason=reason,
    )
    async with progress("Giving back") as shown:
        books = await open_books(settings, shown.step)
        done = _document(await movements.refund(books, given_back))
        return done | {"provider": given_back.provider, "event": given_back.event}


async def show(
    settings: Settings, *, transaction_id: UUID | None, provider: str | None, reference: str | None
) -> Document:
    """All about one transaction."""
    async with progress("Looking") as shown:
        books = await open_books(settings, shown.step)
        return await movements.look_at_payment(
            books, transaction_id=transaction_id, provider=provider, reference=reference
        )


async def payout_request(
    settings: Settings, *, amount: int, currency: str, payee: UUID | None, key: str | None
) -> Document:
    """Take from CASH. The key is said before anything is asked, so that whatever happens it can be repeated."""
    named = key or _new_key("payout")
    async with progress("Requesting the payout") as shown:
        books = await open_books(settings, shown.step)
        asked = await movements.request_payout(
            books, key=named, payee=payee or books.streamer, amount=amount, currency=currency
        )
        return _document(asked) | {"key": named}


async def payout_complete(settings: Settings, transaction_id: UUID, reference: str | None) -> Document:
    """It has arrived."""
    async with progress("Completing the payout") as shown:
        books = await open_books(settings, shown.step)
        return _document(await movements.complete_payout(books, transaction_id, reference))


async def payout_fail(settings: Settings, transaction_id: UUID, reason: str) -> Document:
    """It came back."""
    async with progress("Taking the payout back") as shown:
        books = await open_books(settings, shown.step)
        return _document(await movements.fail_payout(books, transaction_id, reason))


async def payout_list(settings: Settings, payee: UUID | None, limit: int) -> list[Any]:
    """The latest payouts of a streamer."""
    async with progress("Reading") as shown:
        books = await open_books(settings, shown.step)
        return [_document(payout) for payout in await movements.list_payouts(books, payee or books.streamer, limit)]


async def adjust(settings: Settings, entry_id: UUID, *, amount: int, reason: str, key: str | None) -> Document:
    """Correct a wallet."""
    named = key or _new_key("adjustment")
    async with progress("Correcting") as shown:
        books = await open_books(settings, shown.step)
        done = await movements.adjust(books, key=named, entry_id=entry_id, amount=amount, reason=reason)
        return _document(done) | {"key": named}


async def fee_show(settings: Settings, streamer: UUID | None) -> Document:
    """What the platform keeps, and since when."""
    async with progress("Reading") as shown:
        books = await open_books(settings, shown.step)
        whose = streamer or books.streamer
        terms = await movements.fee_terms(books, whose)
    now = SystemClock().now()
    in_force = next((one for one in terms if one.valid_from <= now), None)
    return {
        "streamer_user_id": str(whose),
        "terms": [_document(one) | {"in_force": one is in_force} for one in terms],
    }


async def fee_set(
    settings: Settings,
    *,
    streamer: UUID | None,
    valid_from: Instant | None,
    fixed: int | None,
    percentage: Decimal | None,
) -> Document:
    """New terms from a moment on."""
    async with progress("Setting the terms") as shown:
        books = await open_books(settings, shown.step)
        made = await movements.set_fee_terms(
            books,
            streamer=streamer or books.streamer,
            valid_from=valid_from(SystemClock().now()) if valid_from else None,
            fixed=fixed,
            percentage=percentage,
        )
        return _document(made)


def _new_key(what: str) -> str:
    key = str(uuid4())
    print(f"The key of this {what}: {key} (to repeat it: --key {key})", file=sys.stderr)
    return key


def _document(result: Any) -> Document:
    plain: Document = msgspec.to_builtins(result)
    return plain
