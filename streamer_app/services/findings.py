"""What a long check says while it runs, and what it found: the first findings of each severity, all of them counted."""

from __future__ import annotations

from collections.abc import Callable

from streamer_app.store.audit import Finding, Found, Severity

Progress = Callable[[int, int], None]
"""Told (done, total) after each window; both may grow."""


class Steps:
    """Counts windows for whoever watches."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._done = 0
        self._total = 0

    def expect(self, more: int) -> None:
        """There is more to do."""
        self._total += more
        self._tell()

    def did(self, some: int) -> None:
        """Some of it is done."""
        self._done = min(self._total, self._done + some)
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self._done, self._total)


class Findings:
    """Problems never drown in warnings: each severity has room of its own."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: dict[Severity, list[Finding]] = {severity: [] for severity in Severity}
        self._counts = dict.fromkeys(Severity, 0)

    @property
    def room(self) -> int:
        """How many rows of a statement could still be shown."""
        return max(self._limit - len(kept) for kept in self._kept.values())

    @property
    def problems(self) -> int:
        """How many, shown or not."""
        return self._counts[Severity.PROBLEM]

    @property
    def warnings(self) -> int:
        """How many, shown or not."""
        return self._counts[Severity.WARNING]

    @property
    def shown(self) -> tuple[Finding, ...]:
        """The first of each severity, problems first."""
        return tuple(finding for severity in Severity for finding in self._kept[severity])

    def add(self, found: Found) -> None:
        """Take in what a statement found."""
        self._counts[Severity.PROBLEM] += found.problems
        self._counts[Severity.WARNING] += found.warnings
        for finding in found.findings:
            self._keep(finding)

    def say(self, finding: Finding) -> None:
        """Take in one."""
        self._counts[finding.severity] += 1
        self._keep(finding)

    def _keep(self, finding: Finding) -> None:
        kept = self._kept[finding.severity]
        if len(kept) < self._limit:
            kept.append(finding)
