"""What rules at arrival ask of the past."""

from __future__ import annotations

from uuid import UUID

from streamer_app.store.database import Connection, fetch_one


async def is_first_time(
    conn: Connection, streamer: UUID, message_id: UUID, payer: UUID | None, donor_name: str | None
) -> bool:
    """Whether this donor never donated to this streamer before: by account where it is known, else by name."""
    arguments = {"streamer": streamer, "message": message_id, "payer": payer, "name": donor_name}
    row = await fetch_one(conn, "playback/first_time", arguments)
    return bool(row and row[0])
