"""The bell: LISTEN on the connection that also asks the questions.

The backend that was woken to deliver a ring is the one that answers the question behind it: on an idle machine waking a
second, cold one costs more than the question. psycopg reads the socket only while a statement runs, so between
statements the loop watches it; whoever runs statements disarms first and arms afterwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final
from uuid import UUID

import psycopg
import structlog
from psycopg import sql as compose

from streamer_app.store.database import Connection

_log = structlog.get_logger()
_CHANNEL: Final = "streamer_app_bell_"


class Bell:
    """The rings of one streamer on one connection. `ring` is told the message's id; `lost` that the connection died."""

    def __init__(self, conn: Connection, ring: Callable[[UUID], None], lost: Callable[[], None]) -> None:
        self._conn = conn
        self._ring = ring
        self._lost = lost
        self._watched: int | None = None

    async def listen(self, streamer: UUID) -> None:
        """Hear every ring from now on. What rang before is for the reconcile that follows."""
        self._conn.add_notify_handler(lambda notice: self._heard(notice.payload))
        await self._conn.execute(compose.SQL("LISTEN {}").format(compose.Identifier(f"{_CHANNEL}{streamer.hex}")))

    def arm(self) -> None:
        """Watch the socket until `disarm`: no statement may run meanwhile."""
        if self._watched is None and not self._conn.closed:
            self._watched = self._conn.fileno()
            asyncio.get_running_loop().add_reader(self._watched, self._read)

    def disarm(self) -> None:
        """Leave the socket to psycopg."""
        if self._watched is not None:
            asyncio.get_running_loop().remove_reader(self._watched)
            self._watched = None

    def _read(self) -> None:
        pgconn = self._conn.pgconn
        try:
            pgconn.consume_input()
        except psycopg.OperationalError:
            self.disarm()
            self._lost()
            return
        while (notice := pgconn.notifies()) is not None:
            self._heard(notice.extra.decode())

    def _heard(self, payload: str) -> None:
        try:
            message_id = UUID(payload)
        except ValueError:
            _log.warning("bell.odd_payload", length=len(payload))
            return
        self._ring(message_id)
