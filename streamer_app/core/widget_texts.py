"""What widgets say to viewers by themselves, in both languages; a streamer's own title stands instead of ours."""

from __future__ import annotations

from typing import Final

from streamer_app.core.money import format_money
from streamer_app.core.widget_settings import Period

_INDONESIAN: Final = {
    "goal": "Target",
    "top_day": "Top donatur hari ini",
    "top_week": "Top donatur minggu ini",
    "top_month": "Top donatur bulan ini",
    "top_all": "Top donatur",
    "latest": "Donasi terbaru",
    "next": "Berikutnya",
    "timer": "Donathon",
    "qr": "Donasi di sini",
    "nobody": "Jadilah yang pertama!",
    "left": "kurang {amount}",
    "more": "+{count} lagi",
    "paused": "Antrean dijeda",
    "over": "Waktu habis!",
    "rate": "{amount} = 1 menit",
    "video_of": "Video dari {donor}",
}
_ENGLISH: Final = {
    "goal": "Goal",
    "top_day": "Top donors today",
    "top_week": "Top donors this week",
    "top_month": "Top donors this month",
    "top_all": "Top donors",
    "latest": "Latest donations",
    "next": "Up next",
    "timer": "Donathon",
    "qr": "Donate here",
    "nobody": "Be the first!",
    "left": "{amount} to go",
    "more": "+{count} more",
    "paused": "The queue is paused",
    "over": "Time is up!",
    "rate": "{amount} = 1 minute",
    "video_of": "Video from {donor}",
}
CURRENCY: Final = "IDR"
"""Figures are of one currency; donations in others are left out."""


def text(language: str, name: str) -> str:
    """The words of that name; Indonesian for a language that is none of ours."""
    return (_ENGLISH if language == "en" else _INDONESIAN)[name]


def title(language: str, name: str, own: str) -> str:
    """The streamer's own title, or ours."""
    return own.strip() or text(language, name)


def top_title(language: str, period: Period, own: str) -> str:
    """The title of top donors, which says of what period."""
    return title(language, f"top_{period.value}", own)


def amount_text(amount: int, currency: str = CURRENCY) -> str:
    """Rp25.000."""
    return format_money(amount, currency)


def left_text(language: str, amount: int) -> str:
    """What is still missing."""
    return text(language, "left").format(amount=amount_text(amount))


def more_text(language: str, count: int) -> str:
    """How many have no row; empty for none."""
    return text(language, "more").format(count=count) if count > 0 else ""


def rate_text(language: str, amount_per_minute: int) -> str:
    """What a minute costs."""
    return text(language, "rate").format(amount=amount_text(amount_per_minute))


def video_text(language: str, donor: str) -> str:
    """Whose video it is."""
    return text(language, "video_of").replace("{donor}", donor)
