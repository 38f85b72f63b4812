"""Facts, runs and leases of the show: what PostgreSQL remembers so that Redis may forget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog
from psycopg import errors

from streamer_app.core.donations import Item, ItemState, MediaRequest
from streamer_app.core.playback import STARTING_OVER, Fact, FactKind, History, Outcome, PaymentState, RunKind
from streamer_app.core.rules import Verdict
from streamer_app.core.stage_settings import StageSettings
from streamer_app.store.database import Connection, execute, fetch_all, fetch_one
from streamer_app.store.leases import Lease

_log = structlog.get_logger()


@dataclass(frozen=True)
class Message:
    """A donation message with all that decides where it stands."""

    history: History
    transaction_id: UUID
    donor_name: str | None
    is_anonymous: bool
    message: str | None
    amount: int
    net_amount: int
    currency: str
    has_media: bool
    payer_user_id: UUID | None
    verdict: Verdict | None = None
    """What the rules said at arrival; None where they said nothing worth keeping, or were not asked yet."""
    is_judged: bool = False
    """The rules were asked already: they are asked once."""
    media: MediaRequest | None = None

    def item(self, state: ItemState, *, replay: bool = False, reason: str | None = None) -> Item:
        """As people see it, standing in `state`."""
        history = self.history
        return Item(
            donation_message_id=history.message_id,
            transaction_id=self.transaction_id,
            donor_name=self.donor_name,
            is_anonymous=self.is_anonymous,
            message=self.message,
            amount=self.amount,
            net_amount=self.net_amount,
            currency=self.currency,
            state=state,
            paid_at=history.order_time,
            played_at=history.played_at,
            replay=replay,
            refunded=history.payment is PaymentState.REFUNDED,
            reason=reason,
            verdict=self.verdict,
            has_media=self.has_media,
            media=self.media,
            payer_known=self.payer_user_id is not None,
        )

    def after(self, fact: Fact) -> Message:
        """As the database reads it once this deciding fact is written: only the lease's holder writes any."""
        over = fact.kind in STARTING_OVER
        history = replace(
            self.history,
            fact=fact,
            finished_since_fact=False,
            interruptions=0 if over else self.history.interruptions,
        )
        return replace(self, history=history)


@dataclass(frozen=True)
class InterruptedRun:
    """What an earlier studio had on stage: a run nobody ended, or one that ended interrupted moments ago."""

    run_id: UUID
    message_id: UUID | None
    ended: bool
    shown_ms: int
    away_ms: int
    """Since it ended; 0 for a run that nobody ended: when its studio died is not known."""


class RunOpening(msgspec.Struct, frozen=True, kw_only=True):
    """A donation's run, as it is opened. `opened_at` is our clock: used only if the row has to be restored."""

    run_id: UUID
    message_id: UUID
    kind: RunKind
    epoch: int
    counter: int
    page_instance: str
    resumes: UUID | None
    offset_ms: int
    expected_ms: int
    opened_at: datetime


class RunEnd(msgspec.Struct, frozen=True, tag="run_end", kw_only=True):
    """How a run ended, as it is written. `ended_at` None means now, by the database.

    `opening` restores a run whose row a crash of the server lost before the disk had it.
    """

    run_id: UUID
    outcome: Outcome
    ms_shown: int
    audible: bool
    actor: str
    reason: str | None = None
    ended_at: datetime | None = None
    opening: RunOpening | None = None


def _verdict(kept: dict[str, Any] | None) -> Verdict | None:
    """What the rules said; one that this program cannot read counts as asked, and as having said nothing."""
    if kept is None:
        return None
    try:
        return msgspec.convert(kept, Verdict)
    except msgspec.ValidationError as problem:
        _log.warning("verdict.unreadable", why=str(problem))
        return None


def _media(kept: dict[str, Any] | None) -> MediaRequest | None:
    return None if kept is None else msgspec.convert(kept, MediaRequest)


def _message(row: tuple[Any, ...]) -> Message:
    fact = None
    if row[4] is not None:
        fact = Fact(kind=FactKind(row[4]), happened_at=row[5], rank=row[6], reason=row[7], replay=row[17])
    return Message(
        history=History(
            message_id=row[0],
            payment=PaymentState(row[1]),
            order_time=row[2],
            played_at=row[3],
            fact=fact,
            finished_since_fact=row[8],
            interruptions=row[9],
        ),
        transaction_id=row[10],
        donor_name=row[11],
        is_anonymous=row[12],
        message=row[13],
        amount=row[14],
        net_amount=row[15],
        currency=row[16],
        has_media=row[18],
        payer_user_id=row[19],
        verdict=_verdict(row[20]),
        is_judged=row[21],
        media=_media(row[22]),
    )


async def named(conn: Connection, streamer: UUID, ids: list[UUID]) -> dict[UUID, Message]:
    """The messages of those ids that are this streamer's."""
    rows = await fetch_all(conn, "playback/histories_named", {"ids": ids})
    return {row[0]: _message(row) for row in rows if row[-1] == streamer}


async def one(conn: Connection, streamer: UUID, message_id: UUID) -> Message | None:
    """The message of that id, if it is this streamer's."""
    row = await fetch_one(conn, "playback/history_of", {"id": message_id})
    return _message(row) if row is not None and row[-1] == streamer else None


