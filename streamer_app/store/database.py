"""Connections to PostgreSQL, named SQL files, and the one border where driver errors become words.

Everything above this room sees `DatabaseUnavailableError` and friends, never a psycopg class.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, LiteralString

import psycopg
from psycopg import AsyncConnection, conninfo, errors
from psycopg.rows import TupleRow

from streamer_app.core.errors import ActionableError, DatabaseUnavailableError, RightMissingError, SchemaError

Connection = AsyncConnection[TupleRow]
_SQL_FOLDER: Final = Path(__file__).resolve().parent / "sql"
_CONNECT_SECONDS: Final = 5
_SESSION_OPTIONS: Final = (
    "-c timezone=UTC -c statement_timeout=30000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000"
    # A studio asks a few questions for ever: planned once, by index, whatever the statistics of a young database say.
    " -c plan_cache_mode=force_generic_plan -c random_page_cost=1.1 -c jit=off"
)


@cache
def sql(name: str) -> LiteralString:
    """The text of `store/sql/<name>.sql`."""
    text: LiteralString = (_SQL_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    return text


def address(url: str) -> str:
    """Where a URL points, without login or password: fit for a tooltip or a log line."""
    try:
        parts = conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return "?"
    return f"{parts.get('host') or 'local socket'}/{parts.get('dbname') or ''}"


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Turn driver errors into errors a person can act on; the rest is our bug and passes through.

    A task that is being cancelled is cancelled: what the statement it gave up says in the end (a lock it waited for too
    long, say) is no answer to anybody.
    """
    try:
        with _in_words(url):
            yield
    except ActionableError as problem:
        if _is_being_cancelled():
            raise asyncio.CancelledError from problem
        raise


def _is_being_cancelled() -> bool:
    try:
        task = asyncio.current_task()
    except RuntimeError:  # no loop runs here
        return False
    return task is not None and task.cancelling() > 0


@contextmanager
def _in_words(url: str) -> Iterator[None]:
    try:
        yield
    except (
        errors.UndefinedTable,
        errors.UndefinedColumn,
        errors.UndefinedFunction,
        errors.InvalidSchemaName,
    ) as problem:
        raise SchemaError(
            "The database does not have this program's tables",
            "Run: streamer-app db upgrade (as the database's owner).",
        ) from problem
    except errors.InsufficientPrivilege as problem:
        raise RightMissingError(
            "The database login lacks a right this needs", "Ask the operator to run: streamer-app db upgrade."
        ) from problem
    except (
        errors.LockNotAvailable,
        errors.QueryCanceled,
        errors.DeadlockDetected,
        errors.SerializationFailure,
    ) as problem:
        raise DatabaseUnavailableError(
            "The database was too busy for this", "Nothing was changed. Try again in a moment."
        ) from problem
    except (errors.DiskFull, errors.OutOfMemory) as problem:
        raise DatabaseUnavailableError(
            "The database has no room left", "Free some disk space; everything goes on by itself after that."
        ) from problem
    except psycopg.ProgrammingError as problem:
        if "invalid connection option" in str(problem) or 'missing "="' in str(problem):
            raise DatabaseUnavailableError(
                "The database URL cannot be read", "It looks like postgresql://user:password@host:5432/name."
            ) from problem
        raise
    except psycopg.OperationalError as problem:
        raise unreachable(problem, url) from problem
    except (psycopg.InterfaceError, OSError) as problem:
        raise DatabaseUnavailableError(
            f"The database at {address(url)} does not answer", "Check that it runs and that this machine may reach it."
        ) from problem


def unreachable(error: psycopg.OperationalError, url: str) -> DatabaseUnavailableError:
    """A refused login has no SQLSTATE: libpq's text is all there is, in English unless the server speaks otherwise."""
    known = conninfo.conninfo_to_dict(url)
    where = f"{known.get('host', 'localhost')}:{known.get('port', 5432)}"
    said = str(error)
    user, name = known.get("user", ""), known.get("dbname", "")
    if "password authentication failed" in said or "no password supplied" in said:
        return DatabaseUnavailableError(
            f"PostgreSQL at {where} refuses the password of {user}", "Check user and password."
        )
    if "no pg_hba.conf entry" in said:
        return DatabaseUnavailableError(
            f"PostgreSQL at {where} does not let {user} in from here",
            "Ask whoever runs the server to allow this machine.",
        )
    if "does not exist" in said and f'role "{user}"' in said:
        return DatabaseUnavailableError(f"PostgreSQL at {where} has no login {user}", "Check the user in the URL.")
    if "does not exist" in said:
        return DatabaseUnavailableError(
            f"PostgreSQL at {where} has no database {name}", "Check its name, or create it."
        )
    if "too many" in said:
        return DatabaseUnavailableError(
            f"PostgreSQL at {where} has no connection left", "Close other programs and retry."
        )
    return DatabaseUnavailableError(
        f"PostgreSQL at {where} does not answer", "Check that it runs and that host and port are right."
    )


async def connect(url: str, *, label: str) -> Connection:
    """One autocommit connection. `label` is its application_name, so that an operator sees who holds what.

    Raises `DatabaseUnavailableError` with a remedy when the server, the login or the database is not there.
    """
    with translated(url):
        return await AsyncConnection.connect(
            url,
            autocommit=True,
            connect_timeout=_CONNECT_SECONDS,
            application_name=f"streamer-app {label}",
            options=_SESSION_OPTIONS,
        )


@asynccontextmanager
async def connection(url: str, *, label: str) -> AsyncIterator[Connection]:
    """A connection for one task, closed afterwards."""
    opened = await connect(url, label=label)
    try:
        with translated(url):
            yield opened
    finally:
        await opened.close()


def is_gone(problem: BaseException) -> bool:
    """Whether an error means that the connection is of no more use."""
    return isinstance(problem, DatabaseUnavailableError | psycopg.OperationalError | psycopg.InterfaceError | OSError)


async def clock_time(conn: Connection) -> datetime:
    """The database's clock, which dates facts."""
    cursor = await conn.execute("SELECT clock_timestamp()", binary=True)
    row = await cursor.fetchone()
    if row is None:
        raise RuntimeError("a clock answers")
    found: datetime = row[0]
    return found


async def fetch_one(conn: Connection, name: str, arguments: dict[str, Any]) -> TupleRow | None:
    """Run a named statement and return its first row."""
    cursor = await conn.execute(sql(name), arguments, binary=True)
    return await cursor.fetchone()


async def fetch_each(conn: Connection, name: str, arguments: Sequence[dict[str, Any]]) -> list[TupleRow | None]:
    """Run a named statement once for each of these, all or none, in one round trip; the first row of each."""
    found: list[TupleRow | None] = []
    async with conn.pipeline(), conn.transaction(), conn.cursor(binary=True) as cursor:
        await cursor.executemany(sql(name), arguments, returning=True)
        while True:
            found.append(await cursor.fetchone())
            if not cursor.nextset():
                return found


async def fetch_all(conn: Connection, name: str, arguments: dict[str, Any], *, binary: bool = False) -> list[TupleRow]:
    """Run a named statement and return all its rows."""
    cursor = await conn.execute(sql(name), arguments, binary=binary)
    return await cursor.fetchall()


async def execute(conn: Connection, name: str, arguments: dict[str, Any]) -> int:
    """Run a named statement that answers with no rows; returns how many it touched."""
    cursor = await conn.execute(sql(name), arguments)
    return cursor.rowcount
