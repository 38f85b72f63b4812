"""Hold, approve, reject, move, skip, undo, replay, clear: one fact each, then the queue; a loser is told who won."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from streamer_app.core.commands import (
    Action,
    Approve,
    Clear,
    CommandResult,
    Hold,
    Move,
    Mute,
    Pause,
    Reject,
    Replay,
    ReplayPlace,
    ResumeQueue,
    Retry,
    Skip,
    SkipCurrent,
    Undo,
)
from streamer_app.core.errors import CommandRefusedError, Reason
from streamer_app.core.events import LightReason
from streamer_app.store.queue_engine import Engine
from tests.postgres_servers import MigratedDatabase
from tests.services.theatre import Theatre, theatre


@pytest.fixture
async def stage(migrated_database_18: MigratedDatabase, engine: Engine) -> AsyncIterator[Theatre]:
    async with theatre(migrated_database_18, engine) as made:
        yield made


@pytest.fixture
async def one_stage(migrated_database_18: MigratedDatabase, one_engine: Engine) -> AsyncIterator[Theatre]:
    async with theatre(migrated_database_18, one_engine) as made:
        yield made


async def waiting(stage: Theatre) -> list[UUID]:
    return [item.donation_message_id for item in (await stage.view()).waiting]


async def held(stage: Theatre) -> list[UUID]:
    return [item.donation_message_id for item in (await stage.view()).held]


async def four(stage: Theatre) -> list[UUID]:
    """One on stage, three behind it."""
    return [await stage.donates(name) for name in ("Ani", "Budi", "Citra", "Dewi")]


async def test_a_held_message_keeps_its_place_and_comes_back_to_it(stage: Theatre) -> None:
    first, second, third, last = await four(stage)
    assert stage.playing == first
    await stage.do(Hold(donation_message_id=second))
    assert (await waiting(stage), await held(stage)) == ([third, last], [second])
    await stage.plays()
    assert stage.playing == third
    await stage.do(Approve(donation_message_id=second))
    assert await waiting(stage) == [second, last], "at its place, never in front of what plays"
    assert stage.facts(second) == [("held", "sari"), ("approved", "sari")]
    assert [await stage.plays() for _ in range(3)] == [third, second, last]
    assert all(stage.played_at(each) for each in (first, second, third, last))


async def test_a_rejected_message_is_out_until_it_is_undone(stage: Theatre) -> None:
    _, second, third, last = await four(stage)
    await stage.do(Hold(donation_message_id=second))
    await stage.do(Reject(donation_message_id=second))
    assert (await waiting(stage), await held(stage)) == ([third, last], [])
    back = await stage.do(Undo())
    assert (back.donation_message_id, back.count) == (second, 1)
    assert await waiting(stage) == [second, third, last]


@pytest.mark.parametrize(
    ("who", "position", "order"),
    [
        (3, 1, [3, 1, 2]),
        (3, 2, [1, 3, 2]),
        (3, 3, [1, 2, 3]),
        (1, 2, [2, 1, 3]),
        (1, 3, [2, 3, 1]),
        (1, 99, [2, 3, 1]),
        (2, 1, [2, 1, 3]),
        (2, 3, [1, 3, 2]),
    ],
)
async def test_a_move_puts_it_where_it_was_told(one_stage: Theatre, who: int, position: int, order: list[int]) -> None:
    messages = await four(one_stage)
    await one_stage.do(Move(donation_message_id=messages[who], position=position))
    wanted = [messages[each] for each in order]
    assert await waiting(one_stage) == wanted
    one_stage.dispatcher.tenure.queue_trouble(LightReason.QUEUE_REBUILDING)
    await one_stage.until(lambda: one_stage.show.generation is not None)
    assert await waiting(one_stage) == wanted, "a rebuilt queue stands as it stood"
    assert [await one_stage.plays() for _ in range(4)] == [messages[0], *wanted]


async def test_a_move_among_a_crowd_on_one_moment_makes_room(stage: Theatre) -> None:
    await stage.do(Pause())
    moment = stage.rows("SELECT now()")[0][0]
    crowd = [stage.writer.donate(name=f"donor {number}") for number in range(80)]
    stage.rows("UPDATE transactions SET paid_at = %s RETURNING id", moment)
    for donation in crowd:
        await stage.taken_in(donation.message_id)
    order = await waiting(stage)
    assert order == sorted(donation.message_id for donation in crowd)
    await stage.do(Move(donation_message_id=order[70], position=3))
    wanted = [*order[:2], order[70], *order[2:70], *order[71:]]
    assert await waiting(stage) == wanted
    await stage.do(Move(donation_message_id=wanted[0], position=80))
    assert await waiting(stage) == [*wanted[1:], wanted[0]]


async def test_a_clear_is_one_and_comes_back_as_one(stage: Theatre) -> None:
    first, *rest = await four(stage)
    cleared = await stage.do(Clear())
    assert cleared.count == 3
    assert (stage.playing, await waiting(stage)) == (first, [])
    assert (await stage.do(Undo())).count == 3
    assert await waiting(stage) == rest
    with pytest.raises(CommandRefusedError) as refused:
        await stage.do(Undo())
    assert refused.value.reason is Reason.NO_SKIP_TO_UNDO


async def test_undo_goes_back_one_decision_at_a_time(stage: Theatre) -> None:
    _, second, third, last = await four(stage)
    await stage.do(Skip(donation_message_id=last))
    await stage.do(Clear())
    assert (await stage.do(Undo())).count == 2
    assert await waiting(stage) == [second, third]
    assert (await stage.do(Undo())).donation_message_id == last
    assert await waiting(stage) == [second, third, last]


async def test_undo_passes_over_what_was_refunded(stage: Theatre) -> None:
    await stage.do(Pause())
    kept, back = (stage.writer.donate(name=name) for name in ("Ani", "Budi"))
    for donation in (kept, back):
        await stage.taken_in(donation.message_id)
        await stage.do(Skip(donation_message_id=donation.message_id))
    stage.writer.mark_refunded(back)
    assert (await stage.do(Undo())).donation_message_id == kept.message_id
    assert await waiting(stage) == [kept.message_id]


async def test_what_could_not_be_played_is_tried_again_and_starts_over(stage: Theatre) -> None:
    first = await stage.donates()
    for _ in range(2):
        await stage.starts()
        stage.close_page()
        await stage.settle()
        stage.open_page()
        await stage.settle()
    assert [item.donation_message_id for item in (await stage.view()).failed] == [first]
    await stage.do(Retry(donation_message_id=first))
    assert await stage.plays() == first
    assert [outcome for _, outcome, _ in stage.runs(first)] == ["interrupted", "interrupted", "played"]


async def test_a_replay_that_was_held_and_moved_is_still_a_replay(stage: Theatre) -> None:
    first, second, third, _ = await four(stage)
    await stage.plays()
    await stage.do(Replay(donation_message_id=first))
    assert (await waiting(stage))[0] == first
    await stage.do(Hold(donation_message_id=first))
    await stage.do(Approve(donation_message_id=first))
    await stage.do(Move(donation_message_id=first, position=2))
    played = stage.played_at(first)
    assert [await stage.plays() for _ in range(3)] == [second, third, first]
    assert stage.runs(first) == [("first", "played", None), ("replay", "played", None)]
    assert stage.played_at(first) == played, "the first time stays"


async def test_a_replay_at_the_end_stands_behind_everything(stage: Theatre) -> None:
    first, *rest = await four(stage)
    await stage.plays()
    await stage.do(Replay(donation_message_id=first, place=ReplayPlace.END))
    assert await waiting(stage) == [*rest[1:], first]
    with pytest.raises(CommandRefusedError) as refused:
        await stage.do(Replay(donation_message_id=first))
    assert refused.value.facts["state"] == "waiting", "one pending replay per message"


async def test_a_skipped_replay_can_be_undone_and_is_a_replay_again(stage: Theatre) -> None:
    first = await stage.donates()
    await stage.plays()
    await stage.do(Replay(donation_message_id=first))
    assert stage.playing == first
    await stage.do(SkipCurrent())
    await stage.do(Undo())
    assert await stage.plays() == first
    assert [kind for kind, _, _ in stage.runs(first)] == ["first", "replay", "replay"]


async def test_the_loser_of_a_race_is_told_who_won(stage: Theatre) -> None:
    first, second, *_ = await four(stage)
    run = stage.shown()[-1]
    answers = await asyncio.gather(
        stage.do(Skip(run_id=run.run_id, donation_message_id=None), actor="sari"),
        stage.do(Skip(run_id=run.run_id, donation_message_id=None), actor="budi"),
        return_exceptions=True,
    )
    assert isinstance(answers[0], CommandResult)
    assert answers[0].donation_message_id == first
    assert isinstance(answers[1], CommandRefusedError)
    assert answers[1].reason is Reason.SOMEBODY_WAS_FASTER
    assert (answers[1].facts["actor"], answers[1].facts["did"]) == ("sari", "skipped")
    assert stage.playing == second, "the late press did not hit the next one"


async def test_whoever_holds_what_was_just_skipped_is_told_by_whom(stage: Theatre) -> None:
    _, second, *_ = await four(stage)
    await stage.do(Skip(donation_message_id=second), actor="sari")
    with pytest.raises(CommandRefusedError) as refused:
        await stage.do(Hold(donation_message_id=second), actor="budi")
    assert refused.value.reason is Reason.SOMEBODY_WAS_FASTER
    assert refused.value.facts == {"state": "skipped", "actor": "sari", "did": "skipped"}
    with pytest.raises(CommandRefusedError) as own:
        await stage.do(Hold(donation_message_id=second), actor="sari")
    assert own.value.reason is Reason.CANNOT_HOLD


async def test_the_same_command_again_changes_nothing(stage: Theatre) -> None:
    first, second, third, last = await four(stage)
    ids = [uuid4() for _ in range(6)]
    asked: list[Action] = [
        Hold(donation_message_id=second),
        Approve(donation_message_id=second),
        Move(donation_message_id=last, position=1),
        SkipCurrent(),
        Clear(),
        Undo(),
    ]
    for action, command_id in zip(asked, ids, strict=True):
        assert not (await stage.do(action, command_id=command_id)).repeated
    before = (stage.playing, await waiting(stage), stage.rows("SELECT count(*) FROM streamer_app.playback_facts"))
    for forgotten in (False, True):
        if forgotten:
            stage.dispatcher._done.clear()
        for action, command_id in zip(asked, ids, strict=True):
            assert (await stage.do(action, command_id=command_id)).repeated, (action, forgotten)
    after = (stage.playing, await waiting(stage), stage.rows("SELECT count(*) FROM streamer_app.playback_facts"))
    assert before == after
    assert stage.playing == last
    assert await waiting(stage) == [second, third]
    assert stage.facts(first) == [("skipped", "sari")]


async def test_a_refund_that_nobody_heard_of_refuses_the_command(one_stage: Theatre) -> None:
    await one_stage.do(Pause())
    donation = one_stage.writer.donate()
    await one_stage.taken_in(donation.message_id)
    one_stage.rows("UPDATE transactions SET status = 'REFUNDED' WHERE id = %s RETURNING id", donation.transaction_id)
    with pytest.raises(CommandRefusedError) as refused:
        await one_stage.do(Hold(donation_message_id=donation.message_id))
    assert refused.value.reason in {Reason.WAS_REFUNDED, Reason.CANNOT_HOLD}
    assert await waiting(one_stage) == []
    assert await held(one_stage) == []


async def test_answers_carry_a_growing_revision(stage: Theatre) -> None:
    await four(stage)
    revisions = [(await stage.do(action)).revision for action in (Pause(), ResumeQueue(), Pause(), ResumeQueue())]
    assert revisions == sorted(set(revisions))


async def test_everything_survives_flushall(stage: Theatre, engine: Engine) -> None:
    _, second, third, last = await four(stage)
    await stage.do(Hold(donation_message_id=second))
    await stage.do(Move(donation_message_id=last, position=1))
    await stage.do(Pause())
    built = stage.show.generation
    await engine.run("rebuild_begin", stage.queue._keys, ("none", str(stage.show.held_lease().epoch), "0", "0"))
    await stage.do(Mute())
    await stage.do(Skip(donation_message_id=third))
    await stage.until(lambda: stage.show.generation not in {None, built})
    view = await stage.view()
    assert [item.donation_message_id for item in view.waiting] == [last]
    assert [item.donation_message_id for item in view.held] == [second]
    assert view.paused
