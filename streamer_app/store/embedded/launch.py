"""Starting the postmaster, and the keeper beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from streamer_app.core.errors import DatabaseUnavailableError

from . import bounded_log, probe, troubles
from .file_lock import FileLock
from .place import shelf_of_sockets
from .probe import State
from .processes import Grip, Launched, is_alive, is_postgres_in, launch_detached, server_environment
from .sockets import Endpoint, choose_endpoint

if TYPE_CHECKING:
    from .binaries import Binaries
    from .credentials import Credentials
    from .home import Home
    from .place import Place

ANSWER_SECONDS = 60.0

# After kill -9 of the postmaster its children and their shared memory stay for a moment.
_LEFTOVER_SECONDS = 15.0
_LEFTOVER_WORDS = ("shared memory block", "already exists", "already in use")
_PAUSE = 0.01
_ASK_ANYWAY_SECONDS = 0.5
_LEFTOVER_PAUSE = 0.2

_SETTINGS = {
    "max_connections": "40",
    "shared_buffers": "64MB",
    "effective_cache_size": "512MB",
    "maintenance_work_mem": "32MB",
    "io_method": "sync",
    "jit": "off",
    # On a full disk PostgreSQL would crash and restart without end; `ensure_running` starts it, and says what is wrong.
    "restart_after_crash": "off",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "1",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_line_prefix": "%m [%p] ",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    # Neither statements, nor parameters, nor the rows of a DETAIL line: donors' words and secrets stay out of the log.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "unix_socket_permissions": "0700",
}


def start_server(home: Home, place: Place, binaries: Binaries, credentials: Credentials) -> Endpoint:
    """Start the postmaster and wait until it answers; the caller holds the home's lock."""
    endpoint = choose_endpoint(home.endpoint, place.run, place.account, shelf_of_sockets())
    leftovers_until = time.monotonic() + _LEFTOVER_SECONDS
    while True:
        written_before = bounded_log.size(home.server_log)
        launched = _launch(home, place, binaries, endpoint)
        if _answers(launched, home, endpoint, credentials, place):
            return endpoint
        output = bounded_log.read_from(home.server_log, written_before).decode(errors="replace")
        if not any(words in output for words in _LEFTOVER_WORDS) or time.monotonic() >= leftovers_until:
            raise troubles.from_program_output(home.data_folder, place.cluster, output, "started")
        time.sleep(_LEFTOVER_PAUSE)


def adopt_or_clear(home: Home, endpoint: Endpoint | None, credentials: Credentials, place: Place) -> bool:
    """Wait for a live postmaster of this cluster that does not answer yet; False when it ended instead."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        state = probe.look(endpoint, credentials, place)
        if state is State.OURS:
            return True
        pid = place.written_pid()
        if state is not State.COMING and (pid is None or is_postgres_in(pid, place.cluster) is not True):
            return False
        _refuse(state, home)
        time.sleep(_PAUSE * 5)
    raise _no_answer()


def ensure_keeper(home: Home, idle_seconds: float) -> None:
    """Start a keeper when none lives; the caller holds the home's lock, which a keeper needs to end.

    The keeper is born with its lock: a second caller, or one that waits for its end, knows of it at once.
    """
    lock = FileLock(home.keeper_lock)
    if not lock.acquire():
        return
    output = None
    try:
        bounded_log.bound(home.keeper_log)
        output = bounded_log.open_for_append(home.keeper_log)
        descriptor = lock.hand_over()
        inherited = () if descriptor is None else (descriptor,)
        launch_detached(keeper_command(home, idle_seconds, descriptor), output, _keeper_environment(), None, inherited)
        lock.forget()
    finally:
        lock.release()
        if output is not None:
            os.close(output)


def keeper_command(home: Home, idle_seconds: float, lock_descriptor: int | None) -> list[str]:
    """Return the command line of a keeper.

    A frozen build has one program only: its entry point must pass the arguments after `--embedded-keeper` on to
    `keeper.main`.
    """
    arguments = [str(home.data_folder), str(idle_seconds)]
    arguments += [] if lock_descriptor is None else [str(lock_descriptor)]
    if getattr(sys, "frozen", False):
        return [sys.executable, "--embedded-keeper", *arguments]
    return [sys.executable, "-m", "streamer_app.store.embedded.keeper", *arguments]


def _keeper_environment() -> dict[str, str]:
    """Return the server's environment, and where this package lies: the keeper works in another folder than we do."""
    root = str(Path(__file__).resolve().parents[3])
    found = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    kept = {name: value for name, value in os.environ.items() if name in {"XDG_RUNTIME_DIR", "LD_LIBRARY_PATH"}}
    return server_environment(PYTHONPATH=os.pathsep.join([root, *found]), PYTHONUTF8="1", **kept)


