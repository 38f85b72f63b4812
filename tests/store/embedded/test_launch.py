from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from streamer_app.store import embedded
from streamer_app.store.embedded import launch
from streamer_app.store.embedded.home import home_of

from .conftest import Workshop

Until = Callable[..., None]


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """An innocent process of the server's own account, so that only what it is can tell it from the server."""
    account = {"user": "postgres"} if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "300"], **account) as process:  # type: ignore[call-overload]
        yield process
        assert process.poll() is None
        process.kill()


def name_in_lock_files(cluster: Path, pid: int, lines: str) -> None:
    (cluster / "postmaster.pid").write_text(f"{pid}\n{lines}")
    if os.geteuid() == 0:
        owner = cluster.stat()
        os.chown(cluster / "postmaster.pid", owner.st_uid, owner.st_gid)


def test_kill_of_the_postmaster_with_a_busy_client_then_restart(
    data_folder: Path, pid_of: Callable[[Path], int]
) -> None:
    server = embedded.ensure_running(data_folder)
    connection = psycopg.connect(server.app_url)
    os.kill(pid_of(data_folder), signal.SIGKILL)
    again = embedded.ensure_running(data_folder)
    assert again.started
    connection.close()
    with psycopg.connect(again.app_url) as after:
        assert after.execute("SELECT 1").fetchone() == (1,)


def test_a_keeper_lives_through_the_death_of_the_postmaster(
    workshop: Workshop, data_folder: Path, pid_of: Callable[[Path], int], until: Until
) -> None:
    for _ in range(3):
        embedded.ensure_running(data_folder, idle_seconds=1)
        os.kill(pid_of(data_folder), signal.SIGKILL)
    server = embedded.ensure_running(data_folder, idle_seconds=1)
    assert len(workshop.keepers()) == 1
    until(lambda: not (server.cluster_folder / "postmaster.pid").exists())
    until(lambda: not workshop.keepers())
    assert "Traceback" not in (data_folder / "database" / "keeper.log").read_text()


def test_a_stale_pid_file_naming_a_live_stranger(data_folder: Path, stranger: subprocess.Popen[bytes]) -> None:
    cluster = embedded.ensure_running(data_folder).cluster_folder
    lines = (cluster / "postmaster.pid").read_text().partition("\n")[2]
    embedded.stop(data_folder)
    name_in_lock_files(cluster, stranger.pid, lines)
    assert not embedded.stop(data_folder)
    assert not embedded.status(data_folder).running
    assert embedded.ensure_running(data_folder).started
    assert embedded.status(data_folder).pid != stranger.pid
    assert embedded.stop(data_folder)
    assert stranger.poll() is None


def test_a_stale_pid_and_socket_lock_after_a_kill(
    data_folder: Path, stranger: subprocess.Popen[bytes], pid_of: Callable[[Path], int]
) -> None:
    server = embedded.ensure_running(data_folder)
    lines = (server.cluster_folder / "postmaster.pid").read_text().partition("\n")[2]
    os.kill(pid_of(data_folder), signal.SIGKILL)
    name_in_lock_files(server.cluster_folder, stranger.pid, lines)
    (Path(server.host) / ".s.PGSQL.5432.lock").write_text(f"{stranger.pid}\n")
    assert embedded.ensure_running(data_folder).started


def test_the_pid_of_another_cluster_of_ours_is_a_stranger_too(
    workshop: Workshop, pid_of: Callable[[Path], int]
) -> None:
    one, other = workshop.data_folder("one"), workshop.data_folder("other")
    cluster = embedded.ensure_running(one).cluster_folder
    lines = (cluster / "postmaster.pid").read_text().partition("\n")[2]
    embedded.stop(one)
    embedded.ensure_running(other)
    name_in_lock_files(cluster, pid_of(other), lines)
    assert not embedded.stop(one)
    assert embedded.ensure_running(one).started
    assert embedded.status(other).running


def test_a_frozen_build_launches_its_keeper_through_its_own_program(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    command = launch.keeper_command(home_of(tmp_path), 60.0, 7)
    assert command[1:] == ["--embedded-keeper", str(tmp_path), "60.0", "7"]
