"""Runs an engine's program: an argument list and never a shell, bounded in time, whole family killed at its end."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from streamer_app.core.speech_state import SpeechTrouble
from streamer_app.services.speech_engines.engine import SpeechFailedError

LONGEST_SECONDS: Final = 10.0
_MOST_SAID: Final = 300
_LAST_LINES: Final = 3
_WORD: Final = re.compile(r"\w{3,}")
_NO_WINDOW: Final = 0x08000000


def on_path(name: str) -> str | None:
    """Where the program lies."""
    return shutil.which(name)


def run(
    arguments: Sequence[str],
    *,
    text: str = "",
    hidden: str = "",
    environment: Mapping[str, str] | None = None,
    seconds: float = LONGEST_SECONDS,
) -> str:
    """Run it with `text` on its standard input; what it writes to its standard output.

    `hidden`: donor's words, which never get into an error. Raises `SpeechFailedError`.
    """
    try:
        process = subprocess.Popen(
            list(arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
            start_new_session=sys.platform != "win32",
            creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
        )
    except OSError as problem:
        raise SpeechFailedError(SpeechTrouble.ENGINE_FAILED, problem.strerror or type(problem).__name__) from problem
    with process:
        try:
            out, said = process.communicate(text.encode("utf-8", "replace"), timeout=seconds)
        except subprocess.TimeoutExpired:
            raise SpeechFailedError(SpeechTrouble.TOO_SLOW, f"no answer in {seconds:g} s") from None
        finally:
            _end(process)
    if process.returncode != 0:
        words = own_words(said.decode("utf-8", "replace"), f"{text} {hidden}")
        raise SpeechFailedError(SpeechTrouble.ENGINE_FAILED, words or f"exit code {process.returncode}")
    return out.decode("utf-8", "replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """A program that outlives its time goes with all it has started."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def own_words(said: str, hidden: str) -> str:
    """The last lines of what a program complained of, but for those that have a word of `hidden` in them."""
    words = {word.casefold() for word in _WORD.findall(hidden)}
    lines = [" ".join(line.split()) for line in said.splitlines() if line.strip()]
    fine = [line for line in lines if not words.intersection(word.casefold() for word in _WORD.findall(line))]
    return " / ".join(fine[-_LAST_LINES:])[:_MOST_SAID]
