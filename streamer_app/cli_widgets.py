"""The commands about widgets: what they are called, what they want, and which function answers."""

from __future__ import annotations

import argparse
from argparse import ArgumentTypeError
from collections.abc import Awaitable, Callable
from typing import Any, Final

from streamer_app.settings import Settings, UsageError

Work = Callable[[], Awaitable[Any]]
Command = Callable[[Any, str, str], argparse.ArgumentParser]
"""Adds a command to a group of them: (group, name, what it is for)."""

KINDS: Final = ("goal", "top_donors", "latest", "ticker", "next_up", "media_now", "timer", "qr")


def add_commands(commands: Any, command: Command) -> None:
    """`widget`, to the parser's commands."""
    widget = command(commands, "widget", "goals, lists, timers and codes on the overlay").add_subparsers(
        dest="verb", required=True
    )
    listed = command(widget, "list", "every widget and its address")
    listed.add_argument("--show-address", action="store_true", help="with the key that the addresses carry")
    show = command(widget, "show", "a widget's settings, and what may stand in each")
    show.add_argument("name", metavar="NAME")
    show.add_argument("--show-address", action="store_true", help="with the key that the address carries")
    change = command(widget, "set", "make or change a widget; what is not given stays as it is")
    change.add_argument("name", metavar="NAME")
    change.add_argument("--kind", choices=KINDS, help="of a new one, or to make another of an old name")
    change.add_argument("fields", nargs="*", type=field, metavar="FIELD=VALUE", help="target=1000000 place.anchor=top")
    command(widget, "remove", "take a widget away").add_argument("name", metavar="NAME")
    command(widget, "state", "what viewers of a widget would see now").add_argument("name", metavar="NAME")
    timer = command(widget, "timer", "a donathon's clock")
    timer.add_argument("name", metavar="NAME")
    timer.add_argument("what", choices=["start", "pause", "resume"], help="start begins anew from now")


def field(text: str) -> tuple[str, str]:
    """target=1000000."""
    name, is_given, value = text.partition("=")
    if not is_given or not name.strip():
        raise ArgumentTypeError(f"write it as FIELD=VALUE, like target=1000000: {text[:40]}")
    return name.strip(), value


def work(settings: Settings, key: str, typed: argparse.Namespace) -> tuple[Work, str] | None:
    """What a command about widgets does, and how its answer is spoken; None when it is none."""
    if typed.command != "widget":
        return None
    from streamer_app.roles import console_widgets as console  # noqa: PLC0415 - a window begins without it

    if key == "widget set":
        if typed.kind is None and not typed.fields:
            raise UsageError("widget set needs something to set", "Look at: streamer-app widget show NAME.")
        return lambda: console.widget_set(settings, typed.name, typed.kind, typed.fields), "command"
    table: dict[str, tuple[Work, str]] = {
        "widget list": (lambda: console.widget_list(settings, with_key=typed.show_address), key),
        "widget show": (lambda: console.widget_show(settings, typed.name, with_key=typed.show_address), key),
        "widget remove": (lambda: console.widget_remove(settings, typed.name), "command"),
        "widget state": (lambda: console.widget_state(settings, typed.name), key),
        "widget timer": (lambda: console.widget_timer(settings, typed.name, typed.what), "command"),
    }
    return table[key]
