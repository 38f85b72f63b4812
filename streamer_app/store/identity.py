"""Who this login works for: an operator's binding, else ids made once in the embedded database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from streamer_app.store.database import Connection, execute, fetch_one


@dataclass(frozen=True)
class Binding:
    """The streamer and the platform a login works for."""

    streamer_user_id: UUID
    platform_user_id: UUID


async def binding(conn: Connection) -> Binding | None:
    """What the database says about this login, or None."""
    return await binding_of(conn, None)


async def binding_of(conn: Connection, login: str | None) -> Binding | None:
    """What the database says about a login (None: this connection's)."""
    row = await fetch_one(conn, "identity/bind", {"login": login})
    return Binding(row[0], row[1]) if row else None


async def bind(conn: Connection, login: str, made: Binding) -> None:
    """Bind a login once; a second call changes nothing. Needs the owner's rights."""
    arguments = {"login": login, "streamer": made.streamer_user_id, "platform": made.platform_user_id}
    await execute(conn, "identity/bind_new", arguments)


async def set_default_fee(conn: Connection, streamer: UUID) -> None:
    """The embedded profile's terms: 5 % and nothing fixed. Needs the owner's rights."""
    await execute(conn, "identity/default_fee", {"streamer": streamer})


async def first_started_at(conn: Connection, streamer: UUID) -> datetime:
    """When this streamer first started on this database. Older donations are history and never queue themselves."""
    row = await fetch_one(conn, "identity/first_start", {"streamer": streamer})
    if row is None:
        raise RuntimeError("first_start.sql answers with one row, always")
    moment: datetime = row[0]
    return moment
