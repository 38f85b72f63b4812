"""A statement: what one wallet held, every line with the balance after it, and what it holds at the end.

Amounts and balances are integers in the currency's smallest unit. Always: opening + sum of lines = closing.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from streamer_app.core.donations import LedgerLine
from streamer_app.core.periods import Period


class BalanceAt(msgspec.Struct, frozen=True, kw_only=True):
    """What a wallet held at some moment, summed from its ledger alone."""

    wallet_id: UUID
    user_id: UUID
    type: str
    currency: str
    balance: int


class StatementLine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry, and the wallet's balance once it was posted."""

    entry: LedgerLine
    balance: int


class TypeTotal(msgspec.Struct, frozen=True, kw_only=True):
    """All entries of one type within the period."""

    entry_type: str
    entries: int
    amount: int


class StatementHead(msgspec.Struct, frozen=True, kw_only=True):
    """All of a statement but its lines. `taken_at`: entries that were posted later are not in it."""

    wallet_id: UUID
    user_id: UUID
    wallet_type: str
    currency: str
    period: Period
    taken_at: datetime
    opening: int
    closing: int
    entries: int
    totals: tuple[TypeTotal, ...]


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement with its lines, oldest first."""

    head: StatementHead
    lines: tuple[StatementLine, ...]


def with_balances(balance: int, entries: list[LedgerLine]) -> list[StatementLine]:
    """Entries, oldest first, with the balance after each; `balance` is the one before the first."""
    lines = []
    for entry in entries:
        balance += entry.amount
        lines.append(StatementLine(entry=entry, balance=balance))
    return lines
