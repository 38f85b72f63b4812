"""The seam between the dispatcher and whatever shows alerts.

`services` never imports `overlay`: the dispatcher speaks to a `Stage`, and `overlay.hub` fulfils it. Both live on the
studio's loop, so every call is synchronous and none blocks: `show` hands a message to outboxes, reports come back as
calls on the `StageListener`. The stage elects the speaker and filters reports: only those of the current speaker, with
the run id and fence that are on stage, reach the listener; all others are logged and ignored there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from streamer_app.core.commands import Channel
from streamer_app.core.overlay_protocol import (
    AlertFailed,
    AlertFinished,
    AlertProgress,
    AlertShow,
    Resume,
)
from streamer_app.core.overlay_settings import OverlaySettings


@dataclass(frozen=True)
class Speaker:
    """The page that speaks. `on_air` is False while OBS says that its source is not active in the program."""

    page_instance: str
    in_obs: bool
    on_air: bool
    resume: Resume | None
    """What the page said it had on stage when it identified; None once a new run was shown."""


class StageListener(Protocol):
    """What the stage tells the dispatcher."""

    def speaker_changed(self, speaker: Speaker | None) -> None:
        """A speaker appeared, went, was replaced, or its source became active or inactive on air."""

    def run_started(self, page_instance: str, run: AlertShow) -> None:
        """The speaker painted the text."""

    def run_progressed(self, progress: AlertProgress) -> None:
        """The speaker is still showing it."""

    def run_finished(self, page_instance: str, finished: AlertFinished) -> None:
        """The speaker is done: text painted, sound ended, time on stage passed."""

    def run_failed(self, page_instance: str, failed: AlertFailed) -> None:
        """The speaker could not show it."""

    def run_orphaned(self, run: AlertShow, shown_ms: int) -> None:
        """The speaker went away with this on stage, `shown_ms` into it by its last report."""


class Stage(Protocol):
    """Where alerts are shown."""

    @property
    def speaker(self) -> Speaker | None:
        """Who speaks now."""

    def listen(self, listener: StageListener) -> None:
        """Set the one listener."""

    def show(self, run: AlertShow) -> bool:
        """Put a run on stage on every page. False when there is no speaker: nothing was sent."""

    def stop(self, reason: str) -> None:
        """Take the current run off every page, silent within 200 ms. Nothing on stage: nothing happens."""

    def dress(self, settings: OverlaySettings, language: str) -> None:
        """Theme, volumes, motion and style of every page, from now on and at once. A mute stays as it is."""

    def mute(self, channels: frozenset[Channel]) -> None:
        """These are silent on every page from now on, within 200 ms, the alert on stage included; the rest is not."""
