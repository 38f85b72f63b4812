"""What the pages noted, read while they go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from tests.chaos.page import Note

_NOTE: msgspec.json.Decoder[Note] = msgspec.json.Decoder(Note)


@dataclass
class PageNotes:
    """One page's log; `look` reads what came since."""

    path: Path
    notes: list[Note] = field(default_factory=list)
    _read: int = 0

    def look(self) -> list[Note]:
        """What is new."""
        if not self.path.exists():
            return []
        with self.path.open("rb") as file:
            file.seek(self._read)
            whole, _, _ = file.read().rpartition(b"\n")
        if not whole:
            return []
        self._read += len(whole) + 1
        new = [_NOTE.decode(line) for line in whole.split(b"\n")]
        self.notes.extend(new)
        return new
