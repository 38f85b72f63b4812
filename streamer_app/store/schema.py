"""The schema's version: look at it, bring it up, take it down.

`status` is asked at every start, so it speaks plain SQL; Alembic and SQLAlchemy are loaded only where something is
migrated. A program works with the schema of its own head revision and with a newer one that says it still suits older
programs; it never migrates by itself a database that others share.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import psycopg
from psycopg.conninfo import conninfo_to_dict

from streamer_app.assets import migrations_folder
from streamer_app.core.errors import ActionableError, DatabaseUnavailableError, SchemaError
from streamer_app.store import catalog, login_kinds
from streamer_app.store.database import unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.config import Config

HEAD = "0018"
ADOPTED = "0005"
CHAINED = "0013"
OLDEST_SERVER = 150000

_CONNECT_SECONDS = 10
_LOCK_KEY = 0x5354_5245_414D  # "STREAM": two upgrades of one database take turns
_TURN_SECONDS = 60.0
_TURN_POLL_SECONDS = 0.05
_STATUS = (Path(__file__).parent / "sql" / "schema" / "status.sql").read_text(encoding="utf-8")

_RESTORED = (Path(__file__).parent / "sql" / "schema" / "restored.sql").read_text(encoding="utf-8")

State = Literal["empty", "foreign", "behind", "restored", "current", "newer", "incompatible"]


@dataclass(frozen=True)
class SchemaStatus:
    """Where a database stands.

    `empty`: nothing of ours, nothing of the owner's. `foreign`: the owner's tables without our version row; `upgrade`
    adopts them. `behind`: an older revision of ours. `restored`: it came from another cluster, and the transaction
    counter here stands below what the ledger's chain sealed already; `upgrade` lifts new entries above it. `current`.
    `newer`: a newer program migrated it, and says that we may go on. `incompatible`: we may not, and
    `differences` says why.

    `missing_kinds` is said by `upgrade` only: the kinds of logins it may not create.
    """

    state: State
    revision: str | None
    head: str = HEAD
    differences: tuple[str, ...] = ()
    missing_kinds: tuple[str, ...] = ()


def status(url: str) -> SchemaStatus:
    """Ask the database; any login will do that may read the schema `streamer_app`."""
    with _errors_translated(url), _connection(url) as connection:
        connection.read_only = True
        return _status_of(connection)


def require_usable(found: SchemaStatus) -> None:
    """Raise `SchemaError` unless this program can work with the schema it found."""
    match found.state:
        case "current" | "newer":
            return
        case "empty":
            title, remedy = "The database is empty", "Run `streamer-app db upgrade` as its owner."
        case "foreign":
            title = "The database has the tables but was never prepared for this program"
            remedy = "Run `streamer-app db upgrade` as its owner: it adds what is missing and changes nothing else."
        case "behind":
            title = f"The database stands at revision {found.revision}, this program needs {found.head}"
            remedy = "Run `streamer-app db upgrade` as its owner."
        case "restored":
            title = (
                "The database was restored into another cluster: new entries would land in sealed blocks of the ledger"
            )
            remedy = "Run `streamer-app db upgrade` as its owner before anything is posted."
        case "incompatible":
            raise _incompatible(found)
    raise SchemaError(title, remedy)


def upgrade(owner_url: str, *, sole_login: str | None = None) -> SchemaStatus:
    """Bring the database to the head revision and renew the rights of all kinds of logins; adopts the owner's tables.

    Needs a direct connection (no transaction pooler) as the owner of the tables, who need not be a superuser. Several
    at once take turns. A newer compatible schema is left as it is. In a database of one person's own, `sole_login` is
    the one the program uses for everything: it becomes a gateway, an operator and an auditor.
    """
    with _errors_translated(owner_url), _connection(owner_url) as connection:
        connection.autocommit = True
        with _taking_turns(connection):
            found = _status_of(connection)
            if found.state == "incompatible":
                raise _incompatible(found)
            if found.state == "newer":
                return found
            missing = login_kinds.make(connection)
            if sole_login is not None:
                login_kinds.join(connection, sole_login)
            if found.state == "foreign":
                _adopt(connection)
            _alembic(connection, "upgrade", "head")
            _continue_ledger(connection)
            login_kinds.grant(connection)
            return replace(_status_of(connection), missing_kinds=missing)


def downgrade(owner_url: str, revision: str) -> SchemaStatus:
    """Take the database down to `revision` ("base" for nothing of ours).

    Never drops what it did not make: on an adopted database it stops at 0005. Never erases money: below 0005 only
    while the owner's tables are empty.
    """
    with _errors_translated(owner_url), _connection(owner_url) as connection:
        connection.autocommit = True
        with _taking_turns(connection):
            if revision == "base" or revision < ADOPTED:
                _refuse_to_drop(connection)
            _alembic(connection, "downgrade", revision)
            return _status_of(connection)


def offline_sql(direction: Literal["upgrade", "downgrade"], revisions: str) -> str:
    """The SQL Alembic would run, as text, e.g. for `0005:0006`: for reading and for the linter."""
    import io  # noqa: PLC0415 - beside the late import below

    from alembic import command  # noqa: PLC0415 - start-up does not pay for Alembic

    text = io.StringIO()
    config = _config()
    config.output_buffer = text
    {"upgrade": command.upgrade, "downgrade": command.downgrade}[direction](config, revisions, sql=True)
    return text.getvalue()


def _status_of(connection: psycopg.Connection[Any]) -> SchemaStatus:
    if connection.info.server_version < OLDEST_SERVER:
        title = f"The server is PostgreSQL {connection.info.server_version // 10000}; this program needs 15 or newer"
        raise SchemaError(title, "Ask whoever runs the server to upgrade it.")
    names = {"tables": list(catalog.OWNERS_TABLES), "types": list(catalog.OWNERS_TYPES)}
    row = connection.execute(_STATUS.encode(), names).fetchone()
    has_version_table, has_compatibility, has_owners_tables = row or (False, False, False)
    revision = oldest = None
    if has_version_table:
        revision = _single(connection, "SELECT max(version_num) FROM streamer_app.alembic_version")
    if has_compatibility:
        oldest = _single(connection, "SELECT oldest_revision FROM streamer_app.compatibility")

    if revision is None:
        if not has_owners_tables:
            return SchemaStatus("empty", None)
        obstacles = catalog.obstacles(catalog.read(connection), catalog.expected())
        return SchemaStatus("incompatible" if obstacles else "foreign", None, differences=obstacles)
    if revision > HEAD and (oldest is None or oldest > HEAD):
        needed = f"a newer program ({oldest or revision} or later) migrated it, this one knows {HEAD}"
        return SchemaStatus("incompatible", revision, differences=(needed,))
    if revision >= ADOPTED:
        differences = catalog.differences(catalog.read(connection), catalog.expected())
        if differences:
            return SchemaStatus("incompatible", revision, differences=differences)
    return SchemaStatus(_state_at(connection, revision), revision)


def _state_at(connection: psycopg.Connection[Any], revision: str) -> State:
    if CHAINED <= revision <= HEAD and _is_restored(connection):
        return "restored"
    if revision == HEAD:
        return "current"
    return "newer" if revision > HEAD else "behind"


def _is_restored(connection: psycopg.Connection[Any]) -> bool:
    """Whether the chain's last bound is above any transaction of this cluster; no for a login that may not look."""
    may_look = _single(
        connection,
        "SELECT 'yes' WHERE has_table_privilege('streamer_app.ledger_blocks', 'SELECT')"
        " AND has_table_privilege('streamer_app.ledger_chain', 'SELECT')",
    )
    return may_look is not None and _single(connection, _RESTORED) is not None


