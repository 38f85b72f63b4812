"""What the hub keeps of each connected page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from streamer_app.core.overlay_protocol import Resume, Role
from streamer_app.overlay.election import Candidate


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
    unanswered_pings: int = 0
    frozen: bool = False
    """On air and visible, it takes alerts and answers, but paints nothing: viewers see an empty or a still picture."""


@dataclass(frozen=True)
class PageInfo:
    """One connected page as the window may show it."""

    page_instance: str
    role: Role
    in_obs: bool
    obs_version: str | None
    on_air: bool
    frozen: bool
