"""How much of a video a donation buys, or why none of it is played. Nothing here was asked of YouTube.

Neither the length of a video nor whether it is live is known before it plays: oEmbed tells neither. The page finds out,
and shows the alert as text. Where the schema's `media_duration_seconds` is there, it is taken as the length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from streamer_app.core.donations import MediaRequest
from streamer_app.core.overlay_settings import MediaSettings

_VIDEO_ID: Final = re.compile(r"[A-Za-z0-9_-]{11}")
_LONGEST_START: Final = 24 * 60 * 60


class NoVideo(StrEnum):
    """Why a video is not played."""

    NO_ID = "no_id"
    BAD_RANGE = "bad_range"
    BEHIND_END = "behind_end"
    NOT_PAID = "not_paid"
    MISSING = "missing"
    NOT_EMBEDDABLE = "not_embeddable"


@dataclass(frozen=True)
class PlayPlan:
    """From where, and how many seconds. `cut` says that the donor asked for more than was paid for or is allowed."""

    start_seconds: int
    play_seconds: int
    cut: bool = False


_WORDS: Final = {
    NoVideo.NO_ID: {"id": "Videonya tidak dikenali", "en": "The video was not recognised"},
    NoVideo.BAD_RANGE: {"id": "Awal dan akhir videonya tidak cocok", "en": "The video's start and end do not match"},
    NoVideo.BEHIND_END: {"id": "Videonya lebih pendek dari itu", "en": "The video is shorter than that"},
    NoVideo.NOT_PAID: {"id": "Donasinya belum cukup untuk video", "en": "The donation is too small for a video"},
    NoVideo.MISSING: {"id": "Videonya tidak ada lagi", "en": "The video does not exist any more"},
    NoVideo.NOT_EMBEDDABLE: {
        "id": "Pemiliknya tidak mengizinkan video ini diputar di sini",
        "en": "Its owner does not allow this video to be played here",
    },
}
_PAID_FOR: Final = {"id": "Dibayar untuk {seconds} detik", "en": "Paid for {seconds} seconds"}
_ONE_SECOND: Final = {"id": "Dibayar untuk 1 detik", "en": "Paid for 1 second"}


def is_video_id(text: str | None) -> bool:
    """Whether this can be the id of a video: nothing else is ever put into an address."""
    return text is not None and _VIDEO_ID.fullmatch(text) is not None


def plan(media: MediaRequest, amount: int, settings: MediaSettings) -> PlayPlan | NoVideo:
    """What is played for this amount (whole rupiah), by the donor's wish, the price and the longest allowed."""
    if not is_video_id(media.video_id):
        return NoVideo.NO_ID
    start, end, length = media.start_seconds or 0, media.end_seconds, media.duration_seconds
    if not 0 <= start <= _LONGEST_START or (end is not None and end <= start):
        return NoVideo.BAD_RANGE
    if length is not None and length > 0:
        if start >= length:
            return NoVideo.BEHIND_END
        end = length if end is None else min(end, length)
    bought = seconds_for(amount, settings)
    if bought < 1:
        return NoVideo.NOT_PAID
    wanted = bought if end is None else end - start
    return PlayPlan(start, min(wanted, bought), cut=wanted > bought)


def seconds_for(amount: int, settings: MediaSettings) -> int:
    """Whole seconds an amount buys; the rest of a second is not played. Without a price: the longest allowed."""
    if settings.price_per_second <= 0:
        return settings.most_seconds
    return min(settings.most_seconds, amount // settings.price_per_second)


def why_not(reason: NoVideo, language: str) -> str:
    """A sentence for viewers: the small line of an alert whose video is missing."""
    words = _WORDS[reason]
    return words.get(language, words["id"])


def paid_for(seconds: int, language: str) -> str:
    """What was paid for, as a line: "Dibayar untuk 25 detik"."""
    words = _ONE_SECOND if seconds == 1 else _PAID_FOR
    return words.get(language, words["id"]).format(seconds=seconds)
