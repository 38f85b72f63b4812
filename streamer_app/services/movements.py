"""What an operator does with money that is here: settle, give back, pay out, correct, and set what the platform keeps.

Each is one database transaction and safe to repeat; a lost connection is tried once more with the same key or event.
What touches the platform's wallet folds it before it answers, because no studio may be running that would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from streamer_app.core.errors import ActionableError, DatabaseUnavailableError, OutcomeUnknownError
from streamer_app.core.refusals import MoneyRefusedError, Refusal
from streamer_app.services.books import AUDITOR, GATEWAY, OPERATOR, Books, needing
from streamer_app.store import database, fees, inspection, movements
from streamer_app.store.attempts import asked_again_if_lost
from streamer_app.store.database import Connection
from streamer_app.store.movements import (
    Adjusted,
    FeeTerms,
    Payout,
    PayoutState,
    Refund,
    Refunded,
    Settled,
    SettledDue,
)

__all__ = ["BY_HAND", "PORTION", "FeeTerms", "Payout", "PayoutState", "Refund", "Refunded", "Settled", "SettledDue"]

BY_HAND: Final = "operator"
"""The provider of events that no provider sent."""
PORTION: Final = 1_000
Progress = Callable[[int, int], None]
"""Told (done, total); total 0: nobody knows."""


async def settle(books: Books, transaction_id: UUID) -> Settled:
    """One payment from PENDING to CASH. `MoneyRefusedError` when it is not PAID, or its entries do not say so."""

    async def ask(conn: Connection) -> Settled:
        return await movements.settle(conn, transaction_id)

    with needing(OPERATOR, to="settle payments"):
        return await asked_again_if_lost(books.url, ask, label="settlement")


async def settle_due(books: Books, paid_before: datetime, progress: Progress, portion: int = PORTION) -> SettledDue:
    """All that were paid before a moment, a portion per database transaction: whoever stops it keeps what is done.

    A portion whose answer is lost is not asked again: what it settled could not be counted any more. Going on is safe.
    """
    settled = net = left_out = 0
    try:
        with needing(OPERATOR, to="settle payments"):
            async with database.connection(books.url, label="settlement") as conn:
                while True:
                    done = await movements.settle_due(conn, paid_before, portion)
                    settled, net, left_out = settled + done.settled, net + done.net_amount, left_out + done.left_out
                    if not done.settled:
                        return SettledDue(settled, net, left_out)
                    progress(settled, 0)
    except DatabaseUnavailableError as problem:
        raise DatabaseUnavailableError(
            f"{problem.title}; {settled} payments were settled before",
            "Run the same command again: it goes on from there.",
        ) from problem


async def refund(books: Books, given_back: Refund) -> Refunded:
    """Give a payment back: all of it now, or as an event that waits (partial, or ahead of its payment)."""

    async def ask(conn: Connection) -> Refunded:
        return await movements.refund(conn, given_back)

    with needing(GATEWAY, OPERATOR, to="record refunds"):
        return await asked_again_if_lost(books.url, ask, label="refund", afterwards=_fold)


async def request_payout(books: Books, *, key: str, payee: UUID, amount: int, currency: str) -> PayoutState:
    """Take money from CASH to send it out. A lost answer names the key: with it the same payout is asked for again."""

    async def ask(conn: Connection) -> PayoutState:
        return await movements.request_payout(conn, key=key, payee=payee, amount=amount, currency=currency)

    with needing(OPERATOR, to="request payouts"), _naming(key):
        return await asked_again_if_lost(books.url, ask, label="payout")


async def complete_payout(books: Books, transaction_id: UUID, reference: str | None) -> PayoutState:
    """The money has arrived where it was sent."""

    async def ask(conn: Connection) -> PayoutState:
        return await movements.complete_payout(conn, transaction_id, reference)

    with needing(OPERATOR, to="complete payouts"):
        return await asked_again_if_lost(books.url, ask, label="payout")


async def fail_payout(books: Books, transaction_id: UUID, reason: str) -> PayoutState:
    """The money came back."""

    async def ask(conn: Connection) -> PayoutState:
        return await movements.fail_payout(conn, transaction_id, reason)

    with needing(OPERATOR, to="fail payouts"):
        return await asked_again_if_lost(books.url, ask, label="payout")


async def list_payouts(books: Books, payee: UUID | None, limit: int) -> list[Payout]:
    """The latest payouts, newest first."""
    with needing(AUDITOR, OPERATOR, to="read payouts"):
        async with database.connection(books.url, label="payouts") as conn:
            return await movements.payouts(conn, payee, limit)


async def adjust(books: Books, *, key: str, entry_id: UUID, amount: int, reason: str) -> Adjusted:
    """Correct the wallet of one entry, with a reason. A lost answer names the key."""

    async def ask(conn: Connection) -> Adjusted:
        return await movements.adjust(conn, key=key, entry_id=entry_id, amount=amount, reason=reason)

    with needing(OPERATOR, to="correct wallets"), _naming(key):
        return await asked_again_if_lost(books.url, ask, label="adjustment", afterwards=_fold)


async def fee_terms(books: Books, streamer: UUID) -> list[FeeTerms]:
    """All terms of one streamer, those that count latest first."""
    with needing(AUDITOR, OPERATOR, to="read fee terms"):
        async with database.connection(books.url, label="fees") as conn:
            return await movements.fee_terms(conn, streamer)


async def set_fee_terms(
    books: Books, *, streamer: UUID, valid_from: datetime | None, fixed: int | None, percentage: Decimal | None
) -> FeeTerms:
    """Add terms from a moment on (None: from now). What is not given stays as it was at that moment."""
    with needing(OPERATOR, to="set fee terms"):
        async with database.connection(books.url, label="fees") as conn:
            made = await fees.add(conn, streamer, valid_from, fixed, percentage)
            if made is not None:
                return made
            known = [terms for terms in await movements.fee_terms(conn, streamer) if terms.valid_from == valid_from]
    for terms in known:
        if fixed in {None, terms.fee_fixed} and percentage in {None, terms.fee_percentage}:
            return terms
        raise MoneyRefusedError(
            Refusal.CONFLICT,
            f"There are other terms from {valid_from} on already",
            "Terms are never changed. Give another moment with --from.",
        )
    raise ActionableError(
        f"{valid_from} is past", "Payments since then were posted by other terms. Leave --from away: from now on."
    )


async def look_at_payment(
    books: Books, *, transaction_id: UUID | None, provider: str | None, reference: str | None
) -> dict[str, Any]:
    """All that is known about one transaction, as one document; `MoneyRefusedError` when nothing is."""
    with needing(AUDITOR, OPERATOR, to="look at payments"):
        async with database.connection(books.url, label="payment") as conn:
            found = await inspection.payment(conn, transaction_id, provider, reference)
    if found is None:
        raise MoneyRefusedError(Refusal.UNKNOWN, f"There is no transaction {transaction_id or reference}")
    return found


async def _fold(conn: Connection, _: object) -> None:
    await movements.fold_balances(conn)


@contextmanager
def _naming(key: str) -> Iterator[None]:
    try:
        yield
    except OutcomeUnknownError as problem:
        raise OutcomeUnknownError(problem.title, f"Run the same command again with --key {key}") from problem