def _continue_ledger(connection: psycopg.Connection[Any]) -> None:
    """After a restore: new entries go above what is sealed. Otherwise nothing, and nobody is kept waiting."""
    with connection.transaction():
        connection.execute("SET LOCAL lock_timeout = '5s'")
        connection.execute("SELECT streamer_app.continue_ledger()")


def _single(connection: psycopg.Connection[Any], query: str) -> str | None:
    row = connection.execute(query.encode()).fetchone()
    return None if row is None else row[0]


def _incompatible(found: SchemaStatus) -> SchemaError:
    if found.revision is not None and found.revision > HEAD:
        return SchemaError(
            f"The database was migrated by a newer program: {'; '.join(found.differences)}",
            "Install the newest version of this program.",
        )
    return SchemaError(
        "The tables are not the ones this program knows",
        "Nothing was changed. Ask whoever runs the database about:\n- " + "\n- ".join(found.differences),
    )


def _adopt(connection: psycopg.Connection[Any]) -> None:
    with connection.transaction():
        connection.execute(_script("ground.sql"))
        connection.execute("INSERT INTO streamer_app.adoption DEFAULT VALUES ON CONFLICT DO NOTHING")
    _alembic(connection, "stamp", ADOPTED)


def _refuse_to_drop(connection: psycopg.Connection[Any]) -> None:
    if _single(connection, "SELECT to_regclass('streamer_app.adoption')::text") and _single(
        connection, "SELECT adopted_at::text FROM streamer_app.adoption"
    ):
        title = "The owner's tables were here before this program, so it does not drop them"
        raise SchemaError(title, f"Go down to {ADOPTED} at most: that removes everything this program added.")
    for table in catalog.OWNERS_TABLES:
        if not _single(connection, f"SELECT to_regclass('public.{table}')::text"):
            continue
        if _single(connection, f"SELECT 'filled' FROM public.{table} LIMIT 1"):  # noqa: S608 - our own names
            title = f"The table {table} holds rows, and a downgrade never erases them"
            raise SchemaError(title, f"Go down to {ADOPTED} at most, or start with an empty database.")


