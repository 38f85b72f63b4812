"""The HTTP server, on loopback or on the local network too: a port OBS can rely on, handlers, an end in good order."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog
from aiohttp import web

from streamer_app import assets
from streamer_app.core.errors import ActionableError
from streamer_app.core.overlay_protocol import (
    IDENTIFY_TIMEOUT_SECONDS,
    PING_INTERVAL_SECONDS,
    CloseCode,
)
from streamer_app.core.overlay_settings import OverlaySettings
from streamer_app.overlay.access_keys import AccessKeys
from streamer_app.overlay.control import ControlRoutes
from streamer_app.overlay.control_protocol import MAX_COMMAND_BYTES
from streamer_app.overlay.guards import LOOPBACK, Guard
from streamer_app.overlay.hub import Hub
from streamer_app.overlay.key_routes import KeyRoutes
from streamer_app.overlay.page_files import PageFiles
from streamer_app.overlay.page_routes import PageRoutes
from streamer_app.overlay.studio_files import FilesUsed, StudioFiles, nothing_used
from streamer_app.services.control import Studio
from streamer_app.services.control_keys import KeyRing
from streamer_app.services.library import Library

ALL_ADDRESSES: Final = "0.0.0.0"  # noqa: S104 - only where the streamer switched the local network on
FIRST_PORT: Final = 28710
"""Unassigned, and below the ranges that Linux, Windows and macOS hand out to outgoing connections."""
PORTS_TRIED: Final = 20
SHUTDOWN_SECONDS: Final = 0.8
"""aiohttp waits this long for handlers, and once more after cancelling them: stopping stays under two seconds."""

# Windows: nobody may share the port. POSIX: a restart gets it back although old connections linger.
_BIND_OPTION: Final[int] = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)

_log = structlog.get_logger(__name__)


class PortUnavailableError(ActionableError):
    """No port of the range could be bound on loopback."""


@dataclass(frozen=True)
class ServerAddress:
    """Where the server answers. `changed`: not on the preferred port, so OBS's stored URL has to be copied anew."""

    port: int
    changed: bool

    @property
    def origin(self) -> str:
        """Scheme, host and port as OBS and clients should use them."""
        return f"http://{LOOPBACK}:{self.port}"

    def preview_url(self, preview_key: str) -> str:
        """The URL of previews. It carries a key too."""
        return f"{self.origin}/preview/{preview_key}"

    def overlay_url(self, display_key: str) -> str:
        """The URL for OBS. It carries the key: show it on request, log it never."""
        return f"{self.origin}/overlay/{display_key}"


@dataclass(frozen=True)
class KeyDoor:
    """The way in for owners of control keys: the keys in use, and the wall clock in UTC."""

    ring: KeyRing
    now: Callable[[], datetime]


