"""What people ask about one message: look at the facts, refuse with a reason, or write the fact and act."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

from streamer_app.core.commands import (
    Action,
    Approve,
    Command,
    Hold,
    Move,
    Reject,
    Replay,
    ReplayPlace,
    Retry,
    Skip,
    SkipCurrent,
    Undo,
)
from streamer_app.core.donations import ItemState
from streamer_app.core.errors import CommandRefusedError, Reason
from streamer_app.core.moves import Verb
from streamer_app.core.playback import FactKind, Outcome, PaymentState, standing
from streamer_app.core.ranks import moved, natural_rank, replay_end_rank, replay_next_rank
from streamer_app.services import runs
from streamer_app.services.deciding import (
    Done,
    Known,
    after,
    check,
    decide,
    decide_all,
    follow,
    id_of,
    known,
    known_as,
    let_wait,
    put_away,
    record_of,
)
from streamer_app.services.show import Show
from streamer_app.store import facts, playback
from streamer_app.store.facts import FactRecord

_TAKEN_OUT = frozenset({FactKind.SKIPPED, FactKind.REJECTED})
_NEIGHBOURS = 8
"""Neighbours that are looked at for a move; more only where so many stand on one place that they must make room."""


def over() -> CommandRefusedError:
    """A press that came when its alert had ended."""
    return CommandRefusedError("That one is already over", "The next one was not skipped.", reason=Reason.ALREADY_OVER)


def skips_the_stage(show: Show, action: Action) -> bool:
    """Whether this action skips what is on stage now."""
    on_stage = show.on_stage
    if on_stage is None:
        return False
    if isinstance(action, Skip):
        named = (action.run_id, action.donation_message_id)
        return on_stage.show.run_id == named[0] or (named[1] is not None and on_stage.show.message_id == named[1])
    return isinstance(action, SkipCurrent)


async def skip_playing(show: Show, command: Command) -> Done:
    """Silent at once; the facts follow in the same breath, and the end of the run with them."""
    on_stage = show.on_stage
    if on_stage is None:
        raise over()
    show.stage.stop("skipped")
    message_id = on_stage.show.message_id
    end = runs.end_of(show, on_stage, Outcome.SKIPPED, actor=command.actor)
    fact = None
    if message_id is not None:
        fact = FactRecord(
            command_id=command.id,
            message_id=message_id,
            kind=FactKind.SKIPPED,
            actor=command.actor,
            rank=on_stage.rank,
            replay=on_stage.claim is not None and on_stage.claim.kind == "replay",
        )
    await runs.leave_stage(show, end, fact)
    return Done(message_id)


async def carry_out(show: Show, command: Command) -> Done | None:
    """Do it, and say to what. None: this is not about one message. Raises `CommandRefusedError` when it cannot be."""
    handler = _HANDLERS.get(type(command.action))
    return None if handler is None else await handler(show, command, command.action)


async def _skip_current(show: Show, command: Command, action: SkipCurrent) -> Done:
    """What was on stage and waits for a page is still "playing" to whoever looks."""
    del action
    if show.plans:
        return await _skip(show, command, Skip(donation_message_id=next(iter(show.plans))))
    raise CommandRefusedError(
        "Nothing is playing", "Give the id of a waiting donation to skip that one.", reason=Reason.NOTHING_PLAYS
    )


async def _skip(show: Show, command: Command, action: Skip) -> Done:
    message_id = action.donation_message_id
    if message_id is None:
        raise over()
    about = await known(show, message_id)
    check(about, Verb.SKIP)
    await decide(show, command, about, FactKind.SKIPPED)
    put_away(show, message_id)
    await follow(show, lambda generation: show.queue.remove(generation, message_id))
    show.changed()
    return Done(message_id)


async def _undo(show: Show, command: Command, action: Undo) -> Done:
    if action.donation_message_id is not None:
        about = await known(show, action.donation_message_id)
        if not _can_come_back(about):
            check(about, Verb.UNDO)
        await let_wait(show, await decide(show, command, about, FactKind.UNSKIPPED))
        return Done(about.message_id)
    return await _undo_latest(show, command)


def _can_come_back(about: Known) -> bool:
    """It was taken out; of a played message that means that its replay was."""
    history = about.message.history
    if history.fact is None or history.fact.kind not in _TAKEN_OUT or not history.payment.playable:
        return False
    return about.where.state in {ItemState.SKIPPED, ItemState.PLAYED}


async def _undo_latest(show: Show, command: Command) -> Done:
    """The latest skip or rejection, or a whole clear."""
    named = await facts.latest_taken_out(show.conn(), show.streamer_user_id)
    found = await playback.named(show.conn(), show.streamer_user_id, named)
    all_known = [known_as(show, found[message_id]) for message_id in named if message_id in found]
    back = [about for about in all_known if about is not None and _can_come_back(about)]
    if not back:
        raise CommandRefusedError(
            "There is no skip to undo",
            "Nothing was changed, and the money is not touched.",
            reason=Reason.NO_SKIP_TO_UNDO,
        )
    records = [
        record_of(command, about, FactKind.UNSKIPPED, fact_id=id_of(command, place, about.message_id))
        for place, about in enumerate(back)
    ]
    written = await decide_all(show, command, records)
    for about, record in zip(back, records, strict=True):
        if about.message_id in written:
            await let_wait(show, after(show, about, record))
    return Done(back[0].message_id if len(back) == 1 else None, count=len(written))


async def _replay(show: Show, command: Command, action: Replay) -> Done:
    about = await known(show, action.donation_message_id)
    message = about.message
    if message.history.payment is PaymentState.REFUNDED:
        raise CommandRefusedError(
            "This donation was refunded", "A refunded donation is not replayed.", reason=Reason.WAS_REFUNDED
        )
    check(about, Verb.REPLAY)
    if not action.even_if_blocked and show.blocks.blocks(message.payer_user_id, message.donor_name):
        raise CommandRefusedError(
            "This donor is blocked",
            "Replay it all the same if you mean it; the donor stays blocked.",
            reason=Reason.DONOR_BLOCKED,
        )
    now = show.now()
    rank = replay_next_rank(now) if action.place is ReplayPlace.NEXT else replay_end_rank(now, _last_rank(show))
    await let_wait(show, await decide(show, command, about, FactKind.REPLAYED, rank=rank))
    return Done(action.donation_message_id)


def _last_rank(show: Show) -> int | None:
    found = (
        standing(message.history, first_started_at=show.first_started_at)
        for message_id, message in show.queued.items()
        if show.on_stage is None or show.on_stage.show.message_id != message_id
    )
    return max((where.rank for where in found if where is not None), default=None)


async def _retry(show: Show, command: Command, action: Retry) -> Done:
    about = await known(show, action.donation_message_id)
    check(about, Verb.RETRY)
    await let_wait(show, await decide(show, command, about, FactKind.RETRIED))
    return Done(action.donation_message_id)


async def _hold(show: Show, command: Command, action: Hold) -> Done:
    about = await known(show, action.donation_message_id)
    check(about, Verb.HOLD)
    held = await decide(show, command, about, FactKind.HELD)
    put_away(show, about.message_id)
    show.held[about.message_id] = held
    await follow(show, lambda generation: show.queue.hold(generation, about.message_id), expected=True)
    show.changed()
    return Done(about.message_id)


async def _approve(show: Show, command: Command, action: Approve) -> Done:
    about = await known(show, action.donation_message_id)
    check(about, Verb.APPROVE)
    approved = await decide(show, command, about, FactKind.APPROVED)
    put_away(show, about.message_id)
    show.queued[about.message_id] = approved
    await follow(show, lambda generation: show.queue.approve(generation, about.message_id), expected=True)
    show.changed()
    show.nudge()
    return Done(about.message_id)


async def _reject(show: Show, command: Command, action: Reject) -> Done:
    about = await known(show, action.donation_message_id)
    check(about, Verb.REJECT)
    await decide(show, command, about, FactKind.REJECTED)
    put_away(show, about.message_id)
    await follow(show, lambda generation: show.queue.remove(generation, about.message_id))
    show.changed()
    return Done(about.message_id)


async def _move(show: Show, command: Command, action: Move) -> Done:
    about = await known(show, action.donation_message_id)
    check(about, Verb.MOVE)
    ranks = _ranks_of(show, about, max(action.position, 1))
    if not ranks:
        return Done(about.message_id)
    changed = [(rank, await known(show, message_id)) for rank, message_id in ranks]
    # The message that was asked about first: its fact carries the command's id.
    changed.sort(key=lambda each: each[1].message_id != about.message_id)
    if len(changed) == 1:
        show.queued[about.message_id] = await decide(show, command, about, FactKind.MOVED, rank=changed[0][0])
        written = frozenset({about.message_id})
    else:
        records = [
            record_of(command, other, FactKind.MOVED, rank=rank, fact_id=id_of(command, place, other.message_id))
            for place, (rank, other) in enumerate(changed)
        ]
        written = await decide_all(show, command, records)
        for record, (_, other) in zip(records, changed, strict=True):
            if other.message_id in written:
                show.queued[other.message_id] = after(show, other, record)
    show.plans.pop(about.message_id, None)
    entries = [(rank, other.message_id) for rank, other in changed if other.message_id in written]
    await follow(show, lambda generation: show.queue.rerank(generation, entries), expected=len(entries))
    show.changed()
    return Done(about.message_id)


def _ranks_of(show: Show, about: Known, position: int) -> list[tuple[int, UUID]]:
    """New ranks for a move to `position` of what waits behind what was interrupted: from its neighbours alone.

    Only where a crowd stands on one place, so that making room goes beyond the neighbours, all of it is looked at.
    """
    playing = show.on_stage.show.message_id if show.on_stage is not None else None
    beside = {*show.plans, about.message_id} | ({playing} if playing is not None else set())
    left_out = frozenset(each for each in beside if each in show.queued)
    place = min(position, len(show.queued) - len(left_out) + 1) - 1
    if about.message_id not in show.plans and show.queued.place_of(about.message_id, left_out) == place:
        return []
    start = max(place - 1, 0)
    found = show.queued.neighbours(start, _NEIGHBOURS, left_out)
    now = natural_rank(show.now())
    ranks = moved(found, about.message_id, place - start + 1, now)
    if len(found) < _NEIGHBOURS or len(ranks) < _NEIGHBOURS - 2:
        return ranks
    return moved(show.queued.neighbours(0, len(show.queued), left_out), about.message_id, place + 1, now)


_HANDLERS: Final[dict[type[Action], Callable[[Show, Command, Any], Awaitable[Done]]]] = {
    Skip: _skip,
    SkipCurrent: _skip_current,
    Undo: _undo,
    Replay: _replay,
    Retry: _retry,
    Hold: _hold,
    Approve: _approve,
    Reject: _reject,
    Move: _move,
}
