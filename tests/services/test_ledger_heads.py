"""Heads outside the database: only appended, readable by their user only, and a torn line costs only itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from streamer_app.core.errors import DataFolderError
from streamer_app.services import ledger_heads
from streamer_app.services.ledger_heads import HeadNote

CHAIN = uuid4()


def note(number: int, chain: UUID = CHAIN) -> HeadNote:
    return HeadNote(
        chain_id=chain,
        number=number,
        head=f"{number:064x}",
        entries=7,
        noted_at=datetime(2026, 11, 22, tzinfo=UTC),
        database="localhost/streamer",
    )


def test_what_was_noted_is_read_back_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there" / "yet"
    assert ledger_heads.read(folder).notes == ()
    ledger_heads.append(folder, [note(1)])
    ledger_heads.append(folder, [note(2, uuid4()), note(3)])
    found = ledger_heads.read(folder)
    assert [one.number for one in found.notes] == [1, 2, 3]
    assert [one.number for one in found.of_chain(CHAIN)] == [1, 3]
    assert found.damaged == 0
    assert (folder / "ledger-heads.jsonl").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("cut", [1, 20, 100])
def test_a_torn_line_does_not_swallow_the_next(tmp_path: Path, cut: int) -> None:
    ledger_heads.append(tmp_path, [note(1), note(2)])
    path = tmp_path / "ledger-heads.jsonl"
    path.write_bytes(path.read_bytes()[:-cut])
    ledger_heads.append(tmp_path, [note(3)])
    found = ledger_heads.read(tmp_path)
    assert [one.number for one in found.notes] == ([1, 2, 3] if cut == 1 else [1, 3])
    assert found.damaged == (0 if cut == 1 else 1)


def test_a_file_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "ledger-heads.jsonl").mkdir()
    with pytest.raises(DataFolderError, match=r"ledger-heads\.jsonl"):
        ledger_heads.read(tmp_path)
    with pytest.raises(DataFolderError, match=r"ledger-heads\.jsonl"):
        ledger_heads.append(tmp_path, [note(1)])
