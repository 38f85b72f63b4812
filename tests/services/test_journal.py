"""Facts kept on disk while the database is away."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.playback import FactKind, Outcome
from streamer_app.services.journal import Journal, Record
from streamer_app.store.facts import FactRecord
from streamer_app.store.playback import RunEnd

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


def end() -> RunEnd:
    return RunEnd(
        run_id=uuid4(), outcome=Outcome.PLAYED, ms_shown=6000, audible=True, actor="page", reason="x\ny", ended_at=NOW
    )


def skip() -> FactRecord:
    return FactRecord(command_id=uuid4(), message_id=uuid4(), kind=FactKind.SKIPPED, actor="window", rank=-5)


def test_another_process_finds_what_was_kept_in_order(tmp_path: Path) -> None:
    path = tmp_path / "run" / "journal.jsonl"
    kept: list[Record] = [end(), skip(), end()]
    journal = Journal(path)
    journal.append(kept[:2])
    journal.append(kept[2:])
    assert Journal(path).pending == tuple(kept)
    assert path.stat().st_mode & 0o777 == 0o600


def test_written_forgets_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.append([end()])
    journal.written()
    assert journal.pending == ()
    assert Journal(path).pending == ()
    journal.written()


@given(cut=st.integers(1, 40), count=st.integers(1, 4))
def test_a_torn_last_line_costs_only_itself(tmp_path_factory: object, cut: int, count: int) -> None:
    assert hasattr(tmp_path_factory, "mktemp")
    path = tmp_path_factory.mktemp("torn") / "journal.jsonl"
    kept: list[Record] = [end() for _ in range(count)]
    Journal(path).append(kept)
    path.write_bytes(path.read_bytes()[:-cut])
    found = Journal(path).pending
    assert found == tuple(kept[: len(found)])
    assert len(found) >= count - 1


def test_without_a_folder_it_keeps_in_memory() -> None:
    journal = Journal(None)
    journal.append([skip()])
    assert len(journal.pending) == 1
