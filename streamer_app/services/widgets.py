"""What every widget shows: computed from the facts whenever something changed, and posted to the pages.

Nothing here is counted up: each state is what PostgreSQL holds at that moment, so a refund leaves by itself and a
restart, or a Redis that forgot everything, changes nothing.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import structlog

from streamer_app.core import donathon, leaderboard, widget_texts
from streamer_app.core.clock import Clock
from streamer_app.core.donations import QueueView
from streamer_app.core.errors import ActionableError
from streamer_app.core.overlay_protocol import WidgetUpdate
from streamer_app.core.periods import day_start, zone_named
from streamer_app.core.placing import Place
from streamer_app.core.waiting_widgets import needs_figures, state_without_figures
from streamer_app.core.widget_settings import GoalSettings, TimerSettings, TopDonorsSettings, Widgets, WidgetSettings
from streamer_app.core.widget_states import MediaNowState, TimerState, WidgetState
from streamer_app.services.widget_figures import WidgetFigures
from streamer_app.store import database, figures
from streamer_app.store.database import Connection
from streamer_app.store.queue_engine import next_delay

_log = structlog.get_logger()
REFRESH_SECONDS: Final = 30.0
LEAST_GAP_SECONDS: Final = 0.25
MOST_GAP_SECONDS: Final = 0.6
"""Even where figures take long: a refund is seen within a second."""
_MEDIA_SLACK_MS: Final = 1_500
USUAL_ZONE: Final = "Asia/Jakarta"
EMPTY_QUEUE: Final = QueueView(revision=0)
NO_MEDIA: Final = MediaNowState(donor_text="", title="", left_ms=0, total_ms=0)


class Billboard(Protocol):
    """Where updates go: `overlay.hub` fulfils it."""

    def post(self, update: WidgetUpdate, *, on_canvas: bool) -> None:
        """Tell every page that shows this widget, and those that come later."""


@dataclass(frozen=True)
class Dress:
    """What widgets share: the overlay's theme, the viewers' language, and the zone whose midnights count."""

    theme: str = "lampion"
    language: str = "id"
    zone: str = USUAL_ZONE


@dataclass(frozen=True)
class _Shown:
    """What a widget shows since a moment of the monotonic clock. `sameness`: equal where nothing has changed."""

    update: WidgetUpdate
    on_canvas: bool
    at: float
    sameness: Any


class WidgetDesk:
    """Keeps the state of every widget of one streamer.

    The clock's `now` is the show's (the database's), not the machine's. Revisions begin at its epoch milliseconds, so
    that those of a later studio are higher.
    """

    def __init__(
        self, *, streamer: UUID, clock: Clock, billboard: Billboard, widgets: Widgets, dress: Dress | None = None
    ) -> None:
        """Nothing is shown before the first refresh."""
        self._clock = clock
        self._billboard = billboard
        self._widgets = dict(widgets)
        self._dress = Dress()
        self._zone = ZoneInfo(USUAL_ZONE)
        self._figures = WidgetFigures(streamer)
        self._queue = EMPTY_QUEUE
        self._media = NO_MEDIA
        self._media_at = 0.0
        self._shown: dict[str, _Shown] = {}
        self._revision = donathon.to_ms(clock.now())
        self._changed = asyncio.Event()
        self.dress(dress or Dress())

    def ring(self, message_id: UUID | None = None) -> None:
        """Something changed: a bell, which names a message, a run's end, a command. Cheap; a refresh follows soon.

        An old donation's refund is seen at once by its message's id; without it within 30 s.
        """
        if message_id is not None:
            self._figures.touch(message_id)
        self._changed.set()

    def set_widgets(self, widgets: Widgets) -> None:
        """These widgets from now on; what is gone is taken off the pages."""
        self._widgets = dict(widgets)
        self.ring()

    def dress(self, dress: Dress) -> None:
        """Another theme, language or zone. A zone that is none is logged, and the usual one counts."""
        self._dress = dress
        try:
            self._zone = zone_named(dress.zone)
        except ActionableError as problem:
            _log.warning("widgets.no_such_zone", title=problem.title)
            self._zone = ZoneInfo(USUAL_ZONE)
        self.ring()

    def queue_changed(self, view: QueueView) -> None:
        """The queue's picture, for what comes next."""
        self._queue = view
        self.ring()

    def media_playing(self, *, donor: str, title: str, left_ms: int, total_ms: int) -> None:
        """The stage reports a video, about once a second. `donor` as on stage: an anonymous one has no name here."""
        left = self._media_left()
        text = widget_texts.video_text(self._dress.language, donor)
        is_known = (text, title, total_ms) == (self._media.donor_text, self._media.title, self._media.total_ms)
        if is_known and abs(left - left_ms) <= _MEDIA_SLACK_MS:
            return
        self._media = MediaNowState(donor_text=text, title=title, left_ms=max(0, left_ms), total_ms=total_ms)
        self._media_at = self._clock.monotonic()
        self.ring()

    def media_over(self) -> None:
        """No video plays."""
        if self._media is not NO_MEDIA:
            self._media = NO_MEDIA
            self.ring()

    def _media_left(self) -> int:
        return self._media.left_ms - round((self._clock.monotonic() - self._media_at) * 1000)

    def update(self, name: str) -> WidgetUpdate:
        """What a page that comes now is told about this widget: clocks have gone on since they were posted.

        A widget that there is not, or that was never refreshed, has no state and revision 0.
        """
        shown = self._shown.get(name)
        if shown is None:
            return WidgetUpdate(widget=name, revision=0, theme=self._dress.theme, place=Place(), state=None)
        if shown.update.state is None:
            return shown.update
        age = round((self._clock.monotonic() - shown.at) * 1000)
        return msgspec.structs.replace(shown.update, state=donathon.aged(shown.update.state, age))

    def updates(self) -> Iterator[WidgetUpdate]:
        """Every widget that there is."""
        for name in self._widgets:
            yield self.update(name)

    async def refresh(self, conn: Connection) -> None:
        """Compute every state anew, and post those that changed.

        Raises `ActionableError` where the database does not answer; what needs none is shown all the same. A widget
        that fails for a fault of ours is logged and stays as it was, and the others are shown.
        """
        for name in [name for name in self._shown if name not in self._widgets]:
            self._take_down(name)
        self._show_known()
        figured = {name: settings for name, settings in self._widgets.items() if needs_figures(settings)}
        if not figured:
            return
        async with figures.one_snapshot(conn):
            now, at = self._clock.now(), self._clock.monotonic()
            asked = await self._figures.asked(conn, now, self._zone, self._dress.language)
            for name, settings in figured.items():
                try:
                    state = await asked.state_of(settings)
                except Exception as problem:
                    if isinstance(problem, ActionableError) or database.is_gone(problem):
                        raise
                    _log.exception("widgets.failed", widget=name)
                    continue
                if self._widgets.get(name) is settings:  # nobody set it meanwhile
                    self._show(name, settings, state, at, _without_time(state, now))

    def _show_known(self) -> None:
        """What needs no database: what waits, the video, the code."""
        at = self._clock.monotonic()
        media = NO_MEDIA
        if self._media is not NO_MEDIA:
            media = msgspec.structs.replace(self._media, left_ms=max(0, self._media_left()))
        for name, settings in self._widgets.items():
            if needs_figures(settings):
                continue
            state = state_without_figures(settings, self._queue, media, self._dress.language)
            sameness = (media.donor_text, media.title, media.total_ms, self._media_at) if state is media else state
            self._show(name, settings, state, at, sameness)

    def _show(
        self, name: str, settings: WidgetSettings, state: WidgetState | None, at: float, state_sameness: Any
    ) -> None:
        theme = settings.theme or self._dress.theme
        sameness = (theme, settings.place, settings.on_canvas, state_sameness)
        shown = self._shown.get(name)
        if shown is not None and shown.sameness == sameness:
            return
        self._revision += 1
        update = WidgetUpdate(widget=name, revision=self._revision, theme=theme, place=settings.place, state=state)
        self._shown[name] = _Shown(update, settings.on_canvas, at, sameness)
        self._billboard.post(update, on_canvas=settings.on_canvas)

    def _take_down(self, name: str) -> None:
        shown = self._shown.pop(name)
        self._revision += 1
        update = msgspec.structs.replace(shown.update, revision=self._revision, state=None)
        self._billboard.post(update, on_canvas=shown.on_canvas)

    def seconds_to_next(self) -> float:
        """Until a refresh is due though nothing was heard: at midnight, at a clock's end, at most `REFRESH_SECONDS`."""
        now = self._clock.now()
        moments = [now + timedelta(seconds=REFRESH_SECONDS)]
        for name, settings in self._widgets.items():
            moments += self._own_moments(name, settings, now)
        return max(0.0, (min(moments) - now).total_seconds())

    def _own_moments(self, name: str, settings: WidgetSettings, now: datetime) -> Iterator[datetime]:
        if isinstance(settings, TopDonorsSettings):
            start = leaderboard.next_start(settings.period, now, self._zone)
            if start is not None:
                yield start
        elif isinstance(settings, GoalSettings) and settings.start is not None:
            start = day_start(settings.start, self._zone)
            if start > now:
                yield start
        elif isinstance(settings, TimerSettings):
            state = self.update(name).state
            if isinstance(state, TimerState) and state.running:
                yield now + timedelta(milliseconds=state.left_ms + 1)
            if settings.start is not None and settings.start > now:
                yield settings.start

    async def keep_fresh(self, url: str) -> None:
        """Refresh for ever, on a connection of its own: a figure that takes long keeps no alert waiting."""
        attempt = 0
        while True:
            try:
                async with database.connection(url, label="widgets") as conn:
                    while True:
                        self._changed.clear()
                        began = self._clock.monotonic()
                        await self.refresh(conn)
                        attempt = 0
                        await self._rest(self._clock.monotonic() - began)
            except ActionableError as problem:
                _log.warning("widgets.away", title=problem.title)
            self._show_known()
            await asyncio.sleep(next_delay(attempt, random.random))
            attempt += 1

    async def _rest(self, spent: float) -> None:
        """At most four refreshes a second, fewer where they take long; then until something changes or is due."""
        await asyncio.sleep(min(MOST_GAP_SECONDS, max(LEAST_GAP_SECONDS, 2 * spent)))
        try:
            async with asyncio.timeout(self.seconds_to_next()):
                await self._changed.wait()
        except TimeoutError:
            return


def _without_time(state: WidgetState | None, now: datetime) -> Any:
    """The state without what passes by itself: a clock that runs is the same as long as it ends at one moment."""
    if isinstance(state, TimerState) and state.running:
        return msgspec.structs.replace(state, left_ms=0), donathon.to_ms(now) + state.left_ms
    return state
