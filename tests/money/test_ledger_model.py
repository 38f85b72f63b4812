"""Every operation of the ledger in every order, compared with a model that shares no line with the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg
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

from tests.money.model import Said, Terms
from tests.money.world import World, ask
from tests.postgres_servers import MigratedDatabase

few = st.integers(0, 2)
events = st.integers(0, 60).map(lambda number: f"event-{number}")
references = st.one_of(st.none(), st.integers(0, 9).map(lambda number: f"order-{number}"))
# An order keeps its payee and amount most of the time: conflicts are the exception, not the rule.
amounts = st.sampled_from([None, None, None, None, 1, 99, 10_001, 2_500_000])
currencies = st.sampled_from(["IDR"] * 12 + ["USD"])
statuses = st.sampled_from(["PENDING", "PAID", "PAID", "PAID", "FAILED"])
words = st.one_of(
    st.none(),
    st.fixed_dictionaries(
        {"donor_name": st.sampled_from(["Budi", None]), "message": st.sampled_from(["semangat!", ""])},
        optional={"is_anonymous": st.booleans(), "media_type": st.sampled_from(["NONE", "TTS"])},
    ),
)
terms = st.builds(
    Terms,
    fixed=st.sampled_from([0, 0, 7, 2_000]),
    percentage=st.sampled_from([Decimal(text) for text in ("0", "0.05", "0.05", "0.0333", "1")]),
)
payments = st.fixed_dictionaries(
    {
        "provider": st.integers(0, 1),
        "event": events,
        "reference": references,
        "status": statuses,
        "amount": amounts,
        "currency": currencies,
        "payee": st.one_of(st.none(), few),
        "platform": st.integers(0, 1),
        "payer": st.one_of(st.none(), st.just(UUID(int=7))),
        "donation": words,
    }
)
EARNED = {
    "provider": 0,
    "event": "event-0",
    "reference": None,
    "status": "PAID",
    "amount": 2_500_000,
    "currency": "IDR",
    "payee": 0,
    "platform": 0,
    "payer": None,
    "donation": None,
}
wrong = st.sampled_from([{"amount": 0}, {"amount": -5}, {"status": "SETTLED"}, {"currency": "rupiah"}])
picks = st.integers(0, 10**6)
changes: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"event": events, "status": statuses}),
    st.fixed_dictionaries({"reference": references, "donation": words}),
    st.fixed_dictionaries({"event": events, "amount": st.sampled_from([1, 10_001])}),
    st.just({"payee": None}),
)


class LedgerMachine(RuleBasedStateMachine):
    """One example lives in users and providers of its own; the database is shared."""

    app: psycopg.Connection[Any]
    owner: psycopg.Connection[Any]
    steps = 0
    answers: Counter[tuple[str, str]]

    @initialize(earned=st.booleans())
    def begin(self, *, earned: bool) -> None:
        """Half of the examples begin with cash and a payout on its way: few steps would come that far by themselves."""
        while ask(self.app, "settle_due", "2100-01-01", None)[0]:
            pass
        self.world = World(self.app, self.owner)
        self.since_check = 0
        self.told: list[Said] = []
        self.did: list[Callable[[], None]] = []
        if earned:
            streamer = self.world.streamers[0]
            self.world.record(self.said(EARNED))
            self.world.settle_due(None)
            self.do(self.world.request_payout, "k1", streamer, self.world.cash(streamer) // 3, "IDR")

    def said(self, drawn: dict[str, Any]) -> Said:
        usual = sum(map(ord, drawn["reference"] or drawn["event"]))
        payee = usual % 3 if drawn["payee"] is None or (drawn["reference"] and usual % 5) else drawn["payee"]
        amount = (1, 99, 10_001, 2_500_000)[usual % 4] if drawn["amount"] is None else drawn["amount"]
        world = self.world
        made = Said(
            **drawn
            | {
                "provider": world.providers[drawn["provider"]],
                "payee": world.streamers[payee],
                "amount": amount,
                "platform": world.platforms[drawn["platform"]],
            }
        )
        self.told.append(made)
        return made

    def changed(self, pick: int, change: dict[str, Any]) -> Said:
        said = self.told[pick % len(self.told)]
        return replace(said, **change | ({"payee": self.world.streamers[2]} if "payee" in change else {}))

    def transaction(self, pick: int) -> UUID:
        known = list(self.world.model.transactions)
        return known[pick % len(known)] if known and pick % 17 else uuid4()

    def payout(self, pick: int) -> UUID:
        known = self.world.payouts
        return known[pick % len(known)] if known and pick % 17 else self.transaction(pick)

    @rule(streamer=few, terms=terms, future=st.booleans())
    def set_fee(self, streamer: int, terms: Terms, *, future: bool) -> None:
        self.world.set_fee(streamer, terms, future=future)

    @rule(drawn=payments)
    def record(self, drawn: dict[str, Any]) -> None:
        self.world.record(self.said(drawn))

    @precondition(lambda self: self.told)
    @rule(pick=picks, change=changes)
    def say_again(self, pick: int, change: dict[str, Any]) -> None:
        self.world.record(self.changed(pick, change))

    @precondition(lambda self: self.told)
    @rule(said=st.lists(st.tuples(picks, changes), min_size=1, max_size=6))
    def say_many_again(self, said: list[tuple[int, dict[str, Any]]]) -> None:
        self.world.record_batch([self.changed(pick, change) for pick, change in said])

    @rule(drawn=payments, wrong=wrong)
    def record_nonsense(self, drawn: dict[str, Any], wrong: dict[str, Any]) -> None:
        self.world.record(self.said(drawn | wrong))

    @rule(batch=st.lists(payments, max_size=6), wrong=st.one_of(st.none(), st.none(), wrong))
    def record_batch(self, batch: list[dict[str, Any]], wrong: dict[str, Any] | None) -> None:
        said = [self.said(drawn) for drawn in batch]
        if wrong and batch:
            said.insert(len(said) // 2, self.said(batch[0] | wrong))
        self.world.record_batch(said)

    @precondition(lambda self: self.world.model.transactions)
    @rule(pick=picks)
    def settle(self, pick: int) -> None:
        self.do(self.world.settle, self.transaction(pick))

    @rule(limit=st.sampled_from([None, 1, 2]))
    def settle_due(self, limit: int | None) -> None:
        self.world.settle_due(limit)

    @rule(
        provider=st.integers(0, 1),
        event=st.one_of(st.integers(0, 20).map(lambda number: f"refund-{number}"), events),
        named=st.one_of(references, picks),
        amount=st.sampled_from([None, None, None, 99, 10_001, 50, 0]),
        reason=st.sampled_from([None, "chargeback"]),
    )
    def refund(
        self, provider: int, event: str, named: str | int | None, amount: int | None, reason: str | None
    ) -> None:
        whose = named if isinstance(named, str) else self.transaction(named or 1)
        self.do(self.world.refund, self.world.providers[provider], event, whose, amount, reason)

    @precondition(lambda self: any(wallet.type == "CASH" for wallet in self.world.model.currencies))
    @rule(
        key=st.sampled_from(["k1", "k2", "k3", "k4", "k5", "k6", "k1", "k2", ""]),
        payee=few,
        share=st.sampled_from([1, 2, 2, 3, 3]),
        more=st.sampled_from([0, 0, 0, 1]),
        currency=currencies,
    )
    def request_payout(self, key: str, payee: int, share: int, more: int, currency: str) -> None:
        streamer = self.world.streamers[payee]
        self.do(self.world.request_payout, key, streamer, self.world.cash(streamer) // share + more, currency)

    @precondition(lambda self: self.world.payouts)
    @rule(pick=picks, reference=st.sampled_from([None, "", "bank-1", "bank-2"]))
    def complete_payout(self, pick: int, reference: str | None) -> None:
        self.do(self.world.complete_payout, self.payout(pick), reference)

    @precondition(lambda self: self.world.payouts)
    @rule(pick=picks, reason=st.sampled_from([None, " ", "account closed ", "account closed "]))
    def fail_payout(self, pick: int, reason: str | None) -> None:
        self.do(self.world.fail_payout, self.payout(pick), reason)

    @precondition(lambda self: self.world.model.entries)
    @rule(
        key=st.sampled_from(["", "a1", "a2", "a3"]),
        pick=picks,
        amount=st.sampled_from([0, -3, 4, 100_000]),
        reason=st.sampled_from(["", "wrong wallet", " typed twice"]),
    )
    def adjust(self, key: str, pick: int, amount: int, reason: str) -> None:
        known = self.world.model.entries
        corrected = known[pick % len(known)] if pick % 17 else None
        self.do(self.world.adjust, key, corrected, amount, reason)

    @precondition(lambda self: self.did)
    @rule(pick=picks)
    def do_again(self, pick: int) -> None:
        """A double click, or a retry whose first answer was lost."""
        self.did[pick % len(self.did)]()

    def do(self, act: Callable[..., None], *given: Any) -> None:
        act(*given)
        self.did.append(partial(act, *given))

    @rule()
    def fold(self) -> None:
        self.world.fold()

    @invariant()
    def same(self) -> None:
        if hasattr(self, "world"):
            LedgerMachine.steps += 1
            self.since_check = (self.since_check + 1) % 2
            if not self.since_check:
                self.world.check()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.fold()
            self.world.check()
            LedgerMachine.answers += self.world.answers


@pytest.fixture
def machine(migrated_database_18: MigratedDatabase) -> Iterator[type[LedgerMachine]]:
    with migrated_database_18.as_app() as app, migrated_database_18.as_owner() as owner:
        LedgerMachine.app, LedgerMachine.owner, LedgerMachine.steps = app, owner, 0
        LedgerMachine.answers = Counter()
        yield LedgerMachine


RECORDED = {"done", "repeated", "22023", "SA001", "SA002", "SA003"}
ANSWERS = {
    "record": RECORDED,
    "batch": RECORDED,
    "settle": {"done", "repeated", "SA005", "SA006"},
    "refund": {"done", "repeated", "22023", "SA001", "SA006"},
    "request": {"done", "repeated", "22023", "SA001", "SA004"},
    "complete": {"done", "repeated", "SA005", "SA006"},
    "fail": {"done", "repeated", "SA005", "SA006", "SA007"},
    "adjust": {"done", "repeated", "22023", "SA001", "SA006", "SA007"},
}


ALL_ANSWERS = {(what, answer) for what, answers in ANSWERS.items() for answer in answers}


def run(machine: type[LedgerMachine], wanted: int, examples: int) -> None:
    """As many examples as it takes to have met every answer: a machine that only ever meets refusals proves nothing.

    Each round draws anew, also where Hypothesis finds itself in CI and would repeat the same examples for ever.
    """
    while machine.steps < wanted or ALL_ANSWERS - set(machine.answers):
        assert machine.steps < 8 * wanted, ALL_ANSWERS - set(machine.answers)
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                derandomize=False,
                stateful_step_count=60,
                deadline=None,
                database=None,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=list(HealthCheck),
            ),
        )


def test_three_thousand_steps(machine: type[LedgerMachine]) -> None:
    run(machine, 3_000, 20)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_a_hundred_thousand_steps(machine: type[LedgerMachine]) -> None:
    run(machine, 100_000, 200)
