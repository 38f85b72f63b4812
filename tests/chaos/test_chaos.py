"""The show under every kind of fault: two hundred messages always, a thousand with a seed of chance in the slow tests.

`make chaos` plays five thousand.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Literal

import pytest

from tests.chaos.plan import Kind, plan, possible
from tests.chaos.run import Settings, run
from tests.chaos.table import report
from tests.chaos.verdict import Case, broken

SEED = 20


@pytest.mark.timeout(300)
def test_two_hundred_messages_survive_every_kind_of_fault(tmp_path: Path) -> None:
    faults = len(possible(redis=True))
    case = Case(
        run(Settings(tmp_path / "run", SEED, messages=200, faults=faults, rate=25, seconds=240, thorough=False))
    )
    text, _ = report(case, f"evidence in {tmp_path}")
    assert broken(case) == [], text
    assert {fault.kind for fault in case.evidence.faults} == set(Kind), text
    assert len(case.evidence.donated) == 200


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("queue", ["redis", "embedded"])
def test_a_thousand_messages_survive_a_day_of_chance(tmp_path: Path, queue: Literal["redis", "embedded"]) -> None:
    seed = random.SystemRandom().getrandbits(32)
    print(f"seed {seed}")  # noqa: T201 - whoever sees it fail wants the same day again
    settings = Settings(tmp_path / "run", seed, messages=1000, faults=30, rate=25, seconds=500, redis=queue == "redis")
    case = Case(run(settings))
    text, _ = report(case, f"seed {seed}, queue in {queue}, evidence in {tmp_path}")
    assert broken(case) == [], text


def test_a_plan_has_every_kind_and_comes_again_with_its_seed() -> None:
    kinds = possible(redis=True)
    first = plan(7, messages=5000, faults=76, kinds=kinds)
    assert first == plan(7, messages=5000, faults=76, kinds=kinds)
    assert first != plan(8, messages=5000, faults=76, kinds=kinds)
    assert {each.kind for each in first} == set(kinds)
    assert [each.after for each in first] == sorted(each.after for each in first)
    assert first[-1].after < 5000
