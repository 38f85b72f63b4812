"""A statement that moves money, asked with a deadline and once more when the connection is lost.

Every such statement carries a key, so that asking again is safe: what was kept the first time answers the second time.
When both attempts are lost it stays unknown, and says so: a guess would be a payment too much or too little.

An internal error of the server kept nothing and is asked again too. PostgreSQL 15 to 18 have one ("new multixact has
more than one updating member") where a writer takes a row back at the moment the next one goes on with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import psycopg
import structlog

from streamer_app.core.errors import DatabaseUnavailableError, OutcomeUnknownError
from streamer_app.store import database
from streamer_app.store.database import Connection

T = TypeVar("T")
Work = Callable[[Connection], Awaitable[T]]

DEADLINE_SECONDS: Final = 40.0
"""Longer than the server's own limit for a statement: only a server or a network that is gone reaches it."""
_ATTEMPTS: Final = 2
_CONNECTION_CLASS: Final = "08"
_ENDED_BY_SERVER: Final = "57P"
_log = structlog.get_logger()


async def asked_again_if_lost(
    url: str,
    work: Work[T],
    *,
    label: str,
    afterwards: Callable[[Connection, T], Awaitable[object]] | None = None,
    deadline: float = DEADLINE_SECONDS,
) -> T:
    """The answer of `work`, which runs on a connection of its own and must be safe to repeat.

    `afterwards` is what may fail without changing the answer (a bell, a projection that somebody else brings up later).
    Raises `OutcomeUnknownError` when the answer was lost twice; a server that was never reached, or that answered with
    a refusal, is an error of its own: then nothing was kept.
    """
    lost: BaseException | None = None
    for _ in range(_ATTEMPTS):
        try:
            conn = await database.connect(url, label=label)
        except DatabaseUnavailableError as problem:
            if lost is None:
                raise
            lost = problem
            continue
        try:
            with database.translated(url):
                answer = await _within(deadline, conn, _again_if_slipped(work))
            if afterwards is not None:
                await _tried(url, conn, afterwards, answer, deadline)
        except TimeoutError as problem:
            lost = problem
        except DatabaseUnavailableError as problem:
            if _is_decided(problem):
                raise
            lost = problem
        else:
            return answer
        finally:
            await conn.close()
    raise OutcomeUnknownError(
        "The connection to the database was lost: it is not known whether this was recorded",
        "Run the same command again. It is recorded once, however often it is asked.",
    ) from lost


def _again_if_slipped(work: Work[T]) -> Work[T]:
    async def again(conn: Connection) -> T:
        try:
            return await work(conn)
        except psycopg.errors.InternalError_ as slip:
            _log.warning("the database slipped", problem=str(slip))
            await conn.rollback()
            return await work(conn)

    return again


async def _within(deadline: float, conn: Connection, work: Work[T]) -> T:
    """A dead network answers no cancel request either: the socket is closed first, then nobody waits any more."""
    running = asyncio.ensure_future(work(conn))
    try:
        done, _ = await asyncio.wait({running}, timeout=deadline)
        if not done:
            await conn.close()
            raise TimeoutError
        return running.result()
    finally:
        if not running.done():
            running.cancel()
            await asyncio.wait({running})


async def _tried(
    url: str, conn: Connection, afterwards: Callable[[Connection, T], Awaitable[object]], answer: T, deadline: float
) -> None:
    try:
        with database.translated(url):
            await _within(deadline, conn, lambda conn: afterwards(conn, answer))
    except (DatabaseUnavailableError, TimeoutError) as problem:
        _log.warning("left to others", problem=str(problem))


def _is_decided(problem: DatabaseUnavailableError) -> bool:
    """Whether the server said no itself, so that nothing was kept."""
    cause = problem.__cause__
    state = cause.sqlstate if isinstance(cause, psycopg.Error) else None
    return state is not None and not state.startswith((_CONNECTION_CLASS, _ENDED_BY_SERVER))
