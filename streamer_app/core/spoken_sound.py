"""A voice's WAV, made fit for the stage: mono, no silence at its ends, -18 LUFS, peaks under -1 dBTP. Pure.

Loudness is ITU-R BS.1770: two filters (K-weighting) and blocks of 400 ms of which the quiet ones do not count. Plain
Python on purpose: numpy would be a dependency of every start for some tens of milliseconds here.
"""

from __future__ import annotations

import math
import struct
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

TARGET_LUFS: Final = -18.0
CEILING: Final = 10 ** (-2.0 / 20)
"""Peaks of samples; between samples a voice rises less than 1 dB higher."""
MOST_SECONDS: Final = 180
_FULL: Final = 32768.0
_QUIET: Final = 10 ** (-50 / 20)
_EDGE_MS: Final = 30
_ABSOLUTE_GATE: Final = -70.0
_RELATIVE_GATE: Final = 10.0
_BLOCK: Final = 64
"""Samples over which the limiter's gain moves."""
_ROUNDS: Final = 3
_CLOSE: Final = 0.4
_PCM: Final = frozenset({1, 0xFFFE})
_BITS: Final = 16
_RIFF_BYTES: Final = 12
_FORMAT_BYTES: Final = 16
_CHANNELS: Final = range(1, 9)
_RATES: Final = range(8_000, 96_001)
_HEADER: Final = struct.Struct("<4sI4s4sIHHIIHH4sI")


class UnusableSoundError(Exception):
    """No speech is in it: no WAV of 16 bits, silence, or far too long. The words are a voice's, never a donor's."""


@dataclass(frozen=True)
class Sound:
    """One channel. `samples` from -1 to 1."""

    rate: int
    samples: array[float]

    @property
    def milliseconds(self) -> int:
        """How long it is."""
        return len(self.samples) * 1000 // self.rate


def levelled(wave: bytes) -> bytes:
    """A WAV of 16 bits as the stage wants it. Raises `UnusableSoundError`."""
    return written(limited(trimmed(read(wave))))


def read(wave: bytes) -> Sound:
    """A WAV of 16 bits, channels mixed. Sizes in its header are taken no further than the data goes."""
    if len(wave) < _RIFF_BYTES or wave[:4] != b"RIFF" or wave[8:12] != b"WAVE":
        raise UnusableSoundError("no WAV file was made")
    place, rate, channels = _RIFF_BYTES, 0, 0
    while place + 8 <= len(wave):
        name, size = wave[place : place + 4], int.from_bytes(wave[place + 4 : place + 8], "little")
        body = wave[place + 8 : place + 8 + size]
        if name == b"fmt " and len(body) >= _FORMAT_BYTES:
            kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
            if kind not in _PCM or bits != _BITS or channels not in _CHANNELS or rate not in _RATES:
                raise UnusableSoundError(f"not 16-bit PCM: kind {kind}, {bits} bits, {channels} channels, {rate} Hz")
        elif name == b"data" and rate:
            return _mixed(body, rate, channels)
        place += 8 + size + size % 2
    raise UnusableSoundError("the WAV file has no sound in it")


def _mixed(body: bytes, rate: int, channels: int) -> Sound:
    frame = 2 * channels
    whole = array("h", body[: len(body) - len(body) % frame])
    if sys.byteorder == "big":
        whole.byteswap()
    if len(whole) // channels > MOST_SECONDS * rate:
        raise UnusableSoundError(f"longer than {MOST_SECONDS} seconds")
    if channels == 1:
        return Sound(rate, array("d", [value / _FULL for value in whole]))
    parts = [whole[channel::channels] for channel in range(channels)]
    return Sound(rate, array("d", [sum(values) / (channels * _FULL) for values in zip(*parts, strict=True)]))


