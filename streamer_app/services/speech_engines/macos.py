"""The voices of macOS, by its own `say`. The text goes by a file: it is never an argument."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from streamer_app.core.speech_state import SpeechTrouble
from streamer_app.services.speech_engines import program
from streamer_app.services.speech_engines.engine import Availability, SpeechFailedError, Voice, two_letters

_WORDS_A_MINUTE: Final = 175
_LINE: Final = re.compile(r"(?P<name>\S.*?)\s{1,}(?P<tag>[a-z]{2,3}[_-][A-Za-z0-9_]+)\s+#")


class MacVoices:
    """`say -v '?'` lists them: name, language, a sample sentence."""

    name = "system"
    character_ms = 68.0

    def available(self, voice: str = "") -> Availability:
        """By a look on PATH."""
        del voice
        return Availability(None if program.on_path("say") else SpeechTrouble.SYSTEM_MISSING)

    def voices(self, voice: str = "") -> Sequence[Voice]:
        """All that are installed."""
        del voice
        lines = program.run([self._program(), "-v", "?"]).splitlines()
        found = (_LINE.match(line) for line in lines)
        return tuple(Voice(match["name"], two_letters(match["tag"]), match["tag"]) for match in found if match)

    def synthesise(self, text: str, voice: str, language: str, speed: float, target: Path) -> None:
        """A WAV of 22,050 Hz."""
        del language
        written = target.with_suffix(".txt")
        written.write_text(text, encoding="utf-8", errors="replace")
        chosen = ["-v", voice] if voice else []
        rate = str(round(_WORDS_A_MINUTE * speed))
        form = ["--file-format=WAVE", "--data-format=LEI16@22050"]
        program.run([self._program(), *chosen, "-r", rate, "-f", str(written), "-o", str(target), *form], hidden=text)

    def _program(self) -> str:
        found = program.on_path("say")
        if found is None:
            raise SpeechFailedError(SpeechTrouble.SYSTEM_MISSING)
        return found
