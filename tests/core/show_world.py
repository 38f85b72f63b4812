"""A show without a database: rows appended as the dispatcher appends them, and nothing known but what they fold to.

`Rows.history` says `streamer_app.message_history` once more. Where a message stands, its place and its kind come from
`core` alone: what is wrong there shows as a difference from `show_model`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from streamer_app.core.commands import Channel, MissedChoice, ReplayPlace
from streamer_app.core.donations import ItemState
from streamer_app.core.errors import CommandRefusedError, Reason
from streamer_app.core.moves import Verb, move
from streamer_app.core.playback import (
    DECIDING,
    STARTING_OVER,
    Fact,
    FactKind,
    History,
    NextShowing,
    Outcome,
    PaymentState,
    QueueWide,
    RunKind,
    Standing,
    Waiting,
    after_interruption,
    missed_at_start,
    standing,
)
from streamer_app.core.ranks import RESUME_RANK, moved, replay_end_rank, replay_next_rank
from streamer_app.core.rules import Ruling
from streamer_app.core.stage_settings import StageSettings

BEGINNING: Final = datetime(2026, 11, 22, 20, tzinfo=UTC)
FIRST_START: Final = BEGINNING - timedelta(days=1)
STAGE: Final = StageSettings()
EXPECTED_MS: Final = STAGE.least_ms
FORGOTTEN: Final = timedelta(seconds=30)
"""An interruption that is older than this at a start goes back to its place: its message starts over there."""
_TICK: Final = timedelta(microseconds=1)
_NOT_THE_MESSAGES_FAULT: Final = frozenset({"unsent", "panic"})
_TAKEN_OUT: Final = frozenset({FactKind.SKIPPED, FactKind.REJECTED})


@dataclass
class Run:
    """One showing."""

    opened_at: datetime
    kind: RunKind
    outcome: Outcome | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Written:
    """One fact with what a fold does not need: the command that wrote many."""

    fact: Fact
    batch: int | None = None


@dataclass
class Rows:
    """All that is written about one message."""

    message_id: UUID
    order_time: datetime
    payment: PaymentState
    played_at: datetime | None = None
    facts: list[Written] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    def history(self) -> History:
        """What the view makes of it."""
        fact = next((each.fact for each in reversed(self.facts) if each.fact.kind in DECIDING), None)
        clean = max((each.fact.happened_at for each in self.facts if each.fact.kind in STARTING_OVER), default=None)
        finished = (
            fact is not None
            and fact.asks_for_replay
            and any(
                run.opened_at > fact.happened_at and run.outcome in {Outcome.PLAYED, Outcome.SKIPPED}
                for run in self.runs
            )
        )
        interruptions = sum(
            (clean is None or run.opened_at > clean)
            and (
                run.outcome is None
                or (run.outcome is Outcome.INTERRUPTED and run.reason not in _NOT_THE_MESSAGES_FAULT)
            )
            for run in self.runs
        )
        return History(
            message_id=self.message_id,
            payment=self.payment,
            order_time=self.order_time,
            played_at=self.played_at,
            fact=fact,
            finished_since_fact=finished,
            interruptions=interruptions,
        )


@dataclass(frozen=True)
class Plan:
    """What was interrupted goes in front."""

    shown_ms: int
    since: datetime


class World:
    """One streamer's show. Commands raise `CommandRefusedError`, as they do in the studio."""

    def __init__(self) -> None:
        self.now = BEGINNING
        self.rows: dict[UUID, Rows] = {}
        self.stage: UUID | None = None
        self.plans: dict[UUID, Plan] = {}
        self.missed: set[UUID] = set()
        self.wide = QueueWide()
        self.showing: NextShowing | None = None
        """How the last claim was shown."""
        self._batches = 0

    # Looking

    def tick(self, passed: timedelta = _TICK) -> datetime:
        """Time goes on between any two things that are written."""
        self.now += max(passed, _TICK)
        return self.now

    def stands(self, message_id: UUID) -> Standing | None:
        """The fold, with what only the studio knows: the stage, and what nobody has decided about yet."""
        where = standing(self.rows[message_id].history(), first_started_at=FIRST_START)
        if where is None:
            return None
        state = where.state
        if message_id == self.stage:
            state = ItemState.PLAYING
        elif message_id in self.missed and state is ItemState.WAITING:
            state = ItemState.MISSED
        return Standing(state=state, rank=where.rank, run_kind=where.run_kind, reason=where.reason)

    def order(self) -> list[tuple[int, UUID]]:
        """What waits, next one first; what was interrupted is in front."""
        found = []
        for message_id in self.rows:
            where = self.stands(message_id)
            if where is not None and where.state is ItemState.WAITING:
                found.append((RESUME_RANK if message_id in self.plans else where.rank, message_id))
        return sorted(found)

    def _known(self, message_id: UUID) -> Standing:
        where = self.stands(message_id) if message_id in self.rows else None
        if where is None:
            raise CommandRefusedError("There is no such message", "", reason=Reason.UNKNOWN_DONATION)
        return where

    def _fact(
        self,
        where: Standing,
        message_id: UUID,
        kind: FactKind,
        *,
        rank: int | None = None,
        batch: int | None = None,
        reason: str | None = None,
    ) -> None:
        replay = where.run_kind is RunKind.REPLAY
        place = where.rank if rank is None else rank
        fact = Fact(kind=kind, happened_at=self.tick(), rank=place, reason=reason, replay=replay)
        self.rows[message_id].facts.append(Written(fact, batch))

    def _end(self, outcome: Outcome, reason: str | None = None) -> None:
        if self.stage is None:
            raise RuntimeError("nothing is on stage")
        rows = self.rows[self.stage]
        run = rows.runs[-1]
        run.outcome, run.reason = outcome, reason
        if outcome is Outcome.PLAYED and rows.played_at is None:
            rows.played_at = self.tick()
        self.stage = None

    # What comes in

    def arrive(self, message_id: UUID, order_time: datetime, payment: PaymentState, ruling: Ruling) -> None:
        """A message is there; once it is paid the rules are asked."""
        self.rows[message_id] = Rows(message_id, order_time, payment)
        self._judge(message_id, ruling)

    def pay(self, message_id: UUID, ruling: Ruling) -> None:
        """The money comes after the message."""
        self.rows[message_id].payment = PaymentState.PAID
        self._judge(message_id, ruling)

    def _judge(self, message_id: UUID, ruling: Ruling) -> None:
        where = self.stands(message_id)
        if where is None or where.state is not ItemState.WAITING:
            return
        if ruling is Ruling.NO_ALERT:
            self._fact(where, message_id, FactKind.DISMISSED, reason="below_minimum")
        elif self.wide.panic or ruling is Ruling.HOLD:
            self._fact(where, message_id, FactKind.HELD, reason="panic" if self.wide.panic else "approval")

    def refund(self, message_id: UUID) -> None:
        """The money goes back: what was not played yet never will be."""
        where = self.stands(message_id)
        rows = self.rows[message_id]
        rows.payment = PaymentState.REFUNDED
        self.plans.pop(message_id, None)
        self.missed.discard(message_id)
        if where is None or where.state is ItemState.WITHDRAWN:
            return
        playing = message_id == self.stage
        if rows.played_at is not None and not playing:
            return
        if move(where.state, Verb.WITHDRAW) is not ItemState.WITHDRAWN:
            raise AssertionError(where)
        self._fact(where, message_id, FactKind.WITHDRAWN, reason="refunded")
        if playing:
            self._end(Outcome.WITHDRAWN, "refunded")

    # What people ask

    def skip(self, message_id: UUID) -> None:
        """What plays or waits."""
        where = self._known(message_id)
        move(where.state, Verb.SKIP)
        self._skipped(where, message_id)
        if message_id == self.stage:
            self._end(Outcome.SKIPPED)

    def _skipped(self, where: Standing, message_id: UUID, batch: int | None = None) -> None:
        self._fact(where, message_id, FactKind.SKIPPED, batch=batch)
        self.plans.pop(message_id, None)

    def clear(self) -> None:
        """All that waits, as one."""
        waiting = self.order()
        if not waiting:
            raise CommandRefusedError("Nothing waits", "", reason=Reason.NOTHING_WAITS)
        self._batches += 1
        for _, message_id in waiting:
            self._skipped(self._known(message_id), message_id, self._batches)

    def undo(self, message_id: UUID | None) -> None:
        """One skip or rejection; None is the latest that still stands, a clear as one."""
        if message_id is not None:
            self._unskip(message_id)
            return
        latest: list[tuple[datetime, UUID, int | None]] = []
        for each, rows in self.rows.items():
            if rows.facts and self._can_come_back(each):
                latest.append((rows.facts[-1].fact.happened_at, each, rows.facts[-1].batch))
        if not latest:
            raise CommandRefusedError("There is no skip to undo", "", reason=Reason.NO_SKIP_TO_UNDO)
        _, newest, batch = max(latest)
        together = [each for _, each, other in latest if other == batch] if batch is not None else [newest]
        for each in together:
            self._unskip(each)

    def _can_come_back(self, message_id: UUID) -> bool:
        where, rows = self._known(message_id), self.rows[message_id]
        fact = rows.history().fact
        if fact is None or fact.kind not in _TAKEN_OUT:
            return False
        replay_taken_out = where.state is ItemState.PLAYED and rows.payment is not PaymentState.REFUNDED
        return where.state is ItemState.SKIPPED or replay_taken_out

    def _unskip(self, message_id: UUID) -> None:
        where = self._known(message_id)
        if not self._can_come_back(message_id):
            move(where.state, Verb.UNDO)
        self._fact(where, message_id, FactKind.UNSKIPPED)

    def replay(self, message_id: UUID, place: ReplayPlace) -> None:
        """Once more, counting in no figure."""
        where = self._known(message_id)
        if self.rows[message_id].payment is PaymentState.REFUNDED:
            raise CommandRefusedError("It was refunded", "", reason=Reason.WAS_REFUNDED)
        move(where.state, Verb.REPLAY)
        now = self.tick()
        last = max((rank for rank, _ in self.order()), default=None)
        rank = replay_next_rank(now) if place is ReplayPlace.NEXT else replay_end_rank(now, last)
        self._fact(where, message_id, FactKind.REPLAYED, rank=rank)

    def retry(self, message_id: UUID) -> None:
        """What could not be played, at its old rank."""
        self._asked(message_id, Verb.RETRY, FactKind.RETRIED)

    def hold(self, message_id: UUID) -> None:
        """Set aside; the rank stays."""
        self._asked(message_id, Verb.HOLD, FactKind.HELD)
        self.plans.pop(message_id, None)

    def approve(self, message_id: UUID) -> None:
        """Back to its rank."""
        self._asked(message_id, Verb.APPROVE, FactKind.APPROVED)

    def reject(self, message_id: UUID) -> None:
        """Out of the queue."""
        self._asked(message_id, Verb.REJECT, FactKind.REJECTED)

    def _asked(self, message_id: UUID, verb: Verb, kind: FactKind) -> None:
        where = self._known(message_id)
        move(where.state, verb)
        self._fact(where, message_id, kind)

    def move(self, message_id: UUID, position: int) -> None:
        """To a place among what waits; nothing goes in front of what was interrupted."""
        where = self._known(message_id)
        move(where.state, Verb.MOVE)
        waiting = [entry for entry in self.order() if entry[1] == message_id or entry[1] not in self.plans]
        for rank, each in moved(waiting, message_id, position):
            self._fact(self._known(each), each, FactKind.MOVED, rank=rank)
            self.plans.pop(each, None)

    def missed_answer(self, choice: MissedChoice, newest: int) -> None:
        """While you were away: all, the newest few, or none."""
        if not self.missed:
            raise CommandRefusedError("Nothing was missed", "", reason=Reason.NOTHING_MISSED)
        newest_first = sorted(self.missed, key=lambda each: (self.rows[each].order_time, each), reverse=True)
        wanted = {MissedChoice.ALL: len(newest_first), MissedChoice.NEWEST: newest, MissedChoice.NONE: 0}[choice]
        for place, each in enumerate(newest_first):
            verb, kind = (Verb.QUEUE, FactKind.QUEUED) if place < wanted else (Verb.DISMISS, FactKind.DISMISSED)
            self._asked(each, verb, kind)
        self.missed.clear()

    # The whole queue

    def set_wide(self, kind: FactKind, channels: frozenset[Channel] = frozenset()) -> None:
        """Pause, resume, mute, unmute, release: refused where it would change nothing."""
        refusals: dict[FactKind, tuple[bool, Reason]] = {
            FactKind.PAUSED: (self.wide.paused, Reason.PAUSED_ALREADY),
            FactKind.RESUMED: (self.wide.panic, Reason.IN_PANIC),
            FactKind.MUTED: (channels <= self.wide.muted, Reason.MUTED_ALREADY),
            FactKind.UNMUTED: (not channels & self.wide.muted, Reason.NOT_MUTED),
            FactKind.PANICKED: (self.wide.panic, Reason.PANIC_ALREADY),
            FactKind.RELEASED: (not self.wide.panic, Reason.NOT_IN_PANIC),
        }
        refused, reason = refusals[kind]
        if kind is FactKind.RESUMED and not self.wide.paused:
            refused, reason = True, Reason.NOT_PAUSED
        if refused:
            raise CommandRefusedError("That changes nothing", "", reason=reason)
        self.wide = self.wide.after(kind, channels)

    def panic(self) -> None:
        """Empty at once; what plays is held."""
        self.set_wide(FactKind.PANICKED)
        if self.stage is not None:
            message_id = self.stage
            self._asked(message_id, Verb.PANIC, FactKind.HELD)
            self._end(Outcome.INTERRUPTED, "panic")

    # The stage

    def claim(self) -> None:
        """What is next comes on stage, or turns out to be unplayable."""
        self.showing = None
        waiting = self.order()
        if self.stage is not None or self.wide.paused or not waiting:
            return
        message_id = waiting[0][1]
        where, plan = self._known(message_id), self.plans.pop(message_id, None)
        self.showing = NextShowing(offset_ms=0, chime=True)
        if plan is not None:
            self.showing = after_interruption(
                interruptions=self.rows[message_id].history().interruptions,
                expected_ms=EXPECTED_MS,
                shown_ms=plan.shown_ms,
                away_ms=(self.now - plan.since) // timedelta(milliseconds=1),
                settings=STAGE,
            )
        if self.showing is None:
            self._fact(where, message_id, FactKind.UNPLAYABLE)
            return
        self.rows[message_id].runs.append(Run(self.tick(), where.run_kind))
        self.stage = message_id

    def finish(self) -> None:
        """The page says that it was seen to the end."""
        self._end(Outcome.PLAYED)

    def interrupt(self, shown_ms: int, reason: str) -> None:
        """The page went away."""
        message_id = self.stage
        if message_id is None:
            return
        where = self._known(message_id)
        self._end(Outcome.INTERRUPTED, reason)
        self.plans[message_id] = Plan(shown_ms, self.now)
        if self.rows[message_id].history().interruptions >= 2:
            del self.plans[message_id]
            self._fact(where, message_id, FactKind.UNPLAYABLE)

    def restart(self, away: timedelta) -> None:
        """Killed, and started again: memory is gone, and everything is read from the rows."""
        left = self.stage
        self.stage, self.missed = None, set()
        self.tick(away)
        kept = {each: plan for each, plan in self.plans.items() if self.now - plan.since <= FORGOTTEN}
        self.plans = {}
        if left is not None:
            self.stage = left
            self._end(Outcome.INTERRUPTED, "the studio ended")
            kept[left] = Plan(0, self.now)
        waiting = [entry[1] for entry in self.order()]
        self.plans = {each: plan for each, plan in kept.items() if each in waiting}
        self.missed = set(
            missed_at_start(
                [
                    Waiting(
                        each,
                        self.rows[each].order_time,
                        decided=bool(self.rows[each].facts or self.rows[each].runs),
                    )
                    for each in waiting
                ],
                now=self.now,
            )
        )
        self.plans = {each: plan for each, plan in self.plans.items() if each not in self.missed}
