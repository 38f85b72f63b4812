"""Commands about reading aloud: they need no database and no studio."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any, Final

import msgspec

from streamer_app.core.errors import ActionableError
from streamer_app.core.presentation import cleaned
from streamer_app.core.pronunciation import Pronunciation, Slang
from streamer_app.core.rules import LONGEST_MESSAGE
from streamer_app.core.spoken import VoiceWish, spoken_message
from streamer_app.services.speech import Reader, slang_lists, speech_folder
from streamer_app.services.speech_cache import SpeechCache
from streamer_app.settings import Settings

Row = dict[str, Any]


class SpeechTried(msgspec.Struct, frozen=True):
    """A text that was made. `voice_missing`: another voice than the wished one reads."""

    words: str
    engine: str
    voice: str
    voice_missing: bool
    seconds: float
    made_in_seconds: float
    file: str


class VoiceRow(msgspec.Struct, frozen=True):
    """A voice that can be named."""

    engine: str
    voice: str
    language: str
    about: str


class SpokenWords(msgspec.Struct, frozen=True):
    """The words that would be read."""

    words: str


async def speech_try(settings: Settings, text: str, wish: VoiceWish, out: Path | None) -> SpeechTried:
    """Make the text as a donation's message would be made, and say where the file is."""
    words = _words(text, wish.language)
    reader = Reader(SpeechCache(speech_folder(settings.data_dir)))
    began = monotonic()
    try:
        tried = await reader.try_voice(words, wish)
    finally:
        await reader.close()
    took = monotonic() - began
    path = tried.path if out is None else _copied(tried.path, out)
    return SpeechTried(
        words, tried.engine, tried.voice, tried.fell_back, tried.milliseconds / 1000, round(took, 3), str(path)
    )


async def speech_voices(settings: Settings, wish: VoiceWish) -> list[VoiceRow]:
    """What can read here."""
    reader = Reader(SpeechCache(speech_folder(settings.data_dir)))
    try:
        return [VoiceRow(*row) for row in await reader.voices(wish)]
    finally:
        await reader.close()


async def speech_say_as(text: str, language: str) -> SpokenWords:
    """How a message would be said."""
    return SpokenWords(_words(text, language))


def _words(text: str, language: str) -> str:
    slang = slang_lists().get(language, Slang({}))
    return spoken_message(cleaned(text, LONGEST_MESSAGE), language, Pronunciation({}), slang)


def _copied(path: Path, out: Path) -> Path:
    try:
        out.write_bytes(path.read_bytes())
    except OSError as problem:
        raise ActionableError(
            f"The file {out} cannot be written: {problem.strerror or type(problem).__name__}",
            "Name another place with --out.",
        ) from problem
    return out


def spoken(kind: str, document: Any) -> str:
    """Plain lines for a document of one of `KINDS`."""
    return KINDS[kind](document)


def _tried(plain: Row) -> str:
    lines = [
        f"Words   {plain['words']}",
        f"Voice   {plain['voice']} of {plain['engine']}",
        f"Length  {plain['seconds']:.1f} s, made in {plain['made_in_seconds']:.2f} s",
        f"File    {plain['file']}",
    ]
    if plain["voice_missing"]:
        lines.append("The voice that was asked for is not there; speech voices lists those that are.")
    return "\n".join(lines)


def _voices(rows: list[Row]) -> str:
    return "\n".join(f"{row['engine']:<10} {row['language']:<3} {row['voice']:<20} {row['about']}" for row in rows)


def _said(plain: Row) -> str:
    return str(plain["words"]) or "(nothing)"


KINDS: Final[dict[str, Callable[[Any], str]]] = {
    "speech try": _tried,
    "speech voices": _voices,
    "speech say-as": _said,
}
