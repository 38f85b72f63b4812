"""How long things take on stage. Apart from the state machine, because every start reads it before the first paint."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StageSettings:
    """Durations of the stage, in milliseconds. Tests shorten them; DESIGN gave the defaults."""

    enter_ms: int = 450
    leave_ms: int = 280
    gap_ms: int = 1500
    least_ms: int = 6000
    base_ms: int = 2000
    per_character_ms: int = 60
    most_ms: int = 20000
    grace_ms: int = 15000
    """A run that has not ended this long after its expected end is over: its page is silent."""
    resume_within_ms: int = 30000
    resume_least_left_ms: int = 2000

    def on_stage_ms(self, characters: int) -> int:
        """Time on stage for a message of that many characters."""
        return max(self.least_ms, min(self.most_ms, self.base_ms + self.per_character_ms * characters))
