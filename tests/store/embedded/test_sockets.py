from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from streamer_app.store import embedded
from streamer_app.store.embedded import sockets
from streamer_app.store.embedded.sockets import Endpoint, choose_endpoint, fits

from .conftest import Workshop


def test_a_long_path_with_a_space_and_an_umlaut(workshop: Workshop, ask: Callable[[str, str], object]) -> None:
    name = "Überträger Daten " + "x" * (130 - len(str(workshop.folder)) - 18)
    data_folder = workshop.data_folder(name)
    assert len(str(data_folder)) == 130
    server = embedded.ensure_running(data_folder)
    assert ask(server.app_url, "SELECT 1") == 1
    socket_folder = Path(server.host)
    assert not socket_folder.is_relative_to(data_folder)
    assert len(os.fsencode(socket_folder / ".s.PGSQL.5432")) <= 103
    assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
    assert socket_folder.stat().st_uid == server.cluster_folder.stat().st_uid
    embedded.stop(data_folder)
    assert not socket_folder.exists()
    assert embedded.ensure_running(data_folder).app_url == server.app_url


@pytest.mark.parametrize("name", ["""it's "$HOME" `x` ü%20\\""", "one, two"])
def test_a_short_path_with_odd_characters(workshop: Workshop, ask: Callable[[str, str], object], name: str) -> None:
    data_folder = workshop.data_folder(name)
    assert ask(embedded.ensure_running(data_folder).app_url, "SELECT 1") == 1


def long_folder(tmp_path: Path) -> Path:
    folder = tmp_path / ("x" * 120)
    folder.mkdir()
    return folder / "run"


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short temporary folder, the only one to be had; pytest's own are long when tests run side by side."""
    with tempfile.TemporaryDirectory(prefix="s-", dir="/tmp") as folder:
        monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
        monkeypatch.setattr("tempfile.tempdir", folder)
        monkeypatch.setattr(sockets, "_SHARED_FOLDERS", ())
        yield Path(folder)


def test_a_folder_prepared_by_somebody_else_is_not_taken(temporary: Path, tmp_path: Path) -> None:
    beside, stored = long_folder(tmp_path), tmp_path / "endpoint.json"
    expected = Path(choose_endpoint(stored, beside, None, tmp_path / "unused").host)
    assert expected.parent == temporary
    stored.unlink()
    expected.rmdir()
    for kind in ("open folder", "link", "file"):
        if kind == "open folder":
            expected.mkdir()
            expected.chmod(0o777)
        elif kind == "link":
            expected.symlink_to(tmp_path)
        else:
            expected.touch()
        chosen = Path(choose_endpoint(stored, beside, None, tmp_path / "unused").host)
        assert chosen != expected
        assert stat.S_IMODE(chosen.lstat().st_mode) == 0o700
        stored.unlink()
        expected.rmdir() if kind == "open folder" else expected.unlink()


def test_a_temporary_folder_that_others_can_rename_in_is_not_taken(temporary: Path, tmp_path: Path) -> None:
    temporary.chmod(0o777)
    with pytest.raises(Exception, match="No folder with a short enough path"):
        choose_endpoint(tmp_path / "endpoint.json", long_folder(tmp_path), None, tmp_path / "unused")
    temporary.chmod(0o1777)
    assert fits(Path(choose_endpoint(tmp_path / "endpoint.json", long_folder_again(tmp_path), None, tmp_path).host))


def long_folder_again(tmp_path: Path) -> Path:
    return tmp_path / ("x" * 120) / "run"


def test_an_odd_temporary_folder_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr("tempfile.tempdir", "/nonexistent/" + "y" * 90)
    endpoint = choose_endpoint(tmp_path / "endpoint.json", long_folder(tmp_path), None, tmp_path / "unused")
    assert Path(endpoint.host).parent == Path("/tmp")
    Path(endpoint.host).rmdir()


def test_a_loopback_port_is_kept_when_it_is_free() -> None:
    first = sockets._free_port(None)
    assert sockets._free_port(first) == first
    assert not Endpoint(first.host, first.port).is_socket
