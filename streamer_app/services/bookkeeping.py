"""The studio's bookkeeping behind the postings: the platform's balance is folded, the ledger sealed, its head noted.

It has a connection of its own, so nothing the show asks ever waits for it. A database that goes away is said once and
connected to again and again; a bug here is logged, and the show goes on.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from streamer_app.core.clock import Clock
from streamer_app.core.errors import ActionableError, DataFolderError
from streamer_app.services import audit
from streamer_app.store import audit as chain_store
from streamer_app.store import database, movements
from streamer_app.store.database import Connection, is_gone
from streamer_app.store.queue_engine import next_delay

_log = structlog.get_logger()
CLOSE_SECONDS: Final = 2.0
_BLOCKS: Final = 5
"""Sealed between two folds at most: a backlog does not make the platform's balance stale."""


@dataclass(frozen=True)
class Rhythm:
    """Seconds between two looks."""

    fold: float = 0.4
    seal: float = 15.0


class Bookkeeper:
    """From `open` to `close`. `seals_into` is the data folder of a database that is its own; None: others seal."""

    def __init__(self, url: str, *, clock: Clock, seals_into: Path | None, rhythm: Rhythm | None = None) -> None:
        self._url = url
        self._clock = clock
        self._seals_into = seals_into
        self._rhythm = rhythm or Rhythm()
        self._stop = asyncio.Event()
        self._seal_at = clock.monotonic() + self._rhythm.seal
        self._said: str | None = None
        self._attempt = 0
        self._running: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin, on the running loop."""
        self._running = asyncio.create_task(self.run(), name="bookkeeping")

    async def close(self) -> None:
        """End after one last fold, if the database is there and quick about it."""
        self._stop.set()
        if self._running is not None:
            await asyncio.wait({self._running}, timeout=CLOSE_SECONDS)
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def run(self) -> None:
        """Keep the books until `close`; no trouble of the database ends it."""
        while not self._stop.is_set():
            try:
                async with database.connection(self._url, label="bookkeeping") as conn:
                    await chain_store.prepare_long_work(conn)
                    await self._keep(conn)
            except Exception as problem:  # noqa: BLE001 - the show goes on whatever the books say
                self._say(problem)
                await self._pause(next_delay(self._attempt, random.random))
                self._attempt += 1

    async def _keep(self, conn: Connection) -> None:
        """Fold and seal on one connection until told to stop."""
        while not self._stop.is_set():
            await movements.fold_balances(conn)
            if self._clock.monotonic() >= self._seal_at and not await self._seal(conn):
                self._seal_at = self._clock.monotonic() + self._rhythm.seal
            if self._said is not None:
                _log.info("bookkeeping.back")
            self._said, self._attempt = None, 0
            await self._pause(self._rhythm.fold)
        await movements.fold_balances(conn)

    async def _seal(self, conn: Connection) -> bool:
        """Seal some blocks; whether more wait."""
        if self._seals_into is None:
            return False
        try:
            report = await audit.seal_and_note(conn, self._url, self._seals_into, at_most=_BLOCKS)
        except DataFolderError as problem:
            _log.warning("bookkeeping.head_not_noted", title=problem.title)
            return False
        return report.blocks == _BLOCKS

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    def _say(self, problem: Exception) -> None:
        """Each trouble once, until all is well again."""
        title = problem.title if isinstance(problem, ActionableError) else type(problem).__name__
        if title == self._said:
            return
        self._said = title
        if isinstance(problem, ActionableError) or is_gone(problem):
            _log.warning("bookkeeping.away", title=title)
        else:
            _log.error("bookkeeping.failed", exc_info=problem)
