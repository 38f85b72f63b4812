"""Where the cluster of root lies when the server's account cannot reach the data folder."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from streamer_app.core.errors import DataFolderError
from streamer_app.store import embedded
from streamer_app.store.embedded import place

from .conftest import Workshop

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="another account runs the server only for root")


@pytest.fixture
def closed(workshop: Workshop) -> Path:
    """A folder that only root may enter, as /root and pytest's own folders are."""
    folder = workshop.folder / "closed"
    folder.mkdir(mode=0o700)
    return folder


def modes(folder: Path) -> list[tuple[int, int]]:
    return [(path.stat().st_mode, path.stat().st_uid) for path in (folder, *folder.parents)]


def test_a_closed_parent_stays_closed(workshop: Workshop, closed: Path, ask: Callable[[str, str], object]) -> None:
    before = modes(closed)
    data_folder = workshop.data_folder("closed/data")
    server = embedded.ensure_running(data_folder)
    assert server.cluster_folder.is_relative_to(place.SERVICE_FOLDER)
    assert ask(server.app_url, "SELECT 1") == 1
    assert modes(closed) == before
    for folder in (server.cluster_folder, Path(server.host)):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert folder.stat().st_uid != 0


def test_an_open_parent_keeps_the_cluster_in_the_fresh_folder(fresh_folder: Path) -> None:
    before = modes(fresh_folder.parent)
    server = embedded.ensure_running(fresh_folder)
    assert server.cluster_folder.is_relative_to(fresh_folder)
    assert modes(fresh_folder.parent) == before
    assert stat.S_IMODE(server.cluster_folder.stat().st_mode) == 0o700


def test_a_data_folder_made_again_never_meets_the_old_cluster(workshop: Workshop, closed: Path) -> None:
    data_folder = workshop.data_folder("closed/data")
    first = embedded.ensure_running(data_folder)
    embedded.stop(data_folder)
    shutil.rmtree(data_folder)
    second = embedded.ensure_running(data_folder)
    assert second.created
    assert second.cluster_folder != first.cluster_folder
    # The old one lay in a temporary folder: it goes with it.
    assert not first.cluster_folder.exists()
    assert closed.exists()


def test_a_moved_data_folder_takes_its_cluster_along_and_a_copy_does_not(workshop: Workshop, closed: Path) -> None:
    first = embedded.ensure_running(workshop.folder / "closed/data")
    embedded.stop(workshop.folder / "closed/data")
    moved = workshop.data_folder("closed/moved")
    (closed / "data").rename(moved)
    again = embedded.ensure_running(moved)
    assert again.cluster_folder == first.cluster_folder
    copy = closed / "copy"
    shutil.copytree(moved, copy)
    with pytest.raises(DataFolderError, match="is a copy of"):
        embedded.ensure_running(copy)
    assert embedded.status(moved).running


def test_a_service_folder_of_another_account_is_refused(
    workshop: Workshop, closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = workshop.folder / "shelf"
    shelf.mkdir()
    shelf.chmod(0o777)
    monkeypatch.setattr(place, "SERVICE_FOLDER", shelf)
    with pytest.raises(Exception, match="is not root's alone"):
        embedded.ensure_running(closed / "refused")
