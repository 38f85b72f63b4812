"""From a donation to what goes on stage: variations, speech, videos, and what a page could not play."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from streamer_app.core.commands import PlayAnyway, Replay, SendTestAlert, SetOverlay, SetRules
from streamer_app.core.errors import CommandRefusedError, Reason
from streamer_app.core.overlay_protocol import AlertFinished, HeadlinePart, PartKind, SettingsUpdate, SourceActive
from streamer_app.core.overlay_settings import MediaSettings, OverlaySettings, SpeechSettings, Variation
from streamer_app.core.rules import Rules, WhatToDo
from streamer_app.services.speech import Reader, slang_lists, speech_folder
from streamer_app.services.speech_cache import SpeechCache
from streamer_app.services.staging import SPEECH_FAILED, Backstage
from streamer_app.services.video_check import Existence, VideoFacts
from streamer_app.store.queue_engine import Engine
from tests.overlay.doubles import finished, started
from tests.postgres_servers import MigratedDatabase
from tests.services.theatre import Theatre, theatre

VIDEO = "dQw4w9WgXcQ"
PLAY_VIDEOS = Rules(media=WhatToDo.NOTHING)


class Videos:
    """What YouTube said, without asking it."""

    def __init__(self) -> None:
        self.answers: dict[str, VideoFacts] = {}
        self.expected: list[str] = []

    def known(self, video_id: str) -> VideoFacts | None:
        return self.answers.get(video_id)

    def expect(self, video_id: str) -> None:
        self.expected.append(video_id)


@pytest.fixture
def videos() -> Videos:
    return Videos()


@pytest.fixture
async def stage(
    migrated_database_18: MigratedDatabase, one_engine: Engine, videos: Videos, tmp_path: Path
) -> AsyncIterator[Theatre]:
    reader = Reader(SpeechCache(speech_folder(tmp_path)))
    backstage = Backstage(reader, slang_lists(), videos)
    async with theatre(migrated_database_18, one_engine, backstage=backstage) as made:
        await made.do(SetRules(rules=PLAY_VIDEOS))
        yield made
    await reader.close()


def silent(**changes: object) -> OverlaySettings:
    return OverlaySettings(speech=SpeechSettings(enabled=False), **changes)  # type: ignore[arg-type]


async def test_an_amount_in_its_range_gets_the_variation_and_a_replay_looks_alike(stage: Theatre) -> None:
    big = Variation(
        name="besar", at_least=100_000, theme="kaset", headline="{name}: {amount}!", accent="#ff0000", seconds=7
    )
    await stage.do(SetOverlay(settings=silent(variations=(big,))))
    small = await stage.donates("Ani", amount=99_999)
    assert stage.shown()[-1].alert.theme == "lampion"
    assert await stage.plays() == small
    large = await stage.donates("Budi", amount=100_000)
    first = stage.shown()[-1]
    assert first.alert.theme == "kaset"
    assert first.alert.sound_url == "/sounds/kaset_full.wav"
    assert first.alert.headline == (
        HeadlinePart(PartKind.NAME, "Budi"),
        HeadlinePart(PartKind.TEXT, ": "),
        HeadlinePart(PartKind.AMOUNT, "Rp100.000"),
        HeadlinePart(PartKind.TEXT, "!"),
    )
    assert first.alert.look.accent == "#ff0000"
    assert first.timing.on_stage_ms == 7_000
    assert await stage.plays() == large
    await stage.do(Replay(donation_message_id=large))
    assert stage.shown()[-1].alert == first.alert


async def test_only_a_first_time_donor_gets_that_variation(stage: Theatre) -> None:
    hello = Variation(name="baru", first_time_only=True, theme="struk")
    await stage.do(SetOverlay(settings=silent(variations=(hello,))))
    for expected in ("struk", "lampion"):
        await stage.donates("Ani")
        assert stage.shown()[-1].alert.theme == expected
        await stage.plays()


async def test_settings_reach_the_pages_at_once_and_the_next_studio(
    stage: Theatre, migrated_database_18: MigratedDatabase, one_engine: Engine
) -> None:
    await stage.do(SetOverlay(settings=silent(theme="batik", volume=0.3, media_volume=0.2)))
    told = [message for message in stage.page.got if isinstance(message, SettingsUpdate)][-1]
    assert (told.theme, told.volume, told.media_volume) == ("batik", 0.3, 0.2)
    stage.dispatcher.stop()
    async with theatre(migrated_database_18, one_engine, streamer=stage.streamer) as later:
        assert later.show.overlay.theme == "batik"
        await later.donates()
        assert later.shown()[-1].alert.theme == "batik"


async def test_settings_that_cannot_be_meant_are_refused_and_nothing_changes(stage: Theatre) -> None:
    wrong = silent(variations=(Variation(name="a", at_least=5, less_than=5),))
    with pytest.raises(CommandRefusedError, match="less_than"):
        await stage.do(SetOverlay(settings=wrong))
    assert stage.show.overlay.variations == ()


async def test_a_message_is_read_aloud_and_its_file_is_made(stage: Theatre) -> None:
    await stage.donates("Budi", amount=25_000, message="halo semua")
    speech = stage.shown()[-1].alert.speech
    assert speech is not None
    assert speech.failed_url == SPEECH_FAILED
    reader = stage.show.looks.backstage.reader
    assert reader is not None
    path = await reader.wait(speech.url.removeprefix("speech/").removesuffix(".wav"), 20)
    assert path is not None
    assert path.read_bytes()[:4] == b"RIFF"
    on_stage = stage.show.on_stage
    assert on_stage is not None
    assert on_stage.expected_ms >= speech.expected_ms + 1_000, "a deadline counts the speech"


async def test_below_the_minimum_nothing_is_read_aloud(stage: Theatre) -> None:
    await stage.donates(amount=9_999)
    assert stage.shown()[-1].alert.speech is None


async def test_what_waits_is_made_ready_before_its_turn(stage: Theatre) -> None:
    await stage.donates("Ani")
    await stage.donates("Budi", message="menunggu giliran")
    await stage.starts()
    reader = stage.show.looks.backstage.reader
    assert reader is not None
    prepared = {request.text for request in (*reader._waiting.values(), *reader._making.values())}
    cached = len(list(reader._cache._folder.glob("*.wav")))
    assert any("menunggu giliran" in text for text in prepared) or cached >= 2


async def test_a_video_plays_for_as_long_as_was_paid(stage: Theatre, videos: Videos) -> None:
    videos.answers[VIDEO] = VideoFacts(Existence.EXISTS, "Lagu")
    settings = silent(media=MediaSettings(price_per_second=1_000, most_seconds=20))
    await stage.do(SetOverlay(settings=settings))
    await stage.donates(amount=15_000, video=(VIDEO, 30, None))
    media = stage.shown()[-1].alert.media
    assert media is not None
    assert (media.video_id, media.start_seconds, media.play_seconds, media.title) == (VIDEO, 30, 15, "Lagu")
    assert stage.show.on_stage is not None
    assert stage.show.on_stage.expected_ms >= 15_000
    assert VIDEO in videos.expected or videos.known(VIDEO) is not None


@pytest.mark.parametrize(
    ("video", "answer", "amount"),
    [
        ((VIDEO, None, None), VideoFacts(Existence.MISSING), 25_000),
        ((VIDEO, None, None), VideoFacts(Existence.NOT_EMBEDDABLE), 25_000),
        (("<script>", None, None), None, 25_000),
        ((VIDEO, 30, 20), None, 25_000),
        ((VIDEO, None, None), None, 999),
    ],
)
async def test_a_video_that_cannot_play_leaves_an_alert_of_text_that_says_why(
    stage: Theatre, videos: Videos, video: tuple[str, int | None, int | None], answer: VideoFacts | None, amount: int
) -> None:
    if answer is not None:
        videos.answers[VIDEO] = answer
    await stage.donates(amount=amount, video=video)
    alert = stage.shown()[-1].alert
    assert alert.media is None
    assert alert.media_missing


async def test_an_unknown_video_may_play(stage: Theatre) -> None:
    await stage.donates(video=(VIDEO, None, None))
    assert stage.shown()[-1].alert.media is not None


async def test_a_held_video_is_asked_about_before_somebody_approves_it(stage: Theatre, videos: Videos) -> None:
    await stage.do(SetRules(rules=Rules()))
    await stage.donates(video=(VIDEO, None, None))
    assert stage.playing is None
    assert videos.expected == [VIDEO]


async def test_what_a_page_could_not_play_is_kept_with_the_run_and_the_queue_goes_on(stage: Theatre) -> None:
    first = await stage.donates("Ani", video=(VIDEO, None, None))
    second = await stage.donates("Budi")
    run = stage.shown()[-1]
    stage.hub.receive("page-one", started(run))
    stage.seconds.pass_ms(run.timing.on_stage_ms + 10)
    done = finished(run)
    assert isinstance(done, AlertFinished)
    stage.hub.receive("page-one", msgspec.structs.replace(done, troubles=("media_150",)))
    await stage.settle()
    assert stage.runs(first) == [("first", "played", "media_150")]
    assert stage.playing == second


async def test_a_test_alert_is_of_what_was_asked_for_and_writes_nothing(stage: Theatre) -> None:
    await stage.do(SendTestAlert(amount=300_000, donor="Sari", message="tes", video_id=VIDEO))
    alert = stage.shown()[-1].alert
    assert (alert.donor, alert.amount_text, alert.message, alert.badge) == ("Sari", "Rp300.000", "tes", "TEST")
    assert alert.media is not None
    assert stage.rows("SELECT count(*) FROM donation_messages") == [(0,)]
    assert stage.rows("SELECT count(*) FROM transactions") == [(0,)]


async def test_a_source_off_air_waits_until_somebody_says_play_anyway(stage: Theatre) -> None:
    stage.hub.receive("page-one", SourceActive(active=False, visible=True))
    await stage.settle()
    message_id = await stage.donates()
    assert stage.playing is None
    await stage.do(PlayAnyway())
    assert stage.playing == message_id
    await stage.plays()
    stage.hub.receive("page-one", SourceActive(active=True, visible=True))
    stage.hub.receive("page-one", SourceActive(active=False, visible=True))
    await stage.settle()
    await stage.donates()
    assert stage.playing is None, "it was on air meanwhile: the word is spent"


async def test_play_anyway_is_refused_where_nothing_stands_in_the_way(stage: Theatre) -> None:
    with pytest.raises(CommandRefusedError) as refused:
        await stage.do(PlayAnyway(), command_id=uuid4())
    assert refused.value.reason is Reason.ON_AIR_ALREADY
