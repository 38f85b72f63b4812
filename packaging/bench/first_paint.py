"""Process start -> first painted window, everything warm, beside a bare PySide6 window.

Offscreen and not under a display server: a server's round trips weigh the same on both sides, and would only make the
ratio look better. Pairs are interleaved, so that what else the machine does falls on both.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time

from .figures import Figure, median
from .programs import START_SECONDS, environment, script

PAIRS, QUICK_PAIRS = 15, 5
WARM_UPS = 2


def measure(quick: bool) -> tuple[list[Figure], list[str]]:  # noqa: FBT001 - every benchmark takes it
    """Medians of the pairs, and the middle of the pairs' own ratios."""
    floor: list[float] = []
    ours: list[float] = []
    with tempfile.TemporaryDirectory(prefix="bench-paint-") as folder:
        for number in range(WARM_UPS + (QUICK_PAIRS if quick else PAIRS)):
            pair = _milliseconds([script("bare_window.py")]), _milliseconds([script("our_window.py"), folder])
            if number >= WARM_UPS:
                floor.append(pair[0])
                ours.append(pair[1])
    middle = median([mine / bare for mine, bare in zip(ours, floor, strict=True)])
    figure = Figure("first painted window", median(floor), median(ours), "<= 1.5x", f"{len(ours)} pairs")
    return [figure], [f"first painted window: median of the pairs' own ratios {middle:.2f}x"]


def _milliseconds(command: list[str]) -> float:
    """From before the process exists to its report, by the clock both share."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, *command],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=True,
    )
    return (float(done.stdout) - began) * 1000
