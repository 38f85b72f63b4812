"""Runs: hear how a showing went, and write how it ended. Facts are written before the queue changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

import msgspec
import structlog

from streamer_app.core.commands import Channel
from streamer_app.core.overlay_protocol import AlertFinished
from streamer_app.core.playback import Fact, FactKind, Outcome
from streamer_app.core.ranks import RESUME_RANK
from streamer_app.services.journal import Record
from streamer_app.services.show import OnStage, Plan, Show
from streamer_app.store import facts, playback
from streamer_app.store.database import is_gone
from streamer_app.store.facts import FactRecord
from streamer_app.store.playback import RunEnd
from streamer_app.store.queue import Claim

_log = structlog.get_logger()
DISPATCHER = "dispatcher"
UNSENT = "unsent"
"""The page went away between the claim and the show: nobody saw anything, so it does not count as an interruption."""


async def run_started(show: Show, page_instance: str) -> None:
    """The speaker painted the text."""
    on_stage = show.on_stage
    if on_stage is None:
        return
    on_stage.started_at = show.now()
    show.changed()
    await playback.start_run(show.conn(), on_stage.show.run_id, page_instance)


async def run_finished(show: Show, page_instance: str, finished: AlertFinished) -> Claim | None:
    """The run is over as it should be: `played_at` if this is the first time. Where no gap follows: the next claim."""
    on_stage = show.on_stage
    if on_stage is None:
        return None
    end = end_of(
        show,
        on_stage,
        Outcome.PLAYED,
        actor=page_instance,
        ms_shown=finished.shown_ms,
        audible=finished.audible,
        reason=", ".join(finished.troubles) or None,
    )
    if end.run_id != finished.run_id:
        return None
    return await leave_stage(show, end, and_claim=may_claim_at_once(show))


def may_claim_at_once(show: Show) -> bool:
    """Whether the next one follows without a gap: then one script ends this claim and makes the next."""
    return (
        show.settings.gap_ms <= 0
        and not show.tests
        and not show.wide.paused
        and show.lease is not None
        and show.somebody_speaks()
    )


def end_of(
    show: Show,
    on_stage: OnStage,
    outcome: Outcome,
    *,
    actor: str,
    ms_shown: int | None = None,
    audible: bool | None = None,
    reason: str | None = None,
) -> RunEnd:
    """How the run on stage ends; what was shown and heard is reckoned here where the page did not say."""
    return RunEnd(
        run_id=on_stage.show.run_id,
        outcome=outcome,
        ms_shown=shown_so_far(show, on_stage) if ms_shown is None else ms_shown,
        audible=Channel.ALERT not in show.wide.muted if audible is None else audible,
        actor=actor,
        reason=reason,
        opening=on_stage.opening,
    )


async def leave_stage(
    show: Show, end: RunEnd, fact: FactRecord | None = None, *, and_claim: bool = False
) -> Claim | None:
    """End the run on stage for good: the facts first, then the queue, which may answer with the next claim."""
    on_stage = show.on_stage
    if on_stage is None or on_stage.show.run_id != end.run_id:
        return None
    show.on_stage = None
    rest(show)
    claim = on_stage.claim
    if claim is not None:
        show.queued.pop(claim.message_id, None)
    show.changed()
    saved = await save(show, [fact, end] if fact is not None else [end])
    following = None
    if claim is not None and saved and show.generation is not None:
        following = await _complete(show, show.generation, claim, and_claim=and_claim)
    show.changed()
    return following


async def _complete(show: Show, generation: str, claim: Claim, *, and_claim: bool) -> Claim | None:
    if not and_claim or claim.epoch != show.held_lease().epoch:
        await show.queue.complete(generation, claim.epoch, claim.counter)
        return None
    outcome = await show.queue.complete_and_claim(generation, claim.epoch, claim.counter)
    if outcome.claim is not None:
        show.counter = max(show.counter, outcome.claim.counter)
    return outcome.claim


def shown_so_far(show: Show, on_stage: OnStage) -> int:
    """Milliseconds of its time on stage, by our clock: from the page's STARTED, at most all of it."""
    if on_stage.started_at is None:
        return on_stage.show.offset_ms
    elapsed = round((show.now() - on_stage.started_at).total_seconds() * 1000)
    return min(on_stage.expected_ms, on_stage.show.offset_ms + max(0, elapsed))


