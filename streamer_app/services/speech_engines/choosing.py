"""Which engine and which of its voices read a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

import structlog

from streamer_app.core.speech_state import SpeechTrouble
from streamer_app.core.spoken import VoiceWish
from streamer_app.services.speech_engines.engine import Engine, SpeechFailedError, Voice

_MISSING: Final = {
    "espeak-ng": SpeechTrouble.ESPEAK_MISSING,
    "system": SpeechTrouble.SYSTEM_MISSING,
    "piper": SpeechTrouble.PIPER_MISSING,
}
_log = structlog.get_logger()


@dataclass(frozen=True)
class Choice:
    """`fell_back`: the voice that was wished for is not there."""

    engine: Engine
    voice: Voice
    fell_back: bool = False


class Chooser:
    """Remembers what voices engines have: asking takes a program's start. Safe from several threads."""

    def __init__(self, engines: Sequence[Engine]) -> None:
        self._engines = tuple(engines)
        self._lock = Lock()
        self._known: dict[tuple[str, str], tuple[Voice, ...]] = {}
        self._told: set[tuple[str, str, bool]] = set()

    def engines(self, wish: VoiceWish) -> tuple[Engine, ...]:
        """Those that may read, first choice first, by a look on PATH: the wished one alone where it works."""
        working = tuple(engine for engine in self._engines if engine.available(wish.voice).works)
        return tuple(engine for engine in working if engine.name == wish.engine) or working

    def missing(self, wish: VoiceWish) -> SpeechTrouble | None:
        """What keeps the wished engine from reading; of no wish: what keeps all of them."""
        if not wish.engine:
            return None if self.engines(wish) else SpeechTrouble.NOTHING_INSTALLED
        engine = next((one for one in self._engines if one.name == wish.engine), None)
        if engine is None:
            return _MISSING.get(wish.engine, SpeechTrouble.NOTHING_INSTALLED)
        return engine.available(wish.voice).trouble

    def choose(self, wish: VoiceWish) -> Choice:
        """The first engine with a voice of the language; else the first with any. Blocks.

        Raises `SpeechFailedError`: nothing is here, or none of it has a voice.
        """
        spare: Choice | None = None
        problem = SpeechFailedError(self.missing(wish) or SpeechTrouble.NO_VOICE)
        for engine in self.engines(wish):
            try:
                choice = picked(engine, self.voices(engine, wish.voice), wish)
            except SpeechFailedError as failed:
                problem = failed
                continue
            if choice is not None and choice.voice.language == wish.language:
                return self._told_of(choice, wish)
            spare = spare or choice
        if spare is None:
            raise problem
        return self._told_of(spare, wish)

    def voices(self, engine: Engine, voice: str) -> tuple[Voice, ...]:
        """What the engine has; asked once. Blocks; raises `SpeechFailedError`."""
        key = (engine.name, voice if engine.name == "piper" else "")
        with self._lock:
            if key not in self._known:
                found = tuple(engine.voices(voice))
                if not found:
                    return ()
                self._known[key] = found
            return self._known[key]

    def forget(self) -> None:
        """Ask anew: something may have been installed."""
        with self._lock:
            self._known.clear()

    def _told_of(self, choice: Choice, wish: VoiceWish) -> Choice:
        """Once for each case. What a message asks for is a stranger's words, and is not repeated."""
        key = (choice.engine.name, wish.language, bool(wish.asked))
        if choice.fell_back and key not in self._told:
            self._told.add(key)
            _log.warning(
                "speech.other_voice",
                engine=choice.engine.name,
                language=wish.language,
                voice=choice.voice.name,
                wished_by="message" if wish.asked else "settings",
            )
        return choice


def picked(engine: Engine, voices: Sequence[Voice], wish: VoiceWish) -> Choice | None:
    """The message's voice, the streamer's where its language fits, the language's first, any; None: there is none."""
    asked, own = _named(voices, wish.asked), _named(voices, wish.voice)
    of_language = next((voice for voice in voices if voice.language == wish.language), None)
    if asked is not None:
        return Choice(engine, asked)
    fell_back = bool(wish.asked)
    if own is not None and (own.language == wish.language or of_language is None):
        return Choice(engine, own, fell_back or own.language != wish.language)
    fell_back = fell_back or (bool(wish.voice) and own is None)
    if of_language is not None:
        return Choice(engine, of_language, fell_back)
    return Choice(engine, voices[0], fell_back=True) if voices else None


def _named(voices: Sequence[Voice], name: str) -> Voice | None:
    key = name.casefold()
    if not key:
        return None
    return next((voice for voice in voices if key in {voice.name.casefold(), voice.about.casefold()}), None)
