"""What a streamer may set of alerts: theme, volumes, variations, speech, media. One row a change, key `overlay`.

One schema drives the check at the door, the form in the window and the types: bounds stand in the annotations.
Colours are `#rrggbb` or empty. Amounts are integers in whole rupiah. Files are named by the library's ids.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from streamer_app.core.placing import Anchor, Entrance, Offset, PicturePlace, Scale

Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Colour = Annotated[str, msgspec.Meta(pattern=r"^(#[0-9a-fA-F]{6})?$")]
FileId = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{32}\.(png|jpg|gif|webp|webm|wav|mp3|ogg))?$")]
"""A file of the streamer's library: 32 hex digits of its content's SHA-256 and a fixed ending. Empty: none."""
Words = Annotated[str, msgspec.Meta(max_length=200)]
THEMES: Final = ("lampion", "batik", "struk", "kaset")
FONTS: Final = ("", "jakarta", "bricolage", "chakra", "pixelify", "fredoka", "mono")
MOST_VARIATIONS: Final = 50
LONGEST_CSS: Final = 20_000
PLACEHOLDERS: Final = ("{name}", "{amount}", "{message}")


class MediaKind(StrEnum):
    """What a donation comes with, as the schema has it."""

    NONE = "NONE"
    TTS = "TTS"
    YOUTUBE = "YOUTUBE"


class Variation(msgspec.Struct, frozen=True, kw_only=True):
    """How alerts of some donations look and sound. Of those that fit, one is drawn by weight."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    enabled: bool = True
    at_least: Annotated[int, msgspec.Meta(ge=0)] = 0
    less_than: Annotated[int, msgspec.Meta(ge=1)] | None = None
    media: tuple[MediaKind, ...] = ()
    """Empty: any."""
    first_time_only: bool = False
    weight: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    theme: str = ""
    headline: Words = ""
    """"{name} mengirim {amount}!" Empty: the theme's own line."""
    message: Words = "{message}"
    picture: FileId = ""
    picture_place: PicturePlace = PicturePlace.ABOVE
    sound: FileId = ""
    """Empty: the theme's own, by tier."""
    silent: bool = False
    volume: Share = 1.0
    font: str = ""
    accent: Colour = ""
    text: Colour = ""
    plate: Colour = ""
    entrance: Entrance = Entrance.THEME
    anchor: Anchor | None = None
    x: Offset = 0
    y: Offset = 0
    scale: Scale = 1.0
    seconds: Annotated[float, msgspec.Meta(ge=2, le=60)] | None = None
    """On stage; None: by the length of the message."""


class SpeechSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How messages are read aloud. From which amount on is a rule (`Rules.minimum_speech`)."""

    enabled: bool = True
    engine: str = ""
    """espeak-ng, system, piper. Empty: the first that works here."""
    voice: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """As the engine names it; for Piper the path of a voice file. Empty: by language."""
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2}$")] = "id"
    """Of messages that name none."""
    speed: Annotated[float, msgspec.Meta(ge=0.5, le=2.0)] = 1.0
    say_headline: bool = True
    """"Budi mengirim dua puluh lima ribu rupiah" before the message."""
    longest: Annotated[int, msgspec.Meta(ge=10, le=500)] = 200
    """Characters of the message that are read."""
    only_tts: bool = False
    """Only messages that asked for it (media type TTS); else every message without a video."""
    pronunciation: dict[str, str] = {}
    """Written to spoken, whole words, any case: {"gg": "ji ji"}."""


class MediaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Videos. Whether they play, wait for approval or are left out is a rule (`Rules.media`)."""

    price_per_second: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 1_000
    """Rupiah for a second: a donation buys so many. 0: no price."""
    most_seconds: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 120


class OverlaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about alerts."""

    theme: str = "lampion"
    volume: Share = 0.8
    speech_volume: Share = 1.0
    media_volume: Share = 0.5
    reduced_motion: bool = False
    variations: tuple[Variation, ...] = ()
    speech: SpeechSettings = SpeechSettings()
    media: MediaSettings = MediaSettings()
    custom_css: Annotated[str, msgspec.Meta(max_length=LONGEST_CSS)] = ""
    time_zone: Annotated[str, msgspec.Meta(max_length=64)] = "Asia/Jakarta"
