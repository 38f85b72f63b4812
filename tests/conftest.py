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

ALIKE = ("tests/money/test_survivors", "tests/money/test_moves", "tests/services/")
"""Files whose tests are about our own words, not about what a version of PostgreSQL makes of a statement: migrations,
store and money show that on both. By default these run on the newest; the slow suite runs them on both as well."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before anything is deselected."""
    for item in items:
        spec = getattr(item, "callspec", None)
        if spec is not None and "pg15" in spec.id and item.nodeid.startswith(ALIKE):
            item.add_marker(pytest.mark.slow)


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
