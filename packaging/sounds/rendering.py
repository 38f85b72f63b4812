"""From strokes to samples to files, and back to what they measure."""

from __future__ import annotations

import argparse
import math
import wave
from pathlib import Path
from typing import Final

import numpy as np

from .measures import PEAK_DBTP, RATE, TARGET_LUFS, TOLERANCE_LU, Samples, loudness, true_peak
from .phrases import SOUNDS, Sound, Stroke, Voice

FOLDER: Final = Path(__file__).resolve().parents[2] / "resources" / "sounds"
"""Where the committed files are."""
_TICK_SEED: Final = 44
# Cents above the base note; no octave of a gamelan is exactly equal, and the slight wideness is its shimmer.
_SLENDRO_CENTS: Final = (0, 231, 474, 717, 955)
_OCTAVE_CENTS: Final = 1206


def main(arguments: list[str] | None = None) -> int:
    """Render all sounds, or with `--check` measure the committed ones."""
    parser = argparse.ArgumentParser(prog="render_sounds.py")
    parser.add_argument("--check", action="store_true", help="measure the committed files; exit 1 when one is off")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to write or to look")
    options = parser.parse_args(arguments)
    folder: Path = options.folder
    if not options.check:
        folder.mkdir(parents=True, exist_ok=True)
        for sound in SOUNDS:
            _write(folder / f"{sound.name}.wav", render(sound))
    off = [sound.name for sound in SOUNDS if not _measure(sound, folder)]
    return 1 if off else 0


def render(sound: Sound) -> Samples:
    """The sound's samples, -1.0 to 1.0, at the target loudness."""
    samples = np.zeros(round(sound.seconds * RATE))
    for stroke in sound.strokes:
        _strike(samples, stroke, _hertz(sound.base_hertz, stroke.step), stroke.voice or sound.voice)
    fade = len(samples) // 4
    samples[-fade:] *= np.cos(np.linspace(0.0, np.pi / 2, fade)) ** 2
    return _levelled(samples)


def _levelled(samples: Samples) -> Samples:
    """At the target loudness. Strokes that stand out too far are pressed softly until the whole fits below the peak."""
    ceiling = 10 ** ((PEAK_DBTP - 0.3) / 20)
    for press in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0):
        shaped: Samples = samples / np.max(np.abs(samples))
        shaped = np.tanh(press * shaped) if press else shaped
        shaped = shaped * 10 ** ((TARGET_LUFS - loudness(shaped)) / 20)
        if true_peak(shaped) <= ceiling:
            return shaped
    raise ValueError("the sound's peaks stand too far above its loudness")


def _hertz(base: float, step: int) -> float:
    octave, note = divmod(step, len(_SLENDRO_CENTS))
    return float(base * 2 ** ((octave * _OCTAVE_CENTS + _SLENDRO_CENTS[note]) / 1200))


def _strike(samples: Samples, stroke: Stroke, hertz: float, voice: Voice) -> None:
    start = round(stroke.at * RATE)
    seconds = np.arange(len(samples) - start) / RATE
    attack = np.minimum(1.0, seconds / voice.attack)
    for partial in voice.partials:
        if hertz * partial.ratio < RATE / 2:
            wave_form = _wave(hertz * partial.ratio, seconds, voice.odd_harmonics)
            faded = np.exp(-_stepped(seconds, voice.level_step) / (stroke.ring * partial.ring))
            samples[start:] += stroke.strength * partial.share * attack * faded * wave_form
    if voice.tick:
        noise = np.random.default_rng(_TICK_SEED).standard_normal(len(seconds))
        samples[start:] += stroke.strength * voice.tick * noise * np.exp(-seconds / 0.004)


def _wave(hertz: float, seconds: Samples, odd_harmonics: int) -> Samples:
    """A sine, or as much of a square wave as its first odd harmonics make and the sample rate can hold."""
    made = np.zeros(len(seconds))
    for harmonic in range(1, 2 * odd_harmonics, 2):
        if hertz * harmonic < RATE / 2:
            made += np.sin(2 * np.pi * hertz * harmonic * seconds) / harmonic
    return made


def _stepped(seconds: Samples, step: float) -> Samples:
    return np.floor(seconds / step) * step if step else seconds


def _measure(sound: Sound, folder: Path) -> bool:
    samples = _read(folder / f"{sound.name}.wav")
    lufs, peak = loudness(samples), 20 * math.log10(true_peak(samples))
    fine = abs(lufs - TARGET_LUFS) <= TOLERANCE_LU and peak <= PEAK_DBTP
    print(f"{sound.name}: {len(samples) / RATE:.2f} s, {lufs:.1f} LUFS, peak {peak:.1f} dBTP{'' if fine else '  OFF'}")
    return fine


def _write(path: Path, samples: Samples) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())


def _read(path: Path) -> Samples:
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767
