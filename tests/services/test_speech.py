"""Texts become files before they are needed, once each, and a failure is a light and a line, never a stop."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import structlog

from streamer_app import logs
from streamer_app.core.speech_state import SpeechLight, SpeechState, SpeechTrouble, trouble_words
from streamer_app.core.spoken import VoiceWish
from streamer_app.core.spoken_sound import read
from streamer_app.services.speech import MOST_WAITING, Reader, Utterance
from streamer_app.services.speech_cache import SpeechCache
from streamer_app.services.speech_engines.engine import SpeechFailedError, Voice
from streamer_app.services.speech_engines.espeak import Espeak
from tests.loudness_meter import lufs, true_peak
from tests.services.speech_programs import FakeEngine

WISH = VoiceWish()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def reader(tmp_path: Path, engine: FakeEngine) -> AsyncIterator[Reader]:
    made = Reader(SpeechCache(tmp_path / "speech"), [engine])
    yield made
    engine.gate.set()
    await made.close()


def begun(utterance: Utterance | None) -> Utterance:
    assert utterance is not None
    return utterance


async def test_a_text_is_made_in_the_background_and_then_known(reader: Reader, engine: FakeEngine) -> None:
    engine.gate.clear()
    first = begun(reader.prepare("halo semua", WISH))
    assert not first.ready
    assert first.expected_ms == 150 + 10 * 50
    engine.gate.set()
    path = await reader.wait(first.name, 10)
    assert path is not None
    again = begun(reader.prepare("halo semua", WISH))
    assert again == Utterance(first.name, read(path.read_bytes()).milliseconds, ready=True)
    assert await reader.wait(first.name, 10) == path
    assert engine.asked == ["halo semua"]


async def test_two_who_want_the_same_words_make_them_once(reader: Reader, engine: FakeEngine) -> None:
    engine.gate.clear()
    names = {begun(reader.prepare("halo", WISH)).name for _ in range(5)}
    engine.gate.set()
    waited = await asyncio.gather(*(reader.wait(name, 10) for name in (*names, *names)))
    assert len(names) == 1
    assert None not in waited
    assert engine.asked == ["halo"]


async def test_another_voice_language_or_speed_is_another_file(reader: Reader) -> None:
    wishes = [WISH, VoiceWish(language="en"), VoiceWish(speed=1.5), VoiceWish(voice="en"), VoiceWish(asked="en")]
    assert len({begun(reader.prepare("halo", wish)).name for wish in wishes}) == len(wishes)


async def test_two_at_once_and_what_is_next_on_stage_goes_first(reader: Reader, engine: FakeEngine) -> None:
    engine.gate.clear()
    names = [begun(reader.prepare(f"kata {number}", WISH)).name for number in range(6)]
    reader.prepare("kata 5", WISH, soon=True)
    soon = begun(reader.prepare("segera", WISH, soon=True)).name
    waiting = asyncio.create_task(reader.wait(names[4], 20))
    await asyncio.sleep(0)
    assert list(reader._waiting) == [names[4], soon, names[5], names[2], names[3]]
    engine.gate.set()
    assert await waiting is not None
    for name in (*names, soon):
        assert await reader.wait(name, 20) is not None
    assert engine.most_running <= 2
    assert set(engine.asked[:2]) == {"kata 0", "kata 1"}
    assert sorted(engine.asked[2:]) == ["kata 2", "kata 3", "kata 4", "kata 5", "segera"]


async def test_a_raid_does_not_fill_the_memory_and_the_stage_still_gets_its_words(
    reader: Reader, engine: FakeEngine
) -> None:
    engine.gate.clear()
    for number in range(MOST_WAITING + 50):
        reader.prepare(f"kata {number}", WISH)
    assert len(reader._waiting) == MOST_WAITING
    last = begun(reader.prepare(f"kata {MOST_WAITING + 40}", WISH))
    assert await reader.wait(last.name, 0.1) is None
    reader.prepare(f"kata {MOST_WAITING + 40}", WISH, soon=True)
    engine.gate.set()
    assert await reader.wait(last.name, 20) is not None


async def test_who_waits_too_long_gets_nothing_yet(reader: Reader, engine: FakeEngine) -> None:
    engine.gate.clear()
    slow = begun(reader.prepare("lama", WISH))
    assert await reader.wait(slow.name, 0.05) is None
    engine.gate.set()
    assert await reader.wait(slow.name, 10) is not None


async def test_a_failure_is_a_light_and_a_line_without_the_donor_s_words(reader: Reader, engine: FakeEngine) -> None:
    stream = io.StringIO()
    before = structlog.get_config()
    logs.configure(stream=stream)
    try:
        engine.fails = SpeechTrouble.ENGINE_FAILED
        failed = begun(reader.prepare("rahasia donatur", WISH))
        assert await reader.wait(failed.name, 10) is None
        assert reader.state(WISH) == SpeechState(SpeechLight.FAILING, "espeak-ng", SpeechTrouble.ENGINE_FAILED)
        engine.fails, engine.breaks = None, True
        broken = begun(reader.prepare("rahasia lain", WISH))
        assert await reader.wait(broken.name, 10) is None
    finally:
        structlog.configure(**before)
    assert "its own words" in stream.getvalue()
    assert "kind=ValueError" in stream.getvalue()
    assert "rahasia" not in stream.getvalue()
    engine.breaks = False
    again = begun(reader.prepare("rahasia donatur", WISH))
    assert await reader.wait(again.name, 10) is not None
    assert reader.state(WISH) == SpeechState(SpeechLight.WORKS, "espeak-ng")


async def test_with_no_engine_nothing_is_waited_for(reader: Reader, engine: FakeEngine) -> None:
    engine.here = False
    utterance = begun(reader.prepare("halo", WISH))
    assert await reader.wait(utterance.name, 10) is None
    assert reader.state(WISH).light is SpeechLight.NO_ENGINE
    with pytest.raises(SpeechFailedError, match="Nothing that can read aloud"):
        await reader.try_voice("halo", WISH)
    with pytest.raises(SpeechFailedError, match="espeak-ng is not installed"):
        await reader.try_voice("halo", VoiceWish("espeak-ng"))
    assert begun(reader.prepare("halo", WISH)).ready is False


async def test_another_engine_reads_where_the_chosen_one_is_not(tmp_path: Path) -> None:
    engine = FakeEngine()
    reader = Reader(SpeechCache(tmp_path), [engine])
    wish = VoiceWish("piper")
    utterance = begun(reader.prepare("halo", wish))
    assert await reader.wait(utterance.name, 10) is not None
    assert reader.state(wish) == SpeechState(SpeechLight.WORKS, "espeak-ng", SpeechTrouble.OTHER_ENGINE)
    assert reader.state(wish).words("id")[0].startswith("Mesin suara pilihanmu")
    with pytest.raises(SpeechFailedError, match="Piper is not installed"):
        await reader.try_voice("halo", wish)
    await reader.close()


async def test_the_engine_that_knows_the_language_reads(tmp_path: Path) -> None:
    first, second = FakeEngine("system", [Voice("Alex", "en")]), FakeEngine("espeak-ng", [Voice("id", "id")])
    reader = Reader(SpeechCache(tmp_path), [first, second])
    for wish in (WISH, VoiceWish(language="en")):
        assert await reader.wait(begun(reader.prepare("halo", wish)).name, 10) is not None
    assert (first.used, second.used) == (["Alex"], ["id"])
    await reader.close()


async def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path, engine: FakeEngine) -> None:
    (tmp_path / "cache").write_text("in the way", encoding="utf-8")
    reader = Reader(SpeechCache(tmp_path / "cache" / "speech"), [engine])
    utterance = begun(reader.prepare("halo", WISH))
    assert await reader.wait(utterance.name, 10) is None
    assert reader.state(WISH).trouble is SpeechTrouble.CANNOT_WRITE
    with pytest.raises(SpeechFailedError, match="cannot be written"):
        await reader.try_voice("halo", WISH)
    await reader.close()


async def test_closing_leaves_nobody_waiting(reader: Reader, engine: FakeEngine) -> None:
    engine.gate.clear()
    names = [begun(reader.prepare(f"kata {number}", WISH)).name for number in range(4)]
    waiting = [asyncio.create_task(reader.wait(name, 30)) for name in names]
    await asyncio.sleep(0)
    await reader.close()
    assert await asyncio.wait_for(asyncio.gather(*waiting), 5) == [None] * 4
    assert reader.prepare("lagi", WISH) is None


@pytest.mark.parametrize("trouble", list(SpeechTrouble))
def test_every_trouble_has_words_in_both_languages(trouble: SpeechTrouble) -> None:
    assert all(trouble_words(trouble, "id"))
    assert all(trouble_words(trouble, "en"))
    assert trouble_words(trouble, "id") != trouble_words(trouble, "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Budi mengirim dua puluh lima ribu rupiah. Semangat terus bang!", "id"),
        ("Someone sent one hundred thousand rupiah. Have a nice stream!", "en"),
        ("-halo --version", "id"),
    ],
)
async def test_the_real_espeak_reads_it_in_about_the_time_that_was_expected(
    tmp_path: Path, text: str, language: str
) -> None:
    reader = Reader(SpeechCache(tmp_path), [Espeak()])
    wish = VoiceWish(language=language)
    utterance = begun(reader.prepare(text, wish))
    path = await reader.wait(utterance.name, 20)
    assert path is not None
    sound = read(path.read_bytes())
    samples, made = np.array(sound.samples), sound.milliseconds
    assert abs(lufs(samples, sound.rate) + 18) <= 1
    assert true_peak(samples) <= -1
    assert made / 2 <= utterance.expected_ms <= made * 2
    tried = await reader.try_voice(text, wish)
    assert (tried.path, tried.milliseconds, tried.voice) == (path, made, {"id": "id", "en": "en-us"}[language])
    assert tried.engine == "espeak-ng"
    await reader.close()
