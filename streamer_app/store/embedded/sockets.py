"""Where the server listens: a private folder for its Unix socket, or a loopback port on Windows."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from streamer_app.core.errors import DatabaseUnavailableError

from . import json_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .account import Account

PORT = 5432
_LOOPBACK = "127.0.0.1"
_PRIVATE = 0o700
_SHARED_FOLDERS = ("/tmp", "/var/tmp")  # noqa: S108 - taken only after `_is_trusted` and `_make_private`

# sun_path holds 108 bytes on Linux and 104 on the BSDs and macOS, the closing NUL included.
_LONGEST_SOCKET_PATH = 107 if sys.platform == "linux" else 103


@dataclass(frozen=True)
class Endpoint:
    """`host` is a folder (the socket's) or an address, as libpq understands it."""

    host: str
    port: int

    @property
    def is_socket(self) -> bool:
        """Whether `host` is a folder."""
        return self.host != _LOOPBACK

    @property
    def socket(self) -> Path:
        """The socket's path."""
        return Path(self.host) / f".s.PGSQL.{self.port}"


def read_endpoint(path: Path) -> Endpoint | None:
    """Return where the server listened last."""
    found = json_file.read(path) or {}
    host, port = found.get("host"), found.get("port")
    return Endpoint(host, port) if isinstance(host, str) and isinstance(port, int) else None


def choose_endpoint(stored: Path, beside: Path, account: Account | None, shelf: Path) -> Endpoint:
    """Choose where the next server listens and remember it in `stored`.

    `beside` is the folder next to the cluster, taken whenever its path is short enough. Otherwise the last choice is
    kept, so that a URL stays good over restarts, or a new short folder is made; for another account, below `shelf`.
    """
    before = read_endpoint(stored)
    endpoint = (
        _free_port(before)
        if sys.platform == "win32"
        else Endpoint(_socket_folder(beside, before, account, shelf), PORT)
    )
    json_file.write(stored, {"host": endpoint.host, "port": endpoint.port})
    return endpoint


def forget_socket_folder(endpoint: Endpoint | None, beside: Path) -> None:
    """Remove an empty short folder after the server stopped."""
    if endpoint is None or not endpoint.is_socket or endpoint.host == str(beside):
        return
    folder = Path(endpoint.host)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def fits(folder: Path) -> bool:
    """Whether the kernel accepts the path of a socket in `folder`, and libpq, to which a comma parts two hosts."""
    return "," not in str(folder) and len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET_PATH


def _socket_folder(beside: Path, before: Endpoint | None, account: Account | None, shelf: Path) -> str:
    for folder in _candidates(beside, before, account, shelf):
        if fits(folder) and _make_private(folder, account):
            return str(folder)
    raise DatabaseUnavailableError(
        "No folder with a short enough path was found for the socket of the embedded database",
        "Choose a data folder with a shorter path with --data-dir.",
    )


def _candidates(beside: Path, before: Endpoint | None, account: Account | None, shelf: Path) -> Iterator[Path]:
    yield beside
    if before is not None and before.is_socket:
        yield Path(before.host)
    name = hashlib.sha256(os.fsencode(beside)).hexdigest()[:12]
    if account is not None:
        shelf.mkdir(mode=0o711, exist_ok=True)
        yield shelf / name
        return
    named = (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), *_SHARED_FOLDERS)
    bases = [Path(path) for path in named if path]
    for base in filter(_is_trusted, bases):
        yield base / f"streamer-app-{os.getuid()}-{name}"
        yield base / f"streamer-app-{os.getuid()}-{secrets.token_hex(6)}"


def _is_trusted(base: Path) -> bool:
    """Whether nobody else can rename or replace what we make in `base`."""
    try:
        found = base.stat()
    except OSError:
        return False
    if not base.is_absolute() or not stat.S_ISDIR(found.st_mode) or found.st_uid not in {0, os.geteuid()}:
        return False
    return not found.st_mode & 0o022 or bool(found.st_mode & stat.S_ISVTX)


def _make_private(folder: Path, account: Account | None) -> bool:
    """Make `folder` with mode 0700 for the server's account, or accept it when it is exactly that already."""
    uid = os.geteuid() if account is None else account.uid
    try:
        folder.mkdir(mode=_PRIVATE)
        if account is not None:
            os.chown(folder, account.uid, account.gid)
    except FileExistsError:
        pass
    except (PermissionError, FileNotFoundError, NotADirectoryError):
        return False
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == uid and stat.S_IMODE(found.st_mode) == _PRIVATE


def _free_port(before: Endpoint | None) -> Endpoint:
    """Return the last port when it is free, else a new one."""
    for port in (before.port if before else 0, 0):
        with socket.socket() as probe:
            try:
                probe.bind((_LOOPBACK, port))
            except OSError:
                continue
            return Endpoint(_LOOPBACK, probe.getsockname()[1])
    raise DatabaseUnavailableError("No free port was found on 127.0.0.1", "Restart the computer and try again.")
