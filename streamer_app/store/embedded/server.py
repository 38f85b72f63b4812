"""`ensure_running`, `stop`, `status`, `destroy`: what the rest of the program knows of the embedded server."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from streamer_app.core.errors import DatabaseUnavailableError, DataFolderError

from . import cluster, launch, probe, troubles
from .binaries import Binaries, usable_by
from .credentials import APP_LOGIN, DATABASE, OWNER_LOGIN, Credentials, create_credentials, read_credentials
from .file_lock import FileLock
from .home import Home, home_of, open_home
from .place import Place, find_place, finish_place, make_place, prepare_shelves, shelf_of_binaries
from .probe import State
from .processes import Grip, is_postgres_in, server_environment
from .sockets import Endpoint, forget_socket_folder, read_endpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Step = Literal["creating", "starting", "waiting"]
IDLE_SECONDS = 60.0
_LOCK_SECONDS = 120.0
_STOP_SECONDS = 15.0
_KEEPER_SECONDS = 5.0
_PAUSE = 0.02


@dataclass(frozen=True)
class EmbeddedServer:
    """A server that answered a moment ago. Both URLs carry a password: never log or show them unasked."""

    app_url: str = field(repr=False)
    owner_url: str = field(repr=False)
    started: bool
    created: bool
    host: str
    port: int
    cluster_folder: Path


@dataclass(frozen=True)
class EmbeddedStatus:
    """What is known of a data folder's server without starting it; `clients` leaves our own probes out."""

    exists: bool
    running: bool
    pid: int | None = None
    clients: int = 0
    keeper_running: bool = False
    cluster_folder: Path | None = None


def ensure_running(
    data_folder: Path, *, idle_seconds: float = IDLE_SECONDS, on_step: Callable[[Step], None] | None = None
) -> EmbeddedServer:
    """Return the running server of `data_folder`, made on first use and started when it is not running.

    Any number of processes and threads may call this at once; it blocks (seconds at first use, milliseconds later).
    From now on the caller has `idle_seconds` to connect; a keeper that already lives keeps its own idle time.
    """
    tell = on_step or (lambda _step: None)
    home = open_home(data_folder)
    with troubles.translated(home.data_folder), _locked(home, tell):
        home.touch()
        place, credentials, created = _existing_or_made(home, tell)
        endpoint = read_endpoint(home.endpoint)
        state = probe.look(endpoint, credentials, place)
        started = endpoint is None or not _is_up(home, state, endpoint, credentials, place, tell)
        if endpoint is None or started:
            tell("starting")
            binaries = _binaries_for(place)
            cluster.refuse_other_version(place, binaries)
            endpoint = launch.start_server(home, place, binaries, credentials)
        launch.ensure_keeper(home, idle_seconds)
        home.touch()
    return EmbeddedServer(
        app_url=_url(APP_LOGIN, credentials.app_password, endpoint),
        owner_url=_url(OWNER_LOGIN, credentials.owner_password, endpoint),
        started=started,
        created=created,
        host=endpoint.host,
        port=endpoint.port,
        cluster_folder=place.cluster,
    )


def stop(data_folder: Path) -> bool:
    """Stop the server with a fast shutdown; False when it was not running. Clients lose their connections."""
    home = home_of(data_folder)
    if not home.folder.is_dir():
        return False
    home = open_home(data_folder)
    with troubles.translated(home.data_folder):
        with _locked(home):
            place, credentials = find_place(home), read_credentials(home.credentials)
            stopped = place is not None and credentials is not None and _stop_locked(home, place, credentials)
        _wait_for_keeper(home)
    return stopped


def status(data_folder: Path) -> EmbeddedStatus:
    """Look at the server of `data_folder` without starting, waiting for or changing anything."""
    home = home_of(data_folder)
    with troubles.translated(home.data_folder):
        place = find_place(home) if home.folder.is_dir() else None
        credentials = read_credentials(home.credentials) if place else None
        endpoint = read_endpoint(home.endpoint)
        if place is None or credentials is None:
            return EmbeddedStatus(exists=False, running=False)
        pid, use = _proven_pid(place), probe.Use(0, 0, kept=False)
        if endpoint is not None and probe.look(endpoint, credentials, place) is State.OURS:
            with probe.connect(endpoint, credentials) as connection:
                pid, use = probe.postmaster_of(connection, place), probe.use_of(connection)
        return EmbeddedStatus(
            exists=True,
            running=pid is not None,
            pid=pid,
            clients=use.clients,
            keeper_running=use.kept,
            cluster_folder=place.cluster,
        )


def destroy(data_folder: Path) -> None:
    """Stop the server and delete the database with everything in it: for tests, and for runs in a temporary folder."""
    stop(data_folder)
    home = home_of(data_folder)
    if not home.folder.is_dir():
        return
    with troubles.translated(home.data_folder), _locked(home):
        place = find_place(home)
        if place is not None and place.folder != home.folder:
            shutil.rmtree(place.folder)
        doomed = home.folder.with_name(f".database.{secrets.token_hex(4)}")
        if sys.platform != "win32":
            home.folder.rename(doomed)
            shutil.rmtree(doomed)
    if sys.platform == "win32":
        shutil.rmtree(home.folder)


