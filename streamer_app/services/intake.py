"""How messages come into the queue and leave it: the bell, the slow reconcile, the rebuild, the question at start."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal
from uuid import UUID, uuid4

import structlog

from streamer_app.core.donations import ItemState
from streamer_app.core.playback import FactKind, Outcome, RunKind, Standing, Waiting, missed_at_start, standing
from streamer_app.core.ranks import RESUME_RANK
from streamer_app.services import arrivals, claims, dressing, rulebook, runs
from streamer_app.services.runs import DISPATCHER
from streamer_app.services.show import Plan, Show
from streamer_app.store import facts, playback
from streamer_app.store.facts import FactRecord
from streamer_app.store.playback import Message, RunEnd
from streamer_app.store.queue import Entry

_log = structlog.get_logger()


def _stands(show: Show, message: Message) -> Standing | None:
    return standing(message.history, first_started_at=show.first_started_at)


def queue_kind(kind: RunKind) -> Literal["first", "replay"]:
    """The queue's word for it; test alerts never stand in the queue."""
    return "replay" if kind is RunKind.REPLAY else "first"


def entry_of(show: Show, message: Message, where: Standing) -> Entry:
    """A message as the queue keeps it; one that was interrupted goes in front."""
    plan = show.plans.get(message.history.message_id)
    rank = RESUME_RANK if plan else where.rank
    return Entry(message_id=message.history.message_id, rank=rank, kind=queue_kind(where.run_kind))


async def rebuild(show: Show, *, at_start: bool) -> None:
    """Load the queue anew from facts. Only at start are those that came while nobody was there set apart as missed."""
    lease = show.held_lease()
    show.generation = None
    show.wide = await facts.queue_wide(show.conn(), show.streamer_user_id)
    show.stage.mute(show.wide.muted)
    show.rules = await rulebook.load_rules(show.conn(), show.streamer_user_id)
    show.judge = rulebook.judge_of(show.rules)
    show.blocks = await rulebook.load_blocks(show.conn(), show.streamer_user_id)
    await dressing.load(show)
    claim = show.on_stage.claim if show.on_stage else None
    waiting, held = await _sort_out(show, claim.message_id if claim else None)
    if at_start:
        _set_missed_apart(show, waiting)
    for message_id in show.missed:
        waiting.pop(message_id, None)
    if show.on_stage is not None and claim is not None:
        # The run keeps its fence; the queue's claim on it moves to the new epoch, or it could not be completed.
        claim = show.on_stage.claim = replace(claim, epoch=lease.epoch)
    generation = str(uuid4())
    show.counter = await playback.last_counter(show.conn(), lease)
    await show.queue.rebuild(
        generation,
        epoch=lease.epoch,
        counter=show.counter,
        paused=show.wide.paused,
        waiting=[entry_of(show, message, where) for message, where in waiting.values()],
        held=held,
        stage=claim,
    )
    kept = {}
    if show.on_stage is not None and show.on_stage.message is not None and claim is not None:
        kept[claim.message_id] = show.on_stage.message
    show.queued.replace({message_id: message for message_id, (message, _) in waiting.items()} | kept)
    show.generation = generation
    claims.prepare_next(show)
    _log.info("queue.rebuilt", waiting=len(waiting), held=len(held), missed=len(show.missed))
    show.changed()


async def _sort_out(show: Show, playing: UUID | None) -> tuple[dict[UUID, tuple[Message, Standing]], list[Entry]]:
    """What waits and what is held by the facts; the other shelves are filled on the way. New ones are judged first."""
    messages = await playback.open_messages(show.conn(), show.streamer_user_id, show.first_started_at)
    new = [message for message in messages if arrivals.is_new(message) and message.history.message_id != playing]
    judged = {message.history.message_id: message for message in await arrivals.judge_all(show, new, arrivals.once)}
    waiting: dict[UUID, tuple[Message, Standing]] = {}
    held: list[Entry] = []
    show.failed.clear()
    show.held.clear()
    for read in messages:
        message_id = read.history.message_id
        message = judged.get(message_id, read)
        where = _stands(show, message)
        if where is None or message_id == playing:
            continue
        if where.state is ItemState.WAITING:
            waiting[message_id] = (message, where)
        elif where.state is ItemState.UNPLAYABLE:
            show.failed[message_id] = message
        elif where.state is ItemState.HELD:
            show.held[message_id] = message
            held.append(entry_of(show, message, where))
    return waiting, held


def _set_missed_apart(show: Show, waiting: dict[UUID, tuple[Message, Standing]]) -> None:
    asked = missed_at_start(
        [
            Waiting(
                message_id,
                message.history.order_time,
                decided=message.history.fact is not None or message.history.interruptions > 0,
            )
            for message_id, (message, _) in waiting.items()
        ],
        now=show.now(),
    )
    show.missed = {message_id: waiting[message_id][0] for message_id in asked}


