"""One run: the house, the plan, the end of the show, and the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.chaos import evidence
from tests.chaos.evidence import Evidence
from tests.chaos.faults import Breaker
from tests.chaos.plan import Kind, Planned, plan, possible, reserve
from tests.chaos.world import StalledError, World, world

LEFT: Final = "SELECT count(*) FROM donation_messages WHERE streamer_user_id = %s AND played_at IS NULL"


@dataclass(frozen=True)
class Settings:
    """What is asked of a run. `seconds` bounds all of it; `rate` is donations a second."""

    folder: Path
    seed: int
    messages: int
    faults: int
    rate: float
    seconds: float
    redis: bool = True
    thorough: bool = True
    """Leases end by themselves, and PostgreSQL waits for the disk. Else both are hurried."""
    only: Kind | None = None
    """This kind of fault and no other."""


def run(settings: Settings) -> Evidence:
    """From the first process to the last fact."""
    kinds = possible(redis=settings.redis) if settings.only is None else [settings.only]
    planned = plan(settings.seed, messages=settings.messages, faults=settings.faults, kinds=kinds)
    with world(
        settings.folder,
        messages=settings.messages,
        rate=settings.rate,
        seed=settings.seed,
        reserve=reserve([each.kind for each in planned]),
        seconds=settings.seconds,
        redis=settings.redis,
        thorough=settings.thorough,
    ) as house:
        breaker = Breaker(house, real_lease=settings.thorough)
        stalled = None
        try:
            _play(house, breaker, planned)
        except StalledError as problem:
            stalled = str(problem)
        found = evidence.gather(house, breaker.felt, stalled)
    evidence.keep(found, settings.folder / "evidence.json")
    return found


def _play(house: World, breaker: Breaker, planned: Sequence[Planned]) -> None:
    house.start_donors()
    for each in planned:
        _until_shown(house, each.after)
        breaker.carry_out(each)
        house.as_the_streamer()
        house.all_answered()
    house.burst(0)
    _until_shown(house, house.settings.count)
    house.until(lambda: not house.rows(LEFT, house.settings.streamer)[0][0], "all is played")


def _until_shown(house: World, count: int) -> None:
    """Until so many messages were shown, as long as it goes on at all."""
    shown = house.finished()
    while shown < count:
        before = shown

        def goes_on(before: int = before) -> bool:
            return house.finished() > before

        house.until(goes_on, f"message {before + 1} of {count} is shown")
        shown = house.finished()
