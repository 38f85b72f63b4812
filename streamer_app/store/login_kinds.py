"""One kind of login per purpose: group roles whose rights every upgrade renews, and that an admin gives to real logins.

Roles belong to a server, rights to a database, and several databases may share the roles: they are created when absent,
never altered and never dropped. A login that may not create roles leaves them to an admin; a later upgrade grants what
is there by then.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg import sql

from streamer_app.assets import migrations_folder

APP: Final = "streamer_app"
GATEWAY: Final = "streamer_app_gateway"
OPERATOR: Final = "streamer_app_operator"
AUDITOR: Final = "streamer_app_auditor"
BACKEND: Final = "streamer_app_backend"
KINDS: Final = (APP, GATEWAY, OPERATOR, AUDITOR, BACKEND)
ONE_PERSONS: Final = (GATEWAY, OPERATOR, AUDITOR)
"""What the app login of a person's own database is besides."""

_FILES: Final = ("app", "gateway", "operator", "auditor", "backend")

type_of_connection = psycopg.Connection[Any]


def make(connection: type_of_connection) -> tuple[str, ...]:
    """Create the kinds that are absent, on an autocommit connection; returns those this login may not create.

    Upgrades of two databases may do this at the same time.
    """
    missing = []
    for kind in KINDS:
        if connection.execute("SELECT FROM pg_catalog.pg_roles WHERE rolname = %s", [kind]).rowcount:
            continue
        try:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(kind)))
        except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
            continue
        except psycopg.errors.InsufficientPrivilege:
            missing.append(kind)
    return tuple(missing)


def join(connection: type_of_connection, login: str) -> None:
    """Make one person's only login a gateway, an operator and an auditor as well; as often as you like."""
    kinds = sql.SQL(", ").join(map(sql.Identifier, ONE_PERSONS))
    connection.execute(sql.SQL("GRANT {} TO {}").format(kinds, sql.Identifier(login)))


def grant(connection: type_of_connection) -> None:
    """Renew what every kind may do in this database, nothing more and nothing less, in one transaction."""
    with connection.transaction():
        connection.execute("SELECT streamer_app.allow_nothing()")
        for name in _FILES:
            connection.execute((migrations_folder() / "sql" / "grants" / f"{name}.sql").read_bytes())
