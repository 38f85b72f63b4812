"""Facts that PostgreSQL could not take yet, kept on disk with the moment they happened.

While the database is away, skips and ends of runs act at once and are written here, fsynced, a JSON line each. When it
is back they are written in order; every record carries an id the database knows, so writing twice is harmless.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
import structlog

from streamer_app.store.facts import FactRecord
from streamer_app.store.playback import RunEnd

_log = structlog.get_logger()
Record = FactRecord | RunEnd
_decoder = msgspec.json.Decoder(Record)
_encoder = msgspec.json.Encoder()


class Journal:
    """One file in the data folder; `path` None keeps it in memory, for a studio without a folder of its own."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._pending: list[Record] = _read(path) if path is not None else []

    @property
    def pending(self) -> tuple[Record, ...]:
        """What still has to be written, oldest first."""
        return tuple(self._pending)

    def append(self, records: Sequence[Record]) -> None:
        """Keep records. Returns when the disk has them."""
        self._pending.extend(records)
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, b"".join(_encoder.encode(record) + b"\n" for record in records))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def written(self) -> None:
        """The database has all of it."""
        self._pending.clear()
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def _read(path: Path) -> list[Record]:
    """All whole lines. A torn last line is what a crash in mid-write leaves: it was never acknowledged."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    records: list[Record] = []
    for line in filter(None, lines):
        try:
            records.append(_decoder.decode(line))
        except msgspec.DecodeError:
            _log.warning("journal.torn_line", length=len(line))
    return records
