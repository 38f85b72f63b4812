"""`python -m tests.chaos --messages 5000 --seed N`: a table, and exit 1 when a promise was broken."""

from __future__ import annotations

import argparse
import random
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Final

from tests.chaos.clocks import MovedClock
from tests.chaos.evidence import read
from tests.chaos.plan import FOLLOWS, Kind
from tests.chaos.run import Settings, run
from tests.chaos.table import report
from tests.chaos.verdict import Case

MESSAGES_PER_FAULT: Final = 65
GRACE_SECONDS: Final = 120
"""For servers that hang at start or end; what only takes too long in between stops by itself."""
FOLDER: Final = Path("build/chaos")


def _end(number: int, _frame: FrameType | None) -> None:
    """Leave as an exception does: every process that was started is ended."""
    raise SystemExit(f"ended by {signal.Signals(number).name}")


def _typed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Break a running show, many times.")
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=None, help="as printed by an earlier run; else by chance")
    parser.add_argument("--faults", type=int, default=None, help="else one for every 65 messages")
    parser.add_argument("--rate", type=float, default=15.0, help="donations a second")
    parser.add_argument("--seconds", type=float, default=1500.0, help="the longest it may take")
    parser.add_argument("--queue", choices=["redis", "embedded"], default="redis")
    parser.add_argument("--quick", action="store_true", help="leases are aged by the database, not waited out")
    parser.add_argument("--only", choices=[kind.name for kind in Kind if kind not in FOLLOWS], help="this fault alone")
    parser.add_argument("--evidence", type=Path, default=None, help="a new folder for what the run leaves behind")
    parser.add_argument("--read", type=Path, default=None, help="judge the evidence.json of an old run again")
    return parser.parse_args()


def main() -> int:
    """One run, or a look at an old one."""
    typed = _typed()
    if typed.read is not None:
        text, kept = report(Case(read(typed.read)), f"chaos: {typed.read}")
        print(text)
        return 0 if kept else 1
    seed = random.SystemRandom().getrandbits(32) if typed.seed is None else typed.seed
    folder = (typed.evidence or FOLDER / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{seed}").absolute()
    print(f"chaos: seed {seed}, {typed.messages} messages, evidence in {folder}", flush=True)
    settings = Settings(
        folder=folder,
        seed=seed,
        messages=typed.messages,
        faults=typed.faults or max(1, typed.messages // MESSAGES_PER_FAULT),
        rate=typed.rate,
        seconds=typed.seconds,
        redis=typed.queue == "redis",
        thorough=not typed.quick,
        only=None if typed.only is None else Kind[typed.only],
    )
    for number in (signal.SIGALRM, signal.SIGTERM):
        signal.signal(number, _end)
    signal.alarm(int(typed.seconds) + GRACE_SECONDS)
    means = MovedClock(folder).name
    text, kept = report(Case(run(settings)), f"chaos: seed {seed}, queue in {typed.queue}, clocks moved by {means}")
    (folder / "table.txt").write_text(text + "\n")
    print(text)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
