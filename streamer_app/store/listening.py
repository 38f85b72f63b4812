"""LISTEN on a connection of its own, which never runs anything else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import structlog
from psycopg import sql as compose

from streamer_app.store.database import connection

_log = structlog.get_logger()


@asynccontextmanager
async def bell(url: str, streamer: UUID) -> AsyncIterator[AsyncIterator[UUID | None]]:
    """The rings of one streamer, in order. None stands for a ring that names no message."""
    async with connection(url, label="bell") as conn:
        channel = compose.Identifier(f"streamer_app_bell_{streamer.hex}")
        await conn.execute(compose.SQL("LISTEN {}").format(channel))

        async def rings() -> AsyncIterator[UUID | None]:
            async for notice in conn.notifies():
                try:
                    yield UUID(notice.payload)
                except ValueError:
                    _log.warning("bell.odd_payload", length=len(notice.payload))
                    yield None

        yield rings()
