"""The first and the deepest page of a long wallet's ledger, beside a look-up of the same 50 rows by primary key."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from streamer_app.store import database, ledger_pages
from streamer_app.store.database import Connection
from streamer_app.store.ledger_pages import PageKey

from . import money_history
from .figures import Figure, median
from .money_audit import ENTRIES, QUICK_ENTRIES
from .money_history import HISTORY
from .money_pairs import PAIRS, Target, paired
from .money_server import OPERATOR, money_server

_PAGE = 50
_LOOKS, _QUICK_LOOKS = 1000, 200
_BY_KEY = (
    "SELECT e.id, e.wallet_id, 'PENDING', e.entry_type::text, e.amount, e.currency, e.source_type::text, e.source_id,"
    " e.description, e.created_at FROM public.wallet_ledger_entries e WHERE e.id = ANY (%(ids)s)"
)


def measure(quick: bool) -> tuple[list[Figure], list[str]]:  # noqa: FBT001 - every benchmark takes it
    """Medians of single looks, in milliseconds."""
    with money_server(later=True) as server:
        server.provide_wal(0.5 if quick else 4)
        made = money_history.prepare(server, QUICK_ENTRIES if quick else ENTRIES)
        looks = _QUICK_LOOKS if quick else _LOOKS
        found = asyncio.run(_looks(server.url(HISTORY, OPERATOR), made.long_wallet, looks))
    by_key, first, deepest = found
    size = f"{made.entries // 5:,} entries"
    figures = [
        paired(f"first ledger page of {size}, beside its rows by key", by_key, first, "ms", Target(1.2)),
        paired("deepest ledger page beside the first", first, deepest, "ms", Target(1.75)),
    ]
    return figures, []


async def _looks(url: str, wallet: UUID, looks: int) -> tuple[list[float], list[float], list[float]]:
    """Medians of three rounds; the three take turns at every look."""
    async with database.connection(url, label="bench") as conn:
        page = await ledger_pages.page(conn, wallet, None, _PAGE)
        ids = [line.entry_id for line in page.lines]
        deepest = await _deepest(conn, wallet)

        async def by_key() -> object:
            cursor = await conn.execute(_BY_KEY, {"ids": ids})
            return tuple(ledger_pages.line_of(row) for row in await cursor.fetchall())

        async def first() -> object:
            return await ledger_pages.page(conn, wallet, None, _PAGE)

        async def last() -> object:
            return await ledger_pages.page(conn, wallet, deepest, _PAGE)

        rounds: tuple[list[float], list[float], list[float]] = ([], [], [])
        for _ in range(PAIRS):
            for place, took in enumerate(await _turns([by_key, first, last], looks)):
                rounds[place].append(median(took))
        return rounds


async def _turns(ways: list[Callable[[], Awaitable[object]]], looks: int) -> list[list[float]]:
    took: list[list[float]] = [[] for _ in ways]
    for _ in range(looks):
        for place, way in enumerate(ways):
            began = time.perf_counter()
            await way()
            took[place].append((time.perf_counter() - began) * 1000)
    return took


async def _deepest(conn: Connection, wallet: UUID) -> PageKey:
    """The key before the wallet's 50 oldest entries."""
    cursor = await conn.execute(
        "SELECT created_at, id FROM public.wallet_ledger_entries WHERE wallet_id = %s ORDER BY created_at, id"
        " OFFSET %s LIMIT 1",
        [wallet, _PAGE],
    )
    row: tuple[Any, ...] | None = await cursor.fetchone()
    if row is None:
        raise RuntimeError("the wallet has fewer entries than a page")
    return PageKey(row[0].isoformat(), row[1])
