"""What the window's pages read: donations by filter in pages, income in bars, donors, and where entries came from.

A page begins where the one before it ended, by key: donations that arrive meanwhile neither repeat nor hide a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from streamer_app.core.answers import Bar, Origin, VerifiedWallet
from streamer_app.core.donations import ItemState
from streamer_app.core.periods import Period
from streamer_app.core.playback import FactKind
from streamer_app.core.questions import Cursor, DonationsPage, Step
from streamer_app.store.database import Connection, fetch_all

_TOP: Final = Cursor("infinity", UUID(int=2**128 - 1))
_CAN_WAIT: Final = (
    FactKind.REPLAYED, FactKind.RETRIED, FactKind.UNSKIPPED, FactKind.APPROVED, FactKind.QUEUED, FactKind.MOVED,
)  # fmt: skip
_FACTS: Final = {
    ItemState.WAITING: _CAN_WAIT,
    ItemState.PLAYING: _CAN_WAIT,
    ItemState.HELD: (FactKind.HELD,),
    ItemState.SKIPPED: (FactKind.SKIPPED, FactKind.REJECTED),
    ItemState.UNPLAYABLE: (FactKind.UNPLAYABLE,),
    ItemState.WITHDRAWN: (FactKind.WITHDRAWN,),
}
"""Without one of these facts a message cannot stand there, unless it is a matter of `played_at` or of the money."""
_UNPLAYED: Final = frozenset({ItemState.WAITING, ItemState.PLAYING, ItemState.MISSED, ItemState.HISTORY})


@dataclass(frozen=True)
class DonorSum:
    """One way of writing a name. `payer_user_id` is None for donors without an account."""

    payer_user_id: UUID | None
    name: str
    gross: int
    count: int
    latest: datetime


async def page(
    conn: Connection, streamer: UUID, asked: DonationsPage, period: Period, before: Cursor | None, limit: int
) -> list[Cursor]:
    """Keys of the donations that pass the filters, newest first; states are only narrowed down, never decided."""
    start = before or _TOP
    text = asked.text.strip()
    arguments = {
        "streamer": streamer,
        "moment": start.moment,
        "id": start.id,
        "only": asked.only,
        "refunded": asked.refunded,
        "first": period.first_text,
        "last": period.last_text,
        "least": asked.least,
        "most": asked.most,
        "any_media": not asked.media,
        "media": [kind.value for kind in asked.media],
        "pattern": f"%{escaped(text)}%" if text else None,
        "limit": limit,
    }
    rows = await fetch_all(conn, "donations/page", arguments | _states(asked.states))
    return [Cursor(row[1], row[0]) for row in rows]


def _states(states: tuple[ItemState, ...]) -> dict[str, object]:
    return {
        "any_state": not states,
        "played": ItemState.PLAYED in states,
        "unplayed": bool(_UNPLAYED & set(states)),
        "withdrawn": ItemState.WITHDRAWN in states,
        "kinds": sorted({fact.value for state in states for fact in _FACTS.get(state, ())}),
    }


def escaped(text: str) -> str:
    """What somebody searches for, as a LIKE pattern that means just that."""
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_").replace("\x00", "")


async def origins(conn: Connection, entries: list[UUID]) -> dict[UUID, Origin]:
    """The transaction behind each entry; an entry whose source no program knows has none."""
    rows = await fetch_all(conn, "donations/origins", {"entries": entries})
    return {
        row[0]: Origin(
            transaction_id=row[1],
            kind=row[2],
            status=row[3],
            amount=row[4],
            fee_amount=row[5],
            net_amount=row[6],
            fee_percentage=row[7],
            currency=row[8],
            reference=row[9],
            donation_message_id=row[10],
            donor_name=row[11],
            is_anonymous=row[12],
            reverses=row[13],
        )
        for row in rows
    }


async def income(conn: Connection, user: UUID, by: Step, period: Period, currency: str) -> dict[date | int, Bar]:
    """The bars that are not empty, by their first day, or by hour."""
    arguments = _within(user, period, currency) | {"zone": period.zone}
    if by is Step.HOUR:
        rows = await fetch_all(conn, "donations/income_hours", arguments)
        return {row[0]: Bar(start=date.min, hour=row[0], gross=row[1], net=row[2], count=row[3]) for row in rows}
    rows = await fetch_all(conn, "donations/income", arguments | {"step": by.value})
    return {row[0]: Bar(start=row[0], gross=row[1], net=row[2], count=row[3]) for row in rows}


async def donor_sums(conn: Connection, user: UUID, period: Period, currency: str) -> list[DonorSum]:
    """Every named donor's sum, in no order."""
    return [DonorSum(*row) for row in await fetch_all(conn, "donations/top_donors", _within(user, period, currency))]


async def summed(conn: Connection, user: UUID) -> tuple[VerifiedWallet, ...]:
    """The user's wallets as shown, beside the sum of their entries."""
    rows = await fetch_all(conn, "donations/summed", {"user": user})
    return tuple(
        VerifiedWallet(type=row[0], currency=row[1], shown=row[2], summed=row[3], entries=row[4]) for row in rows
    )


def _within(user: UUID, period: Period, currency: str) -> dict[str, object]:
    return {"user": user, "currency": currency, "first": period.first_text, "last": period.last_text}
