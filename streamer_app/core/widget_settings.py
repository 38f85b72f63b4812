"""What a streamer may set of each widget.

One schema drives the check at the door, the form in the window and the TypeScript types: bounds stand in the
annotations, meanings in the docstrings.

Settings are stored as one row a change under the key `widgets`: names to settings. A name is a widget's address:
`/overlay/<key>/widget/<name>`. Amounts are integers in whole rupiah (IDR has no minor unit in use).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from streamer_app.core.placing import Place
from streamer_app.core.widget_states import GoalShape

Title = Annotated[str, msgspec.Meta(max_length=60)]
WidgetName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,23}$")]
Amount = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
Rows = Annotated[int, msgspec.Meta(ge=1, le=10)]
MOST_WIDGETS: Final = 24


class Money(StrEnum):
    """Which figure counts: what donors paid, or what reaches the streamer."""

    GROSS = "gross"
    NET = "net"


class Period(StrEnum):
    """Since when donations count, in the streamer's time zone: today, since Monday, since the first, ever."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"


class _Widget(msgspec.Struct, frozen=True, kw_only=True):
    """What every widget has."""

    on_canvas: bool = False
    """Shown on the page that combines everything."""
    place: Place = Place()
    theme: str = ""
    """Empty: the overlay's own."""


class GoalSettings(_Widget, frozen=True, kw_only=True, tag="goal"):
    """A sum to be reached. Donations before `start` (at 00:00 in the streamer's zone) do not count."""

    title: Title = ""
    shape: GoalShape = GoalShape.BAR
    target: Annotated[int, msgspec.Meta(ge=1, le=10**15)] = 1_000_000
    start: date | None = None
    raised_elsewhere: Amount = 0
    """Added to what is raised here: cash, another platform."""
    money: Money = Money.GROSS
    show_left: bool = True


class TopDonorsSettings(_Widget, frozen=True, kw_only=True, tag="top_donors"):
    """Who gave most. Anonymous donors are left out."""

    title: Title = ""
    period: Period = Period.MONTH
    rows: Rows = 5


class LatestSettings(_Widget, frozen=True, kw_only=True, tag="latest"):
    """The latest donations."""

    title: Title = ""
    rows: Rows = 3
    with_message: bool = True


class TickerSettings(_Widget, frozen=True, kw_only=True, tag="ticker"):
    """A line at the edge that runs through the latest donations."""

    rows: Annotated[int, msgspec.Meta(ge=1, le=30)] = 10
    speed: Annotated[int, msgspec.Meta(ge=20, le=400)] = 90


class NextUpSettings(_Widget, frozen=True, kw_only=True, tag="next_up"):
    """What waits."""

    title: Title = ""
    rows: Rows = 3
    with_amount: bool = True


class MediaNowSettings(_Widget, frozen=True, kw_only=True, tag="media_now"):
    """The video that plays now."""


class ClockPause(msgspec.Struct, frozen=True, kw_only=True):
    """When a donathon's clock stood."""

    since: datetime
    until: datetime


class TimerSettings(_Widget, frozen=True, kw_only=True, tag="timer"):
    """A donathon: donations since `start` add time. Its pauses are kept, and the clock is computed."""

    title: Title = ""
    start: datetime | None = None
    """None: it has not begun, and stands at `initial_minutes`."""
    initial_minutes: Annotated[int, msgspec.Meta(ge=0, le=60 * 24 * 31)] = 60
    amount_per_minute: Annotated[int, msgspec.Meta(ge=1, le=10**12)] = 10_000
    """Rupiah for one minute; part of it is part of a minute."""
    most_minutes: Annotated[int, msgspec.Meta(ge=1, le=60 * 24 * 365)] | None = None
    """The clock never stands higher than this many minutes from its start on; None: no cap."""
    refunds_take_time_back: bool = True
    money: Money = Money.GROSS
    paused_at: datetime | None = None
    """Since when the clock stands; None: it runs."""
    paused_ms: Annotated[int, msgspec.Meta(ge=0)] = 0
    """How long it has stood in earlier pauses of which no more is known, as if at its start."""
    pauses: tuple[ClockPause, ...] = ()
    """Earlier pauses."""


class QrSettings(_Widget, frozen=True, kw_only=True, tag="qr"):
    """A code for the donation link."""

    title: Title = ""
    link: Annotated[str, msgspec.Meta(max_length=300)] = ""
    caption: Annotated[str, msgspec.Meta(max_length=80)] = ""


WidgetSettings = (
    GoalSettings
    | TopDonorsSettings
    | LatestSettings
    | TickerSettings
    | NextUpSettings
    | MediaNowSettings
    | TimerSettings
    | QrSettings
)
Widgets = dict[WidgetName, WidgetSettings]

FRESH: Final[Widgets] = {
    "goal": GoalSettings(),
    "top": TopDonorsSettings(),
    "latest": LatestSettings(),
    "ticker": TickerSettings(),
    "next": NextUpSettings(),
    "media": MediaNowSettings(),
    "timer": TimerSettings(),
    "qr": QrSettings(),
}
"""What a fresh install has, one of each kind; none is on the canvas before the streamer puts it there."""
