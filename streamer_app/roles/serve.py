"""The studio without a window: overlay server, dispatcher and control endpoint on one loop.

The desktop role runs the same coroutine on its I/O thread.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import msgspec
import structlog

from streamer_app.core.errors import ActionableError, SchemaError, StudioHeldError
from streamer_app.core.events import Light, LightReason, LightState, OverlayAddress
from streamer_app.core.money import format_money
from streamer_app.core.overlay_protocol import Role, SettingsUpdate
from streamer_app.overlay.access_keys import AccessKeys, new_key
from streamer_app.overlay.hub import Hub
from streamer_app.overlay.server import KeyDoor, OverlayServer, ServerAddress
from streamer_app.roles.system_clock import SystemClock
from streamer_app.services.payments import DEFAULT_CURRENCY
from streamer_app.services.profile import Profile, open_profile, revive_embedded
from streamer_app.services.show import Looks
from streamer_app.services.studio import LiveStudio, PageLight
from streamer_app.services.studio_lock import StudioAddress, StudioLock, holder_of
from streamer_app.services.tenure import Holder
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
    looks = SettingsUpdate(
        theme=machine.overlay_theme, language=machine.language, volume=machine.volume, reduced_motion=False
    )

    def pages_changed() -> None:
        studio.changed()

    hub = Hub(looks, clock.monotonic, pages_changed)
    studio = LiveStudio(stage=hub, clock=clock, page_light=lambda: _page_light(hub, bound[0] if bound else None))
    if made is not None:
        made(studio)
    keys = AccessKeys(display=machine.display_key, control=new_key())
    server = OverlayServer(hub, studio, keys, door=KeyDoor(studio.keys, clock.now), lan=machine.lan)
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
            await _dispatch(settings, studio, profile, machine)
    finally:
        await server.stop()


async def _dispatch(settings: Settings, studio: LiveStudio, profile: Profile, machine: Machine) -> None:
    # Babel's first use reads its data files: before the first alert, not during it.
    await asyncio.to_thread(format_money, 0, DEFAULT_CURRENCY)
    await studio.run(
        profile,
        redis_url=settings.redis_url,
        holder=Holder(id=str(machine.installation_id), label=settings.label),
        settings=settings.stage,
        looks=Looks(theme=machine.overlay_theme, language=machine.language),
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


def _page_light(hub: Hub, address: ServerAddress | None) -> PageLight:
    speaker = hub.speaker
    where = f"127.0.0.1:{address.port}" if address else ""
    if address is not None and address.changed:
        light = Light(state=LightState.ATTENTION, reason=LightReason.PORT_CHANGED, detail=where)
    elif speaker is None:
        light = Light(state=LightState.ATTENTION, reason=LightReason.NO_PAGE, detail=where)
    elif not speaker.on_air:
        light = Light(state=LightState.ATTENTION, reason=LightReason.SOURCE_INACTIVE, detail=where)
    elif any(page.frozen and page.role is Role.SPEAKER for page in hub.pages):
        light = Light(state=LightState.ATTENTION, reason=LightReason.PAGE_FROZEN, detail=where)
    else:
        light = Light(state=LightState.OK, reason=LightReason.READY, detail=where)
    name = None if speaker is None else "OBS" if speaker.in_obs else "Browser"
    return PageLight(light, len(hub.pages), name)


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
