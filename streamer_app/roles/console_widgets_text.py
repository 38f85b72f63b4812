"""Documents about widgets as people read them. Donors' words are cleaned: a terminal obeys control characters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from streamer_app.core.presentation import cleaned

Row = dict[str, Any]
_LONGEST: Final = 500


def spoken(kind: str, document: Any) -> str:
    """Plain lines for a document of one of `KINDS`."""
    return KINDS[kind](document)


def _listed(plain: Row) -> str:
    lines = [
        f"{row['name']:<12} {row['kind']:<11} {'on the canvas' if row['on_canvas'] else '':<14}{row['url']}"
        for row in plain["widgets"]
    ]
    lines.append(f"{'(canvas)':<12} {'':<11} {'':<14}{plain['canvas_url']}")
    if plain["unreadable"]:
        lines.append(f"These could not be read and are left out: {', '.join(plain['unreadable'])}.")
    return "\n".join(lines)


def _shown(plain: Row) -> str:
    lines = [f"{plain['name']}, {plain['kind']}: {plain['url']}"]
    for name, allowed in plain["allowed"].items():
        lines.append(f"{name:<23} {_value(plain['settings'], name):<24} {allowed}")
    return "\n".join(lines)


def _value(settings: Row, path: str) -> str:
    found: Any = settings
    for name in path.split("."):
        found = found[name]
    if isinstance(found, bool):
        return "yes" if found else "no"
    return "none" if found is None else cleaned(str(found), _LONGEST) or "(empty)"


def _state(plain: Row) -> str:
    state = plain["state"]
    if state is None:
        return "Nothing is shown."
    lines = [cleaned(state[name], _LONGEST) for name in ("title", "donor_text") if state.get(name)]
    if state["type"] == "goal":
        lines.append(f"{state['raised_text']} / {state['target_text']} ({state['percent_text']}) {state['left_text']}")
    rows = list(state.get("rows", state.get("items", ())))
    lines += [_row(row) for row in rows]
    if not rows and state.get("empty_text"):
        lines.append(state["empty_text"])
    if "left_ms" in state and state["type"] == "timer":
        left = timedelta(seconds=state["left_ms"] // 1000)
        lines.append(f"{left} {'' if state['running'] else '(stands)'}".strip() if left else state["over_text"])
    lines += [state[name] for name in ("rate_text", "more_text", "paused_text", "caption") if state.get(name)]
    lines += [_blocks(pair) for pair in _pairs(state.get("modules", ()))]
    return "\n".join(line.rstrip() for line in lines) or "Nothing is shown."


def _row(row: Row) -> str:
    rank = f"{row['rank']}. " if "rank" in row else ""
    message = cleaned(row.get("message"), _LONGEST)
    return f"{rank}{cleaned(row['name'], _LONGEST)}  {row['amount_text']}" + (f"  {message}" if message else "")


def _pairs(modules: Any) -> list[tuple[str, str]]:
    rows = list(modules)
    if len(rows) % 2:
        rows.append("0" * len(rows[0]))
    return list(zip(rows[::2], rows[1::2], strict=True))


def _blocks(pair: tuple[str, str]) -> str:
    """Two rows of a code in one line of a terminal."""
    blocks = {"00": " ", "10": "\u2580", "01": "\u2584", "11": "\u2588"}
    return "".join(blocks[upper + lower] for upper, lower in zip(*pair, strict=True))


KINDS: Final[dict[str, Callable[[Any], str]]] = {
    "widget list": _listed,
    "widget show": _shown,
    "widget state": _state,
}
