"""Balances against the ledger: what is off, what only waits for the folder, and putting it right.

Nothing is locked while the ledger is read: postings go on, and the difference they leave behind stays the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from psycopg import errors

from streamer_app.core.errors import ActionableError, CommandRefusedError
from streamer_app.store.database import Connection, fetch_all, fetch_one
from streamer_app.store.movements import fold_balances

_BIGINT = range(-(2**63), 2**63)


@dataclass(frozen=True)
class WalletStanding:
    """A wallet whose stored balance is not the ledger's. All amounts in the smallest unit of its currency."""

    wallet_id: UUID
    user_id: UUID
    type: str
    stored: int
    unfolded: int
    """Posted already, and waiting for the folder."""
    true: int
    """The sum of its entries."""

    @property
    def drift(self) -> int:
        """What is missing in the balance, whoever folds whatever meanwhile; 0 for a wallet that only lags."""
        return self.true - self.stored - self.unfolded


async def rebuild(conn: Connection) -> tuple[WalletStanding, ...]:
    """Put every balance right and return what was not; what only waited for the folder is folded too.

    Raises `CommandRefusedError` when another rebuild takes longer than the connection's lock_timeout.
    """
    try:
        await fetch_one(conn, "audit/one_rebuild", {})
    except errors.LockNotAvailable as problem:
        raise CommandRefusedError("Another rebuild is at work", "Wait until it has ended, then try again.") from problem
    try:
        found = await standings(conn)
        for wallet in found:
            if wallet.drift:
                await apply_drift(conn, wallet)
    finally:
        if not conn.closed:
            await fetch_one(conn, "audit/rebuilt", {})
    await fold_balances(conn)
    return found


async def standings(conn: Connection) -> tuple[WalletStanding, ...]:
    """Every wallet whose stored balance is not the sum of its entries, in one snapshot, by id.

    Raises `ActionableError` for a sum that no balance can hold.
    """
    rows = await fetch_all(conn, "audit/drift", {})
    found = tuple(WalletStanding(row[0], row[1], row[2], row[3], int(row[4]), int(row[5])) for row in rows)
    for wallet in found:
        if wallet.true not in _BIGINT or wallet.drift not in _BIGINT:
            raise ActionableError(
                f"The entries of wallet {wallet.wallet_id} sum to {wallet.true}, more than a balance can hold",
                "Nothing was changed. Look for entries that nobody can have paid: streamer-app ledger verify.",
            )
    return found


async def apply_drift(conn: Connection, wallet: WalletStanding) -> None:
    """Add to a balance what is missing, relatively.

    One wallet to a database transaction: whoever holds a single row's lock is in no deadlock, in whatever order other
    backends lock theirs.
    """
    await fetch_all(conn, "audit/apply_drift", {"wallet": wallet.wallet_id, "drift": wallet.drift})
