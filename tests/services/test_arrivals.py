"""Rules are asked once, at arrival; what they say is kept and shown, and the money is never touched by it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from streamer_app.core.commands import (
    Approve,
    BlockDonor,
    Pause,
    Replay,
    ResumeQueue,
    SetRules,
    UnblockDonor,
)
from streamer_app.core.donations import ItemState
from streamer_app.core.errors import CommandRefusedError, Reason
from streamer_app.core.events import LightReason
from streamer_app.core.rules import Rule, Rules, Ruling, WhatToDo
from streamer_app.services import pictures
from streamer_app.services.profile import Profile
from streamer_app.store import database
from streamer_app.store.queue_engine import EmbeddedEngine, Engine
from tests.postgres_servers import MigratedDatabase
from tests.services.theatre import Theatre, theatre

RUDE = "dasar anjing kamu"


@pytest.fixture
async def stage(migrated_database_18: MigratedDatabase, one_engine: Engine) -> AsyncIterator[Theatre]:
    async with theatre(migrated_database_18, one_engine) as made:
        yield made


async def listed(stage: Theatre) -> dict[object, ItemState]:
    """Where the list of donations says that each stands."""
    profile = Profile(stage.database.app_url, None, stage.streamer, stage.streamer)
    async with database.connection(stage.database.app_url, label="test") as conn:
        found = await pictures.donations(conn, profile, stage.show)
    return {item.donation_message_id: item.state for item in found.donations}


async def test_a_masked_word_is_masked_on_the_page_and_remembered(stage: Theatre) -> None:
    message_id = await stage.donates(message=RUDE)
    [run] = stage.shown()
    assert run.message_id == message_id
    assert "anjing" not in run.alert.message
    assert run.alert.message.startswith("dasar")
    assert run.alert.message.endswith("kamu")
    [(detail,)] = stage.rows(
        "SELECT detail FROM streamer_app.playback_facts WHERE donation_message_id = %s AND kind = 'recorded_rule'",
        message_id,
    )
    assert detail["ruling"] == "mask"
    assert stage.rows("SELECT message FROM donation_messages WHERE id = %s", message_id) == [(RUDE,)]


@pytest.mark.parametrize("waits", [False, True], ids=["on an idle stage", "behind another"])
@pytest.mark.parametrize(("media", "plays"), [("TTS", True), ("YOUTUBE", False)])
async def test_a_voice_is_no_video(stage: Theatre, media: str, plays: bool, waits: bool) -> None:  # noqa: FBT001 - drawn
    """Fresh from the box videos wait for approval; a message that is only read aloud does not."""
    if waits:
        await stage.donates("Ani")
    message_id = await stage.donates("Budi", media=media)
    if waits and plays:
        await stage.plays()
    assert (stage.playing == message_id) is plays
    assert [item.donation_message_id for item in (await stage.view()).held] == ([] if plays else [message_id])


async def test_it_is_masked_in_the_queue_and_after_a_rebuild_too(stage: Theatre) -> None:
    await stage.donates("Ani")
    second = await stage.donates("Budi", message=RUDE)
    [item] = (await stage.view()).waiting
    assert item.message == RUDE, "the streamer sees the original"
    assert item.verdict is not None
    assert item.verdict.ruling is Ruling.MASK
    stage.dispatcher.tenure.queue_trouble(LightReason.QUEUE_REBUILDING)
    await stage.until(lambda: stage.show.generation is not None)
    await stage.plays()
    assert stage.playing == second
    assert "anjing" not in stage.shown()[-1].alert.message


@pytest.mark.parametrize("waits", [False, True], ids=["on an idle stage", "behind another"])
async def test_a_rule_that_holds_holds(stage: Theatre, waits: bool) -> None:  # noqa: FBT001 - drawn
    await stage.do(SetRules(rules=Rules(words=WhatToDo.HOLD, minimum_alert=5000)))
    if waits:
        await stage.donates("Ani")
    shown = len(stage.shown())
    rude = await stage.donates("Budi", message=RUDE)
    small = await stage.donates("Citra", amount=4999, message="hai")
    assert len(stage.shown()) == shown, "neither was shown"
    [item] = (await stage.view()).held
    assert (item.donation_message_id, item.reason) == (rude, Rule.BLOCKED_WORD.value)
    assert stage.facts(rude) == [("held", "rules")]
    assert stage.facts(small) == [("dismissed", "rules")]
    assert (await listed(stage))[small] is ItemState.HISTORY
    assert stage.rows("SELECT count(*) FROM transactions WHERE status = 'PAID'") == [(2 + waits,)]
    await stage.do(Approve(donation_message_id=rude))
    await stage.do(Replay(donation_message_id=small))
    while stage.playing is not None:
        await stage.plays()
    assert stage.played_at(rude)
    assert stage.played_at(small), "by hand it plays"


async def test_rules_are_asked_once(stage: Theatre) -> None:
    await stage.do(Pause())
    early = await stage.donates(message=RUDE)
    await stage.do(SetRules(rules=Rules(words=WhatToDo.HOLD)))
    stage.dispatcher.tenure.queue_trouble(LightReason.QUEUE_REBUILDING)
    await stage.until(lambda: stage.show.generation is not None)
    await stage.dispatcher.tenure.reconcile_now()
    assert [item.donation_message_id for item in (await stage.view()).waiting] == [early]
    assert len(stage.facts(early, rules=True)) == 1
    asked = await stage.do(SetRules(rules=Rules(words=WhatToDo.HOLD), ask_again=True))
    assert asked.count == 1
    assert [item.donation_message_id for item in (await stage.view()).held] == [early]


async def test_what_a_person_decided_is_not_asked_again(stage: Theatre) -> None:
    await stage.do(Pause())
    await stage.do(SetRules(rules=Rules(words=WhatToDo.HOLD)))
    rude = await stage.donates(message=RUDE)
    await stage.do(Approve(donation_message_id=rude))
    assert (await stage.do(SetRules(rules=Rules(approve_all=True), ask_again=True))).count == 0
    await stage.do(ResumeQueue())
    assert stage.playing == rude


async def test_what_came_while_nobody_was_there_is_judged_before_it_is_asked_about(
    migrated_database_18: MigratedDatabase, one_engine: Engine
) -> None:
    async with theatre(migrated_database_18, one_engine) as stage:
        await stage.do(SetRules(rules=Rules(minimum_alert=5000, words=WhatToDo.HOLD)))
        streamer = stage.streamer
    small = [stage.writer.donate(amount=1000).message_id for _ in range(7)]
    rude = stage.writer.donate(message=RUDE).message_id
    big = stage.writer.donate(message="halo").message_id
    other = EmbeddedEngine()
    async with theatre(migrated_database_18, other, streamer=streamer) as again:
        view = await again.view()
        assert view.missed_count == 0, "the seven small ones make no alert, so two are left"
        assert [item.donation_message_id for item in view.held] == [rude]
        await again.settle()
        assert again.playing == big
        assert all(again.facts(each) == [("dismissed", "rules")] for each in small)
    await other.close()


async def test_a_blocked_donor_makes_no_alert_and_keeps_the_money(stage: Theatre) -> None:
    first = await stage.donates("Si  Usil")
    await stage.plays()
    blocked = await stage.do(BlockDonor(donation_message_id=first))
    assert (blocked.count, blocked.facts) == (1, {"donor": "Si  Usil", "by": "name"})
    again = await stage.donates("si usil")
    assert stage.playing is None
    assert stage.facts(again) == [("dismissed", "rules")]
    with pytest.raises(CommandRefusedError) as asked:
        await stage.do(Replay(donation_message_id=first))
    assert asked.value.reason is Reason.DONOR_BLOCKED
    await stage.do(Replay(donation_message_id=first, even_if_blocked=True))
    assert await stage.plays() == first
    await stage.do(UnblockDonor(donor="Si Usil"))
    assert (await stage.do(BlockDonor(donation_message_id=first))).count == 2
    await stage.do(UnblockDonor(donor="si usil"))
    with pytest.raises(CommandRefusedError) as nobody:
        await stage.do(UnblockDonor(donor="si usil"))
    assert nobody.value.reason is Reason.DONOR_NOT_BLOCKED
    assert await stage.donates("SI USIL") == stage.playing


async def test_first_timers_are_held_until_they_have_donated(stage: Theatre) -> None:
    await stage.do(SetRules(rules=Rules(approve_first_timers=True)))
    first = await stage.donates("Ani")
    assert [item.donation_message_id for item in (await stage.view()).held] == [first]
    assert await stage.donates("ani ") == stage.playing
