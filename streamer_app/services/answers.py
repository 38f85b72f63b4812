"""What a window asks is answered here, on connections of its own: the dispatcher's is never kept waiting.

Short questions share one connection and come one after the other; what is long has its own. Whoever cancels the task of
a question ends its statement too. Refusals are `ActionableError`s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import assert_never

import msgspec

from streamer_app.core.answers import Answer, OnProgress, PayoutLine, PayoutList, PayoutRequested, Progress
from streamer_app.core.clock import Clock
from streamer_app.core.questions import (
    Asked,
    DonationProof,
    DonationsPage,
    ExportDonations,
    ExportLedger,
    Income,
    LedgerPage,
    Payouts,
    RequestPayout,
    Today,
    TopDonors,
    VerifyBalance,
    WriteStatement,
)
from streamer_app.services import movements
from streamer_app.services.answering import donations, figures, files, ledger
from streamer_app.services.books import Books
from streamer_app.services.profile import Profile
from streamer_app.services.show import Show
from streamer_app.store import database
from streamer_app.store.database import Connection, is_gone

_Paged = LedgerPage | DonationsPage | Income | TopDonors | Today


class Answers:
    """One streamer's. Lives on the studio's loop; `close` it at the end."""

    def __init__(self, profile: Profile, *, show: Callable[[], Show | None], clock: Clock) -> None:
        """`show` answers what is on stage now; nothing is opened before the first question."""
        self._profile = profile
        self._show = show
        self._clock = clock
        self._conn: Connection | None = None
        self._turn = asyncio.Lock()

    async def answer(  # noqa: PLR0911  one per sort
        self, asked: Asked, told: OnProgress | None = None
    ) -> Answer:
        """The answer, in the shape the question names. `told` hears of progress while a long one runs."""
        listener = told or _nobody
        match asked:
            case LedgerPage() | DonationsPage() | Income() | TopDonors() | Today():
                return await self._in_turn(asked)
            case DonationProof():
                return await donations.proof(self._profile, asked)
            case Payouts(limit=limit):
                listed = await movements.list_payouts(self._books(), self._profile.streamer_user_id, limit)
                return PayoutList(payouts=tuple(_line(payout) for payout in listed))
            case VerifyBalance():
                async with database.connection(self._profile.url, label="verify balance") as conn:
                    return await ledger.verified(conn, self._profile.streamer_user_id)
            case RequestPayout():
                return await self._request(asked)
            case ExportLedger() | ExportDonations():
                return await files.export(self._profile, asked, listener)
            case WriteStatement():
                return await files.statement(self._profile, asked, listener)
            case _:
                assert_never(asked)

    async def close(self) -> None:
        """Let go of the connection. A question that is being answered fails."""
        conn, self._conn = self._conn, None
        if conn is not None:
            await conn.close()

    async def _in_turn(self, asked: _Paged) -> Answer:
        async with self._turn:
            try:
                if self._conn is None or self._conn.closed:
                    self._conn = await database.connect(self._profile.url, label="answers")
                with database.translated(self._profile.url):
                    return await self._read(self._conn, asked)
            except Exception as problem:
                if is_gone(problem):
                    await self.close()
                raise

    async def _read(self, conn: Connection, asked: _Paged) -> Answer:
        user = self._profile.streamer_user_id
        match asked:
            case LedgerPage():
                return await ledger.ledger_page(conn, user, asked)
            case DonationsPage():
                return await donations.donations_page(conn, self._profile, asked, self._show())
            case Income():
                return await figures.income(conn, user, asked)
            case TopDonors():
                return await figures.top_donors(conn, user, asked)
            case Today():
                return await figures.today(conn, user, asked, self._clock.now())

    async def _request(self, asked: RequestPayout) -> PayoutRequested:
        payee = self._profile.streamer_user_id
        done = await movements.request_payout(
            self._books(), key=asked.key, payee=payee, amount=asked.amount, currency=asked.currency
        )
        return PayoutRequested(transaction_id=done.transaction_id, status=done.status, repeated=done.repeated)

    def _books(self) -> Books:
        profile = self._profile
        return Books(profile.url, profile.streamer_user_id, profile.platform_user_id)


def _line(payout: movements.Payout) -> PayoutLine:
    return msgspec.convert(payout, PayoutLine, from_attributes=True)


def _nobody(_progress: Progress) -> None:
    """Nobody listens."""
