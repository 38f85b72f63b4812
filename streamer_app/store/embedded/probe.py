"""Asking the server at our endpoint whether it is ours, and what its clients do.

The proof: SCRAM with our random password (the server proves in turn that it knows it, and a server that asks for
anything weaker is refused), and the postmaster.pid it reads is the one in our cluster.
"""

from __future__ import annotations

import enum
import os
import socket
import struct
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

from .credentials import OWNER_LOGIN
from .troubles import FULL_WORDS

if TYPE_CHECKING:
    from .credentials import Credentials
    from .place import Place
    from .sockets import Endpoint

CONNECT_SECONDS = 5
MAINTENANCE_DATABASE = "postgres"
KEEPER_NAME = "streamer-app keeper"
_PROBE_NAME = "streamer-app probe"
_COMING = ("starting up", "not yet accepting", "shutting down", "recovery mode")
_REFUSED = (
    "password authentication failed",
    "authentication method requirement",
    "incorrect server signature",
    "does not exist",
)

type_of_connection = psycopg.Connection[tuple[Any, ...]]

_CLIENTS = """
SELECT count(*) FILTER (WHERE application_name <> %(keeper)s AND pid <> pg_backend_pid()),
       (SELECT coalesce(sum(sessions), 0)::bigint FROM pg_stat_database),
       bool_or(application_name = %(keeper)s)
FROM pg_stat_activity WHERE backend_type = 'client backend'
"""


class State(enum.Enum):
    """What was found at the endpoint."""

    OURS = "ours"
    COMING = "starting or stopping"
    ABSENT = "nobody listens"
    STRANGER = "not our server, or not our password"
    CROWDED = "no connection left"
    FULL = "no new connection, because the disk is full"


@dataclass(frozen=True)
class Use:
    """Clients now, sessions ever (those that came and went unseen too), and whether a keeper is connected."""

    clients: int
    sessions: int
    kept: bool


def connect(endpoint: Endpoint, credentials: Credentials, application_name: str = _PROBE_NAME) -> type_of_connection:
    """Connect as the owner; no PG* variable of the environment has a say."""
    strict: dict[str, Any] = {"require_auth": "scram-sha-256"} if psycopg.pq.version() >= 160000 else {}  # noqa: PLR2004
    return psycopg.connect(
        host=endpoint.host,
        hostaddr="",
        port=endpoint.port,
        dbname=MAINTENANCE_DATABASE,
        user=OWNER_LOGIN,
        password=credentials.owner_password,
        application_name=application_name,
        connect_timeout=CONNECT_SECONDS,
        options="-c statement_timeout=10s",
        sslmode="disable",
        gssencmode="disable",
        channel_binding="disable",
        target_session_attrs="any",
        autocommit=True,
        **strict,
    )


def look(endpoint: Endpoint | None, credentials: Credentials, place: Place) -> State:
    """Say what listens at the endpoint, leaving no connection behind."""
    if endpoint is None or (endpoint.is_socket and not endpoint.socket.exists()):
        return State.ABSENT
    try:
        with connect(endpoint, credentials) as connection:
            return State.OURS if reads_our_cluster(connection, place) else State.STRANGER
    except psycopg.OperationalError as error:
        return _state_of(str(error))


def reads_our_cluster(connection: type_of_connection, place: Place) -> bool:
    """Whether the server's data directory is our cluster: it reads the very postmaster.pid that lies there."""
    row = connection.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
    return row is not None and str(row[0]).splitlines() == place.postmaster_lines()


def postmaster_of(connection: type_of_connection, place: Place) -> int | None:
    """Return the pid of the postmaster behind a proven connection, from the kernel where it tells."""
    if sys.platform != "linux":
        return place.written_pid()
    with socket.socket(fileno=os.dup(connection.fileno())) as peer:
        told = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", told)[0])


def use_of(connection: type_of_connection) -> Use:
    """Count the clients other than the keeper and this connection."""
    row = connection.execute(_CLIENTS, {"keeper": KEEPER_NAME}).fetchone()
    return Use(int(row[0]), int(row[1]), bool(row[2])) if row is not None else Use(0, 0, kept=False)


def _state_of(message: str) -> State:
    if any(words in message for words in _COMING):
        return State.COMING
    if any(words in message for words in FULL_WORDS):
        return State.FULL
    if any(words in message for words in _REFUSED):
        return State.STRANGER
    return State.CROWDED if "too many clients" in message or "remaining connection slots" in message else State.ABSENT
