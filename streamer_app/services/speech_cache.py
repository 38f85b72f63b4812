"""Speech files by what they say: `<data folder>/cache/speech/<64 hex digits>.wav`, whole or not there at all."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import structlog

from streamer_app.core.speech_state import SpeechTrouble
from streamer_app.core.spoken import VoiceWish
from streamer_app.core.spoken_sound import HEADER_BYTES, milliseconds_of
from streamer_app.services.speech_engines.engine import SpeechFailedError

VERSION: Final = 1
"""Grows when the same words sound otherwise: files made before are not taken any more."""
LARGEST_BYTES: Final = 200_000_000
_NAME: Final = re.compile(r"[0-9a-f]{64}")
_DRAFT: Final = ".draft-"
_OLD_SECONDS: Final = 600
_log = structlog.get_logger()


def speech_name(engine: str, wish: VoiceWish, text: str) -> str:
    """64 hex digits; the same for the same words in the same voice."""
    parts = (str(VERSION), engine, wish.voice, wish.asked, wish.language, f"{wish.speed:.3f}", text)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


class SpeechCache:
    """A folder of WAV files, the least recently used first out. Safe from several threads."""

    def __init__(self, folder: Path, largest: int = LARGEST_BYTES) -> None:
        self._folder = folder
        self._largest = largest

    def find(self, name: str) -> Path | None:
        """The file, if it is there and whole; it counts as used now."""
        path = self._path(name)
        if path is None or self.milliseconds(name) is None:
            return None
        try:
            os.utime(path)
        except OSError as problem:
            _log.warning("speech.cannot_touch", why=problem.strerror)
        return path

    def milliseconds(self, name: str) -> int | None:
        """How long it is; None: it is not there, or not whole."""
        path = self._path(name)
        if path is None:
            return None
        try:
            with path.open("rb") as file:
                return milliseconds_of(file.read(HEADER_BYTES), os.fstat(file.fileno()).st_size)
        except OSError:
            return None

    def _path(self, name: str) -> Path | None:
        return self._folder / f"{name}.wav" if _NAME.fullmatch(name) else None

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """A folder of one's own to make a file in; gone afterwards. Raises `SpeechFailedError`."""
        with _in_words():
            self._folder.mkdir(parents=True, exist_ok=True)
            place = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=self._folder))
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def keep(self, name: str, wave: bytes, draft: Path) -> Path:
        """Write it beside its place, then move it there. Raises `SpeechFailedError`."""
        path = self._path(name)
        if path is None:
            raise ValueError(name)
        with _in_words():
            part = draft / "whole.wav"
            part.write_bytes(wave)
            part.replace(path)
        return path

    def tidy(self) -> None:
        """Take out what was used longest ago until the rest fits."""
        files = sorted(self._files())
        total = sum(size for _, size, _ in files)
        for _, size, path in files:
            if total <= self._largest:
                break
            try:
                path.unlink(missing_ok=True)
            except PermissionError:  # Windows: it is being played
                continue
            total -= size

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        """When last used, bytes, path. What another thread takes out meanwhile is passed over."""
        for path in self._folder.glob("*.wav"):
            try:
                stat = path.stat()
            except FileNotFoundError:
                continue
            yield stat.st_mtime, stat.st_size, path

    def sweep(self) -> None:
        """Take out drafts that a program which died left behind; another one's, that it works on now, stay."""
        if not self._folder.is_dir():
            return
        try:
            with self.draft() as draft:
                now = draft.stat().st_mtime
                for place in self._folder.glob(f"{_DRAFT}*"):
                    if now - place.stat().st_mtime > _OLD_SECONDS:
                        shutil.rmtree(place, ignore_errors=True)
        except (OSError, SpeechFailedError) as problem:
            _log.warning("speech.cannot_sweep", kind=type(problem).__name__)
        self.tidy()


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise SpeechFailedError(SpeechTrouble.CANNOT_WRITE, problem.strerror or type(problem).__name__) from problem
