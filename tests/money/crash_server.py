"""A server that keeps what it confirms, to be killed and started again on the same data."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import psycopg

from streamer_app.store import schema
from tests.money.crash_client import FEES
from tests.money.crash_facts import Connection
from tests.postgres_servers import APP_ROLE, OWNER_ROLE, SHIPPED, PostgresServer

PATIENCE: Final = 30.0
DURABLE: Final = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def until(look: Callable[[], bool], what: str) -> None:
    """Poll, since neither a journal nor a server tells when it is ready."""
    deadline = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < deadline, f"{what}: not within {PATIENCE} s"
        time.sleep(0.002)


@dataclass
class Durable:
    """A server that keeps what it confirms, and a migrated database on it."""

    server: PostgresServer
    name: str
    seen: set[UUID] = field(default_factory=set)

    @property
    def url(self) -> str:
        return self.server.url(self.name, APP_ROLE)

    def as_admin(self) -> Connection:
        return psycopg.connect(self.server.url(self.name), autocommit=True)

    def backends(self, *, active: bool = False) -> list[int]:
        """Processes that serve the clients."""
        with self.as_admin() as admin:
            rows = admin.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'streamer-app %%'"
                " AND (NOT %s OR state <> 'idle') ORDER BY pid",
                [active],
            ).fetchall()
        return [row[0] for row in rows]

    def kill(self) -> None:
        """SIGKILL for the postmaster and everything it started. Stopped first, it starts nothing more meanwhile."""
        postmaster = self.server.process.pid
        os.kill(postmaster, signal.SIGSTOP)
        children = [pid for pid, parent, _ in processes() if parent == postmaster]
        for pid in (postmaster, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.server.process.wait()
        until(lambda: not any(pid in children and state != "Z" for pid, _, state in processes()), "backends die")

    def answers(self) -> bool:
        try:
            self.as_admin().close()
        except psycopg.OperationalError:
            return False
        return True


def processes() -> list[tuple[int, int, str]]:
    """Pid, parent and state of every process of this machine."""
    done = subprocess.run(["ps", "-axo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True)
    return [(int(pid), int(parent), state[0]) for pid, parent, state in map(str.split, done.stdout.splitlines())]


@contextmanager
def durable_server() -> Iterator[Durable]:
    """It is made with fsync off, as every server of the tests, and started again with everything on."""
    server = PostgresServer.start(SHIPPED)
    try:
        name = server.create_database_named(owner=OWNER_ROLE)
        schema.upgrade(server.url(name, OWNER_ROLE))
        with psycopg.connect(server.url(name, OWNER_ROLE)) as owner:
            for streamer, (fixed, percentage) in FEES.items():
                owner.execute(
                    "INSERT INTO streamer_app.fee_terms VALUES (%s, now() - interval '1 day', %s, %s)",
                    [streamer, fixed, percentage],
                )
        server.process.send_signal(signal.SIGINT)
        server.process.wait(PATIENCE)
        server.settings = DURABLE
        server.restart()
        with psycopg.connect(server.url(name)) as admin:
            for setting, value in DURABLE.items():
                assert admin.execute("SELECT current_setting(%s)", [setting]).fetchone() == (value,)
        yield Durable(server, name)
    finally:
        server.stop()
