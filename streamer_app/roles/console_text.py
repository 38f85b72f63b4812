"""Documents as people read them in a terminal."""

from __future__ import annotations

from typing import Any

import msgspec

from streamer_app.core.money import format_money


def spoken(kind: str, document: Any) -> str:
    """Plain lines for a document of that kind."""
    plain = msgspec.to_builtins(document)
    if kind == "queue list":
        return _queue(plain)
    if kind == "wallet list":
        return _lines(plain, "No wallet yet: the first donation makes them.", _wallet)
    if kind == "ledger list":
        return _lines(plain, "No entries yet.", _entry)
    if kind in {"overlay url", "db url"}:
        return str(plain["url"])
    if kind == "command":
        return f"Done: {plain['donation_message_id'] or plain['command_id']}. The money is not touched."
    return "\n".join(f"{name}: {value}" for name, value in plain.items())


def _lines(rows: list[dict[str, Any]], empty: str, line: Any) -> str:
    return "\n".join(line(row) for row in rows) or empty


def _wallet(row: dict[str, Any]) -> str:
    return f"{row['type']:<9} {format_money(row['balance'], row['currency']):>16}  {row['user_id']}"


def _entry(row: dict[str, Any]) -> str:
    amount = format_money(row["amount"], row["currency"])
    return f"{row['created_at']}  {row['wallet_type']:<8} {row['entry_type']:<10} {amount:>16}  {row['source_id']}"


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
