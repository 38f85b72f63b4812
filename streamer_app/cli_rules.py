"""The commands about rules and blocked donors: what they are called, what they want, and which function answers."""

from __future__ import annotations

import argparse
from argparse import ArgumentTypeError, BooleanOptionalAction
from collections.abc import Awaitable, Callable
from typing import Any, Final

from streamer_app import cli_values as values
from streamer_app.core.rules import LONGEST_MESSAGE, LONGEST_WORD
from streamer_app.settings import Settings, UsageError

Work = Callable[[], Awaitable[Any]]
Command = Callable[[Any, str, str], argparse.ArgumentParser]
"""Adds a command to a group of them: (group, name, what it is for)."""

USUAL_AMOUNT: Final = 25_000
_NEVER: Final = "never"
_MINIMUMS: Final = {
    "minimum_alert": "smaller donations make no alert",
    "minimum_speech": "the message of a smaller one is not read aloud",
    "minimum_message": "the message of a smaller one is left out",
    "minimum_media": "the media of a smaller one is left out",
}
_WHAT_TO_DO: Final = {
    "words": "with blocked words",
    "links": "with links",
    "too_long": "with messages that are too long",
    "media": "with media; nothing plays it, mask leaves it out",
}
_APPROVALS: Final = {
    "approve_all": "every donation waits for approval",
    "approve_first_timers": "a donor's first donation waits for approval",
}
_BOUNDS: Final = {
    "approve_at_least": "donations of this amount or more wait for approval",
    "approve_less_than": "donations of less than this wait for approval",
}
_WORDS: Final = {
    "add_word": "block a word; * at an end leaves it open: judi*",
    "remove_word": "take a word of your own out again",
    "allow_word": "never block this, whatever a list says",
    "disallow_word": "take that back",
}
_FIELDS: Final = (*_MINIMUMS, *_WHAT_TO_DO, *_APPROVALS, *_BOUNDS, "word_lists", "longest_message")


def add_commands(commands: Any, command: Command) -> None:
    """`rules` and `donor`, to the parser's commands."""
    rules = command(commands, "rules", "what becomes of a donation when it comes").add_subparsers(
        dest="verb", required=True
    )
    command(rules, "show", "the rules")
    _add_set(command(rules, "set", "change them, from now on; what is not given stays as it is"))
    tried = command(rules, "try", "what would become of a donation; nothing is written")
    tried.add_argument("text", metavar="TEXT")
    tried.add_argument("--name", help="the donor's")
    tried.add_argument("--amount", type=values.amount, default=USUAL_AMOUNT, metavar="N", help="whole rupiah: 25000")
    tried.add_argument("--media", action="store_true", help="with a video")
    tried.add_argument("--first-time", action="store_true", help="of somebody who never donated here")
    donor = command(commands, "donor", "donors who are blocked").add_subparsers(dest="verb", required=True)
    block = command(donor, "block", "what this donation's donor sends from now on makes no alert; the money stays")
    block.add_argument("id")
    command(donor, "unblock", "take a block back").add_argument("name", type=values.name)
    command(donor, "list", "who is blocked")


def _add_set(change: argparse.ArgumentParser) -> None:
    for name, text in _MINIMUMS.items():
        change.add_argument(_flag(name), type=values.fixed_fee, metavar="N", help=text)
    for name, text in _WHAT_TO_DO.items():
        change.add_argument(_flag(name), choices=["nothing", "mask", "hold"], help=f"what to do {text}")
    for name, text in _APPROVALS.items():
        change.add_argument(_flag(name), action=BooleanOptionalAction, help=text)
    for name, text in _BOUNDS.items():
        change.add_argument(_flag(name), type=bound, metavar="N|never", help=text)
    change.add_argument("--word-lists", type=word_lists, metavar="id,en|none", help="lists that come with the program")
    change.add_argument("--longest-message", type=length, metavar="N", help=f"characters shown, 1 to {LONGEST_MESSAGE}")
    for name, text in _WORDS.items():
        change.add_argument(_flag(name), type=word, action="append", default=[], metavar="WORD", help=text)
    change.add_argument("--ask-again", action="store_true", help="what waits already is asked again too")


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def bound(text: str) -> int | str:
    """An amount, or never."""
    return text if text == _NEVER else values.amount(text)


def word_lists(text: str) -> tuple[str, ...]:
    """id,en; or none."""
    if text == "none":
        return ()
    names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        raise ArgumentTypeError(f"write the lists as id,en, or none: {text}")
    return tuple(dict.fromkeys(names))


def length(text: str) -> int:
    """1 to the most an alert has room for."""
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= LONGEST_MESSAGE:
        raise ArgumentTypeError(f"not a number from 1 to {LONGEST_MESSAGE}: {text[:40]}")
    return int(text)


def word(text: str) -> str:
    """A word or a phrase, as it stands in a list."""
    found = values.name(text).strip()
    if len(found) > LONGEST_WORD:
        raise ArgumentTypeError(f"longer than {LONGEST_WORD} characters")
    if not any(letter.isalnum() for letter in found):
        raise ArgumentTypeError(f"no letter is in it: {text}")
    return found


def work(settings: Settings, key: str, typed: argparse.Namespace) -> tuple[Work, str] | None:
    """What a command about rules or donors does, and how its answer is spoken; None when it is none."""
    if typed.command not in {"rules", "donor"}:
        return None
    from streamer_app.roles import console_rules as console  # noqa: PLC0415 - a window begins without it

    if key == "rules set":
        changes = console.Changes(
            fields=_fields(typed),
            add_words=typed.add_word,
            remove_words=typed.remove_word,
            allow_words=typed.allow_word,
            disallow_words=typed.disallow_word,
        )
        if changes == console.Changes(add_words=[], remove_words=[], allow_words=[], disallow_words=[]):
            raise UsageError("rules set needs something to set", "Look at: streamer-app rules set --help.")
        return lambda: console.rules_set(settings, changes, ask_again=typed.ask_again), "command"
    table: dict[str, tuple[Work, str]] = {
        "rules show": (lambda: console.rules_show(settings), key),
        "rules try": (
            lambda: console.rules_try(
                settings,
                typed.text,
                name=typed.name,
                amount=typed.amount,
                has_media=typed.media,
                first_time=typed.first_time,
            ),
            key,
        ),
        "donor block": (lambda: console.donor_block(settings, typed.id), "command"),
        "donor unblock": (lambda: console.donor_unblock(settings, typed.name), "command"),
        "donor list": (lambda: console.donor_list(settings), key),
    }
    return table[key]


def _fields(typed: argparse.Namespace) -> dict[str, Any]:
    given = {name: getattr(typed, name) for name in _FIELDS if getattr(typed, name) is not None}
    return {name: None if value == _NEVER else value for name, value in given.items()}
