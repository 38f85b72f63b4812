"""The studio without a window: overlay server, dispatcher and control endpoint on one loop.

The desktop role runs the same coroutine on its I/O thread.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
import structlog

from streamer_app.core.commands import KeyKind
from streamer_app.core.errors import ActionableError, SchemaError, StudioHeldError
from streamer_app.core.events import Light, LightReason, LightState, OverlayAddress
from streamer_app.core.money import format_money
from streamer_app.core.overlay_settings import OverlaySettings
from streamer_app.overlay.access_keys import AccessKeys, new_key
from streamer_app.overlay.dressing import told_of
from streamer_app.overlay.house import House
from streamer_app.overlay.hub import Hub
from streamer_app.overlay.key_rotation import rotate_key
from streamer_app.overlay.page_files import PageFiles
from streamer_app.overlay.server import KeyDoor, OverlayServer, ServerAddress
from streamer_app.roles.page_lights import page_light
from streamer_app.roles.system_clock import SystemClock
from streamer_app.services.library import Library
from streamer_app.services.payments import DEFAULT_CURRENCY
from streamer_app.services.profile import Profile, open_profile, revive_embedded
from streamer_app.services.show import Looks
from streamer_app.services.speech import Reader, slang_lists, speech_folder
from streamer_app.services.speech_cache import SpeechCache
from streamer_app.services.staging import Backstage
from streamer_app.services.studio import LiveStudio
from streamer_app.services.studio_lock import StudioAddress, StudioLock, holder_of
from streamer_app.services.tenure import Holder
from streamer_app.services.video_check import VideoCheck
from streamer_app.settings import Machine, Settings, load_machine, save_machine

_log = structlog.get_logger()
RETRY_SECONDS: Final = 2.0
LOCK_SECONDS: Final = 5.0
"""A command of a moment may hold the folder: wait for it that long."""


@dataclass(frozen=True)
class Begun:
    """What a role may want to say once the studio listens and its profile is open."""

    address: ServerAddress
    overlay_url: str


def hold_folder(settings: Settings) -> StudioLock:
    """Take the data folder, or raise `StudioHeldError` naming who has it."""
    lock = StudioLock(settings.run_folder)
    if lock.acquire(LOCK_SECONDS):
        return lock
    other = holder_of(settings.run_folder)
    who = f"process {other.pid} (since {other.started_at:%Y-%m-%d %H:%M} UTC)" if other else "another process"
    raise StudioHeldError(
        f"A studio already runs on {settings.data_dir}: {who}",
        "Use that one, stop it, or name another folder with --data-dir.",
        holder=who,
    )


async def run_studio(
    settings: Settings,
    lock: StudioLock,
    *,
    patient: bool,
    begun: Callable[[Begun], None],
    made: Callable[[LiveStudio], None] | None = None,
) -> None:
    """Listen, open the profile, dispatch until asked to stop. `patient`: a database that is away is waited for."""
    clock = SystemClock()
    machine = load_machine(settings)
    bound: list[ServerAddress] = []
    library = Library(settings.data_dir / "library")
    files = PageFiles(library)
    unset = unset_overlay(machine)

    def pages_changed() -> None:
        studio.changed()

    def rotate(which: KeyKind) -> None:
        keys = rotate_key(settings, server, which)
        studio.addressed(OverlayAddress(url=address.overlay_url(keys.display)))

    hub = Hub(told_of(unset, machine.language), clock.monotonic, pages_changed)
    studio = LiveStudio(
        stage=hub,
        clock=clock,
        page_light=lambda: page_light(hub, bound[0] if bound else None),
        house=House(hub, rotate),
    )
    if made is not None:
        made(studio)
    keys = AccessKeys(display=machine.display_key, control=new_key(), preview=machine.preview_key)
    server = OverlayServer(
        hub,
        studio,
        keys,
        door=KeyDoor(studio.keys, clock.now),
        files=files,
        library=library,
        files_used=studio.files_used,
        lan=machine.lan,
    )
    address = await server.start(machine.overlay_port)
    try:
        bound.append(address)
        if machine.overlay_port is None:
            machine = msgspec.structs.replace(machine, overlay_port=address.port)
            save_machine(settings, machine)
        lock.announce(
            StudioAddress(pid=os.getpid(), started_at=clock.now(), port=address.port, control_key=keys.control)
        )
        url = address.overlay_url(machine.display_key)
        studio.addressed(OverlayAddress(url=url))
        studio.starting(Light(state=LightState.BUSY, reason=LightReason.STARTING))
        profile = await _profile(settings, studio, patient=patient)
        if profile is not None:
            begun(Begun(address, url))
            async with VideoCheck(clock.monotonic) as videos, reading_aloud(settings.data_dir) as reader:
                files.speech = reader
                backstage = Backstage(reader if settings.speech else None, slang_lists(), videos, library)
                looks = Looks(language=machine.language, unset=unset, backstage=backstage)
                await _dispatch(settings, studio, profile, machine, looks)
    finally:
        await server.stop()


@asynccontextmanager
async def reading_aloud(data_dir: Path) -> AsyncIterator[Reader]:
    """Who makes speech, for as long as the studio runs."""
    reader = Reader(SpeechCache(speech_folder(data_dir)))
    await reader.open()
    try:
        yield reader
    finally:
        await reader.close()


def unset_overlay(machine: Machine) -> OverlaySettings:
    """How alerts look and sound where the streamer never said so in the database."""
    return OverlaySettings(theme=machine.overlay_theme, volume=machine.volume)


async def _dispatch(settings: Settings, studio: LiveStudio, profile: Profile, machine: Machine, looks: Looks) -> None:
    # Babel's first use reads its data files: before the first alert, not during it.
    await asyncio.to_thread(format_money, 0, DEFAULT_CURRENCY)
    await studio.run(
        profile,
        redis_url=settings.redis_url,
        holder=Holder(id=str(machine.installation_id), label=settings.label),
        settings=settings.stage,
        looks=looks,
        journal_path=settings.run_folder / "journal.jsonl",
        revive=partial(revive_embedded, settings) if profile.embedded else None,
        data_dir=settings.data_dir,
    )


async def _profile(settings: Settings, studio: LiveStudio, *, patient: bool) -> Profile | None:
    """The profile, as soon as it can be opened; None when the studio is asked to stop before."""
    loop = asyncio.get_running_loop()

    def step(name: str) -> None:
        creating = name in {"creating", "migrating"}
        reason = LightReason.CREATING_DATABASE if creating else LightReason.STARTING
        loop.call_soon_threadsafe(studio.starting, Light(state=LightState.BUSY, reason=reason))

    stopping = asyncio.create_task(studio.stop_requested())
    try:
        while not stopping.done():
            opening = asyncio.create_task(open_profile(settings, step))
            await asyncio.wait({opening, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not opening.done():
                opening.cancel()
                await asyncio.wait({opening})
                return None
            try:
                return opening.result()
            except ActionableError as problem:
                if not patient:
                    raise
                _log.warning("profile.unavailable", title=problem.title)
                reason = (
                    LightReason.SCHEMA_UNUSABLE
                    if isinstance(problem, SchemaError)
                    else LightReason.DATABASE_UNREACHABLE
                )
                studio.starting(Light(state=LightState.DOWN, reason=reason, detail=str(problem)))
            await asyncio.wait({stopping}, timeout=RETRY_SECONDS)
        return None
    finally:
        stopping.cancel()


def serve(settings: Settings) -> int:
    """Run until SIGINT, SIGTERM or a stop command."""
    lock = hold_folder(settings)
    try:
        with asyncio.Runner() as runner:
            runner.run(_serve(settings, lock))
    finally:
        lock.release()
    return 0


async def _serve(settings: Settings, lock: StudioLock) -> None:
    def made(studio: LiveStudio) -> None:
        loop = asyncio.get_running_loop()
        for name in ("SIGINT", "SIGTERM"):
            if sys.platform != "win32":
                loop.add_signal_handler(getattr(signal, name), studio.request_stop)

    def begun(what: Begun) -> None:
        document = {"listening": what.address.origin, "pid": os.getpid()}
        line = (
            msgspec.json.encode(document).decode() if settings.json else f"The studio listens on {what.address.origin}"
        )
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    await run_studio(settings, lock, patient=False, begun=begun, made=made)
