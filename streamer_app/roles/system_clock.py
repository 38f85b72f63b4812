"""The machine's clock. Only composition roots make one; everything below is handed it."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """Fulfils `core.clock.Clock`."""

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return datetime.now(UTC)
