"""Loudness and true peak of mono samples at 44.1 kHz, by ITU-R BS.1770."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]
"""-1.0 to 1.0, shape (count,)."""
RATE: Final = 44_100
TARGET_LUFS: Final = -18.0
TOLERANCE_LU: Final = 1.0
PEAK_DBTP: Final = -1.0
_OVERSAMPLING: Final = 4
_BLOCK_SECONDS: Final = 0.4
_HOP_SECONDS: Final = 0.1
_ABSOLUTE_GATE_LUFS: Final = -70.0
_RELATIVE_GATE_LU: Final = -10.0


def loudness(samples: Samples) -> float:
    """Integrated loudness in LUFS: K-weighting, blocks of 400 ms overlapping by 75 %, both gates.

    What is shorter than a block is measured as one block of its own length.
    """
    weighted = _k_weighted(samples)
    block, hop = round(_BLOCK_SECONDS * RATE), round(_HOP_SECONDS * RATE)
    starts = range(0, max(1, len(weighted) - block + 1), hop)
    powers = [float(np.mean(weighted[start : start + block] ** 2)) for start in starts]
    loud = [power for power in powers if _lufs(power) > _ABSOLUTE_GATE_LUFS]
    gate = _lufs(_mean(loud)) + _RELATIVE_GATE_LU
    return _lufs(_mean([power for power in loud if _lufs(power) > gate]))


def true_peak(samples: Samples) -> float:
    """The highest absolute value between and on the samples, 1.0 being full scale: four times oversampled."""
    padded = np.pad(samples, RATE // 100)
    spectrum = np.fft.rfft(padded)
    between = np.fft.irfft(spectrum, len(padded) * _OVERSAMPLING) * _OVERSAMPLING
    return float(np.max(np.abs(between)))


def _k_weighted(samples: Samples) -> Samples:
    """Both filters of BS.1770 as one response, applied by the spectrum: the tail that wraps around is padded away."""
    count = len(samples) + RATE // 2
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(count))
    response = np.ones(len(turn), dtype=np.complex128)
    for forward, feedback in (_shelf(), _high_pass()):
        response *= np.polyval(forward[::-1], turn) / np.polyval(feedback[::-1], turn)
    weighted: Samples = np.fft.irfft(np.fft.rfft(samples, count) * response, count)
    return weighted[: len(samples)]


_Filter = tuple[tuple[float, float, float], tuple[float, float, float]]


def _shelf() -> _Filter:
    gain, quality, hertz = 3.999843853973347, 0.7071752369554196, 1681.974450955533
    tangent, high = math.tan(math.pi * hertz / RATE), 10 ** (gain / 20)
    middle = high**0.4996667741545416
    forward = (
        high + middle * tangent / quality + tangent**2,
        2 * (tangent**2 - high),
        high - middle * tangent / quality + tangent**2,
    )
    return forward, _feedback(tangent, quality)


def _high_pass() -> _Filter:
    quality, hertz = 0.5003270373238773, 38.13547087602444
    tangent = math.tan(math.pi * hertz / RATE)
    norm = 1 + tangent / quality + tangent**2
    return (norm, -2.0 * norm, norm), _feedback(tangent, quality)


def _feedback(tangent: float, quality: float) -> tuple[float, float, float]:
    return 1 + tangent / quality + tangent**2, 2 * (tangent**2 - 1), 1 - tangent / quality + tangent**2


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _lufs(power: float) -> float:
    return -0.691 + 10 * math.log10(power) if power > 0 else -math.inf
