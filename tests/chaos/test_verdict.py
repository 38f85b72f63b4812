"""The judge of a chaos run must see every broken promise: an honest show is bent in one place each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from tests.chaos.donors import Donated
from tests.chaos.evidence import Evidence, Fact, Message, Run, keep, read
from tests.chaos.faults import Felt
from tests.chaos.page import Note
from tests.chaos.plan import Kind
from tests.chaos.table import report
from tests.chaos.verdict import Case, broken

START = 1_000_000.0
FAULT_AT = START + 30
COUNT = 8
Bend = Callable[[Evidence], Evidence]
replace = msgspec.structs.replace


def message_id(number: int) -> UUID:
    return UUID(int=number)


def run_id(number: int, showing: int = 0) -> UUID:
    return UUID(int=1000 + 100 * showing + number)


def a_run(number: int, at: float, outcome: str | None = "played", showing: int = 0, epoch: int = 1) -> Run:
    end = None if outcome is None else at + 0.03
    return Run(
        run_id(number, showing),
        message_id(number),
        "first",
        epoch,
        number * 10 + showing,
        "page",
        0,
        at,
        outcome,
        None,
        end,
        str(end),
    )


def a_note(what: str, number: int, at: float, showing: int = 0) -> Note:
    return Note(
        what=what, at=at, page="page", run_id=run_id(number, showing), message_id=message_id(number), offset_ms=0
    )


def shown(number: int, at: float, showing: int = 0) -> list[Note]:
    return [a_note("painted", number, at, showing), a_note("finished", number, at + 0.02, showing)]


def opened_at(number: int) -> float:
    return START + 10 * number


def honest(kind: Kind = Kind.APP_KILLED) -> Evidence:
    """Eight messages, all waiting from the start, shown ten seconds apart; the fourth is cut short by a fault."""
    runs, notes = [], []
    for number in range(COUNT):
        at = opened_at(number)
        if number == 3:
            runs.append(a_run(number, at, "interrupted"))
            notes.append(a_note("painted", number, at + 0.01))
            at += 2
        runs.append(a_run(number, at, showing=int(number == 3)))
        notes.extend(shown(number, at + 0.01, int(number == 3)))
    ends = {run.message_id: run.ended_text for run in runs}
    return Evidence(
        donated=[
            Donated(number=number, message_id=message_id(number), recorded=True, at=START - 100)
            for number in range(COUNT)
        ],
        messages=[Message(message_id(number), number, ends[message_id(number)]) for number in range(COUNT)],
        runs=runs,
        facts=[],
        notes=notes,
        faults=[Felt(kind=kind, began=FAULT_AT, healed=FAULT_AT + 1, painted=FAULT_AT + 2, in_flight=5)],
        moved=[],
        stalled=None,
    )


def with_run(evidence: Evidence, changed: Run) -> Evidence:
    return replace(evidence, runs=[changed if run.run_id == changed.run_id else run for run in evidence.runs])


def never_played(evidence: Evidence) -> Evidence:
    messages = [*evidence.messages[:-1], replace(evidence.messages[-1], played_at=None)]
    return replace(evidence, messages=messages, runs=evidence.runs[:-1])


def not_in_the_database(evidence: Evidence) -> Evidence:
    return replace(evidence, messages=evidence.messages[:-1], runs=evidence.runs[:-1])


def shown_by_nobody(evidence: Evidence) -> Evidence:
    return replace(evidence, notes=evidence.notes[:-1])


def played_by_two_runs(evidence: Evidence) -> Evidence:
    return replace(evidence, runs=[*evidence.runs, a_run(7, opened_at(7) + 3, showing=1)])


def played_at_of_no_run(evidence: Evidence) -> Evidence:
    return replace(evidence, messages=[*evidence.messages[:-1], replace(evidence.messages[-1], played_at="later")])


def played_at_moved(evidence: Evidence) -> Evidence:
    return replace(evidence, moved=["it moved"])


def finished_by_another_run(evidence: Evidence) -> Evidence:
    """The page finished the run that was interrupted; its successor was ended by that report."""
    notes = [note for note in evidence.notes if note.run_id != run_id(3, 1)]
    return replace(evidence, notes=[*notes, a_note("finished", 3, opened_at(3) + 1)])


def passed_over(evidence: Evidence) -> Evidence:
    """The sixth is opened before the fifth, far from any fault."""
    runs = {run.message_id: run for run in evidence.runs}
    fifth, sixth = runs[message_id(5)], runs[message_id(6)]
    changed = with_run(evidence, replace(fifth, opened_at=sixth.opened_at))
    return with_run(changed, replace(sixth, opened_at=fifth.opened_at))


def shown_twice_without_a_fault(evidence: Evidence) -> Evidence:
    return replace(evidence, notes=[*evidence.notes, *shown(7, opened_at(7) + 20, 1)])


def two_repeats_of_one_fault(evidence: Evidence) -> Evidence:
    return replace(evidence, notes=[*shown(2, FAULT_AT - 0.5), *evidence.notes, *shown(2, FAULT_AT + 1, 1)])


def given_up_too_early(evidence: Evidence) -> Evidence:
    return replace(evidence, facts=[Fact(message_id(3), "unplayable", opened_at(3) + 1)])


def an_old_epoch_opens(evidence: Evidence) -> Evidence:
    changed = with_run(evidence, a_run(5, opened_at(5), epoch=2))
    return with_run(changed, a_run(6, opened_at(6), epoch=1))


def stood_still(evidence: Evidence) -> Evidence:
    return replace(evidence, stalled="the next alert")


def test_an_honest_show_breaks_nothing() -> None:
    case = Case(honest())
    text, kept = report(case, "an honest show")
    assert broken(case) == []
    assert kept
    assert "app kill -9" in text
    assert "1 shown once more" in text


@pytest.mark.parametrize(
    ("bend", "said"),
    [
        (never_played, "lost"),
        (not_in_the_database, "lost"),
        (shown_by_nobody, "lost"),
        (played_by_two_runs, "completed twice"),
        (played_at_of_no_run, "completed twice"),
        (played_at_moved, "completed twice"),
        (finished_by_another_run, "not shown"),
        (passed_over, "order"),
        (shown_twice_without_a_fault, "repeat"),
        (two_repeats_of_one_fault, "repeat"),
        (given_up_too_early, "given up"),
        (an_old_epoch_opens, "fenced"),
        (stood_still, "the show stood still"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_broken_promise_is_seen(bend: Bend, said: str) -> None:
    case = Case(bend(honest()))
    found = broken(case)
    assert any(line.startswith(said) for line in found), found
    text, kept = report(case, "a bent show")
    assert not kept
    assert "BROKEN" in text


def test_a_loss_of_redis_may_show_nothing_once_more() -> None:
    assert [line.partition(":")[0] for line in broken(Case(honest(Kind.FLUSHED)))] == ["repeat"]


def test_what_was_missed_may_be_passed_until_the_streamers_word() -> None:
    asked = FAULT_AT + 34  # after the sixth and the seventh message were shown in each other's place
    evidence = replace(passed_over(honest()), facts=[Fact(message_id(5), "queued", asked)])
    assert broken(Case(evidence)) == []


def test_what_was_tried_again_is_no_repeat() -> None:
    evidence = shown_twice_without_a_fault(honest())
    again = replace(evidence, facts=[Fact(message_id(7), "retried", opened_at(7) + 10)])
    assert broken(Case(again)) == []


def test_evidence_is_kept_for_another_day(tmp_path: Path) -> None:
    keep(honest(), tmp_path / "evidence.json")
    assert read(tmp_path / "evidence.json") == honest()
