"""The streamer's own pictures, videos and sounds: checked by content, made anew where that can be done, kept by hash.

Pictures are decoded and encoded again by Pillow, and wav files are written anew: what hides in them beside the picture
or the sound is gone. Webm, mp3 and ogg are looked at by their headers only. No sound is made louder or softer here: a
variation's volume does that. All calls block; a caller on a loop makes them in a thread.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import uuid4

import msgspec
import structlog

from streamer_app.core.errors import ActionableError, CommandRefusedError, DataFolderError
from streamer_app.core.library_files import (
    MOST_FILE_BYTES,
    MOST_LIBRARY_BYTES,
    LibraryFile,
    is_file_id,
    kind_of,
    shown_name,
)
from streamer_app.services.library_content import Content, made_anew

_INDEX: Final = "index.json"
_PART: Final = ".part"
_FILES: Final = msgspec.json.Decoder(dict[str, LibraryFile])
_MEGABYTE: Final = 1024 * 1024

_log = structlog.get_logger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Library:
    """The files of one data folder. One process at a time writes to it: the studio, or a command without one."""

    def __init__(self, folder: Path, now: Callable[[], datetime] = _now) -> None:
        """`folder` is `<data_dir>/library`; it is made at the first file. `now` is the wall clock in UTC."""
        self._folder = folder
        self._now = now
        self._lock = threading.Lock()

    def files(self) -> list[LibraryFile]:
        """Every file, the newest first."""
        with self._lock:
            return sorted(self._index().values(), key=_newest_first, reverse=True)

    def path(self, file_id: str) -> Path | None:
        """Where a file lies; None for what is no id, and for one that is not there."""
        if not is_file_id(file_id):
            return None
        path = self._folder / file_id
        return path if path.is_file() and not path.is_symlink() else None

    def add(self, content: bytes | Path, name: str) -> LibraryFile:
        """Check it, make it anew and keep it. The same content again is the same file, under its first name.

        Raises `CommandRefusedError` in words for what cannot be used, `DataFolderError` for a disk that is full.
        """
        raw = content if isinstance(content, bytes) else _read(content)
        if len(raw) > MOST_FILE_BYTES:
            raise too_large()
        made = made_anew(raw)
        if len(made.data) > MOST_FILE_BYTES:
            raise CommandRefusedError(
                f"Encoded anew, this file would be larger than {MOST_FILE_BYTES // _MEGABYTE} MB",
                "Make the picture smaller or the animation shorter, then add it again.",
            )
        with self._lock:
            return self._keep(made, shown_name(name))

    def remove(self, file_id: str, *, used_by: Collection[str] = (), forced: bool = False) -> None:
        """Delete a file. Refused while variations name it, unless forced: their alerts then come without it."""
        with self._lock:
            index = self._index()
            if file_id not in index:
                raise CommandRefusedError(
                    "There is no such file in the library", "Look them up with: streamer-app overlay library list."
                )
            if used_by and not forced:
                raise CommandRefusedError(
                    f"This file is used by: {', '.join(sorted(used_by))}",
                    "Nothing was deleted. Change those first, or delete it all the same (--force).",
                )
            try:
                (self._folder / file_id).unlink(missing_ok=True)
                del index[file_id]
                self._write_index(index)
            except OSError as problem:
                raise _unusable(self._folder, problem) from problem
        _log.info("library.removed", file=file_id)

    def _keep(self, made: Content, name: str) -> LibraryFile:
        file_id = f"{sha256(made.data).hexdigest()[:32]}.{made.ending}"
        index = self._index()
        if file_id in index:
            return index[file_id]
        if sum(file.size for file in index.values()) + len(made.data) > MOST_LIBRARY_BYTES:
            raise CommandRefusedError(
                f"The library is full: {MOST_LIBRARY_BYTES // _MEGABYTE} MB at most",
                "Delete files that no variation uses, then add this one again.",
            )
        kept = LibraryFile(
            id=file_id,
            name=name,
            kind=kind_of(made.ending),
            size=len(made.data),
            added_at=self._now(),
            width=made.width,
            height=made.height,
            moving=made.moving,
            note=made.note,
        )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write(file_id, made.data)
            self._write_index({**index, file_id: kept})
        except OSError as problem:
            with suppress(OSError):
                (self._folder / file_id).unlink(missing_ok=True)
            raise _unusable(self._folder, problem) from problem
        _log.info("library.added", file=file_id, size=kept.size)
        return kept

    def _index(self) -> dict[str, LibraryFile]:
        """What is known of each file that is there. A lost index loses names, no file; a lost file loses its entry."""
        known: dict[str, LibraryFile] = {}
        try:
            known = _FILES.decode((self._folder / _INDEX).read_bytes())
        except FileNotFoundError:
            pass
        except (OSError, msgspec.DecodeError, UnicodeError) as problem:
            _log.error("library.index_unreadable", error=type(problem).__name__)
        found: dict[str, LibraryFile] = {}
        for path in self._there():
            entry = known.get(path.name)
            found[path.name] = entry if entry is not None and entry.id == path.name else _unnamed(path)
        return found

    def _there(self) -> list[Path]:
        try:
            return [path for path in self._folder.iterdir() if self.path(path.name) is not None]
        except FileNotFoundError:
            return []
        except OSError as problem:
            raise _unusable(self._folder, problem) from problem

    def _write_index(self, index: dict[str, LibraryFile]) -> None:
        self._write(_INDEX, msgspec.json.format(msgspec.json.encode(index), indent=2))

    def _write(self, name: str, data: bytes) -> None:
        """Whole or not at all. What an earlier crash left unfinished goes away."""
        for left in self._folder.glob(f".*{_PART}"):
            left.unlink(missing_ok=True)
        part = self._folder / f".{uuid4().hex}{_PART}"
        try:
            with part.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._folder / name)
        finally:
            part.unlink(missing_ok=True)


def _newest_first(file: LibraryFile) -> tuple[float, str]:
    return (0.0 if file.added_at is None else file.added_at.timestamp(), file.id)


def _unnamed(path: Path) -> LibraryFile:
    return LibraryFile(id=path.name, name=path.name, kind=kind_of(path.suffix[1:]), size=path.stat().st_size)


def _read(path: Path) -> bytes:
    """At most one byte more than is allowed."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_FILE_BYTES + 1)
    except OSError as problem:
        raise ActionableError(
            f"{path} cannot be read: {problem.strerror or type(problem).__name__}", "Check its name and its rights."
        ) from problem


def too_large() -> CommandRefusedError:
    """What is said of a file above the limit."""
    return CommandRefusedError(
        f"This file is larger than {MOST_FILE_BYTES // _MEGABYTE} MB", "Make it smaller or shorter, then add it again."
    )


def _unusable(folder: Path, problem: OSError) -> DataFolderError:
    return DataFolderError(
        f"The library {folder} cannot be written: {problem.strerror or type(problem).__name__}",
        "Nothing was changed. Make it writable and give it some room, then try again.",
    )
