"""What a person sees on the terminal while a command works: one line on stderr, gone again when it is done.

Nothing for the first half second, and nothing at all where stderr is no terminal: logs and pipes stay clean.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, TextIO

_PATIENCE_SECONDS: Final = 0.5
_TICK_SECONDS: Final = 0.2
_CLEAR: Final = "\r\x1b[K"


class Progress:
    """Call it with (done, total); a total of 0 means that nobody knows."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._done = 0
        self._total = 0
        self._began = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """So much is done."""
        self._done, self._total = done, total

    def step(self, text: str) -> None:
        """What is being done now."""
        self._text = text

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._began

    def line(self) -> str:
        """What the terminal shows."""
        counted = ""
        if self._total:
            counted = f"  {self._done:,} of {self._total:,} ({self._done * 100 // self._total} %)"
        elif self._done:
            counted = f"  {self._done:,}"
        return f"{self._text}{counted}  {self.seconds:.0f} s"


@asynccontextmanager
async def progress(text: str, stream: TextIO | None = None) -> AsyncIterator[Progress]:
    """Show a line for as long as the block runs."""
    out = stream or sys.stderr
    made = Progress(text)
    if not out.isatty():
        yield made
        return
    ticking = asyncio.create_task(_tick(made, out))
    try:
        yield made
    finally:
        ticking.cancel()
        await asyncio.gather(ticking, return_exceptions=True)
        if made.seconds > _PATIENCE_SECONDS:
            out.write(_CLEAR)
            out.flush()


async def _tick(made: Progress, out: TextIO) -> None:
    await asyncio.sleep(_PATIENCE_SECONDS)
    while True:
        out.write(_CLEAR + made.line())
        out.flush()
        await asyncio.sleep(_TICK_SECONDS)
