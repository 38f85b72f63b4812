"""What a benchmark answers with, and how samples become one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Figure:
    """One line of the table. `floor` and `ours` are milliseconds."""

    name: str
    floor: float
    ours: float
    target: str
    samples: str
    """How many of each, in words: pairs, messages, runs."""
    times_better: bool = False
    """The floor is what we must beat (ratio floor / ours), not what we may not reach (ours / floor)."""

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
    head = ("figure", "floor", "ours", "ratio", "target", "n")
    lines = [
        (
            figure.name,
            f"{figure.floor:.2f} ms",
            f"{figure.ours:.2f} ms",
            f"{figure.ratio:.2f}x{' better' if figure.times_better else ''}",
            figure.target,
            figure.samples,
        )
        for figure in figures
    ]
    widths = [max(len(line[column]) for line in (head, *lines)) for column in range(len(head))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in (head, *lines)]
    text.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join((*(line.rstrip() for line in text), *(f"  {note}" for note in notes)))
