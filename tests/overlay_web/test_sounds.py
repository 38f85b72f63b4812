"""The committed sounds, measured by other means than those that made them: filters in time, peaks by a sinc."""

from __future__ import annotations

import math
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Page

from streamer_app.core.overlay_protocol import Tier
from tests.overlay_web.conftest import OpenPage

ROOT: Final = Path(__file__).resolve().parents[2]
SCRIPT: Final = ROOT / "packaging" / "render_sounds.py"
FOLDER: Final = ROOT / "resources" / "sounds"
THEMES: Final = ("lampion", "batik", "struk", "kaset")
CHIMES: Final = tuple(f"{theme}_{tier.value}" for theme in THEMES for tier in Tier)
TICKS: Final = ("tick", "tick_done", "tick_held")
SOUNDS: Final = (*CHIMES, "speech_failed", *TICKS)
RATE: Final = 44_100
MOST_BYTES: Final = 1_600_000
# Another processor's sine may round the last bit another way.
LAST_BITS: Final = 2
DECODE: Final = """async (name) => {
  const file = await (await fetch(`/sounds/${name}.wav`)).arrayBuffer();
  const sound = await new AudioContext({ sampleRate: 44100 }).decodeAudioData(file);
  const samples = sound.getChannelData(0);
  let loudest = 0;
  for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
  return { seconds: sound.duration, channels: sound.numberOfChannels, loudest };
}"""

Samples = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All sounds once more, as the script makes them now."""
    folder = tmp_path_factory.mktemp("sounds")
    render(folder)
    return folder


def test_every_theme_has_a_sound_for_each_tier_and_nothing_else_is_shipped() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.wav" for name in SOUNDS}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= MOST_BYTES


def test_the_script_finds_the_committed_sounds_right() -> None:
    measured = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert measured.returncode == 0, measured.stdout
    assert measured.stdout.count("LUFS") == len(SOUNDS)


def test_the_script_finds_a_sound_that_is_off(rendered: Path, tmp_path: Path) -> None:
    for path in rendered.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    loud = np.clip(samples_of("tick", rendered) * 2, -1, 1)
    with wave.open(str(tmp_path / "tick.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        file.writeframes((loud * 32767).astype("<i2").tobytes())
    measured = subprocess.run(
        [sys.executable, SCRIPT, "--check", "--folder", tmp_path], capture_output=True, text=True, check=False
    )
    assert measured.returncode == 1
    assert measured.stdout.count("OFF") == 1


@pytest.mark.parametrize("name", SOUNDS)
def test_a_sound_is_as_loud_and_as_long_as_promised(name: str) -> None:
    samples = samples_of(name)
    assert loudness(samples) == pytest.approx(-18.0, abs=1.0)
    assert 20 * math.log10(true_peak(samples)) <= -1.0
    seconds = len(samples) / RATE
    assert seconds < 0.3 if name in TICKS else 0.6 <= seconds <= 1.6
    assert np.max(np.abs(samples[-50:])) < 0.01
    assert abs(float(np.mean(samples))) < 0.002


def test_a_larger_tier_sounds_longer_and_a_grand_one_has_a_second_phrase() -> None:
    for theme in THEMES:
        seconds = [len(samples_of(f"{theme}_{tier.value}")) for tier in (Tier.COMPACT, Tier.FULL, Tier.GRAND)]
        assert seconds == sorted(set(seconds))
        grand = samples_of(f"{theme}_grand")
        late = grand[round(0.4 * RATE) : round(0.9 * RATE)]
        assert float(np.sqrt(np.mean(late**2))) > 0.5 * float(np.sqrt(np.mean(grand**2)))


def test_no_two_themes_sound_alike() -> None:
    for tier in Tier:
        spectra = [spectrum(samples_of(f"{theme}_{tier.value}")) for theme in THEMES]
        for index, one in enumerate(spectra):
            for other in spectra[index + 1 :]:
                assert float(np.dot(one, other)) < 0.9


def test_rendering_again_makes_the_committed_sounds(rendered: Path, tmp_path: Path) -> None:
    render(tmp_path)
    for name in SOUNDS:
        assert (tmp_path / f"{name}.wav").read_bytes() == (rendered / f"{name}.wav").read_bytes()
        again, committed = samples_of(name, rendered), samples_of(name)
        assert again.shape == committed.shape
        assert np.max(np.abs(again - committed)) <= LAST_BITS / 32767, name


def test_chromium_decodes_every_sound(open_page: OpenPage) -> None:
    page = open_page()
    for name in SOUNDS:
        decoded = decode(page, name)
        samples = samples_of(name)
        assert decoded["channels"] == 1
        assert decoded["seconds"] == pytest.approx(len(samples) / RATE, abs=0.001)
        assert decoded["loudest"] == pytest.approx(float(np.max(np.abs(samples))), abs=0.001)


def render(folder: Path) -> None:
    subprocess.run([sys.executable, SCRIPT, "--folder", folder], capture_output=True, text=True, check=True)


def decode(page: Page, name: str) -> dict[str, Any]:
    decoded: dict[str, Any] = page.evaluate(DECODE, name)
    return decoded


def samples_of(name: str, folder: Path = FOLDER) -> Samples:
    with wave.open(str(folder / f"{name}.wav"), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        samples: Samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767
    return samples


def spectrum(samples: Samples) -> Samples:
    """Energy in sixth-octave bands from 100 Hz, as a unit vector."""
    power = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    bands = 100 * 2 ** (np.arange(46) / 6)
    energy = np.array([power[(hertz >= low) & (hertz < low * 2 ** (1 / 6))].sum() for low in bands])
    made: Samples = energy / np.linalg.norm(energy)
    return made


def loudness(samples: Samples) -> float:
    """BS.1770 with its two filters run sample by sample, at 44.1 kHz."""
    weighted = filtered(
        filtered(
            list(samples),
            (1.5308412300498355, -2.6509799951536985, 1.1690790799210682),
            (-1.6636551132560204, 0.7125954280732254),
        ),
        (1.0, -2.0, 1.0),
        (-1.9891696736297957, 0.9891990357870394),
    )
    block, hop = round(0.4 * RATE), round(0.1 * RATE)
    powers = [
        sum(value * value for value in weighted[start : start + block]) / min(block, len(weighted))
        for start in range(0, max(1, len(weighted) - block + 1), hop)
    ]
    loud = [power for power in powers if lufs(power) > -70]
    gate = lufs(sum(loud) / len(loud)) - 10
    kept = [power for power in loud if lufs(power) > gate]
    return lufs(sum(kept) / len(kept))


def lufs(power: float) -> float:
    return -0.691 + 10 * math.log10(max(power, 1e-20))


def filtered(samples: list[float], forward: tuple[float, float, float], feedback: tuple[float, float]) -> list[float]:
    b0, b1, b2 = forward
    a1, a2 = feedback
    x1 = x2 = y1 = y2 = 0.0
    made = []
    for x0 in samples:
        y0 = b0 * x0 + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
        x2, x1, y2, y1 = x1, x0, y1, y0
        made.append(y0)
    return made


def true_peak(samples: Samples) -> float:
    """Four times oversampled by a windowed sinc of 64 taps a phase."""
    taps = np.arange(-32, 32)
    highest = float(np.max(np.abs(samples)))
    for phase in (0.25, 0.5, 0.75):
        kernel = np.sinc(taps + phase) * np.kaiser(len(taps), 8.0)
        highest = max(highest, float(np.max(np.abs(np.convolve(samples, kernel)))))
    return highest
