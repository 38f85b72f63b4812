"""The database's part of a data folder: locks, passwords, logs and where the cluster lies.

<data folder>/database/          0700 (0711 as root, so that the server's account can walk through to its cluster)
    server.lock keeper.lock      who starts or stops the server; which keeper is alive
    last_use                     touched by every `ensure_running`; the keeper sees the change
    credentials.json             passwords of both logins
    place.json                   id and folder of the cluster, and whether it was ever finished
    endpoint.json                where the server listens
    server.log keeper.log
    cluster/ run/                PostgreSQL's files and its socket, when they can lie here
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from . import troubles
from .account import account_name

_OURS_ALONE = 0o700


@dataclass(frozen=True)
class Home:
    """Names of everything in `<data folder>/database`."""

    data_folder: Path

    @property
    def folder(self) -> Path:
        """The folder that holds all the rest."""
        return self.data_folder / "database"

    @property
    def lock(self) -> Path:
        """Held while the server is started, stopped or judged."""
        return self.folder / "server.lock"

    @property
    def keeper_lock(self) -> Path:
        """Held by the keeper for as long as it lives."""
        return self.folder / "keeper.lock"

    @property
    def last_use(self) -> Path:
        """Its time changes with every `ensure_running`."""
        return self.folder / "last_use"

    @property
    def credentials(self) -> Path:
        """The passwords."""
        return self.folder / "credentials.json"

    @property
    def place(self) -> Path:
        """Where the cluster lies."""
        return self.folder / "place.json"

    @property
    def endpoint(self) -> Path:
        """Where the server listens."""
        return self.folder / "endpoint.json"

    @property
    def server_log(self) -> Path:
        """What PostgreSQL says."""
        return self.folder / "server.log"

    @property
    def keeper_log(self) -> Path:
        """What the keeper says."""
        return self.folder / "keeper.log"

    def touch(self) -> None:
        """Tell the keeper that somebody is about to use the server."""
        self.last_use.touch(mode=0o600)

    def used_at(self) -> int:
        """Return a number that changes with every `touch`; compare for equality only."""
        return self.last_use.stat().st_mtime_ns if self.last_use.exists() else 0


def home_of(data_folder: Path) -> Home:
    """Name the database's part of `data_folder`, touching nothing."""
    return Home(data_folder.absolute())


def open_home(data_folder: Path) -> Home:
    """Make the folders on first use and refuse those of another account; no existing folder's mode is changed."""
    home = home_of(data_folder)
    with troubles.translated(home.data_folder):
        mode = 0o711 if _is_root() else 0o700
        _make_folder(home.data_folder, mode)
        _refuse_foreign(home.data_folder, also_allowed=0)
        _make_folder(home.folder, mode)
        _refuse_foreign(home.folder)
    return home


def _make_folder(folder: Path, mode: int) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=_OURS_ALONE)
    except FileExistsError:
        if not folder.is_dir():
            raise NotADirectoryError(20, "there is a file of that name", str(folder)) from None
        return
    if mode != _OURS_ALONE:
        folder.chmod(mode)


def _refuse_foreign(folder: Path, also_allowed: int | None = None) -> None:
    """Refuse a folder of another account; for root every account's data folder is usable as long as it is new."""
    if sys.platform == "win32":
        return
    owner = folder.stat().st_uid
    if owner in {os.geteuid(), also_allowed} or (_is_root() and also_allowed is not None):
        return
    raise troubles.belongs_to_another(folder, account_name(owner))


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0
