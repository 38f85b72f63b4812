"""Where the cluster lies: in the data folder, or, when root's server account cannot walk there, below /var/lib.

The place below /var/lib is named by a random id that stands in the data folder. A data folder that was deleted and
made again has another id, so it never meets the old cluster; no folder above a data folder changes mode or owner.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from streamer_app.core.errors import ActionableError, DataFolderError

from . import json_file
from .account import Account, may_reach, server_account
from .home import Home, home_of
from .processes import is_postgres_in

SERVICE_FOLDER = Path("/var/lib/streamer-app")


@dataclass(frozen=True)
class Place:
    """A folder that holds `cluster` (PGDATA) and `run` (the socket); `account` runs the server, None: we do."""

    id: str
    folder: Path
    account: Account | None

    @property
    def cluster(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "cluster"

    @property
    def run(self) -> Path:
        """The socket's folder, when its path is short enough."""
        return self.folder / "run"

    @property
    def postmaster_pid(self) -> Path:
        """PostgreSQL's own lock file."""
        return self.cluster / "postmaster.pid"

    def postmaster_lines(self) -> list[str]:
        """Return the lines of postmaster.pid (pid, folder, start, port, socket, address, memory, status), or none."""
        try:
            return self.postmaster_pid.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []

    def written_pid(self) -> int | None:
        """Return the pid in postmaster.pid: a claim, not a proof."""
        first = next(iter(self.postmaster_lines()), "").strip()
        return int(first) if first.isdecimal() else None

    def is_ready(self) -> bool:
        """Whether PostgreSQL says in postmaster.pid that it takes connections."""
        return [line.strip() for line in self.postmaster_lines()[7:8]] == ["ready"]


def shelf_of_binaries() -> Path:
    """Where root keeps copies of the programs."""
    return SERVICE_FOLDER / "binaries"


def shelf_of_sockets() -> Path:
    """Where root makes short socket folders."""
    return SERVICE_FOLDER / "run"


def find_place(home: Home) -> Place | None:
    """Return the finished cluster's place; None when there is none yet."""
    stored = json_file.read(home.place)
    if stored is None or (not stored.get("finished") and not _folder_of(home, stored).joinpath("cluster").exists()):
        return None
    folder, found_id = _folder_of(home, stored), str(stored.get("id"))
    if folder != home.folder:
        _check_origin(home, folder, found_id)
    if not (folder / "cluster" / "PG_VERSION").is_file():
        raise DataFolderError(
            f"The database files of {home.data_folder} are missing: {folder / 'cluster'}",
            f"Bring them back from a backup. To begin with an empty database, delete {home.folder}.",
        )
    return Place(found_id, folder, server_account(folder / "cluster"))


def make_place(home: Home) -> Place:
    """Choose a place for a new cluster and note it; the cluster itself is made by `cluster.create`."""
    account = server_account()
    made_id = secrets.token_hex(12)
    if account is None or may_reach(account, home.folder):
        json_file.write(home.place, {"id": made_id, "folder": "", "finished": False})
        return Place(made_id, home.folder, account)
    shelf = _service_shelf("clusters")
    _remove_orphans(shelf)
    folder = shelf / made_id
    json_file.write(home.place, {"id": made_id, "folder": str(folder), "finished": False})
    folder.mkdir(mode=0o700)
    _write_origin(home, folder, made_id)
    folder.chmod(0o711)
    return Place(made_id, folder, account)


def finish_place(home: Home, place: Place) -> None:
    """Note that the cluster is complete."""
    folder = "" if place.folder == home.folder else str(place.folder)
    json_file.write(home.place, {"id": place.id, "folder": folder, "finished": True})


def prepare_shelves() -> None:
    """Make root's folders for copies of programs and for sockets."""
    _service_shelf("binaries")
    _service_shelf("run")


def _service_shelf(name: str) -> Path:
    shelf = SERVICE_FOLDER / name
    for folder in (SERVICE_FOLDER, shelf):
        try:
            folder.mkdir(mode=0o700)
            folder.chmod(0o711)
        except FileExistsError:
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
                raise ActionableError(
                    f"The folder {folder} is not root's alone", "Remove it, or start the program as an ordinary user."
                ) from None
    return shelf


def _folder_of(home: Home, stored: dict[str, object]) -> Path:
    folder = stored.get("folder")
    if not isinstance(folder, str) or not isinstance(stored.get("id"), str):
        raise DataFolderError(f"The file {home.place} is damaged", "Bring it back from a backup of the data folder.")
    return Path(folder) if folder else home.folder


def _write_origin(home: Home, folder: Path, made_id: str) -> None:
    data_folder = os.path.realpath(home.data_folder)
    temporary = any(Path(data_folder).is_relative_to(os.path.realpath(base)) for base in _temporary_folders())
    json_file.write(folder / "origin.json", {"id": made_id, "data_folder": data_folder, "temporary": temporary})


def _temporary_folders() -> tuple[str, ...]:
    return (tempfile.gettempdir(), "/tmp")  # noqa: S108 - only compared with


def _check_origin(home: Home, folder: Path, found_id: str) -> None:
    """Refuse the copy of a data folder (two would share one cluster); follow one that was moved."""
    origin = str((json_file.read(folder / "origin.json") or {}).get("data_folder", ""))
    if not folder.exists() or origin == os.path.realpath(home.data_folder):
        return
    if origin and _names(Path(origin), found_id):
        raise DataFolderError(
            f"{home.data_folder} is a copy of {origin}, and its database belongs to the original",
            f"Use the original, or delete {home.folder} to begin with an empty database here.",
        )
    _write_origin(home, folder, found_id)


def _names(data_folder: Path, wanted_id: str) -> bool:
    return (json_file.read(home_of(data_folder).place) or {}).get("id") == wanted_id


def _remove_orphans(shelf: Path) -> None:
    """Remove clusters of data folders that lay in a temporary folder and are gone."""
    for folder in shelf.iterdir():
        origin = json_file.read(folder / "origin.json") or {}
        if not origin.get("temporary") or _names(Path(str(origin.get("data_folder"))), folder.name):
            continue
        left = Place(folder.name, folder, None)
        pid = left.written_pid()
        if pid is None or is_postgres_in(pid, left.cluster) is False:
            shutil.rmtree(folder, ignore_errors=True)
