"""A file is there whole or not at all."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from streamer_app.core.errors import ActionableError
from streamer_app.services.whole_file import to_its_end, whole_file


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def write_half(target: Path) -> None:
    async with whole_file(target) as file:
        file.write(b"half")
        raise ZeroDivisionError


async def write_nothing(target: Path) -> None:
    async with whole_file(target):
        pass


async def test_it_appears_at_the_end_and_replaces_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "ledger.csv"
    target.write_bytes(b"old")
    async with whole_file(target) as file:
        file.write(b"new")
        assert target.read_bytes() == b"old"
    assert contents(tmp_path) == {"ledger.csv": b"new"}
    assert mode(target) == 0o600


async def test_an_error_leaves_nothing_but_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "ledger.csv"
    target.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError):
        await write_half(target)
    assert contents(tmp_path) == {"ledger.csv": b"old"}


async def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    for target in (tmp_path / "absent" / "ledger.csv", tmp_path):
        with pytest.raises(ActionableError, match="cannot be written"):
            await write_nothing(target)
    assert contents(tmp_path) == {}


async def test_a_cancelled_call_is_waited_for(tmp_path: Path) -> None:
    started, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        started.set()
        may_end.wait(10)
        ended.set()

    async def write() -> None:
        async with whole_file(tmp_path / "ledger.csv"):
            await to_its_end(slow)

    task = asyncio.create_task(write())
    await asyncio.to_thread(started.wait, 10)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()
    assert contents(tmp_path) == {}
