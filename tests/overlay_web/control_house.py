"""The real server with the built control page, around a studio that a test speaks for."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self, TypeVar
from uuid import uuid4

from playwright.sync_api import Locator, Page

from streamer_app.core.commands import Action, Command
from streamer_app.core.donations import Item, ItemState, Playing, QueueView
from streamer_app.core.events import Event, Light, LightReason, Lights, LightState, QueueChanged
from streamer_app.core.overlay_protocol import SettingsUpdate
from streamer_app.core.rights import MODERATOR, ControlKey, Right
from streamer_app.core.rules import Verdict
from streamer_app.overlay.access_keys import AccessKeys, new_key
from streamer_app.overlay.hub import Hub
from streamer_app.overlay.server import KeyDoor, OverlayServer
from streamer_app.services.control_keys import KeyRing, digest
from tests.overlay.doubles import Studio

PAID: Final = datetime(2026, 11, 28, 20, 0, tzinfo=UTC)
_WAIT_SECONDS: Final = 10.0
_OK: Final = Light(state=LightState.OK, reason=LightReason.READY)
ALL_WELL: Final = Lights(database=_OK, queue=_OK, overlay=_OK, pages=1, speaker="OBS")
T = TypeVar("T")


class ControlHouse:
    """Runs on a thread of its own, so that a test may wait while page and server go on talking."""

    def __init__(self, dist: Path, sounds: Path, *, ping_interval: float = 60.0) -> None:
        self._dist = dist
        self._sounds = sounds
        self._ping_interval = ping_interval
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="control-house")
        self._server: OverlayServer | None = None
        self.port = 0
        self.secrets: dict[str, str] = {}
        self.keys: dict[bytes, ControlKey] = {}
        self.ring = KeyRing({})
        self.studio: Studio

    def __enter__(self) -> Self:
        self._thread.start()
        self.run(self._open)
        self.listen()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> None:
        self.studio = Studio()
        self.studio.emit(ALL_WELL)

    def listen(self) -> None:
        """Begin to serve, on the same port as before if there was one."""
        self.run(self._listen)

    async def _listen(self) -> None:
        hub = Hub(SettingsUpdate(theme="lampion", language="id", volume=1.0, reduced_motion=False), time.monotonic)
        self._server = OverlayServer(
            hub,
            self.studio,
            AccessKeys(new_key(), new_key()),
            door=KeyDoor(self.ring, lambda: datetime.now(UTC)),
            dist_folder=self._dist,
            sounds_folder=self._sounds,
            ping_interval=self._ping_interval,
        )
        self.port = (await self._server.start(self.port)).port

    def stop(self) -> None:
        """As a studio that ends."""
        if self._server is not None:
            self.run(self._server.stop)
            self._server = None

    def cut(self) -> None:
        """Break every connection without a word."""

        async def cut() -> None:
            assert self._server is not None
            assert self._server._runner is not None
            assert self._server._runner.server is not None
            for connection in tuple(self._server._runner.server.connections):
                if connection.transport is not None:
                    connection.transport.abort()

        self.run(cut)

    def make_key(self, name: str, rights: frozenset[Right] = MODERATOR) -> str:
        """The address of a new key's page."""
        secret = new_key()
        self.secrets[name] = secret
        self.keys[digest(secret)] = ControlKey(uuid4(), name, rights, "tests", PAID)
        self.run_here(lambda: self.ring.replace(self.keys))
        return self.address(name)

    def address(self, name: str) -> str:
        """Where this key's page is."""
        return f"http://127.0.0.1:{self.port}/control/{self.secrets[name]}"

    def revoke(self, name: str) -> None:
        """As the ring does once the row is there."""
        del self.keys[digest(self.secrets[name])]
        self.run_here(lambda: self.ring.replace(self.keys))

    def show(self, *events: Event | QueueView) -> None:
        """Let the studio look like this from now on."""

        def emit() -> None:
            for event in events:
                self.studio.emit(QueueChanged(queue=event) if isinstance(event, QueueView) else event)

        self.run_here(emit)

    def asked(self, kind: type[Action] | None = None) -> list[Command]:
        """What was asked of the studio so far."""
        return [each for each in tuple(self.studio.asked) if kind is None or isinstance(each.action, kind)]

    def wait_for(self, kind: type[Action], count: int = 1) -> Any:
        """The `count`-th command of a kind, once it has come."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while len(found := self.asked(kind)) < count:
            assert time.monotonic() < deadline, f"no {kind.__name__} came, but {self.asked()}"
            time.sleep(0.005)
        return found[count - 1]

    def run(self, work: Callable[[], Any]) -> Any:
        """Run a coroutine function on the server's loop."""
        return asyncio.run_coroutine_threadsafe(work(), self._loop).result(_WAIT_SECONDS)

    def run_here(self, work: Callable[[], T]) -> T:
        """Run a function on the server's loop."""

        async def call() -> T:
            return work()

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(_WAIT_SECONDS)


def an_item(
    donor: str | None = "Budi",
    message: str | None = "semangat!",
    *,
    state: ItemState = ItemState.WAITING,
    amount: int = 25_000,
    anonymous: bool = False,
    verdict: Verdict | None = None,
    reason: str | None = None,
    replay: bool = False,
    has_media: bool = False,
    minutes: int = 0,
) -> Item:
    """A donation as the studio has it."""
    return Item(
        donation_message_id=uuid4(),
        transaction_id=uuid4(),
        donor_name=donor,
        is_anonymous=anonymous,
        message=message,
        amount=amount,
        net_amount=amount,
        currency="IDR",
        state=state,
        paid_at=PAID + timedelta(minutes=minutes),
        verdict=verdict,
        reason=reason,
        replay=replay,
        has_media=has_media,
    )


def playing(item: Item | None, *, since: datetime | None = None, expected_ms: int = 12_000) -> Playing:
    """That on stage."""
    return Playing(run_id=uuid4(), item=item, started_at=since, offset_ms=0, expected_ms=expected_ms)


def queue(*waiting: Item, revision: int = 10, **more: Any) -> QueueView:
    """A queue's picture."""
    return QueueView(revision=revision, waiting=waiting, waiting_count=more.pop("waiting_count", len(waiting)), **more)


def button(page: Page | Locator, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def row(page: Page, donor: str) -> Locator:
    return page.locator("li.row", has=page.locator(".donor", has_text=donor))


def panic(page: Page) -> Locator:
    return page.locator(".foot button")


def said(page: Page) -> Locator:
    return page.get_by_role("status")


def donors(page: Page) -> list[str]:
    return page.locator(".row.waiting .donor").all_inner_texts()


def six() -> QueueView:
    return queue(*(an_item(name, f"pesan {name}") for name in ("Satu", "Dua", "Tiga", "Empat", "Lima", "Enam")))
