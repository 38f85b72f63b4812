"""The servers that tests run on: each test has its own database, and nothing survives a session that was killed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.postgres_servers import VERSIONS, MigratedDatabase, PostgresServer

KILLED_SESSION = """
import os, signal, sys
from tests.postgres_servers import PostgresServer
server = PostgresServer.start(int(sys.argv[1]))
print(server.process.pid, server.folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_each_version_is_the_one_it_says(postgres_server: PostgresServer, fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as connection:
        assert connection.info.server_version // 10000 == postgres_server.version
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_a_migrated_database_has_a_url_for_each_login(migrated_database: MigratedDatabase) -> None:
    for connect, role in (
        (migrated_database.as_owner, "streamer_owner"),
        (migrated_database.as_app, "streamer_app"),
        (migrated_database.as_foreign, "foreign_writer"),
        (migrated_database.as_admin, "postgres"),
    ):
        with connect() as connection:
            assert connection.execute(
                "SELECT current_user::text, rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone() == (role, role == "postgres")


def running(pid: int) -> bool:
    """Whether the process works still: a zombie waits for nothing but its parent."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="without setpriv a killed session leaves its servers")
@pytest.mark.parametrize("version", VERSIONS)
def test_no_server_outlives_a_killed_session(version: int) -> None:
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", KILLED_SESSION, str(version)], cwd=root, capture_output=True, text=True, check=False
    )
    pid, _, folder = done.stdout.strip().partition(" ")
    assert done.returncode < 0, done.stderr
    deadline = time.monotonic() + 10
    while running(int(pid)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not running(int(pid))
    shutil.rmtree(folder)
