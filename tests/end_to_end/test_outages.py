"""PostgreSQL or Redis away while a show runs: nothing is lost, nothing is played twice."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import redis

from streamer_app.store import embedded, schema
from tests.end_to_end.conftest import World, shared_world
from tests.end_to_end.foreign_writer import ForeignWriter
from tests.end_to_end.scripted_page import ScriptedPage
from tests.end_to_end.studio_process import SHORT_STAGE, Profile, until
from tests.postgres_servers import MigratedDatabase
from tests.redis_servers import RedisServer

ONE_SECOND = SHORT_STAGE | {"STREAMER_APP_STAGE_LEAST_MS": "1000"}


def has_lines(journal: Path) -> bool:
    """Whether something was kept: the file is there a moment before what is in it."""
    return journal.exists() and journal.read_bytes().endswith(b"\n")


@pytest.fixture
def stoppable(tmp_path: Path) -> Iterator[tuple[World, Path]]:
    """A shared database whose server a test may stop and start: `embedded.stop` and `ensure_running` on its folder."""
    folder = tmp_path / "server"
    server = embedded.ensure_running(folder)
    schema.upgrade(server.owner_url)
    streamer, platform = uuid4(), uuid4()
    ids = ["--streamer-user-id", str(streamer), "--platform-user-id", str(platform)]
    with psycopg.connect(server.owner_url, autocommit=True) as conn:
        conn.execute("INSERT INTO streamer_app.streamers (streamer_user_id) VALUES (%s)", (streamer,))
    profile = Profile(tmp_path / "data", ["--database-url", server.app_url, *ids], dict(ONE_SECOND))
    writer = ForeignWriter(server.owner_url, streamer, platform)
    yield World(profile, server.owner_url, streamer, platform, writer), folder
    profile.end()
    embedded.stop(folder)
    embedded.destroy(folder)


async def test_what_ends_while_postgres_is_down_is_written_when_it_is_back(stoppable: tuple[World, Path]) -> None:
    world, folder = stoppable
    studio = world.profile.serve()
    journal = world.profile.data_dir / "run" / "journal.jsonl"
    async with ScriptedPage(studio.overlay_url, finishes=False) as page:
        donation = world.writer.donate()
        run = await page.next("alert.show")
        await page.start(run)
        await asyncio.to_thread(until, lambda: world.rows("SELECT 1 FROM streamer_app.playback_run_starts"))
        await asyncio.to_thread(embedded.stop, folder)
        await asyncio.sleep(1)  # the page's time on stage
        await page.finish(run)
        await asyncio.to_thread(until, lambda: has_lines(journal))
        studio.kill()
    await asyncio.to_thread(embedded.ensure_running, folder)
    finished = world.rows("SELECT clock_timestamp()")[0][0]
    again = world.profile.serve()
    async with ScriptedPage(again.overlay_url) as page:
        await asyncio.to_thread(until, lambda: world.played_at(donation.message_id))
        after = world.writer.donate(name="Sesudahnya")
        assert (await page.next("alert.show"))["message_id"] == str(after.message_id)
    assert world.played_at(donation.message_id) < finished
    assert world.runs(donation.message_id) == [("first", "played")]
    assert not journal.exists()


async def test_the_show_goes_on_after_postgres_comes_back(stoppable: tuple[World, Path]) -> None:
    world, folder = stoppable
    studio = world.profile.serve()
    async with ScriptedPage(studio.overlay_url) as page:
        first = world.writer.donate(name="Sebelum")
        await page.next("alert.show")
        await asyncio.to_thread(embedded.stop, folder)
        await asyncio.to_thread(embedded.ensure_running, folder)
        second = world.writer.donate(name="Sesudah")
        while (await page.next("alert.show"))["message_id"] != str(second.message_id):
            pass
        await asyncio.to_thread(until, lambda: world.played_at(second.message_id))
    assert world.runs(first.message_id)[-1][1] == "played"
    assert world.runs(second.message_id) == [("first", "played")]


async def test_a_skip_acts_at_once_while_postgres_is_down(stoppable: tuple[World, Path]) -> None:
    world, folder = stoppable
    studio = world.profile.serve()
    async with ScriptedPage(studio.overlay_url, finishes=False) as page:
        donation = world.writer.donate()
        run = await page.next("alert.show")
        await page.start(run)
        await asyncio.to_thread(until, lambda: world.rows("SELECT 1 FROM streamer_app.playback_run_starts"))
        await asyncio.to_thread(embedded.stop, folder)
        await asyncio.to_thread(world.profile.ask, "queue", "skip")
        assert (await page.next("alert.stop"))["run_id"] == run["run_id"]
        await asyncio.to_thread(embedded.ensure_running, folder)
        await asyncio.to_thread(until, lambda: world.runs(donation.message_id) == [("first", "skipped")])
        assert world.played_at(donation.message_id) is None


async def test_the_embedded_server_killed_under_a_studio_comes_back(own_world: World) -> None:
    studio = own_world.profile.serve()
    own_world.profile.run("queue", "missed", "none")
    async with ScriptedPage(studio.overlay_url) as page:
        pid = embedded.status(own_world.profile.data_dir).pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        given = await asyncio.to_thread(own_world.profile.ask, "donate", "--amount", "25000", "--name", "Teguh")
        while (await page.next("alert.show"))["message_id"] != given["donation_message_id"]:
            pass
    assert studio.stop() == 0


@pytest.fixture
def on_redis(migrated_database_18: MigratedDatabase, redis_server: RedisServer, tmp_path: Path) -> Iterator[World]:
    made = shared_world(migrated_database_18, tmp_path, "--redis-url", redis_server.url)
    yield made
    made.profile.end()


async def test_a_flushed_redis_is_rebuilt_and_nothing_plays_twice(on_redis: World, redis_server: RedisServer) -> None:
    studio = on_redis.profile.serve()
    donations = [on_redis.writer.donate(name=f"Donor {n}") for n in range(5)]
    with redis.Redis.from_url(redis_server.url) as client:
        async with ScriptedPage(studio.overlay_url) as page:
            for _ in range(2):
                await page.next("alert.show")
                client.flushall()
            await asyncio.to_thread(until, lambda: all(on_redis.played_at(each.message_id) for each in donations))
    assert [run["message_id"] for run in page.shown] == [str(each.message_id) for each in donations]


async def test_a_redis_that_went_away_and_came_back_loses_nothing(on_redis: World, redis_server: RedisServer) -> None:
    studio = on_redis.profile.serve()
    async with ScriptedPage(studio.overlay_url) as page:
        redis_server.kill()
        donation = on_redis.writer.donate()
        redis_server.restart()
        assert (await page.next("alert.show"))["message_id"] == str(donation.message_id)
        await asyncio.to_thread(until, lambda: on_redis.played_at(donation.message_id))


async def test_a_studio_that_starts_without_its_redis_keeps_the_lease_and_plays_later(
    on_redis: World, redis_server: RedisServer
) -> None:
    redis_server.kill()
    try:
        studio = on_redis.profile.serve()
        lease = "SELECT expires_at FROM streamer_app.leases"
        first = await asyncio.to_thread(until, lambda: on_redis.rows(lease))
        await asyncio.to_thread(until, lambda: on_redis.rows(lease) > first)
        donation = on_redis.writer.donate()
    finally:
        redis_server.restart()
    async with ScriptedPage(studio.overlay_url) as page:
        assert (await page.next("alert.show"))["message_id"] == str(donation.message_id)
        await asyncio.to_thread(until, lambda: on_redis.played_at(donation.message_id))
