"""Pause, mute and panic act at once and are facts; they outlive restarts, and a database that is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from streamer_app.core.commands import (
    Action,
    Approve,
    Channel,
    Mute,
    Panic,
    Pause,
    Release,
    ResumeQueue,
    SendTestAlert,
    Unmute,
)
from streamer_app.core.errors import CommandRefusedError, Reason
from streamer_app.core.overlay_protocol import AlertStop
from streamer_app.store.queue_engine import EmbeddedEngine, Engine
from tests.overlay.doubles import started
from tests.postgres_servers import MigratedDatabase
from tests.services.theatre import Theatre, theatre


@pytest.fixture
async def stage(migrated_database_18: MigratedDatabase, engine: Engine) -> AsyncIterator[Theatre]:
    async with theatre(migrated_database_18, engine) as made:
        yield made


def stopped(stage: Theatre) -> list[str]:
    return [message.reason for message in stage.page.got if isinstance(message, AlertStop)]


async def held(stage: Theatre) -> dict[UUID, str | None]:
    return {item.donation_message_id: item.reason for item in (await stage.view()).held}


async def test_a_pause_lets_the_current_alert_finish(stage: Theatre) -> None:
    first, second = [await stage.donates(name) for name in ("Ani", "Budi")]
    await stage.do(Pause())
    assert stage.playing == first
    assert await stage.plays() == first
    assert stage.show.on_stage is None
    await stage.do(ResumeQueue())
    assert await stage.plays() == second


@pytest.mark.parametrize(
    ("before", "asked", "reason"),
    [
        ([], ResumeQueue(), Reason.NOT_PAUSED),
        ([Pause()], Pause(), Reason.PAUSED_ALREADY),
        ([], Unmute(), Reason.NOT_MUTED),
        ([Mute(channels=(Channel.ALERT, Channel.MEDIA))], Mute(channels=(Channel.MEDIA,)), Reason.MUTED_ALREADY),
        ([], Release(), Reason.NOT_IN_PANIC),
        ([Panic()], Panic(), Reason.PANIC_ALREADY),
        ([Panic()], ResumeQueue(), Reason.IN_PANIC),
        ([Panic()], SendTestAlert(), Reason.IN_PANIC),
    ],
)
async def test_what_would_change_nothing_is_refused(
    migrated_database_18: MigratedDatabase, one_engine: Engine, before: list[Action], asked: Action, reason: Reason
) -> None:
    async with theatre(migrated_database_18, one_engine) as stage:
        for action in before:
            await stage.do(action)
        told = len(stage.facts())
        with pytest.raises(CommandRefusedError) as refused:
            await stage.do(asked)
        assert refused.value.reason is reason
        assert len(stage.facts()) == told


async def test_mute_is_heard_at_once_and_the_run_says_so(stage: Theatre) -> None:
    first, second = [await stage.donates(name) for name in ("Ani", "Budi")]
    await stage.starts()
    await stage.do(Mute(channels=(Channel.ALERT, Channel.SPEECH)))
    assert stage.sound() == ("alert", "speech")
    assert stage.playing == first, "alerts go on"
    await stage.do(Mute(channels=(Channel.MEDIA,)))
    await stage.do(Unmute(channels=(Channel.SPEECH,)))
    assert stage.sound() == ("alert", "media")
    assert (await stage.view()).muted == ("alert", "media")
    stage.close_page()
    await stage.settle()
    query = "SELECT audible FROM streamer_app.playback_run_history WHERE donation_message_id = %s"
    assert stage.rows(query, first) == [(False,)]
    assert stage.playing != second


async def test_panic_empties_the_stage_and_holds_what_plays_and_comes(stage: Theatre) -> None:
    first, second = [await stage.donates(name) for name in ("Ani", "Budi")]
    await stage.starts()
    await stage.do(Panic())
    assert stopped(stage) == ["panic"]
    assert stage.playing is None
    third = await stage.donates("Citra")
    assert await held(stage) == {first: "panic", third: "panic"}
    view = await stage.view()
    assert [item.donation_message_id for item in view.waiting] == [second]
    assert (view.paused, view.panic) == (True, True)
    await stage.do(Release())
    assert stage.playing == second, "a release un-pauses; what panic held waits for approval"
    assert stage.runs(first) == [("first", "interrupted", "panic")]
    await stage.plays()
    await stage.do(Approve(donation_message_id=first))
    await stage.do(Approve(donation_message_id=third))
    assert [await stage.plays() for _ in range(2)] == [first, third]
    assert stage.runs(first)[-1] == ("first", "played", None)


async def test_a_panic_does_not_count_as_an_interruption(stage: Theatre) -> None:
    first = await stage.donates()
    for _ in range(3):
        await stage.starts()
        await stage.do(Panic())
        await stage.do(Release())
        await stage.do(Approve(donation_message_id=first))
    assert stage.playing == first
    assert await stage.plays() == first


async def test_a_test_alert_ends_with_a_panic_and_does_not_come_back(stage: Theatre) -> None:
    await stage.do(SendTestAlert())
    await stage.until(lambda: stage.show.on_stage is not None)
    await stage.do(Panic())
    assert (stopped(stage), stage.show.on_stage) == (["panic"], None)
    await stage.do(Release())
    await stage.settle()
    assert stage.show.on_stage is None


async def test_the_page_is_empty_before_the_jobs_in_front_are_done(stage: Theatre) -> None:
    first = await stage.donates()
    with psycopg.connect(stage.database.admin_url) as blocker:
        blocker.execute("LOCK TABLE streamer_app.playback_run_starts IN ACCESS EXCLUSIVE MODE")
        stage.hub.receive("page-one", started(stage.shown()[-1]))
        panic = asyncio.create_task(stage.do(Panic()))
        await stage.until(lambda: stopped(stage) == ["panic"])
        assert not panic.done()
        blocker.rollback()
    await panic
    assert await held(stage) == {first: "panic"}


async def test_what_came_on_stage_just_before_its_turn_goes_too(stage: Theatre) -> None:
    donation = stage.writer.donate()
    stage.dispatcher.ring(donation.message_id)
    await stage.do(Panic())
    assert [run.message_id for run in stage.shown()] == [donation.message_id]
    assert stopped(stage) == ["panic"]
    assert await held(stage) == {donation.message_id: "panic"}


async def test_an_old_panic_once_more_takes_nothing_off_the_stage_for_good(stage: Theatre) -> None:
    first = await stage.donates()
    command_id = uuid4()
    await stage.do(Panic(), command_id=command_id)
    await stage.do(Release())
    await stage.do(Approve(donation_message_id=first))
    stage.dispatcher._done.clear()
    assert (await stage.do(Panic(), command_id=command_id)).repeated
    await stage.settle()
    assert not (await stage.view()).panic
    assert await stage.plays() == first


async def test_switches_outlive_the_studio_and_another_queue(
    migrated_database_18: MigratedDatabase, one_engine: Engine
) -> None:
    async with theatre(migrated_database_18, one_engine) as stage:
        first = await stage.donates()
        await stage.do(Mute(channels=(Channel.SPEECH,)))
        await stage.do(Panic())
        streamer = stage.streamer
    other = EmbeddedEngine()
    async with theatre(migrated_database_18, other, streamer=streamer) as again:
        view = await again.view()
        assert (view.panic, view.paused, view.muted) == (True, True, ("speech",))
        assert again.sound() == ("speech",)
        assert await held(again) == {first: "panic"}
        with pytest.raises(CommandRefusedError):
            await again.do(Panic())
    await other.close()


@pytest.mark.parametrize("action", [Panic(), Mute(), Pause()], ids=["panic", "mute", "pause"])
async def test_while_the_database_is_away_they_act_and_are_kept(
    migrated_database_18: MigratedDatabase, one_engine: Engine, tmp_path: Path, action: Action
) -> None:
    journal = tmp_path / "journal.jsonl"
    async with theatre(migrated_database_18, one_engine, journal=journal) as stage:
        first = await stage.donates()
        await stage.starts()
        with psycopg.connect(migrated_database_18.server.url("postgres"), autocommit=True) as admin:
            name = migrated_database_18.name
            admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [name],
            )
            await stage.do(action)
            kept = [msgspec.json.decode(line)["type"] for line in journal.read_bytes().splitlines()]
            assert kept == (["fact", "fact", "run_end"] if isinstance(action, Panic) else ["fact"])
            wide = stage.show.wide
            assert (wide.panic, wide.paused) == (isinstance(action, Panic), isinstance(action, Panic | Pause))
            assert stage.sound() == (("alert", "speech", "media") if isinstance(action, Mute) else ())
            admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        await stage.until(lambda: stage.show.generation is not None)
        assert not journal.exists()
        assert stage.show.wide == wide
        assert len(stage.facts()) == 1
        if isinstance(action, Panic):
            assert stage.facts(first) == [("held", "sari")]
            assert await held(stage) == {first: "panic"}
