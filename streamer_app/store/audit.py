"""The ledger's chain of sealed blocks, and the rules verify asks the database about.

Heads are computed again here, in Python, and entry digests by a statement of our own: an audit trusts nothing that
lives in the database it checks. What the rules find comes as `Finding`s, capped, with exact counts.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from streamer_app.store.database import Connection, fetch_all, fetch_one

FIRST_ID: Final = UUID(int=0)
NO_ENTRIES: Final = hashlib.sha256(b"").digest()


class Severity(StrEnum):
    """A warning alone does not make verify fail."""

    PROBLEM = "PROBLEM"
    WARNING = "WARNING"


class FindingKind(StrEnum):
    """What is wrong; the values are shown and exported."""

    SUM = "SUM"
    STATUS = "STATUS"
    REVERSAL = "REVERSAL"
    SOURCE = "SOURCE"
    CURRENCY = "CURRENCY"
    WALLET = "WALLET"
    FEE_FORMULA = "FEE_FORMULA"
    FEE_SNAPSHOT = "FEE_SNAPSHOT"
    BLOCK_CHANGED = "BLOCK_CHANGED"
    CHAIN_BROKEN = "CHAIN_BROKEN"
    CHAIN_RECOMPUTED = "CHAIN_RECOMPUTED"
    CHAIN_CUT = "CHAIN_CUT"
    CHAIN_REPLACED = "CHAIN_REPLACED"
    COUNTER_BEHIND = "COUNTER_BEHIND"
    NO_OUTSIDE_HEAD = "NO_OUTSIDE_HEAD"
    OUTSIDE_HEADS_DAMAGED = "OUTSIDE_HEADS_DAMAGED"


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be, and where."""

    kind: FindingKind
    severity: Severity
    expected: str
    found: str
    transaction_id: UUID | None = None
    entry_id: UUID | None = None
    wallet_id: UUID | None = None
    block: int | None = None


@dataclass(frozen=True)
class Found:
    """Findings of one statement: the first of them, problems before warnings, and how many there are."""

    findings: tuple[Finding, ...]
    problems: int
    warnings: int


@dataclass(frozen=True)
class SealedHead:
    """The head of one block: whoever knows it later knows everything before it."""

    chain_id: UUID
    number: int
    entries: int
    head: str


@dataclass(frozen=True)
class Block:
    """One link of the chain. `lower` is None for block 0 only: the entries older than the names of transactions."""

    number: int
    lower: int | None
    upper: int
    entries: int
    digest: bytes
    previous_head: bytes
    head: bytes

    def head_of(self, chain_id: UUID) -> bytes:
        """What `streamer_app.seal_ledger` makes of these values."""
        lower = "-" if self.lower is None else str(self.lower)
        text = self.previous_head + struct.pack(">q", self.number) + f"{lower}/".encode()
        text += struct.pack(">qq", self.upper, self.entries) + self.digest + chain_id.bytes
        return hashlib.sha256(text).digest()


@dataclass(frozen=True)
class Chain:
    """Where the chain ends, in one snapshot. `ahead`: entries of database transactions that cannot have been yet."""

    chain_id: UUID
    next_transaction: int
    last: int | None
    upper: int | None
    head: bytes | None
    unsealed: int
    ahead: int
    asked_at: datetime

    @property
    def first_head(self) -> bytes:
        """What block 0 follows."""
        return hashlib.sha256(self.chain_id.bytes).digest()

    @property
    def is_behind(self) -> bool:
        """Whether the server's counter stands below the sealed bound: new entries would land in sealed blocks."""
        return self.ahead > 0 or (self.upper is not None and self.upper > self.next_transaction)


async def prepare_long_work(conn: Connection) -> None:
    """Let this connection ask questions that take minutes."""
    await fetch_one(conn, "audit/long_work", {})


