"""A look at one widget from outside the studio: what viewers would see of it now."""

from __future__ import annotations

from datetime import datetime, timedelta

from streamer_app.core.clock import Clock
from streamer_app.core.donations import QueueView
from streamer_app.core.overlay_protocol import WidgetUpdate
from streamer_app.services.overlay_book import load_overlay
from streamer_app.services.profile import Profile
from streamer_app.services.widget_book import load_widgets
from streamer_app.services.widgets import Dress, WidgetDesk
from streamer_app.store import database


class _Nowhere:
    """Fulfils `Billboard` for nobody."""

    def post(self, update: WidgetUpdate, *, on_canvas: bool) -> None:
        """Nobody looks."""


class _ShowClock:
    """The database's time, carried on by the machine's monotonic clock."""

    def __init__(self, clock: Clock, now: datetime) -> None:
        self._clock = clock
        self._now = now
        self._at = clock.monotonic()

    def monotonic(self) -> float:
        """As the machine has it."""
        return self._clock.monotonic()

    def now(self) -> datetime:
        """The database's."""
        return self._now + timedelta(seconds=self._clock.monotonic() - self._at)


async def show_time(profile: Profile) -> datetime:
    """What time it is for the show: the database's."""
    async with database.connection(profile.url, label="widgets") as conn:
        return await database.clock_time(conn)


async def seen_now(profile: Profile, name: str, *, clock: Clock, queue: QueueView, language: str) -> WidgetUpdate:
    """The widget as a page that comes now would get it; `revision` means nothing here."""
    streamer = profile.streamer_user_id
    async with database.connection(profile.url, label="widgets") as conn:
        overlay = await load_overlay(conn, streamer)
        widgets = await load_widgets(conn, streamer)
        desk = WidgetDesk(
            streamer=streamer,
            clock=_ShowClock(clock, await database.clock_time(conn)),
            billboard=_Nowhere(),
            widgets={each: settings for each, settings in widgets.items() if each == name},
            dress=Dress(theme=overlay.theme, language=language, zone=overlay.time_zone),
        )
        desk.queue_changed(queue)
        await desk.refresh(conn)
        return desk.update(name)