def trimmed(sound: Sound) -> Sound:
    """Without silence at both ends, but for a breath. Raises `UnusableSoundError` where all is silence."""
    samples = sound.samples
    loudest = max(map(abs, samples), default=0.0)
    if loudest < _QUIET:
        raise UnusableSoundError("the voice said nothing")
    bar = loudest * 0.01
    first = next(place for place, value in enumerate(samples) if abs(value) >= bar)
    last = next(place for place in range(len(samples) - 1, -1, -1) if abs(samples[place]) >= bar)
    edge = sound.rate * _EDGE_MS // 1000
    kept = samples[max(first - edge, 0) : last + edge + 1]
    fade = min(edge, len(kept) // 4)
    for place in range(fade):
        kept[place] *= place / fade
        kept[-1 - place] *= place / fade
    return Sound(sound.rate, kept)


def limited(sound: Sound) -> Sound:
    """At `TARGET_LUFS`, with no peak over `CEILING`. What the limiter takes away is given back a few times."""
    measured = loudness(sound)
    gain = 10 ** ((TARGET_LUFS - measured) / 20)
    made = _under_ceiling(sound, gain)
    for _ in range(_ROUNDS):
        if max(map(abs, sound.samples)) * gain <= CEILING:
            break
        off = TARGET_LUFS - loudness(made)
        if abs(off) <= _CLOSE:
            break
        gain *= 10 ** (off / 20)
        made = _under_ceiling(sound, gain)
    return made


def _under_ceiling(sound: Sound, gain: float) -> Sound:
    """The gain falls and rises in straight lines between blocks, so that it is low enough over the whole of a peak."""
    samples = array("d", [value * gain for value in sound.samples])
    needed = []
    for start in range(0, len(samples), _BLOCK):
        block = samples[start : start + _BLOCK]
        needed.append(min(1.0, CEILING / max(1e-9, *map(abs, block))))
    if min(needed) >= 1.0:
        return Sound(sound.rate, samples)
    nodes = [min(pair) for pair in zip([1.0, *needed], [*needed, 1.0], strict=True)]
    for number, (left, right) in enumerate(pairwise(nodes)):
        if left < 1.0 or right < 1.0:
            step = (right - left) / _BLOCK
            start = number * _BLOCK
            for place in range(start, min(start + _BLOCK, len(samples))):
                samples[place] *= left + step * (place - start)
    return Sound(sound.rate, samples)


def loudness(sound: Sound) -> float:
    """Integrated, in LUFS. A sound shorter than a block is one block; -inf never: silence is `_ABSOLUTE_GATE`."""
    energies = _tenths(sound)
    blocks = [sum(energies[place : place + 4]) / 4 for place in range(max(len(energies) - 3, 0))]
    if not blocks:
        blocks = [sum(energies) / max(len(energies), 1)]
    return _gated(blocks)


def _gated(blocks: Sequence[float]) -> float:
    loud = [block for block in blocks if _lufs(block) > _ABSOLUTE_GATE]
    if not loud:
        return _ABSOLUTE_GATE
    bar = _lufs(sum(loud) / len(loud)) - _RELATIVE_GATE
    heard = [block for block in loud if _lufs(block) > bar]
    return _lufs(sum(heard) / len(heard))


def _lufs(energy: float) -> float:
    return -0.691 + 10 * math.log10(energy) if energy > 0 else -math.inf


def _tenths(sound: Sound) -> list[float]:
    """Mean squares of 100 ms each, K-weighted: a shelf for the head, a high pass; both filters in one loop."""
    (b0, b1, b2, a1, a2), (p0, p1, p2, c1, c2) = _shelf(sound.rate), _high_pass(sound.rate)
    z1 = z2 = w1 = w2 = 0.0
    size = sound.rate // 10
    energies: list[float] = []
    samples = sound.samples
    whole = max(len(samples) // size, 1) * size
    for start in range(0, min(whole, len(samples)), size):
        total = 0.0
        chunk = samples[start : start + size]
        for x in chunk:
            y = b0 * x + z1
            z1 = b1 * x - a1 * y + z2
            z2 = b2 * x - a2 * y
            v = p0 * y + w1
            w1 = p1 * y - c1 * v + w2
            w2 = p2 * y - c2 * v
            total += v * v
        energies.append(total / len(chunk))
    return energies


def _shelf(rate: int) -> tuple[float, float, float, float, float]:
    """First filter of BS.1770 at any rate; the constants are those of its analogue prototype."""
    k = math.tan(math.pi * min(1681.974450955533, 0.45 * rate) / rate)
    high = 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    q = 0.7071752369554196
    a0 = 1 + k / q + k * k
    return (
        (high + band * k / q + k * k) / a0,
        2 * (k * k - high) / a0,
        (high - band * k / q + k * k) / a0,
        2 * (k * k - 1) / a0,
        (1 - k / q + k * k) / a0,
    )


def _high_pass(rate: int) -> tuple[float, float, float, float, float]:
    k = math.tan(math.pi * 38.13547087602444 / rate)
    q = 0.5003270373238773
    a0 = 1 + k / q + k * k
    return 1.0, -2.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0


def written(sound: Sound) -> bytes:
    """The WAV: 16 bits, one channel."""
    body = array("h", [max(-32767, min(32767, round(value * 32767))) for value in sound.samples])
    if sys.byteorder == "big":
        body.byteswap()
    size = 2 * len(body)
    head = _HEADER.pack(
        b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, sound.rate, 2 * sound.rate, 2, 16, b"data", size
    )
    return head + body.tobytes()


HEADER_BYTES: Final = _HEADER.size


def milliseconds_of(head: bytes, file_size: int) -> int | None:
    """How long a file of `written` is, by its first `HEADER_BYTES`; None: it is not whole, or none of ours."""
    if len(head) < HEADER_BYTES:
        return None
    riff, _, kind, form, _, pcm, channels, rate, _, _, bits, data, size = _HEADER.unpack_from(head)
    ours = (riff, kind, form, data) == (b"RIFF", b"WAVE", b"fmt ", b"data") and (pcm, channels, bits) == (1, 1, 16)
    if not ours or not rate or not size or HEADER_BYTES + size != file_size:
        return None
    return int(size // 2 * 1000 // rate)
