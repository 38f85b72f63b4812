"""Time, passed in. Core and services never read it themselves, so tests can hold it still."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """`monotonic` in seconds for durations; `now` in UTC for ranks and facts made while the database is away."""

    def monotonic(self) -> float:
        """Seconds that never jump."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""
