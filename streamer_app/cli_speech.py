"""The commands about reading aloud: what they are called, what they want, and which function answers."""

from __future__ import annotations

import argparse
from argparse import ArgumentTypeError
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from streamer_app.settings import Settings

Work = Callable[[], Awaitable[Any]]
Command = Callable[[Any, str, str], argparse.ArgumentParser]
"""Adds a command to a group of them: (group, name, what it is for)."""

ENGINES: Final = ("espeak-ng", "system", "piper")
_SLOWEST: Final = 0.5
_FASTEST: Final = 2.0


def add_commands(commands: Any, command: Command) -> None:
    """`speech`, to the parser's commands."""
    speech = command(commands, "speech", "messages that are read aloud").add_subparsers(dest="verb", required=True)
    tried = command(speech, "try", "make a text as a donation's message would be made")
    tried.add_argument("text", metavar="TEXT")
    _add_voice(tried)
    tried.add_argument("--speed", type=speed, default=1.0, metavar="N", help="0.5 to 2; 1 is usual")
    tried.add_argument("--out", type=Path, metavar="FILE", help="a copy of the WAV file")
    _add_voice(command(speech, "voices", "the voices there are"))
    said = command(speech, "say-as", "the words that would be read")
    said.add_argument("text", metavar="TEXT")
    said.add_argument("--language", type=language, default="id", metavar="LL", help="id, en, ...")


def _add_voice(to: argparse.ArgumentParser) -> None:
    to.add_argument("--engine", choices=ENGINES, help="else the first that works here")
    to.add_argument("--voice", default="", help="as the engine names it; for piper the path of a voice file")
    to.add_argument("--language", type=language, default="id", metavar="LL", help="id, en, ...")


def speed(text: str) -> float:
    """0.5 to 2."""
    try:
        value = float(text)
    except ValueError:
        raise ArgumentTypeError(f"not a number: {text[:40]}") from None
    if not _SLOWEST <= value <= _FASTEST:
        raise ArgumentTypeError(f"not from {_SLOWEST} to {_FASTEST:g}: {text[:40]}")
    return value


def language(text: str) -> str:
    """Two letters."""
    found = text.lower()
    if len(found) != len("id") or not (found.isascii() and found.isalpha()):
        raise ArgumentTypeError(f"write a language as two letters, id or en: {text[:40]}")
    return found


def work(settings: Settings, key: str, typed: argparse.Namespace) -> tuple[Work, str] | None:
    """What a command about speech does, and how its answer is spoken; None when it is none."""
    if typed.command != "speech":
        return None
    from streamer_app.core.spoken import VoiceWish  # noqa: PLC0415 - a window begins without it
    from streamer_app.roles import console_speech as console  # noqa: PLC0415

    if key == "speech say-as":
        return lambda: console.speech_say_as(typed.text, typed.language), key
    wish = VoiceWish(typed.engine or "", voice=typed.voice.strip(), language=typed.language)
    if key == "speech voices":
        return lambda: console.speech_voices(settings, wish), key
    quick = VoiceWish(wish.engine, wish.voice, language=wish.language, speed=typed.speed)
    return lambda: console.speech_try(settings, typed.text, quick, typed.out), key
