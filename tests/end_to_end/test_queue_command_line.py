"""Every command of the queue by the command line, beside a running studio and alone, and the proof of delivery."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.end_to_end.conftest import World
from tests.end_to_end.scripted_page import ScriptedPage
from tests.end_to_end.studio_process import LONG_STAGE, until


def ids(items: list[dict[str, str]]) -> list[str]:
    return [item["donation_message_id"] for item in items]


def queue(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.profile.ask("queue", "list")
    return found


async def test_a_moderators_evening_beside_a_running_studio(one_world: World) -> None:
    profile, writer = one_world.profile, one_world.writer
    profile.stage = dict(LONG_STAGE)
    studio = profile.serve()
    async with ScriptedPage(studio.overlay_url, finishes=False) as page:
        first, second, third = (writer.donate(name=name).message_id for name in ("Satu", "Dua", "Tiga"))
        await page.start(await page.next("alert.show"))
        await asyncio.to_thread(until, lambda: len(queue(one_world)["waiting"]) == 2)
        held = profile.ask("queue", "hold", str(second))
        assert held["donation_message_id"] == str(second)
        assert ids(queue(one_world)["held"]) == [str(second)]
        assert profile.ask("queue", "approve", str(second))["revision"] > held["revision"]
        profile.ask("queue", "move", str(third), "1")
        assert ids(queue(one_world)["waiting"]) == [str(third), str(second)]
        profile.ask("queue", "mute", "speech", "media")
        assert queue(one_world)["muted"] == ["speech", "media"]
        profile.ask("queue", "unmute")
        profile.ask("queue", "panic")
        assert (await page.next("alert.stop"))["reason"] == "panic"
        picture = queue(one_world)
        assert (picture["panic"], picture["paused"], ids(picture["held"])) == (True, True, [str(first)])
        again = profile.run("queue", "panic")
        assert (again.returncode, "already" in again.stderr) == (1, True)
        profile.ask("queue", "release")
        assert (await page.next("alert.show"))["message_id"] == str(third)
        profile.ask("queue", "hold", str(second))
        profile.ask("queue", "reject", str(second))
        assert profile.ask("queue", "undo")["donation_message_id"] == str(second)
        assert profile.ask("queue", "clear")["count"] == 1
        assert profile.ask("queue", "undo")["count"] == 1
        assert ids(queue(one_world)["waiting"]) == [str(second)]


@pytest.mark.slow
def test_the_same_commands_alone(one_world: World) -> None:
    profile, writer = one_world.profile, one_world.writer
    first, second = (writer.donate(name=name).message_id for name in ("Satu", "Dua"))
    profile.ask("queue", "hold", str(first))
    profile.ask("queue", "mute", "alert")
    profile.ask("queue", "panic")
    picture = queue(one_world)
    assert (ids(picture["held"]), ids(picture["waiting"])) == ([str(first)], [str(second)])
    assert (picture["panic"], picture["muted"]) == (True, ["alert"])
    profile.ask("queue", "release")
    profile.ask("queue", "approve", str(first))
    assert ids(queue(one_world)["waiting"]) == [str(first), str(second)]


async def test_the_proof_of_delivery_names_every_step_page_and_run(one_world: World) -> None:
    profile = one_world.profile
    studio = profile.serve()
    async with ScriptedPage(studio.overlay_url) as page:
        donation = one_world.writer.donate(message="halo")
        await page.next("alert.show")
        await asyncio.to_thread(until, lambda: one_world.played_at(donation.message_id))
        profile.ask("queue", "replay", str(donation.message_id))
        await asyncio.to_thread(until, lambda: len(one_world.runs(donation.message_id)) == 2)
        await asyncio.to_thread(until, lambda: one_world.runs(donation.message_id)[1][1] == "played")
    proof = profile.ask("donation", "show", str(donation.message_id))
    steps = list(proof["steps"])
    assert steps == ["paid", "posted", "recorded", "queued", "sent", "started", "finished"]
    assert all(proof["steps"].values())
    assert [proof["steps"][step] for step in steps[3:]] == sorted(proof["steps"][step] for step in steps[3:])
    assert [(run["kind"], run["outcome"], run["audible"]) for run in proof["runs"]] == [
        ("first", "played", True),
        ("replay", "played", True),
    ]
    assert {run["page_instance"] for run in proof["runs"]} == {page.instance}
    assert [deed["kind"] for deed in proof["decisions"] if deed["kind"] != "recorded_rule"] == ["replayed"]
    told = profile.run("donation", "show", str(donation.message_id)).stdout
    assert all(step in told for step in steps)
    assert "played after" in told
    missing = profile.run("donation", "show", "7f1c0c3e-8a52-4a0e-9d8e-0a4cf2b7d001")
    assert missing.returncode == 1
