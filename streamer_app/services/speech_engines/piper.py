"""Piper: neural voices without a network. The streamer picks a voice file; nothing is ever fetched."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from streamer_app.core.errors import ActionableError
from streamer_app.core.speech_state import SpeechTrouble
from streamer_app.services.speech_engines import program
from streamer_app.services.speech_engines.engine import Availability, SpeechFailedError, Voice, two_letters

_ENDING: Final = ".onnx"
_MOST_BESIDE: Final = 200
_LARGEST_CARD: Final = 200_000
_LICENCE: Final = re.compile(r"^\W*licen[cs]e\W*\s*(?P<words>\S.*)$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class VoiceFile:
    """What a streamer is shown of a voice before it is used. `licence` empty: nothing beside the file says one."""

    path: Path
    language: str
    size: int
    sha256: str
    licence: str


class Piper:
    """Any other voice in the picked file's folder may be asked for by a message; no other path may."""

    name = "piper"
    character_ms = 66.0

    def available(self, voice: str = "") -> Availability:
        """The program on PATH, and the voice file where it was."""
        if program.on_path(self.name) is None:
            return Availability(SpeechTrouble.PIPER_MISSING)
        return Availability(None if _is_voice(Path(voice)) else SpeechTrouble.PIPER_VOICE_MISSING)

    def voices(self, voice: str = "") -> Sequence[Voice]:
        """The picked file and those beside it."""
        picked = Path(voice)
        if not _is_voice(picked):
            return ()
        beside = sorted(path for path in picked.parent.glob(f"*{_ENDING}") if path != picked and _is_voice(path))
        return tuple(Voice(str(path), _language(path), path.stem) for path in [picked, *beside[:_MOST_BESIDE]])

    def synthesise(self, text: str, voice: str, language: str, speed: float, target: Path) -> None:
        """A WAV at the voice's own rate. The text is one line: each line would be a file of its own."""
        del language
        found = program.on_path(self.name)
        if found is None:
            raise SpeechFailedError(SpeechTrouble.PIPER_MISSING)
        arguments = [found, "--model", voice, "--output_file", str(target), "--length_scale", f"{1 / speed:.3f}"]
        program.run(arguments, text=" ".join(text.split()) + "\n")


def voice_file(path: Path) -> VoiceFile:
    """What is known of a voice file. Reads all of it; raises `ActionableError` where it is none."""
    if not _is_voice(path):
        raise ActionableError(
            f"{path} is no voice of Piper",
            "Choose a file that ends in .onnx, with the .onnx.json of the same name beside it.",
        )
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return VoiceFile(path, _language(path), path.stat().st_size, digest, _licence(path))
    except OSError as problem:
        raise ActionableError(
            f"{path} cannot be read: {problem.strerror or type(problem).__name__}", "Choose another voice file."
        ) from problem


def _is_voice(path: Path) -> bool:
    return path.suffix == _ENDING and path.is_file() and _config(path).is_file()


def _config(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _facts(path: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(_config(path).read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError):
        return {}


def _language(path: Path) -> str:
    """By the file beside it; else by its name, which begins with it."""
    named = _facts(path).get("language")
    code = named.get("code") if isinstance(named, dict) else None
    return two_letters(code if isinstance(code, str) else path.stem)


def _licence(path: Path) -> str:
    said = _facts(path).get("license")
    if isinstance(said, str) and said.strip():
        return said.strip()[:200]
    card = path.with_name("MODEL_CARD")
    if not card.is_file() or card.stat().st_size > _LARGEST_CARD:
        return ""
    match = _LICENCE.search(card.read_text(encoding="utf-8", errors="replace"))
    return match["words"].strip()[:200] if match else ""
