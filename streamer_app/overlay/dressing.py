"""What pages are told of a streamer's settings."""

from __future__ import annotations

from streamer_app.core.overlay_protocol import SettingsUpdate
from streamer_app.core.overlay_settings import OverlaySettings


def told_of(settings: OverlaySettings, language: str, custom_css: str | None = None) -> SettingsUpdate:
    """Live settings; a mute is not one of them. `custom_css` is the address of the streamer's own style sheet."""
    return SettingsUpdate(
        theme=settings.theme,
        language=language,
        volume=settings.volume,
        reduced_motion=settings.reduced_motion,
        speech_volume=settings.speech_volume,
        media_volume=settings.media_volume,
        custom_css=custom_css,
    )
