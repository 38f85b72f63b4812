"""A process beside the postings: the product's own bookkeeper (folds, seals), and a ringer in the recorder's place.

    python money_beside.py '{"url": ..., "tasks": ["fold", "ring", "seal"], "streamers": 1000}'

Prints one line when it is at work, and ends when its stdin is closed or it is told to.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import UUID, uuid4

from streamer_app.roles.system_clock import SystemClock
from streamer_app.services.bookkeeping import Bookkeeper, Rhythm
from streamer_app.store import database, payments

_RING_SECONDS = 0.01
_RINGS = 25
"""What some 2,500 postings a second make of one ring every 10 ms."""
_SEAL_SECONDS = 1.0


async def _ring(url: str, streamers: int) -> None:
    """A NOTIFY transaction every 10 ms for what was posted meanwhile, without waiting for the disk."""
    async with database.connection(url, label="bell") as conn:
        await conn.execute("SET synchronous_commit = off")
        while True:
            rung = [(UUID(int=random.randrange(streamers)), uuid4()) for _ in range(_RINGS)]  # noqa: S311 - a load
            await payments.ring(conn, rung)
            await asyncio.sleep(_RING_SECONDS)


async def _main(order: dict[str, object]) -> None:
    url, tasks = str(order["url"]), order["tasks"]
    if not isinstance(tasks, list):
        raise TypeError("tasks is a list")
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-heads-")))
        running: list[asyncio.Task[None]] = []
        if "fold" in tasks or "seal" in tasks:
            seals_into = folder if "seal" in tasks else None
            keeper = Bookkeeper(url, clock=SystemClock(), seals_into=seals_into, rhythm=Rhythm(seal=_SEAL_SECONDS))
            keeper.open()
            stack.push_async_callback(keeper.close)
        if "ring" in tasks:
            running.append(asyncio.create_task(_ring(url, int(str(order["streamers"])))))
        print("at work", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(_main(json.loads(sys.argv[1])))
