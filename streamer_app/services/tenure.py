"""A dispatcher's right to dispatch: its connection, its lease, its queue, and how each comes back after a failure."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog

from streamer_app.core.errors import ActionableError, CommandRefusedError, QueueUnavailableError, Reason
from streamer_app.core.events import Light, LightReason, LightState
from streamer_app.services import claims, intake, runs
from streamer_app.services.inbox import Inbox
from streamer_app.services.show import Show
from streamer_app.store import database, identity, leases
from streamer_app.store.leases import LEASE_SECONDS, Lease
from streamer_app.store.listening import Bell
from streamer_app.store.queue_engine import next_delay

_log = structlog.get_logger()
RECONCILE_SECONDS: Final = 3.0
STANDBY_SECONDS: Final = 2.0


Revive = Callable[[], Awaitable[None]]
"""Start a database that is ours to start: called before connecting again."""


@dataclass(frozen=True)
class Holder:
    """Who this studio is to the lease: the data folder's id, and words that name it to others."""

    id: str
    label: str


async def _tell_time(show: Show) -> None:
    show.database_time = (await database.clock_time(show.conn()), show.clock.monotonic())


class Tenure:
    """Connect, take the lease, load the queue, keep all three; every method runs as a job of the inbox."""

    def __init__(
        self,
        *,
        database_url: str,
        streamer_user_id: UUID,
        holder: Holder,
        inbox: Inbox,
        new_show: Callable[[datetime], Show],
        streamer_show: Callable[[], Show | None],
        changed: Callable[[], None],
        settled: Callable[[], None],
        ring: Callable[[UUID], None],
        revive: Revive | None = None,
    ) -> None:
        self._url = database_url
        self._streamer = streamer_user_id
        self._holder = holder
        self._inbox = inbox
        self._new_show = new_show
        self._show = streamer_show
        self._changed = changed
        self._settled = settled
        self._revive = revive
        self._ring = ring
        self._bell: Bell | None = None
        self._attempt = 0
        self._started_once = False
        self.database_light = Light(state=LightState.BUSY, reason=LightReason.STARTING)
        self.queue_light = Light(state=LightState.BUSY, reason=LightReason.STARTING)

    async def connect(self) -> None:
        """A new connection in the place of the old one; the lease and the queue follow from it."""
        if self._attempt and self._revive is not None:
            await self._revive()
        self.unwatch()
        conn = await database.connect(self._url, label="dispatcher")
        bell = Bell(conn, self._ring, self._bell_lost)
        try:
            await bell.listen(self._streamer)
        except Exception:
            await conn.close()
            raise
        show = self._show()
        if show is None:
            show = self._new_show(await self._first_start(conn))
        elif show.database is not None:
            await show.database.close()
        show.database = conn
        await _tell_time(show)
        self._bell = bell
        self.database_light = Light(state=LightState.OK, reason=LightReason.READY)
        self._attempt = 0
        await self.take_lease()

    def watch(self) -> None:
        """Hear the bell while no statement runs."""
        if self._bell is not None:
            self._bell.arm()

    def unwatch(self) -> None:
        """Statements may run."""
        if self._bell is not None:
            self._bell.disarm()

    def _bell_lost(self) -> None:
        _log.warning("database.away", title="the connection was closed")
        self._bell = None
        self.database_light = Light(state=LightState.DOWN, reason=LightReason.DATABASE_UNREACHABLE)
        self.reconnect()

    async def _first_start(self, conn: database.Connection) -> datetime:
        try:
            return await identity.first_started_at(conn, self._streamer)
        except Exception:
            await conn.close()
            raise

    async def take_lease(self) -> None:
        """Take it, or stand by and name who has it."""
        show = self._show()
        if show is None or show.database is None or show.lease is not None:
            return
        lease = await leases.retake_lease(
            show.conn(), show.streamer_user_id, holder=self._holder.id, label=self._holder.label
        )
        if lease is None:
            await self._stand_by(show)
            return
        await self._begin(show, lease)

    async def take_over(self) -> None:
        """Take the lease from whoever holds it. That studio stops as soon as it looks, within a third of its lease."""
        show = self._show()
        if show is None or show.lease is not None:
            raise CommandRefusedError(
                "This studio runs the queue already", "Nothing was changed.", reason=Reason.HELD_HERE
            )
        former = show.holder
        lease = await leases.take_lease(
            show.conn(), show.streamer_user_id, holder=self._holder.id, label=self._holder.label
        )
        _log.warning("lease.taken_over", former=former)
        self._inbox.forget("lease")
        try:
            await self._begin(show, lease)
        except QueueUnavailableError:
            # The lease is ours all the same: whoever asked is told so, and the queue follows when it can.
            self.queue_trouble(LightReason.QUEUE_UNREACHABLE)

    async def _begin(self, show: Show, lease: Lease) -> None:
        show.lease, show.holder = lease, None
        _log.info("lease.taken", epoch=lease.epoch)
        await runs.write(show, show.journal.pending)
        show.journal.written()
        if show.on_stage is None:
            await intake.plan_interrupted(show)
        # Before the queue is loaded: Redis may be away for long, and the lease must live on meanwhile.
        self._inbox.post_after("renew", LEASE_SECONDS / 3, self._renew)
        self._inbox.post_after("reconcile", RECONCILE_SECONDS, self._reconcile)
        await self.load_queue()

    async def _stand_by(self, show: Show) -> None:
        show.holder = await leases.lease_holder(show.conn(), show.streamer_user_id)
        if show.on_stage is not None:
            show.stage.stop("lease lost")
            show.on_stage = None
        self.queue_light = Light(state=LightState.DOWN, reason=LightReason.HELD_ELSEWHERE, detail=show.holder or "")
        self._settled()
        self._changed()
        self._inbox.post_after("lease", STANDBY_SECONDS, self.take_lease)

    async def load_queue(self) -> None:
        """Rebuild from PostgreSQL, and show what is next."""
        show = self._show()
        if show is None or show.lease is None or show.database is None:
            return
        await intake.rebuild(show, at_start=not self._started_once)
        self._started_once = True
        self.queue_light = Light(state=LightState.OK, reason=LightReason.READY)
        self._attempt = 0
        self._settled()
        await claims.advance(show)

    async def _renew(self) -> None:
        show = self._show()
        if show is None or show.lease is None or show.database is None:
            return
        if await leases.renew_lease(show.conn(), show.lease):
            await _tell_time(show)
            self._inbox.post_after("renew", LEASE_SECONDS / 3, self._renew)
            return
        _log.warning("lease.lost")
        show.lease, show.generation = None, None
        await self.take_lease()

    async def _reconcile(self) -> None:
        """Every few seconds; where so much waits that looking takes long, it may take a twentieth of the time."""
        self._inbox.post_after("reconcile", RECONCILE_SECONDS, self._reconcile)
        began = asyncio.get_running_loop().time()
        await self.reconcile_now()
        took = asyncio.get_running_loop().time() - began
        self._inbox.post_after("reconcile", max(RECONCILE_SECONDS, 20 * took), self._reconcile)

    async def reconcile_now(self) -> None:
        """Compare with the facts, and show what may be shown."""
        show = self._show()
        if show is None or show.lease is None or show.generation is None or show.database is None:
            return
        await intake.reconcile(show)
        await claims.advance(show)

    def database_trouble(self, problem: ActionableError) -> None:
        """The database refused or vanished: say so and connect again, a little later each time."""
        full = "room" in problem.title
        reason = LightReason.DATABASE_FULL if full else LightReason.DATABASE_UNREACHABLE
        self.database_light = Light(state=LightState.DOWN, reason=reason, detail=problem.title)
        self._settled()
        self.reconnect()

    def reconnect(self) -> None:
        """Drop the connection; the lease is retaken, and the queue rebuilt, with the next one."""
        show = self._show()
        if show is not None:
            show.lease, show.generation = None, None
        self._inbox.post_after("connect", self._backoff(), self.connect)
        self._changed()

    def lost_lease(self) -> None:
        """A fact was refused because the lease is another's by now: look who has it."""
        show = self._show()
        if show is None:
            return
        _log.warning("lease.lost")
        show.lease, show.generation = None, None
        self._inbox.post(self.take_lease)

    def queue_trouble(self, reason: LightReason) -> None:
        """The queue is gone or not the one we built: load it anew."""
        self.queue_light = Light(state=LightState.DOWN, reason=reason)
        show = self._show()
        if show is not None:
            show.generation = None
        if reason is LightReason.QUEUE_UNREACHABLE:
            self._settled()
        self._inbox.post_after("queue", self._backoff(), self.load_queue)
        self._changed()

    @property
    def worth_saying(self) -> bool:
        """Whether a failure to reach something belongs into the log: the first, and ever fewer of those behind it."""
        return self._attempt & (self._attempt - 1) == 0

    def _backoff(self) -> float:
        delay = next_delay(self._attempt, random.random)
        self._attempt += 1
        return delay
