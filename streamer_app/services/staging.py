"""From a donation to what goes on stage: its variation, what is read aloud, which video plays, how long it takes.

Everything here answers at once: the speech's file is made beside the show, and whether a video may be embedded was
asked when its donation came. What is not known in time is left to the page, which says what went wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import msgspec

from streamer_app.core.donations import Item
from streamer_app.core.overlay_protocol import Alert, Media, Speech, StageTiming
from streamer_app.core.overlay_settings import MediaKind, OverlaySettings, Variation
from streamer_app.core.presentation import alert_of, expected_ms, timing_of
from streamer_app.core.pronunciation import Slang
from streamer_app.core.rules import Verdict
from streamer_app.core.spoken import spoken_donation, voice_wish, wants_speech
from streamer_app.core.stage_settings import StageSettings
from streamer_app.core.variations import apply, choose, roll_of
from streamer_app.core.videos import NoVideo, PlayPlan, plan, why_not
from streamer_app.services.library import Library
from streamer_app.services.speech import Reader
from streamer_app.services.video_check import Existence, VideoFacts

SPEECH_FAILED: Final = "/sounds/speech_failed.wav"
_IN_THE_WAY: Final = {
    Existence.MISSING: NoVideo.MISSING,
    Existence.NOT_EMBEDDABLE: NoVideo.NOT_EMBEDDABLE,
}


class KnowsVideos(Protocol):
    """Who asks about videos. Fulfilled by `services.video_check`; never blocks."""

    def known(self, video_id: str) -> VideoFacts | None:
        """What was answered; None: not asked, or no answer yet."""

    def expect(self, video_id: str) -> None:
        """Begin to ask, unless it was answered."""


@dataclass(frozen=True)
class Staged:
    """An alert with its times. `expected_ms` is its whole time on stage."""

    alert: Alert
    timing: StageTiming
    expected_ms: int


@dataclass(frozen=True)
class Backstage:
    """Who helps with what is heard; each may be missing."""

    reader: Reader | None = None
    slang: Mapping[str, Slang] = field(default_factory=dict)
    """What is spoken otherwise than it is written, by language."""
    videos: KnowsVideos | None = None
    library: Library | None = None

    def expect(self, item: Item, settings: OverlaySettings) -> None:
        """A donation has come that will be on stage one day: what it needs is begun now, so that it is ready then."""
        self._speech(item, settings, soon=False)
        if self.videos is not None and item.media is not None and item.media.video_id:
            self.videos.expect(item.media.video_id)

    def stage(
        self, item: Item, settings: OverlaySettings, stage: StageSettings, language: str, *, first_time: bool = False
    ) -> Staged:
        """The alert of a donation, as these settings make it. `first_time`: its donor never donated before."""
        variation = choose(
            settings, item.amount, _kind(item), first_time=first_time, roll=roll_of(item.donation_message_id)
        )
        alert = alert_of(item, theme=settings.theme, language=language, volume=1.0)
        if variation is not None:
            alert = apply(alert, variation)
        alert = self._with_media(alert, item, settings, language)
        alert = msgspec.structs.replace(alert, speech=self._speech(item, settings, soon=True))
        timing = timing_of(alert, stage, _seconds(variation))
        return Staged(alert, timing, expected_ms(alert, timing))

    def _speech(self, item: Item, settings: OverlaySettings, *, soon: bool) -> Speech | None:
        if self.reader is None or not wants_speech(settings.speech, item.verdict, _kind(item)):
            return None
        wish = voice_wish(settings.speech, item.media)
        if not self.reader.works(wish):
            return None
        utterance = self.reader.prepare(spoken_donation(item, settings.speech, self.slang), wish, soon=soon)
        if utterance is None:
            return None
        return Speech(
            url=f"speech/{utterance.name}.wav",
            failed_url=SPEECH_FAILED,
            volume=1.0,
            expected_ms=utterance.expected_ms,
        )

    def _with_media(self, alert: Alert, item: Item, settings: OverlaySettings, language: str) -> Alert:
        if item.media is None or not item.has_media or not _media_allowed(item.verdict):
            return alert
        video_id = item.media.video_id or ""
        known = self.videos.known(video_id) if self.videos is not None else None
        refused = _IN_THE_WAY.get(known.existence) if known is not None else None
        planned = plan(item.media, item.amount, settings.media) if refused is None else refused
        if not isinstance(planned, PlayPlan):
            return msgspec.structs.replace(alert, media_missing=why_not(planned, language))
        media = Media(
            video_id=video_id,
            start_seconds=planned.start_seconds,
            play_seconds=planned.play_seconds,
            volume=1.0,
            title=known.title if known is not None else "",
        )
        return msgspec.structs.replace(alert, media=media)


def asks_for_first_timers(settings: OverlaySettings) -> bool:
    """Whether it matters that a donor never donated before: finding out costs a question."""
    return any(variation.enabled and variation.first_time_only for variation in settings.variations)


def _kind(item: Item) -> MediaKind:
    return MediaKind.NONE if item.media is None else MediaKind(item.media.kind)


def _media_allowed(verdict: Verdict | None) -> bool:
    return verdict is None or verdict.media


def _seconds(variation: Variation | None) -> float | None:
    return None if variation is None else variation.seconds
