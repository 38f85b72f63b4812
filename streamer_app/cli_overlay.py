"""The commands about the overlay: what they are called, what they want, and which function answers."""

from __future__ import annotations

import argparse
from argparse import ArgumentTypeError
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from streamer_app.settings import Settings, UsageError

Work = Callable[[], Awaitable[Any]]
Command = Callable[[Any, str, str], argparse.ArgumentParser]
"""Adds a command to a group of them: (group, name, what it is for)."""

_FIELDS: Final = {
    "theme": "theme",
    "volume": "volume",
    "speech-volume": "speech_volume",
    "media-volume": "media_volume",
    "reduced-motion": "reduced_motion",
    "time-zone": "time_zone",
}


def add_commands(overlay: Any, command: Command) -> None:
    """All but `overlay url`, to the group `overlay`."""
    command(overlay, "show", "how alerts look and sound")
    change = command(overlay, "set", "change one of the overlay's settings, from now on")
    change.add_argument("field", choices=list(_FIELDS))
    change.add_argument("value", metavar="VALUE", help="a theme's name; 0 to 1; true or false; Asia/Jakarta")
    sheet = command(overlay, "css", "your own style sheet for alerts and widgets")
    sheet.add_argument("file", type=Path, nargs="?", metavar="FILE")
    sheet.add_argument("--clear", action="store_true", help="take it away")
    command(overlay, "pages", "which pages are connected, and which one speaks")
    pinned = command(overlay, "pin", "let one page speak as long as it is here")
    pinned.add_argument("page", nargs="?", metavar="ID", help="as overlay pages lists it")
    pinned.add_argument("--clear", action="store_true", help="the best page speaks again")
    rotated = command(overlay, "rotate", "a new key: whoever has the old address is shown out; the queue stays")
    rotated.add_argument("which", choices=["display", "preview"])
    _add_variations(command(overlay, "variation", "how some alerts differ"), command)
    _add_library(command(overlay, "library", "your pictures and sounds"), command)


def _add_variations(parser: argparse.ArgumentParser, command: Command) -> None:
    group = parser.add_subparsers(dest="what", required=True)
    command(group, "list", "the variations")
    change = command(group, "set", "make a variation, or change it; what is not given stays as it is")
    change.add_argument("name", metavar="NAME")
    change.add_argument("fields", type=pair, nargs="*", metavar="FIELD=VALUE", help="at_least=50000 theme=struk")
    command(group, "remove", "take a variation away").add_argument("name", metavar="NAME")


def _add_library(parser: argparse.ArgumentParser, command: Command) -> None:
    group = parser.add_subparsers(dest="what", required=True)
    command(group, "list", "the files, and which variations use them")
    added = command(group, "add", "check a picture or a sound, and keep it")
    added.add_argument("file", type=Path, metavar="FILE", help="png, jpg, gif, webp, webm, wav, mp3 or ogg")
    removed = command(group, "remove", "delete a file")
    removed.add_argument("id", metavar="ID")
    removed.add_argument("--force", action="store_true", help="even if variations use it")


def pair(text: str) -> tuple[str, str]:
    """field=value; nothing behind the sign takes a value away."""
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise ArgumentTypeError(f"write it as field=value: {text[:40]}")
    return name.strip().replace("-", "_"), value


def work(settings: Settings, key: str, typed: argparse.Namespace) -> tuple[Work, str] | None:
    """What a command about the overlay does, and how its answer is spoken; None when it is none."""
    if typed.command != "overlay" or key == "overlay url":
        return None
    if key == "overlay css":
        return _sheet(settings, typed), "command"
    if key == "overlay pin":
        return _pin(settings, typed), "command"
    if key == "overlay set":
        return _set(settings, typed), "command"
    return _of_table(settings, f"{key} {getattr(typed, 'what', '')}".strip(), typed)


def _set(settings: Settings, typed: argparse.Namespace) -> Work:
    from streamer_app.core.overlay_settings import OverlaySettings  # noqa: PLC0415 - a window begins without it
    from streamer_app.roles import console_overlay as console  # noqa: PLC0415 - as above

    name = _FIELDS[typed.field]
    console.value_of(OverlaySettings, name, typed.value)
    return lambda: console.set_field(settings, name, typed.value)


def _pin(settings: Settings, typed: argparse.Namespace) -> Work:
    from streamer_app.roles import console_overlay as console  # noqa: PLC0415 - as above

    if (typed.page is None) != typed.clear:
        raise UsageError("overlay pin needs a page, or --clear", "Look at: streamer-app overlay pages.")
    return lambda: console.pin(settings, typed.page)


def _sheet(settings: Settings, typed: argparse.Namespace) -> Work:
    from streamer_app.roles import console_overlay as console  # noqa: PLC0415 - as above

    if (typed.file is None) != typed.clear:
        raise UsageError("overlay css needs a file, or --clear", "Look at: streamer-app overlay css --help.")
    css = "" if typed.clear else console.read_css(typed.file)
    return lambda: console.set_css(settings, css)


def _of_table(settings: Settings, key: str, typed: argparse.Namespace) -> tuple[Work, str]:
    from streamer_app.core.commands import KeyKind  # noqa: PLC0415 - as above
    from streamer_app.core.overlay_settings import Variation  # noqa: PLC0415 - as above
    from streamer_app.roles import console_overlay as console  # noqa: PLC0415 - as above

    if key == "overlay variation set":
        fields = dict(typed.fields)
        for name, text in fields.items():
            console.value_of(Variation, name, text)
        return lambda: console.variation_set(settings, typed.name, fields), "command"
    if key == "overlay variation remove":
        return lambda: console.variation_remove(settings, typed.name), "command"
    table: dict[str, Work] = {
        "overlay show": lambda: console.show(settings),
        "overlay pages": lambda: console.pages(settings),
        "overlay rotate": lambda: console.rotate(settings, KeyKind(typed.which)),
        "overlay variation list": lambda: console.variation_list(settings),
        "overlay library list": lambda: console.library_list(settings),
        "overlay library add": lambda: console.library_add(settings, typed.file),
        "overlay library remove": lambda: console.library_remove(settings, typed.id, forced=typed.force),
    }
    return table[key], key
