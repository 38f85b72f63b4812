"""A PostgreSQL of the bench's own, set like a shared backend's: what is measured must not be a test server's shortcuts.

fsync, synchronous_commit, full pages and autovacuum are on, wal_level is `replica` (the default; the embedded server's
`minimal` would spare both sides the same). No checkpoint comes by itself and none is asked for while something is
measured: one side of a pair must not pay for the other's dirty pages. Instead the server is given WAL files to use
again, as one that has run for a while has. Unix socket only; the kernel ends the server with the bench.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from streamer_app.store import login_kinds, schema
from streamer_app.store.embedded import account, binaries, processes

from .programs import START_SECONDS, STOP_SECONDS

OWNER, GATEWAY, OPERATOR = "streamer_owner", "bench_gateway", "bench_operator"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0777",
    "max_connections": "100",
    "shared_buffers": "1GB",
    "wal_level": "replica",
    "min_wal_size": "8GB",
    "max_wal_size": "64GB",
    "checkpoint_timeout": "1d",
    "log_min_messages": "warning",
}


@dataclass(frozen=True)
class MoneyServer:
    """A running server. `pid` is the postmaster's; `programs` are its own, pgbench among them."""

    folder: Path
    socket: Path
    programs: Path
    pid: int

    def url(self, database: str, role: str = "postgres") -> str:
        """A libpq URL; everybody is let in, through the socket."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket), safe='')}"

    def admin(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """The superuser, autocommit; use it with `with`."""
        return psycopg.connect(self.url(database), autocommit=True)

    def empty_database(self, name: str) -> None:
        """A new database with nothing in it."""
        with self.admin() as conn:
            conn.execute(f"CREATE DATABASE {name}".encode())

    def product_database(self, name: str) -> None:
        """A new database at the head revision, made by its owner as an operator would."""
        with self.admin() as conn:
            conn.execute(f"CREATE DATABASE {name} OWNER {OWNER}".encode())
        schema.upgrade(self.url(name, OWNER))

    def pgbench(self) -> Path:
        """The server's own pgbench, else the system's. Raises RuntimeError with what to install."""
        own = self.programs / "pgbench"
        found = own if own.exists() else shutil.which("pgbench")
        if found is None:
            raise RuntimeError("pgbench is not installed: apt-get install postgresql-contrib")
        return Path(found)

    def provide_wal(self, gigabytes: float) -> None:
        """Write and recycle that much WAL, before there are data: later nobody has to fill new files with zeros."""
        with self.admin() as conn:
            for _ in range(int(gigabytes * 1024 / 32)):
                conn.execute(
                    "SELECT pg_logical_emit_message(false, 'bench', repeat('x', 1 << 20)) FROM generate_series(1, 32)"
                )
            conn.execute("CHECKPOINT")


@contextmanager
def money_server(*, later: bool = False, **settings: str) -> Iterator[MoneyServer]:
    """A new cluster with the logins of owner, gateway and operator; ended by its pid and removed at the end.

    `later`: its transaction counter stands above 2^32, so that a made ledger may name any smaller transaction.
    """
    folder = Path(tempfile.mkdtemp(prefix="money-bench-"))
    folder.chmod(0o755)
    runs_as = account.server_account()
    shelf, data, socket = (folder / name for name in ("programs", "data", "s"))
    for place in (shelf, data, socket):
        place.mkdir(mode=0o700 if place == data else 0o755)
        if runs_as is not None and place != shelf:
            os.chown(place, runs_as.uid, runs_as.gid)
    programs = binaries.usable_by(runs_as, shelf)
    run_as = processes.as_account(runs_as) | {"cwd": data, "env": processes.server_environment()}
    initdb = [str(programs.program("initdb")), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*initdb, "--locale=C", "--no-sync"], check=True, stdout=subprocess.DEVNULL, **run_as)
    if later:
        counter = [str(programs.program("pg_resetwal")), "--epoch=1", "-D", str(data)]
        subprocess.run(counter, check=True, stdout=subprocess.DEVNULL, **run_as)
    command = [str(programs.program("postgres")), "-D", str(data), "-c", f"unix_socket_directories={socket}"]
    for name, value in (SETTINGS | settings).items():
        command += ["-c", f"{name}={value}"]
    guard = shutil.which("setpriv")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*([guard, "--pdeathsig", "INT", "--"] if guard else []), *command],
            stdout=log,
            stderr=log,
            start_new_session=True,
            **run_as,
        )
    server = MoneyServer(folder, socket, programs.install / "bin", process.pid)
    try:
        _wait_for(server, process)
        _make_logins(server)
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGQUIT)
            process.wait(STOP_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _make_logins(server: MoneyServer) -> None:
    with server.admin() as conn:
        login_kinds.make(conn)
        conn.execute(f"CREATE ROLE {OWNER} LOGIN".encode())
        conn.execute(f"CREATE ROLE {GATEWAY} LOGIN IN ROLE {login_kinds.GATEWAY}".encode())
        conn.execute(f"CREATE ROLE {OPERATOR} LOGIN IN ROLE {login_kinds.OPERATOR}".encode())


def _wait_for(server: MoneyServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server.admin().close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                said = (server.folder / "log").read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL did not start:\n{said}") from error
            time.sleep(0.02)
        else:
            return
