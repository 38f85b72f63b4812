"""What a wallet held, and what happened to it: for people, in their own time zone. Reads only."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from streamer_app.core.errors import ActionableError
from streamer_app.core.periods import Period, aware
from streamer_app.core.statements import BalanceAt, Statement, StatementHead, StatementLine, with_balances
from streamer_app.store import database, ledger_pages, statements
from streamer_app.store.database import Connection
from streamer_app.store.ledger_pages import LedgerPage, PageKey
from streamer_app.store.snapshots import snapshot

MOST_LINES: Final = 100_000
_BATCH: Final = 2000


async def ledger_page(url: str, wallet: UUID, before: PageKey | None, limit: int) -> LedgerPage:
    """One page of a wallet's ledger, newest first; go on with its `next`."""
    async with database.connection(url, label="ledger") as conn:
        return await ledger_pages.page(conn, wallet, before, limit)


async def balance_as_of(
    url: str, moment: datetime, *, wallet: UUID | None = None, user: UUID | None = None
) -> tuple[BalanceAt, ...]:
    """What one wallet, or each of a user's, held at a moment (entries of that very microsecond included).

    `moment` carries its time zone. An unknown wallet is refused; a user without wallets has none.
    """
    exactly = aware(moment)
    if (wallet is None) == (user is None):
        raise ActionableError("Whose balance is not said", "Name either a wallet or a user.")
    async with database.connection(url, label="balance") as conn, snapshot(conn):
        found = await statements.wallets_at(conn, exactly.isoformat(), wallet=wallet, user=user)
    if wallet is not None and not found:
        raise _unknown(wallet)
    return found


async def statement(url: str, wallet: UUID, period: Period) -> Statement:
    """The whole statement at once; `ActionableError` when it has more lines than anybody reads."""
    async with open_statement(url, wallet, period) as opened:
        if opened.head.entries > MOST_LINES:
            raise ActionableError(
                f"The statement has {opened.head.entries} lines", "Choose a shorter period, or export the ledger."
            )
        return Statement(head=opened.head, lines=tuple([line async for batch in opened.batches for line in batch]))


@dataclass(frozen=True)
class OpenStatement:
    """A statement of any length: its head first, then its lines, oldest first, a batch at a time."""

    head: StatementHead
    batches: AsyncIterator[list[StatementLine]]


@asynccontextmanager
async def open_statement(url: str, wallet: UUID, period: Period) -> AsyncIterator[OpenStatement]:
    """Read a statement as a stream: all of it is one picture of the database."""
    async with database.connection(url, label="statement") as conn, snapshot(conn) as taken_at:
        head = await _head(conn, wallet, period, taken_at)
        async with aclosing(_lines(conn, head)) as lines:
            yield OpenStatement(head, lines)


async def _head(conn: Connection, wallet: UUID, period: Period, taken_at: datetime) -> StatementHead:
    before = period.before_text
    found = await statements.wallets_at(conn, before or "-infinity", wallet=wallet, user=None)
    if not found:
        raise _unknown(wallet)
    opening = 0 if before is None else found[0].balance
    totals = await statements.totals(conn, wallet, period)
    return StatementHead(
        wallet_id=wallet,
        user_id=found[0].user_id,
        wallet_type=found[0].type,
        currency=found[0].currency,
        period=period,
        taken_at=taken_at,
        opening=opening,
        closing=opening + sum(total.amount for total in totals),
        entries=sum(total.entries for total in totals),
        totals=totals,
    )


async def _lines(conn: Connection, head: StatementHead) -> AsyncGenerator[list[StatementLine], None]:
    balance = head.opening
    async with aclosing(statements.lines(conn, head.wallet_id, head.period, _BATCH)) as reading:
        async for entries in reading:
            lines = with_balances(balance, entries)
            balance = lines[-1].balance
            yield lines
    if balance != head.closing:
        raise RuntimeError(f"the lines end at {balance}, the totals at {head.closing}: not one picture")


def _unknown(wallet: UUID) -> ActionableError:
    return ActionableError(f"There is no wallet {wallet}", "List the wallets: streamer-app wallet list.")