class OverlayServer:
    """One server for pages and control clients of one studio. Start and stop it once, on the studio's loop."""

    def __init__(
        self,
        hub: Hub,
        studio: Studio,
        keys: AccessKeys,
        *,
        door: KeyDoor | None = None,
        files: PageFiles | None = None,
        library: Library | None = None,
        files_used: FilesUsed = nothing_used,
        lan: bool = False,
        dist_folder: Path | None = None,
        sounds_folder: Path | None = None,
        identify_timeout: float = IDENTIFY_TIMEOUT_SECONDS,
        ping_interval: float = PING_INTERVAL_SECONDS,
    ) -> None:
        """Without a door there is no control page. `lan`: answer on every IPv4 address of this computer.

        `library` takes uploads, and `files` serves it to pages; `files_used` says which of its files settings name.
        Folders default to the program's own; times are in seconds.
        """
        self._door = door
        self._host = ALL_ADDRESSES if lan else LOOPBACK
        self._hub = hub
        self._studio = studio
        self.keys = keys
        """Those in use. Never log or show them."""
        self.files = files or PageFiles(library)
        hub.sheets = self.files.dress
        self._studio_files = StudioFiles(library, hub, lambda: self.keys, files_used)
        self._dist = dist_folder or assets.overlay_dist_folder()
        self._sounds = sounds_folder or assets.resources_folder() / "sounds"
        self._identify_timeout = identify_timeout
        self._ping_interval = ping_interval
        self._runner: web.AppRunner | None = None
        self._pages: PageRoutes | None = None
        self._control: ControlRoutes | None = None
        self._holders: KeyRoutes | None = None
        self._pinging: asyncio.Task[None] | None = None

    async def start(self, preferred_port: int | None) -> ServerAddress:
        """Listen on the preferred port, else on the next free one; None means that no port was ever chosen.

        Raises `PortUnavailableError` when the whole range is taken.
        """
        listener = _bind(_candidates(preferred_port), self._host)
        port: int = listener.getsockname()[1]
        app = web.Application(client_max_size=MAX_COMMAND_BYTES)
        guard = Guard(port)
        guard.install(app)
        self._pages = PageRoutes(
            self._hub,
            self.keys,
            guard,
            files=self.files,
            dist=self._dist,
            sounds=self._sounds,
            identify_timeout=self._identify_timeout,
        )
        self._pages.add_to(app)
        self._control = ControlRoutes(self._studio, self.keys)
        self._control.add_to(app)
        self._studio_files.add_to(app)
        if self._door is not None:
            self._holders = KeyRoutes(self._studio, self._door.ring, guard, dist=self._dist, now=self._door.now)
            self._holders.add_to(app)
        # No access log: its lines carry the display key.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()
        self._pinging = asyncio.create_task(self._ping_pages(), name="overlay pings")
        address = ServerAddress(port, changed=preferred_port not in (None, 0, port))
        _log.info("overlay_server_listening", port=port, changed=address.changed, lan=self._host != LOOPBACK)
        return address

    async def stop(self) -> None:
        """Tell every page and client that the studio stops, and end within two seconds. Harmless when not started."""
        if self._pinging is not None:
            self._pinging.cancel()
            await asyncio.wait([self._pinging])
            self._pinging = None
        if self._pages is not None:
            self._pages.close_all(CloseCode.STUDIO_STOPPING)
        await self._end_conversations()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _end_conversations(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(SHUTDOWN_SECONDS):
                if self._holders is not None:
                    await self._holders.pages.end()
                if self._control is not None:
                    await self._control.close_all()
        self._holders = None

    def change_keys(self, keys: AccessKeys) -> None:
        """Rotate keys: pages that came with a key that changed are closed with `KEY_ROTATED`; the queue stays."""
        self.keys = keys
        if self._pages is not None and self._control is not None:
            self._pages.change_keys(keys)
            self._control.change_keys(keys)

    def dress(self, overlay: OverlaySettings, language: str) -> None:
        """Use these settings on every page from now on: theme, volumes, motion and style sheet, at once."""
        self._hub.dress(overlay, language)

    async def _ping_pages(self) -> None:
        while True:
            await asyncio.sleep(self._ping_interval)
            self._hub.ping()
            if self._holders is not None:
                self._holders.pages.ping()


def _candidates(preferred: int | None) -> Sequence[int]:
    first = FIRST_PORT if preferred is None else preferred
    return range(first, min(first + PORTS_TRIED, 65536)) if first else (0,)


def _bind(ports: Sequence[int], host: str = LOOPBACK) -> socket.socket:
    """A socket bound to the first free port. It is listening from `SockSite.start` on."""
    for port in ports:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, _BIND_OPTION, 1)
        try:
            listener.bind((host, port))
            listener.listen(128)
        except OSError as error:
            listener.close()
            _log.warning("overlay_port_taken", port=port, error=str(error))
        else:
            return listener
    raise PortUnavailableError(
        "No port is free for the overlay on this computer.",
        f"Close the programs that use the ports {ports[0]} to {ports[-1]}, or restart the computer, then start again.",
    )


def free_port() -> int:
    """A port that a studio could have now: for naming the overlay's address before the first start."""
    with _bind(_candidates(None)) as listener:
        port: int = listener.getsockname()[1]
        return port


def local_addresses() -> tuple[str, ...]:
    """Addresses at which the local network may find this computer, the likeliest first. Nothing is sent to anybody."""
    found: list[str] = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # an address of nobody: only the way to it is looked up
        found.append(probe.getsockname()[0])
    with suppress(OSError):
        found += [str(each[4][0]) for each in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return tuple(dict.fromkeys(address for address in found if not address.startswith(("127.", "0."))))
