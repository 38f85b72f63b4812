from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from streamer_app.store.embedded.file_lock import FileLock

HOLDER = """
import subprocess, sys, time
from pathlib import Path
from streamer_app.store.embedded.file_lock import FileLock
lock = FileLock(Path(sys.argv[1]))
assert lock.acquire()
child = subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL)
print(child.pid, flush=True)
time.sleep(60)
"""


def test_one_holder_at_a_time_even_within_a_process(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.acquire()
    assert not second.acquire(0.05)
    first.release()
    assert second.acquire()
    second.release()


def test_the_lock_dies_with_its_holder_and_not_with_a_child_of_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        child = int(holder.stdout.readline())
        lock = FileLock(path)
        assert not lock.acquire()
        holder.kill()
        assert lock.acquire(5.0)
        subprocess.run(["kill", str(child)], check=True)
        lock.release()


def test_a_lock_handed_over_lives_as_long_as_the_child(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    assert lock.acquire()
    descriptor = lock.hand_over()
    assert descriptor is not None
    child = subprocess.Popen(["sleep", "60"], pass_fds=(descriptor,))
    lock.forget()
    other = FileLock(tmp_path / "lock")
    assert not other.acquire()
    child.kill()
    child.wait()
    assert other.acquire()
    other.release()


def test_a_lock_file_of_a_deleted_folder_is_not_the_one_of_the_folder_made_again(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    old = FileLock(path)
    assert old.acquire()
    path.unlink()
    with FileLock(path).hold(timeout=0):
        assert path.exists()
    old.release()


def test_hold_says_when_the_lock_could_not_be_had(tmp_path: Path) -> None:
    with (
        FileLock(tmp_path / "lock").hold(),
        pytest.raises(TimeoutError),
        FileLock(tmp_path / "lock").hold(timeout=0.02),
    ):
        pass
