"""How alerts and widgets look: read where the show begins, told to the pages whenever it changes."""

from __future__ import annotations

from streamer_app.core.overlay_protocol import AlertProgress
from streamer_app.services import overlay_book, widget_book
from streamer_app.services.show import Show
from streamer_app.services.widgets import Dress


async def load(show: Show) -> None:
    """Read how alerts and widgets look, and tell the pages."""
    stored = await overlay_book.read_overlay(show.conn(), show.streamer_user_id)
    show.overlay = stored.settings if stored.version else show.looks.unset
    dress(show)
    if show.desk is not None:
        show.desk.set_widgets(await widget_book.load_widgets(show.conn(), show.streamer_user_id))


def dress(show: Show) -> None:
    """Tell the pages."""
    settings, language = show.overlay, show.looks.language
    show.stage.dress(settings, language)
    if show.desk is not None:
        show.desk.dress(Dress(theme=settings.theme, language=language, zone=settings.time_zone))


def video_told(show: Show, progress: AlertProgress) -> None:
    """The speaker says how far the video on stage is: its widget counts on from there."""
    if show.desk is None or show.on_stage is None or progress.media_left_ms is None:
        return
    alert = show.on_stage.show.alert
    if alert.media is not None:
        show.desk.media_playing(
            donor=alert.donor,
            title=alert.media.title,
            left_ms=progress.media_left_ms,
            total_ms=alert.media.play_seconds * 1000,
        )
