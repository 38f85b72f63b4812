"""What the hub keeps of each connected page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from streamer_app.core.overlay_protocol import ALERTS, Resume, Role
from streamer_app.overlay.election import Candidate
from streamer_app.overlay.page_messages import EVERYTHING

GOING_AWAY: Final = 1001
UNANSWERED_PINGS: Final = 3
"""A page that said nothing over so many pings is closed; it comes back by itself when it lives. Counted in pings, not
in seconds: a computer that wakes from sleep must not find every page too old."""


def shows_alerts(widgets: frozenset[str]) -> bool:
    """Whether a page that named these shows alerts."""
    return ALERTS in widgets or EVERYTHING in widgets


class PageConnection(Protocol):
    """Where frames for one page go. Neither call blocks or raises."""

    def send(self, frame: bytes) -> None:
        """Send one encoded message."""

    def close(self, code: int) -> None:
        """Begin to close the socket with this code."""


@dataclass
class Page:
    """An identified page. `identified_at` is a reading of the hub's monotonic clock in seconds."""

    connection: PageConnection
    candidate: Candidate
    obs_version: str | None
    resume: Resume | None
    """What it said it had on stage; forgotten once a new run was shown."""
    identified_at: float
    widgets: frozenset[str] = frozenset({ALERTS})
    """What it named; see `overlay_protocol.Identify`."""
    unanswered_pings: int = 0
    frozen: bool = False
    """On air and visible, it takes alerts and answers, but paints nothing: viewers see an empty or a still picture."""

    @property
    def shows_alerts(self) -> bool:
        """Whether it may speak and gets alerts; a page of widgets alone does neither."""
        return shows_alerts(self.widgets)


@dataclass(frozen=True)
class PageInfo:
    """One connected page as the window may show it."""

    page_instance: str
    role: Role
    in_obs: bool
    obs_version: str | None
    on_air: bool
    frozen: bool
    widgets: tuple[str, ...] = (ALERTS,)
    """What it shows, sorted."""
    shows_alerts: bool = True
    """False: it is no candidate for the speaker, and does not count as a page for alerts."""
    pinned: bool = False
    visible: bool = True

    @property
    def name(self) -> str:
        """What a person may call it: "OBS 31.0, on air"."""
        if not self.in_obs:
            return "Browser"
        program = f"OBS {self.obs_version}" if self.obs_version else "OBS"
        return f"{program}, {'on air' if self.on_air else 'off air'}"
