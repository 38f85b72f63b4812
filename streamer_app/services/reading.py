"""Reading money for people who ask once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from streamer_app.core.donations import LedgerLine, WalletLine
from streamer_app.services import statements
from streamer_app.services.books import AUDITOR, OPERATOR, Books, needing
from streamer_app.store import database, money, playback
from streamer_app.store.ledger_pages import LedgerPage, PageKey


async def read_wallets(books: Books) -> tuple[WalletLine, ...]:
    """Balances of the streamer and the platform: exact, and as stored."""
    with needing(AUDITOR, OPERATOR, to="read wallets"):
        async with database.connection(books.url, label="wallets") as conn:
            return await money.wallets(conn, books.users)


async def read_ledger(books: Books, limit: int) -> tuple[LedgerLine, ...]:
    """The latest entries of both, newest first."""
    with needing(AUDITOR, OPERATOR, to="read the ledger"):
        async with database.connection(books.url, label="ledger") as conn:
            return await money.ledger(conn, books.users, limit)


async def read_page(books: Books, wallet: UUID, before: tuple[str, UUID] | None, limit: int) -> LedgerPage:
    """One page of a wallet's ledger, newest first; `before` is where the page before it ended."""
    with needing(AUDITOR, OPERATOR, to="read the ledger"):
        return await statements.ledger_page(books.url, wallet, PageKey(*before) if before else None, limit)


async def read_played_at(url: str, message_id: UUID) -> datetime | None:
    """When a donation message was first played, or None."""
    async with database.connection(url, label="reading") as conn:
        return await playback.played_at(conn, message_id)
