"""What runs behind a window: the data folder's studio, or a wire to the one that already runs there."""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from streamer_app.core.answers import Answer, OnProgress
from streamer_app.core.commands import Command, CommandResult
from streamer_app.core.errors import Reason
from streamer_app.core.events import Event, Notice
from streamer_app.core.questions import Asked
from streamer_app.core.rights import EVERY_RIGHT, Right, require
from streamer_app.roles.control_client import ControlClient
from streamer_app.roles.serve import Begun, run_studio
from streamer_app.services.control import Answerer, CommandTaker
from streamer_app.services.studio import LiveStudio
from streamer_app.services.studio_lock import StudioAddress, StudioLock, lock_or_find
from streamer_app.settings import Settings

_log = structlog.get_logger()
FOLDER_SECONDS = 10.0


class Behind(CommandTaker, Answerer, Protocol):
    """What a window talks to: a studio of this process, or a wire to another one."""


class Window(Protocol):
    """The window's side of the thread."""

    def hear(self, event: Event) -> None:
        """Show this."""

    def behind_is(self, behind: Behind) -> None:
        """Send commands and questions there."""


class AttachedStudio:
    """Another process's studio, over its control endpoint."""

    def __init__(self, client: ControlClient) -> None:
        self._client = client
        self._stop = asyncio.Event()

    async def execute(self, command: Command, rights: frozenset[Right] = EVERY_RIGHT) -> CommandResult:
        """Carry out a command over there, where its endpoint asks for no rights."""
        require(command.action, rights)
        return await self._client.send(command)

    async def ask(self, asked: Asked, told: OnProgress | None = None) -> Answer:
        """Ask over there."""
        return await self._client.ask(asked, told)

    def request_stop(self) -> None:
        """Let go of it; the other studio lives on."""
        self._stop.set()

    async def follow(self, window: Window) -> None:
        """Show its events until told to stop, or until it is gone."""
        following = asyncio.create_task(self._events(window))
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({following, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in (following, stopping):
            task.cancel()
        await asyncio.gather(following, stopping, return_exceptions=True)

    async def _events(self, window: Window) -> None:
        async for event in self._client.events():
            window.hear(event)


async def live_behind_window(settings: Settings, window: Window) -> None:
    """Be the folder's studio, or attach to it. Ends when the window asks for it."""
    lock = StudioLock(settings.run_folder)
    live = await asyncio.to_thread(lock_or_find, lock, settings.run_folder, FOLDER_SECONDS)
    if live is not None:
        await _attach(live, window)
        return

    def made(studio: LiveStudio) -> None:
        studio.subscribe(window.hear)
        window.behind_is(studio)

    def begun(what: Begun) -> None:
        _log.info("window.studio_begun", port=what.address.port)

    try:
        await run_studio(settings, lock, patient=True, begun=begun, made=made)
    finally:
        lock.release()


async def _attach(live: StudioAddress, window: Window) -> None:
    async with ControlClient(live.port, live.control_key) as client:
        attached = AttachedStudio(client)
        window.behind_is(attached)
        await attached.follow(window)
    window.hear(
        Notice(title="The studio has ended", remedy="Close this window and open it again.", reason=Reason.STUDIO_ENDED)
    )
