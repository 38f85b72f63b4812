from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from streamer_app.store import embedded
from streamer_app.store.embedded import bounded_log

from .conftest import Workshop

Until = Callable[..., None]


def test_the_server_stops_when_the_last_client_left(workshop: Workshop, data_folder: Path, until: Until) -> None:
    server = embedded.ensure_running(data_folder, idle_seconds=1)
    with psycopg.connect(server.app_url) as connection:
        last_seen_at = time.monotonic() + 2.5
        while time.monotonic() < last_seen_at:
            assert connection.execute("SELECT pg_sleep(0.2)").fetchone() == ("",)
    left_at = time.monotonic()
    until(lambda: not (server.cluster_folder / "postmaster.pid").exists())
    assert 0.8 < time.monotonic() - left_at < 5
    until(lambda: not workshop.keepers())
    log = (data_folder / "database" / "keeper.log").read_text()
    assert "stopped after 1 idle seconds" in log
    assert "database system is shut down" in (data_folder / "database" / "server.log").read_text()


def test_every_call_gives_a_full_idle_period(data_folder: Path) -> None:
    server = embedded.ensure_running(data_folder, idle_seconds=1.5)
    pid = embedded.status(data_folder).pid
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        assert not embedded.ensure_running(data_folder, idle_seconds=1.5).started
        time.sleep(0.5)
    with psycopg.connect(server.app_url):
        assert embedded.status(data_folder).pid == pid


def test_calls_that_race_the_stop_always_get_a_server(data_folder: Path) -> None:
    for round_number in range(6):
        embedded.ensure_running(data_folder, idle_seconds=0.5)
        time.sleep(0.45 + 0.03 * round_number)
        server = embedded.ensure_running(data_folder, idle_seconds=0.5)
        with psycopg.connect(server.app_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_killed_keeper_is_replaced_by_the_next_call(workshop: Workshop, data_folder: Path, until: Until) -> None:
    server = embedded.ensure_running(data_folder, idle_seconds=1)
    (keeper,) = workshop.keepers()
    os.kill(keeper, signal.SIGKILL)
    until(lambda: not workshop.keepers())
    time.sleep(1.5)
    with psycopg.connect(server.app_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not embedded.ensure_running(data_folder, idle_seconds=1).started
    (second,) = workshop.keepers()
    assert second != keeper
    until(lambda: not (server.cluster_folder / "postmaster.pid").exists())


def test_a_keeper_leaves_with_the_server_that_somebody_stopped(
    workshop: Workshop, data_folder: Path, until: Until
) -> None:
    embedded.ensure_running(data_folder, idle_seconds=60)
    until(lambda: embedded.status(data_folder).keeper_running)
    assert embedded.stop(data_folder)
    until(lambda: not workshop.keepers(), 2)


def test_the_server_of_a_deleted_data_folder_is_stopped(workshop: Workshop, data_folder: Path, until: Until) -> None:
    embedded.ensure_running(data_folder, idle_seconds=2)
    until(lambda: embedded.status(data_folder).keeper_running)
    pid = embedded.status(data_folder).pid
    assert pid is not None
    shutil.rmtree(data_folder)
    until(lambda: not workshop.keepers())
    until(lambda: not Path(f"/proc/{pid}").exists())


def test_a_log_is_cut_while_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    descriptor = bounded_log.open_for_append(path)
    os.write(descriptor, b"x" * 1000)
    assert not bounded_log.bound(path, limit=1000)
    os.write(descriptor, b"y")
    assert bounded_log.bound(path, limit=1000)
    os.write(descriptor, b"after")
    os.close(descriptor)
    assert path.read_bytes() == b"after"
    assert (tmp_path / "server.log.1").read_bytes().endswith(b"xy")
