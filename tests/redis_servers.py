"""Throw-away Redis servers for tests: on a Unix socket, without persistence, gone with the test process."""

from __future__ import annotations

import ctypes
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

_START_SECONDS = 10.0
_PR_SET_PDEATHSIG = 1
_SETTINGS = ("--save", "", "--appendonly", "no", "--daemonize", "no", "--loglevel", "warning")


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass
class RedisServer:
    """One server and its folder; the URL stays the same over restarts."""

    folder: Path
    port: int
    options: tuple[str, ...]
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, *options: str, port: int = 0) -> RedisServer:
        """Start one, on a TCP port of 127.0.0.1 too where `port` is not 0; returns when it answers."""
        binary = shutil.which("redis-server")
        if binary is None:
            pytest.fail("redis-server is not installed: apt-get install redis-server")
        folder = Path(tempfile.mkdtemp(prefix="redis-"))
        command = [binary, *_SETTINGS, *options]
        server = cls(folder, port, (), _launch(command, folder, port))
        server.options = tuple(command)
        server._wait_until_it_answers()
        return server

    @property
    def url(self) -> str:
        """Its address, on the socket."""
        return f"unix://{self.folder}/redis.sock"

    def client(self) -> redis.Redis:
        """A synchronous client for the test's own hands; use it with `with`."""
        return redis.Redis.from_url(self.url)

    def kill(self) -> None:
        """End it at once, as a power cut would; everything it held is gone."""
        self.process.kill()
        self.process.wait(timeout=10)

    def restart(self) -> None:
        """Start it again, empty, at the same address."""
        self.kill()
        (self.folder / "redis.sock").unlink(missing_ok=True)
        self.process = _launch(list(self.options), self.folder, self.port)
        self._wait_until_it_answers()

    def stop(self) -> None:
        """End it and remove its folder. May be called twice."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                with self.client() as client:
                    client.ping()
            except redis.ConnectionError as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    log = (self.folder / "server.log").read_text(errors="replace")
                    message = f"redis-server did not start:\n{log}"
                    raise RuntimeError(message) from error
                time.sleep(0.01)
            else:
                return


def _launch(command: list[str], folder: Path, port: int) -> subprocess.Popen[bytes]:
    place = [
        "--dir",
        str(folder),
        "--unixsocket",
        str(folder / "redis.sock"),
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
    ]
    with (folder / "server.log").open("ab") as log:
        return subprocess.Popen(
            [*command, *place],
            stdout=log,
            stderr=log,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - nothing but one system call
        )


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """The session's server; it does not survive it."""
    server = RedisServer.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """The address of the session's server, emptied."""
    with redis_server.client() as client:
        client.flushall()
    return redis_server.url
