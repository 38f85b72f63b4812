"""What every command about one message does: look, ask whether the move is legal, write the fact, remember it as read.

Only the holder of the lease writes facts, so what the show remembers of a message is what the database would say; the
one thing that others change is its payment, and the statement that writes a fact looks at that again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid5

import structlog

from streamer_app.core.commands import Command
from streamer_app.core.donations import ItemState
from streamer_app.core.errors import CommandRefusedError, QueueUnavailableError, Reason
from streamer_app.core.events import LightReason
from streamer_app.core.moves import Verb, move
from streamer_app.core.playback import Fact, FactKind, RunKind, Standing, standing
from streamer_app.services import arrivals, intake, runs
from streamer_app.services.show import Show
from streamer_app.store import facts, playback
from streamer_app.store.facts import FactRecord
from streamer_app.store.playback import Message
from streamer_app.store.queue import Entry, FencedOutError, StaleGenerationError

_log = structlog.get_logger()
MOMENTS_AGO_MS = 60_000
"""What somebody else did within this time before a press is why the press came too late."""
_NOBODY = (runs.DISPATCHER, arrivals.RULES)
"""Who decides without being a person."""


class DoneBeforeError(CommandRefusedError):
    """This very command was done before: its answer is given again."""


@dataclass(frozen=True)
class Done:
    """What a command did, for its answer."""

    message_id: UUID | None = None
    count: int | None = None
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """A message and where it stands now."""

    message: Message
    where: Standing

    @property
    def message_id(self) -> UUID:
        """Whose it is."""
        return self.message.history.message_id


def remembered(show: Show, message_id: UUID) -> Message | None:
    """What the show has of a message, without asking the database."""
    for shelf in (show.queued, show.held, show.missed, show.failed):
        if message_id in shelf:
            return shelf[message_id]
    return None


async def known(show: Show, message_id: UUID) -> Known:
    """A message as the show or the database has it, or the refusal that there is none."""
    message = remembered(show, message_id)
    if message is None:
        message = await playback.one(show.conn(), show.streamer_user_id, message_id)
    found = known_as(show, message) if message is not None else None
    if found is None:
        raise CommandRefusedError(
            "There is no such donation message",
            "Look it up with: streamer-app queue list.",
            reason=Reason.UNKNOWN_DONATION,
        )
    return found


def known_as(show: Show, message: Message) -> Known | None:
    """The fold of a message's facts, with what only the studio knows: the stage, and what nobody has decided about."""
    where = standing(message.history, first_started_at=show.first_started_at)
    if where is None:
        return None
    state = where.state
    if show.on_stage is not None and show.on_stage.show.message_id == message.history.message_id:
        state = ItemState.PLAYING
    elif message.history.message_id in show.missed and state is ItemState.WAITING:
        state = ItemState.MISSED
    return Known(message, Standing(state=state, rank=where.rank, run_kind=where.run_kind, reason=where.reason))


def record_of(
    command: Command,
    about: Known,
    kind: FactKind,
    *,
    fact_id: UUID | None = None,
    rank: int | None = None,
    reason: str | None = None,
    batch: UUID | None = None,
) -> FactRecord:
    """The fact as it is written. It keeps the message's place, and whether it is about a pending replay."""
    return FactRecord(
        command_id=fact_id or command.id,
        message_id=about.message_id,
        kind=kind,
        actor=command.actor,
        reason=reason,
        rank=about.where.rank if rank is None else rank,
        replay=about.where.run_kind is RunKind.REPLAY,
        batch=batch,
    )


def after(show: Show, about: Known, record: FactRecord) -> Message:
    """The message as it is read after its fact was written."""
    fact = Fact(
        kind=record.kind,
        happened_at=show.now(),
        rank=record.rank,
        reason=record.reason,
        replay=record.replay,
    )
    return about.message.after(fact)


async def decide(
    show: Show, command: Command, about: Known, kind: FactKind, *, rank: int | None = None, reason: str | None = None
) -> Message:
    """Write what was decided about one message; the message as it is from now on."""
    record = record_of(command, about, kind, rank=rank, reason=reason)
    lease = show.held_lease()
    if not await facts.record(show.conn(), lease, record, only_playable=True):
        raise await why_not(show, command, about.message_id)
    return after(show, about, record)


