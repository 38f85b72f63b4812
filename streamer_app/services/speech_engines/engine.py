"""What every engine offers, and how one fails."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from streamer_app.core.errors import ActionableError
from streamer_app.core.speech_state import SpeechTrouble, trouble_words

_LANGUAGE: Final = re.compile(r"[a-zA-Z]{2,3}")


@dataclass(frozen=True)
class Voice:
    """`name` is how the engine calls it; `language` two letters; `about` for people."""

    name: str
    language: str
    about: str = ""


@dataclass(frozen=True)
class Availability:
    """Whether an engine can read now; else why not."""

    trouble: SpeechTrouble | None = None

    @property
    def works(self) -> bool:
        """Nothing is missing."""
        return self.trouble is None


class SpeechFailedError(ActionableError):
    """A text was not read. `said` has the engine's own words for the log; never any of the text's."""

    def __init__(self, trouble: SpeechTrouble, said: str = "") -> None:
        title, remedy = trouble_words(trouble, "en")
        super().__init__(title, remedy)
        self.trouble = trouble
        self.said = said


class Engine(Protocol):
    """Something that reads aloud. Everything but `available` may take seconds: never ask on the loop."""

    @property
    def name(self) -> str:
        """As it stands in the settings."""

    @property
    def character_ms(self) -> float:
        """How long a character takes at usual speed, roughly."""

    def available(self, voice: str = "") -> Availability:
        """Whether it is installed, by a look on PATH. `voice`: the one that is wished for."""

    def voices(self, voice: str = "") -> Sequence[Voice]:
        """What it has, best first within a language. Raises `SpeechFailedError`."""

    def synthesise(self, text: str, voice: str, language: str, speed: float, target: Path) -> None:
        """Write a WAV of 16 bits. `voice` is one of `voices`. Blocks; raises `SpeechFailedError`."""


def two_letters(tag: str) -> str:
    """id_ID, en-us, en: the language alone."""
    match = _LANGUAGE.match(tag)
    return match[0].lower()[:2] if match else ""
