"""Figures beside floors measured in the same run, on this machine, on loopback: `make bench`.

    python packaging/bench/run.py [NAME ...] [--quick] [--json FILE]

NAME is one that --help names; all when none is given. Nothing is asserted: a figure means something only as a ratio to
its floor, and a busy machine makes both worse. The money figures take most of the time (a ledger of five million
entries is made first); `--quick` has a small ledger and too few samples for a p99 that means much.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

sys.path[0:1] = [str(folder) for folder in (Path(__file__).parents[1].resolve(), Path(__file__).parents[2].resolve())]

if __name__ == "__main__":
    sys.exit(importlib.import_module("bench.table").main())
