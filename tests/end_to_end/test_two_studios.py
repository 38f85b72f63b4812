"""Two studios that want the same: each message starts once, and the loser says who has it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from tests.end_to_end.conftest import World
from tests.end_to_end.scripted_page import ScriptedPage
from tests.end_to_end.studio_process import LONG_STAGE, until


def test_a_second_studio_on_one_folder_names_the_first_and_leaves(one_world: World) -> None:
    studio = one_world.profile.serve()
    second = one_world.profile.run("serve")
    assert second.returncode == 1
    assert str(studio.process.pid) in second.stderr
    assert second.stdout == ""
    assert studio.process.poll() is None


async def test_two_folders_on_one_database_start_each_message_once(one_world: World, tmp_path: Path) -> None:
    other = replace(one_world.profile, data_dir=tmp_path / "second folder", processes=[])
    try:
        first = one_world.profile.serve()
        second = other.serve()
        async with ScriptedPage(first.overlay_url) as page, ScriptedPage(second.overlay_url) as idle:
            donations = [one_world.writer.donate(name=f"Donor {n}") for n in range(8)]
            await asyncio.to_thread(until, lambda: all(one_world.played_at(each.message_id) for each in donations))
            assert len(page.shown) == 8
            assert idle.shown == []
            refused = await asyncio.to_thread(other.run, "queue", "skip")
            assert refused.returncode == 1
            assert str(one_world.profile.data_dir) in refused.stderr
            assert all(one_world.runs(each.message_id) == [("first", "played")] for each in donations)
            assert first.stop() == 0
            last = one_world.writer.donate(name="Sesudahnya")
            assert (await idle.next("alert.show"))["message_id"] == str(last.message_id)
    finally:
        other.end()


async def test_the_second_takes_over_when_told_to(one_world: World, tmp_path: Path) -> None:
    one_world.profile.stage = dict(LONG_STAGE)
    other = replace(one_world.profile, data_dir=tmp_path / "second folder", processes=[])
    try:
        first = one_world.profile.serve()
        refused = await asyncio.to_thread(other.run, "queue", "take-over")
        assert refused.returncode == 1
        second = other.serve()
        async with (
            ScriptedPage(first.overlay_url, finishes=False) as page,
            ScriptedPage(second.overlay_url, finishes=False) as idle,
        ):
            donation = one_world.writer.donate()
            run = await page.next("alert.show")
            await page.start(run)
            await asyncio.to_thread(other.ask, "queue", "take-over")
            again = await idle.next("alert.show")
            assert again["message_id"] == str(donation.message_id)
            assert again["fence"]["epoch"] > run["fence"]["epoch"]
            # The first looks at its lease within 5 s, and clears its stage.
            assert (await page.next("alert.stop"))["run_id"] == run["run_id"]
            stale = await asyncio.to_thread(one_world.profile.run, "queue", "pause")
            assert stale.returncode == 1
            assert str(other.data_dir) in stale.stderr
            repeated = await asyncio.to_thread(other.run, "queue", "take-over")
            assert repeated.returncode == 1
            await asyncio.to_thread(other.ask, "queue", "skip")
        assert [outcome for _, outcome in one_world.runs(donation.message_id)] == ["interrupted", "skipped"]
    finally:
        other.end()
