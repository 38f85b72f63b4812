"""Starts the program with a clock that reads how far it is off from a file: what stands in for libfaketime.

`python -m tests.chaos.moved_clock WORDS...` is `python -m streamer_app WORDS...`.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from streamer_app import cli
from streamer_app.roles.system_clock import SystemClock


def moved_now(_clock: SystemClock) -> datetime:
    """What a clock that is off would say."""
    return datetime.now(UTC) + timedelta(seconds=int(Path(os.environ["CHAOS_CLOCK"]).read_text()))


if __name__ == "__main__":
    setattr(SystemClock, "now", moved_now)  # noqa: B010 - a method is no variable to mypy
    sys.exit(cli.main())
