"""A streamer's overlay settings: where they are kept, and what is said of those that cannot be meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import structlog

from streamer_app.core import custom_css
from streamer_app.core.errors import CommandRefusedError
from streamer_app.core.overlay_settings import OverlaySettings, Variation
from streamer_app.core.variations import FieldProblem, files_used, problems
from streamer_app.services.library import Library
from streamer_app.services.profile import Profile
from streamer_app.store import database, streamer_settings
from streamer_app.store.database import Connection

_log = structlog.get_logger()
_KEY: Final = "overlay"
_PROBLEMS_SAID: Final = 5
"""A sheet may have hundreds of faults; the first ones are said."""


@dataclass(frozen=True)
class StoredOverlay:
    """The settings as they are kept. `version` 0: never set. `unreadable` names fields that have their defaults."""

    settings: OverlaySettings
    version: int = 0
    unreadable: tuple[str, ...] = ()


async def read_overlay(conn: Connection, streamer: UUID) -> StoredOverlay:
    """The settings with what is wrong with them.

    Fields of a newer program are passed over. A field that cannot be read has its default, a variation that cannot be
    read is left out, and both are logged: an alert that looks plain is better than none.
    """
    version, value = await streamer_settings.newest(conn, streamer, _KEY) or (0, {})
    settings, unreadable = _read(value)
    if unreadable:
        _log.error("overlay.unreadable", version=version, fields=",".join(unreadable))
    return StoredOverlay(settings, version, unreadable)


async def load_overlay(conn: Connection, streamer: UUID) -> OverlaySettings:
    """The settings to use from now on; see `read_overlay` for those that cannot be read."""
    return (await read_overlay(conn, streamer)).settings


async def stored_overlay(profile: Profile) -> StoredOverlay:
    """The settings of an opened profile."""
    async with database.connection(profile.url, label="overlay") as conn:
        return await read_overlay(conn, profile.streamer_user_id)


async def save_overlay(
    conn: Connection, streamer: UUID, settings: OverlaySettings, by: str, library: Library | None = None
) -> int:
    """Keep new settings; returns their version. Raises `CommandRefusedError` naming fields and what is allowed.

    With a library, files that are not in it are refused too.
    """
    wrong = all_problems(settings, library)
    if wrong:
        said = "; ".join(str(problem) for problem in wrong[:_PROBLEMS_SAID])
        more = f"; and {len(wrong) - _PROBLEMS_SAID} more" if len(wrong) > _PROBLEMS_SAID else ""
        raise CommandRefusedError(
            f"These settings cannot be used: {said}{more}",
            "Nothing was changed. Mend them, and set them again.",
            facts={"fields": ",".join(problem.path for problem in wrong[:_PROBLEMS_SAID])},
        )
    return await streamer_settings.add(conn, streamer, _KEY, msgspec.to_builtins(settings), by)


def all_problems(settings: OverlaySettings, library: Library | None = None) -> list[FieldProblem]:
    """Every field that cannot be meant, with what is allowed: bounds, names, time zone, style sheet, files."""
    found = [*_bound_problems(settings), *problems(settings)]
    if not _is_zone(settings.time_zone):
        found.append(FieldProblem("time_zone", "a name like Asia/Jakarta, Asia/Makassar or Asia/Jayapura"))
    found += [FieldProblem("custom_css", str(problem)) for problem in custom_css.problems(settings.custom_css)]
    if library is not None:
        missing = [file for file in files_used(settings) if library.path(file) is None]
        found += [FieldProblem("library", f"{file} is not in it: add it first, or name another") for file in missing]
    return found


def _bound_problems(settings: OverlaySettings) -> list[FieldProblem]:
    """Structs that the program made itself were never checked against their annotations."""
    try:
        msgspec.convert(msgspec.to_builtins(settings), OverlaySettings)
    except msgspec.ValidationError as problem:
        allowed, _, path = str(problem).rpartition(" - at `$")
        return [FieldProblem(path.strip("`.") or "settings", allowed or str(problem))]
    return []


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return False
    return True


def _read(value: Any) -> tuple[OverlaySettings, tuple[str, ...]]:
    if not isinstance(value, dict):
        return OverlaySettings(), ("everything",)
    good, unreadable = _readable(OverlaySettings, {**value, "variations": []}, "")
    variations, lost = _variations(value.get("variations", []))
    settings = msgspec.structs.replace(OverlaySettings(**good), variations=variations)
    unreadable += lost
    if not _is_zone(settings.time_zone):
        settings = msgspec.structs.replace(settings, time_zone=OverlaySettings().time_zone)
        unreadable.append("time_zone")
    if custom_css.problems(settings.custom_css):
        settings = msgspec.structs.replace(settings, custom_css="")
        unreadable.append("custom_css")
    return _without_problems(settings, unreadable)


def _readable(kind: type[msgspec.Struct], value: dict[str, Any], path: str) -> tuple[dict[str, Any], list[str]]:
    """The fields that can be read, structs within field by field; the paths of the others."""
    good: dict[str, Any] = {}
    unreadable: list[str] = []
    for field in msgspec.structs.fields(kind):
        if field.name not in value:
            continue
        written = value[field.name]
        inner = field.type if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct) else None
        if inner is not None and isinstance(written, dict):
            fields, lost = _readable(inner, written, f"{path}{field.name}.")
            good[field.name] = inner(**fields)
            unreadable += lost
            continue
        try:
            good[field.name] = msgspec.convert(written, field.type)
        except msgspec.ValidationError:
            unreadable.append(path + field.name)
    return good, unreadable


def _variations(value: Any) -> tuple[tuple[Variation, ...], list[str]]:
    if not isinstance(value, list):
        return (), ["variations"]
    found: list[Variation] = []
    unreadable: list[str] = []
    for index, written in enumerate(value):
        try:
            found.append(msgspec.convert(written, Variation))
        except msgspec.ValidationError:
            unreadable.append(f"variations[{index}]")
    return tuple(found), unreadable


def _without_problems(settings: OverlaySettings, unreadable: list[str]) -> tuple[OverlaySettings, tuple[str, ...]]:
    """Themes and variations that only another program knows are left out."""
    wrong = problems(settings)
    bad = {index for index in range(len(settings.variations)) if any(_is_of(each, index) for each in wrong)}
    kept = tuple(each for index, each in enumerate(settings.variations) if index not in bad)
    theme = OverlaySettings().theme if any(each.path == "theme" for each in wrong) else settings.theme
    named = [each.path for each in wrong]
    return msgspec.structs.replace(settings, variations=kept, theme=theme), tuple(sorted({*unreadable, *named}))


def _is_of(problem: FieldProblem, index: int) -> bool:
    return problem.path.startswith(f"variations[{index}].")
