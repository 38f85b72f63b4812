"""Round trips over the overlay's kind of socket while the window scrolls a table of 100,000 rows.

What is compared is where aiohttp runs: on a thread of its own, as in the product, or on a qasync loop on the GUI
thread. The client is this process, with 1 KB messages at 100/s; server and window are the same program both times.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

import aiohttp

from .figures import Figure, median, quantile
from .programs import first_line, running, script

ROWS = 100_000
MESSAGE = "x" * 1024
SECONDS_BETWEEN = 0.01
ANSWER_SECONDS = 5.0
WARM_UP = 30
FULL, QUICK = (3, 400), (1, 200)
"""Runs of each kind, and messages in each."""


def measure(quick: bool) -> tuple[list[Figure], list[str]]:  # noqa: FBT001 - every benchmark takes it
    """Medians over the runs, which take turns."""
    runs, messages = QUICK if quick else FULL
    found: dict[str, list[list[float]]] = {"gui": [], "own": []}
    with tempfile.TemporaryDirectory(prefix="bench-scroll-") as folder:
        for _ in range(runs):
            for kind, results in found.items():
                with running([script("scrolling_window.py"), kind, str(ROWS)], log=Path(folder) / "log") as window:
                    results.append(asyncio.run(_round_trips(first_line(window), messages)))
    p50, p99 = (
        {kind: median([quantile(run, share) for run in results]) for kind, results in found.items()}
        for share in (0.5, 0.99)
    )
    count = f"{runs} runs of {messages} each"
    return [
        Figure("round trip p99 while scrolling", p99["gui"], p99["own"], ">= 8x better", count, times_better=True),
        Figure("  p50", p50["gui"], p50["own"], "", count, times_better=True),
    ], ["scrolling: the floor is the same server on the GUI thread's qasync loop"]


async def _round_trips(url: str, messages: int) -> list[float]:
    """Milliseconds each. A late answer does not delay the next question: it was due when it was due."""
    took: list[float] = []
    asked: list[float] = []
    total = WARM_UP + messages
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/socket") as socket:

        async def read() -> None:
            for number in range(total):
                await socket.receive_str(timeout=ANSWER_SECONDS)
                took.append((time.monotonic() - asked[number]) * 1000)

        reading = asyncio.create_task(read())
        begin = time.monotonic()
        for number in range(total):
            await asyncio.sleep(max(0.0, begin + number * SECONDS_BETWEEN - time.monotonic()))
            asked.append(time.monotonic())
            await socket.send_str(MESSAGE)
        await reading
    return took[WARM_UP:]
