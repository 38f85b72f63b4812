"""The show's state machine, pure: what a message's facts add up to, which moves are legal, what an interruption means.

PostgreSQL holds facts and runs; where a message stands *now* is this fold over them and is stored nowhere as such.
Redis holds only the fold's result. Time is always an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from streamer_app.core.donations import ItemState
from streamer_app.core.errors import CommandRefusedError, Reason
from streamer_app.core.stage_settings import StageSettings

MISSED_AT_MOST: Final = 5
MISSED_WITHIN: Final = timedelta(hours=1)
_REPLAY_FRONT: Final = -(1 << 53) + 2
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class FactKind(StrEnum):
    """What people and rules decided about a message. The latest of these that decides is where it stands."""

    SKIPPED = "skipped"
    UNSKIPPED = "unskipped"
    REPLAYED = "replayed"
    HELD = "held"
    APPROVED = "approved"
    REJECTED = "rejected"
    QUEUED = "queued"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    UNPLAYABLE = "unplayable"
    RETRIED = "retried"
    PAUSED = "paused"
    RESUMED = "resumed"


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
    """Where a message stands; `rank` and `run_kind` matter for what waits or is held."""

    state: ItemState
    rank: int
    run_kind: RunKind
    reason: str | None = None


def natural_rank(order_time: datetime) -> int:
    """Microseconds since 1970: exact in a sorted set's double until the year 2255. Ties are ordered by message id."""
    return (order_time - _EPOCH) // timedelta(microseconds=1)


def replay_next_rank(asked_at: datetime) -> int:
    """In front of everything that waits, and behind earlier replays that wait there too."""
    return _REPLAY_FRONT + natural_rank(asked_at)


RESUME_RANK: Final = -(1 << 53) + 1
"""What was on stage and must go on: in front of everything."""


_BY_FACT: Final = {
    FactKind.SKIPPED: ItemState.SKIPPED,
    FactKind.UNSKIPPED: ItemState.WAITING,
    FactKind.REPLAYED: ItemState.WAITING,
    FactKind.HELD: ItemState.HELD,
    FactKind.APPROVED: ItemState.WAITING,
    FactKind.REJECTED: ItemState.SKIPPED,
    FactKind.QUEUED: ItemState.WAITING,
    FactKind.DISMISSED: ItemState.HISTORY,
    FactKind.WITHDRAWN: ItemState.WITHDRAWN,
    FactKind.UNPLAYABLE: ItemState.UNPLAYABLE,
    FactKind.RETRIED: ItemState.WAITING,
}
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
    replay = fact is not None and fact.kind is FactKind.REPLAYED
    kind = RunKind.REPLAY if replay else RunKind.FIRST
    if fact is not None and fact.rank is not None and _BY_FACT[fact.kind] in {ItemState.WAITING, ItemState.HELD}:
        rank = fact.rank

    def stands(state: ItemState) -> Standing:
        return Standing(state=state, rank=rank, run_kind=kind, reason=fact.reason if fact else None)

    if history.payment is PaymentState.REFUNDED:
        return stands(ItemState.PLAYED if history.played_at else ItemState.WITHDRAWN)
    if not history.payment.playable:
        return None
    pending_replay = replay and not history.finished_since_fact
    if history.played_at is not None and not pending_replay:
        return stands(ItemState.PLAYED)
    if fact is not None:
        return stands(_BY_FACT[fact.kind])
    if history.order_time < first_started_at:
        return stands(ItemState.HISTORY)
    return stands(ItemState.WAITING)


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


class Verb(StrEnum):
    """What can be asked of one message."""

    SKIP = "skip"
    UNDO = "undo"
    REPLAY = "replay"
    RETRY = "retry"
    QUEUE = "queue"
    DISMISS = "dismiss"
    WITHDRAW = "withdraw"


_MOVES: Final[dict[tuple[ItemState, Verb], ItemState]] = {
    (ItemState.PLAYING, Verb.SKIP): ItemState.SKIPPED,
    (ItemState.WAITING, Verb.SKIP): ItemState.SKIPPED,
    (ItemState.HELD, Verb.SKIP): ItemState.SKIPPED,
    (ItemState.UNPLAYABLE, Verb.SKIP): ItemState.SKIPPED,
    (ItemState.SKIPPED, Verb.UNDO): ItemState.WAITING,
    (ItemState.PLAYED, Verb.REPLAY): ItemState.WAITING,
    (ItemState.SKIPPED, Verb.REPLAY): ItemState.WAITING,
    (ItemState.HISTORY, Verb.REPLAY): ItemState.WAITING,
    (ItemState.UNPLAYABLE, Verb.RETRY): ItemState.WAITING,
    (ItemState.MISSED, Verb.QUEUE): ItemState.WAITING,
    (ItemState.MISSED, Verb.DISMISS): ItemState.HISTORY,
    (ItemState.WAITING, Verb.WITHDRAW): ItemState.WITHDRAWN,
    (ItemState.HELD, Verb.WITHDRAW): ItemState.WITHDRAWN,
    (ItemState.PLAYING, Verb.WITHDRAW): ItemState.WITHDRAWN,
    (ItemState.MISSED, Verb.WITHDRAW): ItemState.WITHDRAWN,
    (ItemState.UNPLAYABLE, Verb.WITHDRAW): ItemState.WITHDRAWN,
}

_REFUSALS: Final[dict[Verb, tuple[str, Reason]]] = {
    Verb.SKIP: ("Only what plays or waits can be skipped", Reason.CANNOT_SKIP),
    Verb.UNDO: ("Only a skipped donation can come back", Reason.CANNOT_UNDO),
    Verb.REPLAY: ("Only a played, skipped or old donation can be replayed", Reason.CANNOT_REPLAY),
    Verb.RETRY: ("Only a donation that could not be played can be tried again", Reason.CANNOT_RETRY),
    Verb.QUEUE: ("Only a missed donation can be queued", Reason.CANNOT_DECIDE),
    Verb.DISMISS: ("Only a missed donation can be left to history", Reason.CANNOT_DECIDE),
    Verb.WITHDRAW: ("A played donation stays played", Reason.CANNOT_DECIDE),
}


def move(state: ItemState, verb: Verb) -> ItemState:
    """Where `verb` takes a message. Raises `CommandRefusedError` with the reason when the move is not legal."""
    target = _MOVES.get((state, verb))
    if target is None:
        title, reason = _REFUSALS[verb]
        raise CommandRefusedError(
            title,
            f"This one is {state.value} now. The money is not touched.",
            reason=reason,
            facts={"state": state.value},
        )
    return target


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
