"""What a run says of itself."""

from __future__ import annotations

from statistics import median
from typing import Final

from tests.chaos.plan import Kind
from tests.chaos.verdict import Case, broken, counts, felt_by_kind

_COLUMNS: Final = ("fault", "times", "in flight", "shown again", "recovery ms median", "worst")
SHOWN_AT_MOST: Final = 40


def table(case: Case) -> str:
    """A line for each kind of fault. Recovery: from what was taken being there again to the next painted alert."""
    by_kind = felt_by_kind(case)
    rows: list[tuple[str, ...]] = [_COLUMNS]
    for kind in Kind:
        felt = by_kind.get(kind)
        if not felt:
            continue
        recovery = [(fault.painted - fault.healed) * 1000 for fault, _ in felt]
        flight = [fault.in_flight for fault, _ in felt]
        again = sum(repeats for _, repeats in felt)
        rows.append(
            (
                kind.value,
                str(len(felt)),
                f"{min(flight)}-{max(flight)}",
                str(again),
                f"{median(recovery):.0f}",
                f"{max(recovery):.0f}",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    lines = [
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join(lines)


def report(case: Case, title: str) -> tuple[str, bool]:
    """All of it, and whether every promise was kept."""
    said = broken(case)
    figures = ", ".join(f"{count} {name}" for name, count in counts(case).items())
    verdict = ["every promise was kept"] if not said else [f"BROKEN: {len(said)}", *said[:SHOWN_AT_MOST]]
    return "\n".join([title, "", table(case), "", figures, *verdict]), not said