async def seal(conn: Connection, limit: int) -> tuple[SealedHead, ...]:
    """Seal up to `limit` more blocks; empty when all that is final is sealed, or somebody else is sealing."""
    rows = await fetch_all(conn, "audit/seal", {"limit": limit})
    return tuple(SealedHead(row[0], row[1], row[2], bytes(row[3]).hex()) for row in rows)


async def chain(conn: Connection) -> Chain:
    """Where the chain ends now."""
    row = await fetch_one(conn, "audit/chain", {})
    if row is None:
        raise RuntimeError("the chain has one row, always")
    return Chain(row[0], row[1], row[2], row[3], None if row[4] is None else bytes(row[4]), *row[5:8])


async def blocks(conn: Connection, after: int, limit: int) -> tuple[Block, ...]:
    """The next blocks after number `after` (-1 for all)."""
    rows = await fetch_all(conn, "audit/blocks", {"after": after, "limit": limit})
    return tuple(Block(*row[:4], *map(bytes, row[4:])) for row in rows)


async def heads(conn: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """The heads of those blocks that are there."""
    rows = await fetch_all(conn, "audit/heads", {"numbers": list(numbers)})
    return {number: bytes(head).hex() for number, head in rows}


async def digests(conn: Connection, adjacent: Sequence[Block]) -> dict[int, tuple[int, bytes]]:
    """Count and digest of the entries that lie in those adjacent blocks now, by block number; one read for all."""
    first, last = adjacent[0], adjacent[-1]
    uppers = [block.upper for block in adjacent]
    rows = await fetch_all(conn, "audit/digests", {"lower": first.lower, "upper": last.upper, "uppers": uppers})
    return {first.number + place: (entries, bytes(digest)) for place, entries, digest in rows}


async def transactions_since(conn: Connection, since: int) -> list[UUID]:
    """The transactions that entries from this bound on speak of, in order."""
    rows = await fetch_all(conn, "audit/choose_transactions", {"since": since})
    return sorted(row[0] for row in rows)


async def count_transactions(conn: Connection) -> int:
    """How many there are."""
    row = await fetch_one(conn, "audit/count_transactions", {})
    return row[0] if row else 0


async def next_transaction(conn: Connection, from_id: UUID, size: int) -> UUID | None:
    """The id `size` transactions after `from_id`; None when there are no more than that."""
    row = await fetch_one(conn, "audit/next_transaction", {"from_id": from_id, "size": size})
    return row[0] if row else None


async def check_window(conn: Connection, from_id: UUID, to_id: UUID | None, limit: int) -> Found:
    """The rules of all transactions from one id up to, not including, another."""
    return await _found(conn, "audit/transactions", {"from_id": from_id, "to_id": to_id, "ids": None}, limit)


async def check_named(conn: Connection, ids: list[UUID], limit: int) -> Found:
    """The rules of the named transactions."""
    return await _found(conn, "audit/transactions", {"from_id": FIRST_ID, "to_id": None, "ids": ids}, limit)


async def check_sources(conn: Connection, since: int | None, limit: int) -> Found:
    """Whether every entry (from a bound on) has its source, and agrees with the entry it speaks of."""
    return await _found(conn, "audit/sources", {"since": since}, limit)


async def check_currencies(conn: Connection, limit: int) -> Found:
    """Wallets that hold several currencies."""
    return await _found(conn, "audit/wallet_currencies", {}, limit)


async def _found(conn: Connection, name: str, arguments: dict[str, Any], limit: int) -> Found:
    rows = await fetch_all(conn, name, arguments | {"limit": max(1, limit)})
    findings = tuple(
        Finding(
            kind=FindingKind(kind),
            severity=Severity(severity),
            expected=expected or "",
            found=found or "",
            transaction_id=transaction_id,
            entry_id=entry_id,
            wallet_id=wallet_id,
        )
        for kind, severity, transaction_id, entry_id, wallet_id, expected, found, _, _ in rows
    )
    problems, total = (rows[0][7], rows[0][8]) if rows else (0, 0)
    return Found(findings, problems, total - problems)