async def plan_interrupted(show: Show) -> None:
    """What a studio before this one left on stage goes on: open runs end interrupted here, and all get a plan."""
    for run in await playback.interrupted_runs(show.conn(), show.held_lease()):
        if not run.ended:
            end = RunEnd(
                run_id=run.run_id,
                outcome=Outcome.INTERRUPTED,
                ms_shown=run.shown_ms,
                audible=True,
                actor=DISPATCHER,
                reason="the studio ended",
            )
            await playback.end_run(show.conn(), end)
        if run.message_id is None:
            continue
        message = await playback.one(show.conn(), show.streamer_user_id, run.message_id)
        where = _stands(show, message) if message else None
        if message is None or where is None or where.state is not ItemState.WAITING:
            continue
        show.plans[run.message_id] = Plan(
            previous_run_id=run.run_id,
            shown_ms=run.shown_ms,
            interruptions=message.history.interruptions,
            rank=where.rank,
            since=show.clock.monotonic() - run.away_ms / 1000,
        )


async def bell(show: Show, message_id: UUID) -> None:
    """One message may have become playable, or may no longer be. Shows it at once when the stage is free."""
    known = message_id in show.queued or message_id in show.missed
    fresh = not known and claims.nothing_before(show)
    if fresh and await claims.show_at_once(show, message_id):
        return
    message = await playback.one(show.conn(), show.streamer_user_id, message_id)
    if message is not None:
        await take_in(show, message)


async def take_in(show: Show, message: Message) -> None:
    """Let a message's facts decide: into the queue, out of it, or nothing at all."""
    where = _stands(show, message)
    message_id = message.history.message_id
    if where is None or message_id in show.missed:
        if where is not None and where.state is ItemState.WITHDRAWN:
            await withdraw(show, message)
        return
    on_stage = show.on_stage is not None and show.on_stage.show.message_id == message_id
    if where.state is ItemState.WITHDRAWN or (message.history.payment == "REFUNDED" and on_stage):
        await withdraw(show, message)
        return
    if where.state is not ItemState.WAITING or message_id in show.queued:
        return
    if arrivals.is_new(message):
        message = await arrivals.judge(show, message)
        if message.history.fact is not None:
            await _keep_out(show, message, entry_of(show, message, where))
            return
    entry = entry_of(show, message, where)
    generation = show.ready_generation()
    show.queued[message_id] = message
    if not claims.can_claim(show) or show.tests:
        await show.queue.enqueue(generation, entry)
        claims.prepare_next(show)
        show.changed()
        return
    outcome = await show.queue.enqueue_and_claim(generation, entry, show.held_lease().epoch)
    if outcome.claim is None:
        show.changed()
        return
    show.counter = max(show.counter, outcome.claim.counter)
    claimed: Message | None = message
    if outcome.claim.message_id != message_id:
        other = await playback.one(show.conn(), show.streamer_user_id, outcome.claim.message_id)
        claimed = other or show.queued.get(outcome.claim.message_id)
    await claims.show_claim(show, outcome.claim, claimed)


async def _keep_out(show: Show, message: Message, entry: Entry) -> None:
    """The rules let it not play by itself: held for approval, or no alert at all. The money is what it was."""
    fact = message.history.fact
    if fact is not None and fact.kind is FactKind.HELD:
        show.held[entry.message_id] = message
        claims.expect(show, message)
        await show.queue.enqueue(show.ready_generation(), entry)
        await show.queue.hold(show.ready_generation(), entry.message_id)
    show.changed()


async def withdraw(show: Show, message: Message) -> None:
    """The money went back: off the stage, out of the queue. A played message stays played."""
    message_id = message.history.message_id
    on_stage = show.on_stage
    playing = on_stage is not None and on_stage.show.message_id == message_id
    known = playing or message_id in show.queued or message_id in show.missed or message_id in show.held
    if not known and message_id not in show.failed:
        return
    fact = FactRecord(
        command_id=uuid4(), message_id=message_id, kind=FactKind.WITHDRAWN, actor=DISPATCHER, reason="refunded"
    )
    if playing and on_stage is not None:
        show.stage.stop("withdrawn")
        end = runs.end_of(show, on_stage, Outcome.WITHDRAWN, actor=DISPATCHER, reason="refunded")
        await runs.leave_stage(show, end, fact)
    else:
        await runs.save(show, [fact])
    if not playing:
        await show.queue.remove(show.ready_generation(), message_id)
    for shelf in (show.queued, show.missed, show.held, show.failed):
        shelf.pop(message_id, None)
    show.plans.pop(message_id, None)
    show.changed()


async def reconcile(show: Show) -> None:
    """The guarantee behind the bell: compare what should wait with what does, and mend the difference."""
    if show.lease is None or show.generation is None:
        return
    messages = await playback.open_messages(show.conn(), show.streamer_user_id, show.first_started_at)
    found = {message.history.message_id for message in messages}
    for message in messages:
        if message.history.message_id not in show.queued:
            await take_in(show, message)
    shelves = (*show.queued, *show.missed, *show.held, *show.failed)
    doubtful = [message_id for message_id in shelves if message_id not in found]
    if not doubtful:
        return
    playing = show.on_stage.show.message_id if show.on_stage else None
    for message_id, message in (await playback.named(show.conn(), show.streamer_user_id, doubtful)).items():
        where = _stands(show, message)
        if where is not None and where.state is ItemState.WITHDRAWN:
            await withdraw(show, message)
        elif message_id != playing:
            await show.queue.remove(show.ready_generation(), message_id)
            show.queued.pop(message_id, None)
            show.changed()
