"""Mutation testing of the money code: change it in a small way, and see whether a test notices.

`python -m tests.money.mutation [--every N] [--only TEXT] [--quick] [--list]`. First every test of the battery runs
once, to know which database functions it calls and how long it takes. Then each mutant meets the tests that reach it,
the quickest first, until one fails. Two run at a time, each on a server of its own. Survivors are named; exit 1 below
90 % killed. Mutants that nothing could notice are listed with their reasons in equivalent_mutants.txt, and counted
apart.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import Any, Final

from tests.money.python_mutants import PythonMutant, python_mutants
from tests.money.sql_mutants import Mutant, mutants, units

ROOT: Final = Path(__file__).resolve().parents[2]
WANTED: Final = 0.90
_AT_ONCE: Final = 2
_SQL: Final = (
    "functions/0009_refuse_other_payment.sql",
    "functions/0011_*.sql",
    "views/0011_*.sql",
    "functions/0012_*.sql",
    "triggers/0012_*.sql",
)
_PYTHON: Final = ("core/money", "core/refusals", "store/payments", "store/movements", "services/recorder")
BATTERY: Final = (
    "tests/core/test_money.py",
    "tests/money",
    "tests/migrations/test_append_only.py",
    "tests/migrations/test_money_guards.py",
    "tests/migrations/test_money_guards_entries.py",
    "tests/migrations/test_money_guards_old_rows.py",
    "tests/migrations/test_record_payment.py",
    "tests/services/test_movements.py",
    "tests/services/test_recorder.py",
    "tests/store/test_movements.py",
    "tests/store/test_payments.py",
)
_QUICK_SECONDS: Final = 3.0
_FIRST: Final = 4
# Money as text is read by nothing but its own tests, which need no database.
_OWN_TESTS: Final = {"streamer_app.core.money": "tests/core/"}

AnyMutant = Mutant | PythonMutant


@dataclass
class Measured:
    """What one run of the battery showed: seconds per test, which tests call a function, and which fail anyway."""

    seconds: dict[str, float]
    callers: dict[str, list[str]]
    failing: list[str]

    def without_failing(self) -> Measured:
        """Less the tests that prove nothing because they fail by themselves."""
        failing = set(self.failing)
        print(f"{len(self.seconds) - len(failing)} tests; left out as failing: {sorted(failing)}", flush=True)
        return Measured(
            {test: seconds for test, seconds in self.seconds.items() if test not in failing},
            {name: [test for test in tests if test not in failing] for name, tests in self.callers.items()},
            [],
        )

    def for_mutant(self, mutant: AnyMutant) -> list[str]:
        """The tests that can notice it, the quickest first."""
        if isinstance(mutant, PythonMutant):
            own = _OWN_TESTS.get(mutant.module)
            chosen = {test for test in self.seconds if test.startswith("tests/core/") == (own is not None)}
        elif "LANGUAGE plpgsql" in mutant.unit.text:
            chosen = set(self.callers.get(mutant.unit.name, ()))
        else:
            # Triggers, views, and functions of one expression that are inlined: whoever comes to the database.
            chosen = {test for tests in self.callers.values() for test in tests}
        return sorted(chosen, key=self.seconds.__getitem__)


@dataclass
class Verdict:
    """What became of one mutant."""

    mutant: AnyMutant
    outcome: str
    by: str = ""


class Workers:
    """Processes of `mutation_worker`, one question at a time each."""

    def __init__(self, count: int, battery: Sequence[str]) -> None:
        self._all = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.money.mutation_worker", *battery],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(count)
        ]
        self._free: SimpleQueue[subprocess.Popen[str]] = SimpleQueue()
        for worker in self._all:
            self._free.put(worker)

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """The answer of whoever is free."""
        worker = self._free.get()
        try:
            if worker.stdin is None or worker.stdout is None:
                raise RuntimeError("a worker without pipes")
            worker.stdin.write(json.dumps(question) + "\n")
            worker.stdin.flush()
            line = worker.stdout.readline()
            if not line:
                raise RuntimeError("a worker ended")
            answer: dict[str, Any] = json.loads(line)
            return answer
        finally:
            self._free.put(worker)

    def stop(self) -> None:
        for worker in self._all:
            worker.communicate()


def money_mutants() -> Iterator[AnyMutant]:
    """All of them, SQL first."""
    for pattern in _SQL:
        for path in sorted((ROOT / "migrations" / "sql").glob(pattern)):
            for unit in units(path):
                yield from mutants(unit)
    for name in _PYTHON:
        yield from python_mutants(ROOT / "streamer_app" / f"{name}.py", f"streamer_app.{name.replace('/', '.')}")


def equivalents() -> dict[str, str]:
    """Mutants that no test can notice, with the reason: `unit | change | line  #  reason`."""
    lines = (ROOT / "tests" / "money" / "equivalent_mutants.txt").read_text(encoding="utf-8").splitlines()
    return {
        key.strip(): reason.strip()
        for key, _, reason in (line.partition("  #  ") for line in lines if line and not line.startswith("#"))
    }


@dataclass
class Progress:
    """Says now and then how far it is; survivors at once."""

    wanted: int
    verdicts: list[Verdict] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _started: float = field(default_factory=time.monotonic)

    def add(self, verdict: Verdict) -> None:
        with self._lock:
            self.verdicts.append(verdict)
            if verdict.outcome in {"survived", "equivalent"}:
                print(f"{verdict.outcome}: {verdict.mutant.place}: {verdict.mutant.key}", flush=True)
            if len(self.verdicts) % 50 == 0:
                print(f"{len(self.verdicts)}/{self.wanted}, {time.monotonic() - self._started:.0f} s", flush=True)


def run(chosen: Sequence[AnyMutant], known: dict[str, str], *, only_quick: bool) -> list[Verdict]:
    """Meet every chosen mutant with the battery."""
    battery = [each for each in BATTERY if (ROOT / each).exists()]
    workers = Workers(_AT_ONCE, battery)
    progress = Progress(len(chosen))
    try:
        measured = Measured(**workers.ask({"measure": battery})).without_failing()
        killers: dict[str, Counter[str]] = defaultdict(Counter)

        def meet(mutant: AnyMutant) -> None:
            tests = measured.for_mutant(mutant)
            unit = mutant.key.partition(" | ")[0]
            # Who noticed others of its kind goes first, and alone: most mutants end there.
            first = [test for test, _ in killers[unit].most_common(_FIRST) if test in tests]
            rest = [test for test in tests if test not in first]
            quick = [test for test in rest if measured.seconds[test] <= _QUICK_SECONDS]
            answer = {"outcome": "survived", "by": "no test comes here"}
            slow = [] if only_quick else [test for test in rest if test not in quick]
            for portion in (first, quick, slow):
                if portion and answer["outcome"] == "survived":
                    answer = workers.ask({"tests": portion, **_changed(mutant)})
            if answer["outcome"] == "killed":
                killers[unit][answer["by"]] += 1
            outcome = answer["outcome"]
            if outcome == "survived" and mutant.key in known:
                outcome = "equivalent"
            progress.add(Verdict(mutant, outcome, answer.get("by", "")))

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for done in [pool.submit(meet, mutant) for mutant in chosen]:
                done.result()
    finally:
        workers.stop()
    return progress.verdicts


def _changed(mutant: AnyMutant) -> dict[str, Any]:
    if isinstance(mutant, PythonMutant):
        return {"module": mutant.module, "source": mutant.text}
    unit = mutant.unit
    return {"apply": unit.statements(mutant.text), "restore": unit.statements(unit.text)}


def report(verdicts: Sequence[Verdict], total: int, known: dict[str, str]) -> float:
    """Print the figures and the survivors; returns the share that was killed."""
    counts = {
        outcome: sum(verdict.outcome == outcome for verdict in verdicts)
        for outcome in ("killed", "survived", "equivalent", "no SQL")
    }
    share = counts["killed"] / max(1, counts["killed"] + counts["survived"])
    print(
        f"\n{len(verdicts)} of {total} mutants: {counts['killed']} killed, {counts['survived']} survived, "
        f"{counts['equivalent']} equivalent (named), {counts['no SQL']} refused by the database: {share:.1%} killed"
    )
    for verdict in sorted(verdicts, key=lambda each: each.mutant.place):
        if verdict.outcome == "survived":
            print(f"  survived {verdict.mutant.place}: {verdict.mutant.change}\n           {verdict.mutant.said}")
    killed = [verdict for verdict in verdicts if verdict.outcome == "killed" and verdict.mutant.key in known]
    for verdict in killed:
        print(f"  not equivalent after all, {verdict.by} notices: {verdict.mutant.key}")
    return share


def main(words: Sequence[str] | None = None) -> int:
    """Exit status 0 when at least 90 % were killed."""
    parser = argparse.ArgumentParser(prog="tests.money.mutation", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every Nth mutant")
    parser.add_argument("--only", default="", help="only mutants whose unit or place holds this text")
    parser.add_argument("--quick", action="store_true", help="without the long random tests: more survive")
    parser.add_argument("--list", action="store_true", help="print them and stop")
    asked = parser.parse_args(words)
    found = [each for each in money_mutants() if asked.only in each.place or asked.only in each.key]
    chosen = found[:: asked.every]
    if asked.list:
        for mutant in chosen:
            print(f"{mutant.place}: {mutant.key}")
        return 0
    known = equivalents()
    share = report(run(chosen, known, only_quick=asked.quick), len(found), known)
    return 0 if share >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
