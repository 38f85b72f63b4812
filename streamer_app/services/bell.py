"""The bell: PostgreSQL rings when a message may have become playable. A hint; the slow reconcile is the guarantee."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from uuid import UUID

import structlog

from streamer_app.store import listening
from streamer_app.store.database import is_gone
from streamer_app.store.queue_engine import next_delay

_log = structlog.get_logger()


async def listen(url: str, streamer: UUID, ring: Callable[[UUID | None], None]) -> None:
    """Ring for every message; after each (re)connect ring with None: whatever rang in between was not heard.

    Runs until cancelled.
    """
    attempt = 0
    while True:
        try:
            async with listening.bell(url, streamer) as rings:
                attempt = 0
                ring(None)
                async for message_id in rings:
                    ring(message_id)
        except Exception as problem:
            if not is_gone(problem):
                raise
            _log.info("bell.away", attempt=attempt)
        await asyncio.sleep(next_delay(attempt, random.random))
        attempt += 1
