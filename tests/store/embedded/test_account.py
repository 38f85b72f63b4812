"""The same life for an ordinary user: another process under another account, with that system's own Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from streamer_app import store
from streamer_app.core.errors import DataFolderError
from streamer_app.store import embedded
from streamer_app.store.embedded.account import Account, may_reach, server_account

from .conftest import CALLER, Workshop, processes_naming, wait_until

ROOT = Path(store.__file__).resolve().parents[2]


@dataclass(frozen=True)
class User:
    account: Account
    python: str

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.python, "-c", script, *arguments],
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{ROOT}:{sysconfig.get_paths()['purelib']}"},
            cwd="/",
            user=self.account.uid,
            group=self.account.gid,
            extra_groups=[],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def user(workshop: Workshop) -> Iterator[User]:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    account = server_account()
    assert account is not None
    made = User(account, shutil.which("python3", path="/usr/bin:/bin") or "/usr/bin/python3")
    tried = made.run("import psycopg, streamer_app.store.embedded")
    if tried.returncode != 0:
        pytest.skip(f"{account.name} cannot run this program here: {tried.stderr.strip().splitlines()[-1:]}")
    os.chown(workshop.folder, account.uid, account.gid)
    yield made
    script = "import sys; from pathlib import Path; from streamer_app.store import embedded\n"
    script += "embedded.destroy(Path(sys.argv[1]))"
    for folder in workshop.folder.iterdir():
        assert made.run(script, str(folder)).returncode == 0


@pytest.mark.parametrize("name", ["data", "Überträger Daten " + "x" * 100])
def test_an_ordinary_user_runs_a_server_as_itself(workshop: Workshop, user: User, name: str) -> None:
    data_folder = workshop.folder / name
    done = user.run(CALLER, str(data_folder), "30")
    assert done.returncode == 0, done.stderr
    server = json.loads(done.stdout)
    assert server["started"]
    for path in (data_folder, data_folder / "database", Path(server["cluster"]), Path(server["host"])):
        assert path.stat().st_uid == user.account.uid
        assert path.stat().st_mode & 0o777 == 0o700
    assert not json.loads(user.run(CALLER, str(data_folder), "30").stdout)["started"]
    keepers = [pid for pid, text in processes_naming(str(data_folder)).items() if "embedded.keeper" in text]
    assert [Path(f"/proc/{pid}").stat().st_uid for pid in keepers] == [user.account.uid]


def test_the_idle_server_of_an_ordinary_user_stops(workshop: Workshop, user: User) -> None:
    server = json.loads(user.run(CALLER, str(workshop.folder / "data"), "0.5").stdout)
    wait_until(lambda: not Path(server["cluster"], "postmaster.pid").exists())


def test_a_folder_that_is_not_ours_is_refused(workshop: Workshop, user: User) -> None:
    closed = workshop.folder / "roots"
    closed.mkdir(mode=0o755)
    refused = user.run(CALLER, str(closed / "data"), "30")
    assert json.loads(refused.stdout)["error"] == "DataFolderError"
    assert "cannot be written" in json.loads(refused.stdout)["title"]
    data_folder = workshop.data_folder("roots/used by root")
    embedded.ensure_running(data_folder)
    for mode in (0o711, 0o777):
        data_folder.chmod(mode)
        refused = user.run(CALLER, str(data_folder), "30")
        assert "belongs to another account (root)" in json.loads(refused.stdout)["title"]
    assert embedded.status(data_folder).running


def test_root_refuses_the_database_of_an_ordinary_user(workshop: Workshop, user: User) -> None:
    data_folder = workshop.folder / "data"
    assert user.run(CALLER, str(data_folder), "30").returncode == 0
    with pytest.raises(DataFolderError, match=f"belongs to another account \\({user.account.name}\\)"):
        embedded.ensure_running(data_folder)


def test_reach_follows_the_modes_of_every_parent(tmp_path: Path) -> None:
    nobody = Account("nobody", 65534, 65534)
    tmp_path.chmod(0o700)
    assert not may_reach(nobody, tmp_path)
    assert may_reach(nobody, Path("/usr/bin"))
    assert may_reach(Account("me", os.geteuid(), os.getegid()), Path("/"))
