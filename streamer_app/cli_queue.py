"""The queue's commands: what they are called, what they want, and which function answers them."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from typing import Any

from streamer_app import cli_values as values
from streamer_app.settings import Settings

Work = Callable[[], Awaitable[Any]]
Command = Callable[[Any, str, str], argparse.ArgumentParser]
"""Adds a command to a group of them: (group, name, what it is for)."""

CHANNELS = ("alert", "speech", "media")
_ABOUT_ONE = {
    "hold": "set a waiting donation aside; it keeps its place",
    "approve": "let a held donation wait, at its place",
    "reject": "a held donation is not shown; undo takes that back",
    "retry": "try a donation that could not be played again",
}
_ABOUT_ALL = {
    "pause": "start no further alert; the current one finishes",
    "resume": "go on after a pause",
    "panic": "empty and silent at once: what plays is held, and so is what comes",
    "release": "end a panic; what it held waits for approval",
    "clear": "skip all that waits, as one: one undo brings it back",
    "play-anyway": "play although the overlay is not on air, until it is",
    "take-over": "run the queue here, whoever runs it elsewhere",
}


def add_commands(commands: Any, command: Command) -> None:
    """`queue` and `donation`, to the parser's commands."""
    queue = command(commands, "queue", "look at the queue and steer it").add_subparsers(dest="verb", required=True)
    command(queue, "list", "what plays, waits, was held, failed or missed")
    skip = command(queue, "skip", "skip what plays, or a waiting donation by its id")
    skip.add_argument("id", nargs="?")
    undo = command(queue, "undo", "undo the latest skip, rejection or clear, or that of one donation")
    undo.add_argument("id", nargs="?")
    replay = command(queue, "replay", "show a donation again after the current alert")
    replay.add_argument("id")
    replay.add_argument("--end", action="store_true", help="behind everything that waits")
    replay.add_argument("--even-if-blocked", action="store_true", help="although its donor was blocked since")
    for name, text in _ABOUT_ONE.items():
        command(queue, name, text).add_argument("id")
    move = command(queue, "move", "put a waiting donation at a place of what waits; 1 is next")
    move.add_argument("id")
    move.add_argument("position", type=values.position)
    for name, text in _ABOUT_ALL.items():
        command(queue, name, text)
    for name, text in (("mute", "alerts go on without these sounds"), ("unmute", "these sounds are heard again")):
        command(queue, name, text).add_argument(
            "channels", nargs="*", choices=[*CHANNELS, []], metavar="CHANNEL", help="alert, speech, media; else all"
        )
    missed = command(queue, "missed", "decide about what came in while nobody was there")
    missed.add_argument("choice", choices=["all", "newest", "none"])
    missed.add_argument("count", nargs="?", type=int, default=1)
    donation = command(commands, "donation", "one donation message").add_subparsers(dest="verb", required=True)
    show = command(donation, "show", "proof of delivery: paid, posted, queued, sent, started, finished, every run")
    show.add_argument("id")


def work(settings: Settings, key: str, typed: argparse.Namespace) -> tuple[Work, str] | None:
    """What a queue command does, and how its answer is spoken; None when it is none."""
    from streamer_app.roles import console  # noqa: PLC0415 - a window begins without it

    if key == "queue list":
        return lambda: console.queue_list(settings), key
    if key == "donation show":
        return lambda: console.donation_show(settings, typed.id), key
    if typed.command == "queue":
        return lambda: console.send(settings, console.action_of(typed.verb, vars(typed))), "command"
    return None
