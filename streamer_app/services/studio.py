"""The running studio: dispatcher and pictures around one streamer, whatever role wired them together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal

import structlog

from streamer_app.core.answers import Answer, OnProgress
from streamer_app.core.clock import Clock
from streamer_app.core.commands import Command, CommandResult
from streamer_app.core.donations import QueueView
from streamer_app.core.errors import ActionableError, Reason
from streamer_app.core.events import (
    Event,
    Identity,
    Light,
    LightReason,
    Lights,
    LightState,
    Notice,
    OverlayAddress,
    PageLine,
    PagesChanged,
    QueueChanged,
)
from streamer_app.core.questions import Asked
from streamer_app.core.rights import EVERY_RIGHT, Right, require
from streamer_app.core.stage_settings import StageSettings
from streamer_app.core.variations import files_used
from streamer_app.services import page_house, pictures
from streamer_app.services.answers import Answers
from streamer_app.services.bookkeeping import Bookkeeper
from streamer_app.services.control_keys import REFRESH_SECONDS, KeyRing
from streamer_app.services.dispatcher import Dispatcher
from streamer_app.services.page_house import PageHouse
from streamer_app.services.profile import Profile
from streamer_app.services.show import Looks
from streamer_app.services.show_clock import ShowClock
from streamer_app.services.stage import Stage
from streamer_app.services.tenure import Holder, Revive
from streamer_app.services.widgets import WidgetDesk
from streamer_app.store import database
from streamer_app.store.database import Connection, is_gone
from streamer_app.store.queue import StaleGenerationError, StreamerQueue
from streamer_app.store.queue_engine import EmbeddedEngine, Engine
from streamer_app.store.queue_redis import RedisEngine

_log = structlog.get_logger()
PICTURE_SECONDS: Final = 0.03
"""At most one picture in this time: a window paints no faster."""
MONEY_PICTURE_SECONDS: Final = 0.25
"""Balances, donations and ledger are read at most this often."""
MONEY_SECONDS: Final = 5.0
"""Foreign postings without a message ring no bell: balances are looked at this often."""
START_SECONDS: Final = 20.0
RESTART_SECONDS: Final = 1.0
_STARTING: Final = Light(state=LightState.BUSY, reason=LightReason.STARTING)


@dataclass(frozen=True)
class PageLight:
    """What the overlay room knows of its pages."""

    light: Light
    pages: int
    speaker: str | None
    lines: tuple[PageLine, ...] = ()


def open_engine(redis_url: str | None) -> Engine:
    """The queue's engine: a real Redis where one is named, else in process."""
    return RedisEngine(redis_url) if redis_url else EmbeddedEngine()


