"""A data folder with its own PostgreSQL, a foreign login on it, and a Redis: throw-away, gone at the end."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from psycopg import conninfo

from streamer_app.store import embedded

from .programs import START_SECONDS, environment, first_line, pipes, running

_STAGE_MS = {"ENTER": 0, "LEAVE": 0, "GAP": 0, "LEAST": 1, "BASE": 1, "PER_CHARACTER": 0}
"""Every message is over before the next one comes: the stage is idle each time."""


@dataclass(frozen=True)
class World:
    """One database server with three logins.

    `app_url` is the profile's own, bound to its streamer; `second_url` has the same rights and is bound to nobody, so
    that a second studio may serve another streamer; `foreign_url` has rights on the owner's four tables only.
    """

    folder: Path
    app_url: str
    second_url: str
    foreign_url: str
    streamer: UUID
    platform: UUID


@dataclass(frozen=True)
class Studio:
    """A running `streamer-app serve`."""

    streamer: UUID
    platform: UUID
    overlay_url: str


@contextmanager
def embedded_world(folder: Path) -> Iterator[World]:
    """The embedded server of a new data folder."""
    data = folder / "data"
    try:
        shown = _ask(data, "profile", "show")
        app_url, admin_url = (_ask(data, "db", "url", *flag)["url"] for flag in ([], ["--admin"]))
        with psycopg.connect(admin_url, autocommit=True) as conn:
            conn.execute(f"CREATE ROLE second_studio LOGIN PASSWORD 'second' IN ROLE {embedded.APP_LOGIN}")
            conn.execute("CREATE ROLE other_backend LOGIN PASSWORD 'other'")
            conn.execute(
                "GRANT SELECT, INSERT, UPDATE ON transactions, wallets, wallet_ledger_entries, donation_messages"
                " TO other_backend"
            )
        second, foreign = (
            conninfo.make_conninfo(app_url, user=user, password=password)
            for user, password in (("second_studio", "second"), ("other_backend", "other"))
        )
        yield World(data, app_url, second, foreign, UUID(shown["streamer_user_id"]), UUID(shown["platform_user_id"]))
    finally:
        embedded.stop(data)
        embedded.destroy(data)


def _ask(data: Path, *words: str) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "streamer_app", "--data-dir", str(data), *words, "--json"],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        timeout=START_SECONDS,
        check=True,
    )
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


@contextmanager
def own_studio(world: World) -> Iterator[Studio]:
    """The default profile: embedded database, queue in process."""
    with _serving(world.folder, []) as url:
        yield Studio(world.streamer, world.platform, url)


@contextmanager
def redis_studio(world: World) -> Iterator[Studio]:
    """Another streamer of the same database, with the queue on a real Redis."""
    with redis_server(world.folder.with_name("redis")) as redis_url, studio_on(world, redis_url) as studio:
        yield studio


@contextmanager
def studio_on(world: World, redis_url: str) -> Iterator[Studio]:
    """Another streamer of the same database, on a Redis of the caller's."""
    streamer, platform = uuid4(), uuid4()
    ids = ["--streamer-user-id", str(streamer), "--platform-user-id", str(platform)]
    flags = ["--database-url", world.second_url, "--redis-url", redis_url, *ids]
    with _serving(world.folder.with_name(f"data-{streamer.hex[:8]}"), flags) as url:
        yield Studio(streamer, platform, url)


@contextmanager
def _serving(data: Path, flags: list[str]) -> Iterator[str]:
    command = ["-m", "streamer_app", "--data-dir", str(data), *flags, "serve", "--json"]
    stage = {f"STREAMER_APP_STAGE_{name}_MS": str(value) for name, value in _STAGE_MS.items()}
    with running(command, log=data.with_suffix(".log"), **stage) as process:
        origin = json.loads(first_line(process))["listening"]
        key = json.loads((data / "machine.json").read_text(encoding="utf-8"))["display_key"]
        yield f"{origin}/overlay/{key}"


class RedisProcess:
    """A redis-server on a Unix socket, without persistence."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("redis-server is not installed: make system")
        folder.mkdir()
        self._socket = folder / "redis.sock"
        places = [
            "--dir",
            str(folder),
            "--unixsocket",
            str(self._socket),
            "--port",
            "0",
            "--logfile",
            str(folder / "log"),
        ]
        self._command = [program, "--save", "", "--appendonly", "no", "--daemonize", "no", *places]
        self.url = f"unix://{self._socket}"
        self.start()

    def start(self) -> None:
        """Start it, empty. It may take a moment before it answers."""
        self._process = subprocess.Popen(self._command)

    def wait(self) -> None:
        """Until its socket is there."""
        deadline = time.monotonic() + START_SECONDS
        while not self._socket.exists():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("redis-server did not start")
            time.sleep(0.01)

    def kill(self) -> None:
        """As a power cut would."""
        self._process.kill()
        self._process.wait(START_SECONDS)
        self._socket.unlink(missing_ok=True)


@contextmanager
def redis_process(folder: Path) -> Iterator[RedisProcess]:
    """One that can be killed and started again."""
    process = RedisProcess(folder)
    try:
        process.wait()
        yield process
    finally:
        process.kill()


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """The address of one."""
    with redis_process(folder) as process:
        yield process.url


def donate_many(
    writer: subprocess.Popen[str], streamer: UUID, platform: UUID, count: int, *, apart: float = 0
) -> list[str]:
    """So many donations by `writer.py`, one each so many seconds; their messages' ids in their order."""
    stdin, stdout = pipes(writer)
    order = {"streamer": str(streamer), "platform": str(platform), "count": count, "seconds": apart}
    stdin.write(json.dumps(order) + "\n")
    return [message for message, _ in json.loads(stdout.readline())]
