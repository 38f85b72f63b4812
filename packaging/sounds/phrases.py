"""What is played: the voices of the themes, and for each sound its strokes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Partial:
    """Ratio to the fundamental, share of the sound, share of the stroke's ring."""

    ratio: float
    share: float
    ring: float


@dataclass(frozen=True)
class Voice:
    """What is struck."""

    partials: tuple[Partial, ...]
    attack: float = 0.004
    """Seconds until a stroke is at its full strength."""
    odd_harmonics: int = 1
    """1: each partial is a sine. More: it goes towards a square wave."""
    level_step: float = 0.0
    """Seconds for which a level is held; 0 falls smoothly."""
    tick: float = 0.0
    """How much of a dry tick each stroke begins with."""


@dataclass(frozen=True)
class Stroke:
    """One stroke: when (seconds), which step of the scale, how hard, how long it rings (seconds)."""

    at: float
    step: int
    strength: float
    ring: float
    voice: Voice | None = None
    """Instead of the sound's own."""


@dataclass(frozen=True)
class Sound:
    """A named phrase of strokes."""

    name: str
    seconds: float
    base_hertz: float
    voice: Voice
    strokes: tuple[Stroke, ...]


_BELL: Final = Voice((Partial(1.0, 1.0, 1.0), Partial(2.76, 0.36, 0.5), Partial(5.4, 0.14, 0.24)))
_METAL: Final = Voice((Partial(1.0, 0.8, 1.0), Partial(2.76, 0.62, 0.8), Partial(5.4, 0.4, 0.5)), attack=0.0015)
_WOOD: Final = Voice((Partial(1.0, 1.0, 0.16), Partial(2.76, 0.5, 0.08), Partial(5.4, 0.3, 0.04)), 0.001, tick=0.5)
_CONSOLE: Final = Voice(
    (Partial(1.0, 1.0, 1.0), Partial(2.76, 0.07, 0.3), Partial(5.4, 0.03, 0.15)),
    0.001,
    odd_harmonics=6,
    level_step=0.02,
)
_SOFT: Final = Voice((Partial(1.0, 1.0, 1.0), Partial(2.76, 0.1, 0.3), Partial(5.4, 0.03, 0.15)), attack=0.02)


def _run(*steps: int, every: float, ring: float, at: float = 0.0) -> tuple[Stroke, ...]:
    """Even strokes that grow a little, the last one the hardest."""
    return tuple(
        Stroke(at + every * index, step, 0.8 + 0.2 * (index + 1) / len(steps), ring) for index, step in enumerate(steps)
    )


_LAMPION: Final = (
    Sound("lampion_compact", 0.7, 587.0, _BELL, (Stroke(0.0, 0, 0.8, 0.22), Stroke(0.12, 2, 1.0, 0.3))),
    Sound(
        "lampion_full",
        1.1,
        587.0,
        _BELL,
        (Stroke(0.0, 0, 0.8, 0.26), Stroke(0.13, 2, 0.9, 0.3), Stroke(0.26, 4, 1.0, 0.46)),
    ),
    Sound(
        "lampion_grand",
        1.6,
        587.0,
        _BELL,
        (
            Stroke(0.0, -5, 0.9, 0.7),
            Stroke(0.02, 0, 0.7, 0.3),
            Stroke(0.16, 2, 0.8, 0.34),
            Stroke(0.3, 4, 0.9, 0.4),
            Stroke(0.46, 5, 1.0, 0.62),
        ),
    ),
)
_BATIK: Final = (
    Sound("batik_compact", 0.7, 880.0, _METAL, _run(3, 1, every=0.1, ring=0.26)),
    Sound("batik_full", 1.1, 880.0, _METAL, _run(0, 3, 2, every=0.12, ring=0.34)),
    Sound(
        "batik_grand",
        1.6,
        880.0,
        _METAL,
        (
            Stroke(0.0, -10, 1.0, 0.7, _BELL),
            *_run(0, 2, 3, every=0.12, ring=0.3),
            *_run(2, 5, every=0.14, ring=0.5, at=0.54),
        ),
    ),
)
_STRUK: Final = (
    Sound(
        "struk_compact",
        0.7,
        740.0,
        _WOOD,
        (*_run(0, 0, 2, every=0.055, ring=0.3), Stroke(0.2, 5, 0.5, 0.22, _BELL)),
    ),
    Sound(
        "struk_full",
        1.1,
        740.0,
        _WOOD,
        (*_run(0, 0, 2, 0, 2, every=0.055, ring=0.3), Stroke(0.34, 5, 0.6, 0.34, _BELL)),
    ),
    Sound(
        "struk_grand",
        1.6,
        740.0,
        _WOOD,
        (
            *_run(0, 0, 2, 0, 2, 4, every=0.055, ring=0.3),
            Stroke(0.42, 5, 0.6, 0.34, _BELL),
            Stroke(0.6, 8, 0.7, 0.5, _BELL),
        ),
    ),
)
_KASET: Final = (
    Sound("kaset_compact", 0.6, 523.0, _CONSOLE, _run(5, 8, every=0.08, ring=0.18)),
    Sound("kaset_full", 0.95, 523.0, _CONSOLE, _run(0, 2, 3, 5, every=0.09, ring=0.22)),
    Sound(
        "kaset_grand",
        1.6,
        523.0,
        _CONSOLE,
        (*_run(0, 2, 3, 5, every=0.08, ring=0.16), *_run(3, 5, 7, 10, every=0.1, ring=0.26, at=0.5)),
    ),
)
_OTHERS: Final = (
    # Two steps down, the second one dull: what should have been said was not.
    Sound("speech_failed", 0.9, 392.0, _SOFT, (Stroke(0.0, 2, 0.9, 0.2), Stroke(0.22, -1, 0.8, 0.3))),
    Sound("tick", 0.09, 988.0, _WOOD, (Stroke(0.0, 0, 1.0, 0.2),)),
    Sound("tick_done", 0.24, 784.0, _BELL, (Stroke(0.0, 0, 0.8, 0.07), Stroke(0.07, 3, 1.0, 0.1))),
    Sound("tick_held", 0.26, 523.0, _SOFT, (Stroke(0.0, 1, 1.0, 0.08), Stroke(0.09, 0, 0.9, 0.1))),
)
SOUNDS: Final = (*_LAMPION, *_BATIK, *_STRUK, *_KASET, *_OTHERS)
"""Every sound that is shipped. A theme has `<theme>_<tier>` for each tier; in a grand one a second phrase follows."""