def rest(show: Show) -> None:
    """The gap before the next alert."""
    if show.settings.gap_ms <= 0:
        show.nudge()
        return
    show.resting = True

    def rested() -> None:
        show.resting = False
        show.nudge()

    show.later(show.settings.gap_ms / 1000, rested)


async def save(show: Show, records: Sequence[Record]) -> bool:
    """Write facts now, or keep them on disk with the moment they happened. False when they had to be kept."""
    try:
        await write(show, records)
    except Exception as problem:
        if not is_gone(problem):
            raise
        keep(show, records)
        return False
    return True


def keep(show: Show, records: Sequence[Record]) -> None:
    """Into the journal, with the moment they happened: the database is away."""
    now = show.now()
    show.journal.append([_dated(record, now) for record in records])
    _log.warning("database.away", kept=len(records))
    show.lost_database()


async def write(show: Show, records: Sequence[Record]) -> None:
    """Write facts and ends in order. All of it can be repeated."""
    conn, lease = show.conn(), show.held_lease()
    for record in records:
        if isinstance(record, RunEnd):
            await playback.end_run(conn, record)
        else:
            await facts.record(conn, lease, record)


def _dated(record: Record, now: datetime) -> Record:
    if isinstance(record, RunEnd):
        return msgspec.structs.replace(record, ended_at=record.ended_at or now)
    return msgspec.structs.replace(record, happened_at=record.happened_at or now)


async def interrupt(show: Show, *, shown_ms: int, reason: str) -> None:
    """Page or app went away mid-run: the run ends interrupted, and the message goes in front to go on."""
    on_stage = show.on_stage
    if on_stage is None:
        return
    show.on_stage = None
    shown = max(shown_ms, shown_so_far(show, on_stage))
    end = end_of(show, on_stage, Outcome.INTERRUPTED, actor=DISPATCHER, ms_shown=shown, reason=reason)
    show.changed()
    claim = on_stage.claim
    if claim is not None:
        show.plans[claim.message_id] = Plan(
            previous_run_id=on_stage.show.run_id,
            shown_ms=shown,
            interruptions=on_stage.interruptions + (reason != UNSENT),
            rank=on_stage.rank,
            since=show.clock.monotonic(),
        )
    if not await save(show, [end]) or claim is None:
        return
    plan = show.plans[claim.message_id]
    if plan.interruptions >= 2:  # noqa: PLR2004 - SPEC: "a second interruption makes it unplayable"
        await give_up(show, claim, plan.interruptions)
        return
    await show.queue.put_back(show.ready_generation(), claim.epoch, claim.counter, RESUME_RANK)
    show.nudge()


async def give_up(show: Show, claim: Claim, interruptions: int) -> None:
    """Unplayable: kept visible, retried by hand. The money is not touched."""
    plan = show.plans.get(claim.message_id)
    fact = FactRecord(
        command_id=uuid4(),
        message_id=claim.message_id,
        kind=FactKind.UNPLAYABLE,
        actor=DISPATCHER,
        reason=f"interrupted {interruptions} times",
        rank=plan.rank if plan else claim.rank,
        replay=claim.kind == "replay",
    )
    if not await save(show, [fact]):
        return
    await show.queue.complete(show.ready_generation(), claim.epoch, claim.counter)
    message = show.queued.pop(claim.message_id, None)
    show.plans.pop(claim.message_id, None)
    if message is not None:
        given_up = Fact(kind=fact.kind, happened_at=show.now(), rank=fact.rank, reason=fact.reason, replay=fact.replay)
        show.failed[claim.message_id] = message.after(given_up)
    show.changed()
