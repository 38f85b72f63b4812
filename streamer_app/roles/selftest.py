"""The program tests itself: everything in a temporary folder, one donation over a real WebSocket, nothing left."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import aiohttp

from streamer_app.core.overlay_protocol import PROTOCOL_VERSION
from streamer_app.core.stage_settings import StageSettings
from streamer_app.roles.serve import Begun, hold_folder, run_studio
from streamer_app.services import database_care
from streamer_app.services.payments import record_manual_payment
from streamer_app.services.profile import open_profile
from streamer_app.services.reading import read_played_at
from streamer_app.services.studio import LiveStudio
from streamer_app.settings import Settings

STAGE: Final = StageSettings(enter_ms=5, leave_ms=5, gap_ms=0, least_ms=50, base_ms=50, per_character_ms=0)
PATIENCE_SECONDS: Final = 60.0


@dataclass
class Steps:
    """What was done, and how long each took, in milliseconds."""

    taken: dict[str, float] = field(default_factory=dict)
    _since: float = field(default_factory=time.monotonic)

    def done(self, name: str) -> None:
        """That step is over."""
        now = time.monotonic()
        self.taken[name] = round((now - self._since) * 1000, 1)
        self._since = now


def selftest(settings: Settings) -> int:
    """Exit 0 when one donation went all the way to `played_at`."""
    steps = Steps()
    with tempfile.TemporaryDirectory(prefix="streamer-app-selftest-", ignore_cleanup_errors=True) as folder:
        mine = Settings(data_dir=Path(folder) / "data", stage=STAGE, redis_url=settings.redis_url)
        try:
            asyncio.run(asyncio.wait_for(_walk(mine, steps), PATIENCE_SECONDS))
        finally:
            database_care.destroy(mine)
    steps.done("stopped, nothing left")
    if settings.json:
        sys.stdout.write(json.dumps({"ok": True, "milliseconds": steps.taken}) + "\n")
    else:
        for name, milliseconds in steps.taken.items():
            sys.stdout.write(f"{milliseconds:>9.1f} ms  {name}\n")
        sys.stdout.write("The self-test passed.\n")
    return 0


async def _walk(settings: Settings, steps: Steps) -> None:
    profile = await open_profile(settings)
    steps.done("database made, started, migrated")
    async with _studio(settings) as url:
        steps.done("studio listens")
        page = asyncio.create_task(_play_one(url, steps.done))
        recorded = await record_manual_payment(profile, amount=25_000, name="Budi", message="semangat!")
        steps.done("donation recorded")
        await page
        if recorded.donation_message_id is None:
            raise RuntimeError("a donation has a message")
        await _until_played(profile.url, recorded.donation_message_id)
        steps.done("played_at written")


@asynccontextmanager
async def _studio(settings: Settings) -> AsyncIterator[str]:
    begun: asyncio.Future[Begun] = asyncio.get_running_loop().create_future()
    studios: list[LiveStudio] = []
    lock = hold_folder(settings)
    running = asyncio.create_task(
        run_studio(settings, lock, patient=False, begun=begun.set_result, made=studios.append)
    )
    try:
        either: set[asyncio.Future[Any]] = {running, begun}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        yield begun.result().overlay_url
    finally:
        for studio in studios:
            studio.request_stop()
        await running
        lock.release()


async def _play_one(url: str, done: Callable[[str], None]) -> None:
    """Be an overlay page for one alert, by the protocol."""
    origin = url.partition("/overlay/")[0]
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/socket", origin=origin) as socket:
        await socket.receive_json()
        await socket.send_json(
            {
                "type": "identify",
                "protocol": PROTOCOL_VERSION,
                "page_instance": uuid4().hex,
                "widgets": ["alerts"],
                "in_obs": False,
            }
        )
        async for frame in socket:
            message: dict[str, Any] = frame.json()
            if message["type"] != "alert.show":
                continue
            done("alert on the page")
            run = {"run_id": message["run_id"], "fence": message["fence"]}
            await socket.send_json({"type": "alert.started", **run})
            on_stage_ms: int = message["timing"]["on_stage_ms"]
            await asyncio.sleep(on_stage_ms / 1000)
            await socket.send_json({"type": "alert.finished", **run, "shown_ms": on_stage_ms, "audible": True})
            done("alert finished")
            await asyncio.sleep(0.1)
            return


async def _until_played(url: str, message_id: UUID) -> None:
    while await read_played_at(url, message_id) is None:  # noqa: ASYNC110 - the database has no event to wait for
        await asyncio.sleep(0.02)
