"""The promises, checked against what a run left behind. Pure: one `Evidence` in, what is broken out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final
from uuid import UUID

from tests.chaos.evidence import Evidence, Message, Run
from tests.chaos.faults import Felt
from tests.chaos.page import Note
from tests.chaos.plan import SHOWS_AGAIN, Kind

BELL_SECONDS: Final = 0.75
"""A donation is in the queue so long after it was acknowledged, when nothing is broken."""
RECONCILE_SECONDS: Final = 4.0
"""The same when its bell may have been lost on the way into the database: the slow reconcile is the guarantee."""
MAY_LOSE_BELLS: Final = frozenset({Kind.POSTGRES_KILLED, Kind.POSTGRES_AND_APP})
BEGINS_ANEW: Final = frozenset(
    {Kind.APP_KILLED, Kind.POSTGRES_AND_APP, Kind.FROZEN, Kind.ASLEEP, Kind.TAKEN_OVER, Kind.TAKEN_BACK}
)
"""After these a studio may find a queue that it asks the streamer about."""
AFTERMATH_SECONDS: Final = 1.0
CLOCKS_SECONDS: Final = 0.05
"""Two processes that write down one moment."""
MISDATED_SECONDS: Final = 60.0
INTERRUPTIONS_ALLOWED: Final = 2


@dataclass(frozen=True)
class Repeat:
    """A message that was shown from its start once more, and the fault that it came from, if any is near."""

    message_id: UUID
    at: float
    fault: int | None
    """Its place among the faults."""


@dataclass(frozen=True)
class Case:
    """One run's evidence, sorted for questions."""

    evidence: Evidence

    @cached_property
    def messages(self) -> dict[UUID, Message]:
        """By id."""
        return {message.message_id: message for message in self.evidence.messages}

    @cached_property
    def runs(self) -> dict[UUID, list[Run]]:
        """Those of each message, in the order in which they were opened."""
        found: dict[UUID, list[Run]] = defaultdict(list)
        for run in self.evidence.runs:
            if run.message_id is not None:
                found[run.message_id].append(run)
        return found

    @cached_property
    def decided(self) -> dict[tuple[UUID, str], list[float]]:
        """When each kind of fact was written about a message."""
        found: dict[tuple[UUID, str], list[float]] = defaultdict(list)
        for fact in self.evidence.facts:
            found[fact.message_id, fact.kind].append(fact.happened_at)
        return found

    def notes(self, what: str) -> Iterator[Note]:
        """What the pages noted of that kind."""
        return (note for note in self.evidence.notes if note.what == what)

    @cached_property
    def _first_noted(self) -> dict[UUID, float]:
        """When a page first noted each run."""
        return {note.run_id: note.at for note in reversed(self.evidence.notes)}

    def is_misdated(self, run: Run) -> bool:
        """It was written down after an outage, by a studio whose clock was off."""
        noted = self._first_noted.get(run.run_id, run.opened_at)
        told = (run.opened_at, run.ended_at if run.outcome == "played" else None)
        return any(at is not None and abs(noted - at) > MISDATED_SECONDS for at in told)

    def really_opened(self, run: Run) -> float:
        """When, whatever clock dated it."""
        return self._first_noted[run.run_id] if self.is_misdated(run) else run.opened_at

    @cached_property
    def repeats(self) -> list[Repeat]:
        """Each showing from the start after the first, unless the streamer asked for it."""
        shown: dict[UUID, list[float]] = defaultdict(list)
        for note in self.notes("painted"):
            if note.message_id is not None and note.offset_ms == 0:
                shown[note.message_id].append(note.at)
        again = sorted(
            (second, first, message_id)
            for message_id, times in shown.items()
            for first, second in pairwise(times)
            if not any(first < asked < second for asked in self.decided.get((message_id, "retried"), ()))
        )
        left = [SHOWS_AGAIN[fault.kind] for fault in self.evidence.faults]
        found = []
        for second, first, message_id in again:
            near = self._faults_between(first, second)
            blamed = next((fault for fault in near if left[fault] > 0), near[-1] if near else None)
            if blamed is not None:
                left[blamed] -= 1
            found.append(Repeat(message_id, second, blamed))
        return found

    def _faults_between(self, before: float, again: float) -> list[int]:
        """Those that were going on at some moment between two showings."""
        return [
            number
            for number, fault in enumerate(self.evidence.faults)
            if fault.began <= again and max(fault.healed, fault.painted) + AFTERMATH_SECONDS >= before
        ]


