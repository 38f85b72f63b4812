"""Long reading: one unchanging picture of the database, in batches, in constant memory.

Everything read within `snapshot` agrees, however long it takes and whatever is posted meanwhile; nothing waits for it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from psycopg.rows import TupleRow

from streamer_app.store.database import Connection, sql


@asynccontextmanager
async def snapshot(conn: Connection) -> AsyncIterator[datetime]:
    """A read-only transaction over one picture; yields the database's time of it."""
    async with conn.transaction():
        await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor = await conn.execute("SELECT now()")
        row = await cursor.fetchone()
        if row is None:
            raise RuntimeError("now() answers with one row, always")
        yield row[0]


async def batches(
    conn: Connection, name: str, arguments: dict[str, Any], size: int
) -> AsyncGenerator[list[TupleRow], None]:
    """The rows of a named statement, `size` at a time, within a snapshot. Close it early with `aclosing`."""
    async with conn.cursor(name="batches") as cursor:
        await cursor.execute(sql(name), arguments)
        while rows := await cursor.fetchmany(size):
            yield rows
