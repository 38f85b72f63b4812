"""One wallet's ledger in pages, newest first: each page costs the same, however long the ledger is.

A page begins where the one before it ended, by key and not by count: entries posted meanwhile neither repeat nor hide
a line.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg.rows import TupleRow

from streamer_app.core.donations import LedgerLine
from streamer_app.store.database import Connection, fetch_all

LONGEST_PAGE: Final = 1000


class PageKey(msgspec.Struct, frozen=True):
    """The last line of a page. `created_at` is ISO 8601 text: a foreign entry's may be "infinity"."""

    created_at: str
    entry_id: UUID


class LedgerPage(msgspec.Struct, frozen=True):
    """Lines newest first. `next` is the key of the page after it, or None on the last one."""

    lines: tuple[LedgerLine, ...]
    next: PageKey | None


async def page(conn: Connection, wallet: UUID, before: PageKey | None, limit: int) -> LedgerPage:
    """The `limit` entries before a key, or the newest ones. An unknown wallet has an empty page."""
    wanted = max(1, min(limit, LONGEST_PAGE))
    # One more than wanted tells whether there is another page.
    arguments: dict[str, Any] = {"wallet": wallet, "limit": wanted + 1}
    if before is None:
        rows = await fetch_all(conn, "ledger/first_page", arguments)
    else:
        arguments |= {"created_at": before.created_at, "entry_id": before.entry_id}
        rows = await fetch_all(conn, "ledger/page_before", arguments)
    lines = tuple(line_of(row) for row in rows[:wanted])
    return LedgerPage(lines, _key_of(rows[wanted - 1]) if len(rows) > wanted else None)


def line_of(row: TupleRow) -> LedgerLine:
    """A row of the ledger as the files in `sql/ledger` select it."""
    return LedgerLine(
        entry_id=row[0],
        wallet_id=row[1],
        wallet_type=row[2],
        entry_type=row[3],
        amount=row[4],
        currency=row[5],
        source_type=row[6],
        source_id=row[7],
        description=row[8],
        created_at=row[9],
    )


def _key_of(row: TupleRow) -> PageKey:
    return PageKey(row[10] or row[9].isoformat(), row[0])
