"""Fixtures of every room: real servers, and the promise that no test leaves a thread or a process behind."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import pytest

# Before anything imports Qt: no test needs a screen.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytest_plugins = ["tests.postgres_servers", "tests.redis_servers", "tests.redis_cluster"]

LONG_LIVED_THREADS = ("asyncio_", "ThreadPoolExecutor", "pytest_timeout", "QThread", "Dummy-")


@pytest.fixture(autouse=True)
def no_stray_threads() -> Iterator[None]:
    """A test ends with the threads it began with; a short grace lets joined ones leave."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline:
        stray = [
            thread
            for thread in set(threading.enumerate()) - before
            if thread.is_alive() and not thread.name.startswith(LONG_LIVED_THREADS)
        ]
        if not stray:
            return
        stray[0].join(0.05)
    pytest.fail(f"threads left behind: {[thread.name for thread in stray]}")
