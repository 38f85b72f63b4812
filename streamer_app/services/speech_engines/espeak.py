"""espeak-ng: small, instant, Indonesian and English, on every system. The text goes by standard input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from streamer_app.core.speech_state import SpeechTrouble
from streamer_app.services.speech_engines import program
from streamer_app.services.speech_engines.engine import Availability, SpeechFailedError, Voice, two_letters

_WORDS_A_MINUTE: Final = 165
_VARIANTS: Final = {"+f2": "female", "+f3": "female, brighter", "+m3": "male, deeper", "+whisper": "whispering"}
_VARIED: Final = ("id", "en-us")
_COLUMNS: Final = 5


class Espeak:
    """Its MBROLA voices are left out: they are listed whether or not their data is there."""

    name = "espeak-ng"
    character_ms = 68.0

    def available(self, voice: str = "") -> Availability:
        """By a look on PATH."""
        del voice
        return Availability(None if program.on_path(self.name) else SpeechTrouble.ESPEAK_MISSING)

    def voices(self, voice: str = "") -> Sequence[Voice]:
        """Languages as espeak-ng lists them, Indonesian and American English in a few more colours."""
        del voice
        return tuple(_listed(program.run([self._program(), "--voices"])))

    def synthesise(self, text: str, voice: str, language: str, speed: float, target: Path) -> None:
        """A WAV of 22,050 Hz."""
        rate = str(round(_WORDS_A_MINUTE * speed))
        arguments = [self._program(), "-v", voice or language, "-s", rate, "-b", "1", "-w", str(target), "--stdin"]
        program.run(arguments, text=text)

    def _program(self) -> str:
        found = program.on_path(self.name)
        if found is None:
            raise SpeechFailedError(SpeechTrouble.ESPEAK_MISSING)
        return found


def _listed(table: str) -> Iterator[Voice]:
    seen: set[str] = set()
    rows = [line.split() for line in table.splitlines()[1:]]
    for row in sorted((row for row in rows if len(row) >= _COLUMNS), key=_preference):
        tag, label, file = row[1], row[3], row[4]
        if file.startswith("mb/") or tag in seen or tag == "variant":
            continue
        seen.add(tag)
        language = two_letters(tag)
        yield Voice(tag, language, label.replace("_", " "))
        if tag in _VARIED:
            yield from (
                Voice(tag + sign, language, f"{label.replace('_', ' ')}, {about}") for sign, about in _VARIANTS.items()
            )


def _preference(row: list[str]) -> tuple[bool, int]:
    """American English first among the English: what donors' "gg" and "nice" are heard in."""
    return row[1] != "en-us", int(row[0]) if row[0].isdecimal() else 99
