"""Logging: one line per event, with context; never a key, a password or a donor's words.

A command speaks on stderr. A window has no terminal, so its studio writes `logs/studio.log` in the data folder.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Final, TextIO

import structlog

LARGEST_LOG_BYTES: Final = 2_000_000


def configure(*, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Events to `stream` (stderr by default), from `level` up."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def configure_file(data_dir: Path) -> TextIO | None:
    """Events to the data folder's log, the one before kept once; to stderr where it cannot be written.

    The caller closes the file it gets, when nothing logs any more.
    """
    path = data_dir / "logs" / "studio.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LARGEST_LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        stream = path.open("a", encoding="utf-8", buffering=1)
    except OSError as problem:
        configure()
        structlog.get_logger().warning("log.file_unavailable", why=problem.strerror)
        return None
    configure(stream=stream)
    return stream
