"""Keys of those who steer at a distance: who has one, what it opens, and when it ended. Both tables only grow.

A secret is never stored: only its sha256 is, and a secret of 192 random bits needs no slower hash.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from streamer_app.core.rights import ControlKey, Right
from streamer_app.store.database import Connection, fetch_all, fetch_one


async def make(
    conn: Connection, streamer: UUID, *, name: str, secret_sha256: bytes, rights: frozenset[Right], made_by: str
) -> ControlKey | None:
    """Keep a new key. None: a key of that name is in use, and two people of one name could not be told apart."""
    arguments = {
        "streamer": streamer,
        "name": name,
        "secret_sha256": secret_sha256,
        "rights": [right.value for right in Right if right in rights],
        "made_by": made_by,
    }
    async with conn.transaction():
        await fetch_one(conn, "keys/one_at_a_time", {"streamer": streamer})
        row = await fetch_one(conn, "keys/make", arguments)
    return _key(row) if row else None


async def every(conn: Connection, streamer: UUID) -> list[ControlKey]:
    """All keys ever made, oldest first."""
    return [_key(row) for row in await fetch_all(conn, "keys/list", {"streamer": streamer})]


async def in_use(conn: Connection, streamer: UUID) -> dict[bytes, ControlKey]:
    """The keys that open something, by the sha256 of their secret."""
    rows = await fetch_all(conn, "keys/in_use", {"streamer": streamer})
    return {bytes(row[0]): _key(row[1:]) for row in rows}


async def end(conn: Connection, streamer: UUID, key_id: UUID, actor: str) -> bool:
    """Let a key open nothing any more. False: it had ended before, or there is none."""
    return await fetch_one(conn, "keys/end", {"key": key_id, "streamer": streamer, "actor": actor}) is not None


def _key(row: Any) -> ControlKey:
    """Rights that only a newer program knows are left out: less is opened, never more."""
    known = {right.value for right in Right}
    rights = frozenset(Right(right) for right in row[2] if right in known)
    return ControlKey(row[0], row[1], rights, row[3], row[4], row[5], row[6])
