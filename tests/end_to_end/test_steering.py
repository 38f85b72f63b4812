"""Skip, undo, replay, pause and "while you were away", by the command line, on real rows."""

from __future__ import annotations

import asyncio
import json
from uuid import uuid4

import pytest

from streamer_app.core.commands import Command, SendTestAlert
from streamer_app.roles.control_client import ControlClient
from tests.end_to_end.conftest import World
from tests.end_to_end.scripted_page import ScriptedPage
from tests.end_to_end.studio_process import LONG_STAGE, until


def ids(items: list[dict[str, str]]) -> list[str]:
    return [item["donation_message_id"] for item in items]


@pytest.mark.slow
async def test_skip_undo_and_replay_beside_a_running_studio(one_world: World) -> None:
    profile = one_world.profile
    profile.stage = dict(LONG_STAGE)
    studio = profile.serve()
    async with ScriptedPage(studio.overlay_url, finishes=False) as page:
        first, second = one_world.writer.donate(name="Satu"), one_world.writer.donate(name="Dua")
        third = one_world.writer.donate(name="Tiga")
        run = await page.next("alert.show")
        await page.start(run)
        await asyncio.to_thread(until, lambda: len(profile.ask("queue", "list")["waiting"]) == 2)
        profile.ask("queue", "skip", str(third.message_id))
        picture = profile.ask("queue", "list")
        assert picture["playing"]["donation_message_id"] == str(first.message_id)
        assert ids(picture["waiting"]) == [str(second.message_id)]
        profile.ask("queue", "undo")
        assert ids(profile.ask("queue", "list")["waiting"]) == [str(second.message_id), str(third.message_id)]
        profile.ask("queue", "skip")
        assert (await page.next("alert.stop"))["run_id"] == run["run_id"]
        following = await page.next("alert.show")
        assert following["message_id"] == str(second.message_id)
        profile.ask("queue", "replay", str(first.message_id))
        again = profile.run("queue", "replay", str(first.message_id))
        assert again.returncode == 1, "one pending replay per message"
        assert ids(profile.ask("queue", "list")["waiting"]) == [str(first.message_id), str(third.message_id)]
        assert one_world.played_at(first.message_id) is None
    assert one_world.runs(first.message_id) == [("first", "skipped")]


async def test_the_replay_of_a_played_message_adds_a_run_and_moves_nothing(one_world: World) -> None:
    studio = one_world.profile.serve()
    async with ScriptedPage(studio.overlay_url) as page:
        donation = one_world.writer.donate()
        await page.next("alert.show")
        first = await asyncio.to_thread(until, lambda: one_world.played_at(donation.message_id))
        one_world.profile.ask("queue", "replay", str(donation.message_id))
        assert (await page.next("alert.show"))["message_id"] == str(donation.message_id)
        await asyncio.to_thread(
            until, lambda: one_world.runs(donation.message_id) == [("first", "played"), ("replay", "played")]
        )
        assert one_world.played_at(donation.message_id) == first


def test_commands_work_alone_and_a_studio_finds_what_they_did(one_world: World) -> None:
    profile = one_world.profile
    first, second = one_world.writer.donate(name="Satu"), one_world.writer.donate(name="Dua")
    profile.ask("queue", "skip", str(first.message_id))
    profile.ask("queue", "pause")
    studio = profile.serve()
    picture = profile.ask("queue", "list")
    assert ids(picture["waiting"]) == [str(second.message_id)]
    assert picture["paused"] is True
    assert studio.stop() == 0


def test_few_and_fresh_ones_play_after_a_start_more_or_older_ones_are_asked_about(one_world: World) -> None:
    profile = one_world.profile
    few = [one_world.writer.donate(name=f"Donor {n}") for n in range(5)]
    assert len(profile.ask("queue", "list")["waiting"]) == 5
    sixth = one_world.writer.donate(name="Keenam")
    picture = profile.ask("queue", "list")
    assert picture["waiting"] == []
    assert ids(picture["missed"]) == [str(each.message_id) for each in (*few, sixth)]
    profile.ask("queue", "missed", "newest", "2")
    picture = profile.ask("queue", "list")
    assert ids(picture["waiting"]) == [str(few[4].message_id), str(sixth.message_id)]
    assert picture["missed"] == [], "the streamer is asked once"


