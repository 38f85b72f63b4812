"""Log files of the server and of its keeper: appended to by several processes, never larger than a bound."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LIMIT_BYTES = 1024 * 1024
_KEPT_BYTES = 256 * 1024


def open_for_append(path: Path) -> int:
    """Open a log for a child process; the descriptor is the caller's to close. Readable by its owner only."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def bound(path: Path, limit: int = LIMIT_BYTES) -> bool:
    """Keep the end of a log that outgrew `limit` as `<name>.1` and empty it; its writers append, so they just go on."""
    if not path.exists() or path.stat().st_size <= limit:
        return False
    tail = read_from(path, path.stat().st_size - _KEPT_BYTES)
    os.truncate(path, 0)
    older = path.with_name(path.name + ".1")
    try:
        older.write_bytes(tail)
    except OSError:
        # A full disk: room for the database matters more than old lines.
        older.unlink(missing_ok=True)
    return True


def size(path: Path) -> int:
    """Bytes written so far; 0 when there is no log yet."""
    return path.stat().st_size if path.exists() else 0


def read_from(path: Path, offset: int) -> bytes:
    """Everything from `offset` on; empty when there is no log."""
    if not path.exists():
        return b""
    with path.open("rb") as log:
        log.seek(max(offset, 0))
        return log.read()
