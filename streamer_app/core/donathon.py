"""A donathon's clock, computed from what was donated: nothing of it is stored but its settings.

The clock stands at `initial_minutes` when it starts and runs down unless it is paused. A donation adds its time at the
moment it was paid, also during a pause. At zero it is over and waits: what is donated then starts it again from zero,
so that nobody pays for time that had passed before. What it was given in all, `initial_minutes` included, is never more
than `most_minutes`. A refund takes a donation out as if it had never been there; what had passed, has passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from streamer_app.core import widget_texts
from streamer_app.core.widget_settings import ClockPause, TimerSettings
from streamer_app.core.widget_states import MediaNowState, TimerState, WidgetState

_MINUTE_MS: Final = 60_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MOST_PAUSES: Final = 1_000


@dataclass(frozen=True)
class Clock:
    """The clock after the last donation: `given` ms in all, `idle` ms that passed at zero."""

    given: int
    idle: int


def given_ms(settings: TimerSettings, amount: int) -> int:
    """The time that was given in all, the initial minutes included, for so much donated."""
    whole = settings.initial_minutes * _MINUTE_MS + amount * _MINUTE_MS // settings.amount_per_minute
    return whole if settings.most_minutes is None else min(whole, settings.most_minutes * _MINUTE_MS)


class Elapsed:
    """How long the clock has run: real time since the start, without its pauses. Milliseconds."""

    def __init__(self, settings: TimerSettings) -> None:
        """For a clock that has begun."""
        if settings.start is None:
            raise ValueError("the clock has not begun")
        self._start = to_ms(settings.start)
        self._paused_before = settings.paused_ms
        stretches = [(to_ms(pause.since), to_ms(pause.until)) for pause in settings.pauses]
        self._open_since = None if settings.paused_at is None else to_ms(settings.paused_at)
        self._stretches = _joined(stretches)

    def at(self, moment: int) -> int:
        """Up to that moment, in milliseconds since 1970; never below 0, and never smaller for a later moment."""
        if self._open_since is not None:
            moment = min(moment, self._open_since)
        run = moment - self._start - self._paused_before
        for since, until in self._stretches:
            if since >= moment:
                break
            run -= max(0, min(until, moment) - max(since, self._start))
        return max(0, run)


def _joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, and none over another."""
    joined: list[tuple[int, int]] = []
    for since, until in sorted(stretches):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(until, joined[-1][1]))
        elif until > since:
            joined.append((since, until))
    return joined


def wound(settings: TimerSettings, gifts: Iterable[tuple[int, int]], elapsed: Elapsed) -> Clock:
    """The clock after these donations: (milliseconds since 1970, amount), in their order.

    Time at zero before a donation is idle: it is what had run beyond all that was given by then.
    """
    total, idle = 0, 0
    for moment, amount in gifts:
        idle = max(idle, elapsed.at(moment) - given_ms(settings, total))
        total += amount
    return Clock(given=given_ms(settings, total), idle=idle)


def left_ms(clock: Clock, elapsed: Elapsed, now: int) -> int:
    """What is left, never below 0."""
    return max(0, clock.given + clock.idle - elapsed.at(now))


def timer_state(settings: TimerSettings, gifts: Sequence[tuple[int, int]], now: datetime, language: str) -> TimerState:
    """The clock as it is shown now. `gifts` as in `wound`; those before the start do not count."""
    if settings.start is None:
        left, running = given_ms(settings, 0), False
    else:
        elapsed = Elapsed(settings)
        start = to_ms(settings.start)
        clock = wound(settings, (gift for gift in gifts if gift[0] >= start), elapsed)
        left = left_ms(clock, elapsed, max(start, to_ms(now)))
        running = settings.paused_at is None and left > 0 and now >= settings.start
    return TimerState(
        title=widget_texts.title(language, "timer", settings.title),
        left_ms=left,
        running=running,
        over_text=widget_texts.text(language, "over"),
        rate_text=widget_texts.rate_text(language, settings.amount_per_minute),
    )


def aged(state: WidgetState, age_ms: int) -> WidgetState:
    """The state for a page that gets it `age_ms` after it was computed: what counts down has gone on."""
    if isinstance(state, TimerState) and state.running:
        return msgspec.structs.replace(state, left_ms=max(0, state.left_ms - age_ms))
    if isinstance(state, MediaNowState) and state.title + state.donor_text:
        return msgspec.structs.replace(state, left_ms=max(0, state.left_ms - age_ms))
    return state


def started(settings: TimerSettings, now: datetime) -> TimerSettings:
    """The clock begins now, from its initial minutes: earlier donations and pauses are behind it."""
    return msgspec.structs.replace(settings, start=now, paused_at=None, paused_ms=0, pauses=())


def paused(settings: TimerSettings, now: datetime) -> TimerSettings:
    """The clock stands from now on. Raises ValueError when it has not begun, or stands already."""
    if settings.start is None or settings.paused_at is not None:
        raise ValueError("the clock does not run")
    return msgspec.structs.replace(settings, paused_at=now)


def resumed(settings: TimerSettings, now: datetime) -> TimerSettings:
    """The clock goes on. Raises ValueError when it does not stand, or has stood too often to keep count."""
    if settings.paused_at is None:
        raise ValueError("the clock is not paused")
    if len(settings.pauses) >= MOST_PAUSES:
        raise ValueError("the clock was paused too often")
    pause = ClockPause(since=settings.paused_at, until=max(now, settings.paused_at))
    return msgspec.structs.replace(settings, paused_at=None, pauses=(*settings.pauses, pause))


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970, cut."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)
