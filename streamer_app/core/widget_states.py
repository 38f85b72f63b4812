"""What each widget shows, ready to be shown: texts are formatted, names of anonymous donors are gone already.

The page counts nothing and decides nothing. Durations are milliseconds; `fraction` is a share, and may be above 1.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class GoalShape(StrEnum):
    """How a goal is drawn."""

    BAR = "bar"
    RING = "ring"


class GoalState(msgspec.Struct, frozen=True, tag="goal", kw_only=True):
    """A goal and how far it is. Over 100 % is shown as it is."""

    title: str
    shape: GoalShape
    raised_text: str
    target_text: str
    percent_text: str
    fraction: float
    left_text: str = ""
    """"kurang Rp250.000"; empty once it is reached, or where it is not shown."""


class DonorRow(msgspec.Struct, frozen=True, kw_only=True):
    """One donor of a list."""

    rank: int
    name: str
    amount_text: str


class TopDonorsState(msgspec.Struct, frozen=True, tag="top_donors", kw_only=True):
    """Who gave most in a period; equal sums have equal ranks."""

    title: str
    rows: tuple[DonorRow, ...]
    empty_text: str
    """Shown while there is nobody."""


class DonationRow(msgspec.Struct, frozen=True, kw_only=True):
    """One donation of a list. `message` is as it was shown on stage, or empty."""

    name: str
    amount_text: str
    message: str = ""


class LatestState(msgspec.Struct, frozen=True, tag="latest", kw_only=True):
    """The latest donations that were on stage, newest first."""

    title: str
    rows: tuple[DonationRow, ...]
    empty_text: str


class TickerState(msgspec.Struct, frozen=True, tag="ticker", kw_only=True):
    """A line that runs through: the latest donations. `speed` in pixels of the design a second."""

    items: tuple[DonationRow, ...]
    speed: int
    empty_text: str


class NextUpState(msgspec.Struct, frozen=True, tag="next_up", kw_only=True):
    """What waits for the stage. `more_text` ("+4 lagi") counts what has no row; empty where everything has one."""

    title: str
    rows: tuple[DonationRow, ...]
    more_text: str
    paused_text: str = ""
    """Says that the queue is paused; empty while it runs."""


class MediaNowState(msgspec.Struct, frozen=True, tag="media_now", kw_only=True):
    """The video that plays now. `left_ms` counted when this was sent: the page counts on. Nothing plays: no text."""

    donor_text: str
    title: str
    left_ms: int
    total_ms: int


class TimerState(msgspec.Struct, frozen=True, tag="timer", kw_only=True):
    """A donathon's clock. The page counts down from `left_ms`, once a second, unless it stands."""

    title: str
    left_ms: int
    running: bool
    over_text: str
    """Shown at zero."""
    rate_text: str = ""
    """"Rp10.000 = 1 menit"."""


class QrState(msgspec.Struct, frozen=True, tag="qr", kw_only=True):
    """The donation link as a code. Rows of "0" (light) and "1" (dark), quiet zone not included; drawn on white."""

    title: str
    modules: tuple[str, ...]
    caption: str


WidgetState = (
    GoalState | TopDonorsState | LatestState | TickerState | NextUpState | MediaNowState | TimerState | QrState
)
