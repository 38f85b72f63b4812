"""Processes of a benchmark: started with a clean environment, ended whatever happens."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

REPOSITORY = Path(__file__).parents[2].resolve()
STOP_SECONDS = 20.0
START_SECONDS = 60.0


def environment(**more: str) -> dict[str, str]:
    """Ours without what steers the product, and with the product on the path. Windows are painted offscreen."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STREAMER_APP_")}
    return kept | {"PYTHONPATH": str(REPOSITORY), "QT_QPA_PLATFORM": "offscreen"} | more


def script(name: str) -> str:
    """A program that stands beside this file."""
    return str(Path(__file__).with_name(name))


@contextmanager
def running(command: list[str], *, log: Path | None = None, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A Python program with pipes for stdin and stdout; at the end its stdin is closed, then it is terminated."""
    with (log or Path(os.devnull)).open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, *command],
            env=environment(**more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said if log else None,
            text=True,
            bufsize=1,
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    """Its stdin and stdout."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("started without pipes")
    return process.stdin, process.stdout


def first_line(process: subprocess.Popen[str]) -> str:
    """What it says when it is ready. Raises RuntimeError when it ended instead."""
    line = pipes(process)[1].readline()
    if not line:
        raise RuntimeError(f"{process.args!r} ended with {process.wait(START_SECONDS)}")
    return line.strip()
