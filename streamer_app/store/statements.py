"""The ledger summed up and read through: balances of a moment, totals of a period, its lines."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

from streamer_app.core.donations import LedgerLine
from streamer_app.core.periods import Period
from streamer_app.core.statements import BalanceAt, TypeTotal
from streamer_app.store.database import Connection, fetch_all
from streamer_app.store.ledger_pages import line_of
from streamer_app.store.snapshots import batches


async def wallets_at(conn: Connection, moment: str, *, wallet: UUID | None, user: UUID | None) -> tuple[BalanceAt, ...]:
    """One wallet, or all of a user's, each with the sum of its entries up to a moment (included), as text."""
    rows = await fetch_all(conn, "ledger/wallets", {"wallet": wallet, "user": user})
    return tuple(
        [
            BalanceAt(
                wallet_id=row[0],
                user_id=row[1],
                type=row[2],
                currency=row[3],
                balance=await balance_at(conn, row[0], moment),
            )
            for row in rows
        ]
    )


async def balance_at(conn: Connection, wallet: UUID, moment: str) -> int:
    """The sum of a wallet's entries up to a moment (included), as text."""
    rows = await fetch_all(conn, "ledger/balance_at", {"wallet": wallet, "moment": moment})
    return int(rows[0][0])


async def totals(conn: Connection, wallet: UUID, period: Period) -> tuple[TypeTotal, ...]:
    """What happened to a wallet within a period, per type of entry."""
    rows = await fetch_all(conn, "ledger/totals", _bounds(wallet, period))
    return tuple(TypeTotal(entry_type=row[0], entries=row[1], amount=int(row[2])) for row in rows)


async def lines(conn: Connection, wallet: UUID, period: Period, size: int) -> AsyncGenerator[list[LedgerLine], None]:
    """A wallet's entries of a period, oldest first, `size` at a time, within a snapshot."""
    async with aclosing(batches(conn, "ledger/lines", _bounds(wallet, period), size)) as reading:
        async for rows in reading:
            yield [line_of(row) for row in rows]


def _bounds(wallet: UUID, period: Period) -> dict[str, object]:
    return {"wallet": wallet, "first": period.first_text, "last": period.last_text}
