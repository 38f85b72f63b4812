"""What the commands about the overlay's look, files, pages and keys do. Every function answers with one document."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from enum import Enum
from pathlib import Path
from typing import Any, Final, get_args

import msgspec

from streamer_app.core.commands import CommandResult, KeyKind, PinSpeaker, RotateKey, SetOverlay
from streamer_app.core.custom_css import problems as css_problems
from streamer_app.core.errors import ActionableError, StudioHeldError
from streamer_app.core.library_files import MOST_FILE_BYTES
from streamer_app.core.overlay_settings import LONGEST_CSS, OverlaySettings, Variation
from streamer_app.core.variations import files_used
from streamer_app.overlay.key_rotation import with_new_key
from streamer_app.roles.console import FOLDER_SECONDS, Document, send
from streamer_app.roles.library_client import LibraryClient
from streamer_app.services import overlay_book
from streamer_app.services.library import Library, too_large
from streamer_app.services.profile import open_profile
from streamer_app.services.studio_lock import StudioAddress, StudioLock, lock_or_find
from streamer_app.settings import Settings, UsageError

_NONE: Final = ("none", "")
_LIBRARY_FOLDER: Final = "library"


async def show(settings: Settings) -> Document:
    """The settings as they are used, and what of the stored ones could not be read."""
    stored = await overlay_book.stored_overlay(await open_profile(settings))
    return {
        "version": stored.version,
        "unreadable": list(stored.unreadable),
        "overlay": msgspec.to_builtins(stored.settings),
    }


async def set_field(settings: Settings, name: str, text: str) -> CommandResult:
    """Change one of the plain settings."""
    value = value_of(OverlaySettings, name, text)
    return await _change(settings, lambda before: msgspec.structs.replace(before, **{name: value}))


async def set_css(settings: Settings, css: str) -> CommandResult:
    """Change the streamer's own style sheet; empty takes it away."""
    return await _change(settings, lambda before: msgspec.structs.replace(before, custom_css=css))


async def variation_list(settings: Settings) -> Document:
    """The variations in their order."""
    stored = await overlay_book.stored_overlay(await open_profile(settings))
    variations: list[Any] = msgspec.to_builtins(stored.settings.variations)
    return variations


async def variation_set(settings: Settings, name: str, fields: Mapping[str, str]) -> CommandResult:
    """Make a variation, or change the one of this name."""
    values = {field: value_of(Variation, field, text) for field, text in fields.items()}
    return await _change(settings, lambda before: with_variation(before, name, values))


async def variation_remove(settings: Settings, name: str) -> CommandResult:
    """Take a variation away."""
    return await _change(settings, lambda before: without_variation(before, name))


async def library_list(settings: Settings) -> Document:
    """The library's files, and who uses them."""
    profile = await open_profile(settings)
    used = files_used((await overlay_book.stored_overlay(profile)).settings)
    async with _studio_or_library(settings) as (live, library):
        files = await live.files() if live is not None else await asyncio.to_thread(library.files)
    return [{**msgspec.to_builtins(file), "used_by": list(used.get(file.id, ()))} for file in files]


async def library_add(settings: Settings, path: Path) -> Document:
    """Check a file, and keep it."""
    content = await asyncio.to_thread(read_file, path, MOST_FILE_BYTES)
    async with _studio_or_library(settings) as (live, library):
        if live is not None:
            kept = await live.add(content, path.name)
        else:
            kept = await asyncio.to_thread(library.add, content, path.name)
    document: dict[str, Any] = msgspec.to_builtins(kept)
    return document


async def library_remove(settings: Settings, file_id: str, *, forced: bool) -> Document:
    """Delete a file that no variation uses, or any one with `forced`."""
    profile = await open_profile(settings)
    used = files_used((await overlay_book.stored_overlay(profile)).settings).get(file_id, ())
    async with _studio_or_library(settings) as (live, library):
        if live is not None:
            await live.remove(file_id, forced=forced)
        else:
            await asyncio.to_thread(library.remove, file_id, used_by=used, forced=forced)
    return {"removed": file_id, "was_used_by": list(used)}


async def pages(settings: Settings) -> Document:
    """The pages that are connected to the live studio."""
    async with _studio_or_library(settings) as (live, _):
        if live is None:
            raise ActionableError(
                "No studio runs in this folder, so no page is connected",
                "Start it: streamer-app serve, or open the window.",
            )
        document: dict[str, Any] = msgspec.to_builtins(await live.pages())
        return document


async def pin(settings: Settings, page_instance: str | None) -> CommandResult:
    """Let this page speak as long as it is here."""
    return await send(settings, PinSpeaker(page_instance=page_instance))


