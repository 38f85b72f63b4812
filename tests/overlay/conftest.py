"""A real server on a free port with real clients, around a hub whose clock stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from streamer_app.core.rights import MODERATOR, ControlKey, Right
from streamer_app.overlay.access_keys import AccessKeys, new_key
from streamer_app.overlay.hub import Hub
from streamer_app.overlay.server import KeyDoor, OverlayServer, ServerAddress
from streamer_app.services.control_keys import KeyRing, digest
from streamer_app.services.library import Library
from tests.overlay.doubles import SETTINGS, Clock, Connection, Listener, Page, Studio, identify

Join = Callable[..., Connection]
NOW = datetime(2026, 11, 28, 20, 0, tzinfo=UTC)


@dataclass
class House:
    """A running server and everything around it that a test may touch."""

    hub: Hub
    studio: Studio
    keys: AccessKeys
    server: OverlayServer
    address: ServerAddress
    session: aiohttp.ClientSession
    dist: Path
    sounds: Path
    ring: KeyRing
    library: Library
    used: dict[str, tuple[str, ...]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    in_use: dict[bytes, ControlKey] = field(default_factory=dict)

    def key(self, name: str, rights: frozenset[Right] = MODERATOR) -> str:
        """The secret of this person's control key, made at first use."""
        if name not in self.secrets:
            self.secrets[name] = new_key()
            self.in_use[digest(self.secrets[name])] = ControlKey(uuid4(), name, rights, "tests", NOW)
            self.ring.replace(self.in_use)
        return self.secrets[name]

    def revoke(self, name: str) -> None:
        del self.in_use[digest(self.secrets[name])]
        self.ring.replace(self.in_use)

    def control_page(self, name: str) -> str:
        return f"{self.address.origin}/control/{self.key(name)}"

    def page(self, key: str | None = None) -> Page:
        return Page(self.session, self.address.origin, key or self.keys.display)

    def preview_page(self) -> Page:
        return Page(self.session, self.address.origin, self.keys.preview, door="preview")

    @property
    def preview(self) -> str:
        return self.address.preview_url(self.keys.preview)

    @property
    def shell(self) -> str:
        return self.address.overlay_url(self.keys.display)

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys.control}"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def hub(clock: Clock, listener: Listener) -> Hub:
    hub = Hub(SETTINGS, clock)
    hub.listen(listener)
    return hub


@pytest.fixture
def join(hub: Hub) -> Join:
    def join(name: str, **facts: object) -> Connection:
        connection = Connection()
        hub.join(identify(name, **facts), connection)  # type: ignore[arg-type]
        return connection

    return join


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Overlay</title>")
    (folder / "control.html").write_text("<!doctype html><title>Control</title>")
    (folder / "version.txt").write_text("abc123\n")
    (folder / "assets" / "index-Cf3.js").write_text("export {};")
    (folder / "assets" / "notes.unknown").write_text("no type")
    (tmp_path / "secret.js").write_text("not yours")
    return folder


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    folder = tmp_path / "sounds"
    folder.mkdir()
    (folder / "chime.wav").write_bytes(b"RIFF" + bytes(range(250)))
    return folder


@pytest.fixture
def identify_timeout() -> float:
    return 5.0


@asynccontextmanager
async def open_house(
    hub: Hub,
    dist: Path,
    sounds: Path,
    identify_timeout: float = 5.0,
    ping_interval: float = 60.0,
    *,
    lan: bool = False,
) -> AsyncIterator[House]:
    studio, ring = Studio(), KeyRing({})
    keys = AccessKeys(display=new_key(), control=new_key(), preview=new_key())
    library, used = Library(dist.parent / "library", lambda: NOW), dict[str, tuple[str, ...]]()

    async def files_used() -> dict[str, tuple[str, ...]]:
        return used

    server = OverlayServer(
        hub,
        studio,
        keys,
        door=KeyDoor(ring, lambda: NOW),
        library=library,
        files_used=files_used,
        lan=lan,
        dist_folder=dist,
        sounds_folder=sounds,
        identify_timeout=identify_timeout,
        ping_interval=ping_interval,
    )
    address = await server.start(0)
    async with aiohttp.ClientSession() as session:
        try:
            yield House(hub, studio, keys, server, address, session, dist, sounds, ring, library, used)
        finally:
            await server.stop()


@pytest.fixture
async def house(hub: Hub, dist: Path, sounds: Path, identify_timeout: float) -> AsyncIterator[House]:
    async with open_house(hub, dist, sounds, identify_timeout) as house:
        yield house


@pytest.fixture
def logged(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Everything that went to any log or stream so far."""

    def read() -> str:
        streams = capfd.readouterr()
        return streams.out + streams.err + caplog.text

    return read
