"""Rows for export files: as text, in batches, within one snapshot. Words of donors come as they were written."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from streamer_app.core.periods import Period
from streamer_app.store.database import Connection, fetch_all
from streamer_app.store.snapshots import batches


class EntryRow(NamedTuple):
    """A ledger entry. `odd_moment` replaces `posted_at` where no calendar holds the date."""

    entry_id: str
    posted_at: datetime
    odd_moment: str | None
    wallet_id: str
    wallet_type: str
    entry_type: str
    amount: str
    currency: str
    source_type: str
    source_id: str
    description: str | None


class DonationRow(NamedTuple):
    """A payment that arrived. Without a donation message its last three are None."""

    paid_at: datetime
    odd_moment: str | None
    transaction_id: str
    message_id: str | None
    status: str
    currency: str
    amount: str
    fee: str
    net: str
    donor_name: str | None
    is_anonymous: bool | None


async def wallets_of(conn: Connection, *, wallet: UUID | None, user: UUID | None) -> list[UUID]:
    """The wallet, or all of the user's."""
    return [row[0] for row in await fetch_all(conn, "ledger/wallets", {"wallet": wallet, "user": user})]


async def count_entries(conn: Connection, wallet: UUID, period: Period) -> int:
    """How many rows `entries` will have."""
    arguments = {"wallet": wallet, "first": period.first_text, "last": period.last_text}
    rows = await fetch_all(conn, "ledger/count_entries", arguments)
    return int(rows[0][0])


async def entries(conn: Connection, wallet: UUID, period: Period, size: int) -> AsyncGenerator[list[EntryRow], None]:
    """A wallet's entries of a period, oldest first."""
    arguments = {"wallet": wallet, "first": period.first_text, "last": period.last_text}
    async with aclosing(batches(conn, "ledger/export_entries", arguments, size)) as reading:
        async for rows in reading:
            yield [EntryRow(*row) for row in rows]


async def count_donations(conn: Connection, user: UUID, period: Period) -> int:
    """How many rows `donations` will have."""
    arguments = {"user": user, "first": period.first_text, "last": period.last_text}
    rows = await fetch_all(conn, "ledger/count_donations", arguments)
    return int(rows[0][0])


async def donations(conn: Connection, user: UUID, period: Period, size: int) -> AsyncGenerator[list[DonationRow], None]:
    """A streamer's payments of a period, in the order they arrived."""
    arguments = {"user": user, "first": period.first_text, "last": period.last_text}
    async with aclosing(batches(conn, "ledger/export_donations", arguments, size)) as reading:
        async for rows in reading:
            yield [DonationRow(*row) for row in rows]
