from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from streamer_app.core.errors import DatabaseUnavailableError, DataFolderError
from streamer_app.store import embedded
from streamer_app.store.embedded import troubles

from .conftest import Workshop, wait_until


@pytest.fixture
def small_disk(workshop: Workshop) -> Iterator[Path]:
    """A data folder on a disk of its own, of 30 MB: less than a cluster needs."""
    folder = workshop.data_folder("small disk")
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=30m,mode=755", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this system lets root mount no tmpfs")
    yield folder
    if (folder / "database").exists():
        embedded.destroy(folder)
    wait_until(lambda: subprocess.run(["umount", str(folder)], capture_output=True, check=False).returncode == 0)


def resize(folder: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)


def fill(folder: Path) -> Path:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        block = b"\0" * 65536
        while block:
            try:
                file.write(block)
            except OSError:
                block = block[: len(block) // 2]
    return filler


def test_a_full_disk_at_first_use_leaves_no_half_cluster(small_disk: Path) -> None:
    for _ in range(2):
        with pytest.raises(DataFolderError, match="disk is full") as raised:
            embedded.ensure_running(small_disk)
        assert "Free" in raised.value.remedy
        assert not [path for path in (small_disk / "database").iterdir() if path.is_dir()]
    resize(small_disk, "300m")
    assert embedded.ensure_running(small_disk).created


def test_a_disk_that_is_full_before_anything_is_written(small_disk: Path) -> None:
    filler = fill(small_disk)
    with pytest.raises(DataFolderError, match="disk is full"):
        embedded.ensure_running(small_disk)
    filler.unlink()
    resize(small_disk, "300m")
    assert embedded.ensure_running(small_disk).created


def test_a_disk_that_fills_while_running(small_disk: Path, pid_of: Callable[[Path], int]) -> None:
    resize(small_disk, "150m")
    server = embedded.ensure_running(small_disk)
    embedded.ensure_running(small_disk)
    with psycopg.connect(server.owner_url) as connection:
        filler = fill(small_disk)
        with pytest.raises(psycopg.errors.DiskFull):
            connection.execute("CREATE TABLE big AS SELECT repeat('x', 1000) FROM generate_series(1, 100000)")
    assert not embedded.ensure_running(small_disk).started
    for init_file in server.cluster_folder.glob("**/pg_internal.init"):
        init_file.unlink()
    fill(small_disk / "database")
    with pytest.raises(DataFolderError, match="disk is full"):
        embedded.ensure_running(small_disk)
    os.kill(pid_of(small_disk), signal.SIGKILL)
    with pytest.raises(DataFolderError, match="disk is full"):
        embedded.ensure_running(small_disk)
    filler.unlink()
    (small_disk / "database/filler").unlink()
    assert embedded.ensure_running(small_disk).started


def test_a_file_where_the_data_folder_should_be(workshop: Workshop) -> None:
    path = workshop.folder / "file"
    path.touch()
    with pytest.raises(DataFolderError, match="cannot be used"):
        embedded.ensure_running(path)


def test_damaged_documents_are_a_clear_error(data_folder: Path) -> None:
    embedded.ensure_running(data_folder)
    embedded.stop(data_folder)
    for name in ("credentials.json", "place.json"):
        document = data_folder / "database" / name
        right = document.read_bytes()
        document.write_text("{")
        with pytest.raises(DataFolderError, match="damaged"):
            embedded.ensure_running(data_folder)
        document.write_bytes(right)
    assert embedded.ensure_running(data_folder).started


def test_missing_database_files_are_not_replaced_by_an_empty_database(data_folder: Path) -> None:
    cluster = embedded.ensure_running(data_folder).cluster_folder
    embedded.stop(data_folder)
    cluster.rename(cluster.with_name("moved"))
    with pytest.raises(DataFolderError, match="are missing"):
        embedded.ensure_running(data_folder)
    cluster.with_name("moved").rename(cluster)


def test_what_a_program_said_decides_the_error(tmp_path: Path) -> None:
    def told(output: str) -> Exception:
        return troubles.from_program_output(tmp_path, tmp_path, output, "started")

    assert isinstance(told("FATAL:  could not write: No space left on device"), DataFolderError)
    assert isinstance(told("FATAL:  could not open file: Permission denied"), DataFolderError)
    unknown = told("LOG:  starting\nFATAL:  could not create any sockets")
    assert isinstance(unknown, DatabaseUnavailableError)
    assert "could not create any sockets" in unknown.title
