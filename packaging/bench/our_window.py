"""Ours of first_paint: the command line's own way into the window; reports at MainWindow.first_painted and ends.

    python our_window.py DATA_FOLDER

Only `open_window` is wrapped, so that parser, settings, machine file and imports are those of `streamer-app desktop`.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from streamer_app.cli import main


def _report() -> None:
    os.write(1, f"{time.monotonic()}\n".encode())
    os._exit(0)


def _watch() -> None:
    from streamer_app.ui import app  # noqa: PLC0415 - Qt as late as the desktop role loads it

    opened = app.open_window

    def open_and_watch(*arguments: Any, **named: Any) -> Any:
        window = opened(*arguments, **named)
        window.first_painted.connect(_report)
        return window

    app.open_window = open_and_watch


if __name__ == "__main__":
    _watch()
    sys.exit(main(["--data-dir", sys.argv[1], "desktop"]))
