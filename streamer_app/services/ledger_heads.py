"""Heads of the ledger's chain, kept outside the database they vouch for.

`ledger-heads.jsonl` in the data folder: one JSON line per head, only ever appended, fsynced, for this user's eyes only.
Whoever changes the ledger and computes the whole chain anew, or removes its last blocks, cannot
change what stands here.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from streamer_app.core.errors import DataFolderError

FILE_NAME: Final = "ledger-heads.jsonl"


class HeadNote(msgspec.Struct, frozen=True, kw_only=True):
    """One head, as the database told it. `verified`: a verify found no problem up to here."""

    chain_id: UUID
    number: int
    head: str
    entries: int
    noted_at: datetime
    database: str
    """Where it was: host and name, never a password."""
    verified: bool = False


@dataclass(frozen=True)
class HeadNotes:
    """What the file holds, oldest first. `damaged`: lines that cannot be read."""

    notes: tuple[HeadNote, ...]
    damaged: int

    def of_chain(self, chain_id: UUID) -> tuple[HeadNote, ...]:
        """Those of one chain."""
        return tuple(note for note in self.notes if note.chain_id == chain_id)


_decoder = msgspec.json.Decoder(HeadNote)
_encoder = msgspec.json.Encoder()


def read(folder: Path) -> HeadNotes:
    """All that can be read. Raises `DataFolderError` when the file is there and cannot be opened."""
    path = folder / FILE_NAME
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return HeadNotes((), 0)
    except OSError as problem:
        raise _not_usable(path, problem) from problem
    notes: list[HeadNote] = []
    damaged = 0
    for line in filter(None, lines):
        try:
            notes.append(_decoder.decode(line))
        except msgspec.DecodeError:
            damaged += 1
    return HeadNotes(tuple(notes), damaged)


def append(folder: Path, notes: Sequence[HeadNote]) -> None:
    """Keep them. Returns when the disk has them; a torn line that a crash left does not swallow the next one."""
    path = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            text = b"".join(_encoder.encode(note) + b"\n" for note in notes)
            if size and os.lseek(descriptor, -1, os.SEEK_END) >= 0 and os.read(descriptor, 1) != b"\n":
                text = b"\n" + text
            os.write(descriptor, text)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as problem:
        raise _not_usable(path, problem) from problem


def _not_usable(path: Path, problem: OSError) -> DataFolderError:
    return DataFolderError(
        f"{path} cannot be used: {problem.strerror}",
        "Check that this user may read and write it, and that there is room.",
    )
