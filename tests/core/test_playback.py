"""The show's fold and its moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.donations import ItemState
from streamer_app.core.errors import CommandRefusedError
from streamer_app.core.moves import Verb, move
from streamer_app.core.playback import (
    CLOSING,
    DECIDING,
    Fact,
    FactKind,
    History,
    NextShowing,
    PaymentState,
    RunKind,
    Waiting,
    after_interruption,
    missed_at_start,
    standing,
)
from streamer_app.core.ranks import RESUME_RANK, natural_rank, replay_next_rank
from streamer_app.core.stage_settings import StageSettings

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
FIRST_START = NOW - timedelta(days=1)
# What `streamer_app.message_history` lets through.
moments = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
facts = st.builds(Fact, kind=st.sampled_from(sorted(DECIDING)), happened_at=moments, rank=st.none() | st.integers())
histories = st.builds(
    History,
    message_id=st.uuids(),
    payment=st.sampled_from(PaymentState),
    order_time=moments,
    played_at=st.none() | moments,
    fact=st.none() | facts,
    finished_since_fact=st.booleans(),
    interruptions=st.integers(0, 3),
)


def history(**changes: object) -> History:
    plain = History(
        message_id=UUID(int=1),
        payment=PaymentState.PAID,
        order_time=NOW,
        played_at=None,
        fact=None,
        finished_since_fact=False,
        interruptions=0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def stands(**changes: object) -> ItemState | None:
    found = standing(history(**changes), first_started_at=FIRST_START)
    return found.state if found else None


def fact(kind: FactKind, rank: int | None = None) -> Fact:
    return Fact(kind=kind, happened_at=NOW, rank=rank)


@pytest.mark.parametrize("payment", [PaymentState.PENDING, PaymentState.FAILED])
def test_money_that_has_not_arrived_is_not_there_for_the_show(payment: PaymentState) -> None:
    assert stands(payment=payment) is None
    assert stands(payment=payment, fact=fact(FactKind.REPLAYED)) is None


@pytest.mark.parametrize("payment", [PaymentState.PAID, PaymentState.SETTLED])
def test_paid_and_settled_messages_wait(payment: PaymentState) -> None:
    assert stands(payment=payment) is ItemState.WAITING


def test_what_is_older_than_the_first_start_is_history_until_somebody_asks_for_it() -> None:
    old = FIRST_START - timedelta(microseconds=1)
    assert stands(order_time=old) is ItemState.HISTORY
    assert stands(order_time=old, fact=fact(FactKind.REPLAYED)) is ItemState.WAITING


@given(histories)
def test_a_refund_leaves_played_played_and_withdraws_the_rest(any_history: History) -> None:
    found = standing(replace(any_history, payment=PaymentState.REFUNDED), first_started_at=FIRST_START)
    assert found is not None
    assert found.state is (ItemState.PLAYED if any_history.played_at else ItemState.WITHDRAWN)


@given(histories)
def test_a_played_message_waits_only_for_a_replay_somebody_asked_for(any_history: History) -> None:
    found = standing(replace(any_history, played_at=NOW, payment=PaymentState.PAID), first_started_at=FIRST_START)
    assert found is not None
    asked = any_history.fact is not None and any_history.fact.kind is FactKind.REPLAYED
    waits = asked and not any_history.finished_since_fact
    assert found.state is (ItemState.WAITING if waits else ItemState.PLAYED)
    if waits:
        assert found.run_kind is RunKind.REPLAY


@given(histories)
def test_a_closing_fact_keeps_a_message_out_of_the_queue(any_history: History) -> None:
    for kind in CLOSING:
        found = standing(replace(any_history, fact=fact(kind)), first_started_at=FIRST_START)
        assert found is None or found.state is not ItemState.WAITING


def test_a_fact_gives_the_rank_back() -> None:
    found = standing(history(fact=fact(FactKind.UNSKIPPED, rank=77)), first_started_at=FIRST_START)
    assert found is not None
    assert (found.state, found.rank, found.run_kind) == (ItemState.WAITING, 77, RunKind.FIRST)


@given(moments, moments)
def test_ranks_keep_the_order_of_time_and_fit_a_double(one: datetime, other: datetime) -> None:
    assert (natural_rank(one) < natural_rank(other)) == (one < other)
    assert int(float(natural_rank(one))) == natural_rank(one)
    assert int(float(replay_next_rank(one))) == replay_next_rank(one)


@given(moments, moments)
def test_a_replay_goes_in_front_of_what_waits_and_a_resumed_run_before_all(waits: datetime, asked: datetime) -> None:
    assert RESUME_RANK < replay_next_rank(asked) < natural_rank(waits)


def test_what_left_the_queue_remembers_its_place() -> None:
    for kind in (FactKind.SKIPPED, FactKind.REJECTED, FactKind.UNPLAYABLE, FactKind.HELD):
        found = standing(history(fact=fact(kind, rank=77)), first_started_at=FIRST_START)
        assert found is not None
        assert found.rank == 77, kind


def test_a_replay_that_cannot_be_played_stays_visible_and_a_skipped_one_leaves_the_message_played() -> None:
    pending = replace(fact(FactKind.UNPLAYABLE), replay=True)
    assert stands(played_at=NOW, fact=pending) is ItemState.UNPLAYABLE
    assert stands(played_at=NOW, fact=replace(pending, kind=FactKind.SKIPPED)) is ItemState.PLAYED
    assert stands(played_at=NOW, fact=fact(FactKind.UNPLAYABLE)) is ItemState.PLAYED


def waiting(count: int, age: timedelta = timedelta(0), *, decided: bool = False) -> list[Waiting]:
    return [Waiting(uuid4(), NOW - age, decided=decided) for _ in range(count)]


def test_at_most_five_and_none_older_than_an_hour_play_by_themselves() -> None:
    assert missed_at_start(waiting(5, timedelta(hours=1)), now=NOW) == frozenset()
    six = waiting(6)
    assert missed_at_start(six, now=NOW) == {entry.message_id for entry in six}
    old = waiting(1, timedelta(hours=1, microseconds=1))
    assert missed_at_start(old, now=NOW) == {old[0].message_id}


def test_what_was_decided_about_is_never_asked_about_again() -> None:
    decided, fresh = waiting(20, timedelta(hours=5), decided=True), waiting(5)
    assert missed_at_start([*decided, *fresh], now=NOW) == frozenset()
    more = waiting(6)
    assert missed_at_start([*decided, *more], now=NOW) == {entry.message_id for entry in more}


LEGAL = {
    (ItemState.PLAYING, Verb.SKIP),
    (ItemState.WAITING, Verb.SKIP),
    (ItemState.HELD, Verb.SKIP),
    (ItemState.UNPLAYABLE, Verb.SKIP),
    (ItemState.SKIPPED, Verb.UNDO),
    (ItemState.PLAYED, Verb.REPLAY),
    (ItemState.SKIPPED, Verb.REPLAY),
    (ItemState.HISTORY, Verb.REPLAY),
    (ItemState.UNPLAYABLE, Verb.RETRY),
    (ItemState.WAITING, Verb.HOLD),
    (ItemState.HELD, Verb.APPROVE),
    (ItemState.HELD, Verb.REJECT),
    (ItemState.WAITING, Verb.MOVE),
    (ItemState.PLAYING, Verb.PANIC),
    (ItemState.MISSED, Verb.QUEUE),
    (ItemState.MISSED, Verb.DISMISS),
    *((state, Verb.WITHDRAW) for state in set(ItemState) - {ItemState.PLAYED, ItemState.WITHDRAWN}),
}


@pytest.mark.parametrize("state", ItemState)
@pytest.mark.parametrize("verb", Verb)
def test_every_move_is_legal_or_refused_with_a_reason(state: ItemState, verb: Verb) -> None:
    if (state, verb) in LEGAL:
        assert move(state, verb) is not state or verb is Verb.MOVE
        return
    with pytest.raises(CommandRefusedError) as refused:
        move(state, verb)
    assert state.value in refused.value.remedy


def test_nothing_brings_a_withdrawn_message_back() -> None:
    for verb in Verb:
        with pytest.raises(CommandRefusedError):
            move(ItemState.WITHDRAWN, verb)


STAGE = StageSettings()


@pytest.mark.parametrize(
    ("interruptions", "shown_ms", "away_ms", "follows"),
    [
        (1, 3000, 30_000, NextShowing(offset_ms=3000, chime=False)),
        (1, 4000, 0, NextShowing(offset_ms=4000, chime=False)),
        (1, 4001, 0, NextShowing(offset_ms=0, chime=True)),
        (1, 3000, 30_001, NextShowing(offset_ms=0, chime=True)),
        (1, 0, 0, NextShowing(offset_ms=0, chime=True)),
        (2, 3000, 0, None),
    ],
)
def test_an_interrupted_run_resumes_starts_over_or_is_unplayable(
    interruptions: int, shown_ms: int, away_ms: int, follows: NextShowing | None
) -> None:
    assert (
        after_interruption(
            interruptions=interruptions, expected_ms=6000, shown_ms=shown_ms, away_ms=away_ms, settings=STAGE
        )
        == follows
    )


@given(st.integers(0, 10_000))
def test_time_on_stage_follows_the_design(characters: int) -> None:
    assert STAGE.on_stage_ms(characters) == min(20_000, max(6_000, 2_000 + 60 * characters))