def broken(case: Case) -> list[str]:
    """Every broken promise, in words; none when all hold."""
    said = [] if case.evidence.stalled is None else [f"the show stood still: {case.evidence.stalled}"]
    for check in (lost, twice, dishonest, out_of_order, once_more, given_up, fenced):
        said.extend(check(case))
    return said


def lost(case: Case) -> Iterator[str]:
    """Whatever was acknowledged is played in the end, and a page showed it to its end."""
    seen = {note.message_id for note in case.notes("finished")}
    for donated in case.evidence.donated:
        message = case.messages.get(donated.message_id)
        if message is None:
            yield f"lost: donation {donated.number} was acknowledged and is not in the database"
        elif message.played_at is None:
            yield f"lost: donation {donated.number} ({donated.message_id}) was never played"
        elif donated.message_id not in seen:
            yield f"lost: donation {donated.number} ({donated.message_id}) counts as played, and no page showed it"


def twice(case: Case) -> Iterator[str]:
    """One run of a message ends played; `played_at` is that end, and never moves."""
    for message_id, runs in case.runs.items():
        played = [run for run in runs if run.outcome == "played"]
        if len(played) > 1:
            yield f"completed twice: {message_id} by runs {[str(run.run_id) for run in played]}"
        message = case.messages[message_id]
        ends = {run.ended_text for run in played}
        if (message.played_at is not None or ends) and message.played_at not in ends:
            yield f"completed twice: {message_id} was played at {message.played_at}, its runs ended at {ends}"
    yield from (f"completed twice: {moved}" for moved in case.evidence.moved)


def dishonest(case: Case) -> Iterator[str]:
    """A run that ended played was shown to its end under that very run id."""
    finished = {note.run_id for note in case.notes("finished")}
    for run in case.evidence.runs:
        if run.outcome == "played" and run.run_id not in finished:
            yield f"not shown: run {run.run_id} of {run.message_id} ended played, and no page finished it"


def out_of_order(case: Case) -> Iterator[str]:
    """Of two messages that waited together, the one with the lower rank is opened first."""
    first = sorted((min(map(case.really_opened, runs)), message_id) for message_id, runs in case.runs.items())
    lowest: list[int] = []
    for _, message_id in reversed(first):
        rank = case.messages[message_id].rank
        lowest.append(min(rank, lowest[-1]) if lowest else rank)
    lowest.reverse()
    waiting = _waiting_since(case)
    for place, (opened_at, message_id) in enumerate(first[:-1]):
        rank = case.messages[message_id].rank
        if lowest[place + 1] >= rank:
            continue
        for later_at, passed in first[place + 1 :]:
            if case.messages[passed].rank < rank and _waited_at(case, waiting, passed, opened_at):
                late = later_at - opened_at
                yield f"order: {message_id} was opened {late:.3f} s before {passed}, which came first and waited"
                break


def _waiting_since(case: Case) -> Mapping[UUID, float]:
    """From when on a message must be in the queue.

    A bell's time after it was acknowledged; where a fault came between, when the show went on: a queue that is rebuilt
    holds all there is. What a backend could not ring for is found by the reconcile.
    """
    found = {}
    for donated in case.evidence.donated:
        known = donated.at + BELL_SECONDS
        for fault in case.evidence.faults:
            over = max(fault.healed, fault.painted)
            if fault.kind in MAY_LOSE_BELLS:
                over += RECONCILE_SECONDS
            if fault.began <= known <= over:
                known = over
                break
        found[donated.message_id] = known
    return found


