"""The scripts as texts, the engine in process, and the pause before coming back."""

from __future__ import annotations

import random
import re
from importlib.resources import files

import pytest

from streamer_app.core.errors import QueueUnavailableError
from streamer_app.store.queue_engine import EmbeddedEngine, load_script, next_delay

FOLDER = files("streamer_app.store") / "scripts"
SCRIPTS = sorted(path.name.removesuffix(".lua") for path in FOLDER.iterdir() if path.name.endswith(".lua"))
KEY_NAMES = {"GENERATION", "WAITING", "KIND", "HELD", "STAGE", "FLAGS"}
PARAMETERS = {"from", "to", "key"}
COMMON_SUBSET = {
    *("ZADD", "ZREM", "ZRANGE", "ZSCORE", "ZCARD"),
    *("HSET", "HGET", "HDEL", "HINCRBY", "HEXISTS", "GET", "SET", "DEL", "EXISTS"),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_touches_declared_keys_only_and_stays_in_the_common_subset(name: str) -> None:
    source = (FOLDER / f"{name}.lua").read_text(encoding="utf-8")
    calls = re.findall(r"redis\.(\w+)\('(\w+)', (\w+)", source)
    assert len(calls) == source.count("redis."), "a call that this test cannot read"
    for function, command, key in calls:
        assert function == "call"
        assert command in COMMON_SUBSET
        assert key in KEY_NAMES | PARAMETERS
    if name != "_prelude":
        assert "KEYS" not in source


def test_the_shared_prelude_takes_its_keys_from_the_call() -> None:
    source = (FOLDER / "_prelude.lua").read_text(encoding="utf-8")
    assert re.findall(r"KEYS\[(\d)\]", source) == list("123456")
    assert load_script("claim").source.startswith(source)


def test_delays_grow_within_their_bounds_and_never_start_at_zero() -> None:
    least = [next_delay(attempt, lambda: 0.0) for attempt in range(200)]
    most = [next_delay(attempt, lambda: 1.0) for attempt in range(200)]
    assert least == sorted(least)
    assert most == [delay * 2 for delay in least]
    assert (least[0], most[-1], next_delay(10**9, lambda: 1.0)) == (0.05, 5.0, 5.0)


def test_an_outage_is_over_a_twentieth_of_its_length_later_at_most() -> None:
    passed = 0.0
    for attempt in range(120):
        delay = next_delay(attempt, lambda: 1.0)
        assert delay <= 0.1 + passed / 20 + 1e-9
        passed += delay
    assert passed > 60, "and a long one is not asked about ten times a second"


def test_delays_of_many_programs_spread() -> None:
    source = random.Random(4)
    delays = {round(next_delay(3, source.random), 4) for _ in range(200)}
    assert len(delays) > 100


async def test_the_embedded_engine_has_nothing_to_warn_of_and_refuses_work_once_closed() -> None:
    engine = EmbeddedEngine()
    assert await engine.check() is None
    await engine.close()
    await engine.close()
    with pytest.raises(QueueUnavailableError, match="closed"):
        await engine.run("claim", ("a", "b", "c", "d", "e", "f"), ("g", "1"))
