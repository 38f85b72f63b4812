"""What each command about widgets does. Every function answers with one document, fit for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from streamer_app.core import donathon
from streamer_app.core.commands import CommandResult, SetWidget
from streamer_app.core.donations import QueueView
from streamer_app.core.errors import ActionableError
from streamer_app.core.overlay_protocol import WidgetUpdate
from streamer_app.core.setting_fields import SettingField, changed, fields_of
from streamer_app.core.widget_settings import FRESH, TimerSettings, Widgets, WidgetSettings
from streamer_app.overlay.guards import LOOPBACK
from streamer_app.overlay.server import free_port
from streamer_app.roles.console import Document, queue_view, send
from streamer_app.roles.system_clock import SystemClock
from streamer_app.services.profile import open_profile
from streamer_app.services.widget_book import stored_widgets
from streamer_app.services.widget_viewing import seen_now, show_time
from streamer_app.settings import Settings, load_machine, save_machine

_HIDDEN: Final = "<key>"


def kind_of(settings: WidgetSettings) -> str:
    """The name of its kind: goal, timer, ..."""
    return str(type(settings).__struct_config__.tag)


async def widget_list(settings: Settings, *, with_key: bool) -> Document:
    """Every widget with its address, and what of the stored ones could not be read."""
    stored = await stored_widgets(await open_profile(settings))
    rows = [
        {
            "name": name,
            "kind": kind_of(found),
            "on_canvas": found.on_canvas,
            "url": _address(settings, f"widget/{name}", with_key=with_key),
        }
        for name, found in stored.widgets.items()
    ]
    return {
        "version": stored.version,
        "unreadable": list(stored.unreadable),
        "canvas_url": _address(settings, "canvas", with_key=with_key),
        "widgets": rows,
    }


async def widget_show(settings: Settings, name: str, *, with_key: bool) -> Document:
    """One widget's settings, with what may stand in each field."""
    found = _named((await stored_widgets(await open_profile(settings))).widgets, name)
    plain: dict[str, Any] = msgspec.to_builtins(found)
    return {
        "name": name,
        "kind": kind_of(found),
        "url": _address(settings, f"widget/{name}", with_key=with_key),
        "settings": {field.name: plain[field.name] for field in fields_of(type(found))},
        "allowed": dict(_allowed(fields_of(type(found)))),
    }


def _allowed(fields: Sequence[SettingField], within: str = "") -> list[tuple[str, str]]:
    allowed: list[tuple[str, str]] = []
    for field in fields:
        if field.kind == "struct":
            allowed += _allowed(field.fields, f"{within}{field.name}.")
        else:
            allowed.append((within + field.name, field.allowed))
    return allowed


async def widget_set(
    settings: Settings, name: str, kind: str | None, fields: Sequence[tuple[str, str]]
) -> CommandResult:
    """Make or change a widget: another kind begins with that kind's own settings."""
    widgets = (await stored_widgets(await open_profile(settings))).widgets
    return await send(settings, SetWidget(name=name, settings=with_changes(widgets, name, kind, fields)))


def with_changes(widgets: Widgets, name: str, kind: str | None, fields: Sequence[tuple[str, str]]) -> WidgetSettings:
    """The widget with what was typed. Raises `ActionableError` with what is allowed in words."""
    known = widgets.get(name)
    if known is None and kind is None:
        raise ActionableError(f"There is no widget {name!r}", "To make one say of which kind it is: --kind goal.")
    if known is None or (kind is not None and kind_of(known) != kind):
        known = next(fresh for fresh in FRESH.values() if kind_of(fresh) == kind)
    plain: dict[str, Any] = msgspec.to_builtins(known)
    try:
        plain = changed(type(known), plain, iter(fields))
    except ValueError as problem:
        raise ActionableError(f"This cannot be set: {problem}", "Nothing was changed.") from problem
    made: WidgetSettings = msgspec.convert(plain, type(known))
    return made


async def widget_remove(settings: Settings, name: str) -> CommandResult:
    """Take a widget away."""
    return await send(settings, SetWidget(name=name, settings=None))


async def widget_timer(settings: Settings, name: str, what: str) -> CommandResult:
    """Start a donathon's clock anew from now, let it stand, or let it go on; by the database's time."""
    profile = await open_profile(settings)
    found = _named((await stored_widgets(profile)).widgets, name)
    if not isinstance(found, TimerSettings):
        raise ActionableError(f"{name!r} is no timer", f"It is a widget of the kind {kind_of(found)}.")
    move = {"start": donathon.started, "pause": donathon.paused, "resume": donathon.resumed}[what]
    try:
        moved = move(found, await show_time(profile))
    except ValueError as problem:
        raise ActionableError(f"Not possible: {problem}", "Nothing was changed.") from problem
    return await send(settings, SetWidget(name=name, settings=moved))


async def widget_state(settings: Settings, name: str) -> Document:
    """What viewers would see now. What plays at this moment is known to the studio alone, and left out."""
    profile = await open_profile(settings)
    found = _named((await stored_widgets(profile)).widgets, name)
    queue = await queue_view(settings) if kind_of(found) == "next_up" else QueueView(revision=0)
    update: WidgetUpdate = await seen_now(
        profile, name, clock=SystemClock(), queue=queue, language=load_machine(settings).language
    )
    document: dict[str, Any] = msgspec.to_builtins(update)
    return document


def _named(widgets: Widgets, name: str) -> WidgetSettings:
    found = widgets.get(name)
    if found is None:
        raise ActionableError(f"There is no widget {name!r}", f"There are: {', '.join(widgets) or 'none'}.")
    return found


def _address(settings: Settings, page: str, *, with_key: bool) -> str:
    """A page's address for OBS. The port is chosen once, even before the first start."""
    machine = load_machine(settings)
    if machine.overlay_port is None:
        machine = msgspec.structs.replace(machine, overlay_port=free_port())
        save_machine(settings, machine)
    key = machine.display_key if with_key else _HIDDEN
    return f"http://{LOOPBACK}:{machine.overlay_port}/overlay/{key}/{page}"
