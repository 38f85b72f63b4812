"""A command's own studio, for the moment of one command: no live studio holds the data folder, so the command does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streamer_app.core.commands import Channel
from streamer_app.core.events import Light, LightReason, LightState
from streamer_app.core.overlay_protocol import AlertShow
from streamer_app.core.overlay_settings import OverlaySettings
from streamer_app.roles.system_clock import SystemClock
from streamer_app.services.profile import Profile
from streamer_app.services.show import Looks
from streamer_app.services.stage import Speaker, StageListener
from streamer_app.services.studio import LiveStudio, PageLight
from streamer_app.services.tenure import Holder
from streamer_app.settings import Settings, load_machine


class EmptyStage:
    """No page can be connected to a command, so nothing is ever shown."""

    @property
    def speaker(self) -> Speaker | None:
        """Nobody."""
        return None

    def listen(self, listener: StageListener) -> None:
        """Nothing will ever be told."""

    def show(self, run: AlertShow) -> bool:
        """Nowhere to show it."""
        del run
        return False

    def stop(self, reason: str) -> None:
        """Nothing is on stage."""

    def dress(self, settings: OverlaySettings, language: str) -> None:
        """Nobody sees it."""

    def mute(self, channels: frozenset[Channel]) -> None:
        """Nothing is heard anyway."""


def _no_pages() -> PageLight:
    return PageLight(Light(state=LightState.ATTENTION, reason=LightReason.NO_PAGE), 0, None)


@asynccontextmanager
async def lone_studio(settings: Settings, profile: Profile) -> AsyncIterator[LiveStudio]:
    """A studio with an empty stage; the caller holds the folder's lock."""
    machine = load_machine(settings)
    studio = LiveStudio(stage=EmptyStage(), clock=SystemClock(), page_light=_no_pages)
    running = asyncio.create_task(
        studio.run(
            profile,
            redis_url=settings.redis_url,
            holder=Holder(id=str(machine.installation_id), label=settings.label),
            settings=settings.stage,
            looks=Looks(language=machine.language),
            journal_path=settings.run_folder / "journal.jsonl",
        )
    )
    try:
        yield studio
    finally:
        studio.request_stop()
        await running
