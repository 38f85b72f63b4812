"""Jobs that run one after the other, and timers that post them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

Job = Callable[[], Awaitable[None]]


class Inbox:
    """What happens becomes a job; each race has one winner, by order of arrival. Lives on one loop."""

    def __init__(self) -> None:
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        self._timers: set[asyncio.TimerHandle] = set()
        self._named: dict[str, asyncio.TimerHandle] = {}
        self.taken = 0
        """How many jobs were taken out so far."""

    def post(self, job: Job) -> None:
        """Do it after everything that was posted before."""
        self._jobs.put_nowait(job)

    async def take(self) -> Job:
        """The next job."""
        job = await self._jobs.get()
        self.taken += 1
        return job

    def later(self, seconds: float, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back once after so many seconds; the returned function cancels."""
        handle: asyncio.TimerHandle

        def fire() -> None:
            self._timers.discard(handle)
            callback()

        handle = asyncio.get_running_loop().call_later(seconds, fire)
        self._timers.add(handle)
        return handle.cancel

    def post_after(self, name: str, seconds: float, job: Job) -> None:
        """Post a job after so many seconds. One timer per name: the newest replaces the one before."""
        self.forget(name)
        self._named[name] = asyncio.get_running_loop().call_later(seconds, lambda: self.post(job))

    def forget(self, name: str) -> None:
        """Cancel the timer of that name, if there is one."""
        before = self._named.pop(name, None)
        if before is not None:
            before.cancel()

    def close(self) -> None:
        """Cancel every timer."""
        for handle in (*self._timers, *self._named.values()):
            handle.cancel()
        self._timers.clear()
        self._named.clear()
