"""Time, passed in. Core and services never read it themselves, so tests can hold it still."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """`monotonic` in seconds for durations; `now` in UTC for ranks and facts made while the database is away."""

    def monotonic(self) -> float:
        """Seconds that never jump."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""


class SystemClock:
    """The machine's clock: only composition roots make one."""

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return datetime.now(UTC)
