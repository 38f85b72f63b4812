"""What a streamer set, by key: every change a row of its own, the highest version counts."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from streamer_app.core.errors import DatabaseUnavailableError
from streamer_app.store.database import Connection, fetch_one

_TRIES: Final = 20


async def newest(conn: Connection, streamer: UUID, key: str) -> tuple[int, Any] | None:
    """The version that counts and its value, as JSON came; None where nothing was ever set."""
    row = await fetch_one(conn, "settings/newest", {"streamer": streamer, "key": key})
    return (row[0], row[1]) if row else None


async def add(conn: Connection, streamer: UUID, key: str, value: Any, by: str) -> int:
    """Write the next version; returns its number. Whoever writes at the same moment gets another one.

    Raises `DatabaseUnavailableError` when others are always faster.
    """
    arguments = {"streamer": streamer, "key": key, "value": Jsonb(value), "by": by}
    for _ in range(_TRIES):
        row = await fetch_one(conn, "settings/add", arguments)
        if row is not None:
            version: int = row[0]
            return version
    raise DatabaseUnavailableError(
        "Others change these settings at the same time", "Nothing was changed. Try again in a moment."
    )
