"""What runs the queue's scripts: a database inside this process, or a Redis server.

Both run the same Lua files, so that they cannot disagree about the show; the contract suite compares them script by
script. Nothing here knows what a queue is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Protocol, cast

from burner_redis import BurnerRedis
from redis.exceptions import NoScriptError

from streamer_app.core.errors import QueueUnavailableError

_PRELUDE = "_prelude"
_FIRST_CEILING_SECONDS = 0.1
_LAST_CEILING_SECONDS = 5.0
_GROWTH = 1.05


class Engine(Protocol):
    """Runs one script at a time, whole or not at all as far as other callers can see."""

    async def run(self, script: str, keys: Sequence[str], args: Sequence[str]) -> list[str]:
        """Run `scripts/<script>.lua` and return its answer, a flat list of strings.

        A cancelled caller does not stop the script: it may have run. Raises `QueueUnavailableError` when no answer
        came; then, too, the script may have run.
        """

    async def check(self) -> str | None:
        """A warning for the streamer about how the engine is set up, or None. Raises `QueueUnavailableError`."""

    async def close(self) -> None:
        """Let running scripts end, then release everything. May be called twice."""


@dataclass(frozen=True)
class Script:
    """One Lua program with the prelude in front, and the name under which Redis remembers it."""

    source: str
    sha: str


@cache
def load_script(name: str) -> Script:
    """The script of that name, read once per process."""
    folder = files("streamer_app.store") / "scripts"
    parts = [(folder / f"{part}.lua").read_text(encoding="utf-8") for part in (_PRELUDE, name)]
    source = "\n".join(parts)
    return Script(source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest())


def next_delay(attempt: int, random: Callable[[], float]) -> float:
    """Seconds to wait before attempt number `attempt` (from 0) to reach the engine again, 0.05 to 5.

    The ceiling grows by a twentieth each time, so that whatever an outage lasts it is noticed to be over within some
    twentieth of that: a second too long after a minute, a tenth after a restart. Equal jitter: half of the ceiling is
    certain, the other half is drawn with `random` (in [0, 1)), so that many programs do not come back in step.
    """
    ceiling = min(_LAST_CEILING_SECONDS, _FIRST_CEILING_SECONDS * _GROWTH ** min(attempt, 200))
    return ceiling / 2 + random() * ceiling / 2


def decoded(reply: object) -> list[str]:
    """The answer of a script as both drivers hand it over: a list of bytes."""
    return [text.decode() for text in cast("list[bytes]", reply)]


def closed() -> QueueUnavailableError:
    """What a command meets that comes after `close`."""
    return QueueUnavailableError("The queue is closed", "The program is stopping: start it again.")


class _Burner(Protocol):
    """The few methods of `burner_redis.BurnerRedis` we rely on: it ships no types."""

    def evalsha(self, sha: str, key_count: int, *keys_and_args: str) -> Awaitable[object]: ...

    def eval(self, source: str, key_count: int, *keys_and_args: str) -> Awaitable[object]: ...

    async def aclose(self) -> None: ...


class EmbeddedEngine:
    """The queue inside this process: empty at every start, gone with the process, never unreachable."""

    def __init__(self) -> None:
        """Start with an empty database."""
        self._database: _Burner | None = BurnerRedis()

    async def run(self, script: str, keys: Sequence[str], args: Sequence[str]) -> list[str]:
        """See `Engine`. Ends without giving way to other tasks."""
        database = self._database
        if database is None:
            raise closed()
        program, key_count = load_script(script), len(keys)
        try:
            reply = await database.evalsha(program.sha, key_count, *keys, *args)
        except NoScriptError:
            reply = await database.eval(program.source, key_count, *keys, *args)
        return decoded(reply)

    async def check(self) -> str | None:
        """Nothing to warn of: it has no memory limit and no other users."""
        return None

    async def close(self) -> None:
        """See `Engine`."""
        database, self._database = self._database, None
        if database is not None:
            await database.aclose()
