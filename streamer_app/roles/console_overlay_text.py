"""Documents about the overlay as people read them. Keys never stand in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from streamer_app.core.overlay_settings import Variation
from streamer_app.core.presentation import cleaned

Row = dict[str, Any]
_LONGEST: Final = 200
_SHOWN: Final = ("theme", "volume", "speech_volume", "media_volume", "reduced_motion", "time_zone")
_PLAIN: Final = msgspec.to_builtins(Variation(name="plain"))


def spoken(kind: str, document: Any) -> str:
    """Plain lines for a document of one of `KINDS`."""
    return KINDS[kind](document)


def _show(plain: Row) -> str:
    lines = []
    if plain["unreadable"]:
        lines.append(f"These could not be read and have their defaults: {', '.join(plain['unreadable'])}.")
    overlay = plain["overlay"]
    lines += [f"{name.replace('_', ' '):<15} {overlay[name]}" for name in _SHOWN]
    css = overlay["custom_css"]
    lines.append(f"{'style sheet':<15} {f'{len(css)} characters' if css else 'none'}")
    lines.append(f"{'variations':<15} {len(overlay['variations'])}")
    return "\n".join(lines + [f"  {_variation(each)}" for each in overlay["variations"]])


def _variations(plain: list[Row]) -> str:
    if not plain:
        return "There is no variation: every alert looks as its theme has it."
    return "\n".join(_variation(each) for each in plain)


def _variation(plain: Row) -> str:
    changed = {
        name: value for name, value in plain.items() if name not in {"name", "enabled"} and value != _PLAIN[name]
    }
    told = ", ".join(f"{name}={_value(value)}" for name, value in changed.items()) or "nothing is changed"
    return f"{cleaned(plain['name'], _LONGEST)}{'' if plain['enabled'] else ' (off)'}: {told}"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return cleaned(str(value), _LONGEST)


def _library(plain: list[Row]) -> str:
    if not plain:
        return "The library is empty. Add a file: streamer-app overlay library add FILE."
    return "\n".join(_file(each) for each in plain)


def _file(plain: Row) -> str:
    size = f"{plain['size'] / 1024:.0f} KB"
    pixels = f", {plain['width']}x{plain['height']}" if plain["width"] else ""
    used = f", used by {cleaned(', '.join(plain['used_by']), _LONGEST)}" if plain.get("used_by") else ""
    note = f"\n  {plain['note']}" if plain["note"] else ""
    return f"{plain['id']}  {cleaned(plain['name'], _LONGEST)} ({plain['kind']}, {size}{pixels}{used}){note}"


def _pages(plain: Row) -> str:
    lines = [_page(each) for each in plain["pages"]]
    if not lines:
        lines.append("No page is connected. Put the address into OBS: streamer-app overlay url.")
    if plain["pinned"] and not any(each["pinned"] for each in plain["pages"]):
        lines.append(f"The pinned page {plain['pinned']} is gone: the best page speaks. Pin another: overlay pin ID.")
    return "\n".join(lines)


def _page(plain: Row) -> str:
    role = "speaks" if plain["role"] == "speaker" else "mirrors" if plain["shows_alerts"] else "shows widgets"
    marks = [mark for mark, is_so in (("pinned", plain["pinned"]), ("frozen", plain["frozen"])) if is_so]
    more = f" ({', '.join(marks)})" if marks else ""
    return f"{plain['page_instance']}  {plain['name']}: {role}{more}; shows {', '.join(plain['widgets']) or 'nothing'}"


def _removed(plain: Row) -> str:
    used = f" It was used by {cleaned(', '.join(plain['was_used_by']), _LONGEST)}." if plain["was_used_by"] else ""
    return f"{plain['removed']} is deleted.{used}"


def _rotated(plain: Row) -> str:
    if plain["rotated"] == "display":
        return (
            "The overlay has a new address, and pages with the old one are closed. The queue stays.\n"
            "Copy it into OBS: streamer-app overlay url."
        )
    return "Previews have a new address, and those with the old one are closed."


KINDS: Final[dict[str, Callable[[Any], str]]] = {
    "overlay show": _show,
    "overlay variation list": _variations,
    "overlay library list": _library,
    "overlay library add": _file,
    "overlay library remove": _removed,
    "overlay pages": _pages,
    "overlay rotate": _rotated,
}
