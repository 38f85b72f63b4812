"""Reading money for people who ask once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from streamer_app.core.donations import LedgerLine, WalletLine
from streamer_app.services.profile import Profile
from streamer_app.store import database, money, playback


async def read_wallets(profile: Profile) -> tuple[WalletLine, ...]:
    """Stored balances of the streamer and the platform."""
    async with database.connection(profile.url, label="wallets") as conn:
        return await money.wallets(conn, [profile.streamer_user_id, profile.platform_user_id])


async def read_ledger(profile: Profile, limit: int) -> tuple[LedgerLine, ...]:
    """The latest entries of both, newest first."""
    async with database.connection(profile.url, label="ledger") as conn:
        return await money.ledger(conn, [profile.streamer_user_id, profile.platform_user_id], limit)


async def read_played_at(url: str, message_id: UUID) -> datetime | None:
    """When a donation message was first played, or None."""
    async with database.connection(url, label="reading") as conn:
        return await playback.played_at(conn, message_id)
