"""Documents about rules and donors as people read them.

Donors' words are cleaned: a terminal obeys control characters.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from streamer_app.core.money import format_money
from streamer_app.core.presentation import NAME_LIMIT, cleaned
from streamer_app.core.rules import LONGEST_MESSAGE, Verdict
from streamer_app.ui.language import Language
from streamer_app.ui.rulings import verdict_sentence

Row = dict[str, Any]
_CURRENCY: Final = "IDR"


def spoken(kind: str, document: Any) -> str:
    """Plain lines for a document of one of `KINDS`."""
    return KINDS[kind](document)


def _rules(plain: Row) -> str:
    lines = []
    if plain["unreadable"]:
        lines.append(
            f"These could not be read: {', '.join(plain['unreadable'])}. Until you set the rules anew, every donation "
            "waits for approval."
        )
    lines += [f"{name.replace('_', ' '):<21} {_value(name, value)}" for name, value in plain["rules"].items()]
    lines.append("Whatever the rules say, the money stays.")
    return "\n".join(lines)


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "never"
    if isinstance(value, list | tuple):
        return ", ".join(cleaned(word, NAME_LIMIT) for word in value) or "none"
    if isinstance(value, int) and name != "longest_message":
        return format_money(value, _CURRENCY)
    return str(value)


def _tried(plain: Row) -> str:
    verdict = msgspec.convert({name: value for name, value in plain.items() if name != "written"}, Verdict)
    written = plain["written"]
    name = written["name"] if verdict.name is None else verdict.name
    message = written["message"] if verdict.message is None else verdict.message
    lines = [
        cleaned(verdict_sentence(Language.ENGLISH, verdict, _CURRENCY), 4 * LONGEST_MESSAGE),
        f"Name     {cleaned(name, NAME_LIMIT) or '(someone)'}",
        f"Message  {cleaned(message, LONGEST_MESSAGE) or '(none)'}",
        f"Speech   {cleaned(verdict.speech, LONGEST_MESSAGE) or '(silent)'}",
    ]
    if not verdict.media:
        lines.append("Media    (left out)")
    return "\n".join(lines)


def _donors(rows: list[Row]) -> str:
    lines = [
        f"{row['blocked_at']}  {cleaned(row['donor'], NAME_LIMIT)}  by {row['by']}, blocked by "
        f"{cleaned(row['blocked_by'], NAME_LIMIT)}"
        for row in rows
    ]
    return "\n".join(lines) or "Nobody is blocked."


KINDS: Final[dict[str, Callable[[Any], str]]] = {"rules show": _rules, "rules try": _tried, "donor list": _donors}
