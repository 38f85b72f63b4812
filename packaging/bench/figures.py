"""What a benchmark answers with, and how samples become one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isnan


@dataclass(frozen=True)
class Figure:
    """One line of the table. `floor` and `ours` are in `unit`; a figure with a target of its own has no floor (nan)."""

    name: str
    floor: float
    ours: float
    target: str
    samples: str
    """How many of each, in words: pairs, messages, runs."""
    times_better: bool = False
    """The floor is what we must beat (ratio floor / ours), not what we may not reach (ours / floor)."""
    unit: str = "ms"
    met: bool | None = None
    """Whether the target is met, where the figure says so itself; nothing is asserted."""

    @property
    def ratio(self) -> float:
        """Ours in units of the floor, or how many times better than it."""
        above, below = (self.floor, self.ours) if self.times_better else (self.ours, self.floor)
        return above / below if below > 0 else float("nan")


def quantile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least this share of all do not exceed; nan of nothing."""
    ordered = sorted(samples)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else float("nan")


def median(samples: Sequence[float]) -> float:
    """The sample in the middle (the lower one of two)."""
    return quantile(samples, 0.5)


def table(figures: Sequence[Figure], notes: Sequence[str]) -> str:
    """One line a figure, columns as wide as they must be, and what else was seen below."""
    head = ("figure", "floor", "ours", "ratio", "target", "met", "n")
    lines = [
        (
            figure.name,
            _amount(figure.floor, figure.unit),
            _amount(figure.ours, figure.unit),
            "" if isnan(figure.ratio) else f"{times(figure.ratio)}x{' better' if figure.times_better else ''}",
            figure.target,
            {None: "", True: "yes", False: "NO"}[figure.met],
            figure.samples,
        )
        for figure in figures
    ]
    widths = [max(len(line[column]) for line in (head, *lines)) for column in range(len(head))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in (head, *lines)]
    text.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join((*(line.rstrip() for line in text), *(f"  {note}" for note in notes)))


def times(ratio: float) -> str:
    """A ratio with two figures that mean something."""
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.4f}"  # noqa: PLR2004 - below, two decimals say nothing


def _amount(value: float, unit: str) -> str:
    """Three figures at least, and no more decimals than anybody reads."""
    if isnan(value):
        return "-"
    return f"{value:.0f} {unit}" if value >= 1000 else f"{value:.2f} {unit}"  # noqa: PLR2004 - thousands need none
