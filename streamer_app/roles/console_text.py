"""Documents as people read them in a terminal."""

from __future__ import annotations

from typing import Any

import msgspec

from streamer_app.core.money import format_money
from streamer_app.roles import console_money_text


def spoken(kind: str, document: Any) -> str:
    """Plain lines for a document of that kind."""
    plain = msgspec.to_builtins(document)
    if kind in console_money_text.KINDS:
        return console_money_text.spoken(kind, plain)
    if kind == "queue list":
        return _queue(plain)
    if kind in {"overlay url", "db url"}:
        return str(plain["url"])
    if kind == "command":
        return f"Done: {plain['donation_message_id'] or plain['command_id']}. The money is not touched."
    return "\n".join(f"{name}: {value}" for name, value in plain.items())


def _queue(plain: dict[str, Any]) -> str:
    lines = ["Paused." if plain["paused"] else "Running."]
    if plain["playing"]:
        lines.append(f"Playing  {_item(plain['playing'])}")
    for name in ("waiting", "held", "missed", "failed"):
        lines += [f"{name.capitalize():<8} {_item(item)}" for item in plain[name]]
    if len(lines) == 1:
        lines.append("Nothing waits.")
    return "\n".join(lines)


def _item(item: dict[str, Any]) -> str:
    name = item["donor_name"] or "Seseorang"
    return f"{item['donation_message_id']}  {format_money(item['amount'], item['currency']):>14}  {name}"
