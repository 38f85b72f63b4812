"""Donors a streamer blocked, by account where it is known, else by name.

Append-only: the latest word about each counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from streamer_app.core import donor_names
from streamer_app.store.database import Connection, fetch_all, fetch_one


@dataclass(frozen=True)
class DonorBlock:
    """Somebody who is blocked: one of `payer_user_id` and `name_key` says who, `shown_name` is for people."""

    payer_user_id: UUID | None
    name_key: str | None
    shown_name: str
    actor: str
    happened_at: datetime


async def current(conn: Connection, streamer: UUID) -> list[DonorBlock]:
    """Who is blocked now, the longest blocked first."""
    rows = await fetch_all(conn, "donors/current", {"streamer": streamer}, binary=True)
    return [DonorBlock(*row) for row in rows]


async def record(
    conn: Connection,
    command_id: UUID,
    streamer: UUID,
    *,
    payer_user_id: UUID | None,
    name_key: str | None,
    shown_name: str,
    blocks: bool,
    actor: str,
) -> bool:
    """Block, or take a block back. Exactly one of payer and name is given. False: this command was done before."""
    arguments = {
        "command": command_id,
        "streamer": streamer,
        "payer": payer_user_id,
        "name_key": name_key,
        "shown_name": shown_name,
        "blocks": blocks,
        "actor": actor,
    }
    return await fetch_one(conn, "donors/record", arguments) is not None


async def matching_messages(
    conn: Connection, streamer: UUID, *, payer_user_id: UUID | None, name_key: str | None
) -> int:
    """How many past messages with money behind them are this donor's. A name stands for those without an account."""
    if payer_user_id is not None:
        row = await fetch_one(conn, "donors/count_of_payer", {"streamer": streamer, "payer": payer_user_id})
        return row[0] if row else 0
    if not name_key:
        return 0
    rows = await fetch_all(conn, "donors/names", {"streamer": streamer})
    return sum(count for name, count in rows if donor_names.name_key(name) == name_key)
