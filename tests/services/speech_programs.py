"""Small programs that behave like the engines' own, as their documents say; and engines without a program."""

from __future__ import annotations

import math
import stat
import sys
from array import array
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Lock
from typing import Final

from streamer_app.core.speech_state import SpeechTrouble
from streamer_app.core.spoken_sound import Sound, written
from streamer_app.services.speech_engines.engine import Availability, SpeechFailedError, Voice

TONE: Final = written(Sound(22_050, array("d", [0.2 * math.sin(0.07 * n) for n in range(22_050)])))
"""A second."""


def install(folder: Path, name: str, body: str) -> Path:
    """A program of Python lines on PATH; it notes its arguments, its input and its environment in `<name>.<what>`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tone.wav").write_bytes(TONE)
    path = folder / name
    path.write_text(
        f"#!{sys.executable}\n"
        "import json, os, pathlib, shutil, sys, time\n"
        f"here = pathlib.Path({str(folder)!r})\n"
        "tone = here / 'tone.wav'\n"
        "given = sys.argv[1:]\n"
        f"(here / '{name}.arguments').write_text(json.dumps(given))\n"
        f"{body}\n",
        encoding="utf-8",
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


class FakeEngine:
    """Makes a tone, when `gate` lets it; or fails. `asked` has the texts in the order in which they were begun."""

    character_ms = 50.0

    def __init__(
        self, name: str = "espeak-ng", voices: Sequence[Voice] = (Voice("id", "id"), Voice("en", "en"))
    ) -> None:
        self.name = name
        self.known = tuple(voices)
        self.asked: list[str] = []
        self.used: list[str] = []
        self.gate = Event()
        self.gate.set()
        self.here = True
        self.fails: SpeechTrouble | None = None
        self.breaks = False
        self.lock = Lock()
        self.running = 0
        self.most_running = 0

    def available(self, voice: str = "") -> Availability:
        del voice
        return Availability(None if self.here else SpeechTrouble.ESPEAK_MISSING)

    def voices(self, voice: str = "") -> Sequence[Voice]:
        del voice
        return self.known

    def synthesise(self, text: str, voice: str, language: str, speed: float, target: Path) -> None:
        del language, speed
        self.asked.append(text)
        self.used.append(voice)
        with self.lock:
            self.running += 1
            self.most_running = max(self.most_running, self.running)
        try:
            if not self.gate.wait(30):
                raise SpeechFailedError(SpeechTrouble.TOO_SLOW)
            if self.breaks:
                raise ValueError(text)
            if self.fails is not None:
                raise SpeechFailedError(self.fails, "its own words")
            target.write_bytes(TONE)
        finally:
            with self.lock:
                self.running -= 1
