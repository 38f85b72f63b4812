"""A wall clock that can be moved under a running program, as a user or a time server does. The monotonic one stays."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FAKETIME: Final = (
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib64/faketime/libfaketimeMT.so.1",
)
LAUNCHER: Final = "tests.chaos.moved_clock"
TICK_SECONDS: Final = 1
"""How long a program may take to see that its clock was moved."""


@dataclass(frozen=True)
class MovedClock:
    """The clock of the programs that are started with it. `file` says how far it is off; none may be there at first.

    libfaketime (Debian: `faketime`) moves all of a process. Where it is not installed, a launcher moves the clock that
    the composition roots hand out, which is the only one the studio reads.
    """

    file: Path

    @property
    def library(self) -> str | None:
        """libfaketime, where it is installed."""
        return next((each for each in _FAKETIME if Path(each).exists()), None)

    @property
    def name(self) -> str:
        """What moves it, for the report."""
        return "libfaketime" if self.library else "the studio's own clock"

    def move_to(self, seconds: int) -> None:
        """So far from the right time."""
        draft = self.file.with_suffix(".draft")
        draft.write_text(f"{seconds:+d}\n")
        draft.replace(self.file)

    @property
    def off(self) -> int:
        """How far it is off now, in seconds."""
        return int(self.file.read_text())

    def environment(self) -> dict[str, str]:
        """What a program is started with."""
        if self.library is None:
            return {"CHAOS_CLOCK": str(self.file)}
        return {
            "LD_PRELOAD": self.library,
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": str(TICK_SECONDS),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DISABLE_SHM": "1",
            "NO_FAKE_STAT": "1",
        }

    def command(self, words: list[str]) -> list[str]:
        """How a studio is started: `words` after the interpreter's `-m streamer_app`."""
        module = "streamer_app" if self.library else LAUNCHER
        return [sys.executable, "-m", module, *words]
