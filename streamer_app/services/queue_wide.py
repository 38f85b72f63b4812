"""What people ask of the whole queue: pause, mute, panic, clear, what was missed, test alerts.

Pause, mute and panic act at once, whatever the database does: what cannot be written now goes to the journal.
"""

from __future__ import annotations

from uuid import uuid5

import msgspec

from streamer_app.core.commands import (
    Action,
    AnswerMissed,
    Channel,
    Clear,
    Command,
    MissedChoice,
    Mute,
    Panic,
    Pause,
    PlayAnyway,
    Release,
    ResumeQueue,
    SendTestAlert,
    Unmute,
)
from streamer_app.core.errors import CommandRefusedError, Reason
from streamer_app.core.playback import NO_CHANNELS, FactKind, Outcome, Standing
from streamer_app.core.presentation import sample_item
from streamer_app.core.rules import Arrival
from streamer_app.services import runs
from streamer_app.services.deciding import (
    Done,
    Known,
    after,
    decide_all,
    follow,
    id_of,
    known_as,
    let_wait,
    put_away,
    record_of,
    why_not,
)
from streamer_app.services.journal import Record
from streamer_app.services.show import OnStage, Show, TestAlert
from streamer_app.store import facts
from streamer_app.store.database import is_gone
from streamer_app.store.facts import FactRecord
from streamer_app.store.queue import Claim

_UNCHANGED = "Nothing was changed."
PANIC = "panic"
"""Why a run was interrupted, and a message held: it does not count against the message."""
AT_ONCE = (Pause, ResumeQueue, Mute, Unmute, Panic, Release)
"""Done whether or not the database answers."""


async def carry_out(show: Show, command: Command) -> Done | None:
    """Do it, and say to how much. None: this is not about the whole queue. Raises `CommandRefusedError`."""
    action: Action = command.action
    match action:
        case Pause() | ResumeQueue() | Mute() | Unmute() | Panic() | Release():
            return await at_once(show, command)
        case Clear():
            return await _clear(show, command)
        case AnswerMissed():
            return await _answer_missed(show, command, action)
        case PlayAnyway():
            return _play_anyway(show)
        case SendTestAlert():
            return _test(show, action)
        case _:
            return None


async def at_once(show: Show, command: Command) -> Done:
    """The queue-wide switches. Refused where they would change nothing."""
    match command.action:
        case Pause():
            await _switch(show, command, FactKind.PAUSED)
        case ResumeQueue():
            await _switch(show, command, FactKind.RESUMED)
        case Mute(channels=channels):
            await _switch(show, command, FactKind.MUTED, frozenset(channels))
        case Unmute(channels=channels):
            await _switch(show, command, FactKind.UNMUTED, frozenset(channels))
        case Panic():
            return await _panic(show, command)
        case _:
            await _switch(show, command, FactKind.RELEASED)
    return Done()


def _refuse_if_idle(show: Show, kind: FactKind, channels: frozenset[Channel]) -> None:
    wide = show.wide
    refusals: dict[FactKind, tuple[bool, str, Reason]] = {
        FactKind.PAUSED: (wide.paused, "The queue is paused already", Reason.PAUSED_ALREADY),
        FactKind.RESUMED: (not wide.paused, "The queue is not paused", Reason.NOT_PAUSED),
        FactKind.MUTED: (channels <= wide.muted, "That is muted already", Reason.MUTED_ALREADY),
        FactKind.UNMUTED: (not channels & wide.muted, "That is not muted", Reason.NOT_MUTED),
        FactKind.PANICKED: (wide.panic, "Panic is on already", Reason.PANIC_ALREADY),
        FactKind.RELEASED: (not wide.panic, "There is no panic", Reason.NOT_IN_PANIC),
    }
    refused, title, reason = refusals[kind]
    if kind is FactKind.RESUMED and wide.panic:
        raise CommandRefusedError("Panic is on", "Release it: the queue goes on with that.", reason=Reason.IN_PANIC)
    if refused:
        raise CommandRefusedError(title, _UNCHANGED, reason=reason)


async def _switch(show: Show, command: Command, kind: FactKind, channels: frozenset[Channel] = NO_CHANNELS) -> None:
    """One queue-wide fact, and what follows from it. Sound follows first: it is what people wait for."""
    _refuse_if_idle(show, kind, channels)
    before, show.wide = show.wide, show.wide.after(kind, channels)
    if show.wide.muted != before.muted:
        show.stage.mute(show.wide.muted)
    show.changed()
    named = tuple(channel for channel in Channel if channel in channels)
    fact = FactRecord(command_id=command.id, message_id=None, kind=kind, actor=command.actor, channels=named)
    try:
        written = await facts.record(show.conn(), show.held_lease(), fact)
    except Exception as problem:
        if not is_gone(problem):
            raise
        runs.keep(show, [fact])
        return
    if not written:
        show.wide = before
        show.stage.mute(before.muted)
        raise await why_not(show, command, None)
    await _follow_pause(show, paused_before=before.paused)


async def _follow_pause(show: Show, *, paused_before: bool) -> None:
    if show.wide.paused != paused_before:
        await follow(show, lambda generation: show.queue.set_paused(generation, show.wide.paused))
    if paused_before and not show.wide.paused:
        show.nudge()


