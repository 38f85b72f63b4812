"""Reading wallets and the latest of the ledger, for the people they belong to."""

from __future__ import annotations

from uuid import UUID

from streamer_app.core.donations import LedgerLine, WalletLine
from streamer_app.store.database import Connection, fetch_all
from streamer_app.store.ledger_pages import line_of


async def wallets(conn: Connection, users: list[UUID]) -> tuple[WalletLine, ...]:
    """Balances of those users' wallets, exact at this moment."""
    rows = await fetch_all(conn, "money/wallets", {"users": users})
    return tuple(
        WalletLine(wallet_id=row[0], user_id=row[1], type=row[2], currency=row[3], balance=row[4], stored=row[5])
        for row in rows
    )


async def ledger(conn: Connection, users: list[UUID], limit: int) -> tuple[LedgerLine, ...]:
    """The latest entries of those users' wallets, newest first."""
    rows = await fetch_all(conn, "money/ledger", {"users": users, "limit": limit})
    return tuple(line_of(row) for row in rows)
