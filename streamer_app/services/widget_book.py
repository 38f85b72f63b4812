"""A streamer's widgets: where their settings are kept, and what of them may be meant.

One row a change, key `widgets`: names to settings, or to null for a widget of a fresh install that was taken away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog

from streamer_app.core import donathon
from streamer_app.core.errors import CommandRefusedError
from streamer_app.core.overlay_protocol import ALERTS
from streamer_app.core.overlay_settings import THEMES
from streamer_app.core.qr_codes import link_trouble
from streamer_app.core.setting_fields import fields_of, trouble_of
from streamer_app.core.widget_settings import (
    FRESH,
    MOST_WIDGETS,
    QrSettings,
    TimerSettings,
    WidgetName,
    Widgets,
    WidgetSettings,
)
from streamer_app.services.profile import Profile
from streamer_app.store import database, streamer_settings
from streamer_app.store.database import Connection

_log = structlog.get_logger()
_KEY: Final = "widgets"
_UNCHANGED: Final = "Nothing was changed."


@dataclass(frozen=True)
class StoredWidgets:
    """The widgets that there are. `version` 0: never set. `unreadable` names those that were left out."""

    widgets: Widgets
    version: int = 0
    unreadable: tuple[str, ...] = ()


async def read_widgets(conn: Connection, streamer: UUID) -> StoredWidgets:
    """The widgets with what is wrong with them: one that cannot be read is left out, and logged."""
    version, value = await streamer_settings.newest(conn, streamer, _KEY) or (0, {})
    if not isinstance(value, dict):
        _log.error("widgets.unreadable", version=version, widgets="everything")
        return StoredWidgets(dict(FRESH), version, ("everything",))
    widgets, unreadable = dict(FRESH), []
    for name, plain in value.items():
        if plain is None:
            widgets.pop(name, None)
            continue
        try:
            widgets[_name(name)] = _checked(msgspec.convert(plain, WidgetSettings))
        except (msgspec.ValidationError, ValueError):
            widgets.pop(name, None)
            unreadable.append(name[:40])
    if unreadable:
        _log.error("widgets.unreadable", version=version, widgets=len(unreadable))
    return StoredWidgets(widgets, version, tuple(sorted(unreadable)))


def _name(text: str) -> str:
    """A widget's name; ValidationError for what is none. A pattern's `$` lets a line break through."""
    return msgspec.convert(text if text.isprintable() else "", WidgetName)


def _checked(settings: WidgetSettings) -> WidgetSettings:
    """The same settings; ValueError for those that would not be taken."""
    trouble = next(_troubles(settings), None)
    if trouble is not None:
        raise ValueError(trouble)
    return settings


async def load_widgets(conn: Connection, streamer: UUID) -> Widgets:
    """The widgets to show from now on."""
    return (await read_widgets(conn, streamer)).widgets


async def stored_widgets(profile: Profile) -> StoredWidgets:
    """The widgets of an opened profile."""
    async with database.connection(profile.url, label="widgets") as conn:
        return await read_widgets(conn, profile.streamer_user_id)


async def set_widget(conn: Connection, streamer: UUID, name: str, settings: WidgetSettings | None, by: str) -> Widgets:
    """Make or change one widget, or take it away (None); returns all that there are now.

    What could not be read of the others is kept as it is, for a program that can. Raises `CommandRefusedError`, with
    what is allowed in words, for a name or settings that cannot be meant, a widget too many, and one that is not there.
    """
    stored = await read_widgets(conn, streamer)
    _check_name(name)
    if settings is None and name not in stored.widgets and name not in stored.unreadable:
        raise CommandRefusedError(f"There is no widget {name!r}", f"{_UNCHANGED} Look at: streamer-app widget list.")
    if settings is not None:
        check_settings(settings)
        if name not in stored.widgets and len(stored.widgets) >= MOST_WIDGETS:
            raise CommandRefusedError(f"There are {MOST_WIDGETS} widgets", f"{_UNCHANGED} Remove one first.")
    _, value = await streamer_settings.newest(conn, streamer, _KEY) or (0, {})
    kept: dict[str, Any] = dict(value) if isinstance(value, dict) else {}
    kept[name] = None if settings is None else msgspec.to_builtins(settings)
    if settings is None and name not in FRESH:
        del kept[name]
    await streamer_settings.add(conn, streamer, _KEY, kept, by)
    return await load_widgets(conn, streamer)


def _check_name(name: str) -> None:
    try:
        _name(name)
    except msgspec.ValidationError as problem:
        raise CommandRefusedError(
            f"{name[:40]!r} is no name for a widget",
            f"{_UNCHANGED} Small letters, digits and hyphens, a letter first, at most 24: my-second-goal.",
        ) from problem
    if name == ALERTS:
        raise CommandRefusedError(f"{name!r} is the page of alerts", f"{_UNCHANGED} Choose another name.")


def check_settings(settings: WidgetSettings) -> None:
    """Raise `CommandRefusedError` for settings that cannot be meant: the field's name, and what is allowed in words.

    A caller in this process may have built them without any check, so the schema is asked again here.
    """
    trouble = next(_troubles(settings), None)
    if trouble is not None:
        raise CommandRefusedError(f"These settings cannot be used: {trouble}", _UNCHANGED)


def _troubles(settings: WidgetSettings) -> Iterator[str]:
    plain = msgspec.to_builtins(settings)
    for field in fields_of(type(settings)):
        trouble = trouble_of(type(settings), field, plain[field.name])
        if trouble is not None:
            yield f"{field.name}: {trouble}"
    if settings.theme not in {"", *THEMES}:
        yield f"theme: one of {', '.join(THEMES)}, or empty"
    if isinstance(settings, QrSettings) and settings.link and link_trouble(settings.link):
        yield f"link: {link_trouble(settings.link)}"
    if isinstance(settings, TimerSettings):
        yield from _timer_troubles(settings)


def _timer_troubles(settings: TimerSettings) -> Iterator[str]:
    moments = [("start", settings.start), ("paused_at", settings.paused_at)]
    moments += [("pauses", moment) for pause in settings.pauses for moment in (pause.since, pause.until)]
    for name, moment in moments:
        if moment is not None and not _is_exact(moment):
            yield f"{name}: a moment with its time zone, like 2026-11-30T20:00:00+07:00"
    if len(settings.pauses) > donathon.MOST_PAUSES:
        yield f"pauses: at most {donathon.MOST_PAUSES}"
    if settings.paused_at is not None and settings.start is None:
        yield "paused_at: a clock that has not begun cannot stand"


def _is_exact(moment: datetime) -> bool:
    return moment.utcoffset() is not None and 1970 < moment.year < 2200  # noqa: PLR2004 - as in core.periods