def test_what_came_before_the_first_start_is_history(one_world: World) -> None:
    old = one_world.writer.donate(name="Dulu", paid_ago="1 day")
    assert one_world.profile.ask("queue", "list")["waiting"] == []
    assert one_world.profile.ask("queue", "list")["missed"] == []
    one_world.profile.ask("queue", "replay", str(old.message_id))
    assert ids(one_world.profile.ask("queue", "list")["waiting"]) == [str(old.message_id)]


async def test_a_missed_donation_waits_for_the_streamers_word_whatever_rings(one_world: World) -> None:
    missed = [one_world.writer.donate(name=f"Donor {n}") for n in range(6)]
    studio = one_world.profile.serve()
    await asyncio.to_thread(until, lambda: len(one_world.profile.ask("queue", "list")["missed"]) == 6)
    async with ScriptedPage(studio.overlay_url) as page:
        one_world.writer.mark_settled(missed[0])
        fresh = one_world.writer.donate(name="Baru")
        assert (await page.next("alert.show"))["message_id"] == str(fresh.message_id)
        await asyncio.to_thread(until, lambda: one_world.played_at(fresh.message_id))
        assert len(one_world.profile.ask("queue", "list")["missed"]) == 6
        one_world.profile.ask("queue", "missed", "all")
        order = [(await page.next("alert.show"))["message_id"] for _ in missed]
        assert order == [str(each.message_id) for each in missed]


async def test_a_second_interruption_makes_it_unplayable_and_retry_plays_it(one_world: World) -> None:
    profile = one_world.profile
    profile.stage = dict(LONG_STAGE)
    studio = profile.serve()
    donation = one_world.writer.donate()
    for _ in range(2):
        async with ScriptedPage(studio.overlay_url, finishes=False) as page:
            await page.start(await page.next("alert.show"))
    await asyncio.to_thread(until, lambda: ids(profile.ask("queue", "list")["failed"]) == [str(donation.message_id)])
    assert one_world.runs(donation.message_id) == [("first", "interrupted"), ("first", "interrupted")]
    profile.ask("queue", "retry", str(donation.message_id))
    async with ScriptedPage(studio.overlay_url, finishes=False) as page:
        assert (await page.next("alert.show"))["message_id"] == str(donation.message_id)


async def test_the_queue_waits_while_the_source_is_not_on_air(one_world: World) -> None:
    studio = one_world.profile.serve()
    async with ScriptedPage(studio.overlay_url) as page:
        await page.source(active=False)
        donation = one_world.writer.donate()
        await asyncio.to_thread(until, lambda: len(one_world.profile.ask("queue", "list")["waiting"]) == 1)
        assert page.shown == []
        await page.source(active=True)
        assert (await page.next("alert.show"))["message_id"] == str(donation.message_id)
        await asyncio.to_thread(until, lambda: one_world.played_at(donation.message_id))


async def test_a_test_alert_says_so_and_leaves_no_money_behind(one_world: World) -> None:
    studio = one_world.profile.serve()
    note = json.loads((one_world.profile.data_dir / "run" / "studio.json").read_text())
    async with ScriptedPage(studio.overlay_url) as page, ControlClient(note["port"], note["control_key"]) as client:
        command = Command(id=uuid4(), actor="tests", action=SendTestAlert())
        await client.send(command)
        shown = await page.next("alert.show")
        assert shown["alert"]["badge"] == "TEST"
        assert shown["message_id"] is None
        await asyncio.to_thread(
            until, lambda: one_world.rows("SELECT 1 FROM streamer_app.playback_run_ends WHERE outcome = 'played'")
        )
        assert (await client.send(command)).repeated
        donation = one_world.writer.donate()
        assert (await page.next("alert.show"))["message_id"] == str(donation.message_id)
    assert one_world.rows("SELECT kind FROM streamer_app.playback_runs ORDER BY opened_at") == [("test",), ("first",)]
    assert one_world.rows("SELECT count(*) FROM transactions") == [(1,)]
    assert one_world.rows("SELECT count(*) FROM wallet_ledger_entries") == [(2,)]