@contextmanager
def _connection(url: str) -> Iterator[psycopg.Connection[Any]]:
    given = conninfo_to_dict(url)
    timeout = given.get("connect_timeout", _CONNECT_SECONDS)
    with psycopg.connect(url, connect_timeout=timeout, prepare_threshold=None) as connection:
        yield connection


@contextmanager
def _taking_turns(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """One upgrade of a database at a time.

    Asked again and again instead of waited for: a waiting statement holds a snapshot, and an index that the other
    upgrade builds CONCURRENTLY would wait for that in turn, a deadlock.
    """
    deadline = time.monotonic() + _TURN_SECONDS
    while not _single(connection, f"SELECT pg_try_advisory_lock({_LOCK_KEY})"):
        if time.monotonic() > deadline:
            title = "Somebody else has been upgrading this database for a minute"
            raise SchemaError(title, "Wait until that has ended, then try again.")
        time.sleep(_TURN_POLL_SECONDS)
    try:
        yield
    finally:
        if not connection.closed and not connection.broken:
            connection.execute("SELECT pg_advisory_unlock(%s)", [_LOCK_KEY])


def _script(*parts: str) -> bytes:
    return migrations_folder().joinpath("sql", *parts).read_bytes()


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 - start-up does not pay for Alembic

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _alembic(connection: psycopg.Connection[Any], order: Literal["upgrade", "downgrade", "stamp"], to: str) -> None:
    """Run one of Alembic's commands on this very connection, which holds the lock."""
    from alembic import command  # noqa: PLC0415 - start-up does not pay for Alembic
    from sqlalchemy import create_engine  # noqa: PLC0415
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415
    from sqlalchemy.pool import StaticPool  # noqa: PLC0415

    engine = create_engine("postgresql+psycopg://", creator=lambda: connection, poolclass=StaticPool)
    connection.autocommit = False
    try:
        with engine.connect() as wrapped:
            config = _config()
            config.attributes["connection"] = wrapped
            {"upgrade": command.upgrade, "downgrade": command.downgrade, "stamp": command.stamp}[order](config, to)
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.Error):
            raise error.orig from error
        raise
    finally:
        if not connection.closed:
            connection.rollback()
            connection.autocommit = True


@contextmanager
def _errors_translated(url: str) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise _translated(error, url) from error


def _translated(error: psycopg.Error, url: str) -> ActionableError:
    """What the person can do about it. Never quotes the URL, nor libpq about it: both may hold the password."""
    match error:
        case psycopg.errors.InsufficientPrivilege():
            return SchemaError(
                f"This login may not do that: {error.diag.message_primary}",
                "Log in as the owner of the tables, or ask for the missing right.",
            )
        case psycopg.errors.LockNotAvailable() | psycopg.errors.DeadlockDetected() | psycopg.errors.QueryCanceled():
            return SchemaError("The tables are in use, so the migration did not wait", "Try again in a quieter moment.")
        case psycopg.ProgrammingError() if error.sqlstate is None:
            return DatabaseUnavailableError(
                "The database URL cannot be read", "Write it as postgresql://user@host/name."
            )
        case psycopg.errors.DiskFull() | psycopg.errors.OutOfMemory():
            return DatabaseUnavailableError("The database server has no room left", "Free some space, then try again.")
        case psycopg.OperationalError():
            return unreachable(error, url)
    title = f"PostgreSQL refused: {error.diag.message_primary or type(error).__name__}"
    return SchemaError(title, "Nothing of this step was kept. Please report it with this text.")
