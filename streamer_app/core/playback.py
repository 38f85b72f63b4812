"""The show's state machine, pure: what a message's facts add up to, which moves are legal, what an interruption means.

PostgreSQL holds facts and runs; where a message stands *now* is this fold over them and is stored nowhere as such.
Redis holds only the fold's result. Time is always an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from streamer_app.core.commands import Channel
from streamer_app.core.donations import ItemState
from streamer_app.core.ranks import natural_rank
from streamer_app.core.stage_settings import StageSettings

MISSED_AT_MOST: Final = 5
MISSED_WITHIN: Final = timedelta(hours=1)
NO_CHANNELS: Final[frozenset[Channel]] = frozenset()


class FactKind(StrEnum):
    """What people and rules decided.

    The latest that decides about a message is where it stands; the queue-wide ones add up to a `QueueWide`.
    """

    SKIPPED = "skipped"
    UNSKIPPED = "unskipped"
    REPLAYED = "replayed"
    HELD = "held"
    APPROVED = "approved"
    REJECTED = "rejected"
    MOVED = "moved"
    QUEUED = "queued"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    UNPLAYABLE = "unplayable"
    RETRIED = "retried"
    RECORDED_RULE = "recorded_rule"
    """What the rules said at arrival; decides nothing by itself."""
    PAUSED = "paused"
    RESUMED = "resumed"
    MUTED = "muted"
    UNMUTED = "unmuted"
    PANICKED = "panicked"
    RELEASED = "released"


class RunKind(StrEnum):
    """Why a run was opened."""

    FIRST = "first"
    REPLAY = "replay"
    TEST = "test"


class Outcome(StrEnum):
    """How a run ended."""

    PLAYED = "played"
    SKIPPED = "skipped"
    INTERRUPTED = "interrupted"
    UNPLAYABLE = "unplayable"
    WITHDRAWN = "withdrawn"


class PaymentState(StrEnum):
    """The transaction's status, as the show sees it."""

    PENDING = "PENDING"
    PAID = "PAID"
    SETTLED = "SETTLED"
    FAILED = "FAILED"
    REFUNDED = "REFUNDED"

    @property
    def playable(self) -> bool:
        """Only money that has arrived is shown."""
        return self in {PaymentState.PAID, PaymentState.SETTLED}


@dataclass(frozen=True)
class Fact:
    """The latest deciding fact of a message. `rank` is the place it gave, where it gave one."""

    kind: FactKind
    happened_at: datetime
    rank: int | None = None
    reason: str | None = None
    replay: bool = False
    """It was about a pending replay: a replay that is held or moved is still one."""

    @property
    def asks_for_replay(self) -> bool:
        """Whether a showing that it leads to is a replay."""
        return self.replay or self.kind is FactKind.REPLAYED


@dataclass(frozen=True)
class History:
    """All that decides where one message stands."""

    message_id: UUID
    payment: PaymentState
    order_time: datetime
    """coalesce(paid_at, created_at) of the transaction."""
    played_at: datetime | None
    fact: Fact | None
    finished_since_fact: bool
    """A run opened after `fact` ended played or skipped: a replay it asked for has been shown."""
    interruptions: int
    """Runs that ended interrupted, or never ended, since the latest fact that starts over."""


@dataclass(frozen=True)
class Standing:
    """Where a message stands. `rank` is its place, or the place it had and comes back to; `run_kind` its next run's."""

    state: ItemState
    rank: int
    run_kind: RunKind
    reason: str | None = None


_BY_FACT: Final = {
    FactKind.SKIPPED: ItemState.SKIPPED,
    FactKind.UNSKIPPED: ItemState.WAITING,
    FactKind.REPLAYED: ItemState.WAITING,
    FactKind.HELD: ItemState.HELD,
    FactKind.APPROVED: ItemState.WAITING,
    FactKind.REJECTED: ItemState.SKIPPED,
    FactKind.MOVED: ItemState.WAITING,
    FactKind.QUEUED: ItemState.WAITING,
    FactKind.DISMISSED: ItemState.HISTORY,
    FactKind.WITHDRAWN: ItemState.WITHDRAWN,
    FactKind.UNPLAYABLE: ItemState.UNPLAYABLE,
    FactKind.RETRIED: ItemState.WAITING,
}
_PENDING: Final = frozenset({ItemState.WAITING, ItemState.HELD, ItemState.UNPLAYABLE})
"""What a replay of a played message may be while it is not over: one that fails stays visible too."""
DECIDING: Final = frozenset(_BY_FACT)
CLOSING: Final = frozenset(
    {FactKind.SKIPPED, FactKind.REJECTED, FactKind.DISMISSED, FactKind.WITHDRAWN},
)
"""After one of these the message leaves the queue until another fact brings it back."""
STARTING_OVER: Final = frozenset(
    {FactKind.UNSKIPPED, FactKind.REPLAYED, FactKind.RETRIED, FactKind.QUEUED, FactKind.APPROVED},
)
"""These give a message a clean start: interruptions before them no longer count."""