async def rotate(settings: Settings, which: KeyKind) -> Document:
    """A new key: in the live studio at once, else in what it will read at its start. The key is not said here."""
    async with _studio_or_library(settings) as (live, _):
        if live is None:
            await asyncio.to_thread(with_new_key, settings, which)
    if live is not None:
        await send(settings, RotateKey(which=which))
    return {"rotated": which.value}


def value_of(kind: type[msgspec.Struct], name: str, text: str) -> Any:
    """A field's value as typed. Raises `UsageError` that says what is allowed."""
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    if name not in fields:
        raise UsageError(f"There is no field {name!r}", f"These are: {', '.join(fields)}.")
    wanted = fields[name].type
    given: Any = text
    if fields[name].default == ():
        given = [each.strip() for each in text.split(",")] if text not in _NONE else []
    elif text in _NONE:
        given = None if fields[name].default is None else ""
    try:
        return msgspec.convert(given, wanted, strict=False)
    except msgspec.ValidationError as problem:
        raise UsageError(f"{name}: {problem}", _allowed(wanted)) from problem


def _allowed(wanted: Any) -> str:
    """What may stand there: the names of a choice, else how a value is taken away."""
    kinds = [wanted, *get_args(wanted)]
    names = [each.value for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum) for each in kind]
    return f"Use {', '.join(names)}." if names else "Nothing behind the = takes a value away, where it may be empty."


def with_variation(before: OverlaySettings, name: str, values: Mapping[str, Any]) -> OverlaySettings:
    """The settings with this variation changed, or added at the end."""
    found = [each for each in before.variations if _same(each.name, name)]
    if not found:
        return msgspec.structs.replace(before, variations=(*before.variations, Variation(**{"name": name, **values})))
    changed = [msgspec.structs.replace(each, **values) if each is found[0] else each for each in before.variations]
    return msgspec.structs.replace(before, variations=tuple(changed))


def without_variation(before: OverlaySettings, name: str) -> OverlaySettings:
    """The settings without it. Raises `ActionableError` where there is none of this name."""
    kept = tuple(each for each in before.variations if not _same(each.name, name))
    if len(kept) == len(before.variations):
        raise ActionableError(
            f"There is no variation {name!r}",
            "Nothing was changed. Look them up with: streamer-app overlay variation list.",
        )
    return msgspec.structs.replace(before, variations=kept)


def _same(name: str, other: str) -> bool:
    return name.strip().casefold() == other.strip().casefold()


def read_css(path: Path) -> str:
    """A style sheet from a file. Raises `ActionableError` with the first lines that will not work."""
    raw = read_file(path, LONGEST_CSS * 4)
    try:
        css = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ActionableError(f"{path} is not text in UTF-8", "Save it as UTF-8, then try again.") from problem
    wrong = css_problems(css)
    if wrong:
        raise ActionableError(
            f"This style sheet cannot be used: {'; '.join(map(str, wrong[:5]))}", "Nothing was changed. Mend it first."
        )
    return css


def read_file(path: Path, most: int) -> bytes:
    """A file's content. Raises `ActionableError` for one that cannot be read, or is larger than `most` bytes."""
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as problem:
        raise ActionableError(
            f"{path} cannot be read: {problem.strerror or type(problem).__name__}", "Check its name and its rights."
        ) from problem
    if len(content) > most:
        raise (
            too_large()
            if most == MOST_FILE_BYTES
            else ActionableError(f"{path} is larger than {most} bytes", "Make it smaller.")
        )
    return content


async def _change(settings: Settings, change: Callable[[OverlaySettings], OverlaySettings]) -> CommandResult:
    stored = await overlay_book.stored_overlay(await open_profile(settings))
    return await send(settings, SetOverlay(settings=change(stored.settings)))


@asynccontextmanager
async def _studio_or_library(settings: Settings) -> AsyncIterator[tuple[LibraryClient | None, Library]]:
    """The live studio of the folder; without one its library, and nobody else writes to it meanwhile."""
    lock = StudioLock(settings.run_folder)
    live = await asyncio.to_thread(_live, lock, settings)
    try:
        client = None if live is None else LibraryClient(live.port, live.control_key)
        yield client, Library(settings.data_dir / _LIBRARY_FOLDER)
    finally:
        if live is None:
            lock.release()


def _live(lock: StudioLock, settings: Settings) -> StudioAddress | None:
    try:
        return lock_or_find(lock, settings.run_folder, FOLDER_SECONDS)
    except TimeoutError as problem:
        raise StudioHeldError(
            f"Another process keeps {settings.data_dir} busy",
            "Wait for it to end, or stop it, then try again.",
            holder="another process",
        ) from problem
