"""Files that are there whole or not at all: written beside their name, moved onto it at the end."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from streamer_app.core.errors import ActionableError


@asynccontextmanager
async def whole_file(target: Path) -> AsyncIterator[BinaryIO]:
    """A new file for `target`, readable by its owner only (it holds money and names).

    Leaving normally replaces what was there; an error or a cancelled task leaves what was there, and nothing else.
    """
    try:
        number, name = tempfile.mkstemp(prefix=".export-", suffix=".part", dir=target.parent)
    except OSError as problem:
        raise _unwritable(target, problem) from problem
    part = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            await to_its_end(lambda: _flush(file))
        _move(part, target)
    except OSError as problem:
        raise _unwritable(target, problem) from problem
    finally:
        _remove(part)


async def to_its_end(call: Callable[[], object]) -> None:
    """Run a blocking call in a thread; a cancelled task still waits for it, so that nobody writes to a closed file."""
    running = asyncio.ensure_future(asyncio.to_thread(call))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        if not running.cancelled():
            running.exception()  # the cancellation goes first
        raise


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _move(part: Path, target: Path) -> None:
    part.replace(target)


def _remove(part: Path) -> None:
    part.unlink(missing_ok=True)


def _unwritable(target: Path, problem: OSError) -> ActionableError:
    return ActionableError(
        f"The file {target} cannot be written: {problem.strerror or type(problem).__name__}",
        "Choose another place, make room on the disk, or close the file where it is open; then export again.",
    )
