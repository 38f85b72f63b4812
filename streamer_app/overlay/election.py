"""Which page speaks. Pure: candidates in, winner out.

SPEC: an OBS page active in the program scene > OBS page > browser page; of equals the one that speaks keeps speaking,
else the one that came first does. OBS tells a page only about changes, so a page that was loaded in the program scene
may not know that it is active: "unknown" ranks between active and inactive, and a page known to be off air never
speaks in place of one that may be on air.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Standing(IntEnum):
    """How good a speaker a page makes; higher is better."""

    BROWSER = 0
    OBS_OFF_AIR = 1
    OBS_UNKNOWN = 2
    OBS_ON_AIR = 3


@dataclass(frozen=True)
class Candidate:
    """What the election knows of a page. `arrival` grows with each page that identifies.

    A preview is not a candidate at all: it has its own key and never speaks.
    """

    page_instance: str
    in_obs: bool
    active: bool | None
    visible: bool
    arrival: int

    @property
    def on_air(self) -> bool:
        """Whether viewers may see it: in OBS unless told otherwise, a browser page always."""
        return not self.in_obs or (self.active is not False and self.visible)

    @property
    def standing(self) -> Standing:
        """Its rank in the election."""
        if not self.in_obs:
            return Standing.BROWSER
        if not self.on_air:
            return Standing.OBS_OFF_AIR
        return Standing.OBS_ON_AIR if self.active else Standing.OBS_UNKNOWN


def elect(candidates: Iterable[Candidate], incumbent: str | None, pinned: str | None = None) -> str | None:
    """The page instance that should speak between alerts, or None when nobody is there.

    A pinned page that is here speaks, however much better another one is; one that is gone changes nothing.
    """

    def merit(candidate: Candidate) -> tuple[bool, int, bool, int]:
        return (
            candidate.page_instance == pinned,
            candidate.standing,
            candidate.page_instance == incumbent,
            -candidate.arrival,
        )

    best = max(candidates, key=merit, default=None)
    return None if best is None else best.page_instance
