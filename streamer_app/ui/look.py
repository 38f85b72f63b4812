"""What every part of the window needs to show itself: colours, words, and the time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamer_app.core.relative_time import Distance, describe

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from streamer_app.ui.theme import Theme
    from streamer_app.ui.words import Words


class Look(NamedTuple):
    """Passed by hand to every widget; there is no global theme, language or clock."""

    theme: Theme
    words: Words
    clock: Callable[[], datetime]
    motion: bool = True

    def time_text(self, when: datetime) -> str:
        """Minutes ago, then the clock (14:05), then the date (21 Nov)."""
        moment = describe(when, self.clock())
        match moment.distance:
            case Distance.NOW:
                return self.words.just_now
            case Distance.MINUTES:
                return self.words.minutes_ago.format(minutes=moment.minutes)
            case Distance.CLOCK:
                return f"{moment.local:%H:%M}"
            case Distance.DATE:
                return f"{moment.local.day} {self._month(moment.local)}"
            case Distance.DATE_WITH_YEAR:
                return f"{moment.local.day} {self._month(moment.local)} {moment.local.year}"

    def exact_time(self, when: datetime) -> str:
        """Date and clock, for tooltips."""
        local = when.astimezone(self.clock().tzinfo)
        return f"{local.day} {self._month(local)} {local.year} {local:%H:%M:%S}"

    def _month(self, local: datetime) -> str:
        return self.words.months.split()[local.month - 1]
