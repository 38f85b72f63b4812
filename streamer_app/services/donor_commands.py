"""Blocked donors and rules: what is asked at arrival from now on. What waits keeps its verdict unless asked again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID, uuid5

import structlog

from streamer_app.core.commands import BlockDonor, Command, SetRules, UnblockDonor
from streamer_app.core.donor_names import name_key
from streamer_app.core.errors import CommandRefusedError, Reason
from streamer_app.core.playback import FactKind
from streamer_app.services import arrivals
from streamer_app.services.deciding import Done, DoneBeforeError, follow, known, put_away
from streamer_app.services.rulebook import judge_of, load_blocks, save_rules
from streamer_app.services.show import Show
from streamer_app.store import donor_blocks
from streamer_app.store.playback import Message

_log = structlog.get_logger()


async def carry_out(show: Show, command: Command) -> Done | None:
    """Do it. None: this is about neither donors nor rules. Raises `CommandRefusedError` when it cannot be done."""
    match command.action:
        case BlockDonor(donation_message_id=message_id):
            return await _block(show, command, message_id)
        case UnblockDonor(donor=donor):
            return await _unblock(show, command, donor)
        case SetRules():
            return await _set_rules(show, command, command.action)
        case _:
            return None


async def _block(show: Show, command: Command, message_id: UUID) -> Done:
    """By account where it is known, else by name; says which, and how many past messages match."""
    message = (await known(show, message_id)).message
    payer, key = message.payer_user_id, name_key(message.donor_name or "")
    if payer is None and not key:
        raise CommandRefusedError(
            "This donor gave no name and has no account",
            "There is nothing to block them by. Hold or skip the message instead.",
            reason=Reason.DONOR_NOT_BLOCKED,
        )
    shown = message.donor_name or "Seseorang"
    if show.blocks.blocks(payer, message.donor_name):
        raise CommandRefusedError("This donor is blocked already", "Nothing was changed.", reason=Reason.DONOR_BLOCKED)
    named = None if payer is not None else key
    await _record(show, command, payer, named, shown, blocks=True)
    matching = await donor_blocks.matching_messages(
        show.conn(), show.streamer_user_id, payer_user_id=payer, name_key=named
    )
    by = "account" if payer is not None else "name"
    return Done(message_id, count=matching, facts={"donor": shown, "by": by})


async def _unblock(show: Show, command: Command, donor: str) -> Done:
    key = name_key(donor)
    blocks = await donor_blocks.current(show.conn(), show.streamer_user_id)
    found = next((block for block in blocks if name_key(block.shown_name) == key or block.name_key == key), None)
    if found is None:
        raise CommandRefusedError(
            "That donor is not blocked", "Look up who is: streamer-app donor list.", reason=Reason.DONOR_NOT_BLOCKED
        )
    await _record(show, command, found.payer_user_id, found.name_key, found.shown_name, blocks=False)
    return Done(facts={"donor": found.shown_name, "by": "account" if found.payer_user_id else "name"})


async def _record(
    show: Show, command: Command, payer: UUID | None, key: str | None, shown: str, *, blocks: bool
) -> None:
    show.held_lease()
    written = await donor_blocks.record(
        show.conn(),
        command.id,
        show.streamer_user_id,
        payer_user_id=payer,
        name_key=key,
        shown_name=shown,
        blocks=blocks,
        actor=command.actor,
    )
    if not written:
        raise DoneBeforeError("This command was done before", "Nothing more was changed.", reason=Reason.DONE_BEFORE)
    show.blocks = await load_blocks(show.conn(), show.streamer_user_id)


async def _set_rules(show: Show, command: Command, action: SetRules) -> Done:
    show.held_lease()
    await save_rules(show.conn(), show.streamer_user_id, action.rules, command.actor)
    show.rules, show.judge = action.rules, judge_of(action.rules)
    _log.info("rules.set", by=command.actor)
    if not action.ask_again:
        return Done()
    return Done(count=await _ask_again(show, command))


async def _ask_again(show: Show, command: Command) -> int:
    """What waits and nobody decided about by hand is judged by the new rules; how many left the queue by that."""
    playing = show.on_stage.show.message_id if show.on_stage else None
    waiting = [
        message
        for message_id, message in show.queued.items()
        if message_id != playing and message.history.fact is None and message_id not in show.plans
    ]
    judged = await arrivals.judge_all(show, waiting, lambda message_id: uuid5(command.id, str(message_id)))
    gone = [message for message in judged if message.history.fact is not None]
    await _leave(show, gone)
    for message in judged:
        if message.history.fact is None:
            show.queued[message.history.message_id] = message
    show.changed()
    return len(gone)


async def _leave(show: Show, gone: Sequence[Message]) -> None:
    for message in gone:
        message_id = message.history.message_id
        put_away(show, message_id)
        if message.history.fact is not None and message.history.fact.kind is FactKind.HELD:
            show.held[message_id] = message
            await follow(show, partial(show.queue.hold, message_id=message_id), expected=True)
        else:
            await follow(show, partial(show.queue.remove, message_id=message_id))
