"""What people ask of the queue. Each handler: look at the facts, refuse with a reason, or write the fact and act."""

from __future__ import annotations

from uuid import UUID, uuid5

from streamer_app.core.commands import (
    Action,
    AnswerMissed,
    Command,
    MissedChoice,
    Pause,
    Replay,
    ReplayPlace,
    ResumeQueue,
    Retry,
    SendTestAlert,
    Skip,
    SkipCurrent,
    Undo,
)
from streamer_app.core.donations import ItemState
from streamer_app.core.errors import CommandRefusedError, Reason
from streamer_app.core.moves import Verb, move
from streamer_app.core.playback import FactKind, Outcome, RunKind, Standing, standing
from streamer_app.core.presentation import sample_alert
from streamer_app.core.ranks import RESUME_RANK, natural_rank, replay_next_rank
from streamer_app.services import intake, runs
from streamer_app.services.show import Show
from streamer_app.store import playback
from streamer_app.store.playback import FactRecord, Message
from streamer_app.store.queue import Entry

_GONE = "Nothing was changed, and the money is not touched."


async def carry_out(show: Show, command: Command) -> UUID | None:
    """Do it. Returns the message it was about, or None. Raises `CommandRefusedError` when it cannot be done now."""
    action: Action = command.action
    match action:
        case Skip():
            return await _skip(show, command, action)
        case SkipCurrent():
            return await _skip_current(show, command)
        case Undo():
            return await _undo(show, command, action)
        case Replay():
            return await _replay(show, command, action)
        case Retry():
            return await _retry(show, command, action)
        case AnswerMissed():
            await _answer_missed(show, command, action)
        case SendTestAlert():
            await _test(show)
        case Pause():
            await _set_paused(show, command, paused=True)
        case ResumeQueue():
            await _set_paused(show, command, paused=False)
    return None


async def _fact(
    show: Show, command: Command, message_id: UUID | None, kind: FactKind, *, rank: int | None = None
) -> None:
    fact = FactRecord(command_id=command.id, message_id=message_id, kind=kind, actor=command.actor, rank=rank)
    written = await playback.record_fact(show.conn(), show.held_lease(), fact)
    if written is None:
        raise CommandRefusedError("This command was done before", _GONE, reason=Reason.DONE_BEFORE)


async def _known(show: Show, message_id: UUID) -> tuple[Message, Standing]:
    message = await playback.one(show.conn(), show.streamer_user_id, message_id)
    where = standing(message.history, first_started_at=show.first_started_at) if message else None
    if message is None or where is None:
        raise CommandRefusedError(
            "There is no such donation message",
            "Look it up with: streamer-app queue list.",
            reason=Reason.UNKNOWN_DONATION,
        )
    on_stage = show.on_stage is not None and show.on_stage.show.message_id == message_id
    state = ItemState.PLAYING if on_stage else where.state
    if message_id in show.missed and state is ItemState.WAITING:
        state = ItemState.MISSED
    return message, Standing(state=state, rank=where.rank, run_kind=where.run_kind, reason=where.reason)


async def _skip_current(show: Show, command: Command) -> UUID | None:
    if show.plans:
        return await _skip(show, command, Skip(donation_message_id=next(iter(show.plans))))
    raise CommandRefusedError(
        "Nothing is playing", "Give the id of a waiting donation to skip that one.", reason=Reason.NOTHING_PLAYS
    )


def skips_the_stage(show: Show, action: Action) -> bool:
    """Whether this action skips what is on stage now."""
    on_stage = show.on_stage
    if on_stage is None:
        return False
    if isinstance(action, Skip):
        named = (action.run_id, action.donation_message_id)
        return on_stage.show.run_id == named[0] or (named[1] is not None and on_stage.show.message_id == named[1])
    return isinstance(action, SkipCurrent)


async def _skip(show: Show, command: Command, action: Skip) -> UUID | None:
    if action.donation_message_id is None:
        raise CommandRefusedError(
            "That one is already over", "The next one was not skipped.", reason=Reason.ALREADY_OVER
        )
    message_id = action.donation_message_id
    _, where = await _known(show, message_id)
    move(where.state, Verb.SKIP)
    plan = show.plans.get(message_id)
    await _fact(show, command, message_id, FactKind.SKIPPED, rank=plan.rank if plan else where.rank)
    await show.queue.remove(show.ready_generation(), message_id)
    for shelf in (show.queued, show.failed, show.held, show.plans):
        shelf.pop(message_id, None)
    show.changed()
    return message_id


async def skip_playing(show: Show, command: Command) -> UUID | None:
    """Silent at once; the facts follow in the same breath, and the end of the run with them."""
    on_stage = show.on_stage
    if on_stage is None:
        raise CommandRefusedError(
            "That one is already over", "The next one was not skipped.", reason=Reason.ALREADY_OVER
        )
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
        )
    await runs.leave_stage(show, end, fact)
    return message_id


