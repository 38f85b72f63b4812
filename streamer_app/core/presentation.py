"""From a donation to what viewers may see: the one place where a donor's words are prepared for the stage."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Final
from uuid import UUID

from streamer_app.core.commands import SendTestAlert
from streamer_app.core.donations import Item, ItemState, MediaRequest
from streamer_app.core.money import format_money
from streamer_app.core.overlay_protocol import Alert, StageTiming, Tier
from streamer_app.core.rules import LONGEST_MESSAGE
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
LONGEST_CHIME_MS: Final = 1_600
_NOBODY: Final = UUID(int=0)
_JOINER: Final = "\u200d"
_SKIN_TONES: Final = "".join(map(chr, range(0x1F3FB, 0x1F400)))
_FLAG_LETTERS: Final = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
_TAGS: Final = frozenset(map(chr, range(0xE0020, 0xE0080)))
_LONGEST_PICTURE: Final = 32
"""Characters of one picture; what is longer is no picture but mischief, and is cut where it stands."""


def cleaned(text: str | None, limit: int) -> str:
    """Without control characters, overrides and runs of blanks; cut at `limit` characters with an ellipsis."""
    if not text:
        return ""
    window = text[: limit * 4]
    if window.isascii() and window.isprintable():
        return cut(" ".join(window.split()), limit)
    kept = "".join(
        " " if character in "\n\r\t" else character
        for character in window
        if character in "\n\r\t\u200c\u200d" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )
    return cut(" ".join(kept.split()), limit)


def cut(text: str, limit: int) -> str:
    """At most so many characters, the last an ellipsis where more was said; no emoji or accent is cut in two."""
    if len(text) <= limit:
        return text
    return text[: _whole_characters(text, limit - 1)].rstrip() + "\u2026"


def _whole_characters(text: str, end: int) -> int:
    """The nearest place before `end` where no picture of several characters is under way; `end` where all is one."""
    place = end
    while place > max(0, end - _LONGEST_PICTURE) and _belongs_together(text, place):
        place -= 1
    return end if _belongs_together(text, place) else place


def _belongs_together(text: str, place: int) -> bool:
    """Whether the characters before and behind this place are seen as one."""
    if place <= 0 or place >= len(text):
        return False
    behind = text[place]
    if behind.isascii():
        return False
    if behind == _JOINER or text[place - 1] == _JOINER or behind in _SKIN_TONES or behind in _TAGS:
        return True
    if behind in _FLAG_LETTERS:
        first = place
        while first > max(0, place - _LONGEST_PICTURE) and text[first - 1] in _FLAG_LETTERS:
            first -= 1
        return (place - first) % 2 == 1
    return unicodedata.category(behind) in {"Mn", "Me", "Mc"}


def someone(language: str) -> str:
    """What stands for a donor without a name."""
    return _SOMEONE.get(language, _SOMEONE["id"])


def donor_on_stage(item: Item, language: str) -> str:
    """The name viewers see. An anonymous donor's own name never leaves the server."""
    nameless = someone(language)
    if item.is_anonymous:
        return nameless
    masked = item.verdict.name if item.verdict is not None else None
    return cleaned(item.donor_name if masked is None else masked, NAME_LIMIT) or nameless


def message_on_stage(item: Item) -> str:
    """The message viewers see: as the rules leave it, or cut at the usual length where they were not asked."""
    if item.verdict is None:
        return cleaned(item.message, MESSAGE_LIMIT)
    masked = item.verdict.message
    return cleaned(item.message if masked is None else masked, LONGEST_MESSAGE)


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
        message=message_on_stage(item),
        theme=theme,
        tier=tier,
        sound_url=f"/sounds/{theme}_{tier.value}.wav",
        volume=volume,
        badge=None,
    )


def sample_item(test: SendTestAlert, language: str, now: datetime) -> Item:
    """A donation that nobody made: it goes the same way to the stage, and no figure ever meets it."""
    words = _TEST_MESSAGE.get(language, _TEST_MESSAGE["id"]) if test.message is None else test.message
    video = None if test.video_id is None else MediaRequest(kind="YOUTUBE", video_id=test.video_id)
    return Item(
        donation_message_id=_NOBODY,
        transaction_id=_NOBODY,
        donor_name="Budi" if test.donor is None else test.donor,
        is_anonymous=False,
        message=words,
        amount=test.amount,
        net_amount=test.amount,
        currency="IDR",
        state=ItemState.PLAYING,
        paid_at=now,
        has_media=video is not None,
        media=video,
    )


def timing_of(alert: Alert, settings: StageSettings, seconds: float | None = None) -> StageTiming:
    """How long an alert is on stage: so many seconds, else by the length of its message."""
    return StageTiming(
        enter_ms=settings.enter_ms,
        on_stage_ms=settings.on_stage_ms(len(alert.message)) if seconds is None else round(seconds * 1000),
        leave_ms=settings.leave_ms,
    )


def expected_ms(alert: Alert, timing: StageTiming) -> int:
    """How long it will be on stage, speech and video included: what a deadline is reckoned from."""
    heard = 0
    if alert.speech is not None or alert.media is not None:
        heard += LONGEST_CHIME_MS
    if alert.speech is not None:
        heard += timing.speech_gap_ms + alert.speech.expected_ms + timing.after_speech_ms
    if alert.media is not None:
        heard += timing.speech_gap_ms + alert.media.play_seconds * 1000
    return max(timing.on_stage_ms, heard)
