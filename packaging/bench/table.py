"""Runs the benchmarks that were named, one after the other, and prints what they found as one table."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from math import isnan
from pathlib import Path

from . import (
    commit_to_alert,
    first_paint,
    money_audit,
    money_batches,
    money_pages,
    money_postings,
    overlay_paint,
    queue_commands,
    queue_restarts,
    queue_scripts,
    scroll,
    window_ledger,
)
from .figures import Figure, table

BENCHMARKS: dict[str, Callable[[bool], tuple[list[Figure], list[str]]]] = {
    "first_paint": first_paint.measure,
    "commit_to_alert": commit_to_alert.measure,
    "scroll": scroll.measure,
    "overlay_paint": overlay_paint.measure,
    "queue_scripts": queue_scripts.measure,
    "queue_commands": queue_commands.measure,
    "queue_restarts": queue_restarts.measure,
    "money_postings": money_postings.measure,
    "money_batches": money_batches.measure,
    "money_audit": money_audit.measure,
    "money_pages": money_pages.measure,
    "window_ledger": window_ledger.measure,
}
"""Each takes "quick" and answers with its figures and with remarks for below the table."""


def main() -> int:
    """0 whatever the figures are: they are for people to read."""
    parser = argparse.ArgumentParser(prog="make bench", description="Figures beside floors measured in the same run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all when none is named")
    parser.add_argument("--quick", action="store_true", help="few samples")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    typed = parser.parse_args()
    unknown = sorted(set(typed.names) - set(BENCHMARKS))
    if unknown:
        parser.error(f"there is no benchmark {', '.join(unknown)}")
    figures: list[Figure] = []
    notes: list[str] = []
    for name in typed.names or BENCHMARKS:
        began = time.monotonic()
        found, remarks = BENCHMARKS[name](typed.quick)
        figures += found
        notes += remarks
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    notes.append(f"load average at the end {_load()}, {os.cpu_count()} cores")
    print(table(figures, notes))
    if typed.json:
        rows = [
            {
                "figure": figure.name,
                "unit": figure.unit,
                "floor": _number(figure.floor),
                "ours": _number(figure.ours),
                "ratio": _number(figure.ratio),
                "target": figure.target,
                "met": figure.met,
            }
            for figure in figures
        ]
        typed.json.write_text(json.dumps({"figures": rows, "notes": notes}, indent=2) + "\n", encoding="utf-8")
    return 0


def _number(value: float) -> float | None:
    """JSON knows no nan."""
    return None if isnan(value) else round(value, 4)


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
