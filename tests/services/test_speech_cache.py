"""Files are there whole or not at all, and the folder stays small."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from streamer_app.core.spoken import VoiceWish
from streamer_app.services.speech_cache import SpeechCache, speech_name
from tests.services.speech_programs import TONE

NAMES = [speech_name("espeak-ng", VoiceWish(), text) for text in ("a", "b", "c", "d")]


def kept(cache: SpeechCache, name: str) -> Path:
    with cache.draft() as draft:
        return cache.keep(name, TONE, draft)


def test_a_name_is_its_words_and_its_voice() -> None:
    assert len({*NAMES, speech_name("piper", VoiceWish(), "a"), speech_name("espeak-ng", VoiceWish("x"), "a")}) == 5
    assert speech_name("e", VoiceWish(voice="a", asked="b"), "t") != speech_name(
        "e", VoiceWish(voice="b", asked="a"), "t"
    )
    assert len(speech_name("e", VoiceWish(), "\ud800")) == 64


def test_what_is_kept_is_found_and_drafts_go(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path / "speech")
    assert cache.find(NAMES[0]) is None
    path = kept(cache, NAMES[0])
    assert path == tmp_path / "speech" / f"{NAMES[0]}.wav"
    assert cache.find(NAMES[0]) == path
    assert cache.milliseconds(NAMES[0]) == 1000
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_half_a_file_is_none(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path)
    for size in (0, 20, 44, len(TONE) - 2):
        (tmp_path / f"{NAMES[0]}.wav").write_bytes(TONE[:size])
        assert cache.find(NAMES[0]) is None, size
    assert kept(cache, NAMES[0]).read_bytes() == TONE


@pytest.mark.parametrize("name", ["", "..", "../secret", "a" * 63, "A" * 64, "/" * 64, "a" * 64 + "\n"])
def test_other_names_lead_nowhere(tmp_path: Path, name: str) -> None:
    cache = SpeechCache(tmp_path)
    assert cache.find(name) is None
    with cache.draft() as draft, pytest.raises(ValueError, match="^" if name else "^$"):
        cache.keep(name, TONE, draft)


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path, largest=2 * len(TONE) + 10)
    for age, name in enumerate(NAMES[:3]):
        os.utime(kept(cache, name), (1_000 + age, 1_000 + age))
    assert cache.find(NAMES[0]) is not None
    cache.tidy()
    assert [cache.find(name) is not None for name in NAMES[:3]] == [True, False, True]


def test_drafts_of_a_program_that_died_are_swept(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path)
    (tmp_path / ".draft-old").mkdir()
    (tmp_path / ".draft-old" / "voice.wav").write_bytes(b"half")
    os.utime(tmp_path / ".draft-old", (1_000, 1_000))
    (tmp_path / ".draft-at-work").mkdir()
    kept(cache, NAMES[0])
    cache.sweep()
    assert {one.name for one in tmp_path.iterdir()} == {".draft-at-work", f"{NAMES[0]}.wav"}
    SpeechCache(tmp_path / "nowhere").sweep()