async def _enqueue(show: Show, message: Message, rank: int, kind: RunKind) -> None:
    message_id = message.history.message_id
    fresh = await playback.one(show.conn(), show.streamer_user_id, message_id)
    show.queued[message_id] = fresh or message
    await show.queue.enqueue(
        show.ready_generation(), Entry(message_id=message_id, rank=rank, kind=intake.queue_kind(kind))
    )
    show.changed()
    show.nudge()


async def _undo(show: Show, command: Command, action: Undo) -> UUID:
    message_id = action.donation_message_id or await playback.latest_skip(show.conn(), show.streamer_user_id)
    if message_id is None:
        raise CommandRefusedError("There is no skip to undo", _GONE, reason=Reason.NO_SKIP_TO_UNDO)
    message, where = await _known(show, message_id)
    fact = message.history.fact
    skipped_replay = where.state is ItemState.PLAYED and fact is not None and fact.kind is FactKind.SKIPPED
    if not skipped_replay:
        move(where.state, Verb.UNDO)
    rank = fact.rank if fact is not None and fact.rank is not None else natural_rank(message.history.order_time)
    if rank == RESUME_RANK:
        rank = natural_rank(message.history.order_time)
    kind = RunKind.REPLAY if skipped_replay else RunKind.FIRST
    await _fact(show, command, message_id, FactKind.REPLAYED if skipped_replay else FactKind.UNSKIPPED, rank=rank)
    await _enqueue(show, message, rank, kind)
    return message_id


async def _replay(show: Show, command: Command, action: Replay) -> UUID:
    message, where = await _known(show, action.donation_message_id)
    if message.history.payment == "REFUNDED":
        raise CommandRefusedError(
            "This donation was refunded", "A refunded donation is not replayed.", reason=Reason.WAS_REFUNDED
        )
    move(where.state, Verb.REPLAY)
    now = show.clock.now()
    rank = replay_next_rank(now) if action.place is ReplayPlace.NEXT else natural_rank(now)
    await _fact(show, command, action.donation_message_id, FactKind.REPLAYED, rank=rank)
    await _enqueue(show, message, rank, RunKind.REPLAY)
    return action.donation_message_id


async def _retry(show: Show, command: Command, action: Retry) -> UUID:
    message, where = await _known(show, action.donation_message_id)
    move(where.state, Verb.RETRY)
    fact = message.history.fact
    rank = fact.rank if fact is not None and fact.rank is not None else natural_rank(message.history.order_time)
    await _fact(show, command, action.donation_message_id, FactKind.RETRIED, rank=rank)
    show.failed.pop(action.donation_message_id, None)
    await _enqueue(show, message, rank, RunKind.FIRST)
    return action.donation_message_id


async def _answer_missed(show: Show, command: Command, action: AnswerMissed) -> None:
    """One fact per message, so that the question is asked once. Ids follow from the command's: a repeat is harmless."""
    if not show.missed:
        raise CommandRefusedError("Nothing was missed", "There is nothing to decide.", reason=Reason.NOTHING_MISSED)
    newest_first = sorted(
        show.missed.values(), key=lambda message: (message.history.order_time, message.history.message_id), reverse=True
    )
    wanted = {
        MissedChoice.ALL: len(newest_first),
        MissedChoice.NEWEST: max(0, action.newest),
        MissedChoice.NONE: 0,
    }[action.choice]
    conn, lease = show.conn(), show.held_lease()
    chosen = newest_first[:wanted]
    async with conn.transaction():
        for place, message in enumerate(newest_first):
            await playback.record_fact(
                conn,
                lease,
                FactRecord(
                    command_id=uuid5(command.id, str(message.history.message_id)),
                    message_id=message.history.message_id,
                    kind=FactKind.QUEUED if place < wanted else FactKind.DISMISSED,
                    actor=command.actor,
                ),
            )
    show.missed.clear()
    for message in reversed(chosen):
        await _enqueue(show, message, natural_rank(message.history.order_time), RunKind.FIRST)
    show.changed()


async def _test(show: Show) -> None:
    speaker = show.stage.speaker
    if speaker is None:
        raise CommandRefusedError(
            "No overlay page is open",
            "Open the overlay URL in OBS or in a browser, then send the test again.",
            reason=Reason.NO_PAGE,
        )
    show.tests.append(sample_alert(theme=show.looks.theme, language=show.looks.language, volume=show.looks.volume))
    show.nudge()


async def _set_paused(show: Show, command: Command, *, paused: bool) -> None:
    if show.paused == paused:
        raise CommandRefusedError(
            "The queue is paused already" if paused else "The queue is not paused",
            "Nothing was changed.",
            reason=Reason.PAUSED_ALREADY if paused else Reason.NOT_PAUSED,
        )
    await _fact(show, command, None, FactKind.PAUSED if paused else FactKind.RESUMED)
    await show.queue.set_paused(show.ready_generation(), paused)
    show.paused = paused
    show.changed()
    if not paused:
        show.nudge()
