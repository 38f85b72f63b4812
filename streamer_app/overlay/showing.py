"""One run on stage, measured by the server's own clock so that a page cannot shorten it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from streamer_app.core.overlay_protocol import AlertShow
from streamer_app.core.presentation import expected_ms

EARLY_TOLERANCE_MS: Final = 50
"""Two clocks and a rounding to milliseconds. The page also spends its leaving time before it reports, so that an
honest page is never close to this."""

FROZEN_SECONDS: Final = 4.0
"""A page reports its frames each second, and waits at most 1.5 s for a font before the first."""


@dataclass
class Showing:
    """A run from `show` until it is finished, failed, stopped or orphaned. Clock readings are monotonic seconds."""

    run: AlertShow
    origin: float
    """When the alert's first moment can have been painted at the earliest. Counted from the sending and not from the
    page's own `alert.started`, so that a stalled loop here never makes an honest page look early."""
    started_at: float | None = None
    shown_ms: int = 0
    """The position that the speaker reported last."""
    frames: int = 0
    painted_at: float = 0.0
    """When the speaker last said that it painted; at first when it was asked to."""

    @classmethod
    def begin(cls, run: AlertShow, now: float, earlier: float | None) -> Showing:
        """A run sent now. `earlier` is the origin of the showing that it continues on a page that never left."""
        origin = now - run.offset_ms / 1000
        return cls(
            run=run,
            origin=origin if earlier is None else min(origin, earlier),
            shown_ms=run.offset_ms,
            painted_at=now,
        )

    def painted(self, now: float, frames: int) -> bool:
        """Take in what the speaker says of its frames; whether there are new ones."""
        if frames <= self.frames:
            return False
        self.frames, self.painted_at = frames, now
        return True

    def paints_nothing(self, now: float) -> bool:
        """Whether no frame was painted for longer than any page of ours needs for its next one."""
        return now - self.painted_at >= FROZEN_SECONDS

    def too_early(self, now: float) -> bool:
        """Whether the time on stage cannot have passed yet. Speech and video only make an alert longer.

        They are not reckoned in: speech that could not be made and a video that does not play take no time.
        """
        return (now - self.origin) * 1000 + EARLY_TOLERANCE_MS < self.run.timing.on_stage_ms

    def for_latecomer(self, now: float, *, still_has_it: bool) -> AlertShow | None:
        """The same run for a page that joins now: further on, without the chime. None when it is about to leave."""
        began = self.origin if self.started_at is None else self.started_at - self.run.offset_ms / 1000
        position = round((now - began) * 1000)
        if position >= expected_ms(self.run.alert, self.run.timing):
            return None
        return msgspec.structs.replace(
            self.run,
            offset_ms=max(position, self.run.offset_ms),
            chime=False,
            continues_run_id=self.run.run_id if still_has_it else self.run.continues_run_id,
        )
