"""How each fault is made and healed, on real processes."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import msgspec
import redis

from streamer_app.core.commands import TakeOver
from tests.chaos.plan import BURST, Kind, Planned
from tests.chaos.studios import Seat
from tests.chaos.world import World

TERMINATE: Final = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'streamer-app dispatcher'"
)
AGE_LEASE: Final = "UPDATE streamer_app.leases SET expires_at = clock_timestamp() RETURNING 1"
LEASE_PATIENCE_SECONDS: Final = 12.0
HOUR: Final = 3600
ONLY_HITS: Final = frozenset({Kind.FLUSHED, Kind.REDIS_CUT, Kind.POSTGRES_CUT, Kind.CLOCK})
"""Nothing is away afterwards: the next alert may have been on its way already, so the one after it is waited for."""
MOMENTS_SECONDS: Final = 0.4
"""The longest time that something stays away by chance."""


class Felt(msgspec.Struct, frozen=True, kw_only=True):
    """One fault as it happened; times are monotonic seconds."""

    kind: Kind
    began: float
    healed: float
    """What was taken is there again; for what only hits, the moment it hit."""
    painted: float
    """The next alert after that."""
    in_flight: int
    """Messages acknowledged and not shown to their end when it began."""


@dataclass
class Breaker:
    """Breaks things in one world. `real_lease`: a frozen studio's lease is waited out; else the database ages it."""

    world: World
    real_lease: bool
    felt: list[Felt] = field(default_factory=list)
    _chance: random.Random = field(default_factory=random.Random)
    _began: float = 0.0
    _in_flight: int = 0

    def carry_out(self, planned: Planned) -> None:
        """Break, heal, and wait for the next alert."""
        self._chance = random.Random(planned.chance)
        self.world.burst(BURST)
        time.sleep(planned.delay_seconds)
        ways: dict[Kind, Callable[[], None]] = {
            Kind.APP_KILLED: self._kill_app,
            Kind.REDIS_KILLED: self._kill_redis,
            Kind.POSTGRES_KILLED: self._kill_postgres,
            Kind.POSTGRES_AND_APP: self._kill_postgres_then_app,
            Kind.FLUSHED: self._flush,
            Kind.REDIS_CUT: self._cut_redis,
            Kind.POSTGRES_CUT: self._cut_postgres,
            Kind.PAGE_CUT: lambda: self._page_signal(Kind.PAGE_CUT, signal.SIGUSR1),
            Kind.PAGE_RELOADED: lambda: self._page_signal(Kind.PAGE_RELOADED, signal.SIGUSR2),
            Kind.FROZEN: self._freeze_one,
            Kind.ASLEEP: self._freeze_all,
            Kind.CLOCK: self._move_clock,
            Kind.TAKEN_OVER: self._fight,
        }
        ways[planned.kind]()

    def _begin(self) -> None:
        self._in_flight = len(self.world.donated()) - self.world.finished()
        self._began = time.monotonic()

    def _healed(self, kind: Kind, at: float | None = None) -> None:
        """It is over: the next alert says how long the show took to go on."""
        healed = time.monotonic() if at is None else at
        painted = self.world.until_painted(healed, passing=1 if kind in ONLY_HITS else 0)
        self.felt.append(Felt(kind=kind, began=self._began, healed=healed, painted=painted, in_flight=self._in_flight))

    def _a_moment(self) -> None:
        time.sleep(self._chance.random() * MOMENTS_SECONDS)

    def _kill_app(self) -> None:
        seat = self.world.playing()
        self._begin()
        seat.kill()
        self._a_moment()
        healed = time.monotonic()
        seat.start()
        self._healed(Kind.APP_KILLED, healed)

    def _kill_redis(self) -> None:
        server = self.world.redis
        assert server is not None
        self._begin()
        server.kill()
        self._a_moment()
        server.restart()
        self._healed(Kind.REDIS_KILLED)

    def _kill_postgres(self) -> None:
        self._begin()
        self.world.postgres.kill()
        self._a_moment()
        self.world.postgres.server.restart()
        self._healed(Kind.POSTGRES_KILLED)

    def _kill_postgres_then_app(self) -> None:
        """What ends while the database is away is in the journal when the studio dies."""
        seat = self.world.playing()
        self._begin()
        self.world.postgres.kill()
        self._a_moment()
        seat.kill()
        self.world.postgres.server.restart()
        healed = time.monotonic()
        seat.start()
        self._healed(Kind.POSTGRES_AND_APP, healed)

    def _flush(self) -> None:
        with self._redis() as client:
            self._begin()
            client.flushall()
            self._healed(Kind.FLUSHED)

    def _cut_redis(self) -> None:
        with self._redis() as client:
            self._begin()
            client.client_kill_filter(_type="normal", skipme=True)
            self._healed(Kind.REDIS_CUT)

    def _redis(self) -> redis.Redis:
        assert self.world.redis is not None
        return self.world.redis.client()

    def _cut_postgres(self) -> None:
        self._begin()
        self.world.rows(TERMINATE)
        self._healed(Kind.POSTGRES_CUT)

    def _page_signal(self, kind: Kind, what: signal.Signals) -> None:
        seat = self.world.playing()
        self._begin()
        seat.page_signal(what)
        self._healed(kind)

    def _lease_ends(self, seat: Seat) -> None:
        """By the database's own clock, or by moving the end to it."""
        held = "SELECT 1 FROM streamer_app.leases WHERE holder = %s AND expires_at > clock_timestamp()"
        if self.real_lease:
            self.world.until(lambda: not self.world.rows(held, seat.installation), "the lease ends")
        else:
            self.world.rows(AGE_LEASE)

    def _freeze_one(self) -> None:
        """The other studio takes over meanwhile, and shows some alerts before the first one thaws."""
        seat = self.world.playing()
        self._begin()
        seat.freeze()
        self._lease_ends(seat)
        healed = time.monotonic()
        self.world.until_painted(healed, by=self.world.other(seat))
        self._a_moment()
        seat.thaw()
        self._healed(Kind.FROZEN, healed)

    def _freeze_all(self) -> None:
        """As computers that sleep: nobody takes over, and the first to wake has a lease that is over."""
        first = self.world.playing()
        second = self.world.other(first)
        self._begin()
        for seat in (first, second):
            seat.freeze()
        self._lease_ends(first)
        first.thaw()
        self._healed(Kind.ASLEEP)
        self._a_moment()
        second.thaw()

    def _move_clock(self) -> None:
        seat = self.world.playing()
        self._begin()
        clock = seat.profile.clock
        clock.move_to(self._chance.choice([off for off in (-HOUR, 0, HOUR) if off != clock.off]))
        self.world.until(seat.sees_its_clock, "the studio sees its clock")
        self._healed(Kind.CLOCK)

    def _fight(self) -> None:
        """The second takes over by command; the first is told to take it back as soon as it knows that it lost it."""
        first = self.world.playing()
        second = self.world.other(first)
        for kind, seat in ((Kind.TAKEN_OVER, second), (Kind.TAKEN_BACK, first)):
            self._begin()
            taken = self._taken_by(seat)
            self.world.burst(BURST)
            self._healed(kind, taken)

    def _taken_by(self, seat: Seat) -> float:
        """When it was done: refused as long as the seat still believes that it holds the lease."""
        asked: list[float] = []

        def takes() -> bool:
            asked.append(time.monotonic())
            return seat.obey(TakeOver()) or self.world.playing() is seat

        self.world.until(takes, "the other studio takes over", seconds=LEASE_PATIENCE_SECONDS)
        return asked[-1]