async def decide_all(show: Show, command: Command, records: Sequence[FactRecord]) -> frozenset[UUID]:
    """Write decisions about many messages as one; those whose money has gone back meanwhile are left out."""
    written = await facts.record_all(show.conn(), show.held_lease(), records, only_playable=True)
    if not written:
        raise await why_not(show, command, records[0].message_id)
    return written


def id_of(command: Command, place: int, message_id: UUID) -> UUID:
    """The id of one fact of many: the first is the command's own, so that a repeat of the command is known."""
    return command.id if place == 0 else uuid5(command.id, str(message_id))


async def why_not(show: Show, command: Command, message_id: UUID | None) -> CommandRefusedError:
    """Nothing was written: a repeat, money that went back, or a lease that is another studio's by now."""
    if await facts.of_command(show.conn(), command.id) is not False:
        return DoneBeforeError("This command was done before", "Nothing more was changed.", reason=Reason.DONE_BEFORE)
    message = await playback.one(show.conn(), show.streamer_user_id, message_id) if message_id else None
    if message is not None and not message.history.payment.playable:
        await intake.withdraw(show, message)
        return CommandRefusedError(
            "This donation was refunded", "A refunded donation is not shown.", reason=Reason.WAS_REFUNDED
        )
    show.lost_lease()
    return CommandRefusedError(
        "Another studio runs this streamer's queue by now",
        "Use the queue there, or take it over here.",
        reason=Reason.HELD_ELSEWHERE,
        facts={"holder": show.holder or "another studio"},
    )


def check(about: Known, verb: Verb) -> None:
    """Refuse a move that is not legal, with its reason."""
    move(about.where.state, verb)


async def with_who_was_faster(show: Show, command: Command, refused: CommandRefusedError) -> CommandRefusedError:
    """A press that lost a race is told who won it: somebody else decided about the same thing moments ago."""
    if refused.reason is Reason.ALREADY_OVER:
        run_id = getattr(command.action, "run_id", None)
        ended = await facts.who_ended(show.conn(), run_id) if run_id is not None else None
        if ended is None or ended[0] == "played" or ended[1] in {command.actor, *_NOBODY}:
            return refused
        return _faster(refused, ended[1], ended[0])
    message_id = getattr(command.action, "donation_message_id", None)
    if message_id is None or "state" not in refused.facts:
        return refused
    last = await facts.last_decision(show.conn(), message_id)
    if last is None or last.actor in {command.actor, *_NOBODY} or last.ago_ms > MOMENTS_AGO_MS:
        return refused
    return _faster(refused, last.actor, last.kind.value)


def _faster(refused: CommandRefusedError, actor: str, did: str) -> CommandRefusedError:
    return CommandRefusedError(
        f"{actor} was faster: {did}",
        refused.remedy,
        reason=Reason.SOMEBODY_WAS_FASTER,
        facts={**refused.facts, "actor": actor, "did": did},
    )


async def follow(show: Show, operation: Callable[[str], Awaitable[object]], expected: object = None) -> None:
    """Let the queue follow what is written. One that cannot is loaded anew from the facts: the command is done."""
    if show.generation is None:
        return
    try:
        answer = await operation(show.generation)
    except (StaleGenerationError, FencedOutError):
        show.queue_trouble(LightReason.QUEUE_REBUILDING)
    except QueueUnavailableError:
        show.queue_trouble(LightReason.QUEUE_UNREACHABLE)
    else:
        if expected is not None and answer != expected:
            _log.warning("queue.off", answer=str(answer), expected=str(expected))
            show.queue_trouble(LightReason.QUEUE_REBUILDING)


def put_away(show: Show, message_id: UUID) -> None:
    """Off every shelf: it neither waits nor is held any more."""
    for shelf in (show.queued, show.failed, show.held, show.missed):
        shelf.pop(message_id, None)
    show.plans.pop(message_id, None)


async def let_wait(show: Show, message: Message) -> None:
    """Into the queue, where its facts say."""
    message_id = message.history.message_id
    where = standing(message.history, first_started_at=show.first_started_at)
    if where is None:
        return
    put_away(show, message_id)
    show.queued[message_id] = message
    entry = Entry(message_id=message_id, rank=where.rank, kind=intake.queue_kind(where.run_kind))
    await follow(show, lambda generation: show.queue.enqueue(generation, entry), "added")
    show.changed()
    show.nudge()
