"""Every transition of the show in every order: what core folds from facts, compared with the rules as one says them."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar, Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from streamer_app.core.commands import Channel, MissedChoice, ReplayPlace
from streamer_app.core.errors import CommandRefusedError
from streamer_app.core.playback import FactKind, NextShowing, PaymentState, RunKind
from streamer_app.core.rules import Ruling
from tests.core.show_model import Model
from tests.core.show_world import FIRST_START, World

MOST_MESSAGES = 12
WAYS: Counter[str] = Counter()
"""Every way a step went, as "name: state it met": what a run of the machine has really tried."""

IN_QUEUE: Final = ("waiting", "held", "playing", "unplayable")
NAMED: Final = frozenset(
    {
        *(f"skip: {state}" for state in IN_QUEUE),
        *(f"refund: {state}" for state in (*IN_QUEUE, "played", "skipped", "missed", "history")),
        *(f"replay {place}: {state}" for place in ReplayPlace for state in ("played", "skipped", "history")),
        *(f"missed {choice}: True" for choice in MissedChoice),
        *(f"claim: {how}" for how in ("from the start", "resumed", "unplayable")),
        *(f"ends: {how}" for how in ("finish", "went", "unsent")),
        *(f"{name}: {answer}" for name in ("undo latest", "clear", "panic", "release") for answer in (True, False)),
        *("undo: skipped", "undo: played", "retry: unplayable", "hold: waiting", "approve: held", "reject: held"),
        *("move: waiting", "paused: True", "resumed: True", "muted: True", "unmuted: True", "pay", "restart"),
    }
)
"""Every transition that has a name; all others are refused, and that is tried too."""

numbers = st.integers(0, 2**64)
which = st.integers(0, 3 * MOST_MESSAGES)
seldom = st.integers(0, 5).map(lambda number: number == 0)
# Most come as they are paid; many at one moment, as after an import; a few late, or of a clock that runs ahead.
ages = st.sampled_from([0, 0, 0, 1, 2, 1_000_000, 3_700_000_000, 100_000_000_000, -90_000_000])
shown = st.sampled_from([0, 1, 3_999, 4_000, 4_001, 6_000])
rulings = st.sampled_from([Ruling.PLAY, Ruling.PLAY, Ruling.PLAY, Ruling.MASK, Ruling.HOLD, Ruling.NO_ALERT])
waits = st.sampled_from([1, 1, 2, 1_000_000, 31_000_000, 3_601_000_000])
channels = st.sampled_from([frozenset({each}) for each in Channel] + [frozenset(Channel)])


def refusal(do: Callable[[], None]) -> CommandRefusedError | None:
    """Do it; what refused it, if anything did."""
    try:
        do()
    except CommandRefusedError as refused:
        return refused
    return None


class Show(RuleBasedStateMachine):
    """One streamer's show, twice: facts and their fold, and the rules."""

    steps: ClassVar[int] = 0

    @initialize(first=st.lists(st.tuples(numbers, ages), max_size=8))
    def begin(self, first: list[tuple[int, int]]) -> None:
        self.world = World()
        self.model = Model(FIRST_START)
        for number, age in first:
            self.arrive(number, age, paid=True, ruling=Ruling.PLAY)

    def named(self, number: int, fitting: str = "") -> UUID | None:
        """One of the messages there are, most of the time one that stands as `fitting` says; None: there is none."""
        known = list(self.world.rows)
        if number > MOST_MESSAGES:
            known = [each for each in known if self.model.told[each].state in fitting] or known
        return known[number % len(known)] if known else None

    def asked(
        self, name: str, number: int, fitting: str, *, may: Callable[[UUID], bool], do: Callable[[UUID], None]
    ) -> UUID | None:
        """Ask world and model the same of one message. A refusal has its reason and the state. None: refused."""
        message_id = self.named(number, fitting)
        if message_id is None:
            return None
        state = self.model.told[message_id].state
        WAYS[f"{name}: {state}"] += 1
        allowed = may(message_id)
        refused = refusal(lambda: do(message_id))
        assert (refused is None) == allowed, (name, state, refused)
        if refused is None:
            return message_id
        assert refused.reason is not None
        assert refused.facts.get("state", state) == state
        return None

    def told(self, name: str, *, may: bool, do: Callable[[], None]) -> None:
        """Ask the whole queue. `may` is the model's answer, which has done it by now."""
        WAYS[f"{name}: {may}"] += 1
        refused = refusal(do)
        assert (refused is None) == may, (name, refused)
        assert refused is None or refused.reason is not None

    def adopt(self) -> None:
        """Places that were chosen by the program become the model's, once their order was looked at."""
        for message_id, one in self.model.told.items():
            where = self.world.stands(message_id)
            if where is not None and one.state == "waiting" and where.rank != one.key:
                one.key, one.decided = where.rank, True

    # What comes in

    @precondition(lambda self: len(self.world.rows) < MOST_MESSAGES)
    @rule(number=numbers, age=ages, paid=st.sampled_from([True, True, True, False]), ruling=rulings)
    def arrive(self, number: int, age: int, paid: bool, ruling: Ruling) -> None:  # noqa: FBT001 - drawn
        message_id = UUID(int=number)
        if message_id in self.world.rows:
            return
        WAYS[f"arrive: {ruling}"] += 1
        order_time = self.world.tick() - timedelta(microseconds=age)
        payment = PaymentState.PAID if paid else PaymentState.PENDING
        self.world.arrive(message_id, order_time, payment, ruling)
        self.model.arrive(message_id, order_time, paid=paid, ruling=ruling.value)

    @rule(number=which, ruling=rulings)
    def pay(self, number: int, ruling: Ruling) -> None:
        message_id = self.named(number)
        if message_id is not None and self.world.rows[message_id].payment is PaymentState.PENDING:
            WAYS["pay"] += 1
            self.world.pay(message_id, ruling)
            self.model.pay(message_id, ruling.value)

    @rule(number=which)
    def settle(self, number: int) -> None:
        message_id = self.named(number)
        if message_id is not None and self.world.rows[message_id].payment is PaymentState.PAID:
            self.world.rows[message_id].payment = PaymentState.SETTLED

    @rule(number=which, now=seldom)
    def refund(self, number: int, now: bool) -> None:  # noqa: FBT001 - drawn
        message_id = self.named(number, "waiting playing held played skipped unplayable missed history")
        if not now or message_id is None or not self.world.rows[message_id].payment.playable:
            return
        WAYS[f"refund: {self.model.told[message_id].state}"] += 1
        self.world.refund(message_id)
        self.model.refund(message_id)

    # What people ask

    @rule(number=which)
    def skip(self, number: int) -> None:
        self.asked("skip", number, "playing waiting held unplayable", may=self.model.skip, do=self.world.skip)

    @rule(number=which)
    def undo(self, number: int) -> None:
        self.asked("undo", number, "skipped played", may=self.model.undo, do=self.world.undo)

    @precondition(lambda self: any(one.taken_out for one in self.model.told.values()) or len(self.model.told) < 2)
    @rule()
    def undo_latest(self) -> None:
        self.told("undo latest", may=self.model.undo_latest(), do=lambda: self.world.undo(None))

    @rule(now=seldom)
    def clear(self, now: bool) -> None:  # noqa: FBT001 - drawn
        if now:
            self.told("clear", may=self.model.clear(), do=self.world.clear)

    @rule(number=which, place=st.sampled_from(ReplayPlace))
    def replay(self, number: int, place: ReplayPlace) -> None:
        message_id = self.asked(
            f"replay {place}",
            number,
            "played skipped history",
            may=self.model.replay,
            do=lambda each: self.world.replay(each, place),
        )
        if message_id is not None:
            where = self.world.stands(message_id)
            assert where is not None
            assert self.model.replay_place(message_id, where.rank, next_one=place is ReplayPlace.NEXT)

    @rule(number=which)
    def retry(self, number: int) -> None:
        self.asked("retry", number, "unplayable", may=self.model.retry, do=self.world.retry)

    @rule(number=which)
    def hold(self, number: int) -> None:
        self.asked("hold", number, "waiting", may=self.model.hold, do=self.world.hold)

    @rule(number=which)
    def approve(self, number: int) -> None:
        self.asked("approve", number, "held", may=self.model.approve, do=self.world.approve)

    @rule(number=which)
    def reject(self, number: int) -> None:
        self.asked("reject", number, "held", may=self.model.reject, do=self.world.reject)

    @rule(number=which, position=st.integers(-1, MOST_MESSAGES + 1))
    def move(self, number: int, position: int) -> None:
        wanted: list[UUID] = []

        def may(message_id: UUID) -> bool:
            order = self.model.move(message_id, position)
            wanted.extend(order or [])
            return order is not None

        if self.asked("move", number, "waiting", may=may, do=lambda each: self.world.move(each, position)) is not None:
            assert [entry[1] for entry in self.world.order()] == wanted
            self.adopt()

    @precondition(lambda self: self.world.missed or not self.world.rows)
    @rule(choice=st.sampled_from(MissedChoice), newest=st.integers(0, 4))
    def missed(self, choice: MissedChoice, newest: int) -> None:
        may = self.model.answer_missed(choice.value, newest)
        self.told(f"missed {choice}", may=may, do=lambda: self.world.missed_answer(choice, newest))

    # The whole queue

    @precondition(lambda self: self.model.paused or len(self.model.told) % 3 == 0)
    @rule(on=st.sampled_from([True, False, False, False]))
    def pause(self, on: bool) -> None:  # noqa: FBT001 - drawn
        kind = FactKind.PAUSED if on else FactKind.RESUMED
        self.told(kind.value, may=self.model.pause(on=on), do=lambda: self.world.set_wide(kind))

    @rule(on=st.booleans(), named=channels)
    def mute(self, on: bool, named: frozenset[Channel]) -> None:  # noqa: FBT001 - drawn
        kind = FactKind.MUTED if on else FactKind.UNMUTED
        may = self.model.mute({each.value for each in named}, on=on)
        self.told(kind.value, may=may, do=lambda: self.world.set_wide(kind, named))

    @rule(now=seldom)
    def panic(self, now: bool) -> None:  # noqa: FBT001 - drawn
        if now:
            self.told("panic", may=self.model.start_panic(), do=self.world.panic)

    @precondition(lambda self: self.model.panic or len(self.model.told) % 4 == 0)
    @rule()
    def release(self) -> None:
        self.told("release", may=self.model.release(), do=lambda: self.world.set_wide(FactKind.RELEASED))

    # The stage

    @rule(ending=st.sampled_from(["stays", "finish", "finish", "went", "went", "unsent"]), shown_ms=shown)
    def perform(self, ending: str, shown_ms: int) -> None:
        """What is next comes on stage; then how it ends there, unless something else does that."""
        self.claim()
        if self.world.stage is None or ending == "stays":
            return
        WAYS[f"ends: {ending}"] += 1
        if ending == "finish":
            self.world.finish()
            self.model.finish()
            return
        unsent = ending == "unsent"
        self.world.interrupt(0 if unsent else shown_ms, "unsent" if unsent else "the page went away")
        self.model.interrupt(0 if unsent else shown_ms, self.world.now, counts=not unsent)

    @rule(ending=st.sampled_from(["stays", "finish", "went"]), shown_ms=shown)
    def perform_another(self, ending: str, shown_ms: int) -> None:
        """The stage is what most goes on."""
        self.perform(ending, shown_ms)

    @precondition(lambda self: self.world.stage is not None)
    @rule(shown_ms=shown)
    def interrupt_again(self, shown_ms: int) -> None:
        """Twice in a row makes a message unplayable."""
        self.perform("went", shown_ms)
        self.perform("went", shown_ms)

    def claim(self) -> None:
        wanted = self.model.claim(self.world.now)
        before = self.world.stage
        self.world.claim()
        if wanted is None:
            assert self.world.stage == before
            assert self.world.showing is None
            return
        message_id, offset_ms = wanted
        WAYS[f"claim: {'unplayable' if offset_ms is None else 'resumed' if offset_ms else 'from the start'}"] += 1
        if offset_ms is None:
            assert self.world.showing is None
            return
        assert self.world.stage == message_id
        assert self.world.showing == NextShowing(offset_ms=offset_ms, chime=offset_ms == 0)

    @rule(away=waits, now=seldom)
    def restart(self, away: int, now: bool) -> None:  # noqa: FBT001 - drawn
        if now:
            WAYS["restart"] += 1
            self.world.restart(timedelta(microseconds=away))
            self.model.restart(self.world.now)

    @rule(passed=waits)
    def wait(self, passed: int) -> None:
        self.world.tick(timedelta(microseconds=passed))

    # What must be so after every step

    @invariant()
    def the_fold_is_what_the_rules_say(self) -> None:
        type(self).steps += 1
        world, model = self.world, self.model
        for message_id, one in model.told.items():
            where = world.stands(message_id)
            assert (where.state.value if where else "absent") == one.state, message_id
            if where is not None and one.state in {"waiting", "playing", "held", "skipped", "unplayable"}:
                assert where.rank == one.key, (message_id, one)
            if where is not None and one.state in {"waiting", "playing", "held"}:
                assert where.run_kind is (RunKind.REPLAY if one.replay else RunKind.FIRST)
            assert (world.rows[message_id].played_at is not None) == one.played
        assert [entry[1] for entry in world.order()] == model.waiting()
        wide = world.wide
        assert (wide.paused, wide.panic) == (model.paused, model.panic)
        assert {each.value for each in wide.muted} == model.muted


def walk(steps: int, rounds: int) -> None:
    """So many shows of so many steps each."""
    run_state_machine_as_test(
        Show,
        settings=settings(
            max_examples=rounds,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=False,
            phases=[Phase.generate, Phase.shrink],
        ),
    )


def test_thousands_of_steps_go_as_the_rules_say() -> None:
    Show.steps = 0
    walk(steps=80, rounds=120)
    assert Show.steps > 4_000


@pytest.mark.slow
def test_a_million_steps_go_as_the_rules_say_and_meet_every_transition(
    capsys: pytest.CaptureFixture[str],
) -> None:
    WAYS.clear()
    Show.steps = 0
    began = time.perf_counter()
    while Show.steps < 1_000_000:
        walk(steps=120, rounds=800)
    seconds = time.perf_counter() - began
    with capsys.disabled():
        sys.stdout.write(f"\n{Show.steps:,} steps in {seconds:.0f} s, {Show.steps / seconds:,.0f} a second\n")
    assert set(WAYS) >= NAMED, NAMED - set(WAYS)
