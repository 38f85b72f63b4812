"""The right to dispatch for one streamer: one row, an epoch that grows with every taking, expiry by database time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from streamer_app.store.database import Connection, execute, fetch_one

LEASE_SECONDS: Final = 15.0
"""By database time. Renewed every third of it; its own data folder retakes it at once."""


@dataclass(frozen=True)
class Lease:
    """The right to dispatch for one streamer. Compared by epoch only."""

    streamer_user_id: UUID
    holder: str
    epoch: int


async def retake_lease(conn: Connection, streamer: UUID, *, holder: str, label: str) -> Lease | None:
    """Take the lease, or None while a stranger holds it. Every taking raises the epoch: old fences never match."""
    row = await fetch_one(
        conn,
        "playback/retake_lease",
        {"streamer": streamer, "holder": holder, "label": label, "seconds": LEASE_SECONDS},
    )
    return Lease(streamer, holder, row[0]) if row else None


async def take_lease(conn: Connection, streamer: UUID, *, holder: str, label: str) -> Lease:
    """Take it from whoever holds it, because a person said so."""
    arguments = {"streamer": streamer, "holder": holder, "label": label, "seconds": LEASE_SECONDS}
    row = await fetch_one(conn, "playback/take_lease", arguments)
    if row is None:
        raise RuntimeError("take_lease answers with one row, always")
    return Lease(streamer, holder, row[0])


async def renew_lease(conn: Connection, lease: Lease) -> bool:
    """Hold on to it. False when another took it: stop dispatching at once."""
    row = await fetch_one(
        conn,
        "playback/renew_lease",
        {"streamer": lease.streamer_user_id, "epoch": lease.epoch, "holder": lease.holder, "seconds": LEASE_SECONDS},
    )
    return row is not None


async def release_lease(conn: Connection, lease: Lease) -> None:
    """Give it back in good order, so that another need not wait for its end."""
    arguments = {"streamer": lease.streamer_user_id, "epoch": lease.epoch, "holder": lease.holder}
    await execute(conn, "playback/release_lease", arguments)


async def lease_holder(conn: Connection, streamer: UUID) -> str | None:
    """Who holds the lease now, in words."""
    row = await fetch_one(conn, "playback/lease_holder", {"streamer": streamer})
    return str(row[1]) if row else None
