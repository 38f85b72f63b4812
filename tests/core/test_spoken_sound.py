"""A voice's sound fits the stage, by a measurement that is not the program's own."""

from __future__ import annotations

import io
import struct
import time
import wave
from array import array

import numpy as np
import pytest

from streamer_app.core import spoken_sound
from streamer_app.core.spoken_sound import HEADER_BYTES, UnusableSoundError, levelled, milliseconds_of, read
from tests.loudness_meter import Samples, lufs, true_peak


def pcm(samples: Samples, rate: int = 22_050, channels: int = 1) -> bytes:
    body = np.repeat(np.round(samples * 32767).astype("<i2"), channels).tobytes()
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setnchannels(channels)
        made.setsampwidth(2)
        made.setframerate(rate)
        made.writeframes(body)
    return file.getvalue()


def voice_like(seconds: float, loudness: float, rate: int = 22_050) -> Samples:
    """Syllables of a buzzing tone with noise, and pauses between."""
    random = np.random.default_rng(7)
    at = np.arange(int(seconds * rate)) / rate
    buzz = sum(np.sin(2 * np.pi * 120 * k * at + k * k) / k for k in range(1, 30))
    shape = np.clip(np.sin(2 * np.pi * 3.1 * at), 0, 1) * (np.sin(2 * np.pi * 0.4 * at) > -0.6)
    made = (buzz + 0.3 * random.standard_normal(len(at))) * shape
    return np.asarray(made / np.abs(made).max() * loudness)


@pytest.mark.parametrize("rate", [16_000, 22_050, 48_000])
@pytest.mark.parametrize("loudness", [0.02, 0.3, 1.0])
def test_any_voice_is_made_as_loud_as_the_stage_wants_it(rate: int, loudness: float) -> None:
    made = read(levelled(pcm(voice_like(4, loudness, rate), rate)))
    samples = np.array(made.samples)
    assert made.rate == rate
    assert abs(lufs(samples, rate) + 18) <= 1
    assert true_peak(samples) <= -1


def test_a_voice_of_sharp_peaks_is_limited_and_still_as_loud() -> None:
    samples = voice_like(4, 0.1)
    samples[2_000::4_410] = 0.9
    made = np.array(read(levelled(pcm(samples))).samples)
    assert true_peak(made) <= -1
    assert abs(lufs(made, 22_050) + 18) <= 1


def test_silence_at_the_ends_goes_and_channels_become_one() -> None:
    quiet = np.zeros(22_050)
    made = levelled(pcm(np.concatenate([quiet, voice_like(2, 0.5), quiet]), channels=2))
    with wave.open(io.BytesIO(made)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 22_050)
        assert 1.5 < file.getnframes() / 22_050 < 2.2
    assert milliseconds_of(made[:HEADER_BYTES], len(made)) == read(made).milliseconds
    assert milliseconds_of(made[:HEADER_BYTES], len(made) - 1) is None


def test_a_header_of_a_stream_promises_more_than_there_is() -> None:
    whole = pcm(voice_like(1, 0.5))
    streamed = whole[:4] + b"\xff\xff\xff\xff" + whole[8:40] + struct.pack("<I", 0x7FFFF000) + whole[44:]
    assert read(streamed).samples == read(whole).samples


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"RIFF\0\0\0\0WAVE",
        b"not a sound at all",
        pcm(np.zeros(1_000)),
        pcm(np.zeros(0)),
        pcm(np.ones(8_000 * 181), 8_000),
        pcm(np.ones(100))[:34] + struct.pack("<H", 8) + pcm(np.ones(100))[36:],
    ],
    ids=["empty", "headless", "text", "silent", "soundless", "endless", "eight_bits"],
)
def test_what_is_no_speech_is_refused(broken: bytes) -> None:
    with pytest.raises(UnusableSoundError):
        levelled(broken)


def test_a_quarter_of_a_minute_takes_less_than_half_a_second() -> None:
    wave_file = pcm(voice_like(15, 0.3))
    began = time.process_time()
    levelled(wave_file)
    assert time.process_time() - began < 1.0  # 0.4 alone; the machine is shared


def test_a_single_click_is_one_block() -> None:
    assert spoken_sound.loudness(spoken_sound.Sound(22_050, array("d", [0.5] * 100))) > -70
