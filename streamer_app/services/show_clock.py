"""The show's time for whoever computes beside the dispatcher."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from streamer_app.core.clock import Clock
from streamer_app.services.show import Show


class ShowClock:
    """Fulfils `core.clock.Clock`: the database's time once the show knows it, this machine's before."""

    def __init__(self, clock: Clock, show: Callable[[], Show | None]) -> None:
        self._clock = clock
        self._show = show

    def now(self) -> datetime:
        """In UTC."""
        show = self._show()
        return self._clock.now() if show is None else show.now()

    def monotonic(self) -> float:
        """Seconds."""
        return self._clock.monotonic()