async def _kept_alive(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """A bug in a side task is logged with its context; the task begins again, and the show goes on."""
    while True:
        try:
            await work()
        except Exception:  # noqa: BLE001 - see above
            _log.exception("studio.task_failed", task=name)
        await asyncio.sleep(RESTART_SECONDS)


class LiveStudio:
    """Fulfils `services.control.Studio`. Lives on one loop; `run` is its life."""

    def __init__(
        self, *, stage: Stage, clock: Clock, page_light: Callable[[], PageLight], house: PageHouse | None = None
    ) -> None:
        self._stage = stage
        self._house = house
        self._desk: WidgetDesk | None = None
        self._clock = clock
        self._page_light = page_light
        self._listeners: list[Callable[[Event], None]] = []
        self._newest: dict[type, Event] = {}
        self._dirty = asyncio.Event()
        self._money_dirty = True
        self._stop = asyncio.Event()
        self._begun = asyncio.Event()
        self._profile: Profile | None = None
        self._queue: StreamerQueue | None = None
        self._starting = _STARTING
        self.dispatcher: Dispatcher | None = None
        self.keys = KeyRing()
        self._answers: Answers | None = None

    # services.control.Studio

    async def execute(self, command: Command, rights: frozenset[Right] = EVERY_RIGHT) -> CommandResult:
        """Do it once, in its turn. The queue's picture is new before the answer goes out."""
        require(command.action, rights)
        dispatcher = await self.settled()
        if page_house.is_about_pages(command):
            page_house.carry_out(self._house, command)
            return CommandResult(command_id=command.id, revision=dispatcher.revision)
        result = await dispatcher.execute(command)
        await self._publish_queue()
        return result

    async def ask(self, asked: Asked, told: OnProgress | None = None) -> Answer:
        """Answer a window beside the show, on connections of its own; cancel the task to end it."""
        await self.settled()
        if self._answers is None:
            raise ActionableError("The studio has ended", "Start it again.", reason=Reason.STUDIO_ENDED)
        return await self._answers.answer(asked, told)

    async def files_used(self) -> Mapping[str, Sequence[str]]:
        """Which files of the library settings name, and by which variations."""
        show = self.dispatcher.show if self.dispatcher else None
        return {} if show is None else files_used(show.overlay)

    async def settled(self) -> Dispatcher:
        """The dispatcher, once it holds the lease or knows why not. Raises when that takes too long."""
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._begun.wait()
                if self.dispatcher is not None:
                    await self.dispatcher.ready.wait()
        except TimeoutError:
            pass
        if self.dispatcher is None:
            raise ActionableError("The studio is still starting", "Try again in a moment.", reason=Reason.STARTING)
        return self.dispatcher

    def picture(self) -> tuple[Event, ...]:
        """The newest event of each kind."""
        return tuple(self._newest.values())

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Hear every event from now on."""
        self._listeners.append(listener)
        self.changed()
        return lambda: self._listeners.remove(listener)

    def request_stop(self) -> None:
        """End in good order."""
        self._stop.set()

    # Life

    async def run(
        self,
        profile: Profile,
        *,
        redis_url: str | None,
        holder: Holder,
        settings: StageSettings,
        looks: Looks,
        journal_path: Path | None,
        revive: Revive | None = None,
        data_dir: Path | None = None,
    ) -> None:
        """Dispatch until `request_stop`. Database and queue may come and go meanwhile.

        `data_dir`: keep the books and the control keys too, with the ledger's heads in that folder. None for a studio
        of one moment.
        """
        self._profile = profile
        self.publish(Identity(streamer_user_id=profile.streamer_user_id, platform_user_id=profile.platform_user_id))
        engine = open_engine(redis_url)
        self._queue = StreamerQueue(engine, profile.streamer_user_id)
        self._desk = self._open_desk(profile)
        self.dispatcher = Dispatcher(
            database_url=profile.url,
            streamer_user_id=profile.streamer_user_id,
            queue=self._queue,
            stage=self._stage,
            holder=holder,
            settings=settings,
            looks=looks,
            clock=self._clock,
            changed=self.changed,
            journal_path=journal_path,
            revive=revive,
            desk=self._desk,
        )
        show_now = self.dispatcher
        self._answers = Answers(profile, show=lambda: show_now.show, clock=self._clock)
        self._begun.set()
        dispatching = asyncio.create_task(self.dispatcher.run(), name="dispatcher")
        picturing = asyncio.create_task(_kept_alive("pictures", self._keep_pictures), name="pictures")
        checking = asyncio.create_task(self._check_engine(engine), name="queue check")
        stopping = asyncio.create_task(self._stop.wait(), name="stop")
        beside: list[asyncio.Task[None] | asyncio.Task[Literal[True]]] = [picturing, checking, stopping]
        if self._desk is not None:
            fresh = partial(self._desk.keep_fresh, profile.url)
            beside.append(asyncio.create_task(_kept_alive("widgets", fresh), name="widgets"))
        if data_dir is not None:
            beside.append(asyncio.create_task(_kept_alive("keys", self._keep_keys), name="keys"))
        books = self._open_books(profile, data_dir)
        try:
            await asyncio.wait({stopping, dispatching, picturing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.dispatcher.stop()
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            if books is not None:
                await books.close()
            await self._answers.close()
            await dispatching
            await engine.close()

    def _open_desk(self, profile: Profile) -> WidgetDesk | None:
        if self._house is None:
            return None
        clock = ShowClock(self._clock, lambda: self.dispatcher.show if self.dispatcher else None)
        return WidgetDesk(streamer=profile.streamer_user_id, clock=clock, billboard=self._house, widgets={})

    def _open_books(self, profile: Profile, data_dir: Path | None) -> Bookkeeper | None:
        if data_dir is None:
            return None
        books = Bookkeeper(profile.url, clock=self._clock, seals_into=data_dir if profile.embedded else None)
        books.open()
        return books

    async def _keep_keys(self) -> None:
        """Follow which control keys are in use. What was known of them stays while the database is away."""
        profile = self._profile
        if profile is None:
            return
        try:
            async with database.connection(profile.url, label="keys") as conn:
                while True:
                    await self.keys.refresh(conn, profile.streamer_user_id)
                    await asyncio.sleep(REFRESH_SECONDS)
        except ActionableError as problem:
            _log.info("keys.database_away", why=type(problem).__name__)

    async def _check_engine(self, engine: Engine) -> None:
        try:
            warning = await engine.check()
        except ActionableError as problem:
            warning = problem.title
        if warning:
            _log.warning("queue.check", why=warning)
            self.publish(Notice(title=warning, remedy="The queue is rebuilt from the database whenever Redis forgets."))

    def starting(self, light: Light) -> None:
        """What the window shows while the database is on its way."""
        self._starting = light
        self._publish_lights()

    def addressed(self, address: OverlayAddress) -> None:
        """Where OBS finds the overlay."""
        self.publish(address)

    def publish(self, event: Event) -> None:
        """Tell every listener, unless it is what they know."""
        kind = type(event)
        if self._newest.get(kind) == event:
            return
        self._newest[kind] = event
        for listener in tuple(self._listeners):
            listener(event)

    def changed(self) -> None:
        """Something a picture shows has changed."""
        self._money_dirty = True
        self._dirty.set()
        if self._desk is not None:
            self._desk.ring()
            if self.dispatcher is None or self.dispatcher.show is None or self.dispatcher.show.on_stage is None:
                self._desk.media_over()

    async def queue_picture(self) -> QueueView:
        """The queue as it is now. Raises `ActionableError` when there is none to be had."""
        dispatcher = await self.settled()
        show = dispatcher.show
        if show is None or self._queue is None or show.database is None:
            light = dispatcher.tenure.database_light
            raise ActionableError(light.detail or "The database does not answer", "Check that it runs, and try again.")
        if show.lease is None and show.holder is not None:
            raise ActionableError(
                f"This streamer's queue is run by {show.holder}", "Look at it there, or stop that studio first."
            )
        if show.generation is None:
            raise ActionableError("The queue does not answer", "Check that Redis runs and that its URL is right.")
        return await pictures.queue_view(show, self._queue, dispatcher.revision)

    async def stop_requested(self) -> None:
        """Wait for `request_stop`."""
        await self._stop.wait()

    # Pictures

    def _publish_lights(self) -> None:
        pages = self._page_light()
        overlay = pages.light
        self.publish(PagesChanged(pages=pages.lines))
        dispatcher = self.dispatcher
        show = dispatcher.show if dispatcher else None
        if show is not None and show.page_silent and overlay.state is LightState.OK:
            overlay = Light(state=LightState.ATTENTION, reason=LightReason.PAGE_SILENT)
        self.publish(
            Lights(
                database=dispatcher.tenure.database_light if dispatcher else self._starting,
                queue=dispatcher.tenure.queue_light if dispatcher else _STARTING,
                overlay=overlay,
                pages=pages.pages,
                speaker=pages.speaker,
            )
        )

    async def refresh(self) -> None:
        """Bring the picture up to date for somebody who asks once."""
        self._publish_lights()
        await self._publish_queue()

    async def _keep_pictures(self) -> None:
        """Follow changes while somebody looks. A new alert goes out first: money and lists come a moment later."""
        conn: Connection | None = None
        loop = asyncio.get_running_loop()
        money_at = loop.time()
        try:
            while True:
                self._dirty.clear()
                self._publish_lights()
                if self._listeners or self._desk is not None:
                    await self._publish_queue()
                if self._listeners and loop.time() >= money_at:
                    conn = await self._publish_money(conn)
                    money_at = loop.time() + MONEY_PICTURE_SECONDS
                await asyncio.sleep(PICTURE_SECONDS)
                wait = max(0.0, money_at - loop.time()) if self._money_dirty else MONEY_SECONDS
                try:
                    await asyncio.wait_for(self._dirty.wait(), wait)
                except TimeoutError:
                    self._money_dirty = True
        finally:
            if conn is not None:
                await conn.close()

    async def _publish_queue(self) -> None:
        dispatcher, queue = self.dispatcher, self._queue
        show = dispatcher.show if dispatcher else None
        if dispatcher is None or show is None or queue is None:
            return
        try:
            view = await pictures.queue_view(show, queue, dispatcher.revision)
        except (ActionableError, StaleGenerationError) as problem:
            _log.info("pictures.queue_away", why=type(problem).__name__)
            return
        if self._desk is not None:
            self._desk.queue_changed(view)
        self.publish(QueueChanged(queue=view))

    async def _publish_money(self, conn: Connection | None) -> Connection | None:
        if not self._money_dirty or self._profile is None or self.dispatcher is None:
            return conn
        self._money_dirty = False
        profile = self._profile
        try:
            if conn is None or conn.closed:
                conn = await database.connect(profile.url, label="pictures")
            self.publish(await pictures.balances(conn, profile))
            self.publish(await pictures.donations(conn, profile, self.dispatcher.show))
            self.publish(await pictures.ledger(conn, profile))
        except Exception as problem:
            if not is_gone(problem):
                raise
            _log.info("pictures.database_away")
            if conn is not None:
                await conn.close()
            return None
        return conn
