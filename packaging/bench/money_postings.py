"""record_payment beside pgbench's tpcb-like transaction on the same server: single calls, a raid, the recorder.

Guards, bell and folder are on; every posting brings its donation message. What takes turns in a round is measured one
after the other, so that what else the machine does falls on all of it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from streamer_app.services import audit

from . import money_pgbench, money_staleness, money_world
from .figures import Figure, median, quantile
from .money_callers import directly, through_recorder
from .money_pairs import PAIRS, Target, alone, paired, take_turns
from .money_pgbench import CLIENTS, Ran
from .money_server import GATEWAY, OPERATOR, MoneyServer, money_server

_UNIT = "tx/s"


@dataclass(frozen=True)
class Plan:
    """Seconds of a slice, thousands of payments that are there before, gigabytes of WAL to use again."""

    seconds: float
    past: int
    wal: float


FULL, QUICK = Plan(8, 50, 4), Plan(2, 5, 0.5)


@dataclass
class Latencies:
    """p50s and p99s of runs, in milliseconds."""

    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)

    def add(self, latencies: tuple[float, ...]) -> None:
        """One run."""
        self.p50.append(median(latencies))
        self.p99.append(quantile(latencies, 0.99))


def measure(quick: bool) -> tuple[list[Figure], list[str]]:  # noqa: FBT001 - every benchmark takes it
    """All figures about postings."""
    plan = QUICK if quick else FULL
    with money_server() as server:
        server.provide_wal(plan.wal)
        money_pgbench.prepare(server)
        money_world.prepare(server, plan.past)
        with money_world.beside(server, "fold", "ring"):
            figures = _sixteen(server, plan) + _one(server, plan)
        figures.append(_sealing(server, plan))
        stale = [money_staleness.measure(server) for _ in range(1 if quick else PAIRS)]
        money_world.check(server)
        target = Target(600, of_ours=True)
        figures.append(alone("platform balance staleness, worst", stale, "ms", target, worst=True))
    notes = [
        "money: wal_level replica, fsync on, no checkpoint while measuring; pgbench -M prepared for floor and ours",
    ]
    return figures, notes


def _sixteen(server: MoneyServer, plan: Plan) -> list[Figure]:
    """What sixteen callers see."""
    url = server.url(money_world.MONEY, GATEWAY)
    floor_syncs: list[float] = []
    our_syncs: list[float] = []
    raid, spread, recorded = Latencies(), Latencies(), Latencies()

    def tpcb() -> float:
        ran = money_pgbench.tpcb(server, plan.seconds)
        floor_syncs.append(ran.syncs)
        return ran.per_second

    def ours() -> float:
        ran = _posting(server, plan, "spread")
        our_syncs.append(ran.syncs)
        spread.add(ran.latencies)
        return ran.per_second

    def in_a_raid() -> float:
        ran = _posting(server, plan, "raid")
        raid.add(ran.latencies)
        return ran.per_second

    def by_recorder() -> float:
        called = through_recorder(url, CLIENTS, plan.seconds)
        recorded.add(called.latencies)
        return called.per_second

    def without() -> float:
        return _posting(server, plan, "without platform").per_second

    measures: list[Callable[[], float]] = [tpcb, ours, without, in_a_raid, by_recorder]
    floor, single, free, raided, batched = take_turns(measures)
    callers = f"{CLIENTS} callers"
    return [
        paired(f"record payment, {callers}, beside tpcb-like", floor, single, _UNIT, Target(0.9, at_least=True)),
        paired("  WAL syncs per transaction", floor_syncs, our_syncs, "", Target(0.25, of_ours=True)),
        paired("  beside the same without platform wallet", free, single, _UNIT, Target(0.9, at_least=True)),
        paired("a raid: one streamer, beside many", single, raided, _UNIT, Target(0.5, at_least=True)),
        paired("  its p99 beside its p50", raid.p50, raid.p99, "ms", Target(6)),
        paired(f"through the recorder, {callers}, beside tpcb-like", floor, batched, _UNIT, Target(2, at_least=True)),
        _added("  p50 beside direct calls", spread.p50, recorded.p50),
    ]


def _one(server: MoneyServer, plan: Plan) -> list[Figure]:
    """What a single caller sees."""
    url = server.url(money_world.MONEY, GATEWAY)
    direct, through = Latencies(), Latencies()

    def floor() -> float:
        return money_pgbench.posting(server, "spread", plan.seconds / 2, 1).per_second

    def by_psycopg() -> float:
        called = directly(url, 1, plan.seconds / 2)
        direct.add(called.latencies)
        return called.per_second

    def by_recorder() -> float:
        called = through_recorder(url, 1, plan.seconds / 2)
        through.add(called.latencies)
        return called.per_second

    pgbench, psycopg, _ = take_turns([floor, by_psycopg, by_recorder])
    return [
        paired("one psycopg connection beside pgbench -c 1", pgbench, psycopg, _UNIT, Target(0.85, at_least=True)),
        _added("one caller through the recorder, p50 beside direct", direct.p50, through.p50),
    ]


def _sealing(server: MoneyServer, plan: Plan) -> Figure:
    """With a sealer at work every second, beside without. What the other side left unsealed is sealed before."""
    url = server.url(money_world.MONEY, OPERATOR)

    def without() -> float:
        with money_world.beside(server, "fold", "ring"):
            return money_pgbench.posting(server, "spread", plan.seconds).per_second

    def sealed() -> float:
        with tempfile.TemporaryDirectory(prefix="bench-heads-") as folder:
            asyncio.run(audit.seal(url, Path(folder)))
        with money_world.beside(server, "fold", "ring", "seal"):
            return money_pgbench.posting(server, "spread", plan.seconds).per_second

    floor, ours = take_turns([without, sealed])
    return paired(
        "record payment while a sealer works, beside without", floor, ours, _UNIT, Target(0.97, at_least=True)
    )


def _posting(server: MoneyServer, plan: Plan, script: str) -> Ran:
    return money_pgbench.posting(server, script, plan.seconds, latencies=True)


def _added(name: str, floors: list[float], ours: list[float]) -> Figure:
    """Milliseconds that come on top."""
    bound = 5.0
    pairs = sorted(zip(floors, ours, strict=True), key=lambda pair: pair[1] - pair[0])
    floor, found = pairs[(len(pairs) - 1) // 2]
    said = f"{len(pairs)} pairs, {found - floor:+.2f} ms"
    return Figure(name, floor, found, f"<= +{bound:g} ms", said, met=found - floor <= bound)
