"""Documents as people read them in a terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from streamer_app.core.money import format_money
from streamer_app.roles import (
    console_keys,
    console_money_text,
    console_overlay_text,
    console_rules_text,
    console_speech,
    console_widgets_text,
)

_OTHERS: Final[dict[str, Callable[[str, Any], str]]] = {
    **dict.fromkeys(console_money_text.KINDS, console_money_text.spoken),
    **dict.fromkeys(console_keys.KINDS, console_keys.spoken),
    **dict.fromkeys(console_overlay_text.KINDS, console_overlay_text.spoken),
    **dict.fromkeys(console_rules_text.KINDS, console_rules_text.spoken),
    **dict.fromkeys(console_speech.KINDS, console_speech.spoken),
    **dict.fromkeys(console_widgets_text.KINDS, console_widgets_text.spoken),
}


def spoken(kind: str, document: Any) -> str:
    """Plain lines for a document of that kind."""
    plain = msgspec.to_builtins(document)
    told = _OTHERS.get(kind)
    if told is not None:
        return told(kind, plain)
    if kind == "queue list":
        return _queue(plain)
    if kind in {"overlay url", "db url"}:
        return str(plain["url"])
    if kind == "command":
        return _command(plain)
    if kind == "donation show":
        return _proof(plain)
    return "\n".join(f"{name}: {value}" for name, value in plain.items())


def _command(plain: dict[str, Any]) -> str:
    told = "Done before" if plain["repeated"] else "Done"
    about = plain["donation_message_id"] or plain["command_id"]
    count = "" if plain["count"] is None else f", {plain['count']} donations"
    donor = f", {plain['facts']['donor']} by {plain['facts']['by']}" if "donor" in plain["facts"] else ""
    return f"{told}: {about}{count}{donor}. The money is not touched."


def _proof(plain: dict[str, Any]) -> str:
    name = "(anonymous)" if plain["is_anonymous"] else plain["donor_name"] or "(no name)"
    lines = [f"{plain['donation_message_id']}  {format_money(plain['amount'], plain['currency'])}  {name}"]
    lines += [f"{step:<9} {moment or '-'}" for step, moment in plain["steps"].items()]
    for run in plain["runs"]:
        ended = f"{run['outcome']} after {run['ms_shown']} ms" if run["outcome"] else "on stage"
        heard = "" if run["audible"] is not False else ", not audible"
        why = f" ({run['reason']})" if run["reason"] else ""
        lines.append(f"run       {run['opened_at']}  {run['kind']}: {ended}{heard}{why}, page {run['page_instance']}")
    for deed in plain["decisions"]:
        why = f": {deed['reason']}" if deed["reason"] else ""
        lines.append(f"decision  {deed['happened_at']}  {deed['kind']} by {deed['actor']}{why}")
    return "\n".join(lines)


def _queue(plain: dict[str, Any]) -> str:
    lines = ["Panic." if plain["panic"] else "Paused." if plain["paused"] else "Running."]
    if plain["muted"]:
        lines.append(f"Muted: {', '.join(plain['muted'])}")
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
