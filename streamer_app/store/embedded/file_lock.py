"""A lock that dies with the process that holds it.

POSIX `flock` belongs to the open file, and Python opens files close-on-exec: a server started while the lock is held
does not inherit it, and `kill -9` of the holder frees it at once. The file itself is never deleted.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.002, 0.05


class FileLock:
    """One exclusive lock on one file, between processes and between threads (each with a `FileLock` of its own)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self, timeout: float | None = 0.0) -> bool:
        """Take the lock within `timeout` seconds (None: wait for ever); False when somebody else kept it."""
        deadline = None if timeout is None else time.monotonic() + timeout
        pause = _FIRST_PAUSE
        while not self._try_once():
            if deadline is not None and time.monotonic() >= deadline:
                return False
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        return True

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        if self._descriptor is None:
            return
        descriptor, self._descriptor = self._descriptor, None
        try:
            _unlock(descriptor)
        finally:
            os.close(descriptor)

    def hand_over(self) -> int | None:
        """Return the descriptor for a child to inherit; with `forget` afterwards the lock is the child's alone."""
        return self._descriptor if sys.platform != "win32" else None

    def forget(self) -> None:
        """Close our side of a lock that a child has inherited; the child keeps it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    @classmethod
    def inherited(cls, path: Path, descriptor: int) -> Self:
        """Return the lock that was handed over to this process."""
        lock = cls(path)
        os.set_inheritable(descriptor, False)
        lock._descriptor = descriptor
        return lock

    @contextmanager
    def hold(self, timeout: float | None = None) -> Iterator[Self]:
        """Hold the lock for a block; TimeoutError when it cannot be had in time."""
        if not self.acquire(timeout):
            raise TimeoutError(str(self._path))
        try:
            yield self
        finally:
            self.release()

    def _try_once(self) -> bool:
        descriptor = os.open(self._path, _FLAGS, 0o600)
        if _try_lock(descriptor) and self._is_current(descriptor):
            self._descriptor = descriptor
            return True
        os.close(descriptor)
        return False

    def _is_current(self, descriptor: int) -> bool:
        """Whether the locked file still lies at the path: its folder may have been deleted and made again."""
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except FileNotFoundError:
            return False
