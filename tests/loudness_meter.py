"""How loud a sound is, measured with numpy and the standard's own coefficients: never with the program's code."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]


def response(form: tuple[float, ...], at: Samples) -> NDArray[np.complex128]:
    b0, b1, b2, a1, a2 = form
    z = np.exp(-1j * at)
    return np.asarray((b0 + b1 * z + b2 * z * z) / (1 + a1 * z + a2 * z * z))


def lufs(samples: Samples, rate: int) -> float:
    """BS.1770 at 48 kHz with the standard's own printed coefficients, by the spectrum."""
    size = round(len(samples) * 48_000 / rate)
    spectrum = np.fft.rfft(samples)
    wide = np.zeros(size // 2 + 1, dtype=complex)
    kept = min(len(wide), len(spectrum))
    wide[:kept] = spectrum[:kept]
    at = np.linspace(0, np.pi, len(wide))
    shelf = response((1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585), at)
    high = response((1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621), at)
    heard = np.fft.irfft(wide * shelf * high, size) * size / len(samples)
    width, step = 19_200, 4_800
    starts = range(0, max(len(heard) - width, 0) + 1, step)
    blocks = np.array([float(np.mean(heard[start : start + width] ** 2)) for start in starts])
    loud = blocks[-0.691 + 10 * np.log10(blocks) > -70]
    bar = -0.691 + 10 * np.log10(loud.mean()) - 10
    return float(-0.691 + 10 * np.log10(loud[-0.691 + 10 * np.log10(loud) > bar].mean()))


def true_peak(samples: Samples) -> float:
    """dB over full scale, eight times oversampled."""
    spectrum = np.fft.rfft(samples)
    wide = np.concatenate([spectrum, np.zeros(7 * (len(samples) // 2), dtype=complex)])
    return float(20 * np.log10(np.abs(np.fft.irfft(wide, 8 * len(samples)) * 8).max()))
