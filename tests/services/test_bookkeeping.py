"""The books are kept behind the postings, through the loss of the database, and never in the show's way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import structlog

from streamer_app.core.stage_settings import StageSettings
from streamer_app.roles.lone import EmptyStage, _no_pages
from streamer_app.roles.system_clock import SystemClock
from streamer_app.services import bookkeeping, ledger_heads
from streamer_app.services.bookkeeping import Bookkeeper, Rhythm
from streamer_app.services.profile import Profile
from streamer_app.services.show import Looks
from streamer_app.services.studio import LiveStudio
from streamer_app.services.tenure import Holder
from streamer_app.store import movements
from streamer_app.store.database import Connection
from tests.postgres_servers import MigratedDatabase
from tests.services.ledger_world import LedgerWorld

LAG = "SELECT count(*) FROM streamer_app.balance_markers"


class StillClock:
    """Moves when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def world(migrated_database_18: MigratedDatabase, tmp_path: Path) -> LedgerWorld:
    return LedgerWorld(migrated_database_18, tmp_path / "data")


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@asynccontextmanager
async def kept(world: LedgerWorld, clock: StillClock, *, seals: bool = True) -> AsyncIterator[Bookkeeper]:
    books = Bookkeeper(
        world.url, clock=clock, seals_into=world.folder if seals else None, rhythm=Rhythm(fold=0.01, seal=15)
    )
    books.open()
    try:
        yield books
    finally:
        await books.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - another process decides
            await asyncio.sleep(0.01)


def lagging(world: LedgerWorld) -> int:
    count: int = world.ask(LAG)[0][0]
    return count


def with_terms(world: LedgerWorld) -> LedgerWorld:
    with world.database.as_owner() as owner:
        owner.execute("INSERT INTO streamer_app.fee_terms VALUES (%s, '2020-01-01', 0, 0.05)", [world.streamer])
    return world


async def test_the_platforms_balance_follows_its_postings(world: LedgerWorld, clock: StillClock) -> None:
    with_terms(world).pay()
    assert lagging(world) == 1
    async with kept(world, clock):
        await until(lambda: lagging(world) == 0)
        world.pay()
        await until(lambda: lagging(world) == 0)
    assert world.ask("SELECT balance FROM wallets WHERE type = 'PLATFORM'") == [(2500,)]


async def test_an_own_database_is_sealed_every_15_seconds_and_its_head_noted(
    world: LedgerWorld, clock: StillClock
) -> None:
    world.writer.donate()
    sealed = "SELECT count(*) FROM streamer_app.ledger_blocks"
    async with kept(world, clock):
        world.pay()
        await until(lambda: lagging(world) == 0)
        assert world.ask(sealed) == [(0,)], "not yet"
        clock.seconds = 15
        await until(lambda: bool(ledger_heads.read(world.folder).notes))
        assert world.ask(sealed) == [(1,)], "the block of old entries, alone"
        clock.seconds = 30
        await until(lambda: len(ledger_heads.read(world.folder).notes) == 2)
    heads = world.ask("SELECT number, encode(head, 'hex') FROM streamer_app.ledger_blocks ORDER BY number")
    assert [(note.number, note.head) for note in ledger_heads.read(world.folder).notes] == heads


async def test_a_shared_database_is_folded_and_left_unsealed(world: LedgerWorld, clock: StillClock) -> None:
    with_terms(world)
    async with kept(world, clock, seals=False):
        clock.seconds = 1000
        world.pay()
        await until(lambda: lagging(world) == 0)
    assert world.ask("SELECT count(*) FROM streamer_app.ledger_blocks") == [(0,)]


async def test_what_was_posted_last_is_folded_at_the_end(
    world: LedgerWorld, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_terms(world)
    idle = asyncio.Event()
    fold = movements.fold_balances

    async def seen(conn: Connection) -> int:
        moved = await fold(conn)
        idle.set()
        return moved

    monkeypatch.setattr(movements, "fold_balances", seen)
    books = Bookkeeper(world.url, clock=clock, seals_into=None, rhythm=Rhythm(fold=3600))
    books.open()
    await idle.wait()
    world.pay()
    assert lagging(world) == 1
    await books.close()
    assert lagging(world) == 0


async def test_a_lost_connection_is_said_once_and_made_again(world: LedgerWorld, clock: StillClock) -> None:
    with_terms(world)
    ours = b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'streamer-app bookkeeping'"
    gate = f"ALTER DATABASE {world.database.name} ALLOW_CONNECTIONS "
    maintenance = psycopg.connect(world.database.server.admin_url, autocommit=True)
    with structlog.testing.capture_logs() as log, maintenance as admin:
        async with kept(world, clock):
            world.pay()
            await until(lambda: lagging(world) == 0)
            admin.execute((gate + "false").encode())
            assert admin.execute(ours).rowcount == 1
            await until(lambda: any(line["event"] == "bookkeeping.away" for line in log))
            await asyncio.sleep(0.3)  # several attempts
            assert 1 <= len({line["title"] for line in log}) == len(log)
            admin.execute((gate + "true").encode())
            await until(lambda: log[-1]["event"] == "bookkeeping.back")
            world.pay()
            await until(lambda: lagging(world) == 0)


async def test_a_bug_in_the_books_is_logged_and_they_go_on(
    world: LedgerWorld, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0

    async def broken(_: Connection) -> int:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise ZeroDivisionError
        return 0

    monkeypatch.setattr(movements, "fold_balances", broken)
    with structlog.testing.capture_logs() as log:
        async with kept(world, clock):
            await until(lambda: calls > 3)
    assert [line["event"] for line in log] == ["bookkeeping.failed", "bookkeeping.back"]


async def test_a_stuck_database_does_not_keep_the_studio(
    world: LedgerWorld, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bookkeeping, "CLOSE_SECONDS", 0.05)
    with_terms(world).pay()
    with psycopg.connect(world.database.foreign_url) as holder:
        holder.execute("UPDATE wallets SET balance = balance")
        async with asyncio.timeout(5):
            async with kept(world, clock):
                with world.database.as_admin() as admin:
                    waits = b"SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                    await until(lambda: admin.execute(waits).rowcount == 1)


async def test_a_folder_that_cannot_be_written_stops_nothing(world: LedgerWorld, clock: StillClock) -> None:
    with_terms(world)
    world.folder.mkdir()
    (world.folder / ledger_heads.FILE_NAME).mkdir()
    with structlog.testing.capture_logs() as log:
        async with kept(world, clock):
            clock.seconds = 15
            await until(lambda: any(line["event"] == "bookkeeping.head_not_noted" for line in log))
            world.pay()
            await until(lambda: lagging(world) == 0)


async def test_a_studio_keeps_the_books_as_long_as_it_runs(world: LedgerWorld) -> None:
    with_terms(world)
    profile = Profile(url=world.url, owner_url=None, streamer_user_id=world.streamer, platform_user_id=world.platform)
    studio = LiveStudio(stage=EmptyStage(), clock=SystemClock(), page_light=_no_pages)
    running = asyncio.create_task(
        studio.run(
            profile,
            redis_url=None,
            holder=Holder(id="one", label="one"),
            settings=StageSettings(),
            looks=Looks(language="id"),
            journal_path=None,
            data_dir=world.folder,
        )
    )
    world.pay()
    await until(lambda: lagging(world) == 0)
    studio.request_stop()
    await running
    await until(lambda: not world.ask("SELECT FROM pg_stat_activity WHERE application_name LIKE %s", "%bookkeeping"))
