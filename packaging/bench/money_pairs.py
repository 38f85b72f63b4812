"""Pairs of measurements that take turns, and how three of them become one figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan

from .figures import Figure, times

PAIRS = 3


@dataclass(frozen=True)
class Target:
    """What a figure should reach. `of_ours`: a bound on our own number, not on the ratio to the floor."""

    bound: float
    at_least: bool = False
    of_ours: bool = False
    words: str = ""

    def said(self, unit: str) -> str:
        """For people."""
        sign = ">=" if self.at_least else "<="
        return self.words or (f"{sign} {self.bound:g} {unit}" if self.of_ours else f"{sign} {self.bound:g}x")

    def met(self, value: float) -> bool:
        """Whether a number reaches it."""
        return value >= self.bound if self.at_least else value <= self.bound


def take_turns(measures: Sequence[Callable[[], float]], rounds: int = PAIRS) -> list[list[float]]:
    """Run all measures round by round, every other round backwards; one list of results per measure."""
    results: list[list[float]] = [[] for _ in measures]
    for number in range(rounds):
        order = range(len(measures))
        for place in order if number % 2 == 0 else reversed(order):
            results[place].append(measures[place]())
    return results


def paired(name: str, floors: Sequence[float], ours: Sequence[float], unit: str, target: Target) -> Figure:
    """The pair whose ratio is the middle one of all: its floor and ours, and the spread of the ratios beside it."""
    pairs = sorted(zip(floors, ours, strict=True), key=lambda pair: pair[1] / pair[0])
    floor, found = pairs[(len(pairs) - 1) // 2]
    lowest, highest = pairs[0][1] / pairs[0][0], pairs[-1][1] / pairs[-1][0]
    met = target.met(found if target.of_ours else found / floor)
    spread = f"{len(pairs)} pairs, {times(lowest)}..{times(highest)}"
    return Figure(name, floor, found, target.said(unit), spread, unit=unit, met=met)


def alone(name: str, ours: Sequence[float], unit: str, target: Target, *, worst: bool = False) -> Figure:
    """A figure without a floor: the middle one, or the worst."""
    ordered = sorted(ours)
    found = ordered[-1] if worst else ordered[(len(ordered) - 1) // 2]
    spread = f"{len(ours)} runs, {ordered[0]:.2f}..{ordered[-1]:.2f}"
    return Figure(name, nan, found, target.said(unit), spread, unit=unit, met=target.met(found))
