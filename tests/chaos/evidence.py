"""All that a run leaves behind: what the database says, what the pages say, what was broken. Times are Unix seconds."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from tests.chaos.donors import Donated
from tests.chaos.faults import Felt
from tests.chaos.page import Note
from tests.chaos.world import World

_RUNS: Final = """
SELECT run_id, donation_message_id, kind, lease_epoch, fence_counter, page_instance, offset_ms,
       extract(epoch FROM opened_at)::float8, outcome, reason, extract(epoch FROM ended_at)::float8, ended_at::text
FROM streamer_app.playback_run_history WHERE streamer_user_id = %s ORDER BY opened_at, fence_counter
"""
_MESSAGES: Final = """
SELECT d.id, (extract(epoch FROM coalesce(t.paid_at, t.created_at)) * 1000000)::bigint, d.played_at::text
FROM donation_messages d JOIN transactions t ON t.id = d.transaction_id WHERE d.streamer_user_id = %s
"""
_FACTS: Final = """
SELECT donation_message_id, kind, extract(epoch FROM happened_at)::float8
FROM streamer_app.playback_facts
WHERE streamer_user_id = %s AND donation_message_id IS NOT NULL AND kind <> 'recorded_rule' ORDER BY id
"""


class Run(msgspec.Struct, frozen=True):
    """A row of `playback_run_history`."""

    run_id: UUID
    message_id: UUID | None
    kind: str
    epoch: int
    counter: int
    page: str | None
    offset_ms: int
    opened_at: float
    outcome: str | None
    reason: str | None
    ended_at: float | None
    ended_text: str | None


class Message(msgspec.Struct, frozen=True):
    """A donation message: its rank, in microseconds, and `played_at` as the database writes it."""

    message_id: UUID
    rank: int
    played_at: str | None


class Fact(msgspec.Struct, frozen=True):
    """What was decided about a message."""

    message_id: UUID
    kind: str
    happened_at: float


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Enough to judge a run without its processes."""

    donated: list[Donated]
    messages: list[Message]
    runs: list[Run]
    facts: list[Fact]
    notes: list[Note]
    faults: list[Felt]
    moved: list[str]
    """Where a sample of `played_at` differed from an earlier one."""
    stalled: str | None
    """What the run waited for in vain, if it did."""


def gather(world: World, faults: list[Felt], stalled: str | None) -> Evidence:
    """Ask everybody, and bring monotonic seconds to the wall clock's. The pages last: they show before they report."""
    world.sample()
    with world.postgres.as_admin() as conn, conn.transaction():
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        messages, runs, facts = (
            conn.execute(query, [world.settings.streamer]).fetchall() for query in (_MESSAGES, _RUNS, _FACTS)
        )
    world.look()
    ahead = time.time() - time.monotonic()
    replace = msgspec.structs.replace
    return Evidence(
        donated=[replace(each, at=each.at + ahead) for each in world.donated()],
        messages=[Message(*row) for row in messages],
        runs=[Run(*row) for row in runs],
        facts=[Fact(*row) for row in facts],
        notes=sorted(
            (replace(note, at=note.at + ahead) for seat in world.seats for note in seat.notes.notes),
            key=lambda note: note.at,
        ),
        faults=[
            replace(each, began=each.began + ahead, healed=each.healed + ahead, painted=each.painted + ahead)
            for each in faults
        ],
        moved=world.moved,
        stalled=stalled,
    )


def keep(evidence: Evidence, file: Path) -> None:
    """For whoever wants to know why."""
    file.write_bytes(msgspec.json.format(msgspec.json.encode(evidence), indent=1))


def read(file: Path) -> Evidence:
    """A run of another day."""
    return msgspec.json.decode(file.read_bytes(), type=Evidence)
