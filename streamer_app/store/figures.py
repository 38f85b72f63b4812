"""Figures for widgets, straight from the facts: sums, donors, a donathon's donations, what was on stage.

What counts is a payment to the streamer that is paid or settled, in one currency, at coalesce(paid_at, created_at).
Moments are text that PostgreSQL reads ("-infinity": ever), since its calendar is longer than ours.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from streamer_app.store.database import Connection, fetch_all, fetch_one

EVER: Final = "-infinity"
FOR_EVER: Final = "infinity"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = 7_258_118_400_000_000
"""2200 in microseconds: where odd dates are clamped to."""


@dataclass(frozen=True)
class Stretch:
    """Whose donations count, in which currency, from one moment to another, both included."""

    streamer: UUID
    currency: str
    since: str = EVER
    last: str = FOR_EVER
    with_refunded: bool = False


class Part(NamedTuple):
    """Figures of a stretch in the currency's smallest unit. `mark` tells stretches with equal sums apart."""

    donations: int = 0
    gross: int = 0
    net: int = 0
    mark: int = 0

    def and_more(self, more: Part) -> Part:
        """Both together; a stretch and the one behind it are one."""
        return Part(
            self.donations + more.donations, self.gross + more.gross, self.net + more.net, self.mark ^ more.mark
        )


class DonorSum(NamedTuple):
    """What came from one account, or under one way to write a name. `named_at`: microseconds; None: never named."""

    payer: UUID | None
    name: str | None
    total: int
    named_at: int | None


class Gift(NamedTuple):
    """One donation. `at` in microseconds since 1970."""

    at: int
    gross: int
    net: int


class Touched(NamedTuple):
    """A donation that was named by a bell. Neither `payer` nor `name`: anonymous."""

    at: int
    gross: int
    net: int
    mark: int
    counts: bool
    """Paid or settled; False: refunded."""
    payer: UUID | None
    name: str | None

    @property
    def part(self) -> Part:
        """Its share of the sums."""
        return Part(1, self.gross, self.net, self.mark)


@asynccontextmanager
async def one_snapshot(conn: Connection) -> AsyncIterator[None]:
    """Whatever is asked meanwhile is of one moment."""
    async with conn.transaction():
        await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


async def sums(conn: Connection, stretch: Stretch) -> Part:
    """The stretch's figures, by index alone."""
    row = await fetch_one(conn, "figures/sums", _arguments(stretch))
    if row is None:
        raise RuntimeError("an aggregate answers")
    return Part(*(int(figure) for figure in row))


async def donors(conn: Connection, stretch: Stretch) -> list[DonorSum]:
    """Sums by donor, anonymous donations left out."""
    name = "figures/donors_ever" if stretch.since == EVER else "figures/donors"
    rows = await fetch_all(conn, name, _arguments(stretch), binary=True)
    return [DonorSum(payer, name, int(total), named_at) for payer, name, total, named_at in rows]


async def gifts(conn: Connection, stretch: Stretch) -> list[Gift]:
    """Every donation of the stretch in its order."""
    return [Gift(*row) for row in await fetch_all(conn, "figures/gifts", _arguments(stretch), binary=True)]


async def touched(conn: Connection, stretch: Stretch, ids: list[UUID]) -> list[Touched]:
    """What these messages' donations are now, whenever they were paid; those of nobody's or never paid are left out."""
    rows = await fetch_all(conn, "figures/touched", _arguments(stretch) | {"ids": ids}, binary=True)
    return [Touched(*row) for row in rows]


async def named_donation(
    conn: Connection, stretch: Stretch, *, payer: UUID | None, names: list[str], named_at: int
) -> UUID | None:
    """The donation message that a donor's latest name stands on; None when all of theirs were refunded meanwhile."""
    arguments = {"last": FOR_EVER if named_at >= _LAST else moment_text(named_at), "payer": payer, "names": names}
    row = await fetch_one(conn, "figures/named_donation", _arguments(stretch) | arguments)
    return row[0] if row else None


async def on_stage(conn: Connection, streamer: UUID, currency: str, *, limit: int, not_after: datetime) -> list[UUID]:
    """Message ids of the donations that were on stage last, newest first."""
    arguments = {"streamer": streamer, "currency": currency, "limit": limit, "not_after": not_after}
    return [row[0] for row in await fetch_all(conn, "figures/on_stage", arguments, binary=True)]


def moment_text(microseconds: int) -> str:
    """A moment as PostgreSQL reads it."""
    return (_EPOCH + timedelta(microseconds=microseconds)).isoformat()


def micros(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _arguments(stretch: Stretch) -> dict[str, object]:
    return {
        "streamer": stretch.streamer,
        "currency": stretch.currency,
        "since": stretch.since,
        "last": stretch.last,
        "refunded": stretch.with_refunded,
    }
