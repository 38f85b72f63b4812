"""The commands about control keys: what they are called, what they want, and which function answers them."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from typing import Any

from streamer_app import cli_values as values
from streamer_app.settings import Settings

Work = Callable[[], Awaitable[Any]]
Command = Callable[[Any, str, str], argparse.ArgumentParser]
"""Adds a command to a group of them: (group, name, what it is for)."""

RIGHTS = ("steer", "panic", "rules", "money")


def add_commands(commands: Any, command: Command) -> None:
    """`key`, to the parser's commands."""
    key = command(commands, "key", "who else may steer the queue").add_subparsers(dest="verb", required=True)
    make = command(key, "make", "make a key; its address is shown once, here")
    make.add_argument("name", type=values.name, help="whose it is: the author of what is done with it")
    make.add_argument(
        "--right",
        dest="rights",
        action="append",
        choices=RIGHTS,
        help="steer the queue; mute and panic; rules and blocks; see amounts. Without any: steer and panic",
    )
    command(key, "list", "all keys that were ever made, without their secrets")
    command(key, "revoke", "end a key; its open pages close").add_argument("named", metavar="NAME|ID")


def work(settings: Settings, key: str, typed: argparse.Namespace) -> tuple[Work, str] | None:
    """What a `key` command does, and how its answer is spoken; None when it is none."""
    if typed.command != "key":
        return None
    from streamer_app.core.rights import Right  # noqa: PLC0415 - a window begins without it
    from streamer_app.roles import console_keys  # noqa: PLC0415

    if key == "key make":
        rights = frozenset(Right(right) for right in typed.rights) if typed.rights else None
        return lambda: console_keys.make(settings, typed.name, rights), key
    if key == "key list":
        return lambda: console_keys.every(settings), key
    return lambda: console_keys.revoke(settings, typed.named), key