async def _panic(show: Show, command: Command) -> Done:
    """Empty and silent first; then the facts, whole or into the journal; then the queue follows."""
    _refuse_if_idle(show, FactKind.PANICKED, NO_CHANNELS)
    on_stage, paused_before = show.on_stage, show.wide.paused
    show.stage.stop(PANIC)
    show.wide = show.wide.after(FactKind.PANICKED)
    show.tests.clear()
    records: list[Record] = [
        FactRecord(command_id=command.id, message_id=None, kind=FactKind.PANICKED, actor=command.actor)
    ]
    held = None
    if on_stage is not None:
        held = _held_by_panic(show, command, on_stage)
        if held is not None:
            records.append(held)
        records.append(runs.end_of(show, on_stage, Outcome.INTERRUPTED, actor=command.actor, reason=PANIC))
        show.on_stage = None
        runs.rest(show)
    if on_stage is not None and held is not None and on_stage.message is not None:
        message_id = on_stage.message.history.message_id
        put_away(show, message_id)
        about = known_as(show, on_stage.message)
        if about is not None:
            show.held[message_id] = after(show, about, held)
    show.changed()
    saved = await runs.save(show, records)
    claim = on_stage.claim if on_stage is not None else None
    if saved and claim is not None and held is not None:
        await _set_aside(show, claim, held)
    if saved:
        await _follow_pause(show, paused_before=paused_before)
    return Done(claim.message_id if claim is not None else None)


def _held_by_panic(show: Show, command: Command, on_stage: OnStage) -> FactRecord | None:
    if on_stage.message is None:
        return None
    about = known_as(show, on_stage.message)
    if about is None:
        return None
    where = Standing(state=about.where.state, rank=on_stage.rank, run_kind=about.where.run_kind)
    return record_of(
        command,
        Known(on_stage.message, where),
        FactKind.HELD,
        fact_id=uuid5(command.id, str(about.message_id)),
        reason=PANIC,
    )


async def _set_aside(show: Show, claim: Claim, held: FactRecord) -> None:
    rank = claim.rank if held.rank is None else held.rank
    await follow(
        show,
        lambda generation: show.queue.set_aside(generation, claim.epoch, claim.counter, rank),
        expected=True,
    )


async def _clear(show: Show, command: Command) -> Done:
    """All that waits is skipped as one; what plays goes on."""
    playing = show.on_stage.show.message_id if show.on_stage else None
    waiting = [
        about
        for message_id, message in show.queued.items()
        if message_id != playing and (about := known_as(show, message)) is not None
    ]
    if not waiting:
        raise CommandRefusedError("Nothing waits", _UNCHANGED, reason=Reason.NOTHING_WAITS)
    waiting.sort(key=lambda about: (about.where.rank, about.message_id))
    records = [
        record_of(command, about, FactKind.SKIPPED, fact_id=id_of(command, place, about.message_id), batch=command.id)
        for place, about in enumerate(waiting)
    ]
    written = await decide_all(show, command, records)
    for message_id in written:
        put_away(show, message_id)
    await follow(show, lambda generation: show.queue.remove_many(generation, written))
    show.changed()
    return Done(count=len(written))


async def _answer_missed(show: Show, command: Command, action: AnswerMissed) -> Done:
    """One fact per message, so that the question is asked once."""
    missed = [about for message in show.missed.values() if (about := known_as(show, message)) is not None]
    if not missed:
        raise CommandRefusedError("Nothing was missed", "There is nothing to decide.", reason=Reason.NOTHING_MISSED)
    missed.sort(key=lambda about: (about.message.history.order_time, about.message_id), reverse=True)
    wanted = {
        MissedChoice.ALL: len(missed),
        MissedChoice.NEWEST: max(0, action.newest),
        MissedChoice.NONE: 0,
    }[action.choice]
    records = [
        record_of(
            command,
            about,
            FactKind.QUEUED if place < wanted else FactKind.DISMISSED,
            fact_id=id_of(command, place, about.message_id),
        )
        for place, about in enumerate(missed)
    ]
    written = await decide_all(show, command, records)
    show.missed.clear()
    for about, record in reversed(list(zip(missed, records, strict=True))):
        if record.kind is FactKind.QUEUED and about.message_id in written:
            await let_wait(show, after(show, about, record))
    show.changed()
    return Done(count=min(wanted, len(missed)))


def _play_anyway(show: Show) -> Done:
    speaker = show.stage.speaker
    if speaker is None:
        raise CommandRefusedError(
            "No overlay page is open",
            "Open the overlay URL in OBS or in a browser; what waits plays then.",
            reason=Reason.NO_PAGE,
        )
    if speaker.on_air:
        raise CommandRefusedError("The overlay is on air", "Nothing stops the queue.", reason=Reason.ON_AIR_ALREADY)
    show.off_air = speaker.page_instance
    show.nudge()
    show.changed()
    return Done()


def _test(show: Show, test: SendTestAlert) -> Done:
    if show.stage.speaker is None:
        raise CommandRefusedError(
            "No overlay page is open",
            "Open the overlay URL in OBS or in a browser, then send the test again.",
            reason=Reason.NO_PAGE,
        )
    if show.wide.panic:
        raise CommandRefusedError("Panic is on", "Release it, then send the test again.", reason=Reason.IN_PANIC)
    item = sample_item(test, show.looks.language, show.now())
    arrival = Arrival(item.amount, item.donor_name, item.message, has_media=item.has_media)
    item = msgspec.structs.replace(item, verdict=show.judge.judge(arrival))
    show.looks.backstage.expect(item, show.overlay)
    show.tests.append(TestAlert(item, first_time=test.first_time))
    show.nudge()
    return Done()