def _waited_at(case: Case, waiting: Mapping[UUID, float], message_id: UUID, at: float) -> bool:
    """Whether it was in the queue then. What was missed is out of it from the fault on until the streamer's word."""
    if waiting.get(message_id, at) >= at:
        return False
    for queued in case.decided.get((message_id, "queued"), ()):
        away = [each.began for each in case.evidence.faults if each.began < queued and each.kind in BEGINS_ANEW]
        if (away[-1] if away else 0.0) <= at <= queued:
            return False
    return True


def once_more(case: Case) -> Iterator[str]:
    """A fault shows at most one message once more, and some kinds none at all."""
    faults = case.evidence.faults
    by_fault: Counter[int] = Counter()
    for repeat in case.repeats:
        if repeat.fault is None:
            yield f"repeat: {repeat.message_id} was shown again with no fault near"
        else:
            by_fault[repeat.fault] += 1
    for number, count in by_fault.items():
        allowed = SHOWS_AGAIN[faults[number].kind]
        if count > allowed:
            again = [str(each.message_id) for each in case.repeats if each.fault == number]
            yield f"repeat: {faults[number].kind} (fault {number + 1}) showed {count} again, {allowed} allowed: {again}"


def given_up(case: Case) -> Iterator[str]:
    """Unplayable is what was interrupted twice since it last started over, and nothing else."""
    starts = ("retried", "queued")
    for (message_id, kind), times in case.decided.items():
        if kind != "unplayable":
            continue
        for at in times:
            over = [when for start in starts for when in case.decided.get((message_id, start), ()) if when < at]
            since = max(over, default=0.0)
            interrupted = [
                run
                for run in case.runs.get(message_id, [])
                if since <= case.really_opened(run) <= at + CLOCKS_SECONDS
                and run.outcome in {None, "interrupted"}
                and run.reason != "unsent"
            ]
            if len(interrupted) < INTERRUPTIONS_ALLOWED:
                yield f"given up: {message_id} is unplayable after {len(interrupted)} interruptions"


def fenced(case: Case) -> Iterator[str]:
    """Once a lease's successor has opened a run, its holder opens none: epochs never go back."""
    newest, since = 0, 0.0
    for opened_at, epoch, run in sorted((case.really_opened(run), run.epoch, run.run_id) for run in case.evidence.runs):
        if epoch > newest:
            newest, since = epoch, opened_at
        elif epoch < newest and opened_at > since + CLOCKS_SECONDS:
            yield f"fenced: run {run} was opened in epoch {epoch}, {newest} had begun"


def counts(case: Case) -> dict[str, int]:
    """The figures of a run."""
    unplayable = {fact.message_id for fact in case.evidence.facts if fact.kind == "unplayable"}
    return {
        "messages": len(case.evidence.donated),
        "played": sum(message.played_at is not None for message in case.evidence.messages),
        "runs": len(case.evidence.runs),
        "interrupted": sum(run.outcome == "interrupted" for run in case.evidence.runs),
        "given up and retried": len(unplayable),
        "shown once more": len(case.repeats),
        "dated by a wrong clock": sum(map(case.is_misdated, case.evidence.runs)),
        "faults": len(case.evidence.faults),
    }


def felt_by_kind(case: Case) -> dict[Kind, list[tuple[Felt, int]]]:
    """Each kind's faults, with how many messages each showed once more."""
    again = Counter(repeat.fault for repeat in case.repeats)
    found: dict[Kind, list[tuple[Felt, int]]] = defaultdict(list)
    for number, fault in enumerate(case.evidence.faults):
        found[fault.kind].append((fault, again[number]))
    return found
