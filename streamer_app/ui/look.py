"""What every part of the window needs to show itself: colours, words, and the time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamer_app.core.relative_time import Distance, describe
from streamer_app.ui.page_words import PageWords, page_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from streamer_app.ui.theme import Theme
    from streamer_app.ui.words import Words


_INDONESIAN_ZONES = {7: "Asia/Jakarta", 8: "Asia/Makassar", 9: "Asia/Jayapura"}


class Look(NamedTuple):
    """Passed by hand to every widget; there is no global theme, language or clock."""

    theme: Theme
    words: Words
    clock: Callable[[], datetime]
    motion: bool = True

    @property
    def page_words(self) -> PageWords:
        """The words of the Donations and the Wallet page."""
        return page_words(self.words.language)

    @property
    def time_zone(self) -> str:
        """The name of the zone people read times in, as databases know it.

        A clock that knows no more than a distance from UTC is taken for the Indonesian zone of that distance, else for
        one of that distance without a name: neither ever moves its clocks.
        """
        zone = self.clock().tzinfo
        key = getattr(zone, "key", None)
        if isinstance(key, str):
            return key
        offset = self.clock().utcoffset()
        hours = 0 if offset is None else round(offset.total_seconds() / 3600)
        return _INDONESIAN_ZONES.get(hours) or (f"Etc/GMT{-hours:+d}" if hours else "UTC")

    def day_text(self, day: date) -> str:
        """21 Nov."""
        return f"{day.day} {self.words.months.split()[day.month - 1]}"

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

    def when(self, moment: datetime) -> str:
        """A moment inside a sentence: 14:05 today, else 21 Nov."""
        local = moment.astimezone(self.clock().tzinfo)
        return f"{local:%H:%M}" if local.date() == self.clock().date() else self.day_text(local.date())

    def clock_text(self, moment: datetime) -> str:
        """14:05:30 today, else 21 Nov 14:05: for columns of moments that lie close together."""
        local = moment.astimezone(self.clock().tzinfo)
        if local.date() == self.clock().date():
            return f"{local:%H:%M:%S}"
        return f"{self.day_text(local.date())} {local:%H:%M}"

    def minute_text(self, moment: datetime) -> str:
        """21 Nov 2026 14:05, for sentences in lists."""
        return self.exact_time(moment)[:-3]

    def exact_time(self, when: datetime) -> str:
        """Date and clock, for tooltips."""
        local = when.astimezone(self.clock().tzinfo)
        return f"{local.day} {self._month(local)} {local.year} {local:%H:%M:%S}"

    def _month(self, local: datetime) -> str:
        return self.words.months.split()[local.month - 1]
