"""From a donation to what viewers may see: the one place where a donor's words are prepared for the stage."""

from __future__ import annotations

import unicodedata
from typing import Final

from streamer_app.core.donations import Item
from streamer_app.core.money import format_money
from streamer_app.core.overlay_protocol import Alert, StageTiming, Tier
from streamer_app.core.stage_settings import StageSettings

MESSAGE_LIMIT: Final = 300
NAME_LIMIT: Final = 100
FULL_FROM: Final = 50_000
GRAND_FROM: Final = 250_000
_SOMEONE: Final = {"id": "Seseorang", "en": "Someone"}
_LEAD: Final = {"id": "mengirim", "en": "sent"}
_TEST_MESSAGE: Final = {
    "id": "Ini alert percobaan. Tidak ada uang yang bergerak.",
    "en": "This is a test. No money moves.",
}
TEST_BADGE: Final = "TEST"


def cleaned(text: str | None, limit: int) -> str:
    """Without control characters, overrides and runs of blanks; cut at `limit` characters with an ellipsis."""
    if not text:
        return ""
    window = text[: limit * 4]
    if window.isascii() and window.isprintable():
        return _cut(" ".join(window.split()), limit)
    kept = "".join(
        " " if character in "\n\r\t" else character
        for character in window
        if character in "\n\r\t\u200c\u200d" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )
    return _cut(" ".join(kept.split()), limit)


def _cut(folded: str, limit: int) -> str:
    if len(folded) <= limit:
        return folded
    return folded[: limit - 1].rstrip() + "\u2026"


def someone(language: str) -> str:
    """What stands for a donor without a name."""
    return _SOMEONE.get(language, _SOMEONE["id"])


def donor_on_stage(item: Item, language: str) -> str:
    """The name viewers see. An anonymous donor's own name never leaves the server."""
    nameless = someone(language)
    if item.is_anonymous:
        return nameless
    return cleaned(item.donor_name, NAME_LIMIT) or nameless


def tier_of(amount: int) -> Tier:
    """How grand an alert is."""
    if amount >= GRAND_FROM:
        return Tier.GRAND
    return Tier.FULL if amount >= FULL_FROM else Tier.COMPACT


def alert_of(item: Item, *, theme: str, language: str, volume: float) -> Alert:
    """The alert of a donation, gross amount as text."""
    tier = tier_of(item.amount)
    return Alert(
        donor=donor_on_stage(item, language),
        lead=_LEAD.get(language, _LEAD["id"]),
        amount_text=format_money(item.amount, item.currency),
        message=cleaned(item.message, MESSAGE_LIMIT),
        theme=theme,
        tier=tier,
        sound_url=f"/sounds/{theme}_{tier.value}.wav",
        volume=volume,
        badge=None,
    )


def sample_alert(*, theme: str, language: str, volume: float) -> Alert:
    """An alert that stands for nothing, and says so."""
    return Alert(
        donor="Budi",
        lead=_LEAD.get(language, _LEAD["id"]),
        amount_text=format_money(25_000, "IDR"),
        message=_TEST_MESSAGE.get(language, _TEST_MESSAGE["id"]),
        theme=theme,
        tier=Tier.COMPACT,
        sound_url=f"/sounds/{theme}_{Tier.COMPACT.value}.wav",
        volume=volume,
        badge=TEST_BADGE,
    )


def timing_of(alert: Alert, settings: StageSettings) -> StageTiming:
    """How long an alert is on stage, by the length of its message."""
    return StageTiming(
        enter_ms=settings.enter_ms,
        on_stage_ms=settings.on_stage_ms(len(alert.message)),
        leave_ms=settings.leave_ms,
    )
