from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from streamer_app.core.errors import ActionableError, DatabaseUnavailableError, DataFolderError
from streamer_app.store import embedded

from .conftest import Workshop, processes_naming

Ask = Callable[[str, str], object]


def test_first_use_makes_a_cluster_with_two_logins(fresh_folder: Path, ask: Ask) -> None:
    steps: list[str] = []
    server = embedded.ensure_running(fresh_folder, on_step=steps.append)
    assert steps == ["creating", "starting"]
    assert server.created
    assert server.started
    assert ask(server.app_url, "SELECT current_user || ' ' || current_database()") == "streamer_app streamer"
    roles = "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls FROM pg_roles"
    assert ask(server.app_url, f"{roles} WHERE rolname = current_user") is False
    owned = "SELECT count(*) FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid WHERE r.rolname = 'streamer_app'"
    assert ask(server.owner_url, owned) == 0
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'streamer'"
    assert ask(server.owner_url, owner) == "streamer_owner"
    assert ask(server.owner_url, "SELECT datlocale FROM pg_database WHERE datname = 'streamer'") == "C.UTF-8"
    with psycopg.connect(server.app_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE public.mine (id int)")


def test_nobody_logs_in_without_the_password_and_the_network_is_closed(data_folder: Path, ask: Ask) -> None:
    server = embedded.ensure_running(data_folder)
    for user in (embedded.OWNER_LOGIN, embedded.APP_LOGIN):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(host=server.host, port=server.port, user=user, password="wrong", dbname="streamer")
    assert ask(server.app_url, "SHOW listen_addresses") == ""
    assert stat.S_IMODE(Path(server.host).stat().st_mode) == 0o700
    database = data_folder / "database"
    secret = json.loads((database / "credentials.json").read_text())
    assert secret["owner_password"] != secret["app_password"]
    assert stat.S_IMODE((database / "credentials.json").stat().st_mode) == 0o600
    logs = "".join(path.read_text() for path in database.glob("*.log"))
    assert not [word for word in secret.values() if word in logs]
    assert secret["app_password"] not in repr(server)


def test_a_warm_call_is_cheap_and_a_restart_quick(data_folder: Path) -> None:
    embedded.ensure_running(data_folder)
    times = []
    for _ in range(9):
        begun = time.monotonic()
        assert not embedded.ensure_running(data_folder).started
        times.append(time.monotonic() - begun)
    assert min(times) < 0.1
    assert embedded.stop(data_folder)
    assert not embedded.stop(data_folder)
    begun = time.monotonic()
    again = embedded.ensure_running(data_folder)
    assert again.started
    assert not again.created
    assert time.monotonic() - begun < 3


def test_the_url_stays_good_over_a_restart(data_folder: Path, ask: Ask) -> None:
    first = embedded.ensure_running(data_folder)
    with psycopg.connect(first.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 25000 AS amount")
    embedded.stop(data_folder)
    second = embedded.ensure_running(data_folder)
    assert second.app_url == first.app_url
    assert ask(first.owner_url, "SELECT amount FROM kept") == 25000


def test_status_tells_without_starting(fresh_folder: Path) -> None:
    assert not embedded.status(fresh_folder).exists
    assert not fresh_folder.exists()
    server = embedded.ensure_running(fresh_folder)
    with psycopg.connect(server.app_url):
        found = embedded.status(fresh_folder)
    assert (found.exists, found.running, found.clients) == (True, True, 1)
    embedded.stop(fresh_folder)
    found = embedded.status(fresh_folder)
    assert (found.exists, found.running, found.pid) == (True, False, None)


def test_eight_processes_at_once_get_one_server(workshop: Workshop, fresh_folder: Path) -> None:
    callers = [workshop.call(fresh_folder) for _ in range(8)]
    answers = []
    for caller in callers:
        output, errors = caller.communicate(timeout=60)
        assert caller.returncode == 0, errors
        answers.append(json.loads(output))
    assert [sum(bool(answer[key]) for answer in answers) for key in ("started", "created")] == [1, 1]
    assert len({answer["app_url"] for answer in answers}) == 1
    assert len(workshop.keepers()) == 1


def test_a_caller_killed_while_it_makes_the_cluster_leaves_nothing_behind(
    workshop: Workshop, fresh_folder: Path, until: Callable[..., None]
) -> None:
    caller = workshop.call(fresh_folder)
    until(lambda: bool(list(fresh_folder.glob("database/cluster.making-*/made/base"))))
    caller.kill()
    caller.communicate()
    server = embedded.ensure_running(fresh_folder)
    assert server.created
    until(lambda: not [pid for pid, text in processes_naming("cluster.making-").items() if str(fresh_folder) in text])
    embedded.stop(fresh_folder)
    embedded.ensure_running(fresh_folder)
    left = [path.name for path in server.cluster_folder.parent.glob("cluster.making-*")]
    assert len(left) <= 1


def test_a_caller_with_captured_pipes_ends_at_once(workshop: Workshop, data_folder: Path) -> None:
    caller = workshop.call(data_folder, idle_seconds=60)
    output, errors = caller.communicate(timeout=20)
    assert json.loads(output)["started"]
    assert errors == ""


def test_the_server_survives_whoever_started_it(workshop: Workshop, data_folder: Path, ask: Ask) -> None:
    script = "import sys, time; from pathlib import Path; from streamer_app.store import embedded\n"
    script += "print(embedded.ensure_running(Path(sys.argv[1])).app_url, flush=True); time.sleep(60)"
    command = [sys.executable, "-c", script, str(data_folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as starter:
        assert starter.stdout is not None
        url = starter.stdout.readline().strip()
        os.killpg(starter.pid, signal.SIGKILL)
    assert ask(url, "SELECT 1") == 1
    assert not embedded.ensure_running(data_folder).started
    assert len(workshop.keepers()) == 1


def test_another_major_version_is_refused_and_left_alone(data_folder: Path) -> None:
    server = embedded.ensure_running(data_folder)
    embedded.stop(data_folder)
    (server.cluster_folder / "PG_VERSION").write_text("17\n")
    with pytest.raises(ActionableError, match="made by PostgreSQL 17"):
        embedded.ensure_running(data_folder)
    (server.cluster_folder / "PG_VERSION").write_text("18\n")
    assert embedded.ensure_running(data_folder).started


def test_lost_or_foreign_passwords_are_a_clear_error(data_folder: Path) -> None:
    embedded.ensure_running(data_folder)
    credentials = data_folder / "database" / "credentials.json"
    right = credentials.read_bytes()
    credentials.write_text('{"owner_password": "other", "app_password": "other"}')
    with pytest.raises(DatabaseUnavailableError, match="refuses its own password"):
        embedded.ensure_running(data_folder)
    credentials.unlink()
    with pytest.raises(DataFolderError, match="missing"):
        embedded.ensure_running(data_folder)
    credentials.write_bytes(right)


def test_destroy_leaves_nothing_and_a_new_cluster_is_another_one(fresh_folder: Path) -> None:
    first = embedded.ensure_running(fresh_folder)
    embedded.destroy(fresh_folder)
    assert not first.cluster_folder.exists()
    assert list(fresh_folder.iterdir()) == []
    second = embedded.ensure_running(fresh_folder)
    assert second.created
    assert second.app_url != first.app_url
