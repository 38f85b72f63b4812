"""Real clusters, each below a folder of its own that any account may walk through; nothing runs or lies there after."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from streamer_app.store import embedded

SHORT_IDLE = 1.0
PATIENCE = 20.0

CALLER = """
import json, sys
from pathlib import Path
from streamer_app.core.errors import ActionableError
from streamer_app.store import embedded
try:
    server = embedded.ensure_running(Path(sys.argv[1]), idle_seconds=float(sys.argv[2]))
except ActionableError as error:
    print(json.dumps({"error": type(error).__name__, "title": error.title, "remedy": error.remedy}))
    sys.exit(1)
print(json.dumps({"started": server.started, "created": server.created, "app_url": server.app_url,
                  "host": server.host, "cluster": str(server.cluster_folder)}), flush=True)
"""


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            pytest.fail(f"not so within {seconds} s")
        time.sleep(0.02)


def processes_naming(text: str) -> dict[int, str]:
    """Live processes (not those that only wait to be collected) with `text` in their command line."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if text in command:
                found[int(entry.name)] = command
    return found


@dataclass
class Workshop:
    """A folder for the data folders of one test, and the means to look at what runs for them."""

    folder: Path
    data_folders: list[Path] = field(default_factory=list)

    def data_folder(self, name: str = "data") -> Path:
        path = self.folder / name
        self.data_folders.append(path)
        return path

    def keepers(self) -> list[int]:
        return [pid for pid, text in processes_naming(str(self.folder)).items() if "embedded.keeper" in text]

    def call(self, data_folder: Path, idle_seconds: float = 30.0) -> subprocess.Popen[str]:
        """Start another process that calls `ensure_running` and prints what it got as JSON."""
        return subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(CALLER), str(data_folder), str(idle_seconds)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def workshop() -> Iterator[Workshop]:
    folder = Path(tempfile.mkdtemp(prefix="embedded-", dir="/tmp"))
    folder.chmod(0o755)
    made = Workshop(folder)
    yield made
    clusters = []
    for data_folder in made.data_folders:
        if (data_folder / "database" / "place.json").exists():
            clusters.append(embedded.status(data_folder).cluster_folder)
            embedded.destroy(data_folder)
    # A keeper ends a moment after it let its lock go.
    deadline = time.monotonic() + PATIENCE
    while (left := processes_naming(str(folder))) and time.monotonic() < deadline:
        time.sleep(0.02)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)
    assert not left
    assert not [cluster for cluster in clusters if cluster is not None and cluster.exists()]


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    """The data folder of a stopped server: a copy of it costs less than a cluster made anew."""
    folder = Path(tempfile.mkdtemp(prefix="embedded-", dir="/tmp"))
    folder.chmod(0o755)
    embedded.ensure_running(folder / "data")
    embedded.stop(folder / "data")
    yield folder / "data"
    embedded.destroy(folder / "data")
    shutil.rmtree(folder)


@pytest.fixture
def data_folder(workshop: Workshop, template: Path) -> Path:
    """A data folder with a cluster that never ran there."""
    path = workshop.data_folder()
    subprocess.run(["cp", "-a", str(template), str(path)], check=True)
    return path


@pytest.fixture
def fresh_folder(workshop: Workshop) -> Path:
    """The name of a data folder that does not exist yet."""
    return workshop.data_folder()


@pytest.fixture
def until() -> Callable[..., None]:
    return wait_until


def postmaster_pid(data_folder: Path) -> int:
    found = embedded.status(data_folder).pid
    assert found is not None
    return found


@pytest.fixture
def pid_of() -> Callable[[Path], int]:
    return postmaster_pid


def one_value(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


@pytest.fixture
def ask() -> Callable[[str, str], object]:
    return one_value
