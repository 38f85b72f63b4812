"""Where errors of the operating system and of PostgreSQL's programs become errors the user can act on."""

from __future__ import annotations

import errno
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from streamer_app.core.errors import ActionableError, DatabaseUnavailableError, DataFolderError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
FULL_WORDS = ("No space left on device", "Disk quota exceeded", "not enough space")
_FORBIDDEN_WORDS = ("Permission denied", "Read-only file system", "Operation not permitted", "has wrong ownership")

# Less than one more WAL segment (16 MiB): PostgreSQL cannot go on, whatever it managed to say about it.
_NEARLY_FULL_BYTES = 20 * 1024 * 1024


def disk_full(folder: Path) -> DataFolderError:
    """Say that the disk below `folder` is full."""
    return DataFolderError(
        f"The disk is full: the database in {folder} cannot be written",
        "Free at least 200 MB on that disk and try again. What was recorded so far is safe.",
    )


def not_writable(folder: Path, reason: str) -> DataFolderError:
    """Say that the data folder cannot be written, for `reason` (the system's own words)."""
    return DataFolderError(
        f"The data folder {folder} cannot be written ({reason})",
        "Make it writable for your account, or choose another one with --data-dir.",
    )


def belongs_to_another(folder: Path, owner: str) -> DataFolderError:
    """Say that the data folder, or the database in it, is another account's."""
    return DataFolderError(
        f"The folder {folder} belongs to another account ({owner})",
        "Start the program as that account, or choose another data folder with --data-dir.",
    )


def from_os_error(data_folder: Path, error: OSError) -> DataFolderError:
    """Say what `error`, raised while working in the data folder, means for its owner."""
    reason = error.strerror or str(error)
    if error.errno in _FULL:
        return disk_full(data_folder)
    if error.errno in _FORBIDDEN:
        return not_writable(data_folder, reason)
    return DataFolderError(
        f"The data folder {data_folder} cannot be used ({reason})",
        "Check that it is a folder on a local disk, or choose another one with --data-dir.",
    )


@contextmanager
def translated(data_folder: Path) -> Iterator[None]:
    """Turn every OSError of the block into a `DataFolderError`."""
    try:
        yield
    except OSError as error:
        raise from_os_error(data_folder, error) from error


def from_program_output(data_folder: Path, cluster_folder: Path, output: str, what: str) -> ActionableError:
    """Say what a failed PostgreSQL program meant by `output` (its messages are English: it runs with LC_ALL=C)."""
    if any(words in output for words in FULL_WORDS) or _nearly_full(cluster_folder):
        return disk_full(data_folder)
    last = _last_message(output)
    if any(words in output for words in _FORBIDDEN_WORDS):
        return not_writable(data_folder, last)
    return DatabaseUnavailableError(
        f"The embedded database could not be {what}" + (f": {last}" if last else ""),
        f"Try again. If it stays so, look at {data_folder / 'database' / 'server.log'}.",
    )


def _nearly_full(folder: Path) -> bool:
    existing = next((path for path in (folder, *folder.parents) if path.exists()), None)
    return existing is not None and shutil.disk_usage(existing).free < _NEARLY_FULL_BYTES


def _last_message(output: str) -> str:
    """Take the last line that names an error; never the text of a statement."""
    told = [
        line.strip() for line in output.splitlines() if any(mark in line for mark in ("FATAL:", "PANIC:", "error:"))
    ]
    return told[-1][:300] if told else ""
