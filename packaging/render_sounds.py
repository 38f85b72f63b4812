"""Renders the alert sounds below `resources/sounds`: made here, so free of anybody's licence.

Each is a few strokes of a bell (partials 1, 2.76 and 5.4) on a slendro-like scale of five near-equal steps, brought to
-18 LUFS and checked to peak at most at -1 dBFS. 16-bit mono WAV at 44.1 kHz: the standard library can write it, every
browser can play it. `--check` renders nothing and measures the committed files.
"""

from __future__ import annotations

import argparse
import array
import math
import sys
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "resources" / "sounds"
RATE: Final = 44_100
TARGET_LUFS: Final = -18.0
TOLERANCE_LU: Final = 1.0
PEAK_DBFS: Final = -1.0
_FADE_SECONDS: Final = 0.06


@dataclass(frozen=True)
class Stroke:
    """One stroke of the bell: when, which step of the scale, how hard, how long it rings."""

    at: float
    step: int
    strength: float
    ring: float


@dataclass(frozen=True)
class Sound:
    """A named phrase of strokes."""

    name: str
    seconds: float
    base_hertz: float
    strokes: tuple[Stroke, ...]


SOUNDS: Final = (
    Sound("lampion_compact", 0.7, 587.0, (Stroke(0.0, 0, 0.8, 0.22), Stroke(0.12, 2, 1.0, 0.3))),
    Sound(
        "lampion_full",
        1.1,
        587.0,
        (Stroke(0.0, 0, 0.8, 0.26), Stroke(0.13, 2, 0.9, 0.3), Stroke(0.26, 4, 1.0, 0.46)),
    ),
    Sound(
        "lampion_grand",
        1.6,
        587.0,
        (
            Stroke(0.0, -5, 0.9, 0.7),
            Stroke(0.02, 0, 0.7, 0.3),
            Stroke(0.16, 2, 0.8, 0.34),
            Stroke(0.3, 4, 0.9, 0.4),
            Stroke(0.46, 5, 1.0, 0.62),
        ),
    ),
)
# Cents above the base note; no octave of a gamelan is exactly equal, and the slight wideness is its shimmer.
_SLENDRO_CENTS: Final = (0, 231, 474, 717, 955)
_OCTAVE_CENTS: Final = 1206
# Ratio to the fundamental, share of the sound, share of the ring.
_PARTIALS: Final = ((1.0, 1.0, 1.0), (2.76, 0.36, 0.5), (5.4, 0.14, 0.24))


def main(arguments: list[str] | None = None) -> int:
    """Render all sounds, or with `--check` measure the committed ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="measure the committed files; exit 1 when one is off")
    options = parser.parse_args(arguments)
    if not options.check:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for sound in SOUNDS:
            _write(FOLDER / f"{sound.name}.wav", render(sound))
    wrong = 0
    for sound in SOUNDS:
        samples = _read(FOLDER / f"{sound.name}.wav")
        lufs, peak = loudness(samples), 20 * math.log10(max(map(abs, samples)))
        fine = abs(lufs - TARGET_LUFS) <= TOLERANCE_LU and peak <= PEAK_DBFS
        wrong += not fine
        sys.stdout.write(f"{sound.name}: {len(samples) / RATE:.2f} s, {lufs:.1f} LUFS, peak {peak:.1f} dBFS\n")
    return 1 if wrong else 0


def render(sound: Sound) -> list[float]:
    """The sound's samples, at the target loudness."""
    samples = [0.0] * round(sound.seconds * RATE)
    for stroke in sound.strokes:
        _strike(samples, stroke, _hertz(sound.base_hertz, stroke.step))
    fade = round(_FADE_SECONDS * RATE)
    for index in range(fade):
        samples[-1 - index] *= index / fade
    gain = 10 ** ((TARGET_LUFS - loudness(samples)) / 20)
    return [sample * gain for sample in samples]


def loudness(samples: list[float]) -> float:
    """Integrated loudness by ITU-R BS.1770: K-weighting, blocks of 400 ms overlapping by 75 %, both gates."""
    weighted = _k_weighted(samples)
    block, hop = round(0.4 * RATE), round(0.1 * RATE)
    starts = range(0, max(1, len(weighted) - block + 1), hop)
    powers = [sum(value * value for value in weighted[start : start + block]) / block for start in starts]
    loud = [power for power in powers if _lufs(power) > -70.0]  # noqa: PLR2004 - the standard's absolute gate
    gate = _lufs(_mean(loud)) - 10.0
    return _lufs(_mean([power for power in loud if _lufs(power) > gate]))


def _hertz(base: float, step: int) -> float:
    octave, note = divmod(step, len(_SLENDRO_CENTS))
    return float(base * 2 ** ((octave * _OCTAVE_CENTS + _SLENDRO_CENTS[note]) / 1200))


def _strike(samples: list[float], stroke: Stroke, hertz: float) -> None:
    start = round(stroke.at * RATE)
    attack = 0.004 * RATE
    for ratio, share, ring in _PARTIALS:
        turn = 2 * math.pi * hertz * ratio / RATE
        decay = math.exp(-1 / (stroke.ring * ring * RATE))
        level = stroke.strength * share
        for index in range(len(samples) - start):
            samples[start + index] += level * min(1.0, index / attack) * math.sin(turn * index)
            level *= decay


def _k_weighted(samples: list[float]) -> list[float]:
    """The two filters of BS.1770, with their coefficients worked out for 44.1 kHz."""
    gain, quality, hertz = 3.999843853973347, 0.7071752369554196, 1681.974450955533
    tangent, high = math.tan(math.pi * hertz / RATE), 10 ** (gain / 20)
    middle = high**0.4996667741545416
    norm = 1 + tangent / quality + tangent * tangent
    shelf = _filtered(
        samples,
        (
            (high + middle * tangent / quality + tangent * tangent) / norm,
            2 * (tangent * tangent - high) / norm,
            (high - middle * tangent / quality + tangent * tangent) / norm,
        ),
        (2 * (tangent * tangent - 1) / norm, (1 - tangent / quality + tangent * tangent) / norm),
    )
    quality, hertz = 0.5003270373238773, 38.13547087602444
    tangent = math.tan(math.pi * hertz / RATE)
    norm = 1 + tangent / quality + tangent * tangent
    feedback = (2 * (tangent * tangent - 1) / norm, (1 - tangent / quality + tangent * tangent) / norm)
    return _filtered(shelf, (1.0, -2.0, 1.0), feedback)


def _filtered(samples: list[float], forward: tuple[float, float, float], feedback: tuple[float, float]) -> list[float]:
    b0, b1, b2 = forward
    a1, a2 = feedback
    x1 = x2 = y1 = y2 = 0.0
    made = []
    for x0 in samples:
        y0 = b0 * x0 + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
        x2, x1, y2, y1 = x1, x0, y1, y0
        made.append(y0)
    return made


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _lufs(power: float) -> float:
    return -0.691 + 10 * math.log10(power) if power > 0 else -math.inf


def _write(path: Path, samples: list[float]) -> None:
    data = array.array("h", (round(max(-1.0, min(1.0, sample)) * 32767) for sample in samples))
    if sys.byteorder == "big":
        data.byteswap()
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(data.tobytes())


def _read(path: Path) -> list[float]:
    with wave.open(str(path), "rb") as file:
        data = array.array("h", file.readframes(file.getnframes()))
    if sys.byteorder == "big":
        data.byteswap()
    return [sample / 32767 for sample in data]


if __name__ == "__main__":
    sys.exit(main())