def standing(history: History, *, first_started_at: datetime) -> Standing | None:
    """Fold a message's facts. None while its money has not arrived: it does not exist for the show yet."""
    fact = history.fact
    rank = natural_rank(history.order_time)
    replay = fact is not None and fact.asks_for_replay
    kind = RunKind.REPLAY if replay else RunKind.FIRST
    if fact is not None and fact.rank is not None:
        rank = fact.rank

    def stands(state: ItemState) -> Standing:
        return Standing(state=state, rank=rank, run_kind=kind, reason=fact.reason if fact else None)

    if history.payment is PaymentState.REFUNDED:
        return stands(ItemState.PLAYED if history.played_at else ItemState.WITHDRAWN)
    if not history.payment.playable:
        return None
    pending_replay = fact is not None and replay and _BY_FACT[fact.kind] in _PENDING
    if history.played_at is not None and (not pending_replay or history.finished_since_fact):
        return stands(ItemState.PLAYED)
    if fact is not None:
        return stands(_BY_FACT[fact.kind])
    if history.order_time < first_started_at:
        return stands(ItemState.HISTORY)
    return stands(ItemState.WAITING)


@dataclass(frozen=True)
class QueueWide:
    """What stands for the whole queue. A panic pauses too; `muted` are the channels that are silent."""

    paused: bool = False
    panic: bool = False
    muted: frozenset[Channel] = NO_CHANNELS

    def after(self, kind: FactKind, channels: frozenset[Channel] = NO_CHANNELS) -> QueueWide:
        """After one more queue-wide fact; `channels` are those a mute names. A release un-pauses as well."""
        muted = {FactKind.MUTED: self.muted | channels, FactKind.UNMUTED: self.muted - channels}.get(kind, self.muted)
        panic = {FactKind.PANICKED: True, FactKind.RELEASED: False}.get(kind, self.panic)
        paused = {
            FactKind.PAUSED: True,
            FactKind.PANICKED: True,
            FactKind.RESUMED: self.panic,
            FactKind.RELEASED: False,
        }.get(kind, self.paused)
        return QueueWide(paused=paused, panic=panic, muted=muted)


@dataclass(frozen=True)
class Waiting:
    """A message that would wait, as the question "while you were away" sees it."""

    message_id: UUID
    order_time: datetime
    decided: bool
    """A fact or a run says that it belongs in the queue: it is never asked about again."""


def missed_at_start(waiting: list[Waiting], *, now: datetime) -> frozenset[UUID]:
    """Which of the messages found at start wait for the streamer's word instead of playing.

    None when at most five wait and none is older than an hour; else all that nobody has decided about yet.
    """
    undecided = [entry for entry in waiting if not entry.decided]
    fresh = all(now - entry.order_time <= MISSED_WITHIN for entry in undecided)
    if len(undecided) <= MISSED_AT_MOST and fresh:
        return frozenset()
    return frozenset(entry.message_id for entry in undecided)


@dataclass(frozen=True)
class NextShowing:
    """What follows an interruption: on at `offset_ms` without a chime, once more from 0, or nothing (unplayable)."""

    offset_ms: int
    chime: bool


def after_interruption(
    *,
    interruptions: int,
    expected_ms: int,
    shown_ms: int,
    away_ms: int,
    settings: StageSettings,
) -> NextShowing | None:
    """SPEC's rule. `interruptions` includes this one; None means unplayable, kept visible, retried by hand."""
    if interruptions >= 2:  # noqa: PLR2004 - "a second interruption makes it unplayable"
        return None
    left = expected_ms - shown_ms
    if shown_ms > 0 and away_ms <= settings.resume_within_ms and left >= settings.resume_least_left_ms:
        return NextShowing(offset_ms=shown_ms, chime=False)
    return NextShowing(offset_ms=0, chime=True)
