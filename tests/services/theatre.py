"""A whole show in one process: real PostgreSQL, queue, dispatcher and hub; the page is the test."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg

from streamer_app.core.commands import Action, Command, CommandResult
from streamer_app.core.donations import QueueView
from streamer_app.core.overlay_protocol import AlertShow, SettingsUpdate
from streamer_app.core.stage_settings import StageSettings
from streamer_app.overlay.hub import Hub
from streamer_app.services import pictures
from streamer_app.services.dispatcher import Dispatcher
from streamer_app.services.show import Looks, Show
from streamer_app.services.staging import Backstage
from streamer_app.services.tenure import Holder
from streamer_app.store.queue import StreamerQueue
from streamer_app.store.queue_engine import Engine
from tests.end_to_end.foreign_writer import ForeignWriter
from tests.overlay.doubles import Clock, Connection, finished, identify, started
from tests.postgres_servers import MigratedDatabase

STAGE = StageSettings(enter_ms=0, leave_ms=0, gap_ms=0, least_ms=50, base_ms=50, per_character_ms=0, most_ms=50)


class WallClock:
    """The studio's clock: the wall, as it is."""

    def __init__(self, seconds: Clock) -> None:
        self._seconds = seconds

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic() + self._seconds.now


@dataclass
class Theatre:
    """One streamer's show. `page` is what the overlay page was sent."""

    database: MigratedDatabase
    streamer: UUID
    writer: ForeignWriter
    dispatcher: Dispatcher
    hub: Hub
    queue: StreamerQueue
    seconds: Clock
    page: Connection = field(default_factory=Connection)

    @property
    def show(self) -> Show:
        """What the dispatcher knows."""
        assert self.dispatcher.show is not None
        return self.dispatcher.show

    async def do(self, action: Action, *, actor: str = "sari", command_id: UUID | None = None) -> CommandResult:
        """One command of a person, and what follows from it."""
        result = await self.dispatcher.execute(Command(id=command_id or uuid4(), actor=actor, action=action))
        await self.settle()
        return result

    async def view(self) -> QueueView:
        """The picture that people see."""
        return await pictures.queue_view(self.show, self.queue, self.dispatcher.revision)

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for what another task or the database does."""
        async with asyncio.timeout(10):
            while not true():  # noqa: ASYNC110 - the dispatcher decides
                await asyncio.sleep(0.005)

    async def settle(self) -> None:
        """Everything that was posted to the dispatcher so far is done."""
        done = asyncio.Event()

        async def mark() -> None:
            done.set()

        self.dispatcher._inbox.post(mark)
        async with asyncio.timeout(10):
            await done.wait()

    async def donates(self, name: str = "Budi", **facts: Any) -> UUID:
        """Another backend writes a donation; the studio has taken it in."""
        message_id = self.writer.donate(name=name, **facts).message_id
        await self.taken_in(message_id)
        return message_id

    async def taken_in(self, message_id: UUID) -> None:
        """Until the dispatcher has decided about a message."""
        self.dispatcher.ring(message_id)
        await self.settle()

    @property
    def playing(self) -> UUID | None:
        """Whose alert is on stage."""
        return self.show.on_stage.show.message_id if self.show.on_stage else None

    def shown(self) -> list[AlertShow]:
        """Every run the page was sent."""
        return [message for message in self.page.got if isinstance(message, AlertShow)]

    def sound(self) -> tuple[str, ...]:
        """What the page was told last about muted channels."""
        told = [message for message in self.page.got if isinstance(message, SettingsUpdate)]
        return tuple(channel.value for channel in told[-1].muted) if told else ()

    def open_page(self, name: str = "one") -> None:
        """A page in OBS, on air."""
        self.hub.join(identify(name), self.page)

    def close_page(self, name: str = "one") -> None:
        """It goes away."""
        self.hub.leave(f"page-{name}", self.page)

    async def starts(self) -> None:
        """The page painted what is on stage."""
        self.hub.receive(f"page-{self.speaker}", started(self.shown()[-1]))
        await self.settle()

    async def plays(self) -> UUID:
        """The page shows what is on stage to its end."""
        run = self.shown()[-1]
        await self.starts()
        self.seconds.pass_ms(run.timing.on_stage_ms + 10)
        self.hub.receive(f"page-{self.speaker}", finished(run))
        await self.settle()
        assert run.message_id is not None
        return run.message_id

    @property
    def speaker(self) -> str:
        """The speaking page's name."""
        assert self.hub.speaker is not None
        return self.hub.speaker.page_instance.removeprefix("page-")

    def rows(self, query: str, *arguments: object) -> list[tuple[Any, ...]]:
        """Ask the database as its superuser."""
        with psycopg.connect(self.database.admin_url, autocommit=True) as conn:
            return conn.execute(query, arguments).fetchall()

    def facts(self, message_id: UUID | None = None, *, rules: bool = False) -> list[tuple[str, str]]:
        """Kind and actor of each fact, in order; of the whole queue without a message."""
        found = self.rows(
            "SELECT kind, actor FROM streamer_app.playback_facts"
            " WHERE donation_message_id IS NOT DISTINCT FROM %s ORDER BY id",
            message_id,
        )
        return [(kind, actor) for kind, actor in found if rules or kind != "recorded_rule"]

    def runs(self, message_id: UUID) -> list[tuple[str, str | None, str | None]]:
        """Kind, outcome and reason of each run, in order."""
        found = self.rows(
            "SELECT kind, outcome, reason FROM streamer_app.playback_run_history"
            " WHERE donation_message_id = %s ORDER BY opened_at",
            message_id,
        )
        return [(kind, outcome, reason) for kind, outcome, reason in found]

    def played_at(self, message_id: UUID) -> object:
        """When it was first played, or None."""
        return self.rows("SELECT played_at FROM donation_messages WHERE id = %s", message_id)[0][0]


@asynccontextmanager
async def theatre(
    database: MigratedDatabase,
    engine: Engine,
    *,
    streamer: UUID | None = None,
    holder: str = "here",
    journal: Path | None = None,
    page: bool = True,
    stage: StageSettings = STAGE,
    backstage: Backstage | None = None,
) -> AsyncIterator[Theatre]:
    """A studio that holds the lease, with one page in OBS on air unless told otherwise."""
    known = streamer
    streamer = known or uuid4()
    with database.as_app() as conn:
        conn.execute(
            "INSERT INTO streamer_app.streamers (streamer_user_id) VALUES (%s) ON CONFLICT DO NOTHING", [streamer]
        )
    seconds = Clock()
    hub = Hub(SettingsUpdate(theme="lampion", language="id", volume=1.0, reduced_motion=False), seconds, lambda: None)
    queue = StreamerQueue(engine, streamer)
    dispatcher = Dispatcher(
        database_url=database.app_url,
        streamer_user_id=streamer,
        queue=queue,
        stage=hub,
        holder=Holder(id=holder, label=holder),
        settings=stage,
        looks=Looks(backstage=backstage or Backstage()),
        clock=WallClock(seconds),
        changed=lambda: None,
        journal_path=journal,
    )
    made = Theatre(
        database, streamer, ForeignWriter(database.foreign_url, streamer, uuid4()), dispatcher, hub, queue, seconds
    )
    if page:
        made.open_page()
    running = asyncio.create_task(dispatcher.run())
    try:
        async with asyncio.timeout(20):
            await dispatcher.ready.wait()
        yield made
    finally:
        dispatcher.stop()
        await running