def _launch(home: Home, place: Place, binaries: Binaries, endpoint: Endpoint) -> Launched:
    bounded_log.bound(home.server_log)
    settings = {**_SETTINGS, **_listening(endpoint)}
    if sys.platform == "win32":
        return _launch_on_windows(home, place, binaries, settings)
    command = [str(binaries.program("postgres")), "-D", str(place.cluster)]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    environment = server_environment(**_past_strangers(place, endpoint))
    output = bounded_log.open_for_append(home.server_log)
    try:
        return launch_detached(command, output, environment, place.account)
    finally:
        os.close(output)


def _launch_on_windows(home: Home, place: Place, binaries: Binaries, settings: dict[str, str]) -> Launched:
    """Start through pg_ctl, which gives up an administrator's rights first; it returns when the server is up or not."""
    # cmd.exe, which pg_ctl starts the server with, would expand the percent signs of this one.
    options = " ".join(f'-c "{name}={value}"' for name, value in settings.items() if name != "log_line_prefix")
    command = [str(binaries.program("pg_ctl")), "start", "-w", "-t", f"{ANSWER_SECONDS:.0f}", "-D", str(place.cluster)]
    command += ["-l", str(home.server_log), "-o", options]
    nothing = subprocess.DEVNULL
    subprocess.run(command, stdin=nothing, stdout=nothing, stderr=nothing, env=server_environment(), check=False)
    return Launched(place.written_pid() or 0)


def _listening(endpoint: Endpoint) -> dict[str, str]:
    if not endpoint.is_socket:
        return {"listen_addresses": endpoint.host, "port": str(endpoint.port), "unix_socket_directories": ""}
    quoted = endpoint.host.replace('"', '""')
    return {"listen_addresses": "", "port": str(endpoint.port), "unix_socket_directories": f'"{quoted}"'}


def _past_strangers(place: Place, endpoint: Endpoint) -> dict[str, str]:
    """Let PostgreSQL see through a stale lock file whose pid is somebody else's now.

    PostgreSQL ignores a lock file that names its own grandparent (pg_ctl sets this variable after a reboot gave out
    the same pids again), still checks the shared memory named there, and then replaces the file itself. So a live
    stranger is named to it as that grandparent, once proven to be no process of this cluster.
    """
    socket_lock = Path(endpoint.host) / f".s.PGSQL.{endpoint.port}.lock"
    pid = place.written_pid()
    if endpoint.is_socket and socket_lock.exists():
        first = next(iter(socket_lock.read_text(encoding="utf-8", errors="replace").splitlines()), "")
        named = int(first) if first.strip().isdecimal() else 0
        if named != pid and is_postgres_in(named, place.cluster) is False:
            socket_lock.unlink()
    is_stranger = pid is not None and _exists(pid) and is_postgres_in(pid, place.cluster) is False
    return {"PG_GRANDPARENT_PID": str(pid)} if is_stranger else {}


def _exists(pid: int) -> bool:
    """Whether the pid is taken, be it by a zombie."""
    return is_alive(pid) or (Path("/proc") / str(pid)).exists()


def _answers(launched: Launched, home: Home, endpoint: Endpoint, credentials: Credentials, place: Place) -> bool:
    """Wait until our server answers; False when the process ended before."""
    begun = asked_at = time.monotonic()
    while (now := time.monotonic()) < begun + ANSWER_SECONDS:
        running = launched.is_running()
        said_ready = place.is_ready() and place.written_pid() == launched.pid
        # On a full disk postmaster.pid may never be complete: ask now and then whatever it says.
        if said_ready or now > asked_at + _ASK_ANYWAY_SECONDS:
            asked_at = now
            state = probe.look(endpoint, credentials, place)
            if state is State.OURS:
                return True
            if state is State.FULL:
                _take_back(launched, place)
            _refuse(state, home)
        if not running:
            return False
        time.sleep(_PAUSE)
    raise _no_answer()


def _take_back(launched: Launched, place: Place) -> None:
    """Stop the server that we just started and that can serve nobody."""
    if is_postgres_in(launched.pid, place.cluster) is True:
        grip = Grip(launched.pid)
        grip.quit()
        grip.wait_gone(_LEFTOVER_SECONDS)
        grip.close()


def _refuse(state: State, home: Home) -> None:
    """Raise what waiting will not mend."""
    if state is State.FULL:
        raise troubles.disk_full(home.data_folder)
    if state is State.STRANGER:
        raise DatabaseUnavailableError(
            "The embedded database refuses its own password",
            f"The file {home.credentials} does not belong to this database: bring the right one back from a backup.",
        )


def _no_answer() -> DatabaseUnavailableError:
    return DatabaseUnavailableError(
        f"The embedded database did not answer within {ANSWER_SECONDS:.0f} seconds",
        "It may still be repairing itself after a crash: try again in a minute.",
    )
