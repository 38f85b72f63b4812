"""One studio per data folder: a file lock that dies with its process, and a note that says where it answers."""

from __future__ import annotations

import os
import secrets
import time
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from streamer_app.core.errors import DataFolderError
from streamer_app.store.embedded.file_lock import FileLock

_POLL_SECONDS: Final = 0.05


class StudioAddress(msgspec.Struct, frozen=True, kw_only=True):
    """`run/studio.json`: where a live studio listens for commands. Carries the control key: 0600, never logged."""

    pid: int
    started_at: datetime
    port: int
    control_key: str


class StudioLock:
    """Held for as long as a studio lives, be it for one command."""

    def __init__(self, run_folder: Path) -> None:
        self._folder = run_folder
        self._note = run_folder / "studio.json"
        self._lock = FileLock(run_folder / "studio.lock")

    def acquire(self, seconds: float = 0.0) -> bool:
        """Take the folder, waiting at most so long. Raises `DataFolderError` when it cannot be written."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            taken = self._lock.acquire(seconds)
            if taken:
                self._note.unlink(missing_ok=True)
        except OSError as problem:
            raise DataFolderError(
                f"The data folder {self._folder.parent} cannot be used: {problem.strerror or problem}",
                "Make it writable and give it some room, or name another one with --data-dir.",
            ) from problem
        return taken

    def announce(self, address: StudioAddress) -> None:
        """Write the note, whole or not at all."""
        draft = self._folder / f".studio.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(address))
        draft.replace(self._note)

    def release(self) -> None:
        """Give the folder back."""
        self._note.unlink(missing_ok=True)
        self._lock.release()


def holder_of(run_folder: Path) -> StudioAddress | None:
    """Where the studio that holds the folder answers; None while it holds it without listening (yet).

    Ask only after `acquire` failed: whoever takes the lock removes a dead studio's note first.
    """
    try:
        return msgspec.json.decode((run_folder / "studio.json").read_bytes(), type=StudioAddress)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def lock_or_find(lock: StudioLock, run_folder: Path, seconds: float) -> StudioAddress | None:
    """Either take the lock (None) or find who has it; raises `TimeoutError` when neither comes about in time."""
    deadline = time.monotonic() + seconds
    while not lock.acquire(_POLL_SECONDS):
        found = holder_of(run_folder)
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise TimeoutError(str(run_folder))
    return None