async def open_messages(conn: Connection, streamer: UUID, first_started_at: datetime) -> list[Message]:
    """All that waits, is held, was missed or could not be played, in the order of the show."""
    arguments = {"streamer": streamer, "first_started_at": first_started_at}
    return [_message(row) for row in await fetch_all(conn, "playback/histories_open", arguments)]


async def latest(conn: Connection, streamer: UUID, limit: int) -> list[Message]:
    """The latest donations, newest first."""
    return [
        _message(row)
        for row in await fetch_all(conn, "playback/histories_latest", {"streamer": streamer, "limit": limit})
    ]


async def open_run(conn: Connection, lease: Lease, opening: RunOpening) -> bool:
    """The claim's last look at the facts, and the run's first fact. False: not to be shown, nothing was written."""
    arguments = _opening(opening) | {"streamer": lease.streamer_user_id}
    return await fetch_one(conn, "playback/open_run", arguments) is not None


async def open_at_once(
    conn: Connection,
    lease: Lease,
    *,
    run_id: UUID,
    message_id: UUID,
    counter: int,
    page_instance: str,
    first_started_at: datetime,
    stage: StageSettings,
) -> Message | None:
    """Open a message's first run and read it, in one round trip; None, and nothing written, if it may not be."""
    row = await fetch_one(
        conn,
        "playback/open_at_once",
        {
            "run": run_id,
            "message": message_id,
            "streamer": lease.streamer_user_id,
            "epoch": lease.epoch,
            "counter": counter,
            "page": page_instance,
            "first_started_at": first_started_at,
            "least_ms": stage.least_ms,
            "base_ms": stage.base_ms,
            "per_character_ms": stage.per_character_ms,
            "most_ms": stage.most_ms,
        },
    )
    if row is None:
        return None
    fresh = History(
        message_id=row[0],
        payment=PaymentState(row[1]),
        order_time=row[2],
        played_at=None,
        fact=None,
        finished_since_fact=False,
        interruptions=0,
    )
    *asked, media = row[3:]
    return replace(Message(fresh, *asked), media=_media(media))


def _opening(opening: RunOpening) -> dict[str, Any]:
    return {
        "run": opening.run_id,
        "message": opening.message_id,
        "kind": opening.kind.value,
        "epoch": opening.epoch,
        "counter": opening.counter,
        "page": opening.page_instance,
        "resumes": opening.resumes,
        "offset_ms": opening.offset_ms,
        "expected_ms": opening.expected_ms,
        "opened_at": opening.opened_at,
    }


async def open_test_run(
    conn: Connection, lease: Lease, *, run_id: UUID, counter: int, page_instance: str, expected_ms: int
) -> bool:
    """A test alert's run: no message, no money."""
    arguments = {
        "run": run_id,
        "streamer": lease.streamer_user_id,
        "epoch": lease.epoch,
        "counter": counter,
        "page": page_instance,
        "expected_ms": expected_ms,
    }
    return await fetch_one(conn, "playback/open_test_run", arguments) is not None


async def start_run(conn: Connection, run_id: UUID, page_instance: str) -> datetime | None:
    """The text was painted. None for a repeat."""
    row = await fetch_one(conn, "playback/start_run", {"run": run_id, "page": page_instance})
    return row[0] if row else None


async def end_run(conn: Connection, end: RunEnd) -> datetime | None:
    """Write how a run ended, and `played_at` with it. None when it had ended before: the first outcome stands."""
    arguments = {
        "run": end.run_id,
        "outcome": end.outcome.value,
        "ms_shown": end.ms_shown,
        "audible": end.audible,
        "actor": end.actor,
        "reason": end.reason,
        "ended_at": end.ended_at,
    }
    try:
        row = await fetch_one(conn, "playback/end_run", arguments)
    except errors.ForeignKeyViolation:
        if end.opening is None:
            raise
        await execute(conn, "playback/restore_run", _opening(end.opening))
        row = await fetch_one(conn, "playback/end_run", arguments)
    return row[0] if row else None


async def interrupted_runs(conn: Connection, lease: Lease) -> list[InterruptedRun]:
    """Runs of earlier epochs that nobody ended, and those that ended interrupted within the last 30 s."""
    arguments = {"streamer": lease.streamer_user_id, "epoch": lease.epoch}
    rows = await fetch_all(conn, "playback/interrupted_runs", arguments)
    return [InterruptedRun(*row) for row in rows]


async def last_counter(conn: Connection, lease: Lease) -> int:
    """The highest fence counter of this epoch: a rebuilt queue goes on from here, never again."""
    row = await fetch_one(conn, "playback/last_counter", {"streamer": lease.streamer_user_id, "epoch": lease.epoch})
    return int(row[0]) if row else 0


async def tests_of_epoch(conn: Connection, lease: Lease) -> int:
    """How many test runs this epoch has opened: their fences count downwards, apart from the queue's."""
    row = await fetch_one(conn, "playback/tests_of_epoch", {"streamer": lease.streamer_user_id, "epoch": lease.epoch})
    return int(row[0]) if row else 0


async def played_at(conn: Connection, message_id: UUID) -> datetime | None:
    """When a message was first played."""
    row = await fetch_one(conn, "playback/played_at", {"message": message_id})
    return row[0] if row else None