def stop_proven(home: Home, place: Place, connection: probe.type_of_connection) -> bool:
    """Fast shutdown of the postmaster behind a proven connection, which is closed; False when it takes too long."""
    pid = probe.postmaster_of(connection, place)
    grip = Grip(pid) if pid is not None else None
    connection.close()
    return grip is not None and _stop_gripped(home, place, grip)


def _wait_for_keeper(home: Home) -> None:
    """Wait a little until the keeper has left: it does so by itself when its server is gone, but needs the lock."""
    deadline = time.monotonic() + _KEEPER_SECONDS
    while time.monotonic() < deadline:
        with _locked(home):
            keeper = FileLock(home.keeper_lock)
            if keeper.acquire():
                keeper.release()
                return
        time.sleep(_PAUSE)


@contextmanager
def _locked(home: Home, tell: Callable[[Step], None] = lambda _step: None) -> Iterator[None]:
    lock = FileLock(home.lock)
    if not lock.acquire():
        tell("waiting")
        if not lock.acquire(_LOCK_SECONDS):
            raise DatabaseUnavailableError(
                f"Another program has been starting the database for {_LOCK_SECONDS:.0f} seconds",
                "Close it and try again.",
            )
    try:
        yield
    finally:
        lock.release()


def _existing_or_made(home: Home, tell: Callable[[Step], None]) -> tuple[Place, Credentials, bool]:
    place, credentials = find_place(home), read_credentials(home.credentials)
    if place is not None:
        if credentials is None:
            raise DataFolderError(
                f"The file {home.credentials} with the passwords of the database is missing",
                "Bring it back from a backup of the data folder.",
            )
        return place, credentials, False
    tell("creating")
    credentials = credentials or create_credentials(home.credentials)
    place = make_place(home)
    cluster.create(home, place, _binaries_for(place), credentials)
    finish_place(home, place)
    return place, credentials, True


def _binaries_for(place: Place) -> Binaries:
    if place.account is not None:
        prepare_shelves()
    return usable_by(place.account, shelf_of_binaries())


def _is_up(
    home: Home, state: State, endpoint: Endpoint, credentials: Credentials, place: Place, tell: Callable[[Step], None]
) -> bool:
    if state in {State.OURS, State.CROWDED}:
        return True
    if state is State.COMING or _proven_pid(place) is not None:
        tell("waiting")
        return launch.adopt_or_clear(home, endpoint, credentials, place)
    return False


def _proven_pid(place: Place) -> int | None:
    """Return the pid in postmaster.pid when the system itself says that it is this cluster's PostgreSQL."""
    pid = place.written_pid()
    return pid if pid is not None and is_postgres_in(pid, place.cluster) is True else None


def _stop_locked(home: Home, place: Place, credentials: Credentials) -> bool:
    endpoint = read_endpoint(home.endpoint)
    if endpoint is not None and probe.look(endpoint, credentials, place) is State.OURS:
        with probe.connect(endpoint, credentials) as connection:
            gone = stop_proven(home, place, connection)
    else:
        pid = _proven_pid(place)
        if pid is None:
            return False
        gone = _stop_gripped(home, place, Grip(pid))
    if not gone:
        raise DatabaseUnavailableError("The embedded database does not stop", "Restart the computer.")
    return True


def _stop_gripped(home: Home, place: Place, grip: Grip) -> bool:
    try:
        if sys.platform == "win32":
            gone = _stop_on_windows(place)
        else:
            grip.interrupt()
            gone = grip.wait_gone(_STOP_SECONDS)
            if not gone:
                # A fast shutdown writes a last checkpoint, and on a full disk it cannot.
                grip.quit()
                gone = grip.wait_gone(_STOP_SECONDS)
    finally:
        grip.close()
    if gone:
        forget_socket_folder(read_endpoint(home.endpoint), place.run)
    return gone


def _stop_on_windows(place: Place) -> bool:
    """Windows has no signals between processes: pg_ctl knows PostgreSQL's own way."""
    command = [str(_binaries_for(place).program("pg_ctl")), "stop", "-m", "fast", "-w", "-t", f"{_STOP_SECONDS:.0f}"]
    nothing = subprocess.DEVNULL
    done = subprocess.run(
        [*command, "-D", str(place.cluster)],
        stdin=nothing,
        stdout=nothing,
        stderr=nothing,
        env=server_environment(),
        check=False,
    )
    return done.returncode == 0


def _url(login: str, password: str, endpoint: Endpoint) -> str:
    host = quote(endpoint.host, safe="")
    return f"postgresql://{login}:{quote(password, safe='')}@/{DATABASE}?host={host}&port={endpoint.port}"
