"""What people and rules decided, append-only: written by the holder of the lease only, so their ids are their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from streamer_app.core.commands import Channel
from streamer_app.core.playback import FactKind, QueueWide
from streamer_app.core.rules import Verdict
from streamer_app.store.database import Connection, fetch_all, fetch_each, fetch_one
from streamer_app.store.leases import Lease

_FEW: Final = 8


class FactRecord(msgspec.Struct, frozen=True, tag="fact", kw_only=True):
    """A decision, as it is written. `command_id` makes a repeat harmless; `happened_at` None means now."""

    command_id: UUID
    message_id: UUID | None
    kind: FactKind
    actor: str
    reason: str | None = None
    rank: int | None = None
    """The place it gives the message, or the place a skip took it from."""
    happened_at: datetime | None = None
    replay: bool = False
    """It is about a pending replay."""
    batch: UUID | None = None
    """The command it was done with, where that was about many messages at once: they are undone together."""
    channels: tuple[Channel, ...] = ()
    """What a mute names."""
    verdict: Verdict | None = None
    """What was said at arrival, for `FactKind.RECORDED_RULE`."""

    @property
    def detail(self) -> dict[str, Any]:
        """What is kept beside the kind: only what says something."""
        kept: dict[str, Any] = {} if self.verdict is None else msgspec.to_builtins(self.verdict)
        for name in ("rank", "replay", "batch", "channels"):
            value = getattr(self, name)
            if value is not None and value is not False and value != ():
                kept[name] = msgspec.to_builtins(value)
        return kept


@dataclass(frozen=True)
class Decision:
    """What was decided last about a message, and by whom. `ago_ms` by the database's clock."""

    kind: FactKind
    actor: str
    ago_ms: int


async def record(conn: Connection, lease: Lease, fact: FactRecord, *, only_playable: bool = False) -> bool:
    """Write a decision. False when this command id was written before, or the lease is lost.

    `only_playable`: also False, and nothing written, when the message's money has gone back meanwhile.
    """
    arguments = _arguments(lease, fact, only_playable=only_playable)
    return await fetch_one(conn, "playback/record_fact", arguments) is not None


def _arguments(lease: Lease, fact: FactRecord, *, only_playable: bool) -> dict[str, Any]:
    return {
        "command": fact.command_id,
        "streamer": lease.streamer_user_id,
        "message": fact.message_id,
        "kind": fact.kind.value,
        "actor": fact.actor,
        "reason": fact.reason,
        "detail": Jsonb(fact.detail),
        "happened_at": fact.happened_at,
        "epoch": lease.epoch,
        "only_playable": only_playable,
    }


async def record_all(
    conn: Connection, lease: Lease, facts: Sequence[FactRecord], *, only_playable: bool = False
) -> frozenset[UUID]:
    """Write decisions about messages in this order, all or none; whose facts were written.

    A few go by the statement that every command uses and that is warm: the one for many costs more than they do.
    """
    if len(facts) <= _FEW:
        given = [_arguments(lease, fact, only_playable=only_playable) for fact in facts]
        answers = await fetch_each(conn, "playback/record_fact", given) if given else []
        written = [fact.message_id for fact, row in zip(facts, answers, strict=True) if row is not None]
        return frozenset(message_id for message_id in written if message_id is not None)
    arguments = {
        "commands": [fact.command_id for fact in facts],
        "streamer": lease.streamer_user_id,
        "messages": [fact.message_id for fact in facts],
        "kinds": [fact.kind.value for fact in facts],
        "actors": [fact.actor for fact in facts],
        "reasons": [fact.reason for fact in facts],
        "details": [Jsonb(fact.detail) for fact in facts],
        "epoch": lease.epoch,
        "only_playable": only_playable,
    }
    rows = await fetch_all(conn, "playback/record_facts", arguments)
    return frozenset(row[0] for row in rows)


async def of_command(conn: Connection, command_id: UUID) -> UUID | bool | None:
    """The message a command decided about; None for a queue-wide one; False when the command was never done."""
    row = await fetch_one(conn, "playback/fact_of_command", {"command": command_id})
    return row[1] if row else False


async def latest_taken_out(conn: Connection, streamer: UUID) -> list[UUID]:
    """The message of the latest skip or rejection that still stands; all of a clear's, in their order."""
    rows = await fetch_all(conn, "playback/latest_taken_out", {"streamer": streamer})
    return [row[0] for row in rows]


async def last_decision(conn: Connection, message_id: UUID) -> Decision | None:
    """Who decided last about a message, and what."""
    row = await fetch_one(conn, "playback/last_decision", {"message": message_id})
    return Decision(FactKind(row[0]), row[1], row[2]) if row else None


async def who_ended(conn: Connection, run_id: UUID) -> tuple[str, str] | None:
    """How a run ended, and by whom; None for one that has not, or that never was."""
    row = await fetch_one(conn, "playback/who_ended", {"run": run_id})
    return (row[0], row[1]) if row else None


async def queue_wide(conn: Connection, streamer: UUID) -> QueueWide:
    """What stands for the whole queue: the fold of the queue-wide facts."""
    stands = QueueWide()
    for kind, channels in await fetch_all(conn, "playback/queue_wide", {"streamer": streamer}):
        stands = stands.after(FactKind(kind), frozenset(Channel(channel) for channel in channels))
    return stands
