"""From what the dispatcher knows and the database says to the events a window shows."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from streamer_app.core.commands import Channel
from streamer_app.core.donations import Item, ItemState, Playing, QueueView
from streamer_app.core.events import BalancesChanged, DonationsChanged, LedgerChanged
from streamer_app.core.playback import standing
from streamer_app.services.profile import Profile
from streamer_app.services.show import Show
from streamer_app.store import money, playback
from streamer_app.store.database import Connection
from streamer_app.store.playback import Message
from streamer_app.store.queue import Entry, StreamerQueue

LISTED = 200
"""Rows of a list in a picture; counts are exact."""


async def queue_view(show: Show, queue: StreamerQueue, revision: int) -> QueueView:
    """The queue as one picture. While it is being rebuilt, what is remembered of it."""
    if show.generation is None:
        return _remembered(show, revision)
    view = await queue.view(show.generation, LISTED)
    return QueueView(
        revision=revision,
        playing=_playing(show) or _interrupted(show),
        waiting=_items(view.waiting, show.queued, ItemState.WAITING, skip=show.plans),
        waiting_count=view.waiting_count,
        held=_items(view.held, show.held, ItemState.HELD),
        failed=_shelf(show.failed, ItemState.UNPLAYABLE),
        missed=_shelf(show.missed, ItemState.MISSED),
        missed_count=len(show.missed),
        paused=view.paused,
        panic=show.wide.panic,
        muted=_muted(show),
    )


def _remembered(show: Show, revision: int) -> QueueView:
    on_stage = show.on_stage.show.message_id if show.on_stage else None
    waiting = {message_id: message for message_id, message in show.queued.items() if message_id != on_stage}
    return QueueView(
        revision=revision,
        playing=_playing(show),
        waiting=_shelf(waiting, ItemState.WAITING),
        waiting_count=len(waiting),
        held=_shelf(show.held, ItemState.HELD),
        failed=_shelf(show.failed, ItemState.UNPLAYABLE),
        missed=_shelf(show.missed, ItemState.MISSED),
        missed_count=len(show.missed),
        paused=show.wide.paused,
        panic=show.wide.panic,
        muted=_muted(show),
        stale=True,
    )


def _muted(show: Show) -> tuple[str, ...]:
    return tuple(channel.value for channel in Channel if channel in show.wide.muted)


def _playing(show: Show) -> Playing | None:
    """What is on stage; when it began is said by this machine's clock, as whoever looks reckons."""
    on_stage = show.on_stage
    if on_stage is None:
        return None
    started_at = on_stage.started_at and show.clock.now() - (show.now() - on_stage.started_at)
    replay = on_stage.claim is not None and on_stage.claim.kind == "replay"
    item = on_stage.message.item(ItemState.PLAYING, replay=replay) if on_stage.message else None
    return Playing(
        run_id=on_stage.show.run_id,
        item=item,
        started_at=started_at,
        offset_ms=on_stage.show.offset_ms,
        expected_ms=on_stage.expected_ms,
    )


def _interrupted(show: Show) -> Playing | None:
    """What was on stage and goes on as soon as a page is back: still "playing" to the person who looks."""
    for message_id, plan in show.plans.items():
        message = show.queued.get(message_id)
        if message is not None:
            return Playing(
                run_id=plan.previous_run_id,
                item=message.item(ItemState.PLAYING),
                started_at=None,
                offset_ms=plan.shown_ms,
                expected_ms=show.settings.on_stage_ms(len(message.message or "")),
            )
    return None


def _items(
    entries: tuple[Entry, ...], known: Mapping[UUID, Message], state: ItemState, skip: object = ()
) -> tuple[Item, ...]:
    skipped = set(skip) if isinstance(skip, dict) else set()
    return tuple(
        known[entry.message_id].item(state, replay=entry.kind == "replay", reason=_reason(known[entry.message_id]))
        for entry in entries
        if entry.message_id in known and entry.message_id not in skipped
    )


def _shelf(messages: dict[UUID, Message], state: ItemState) -> tuple[Item, ...]:
    ordered = sorted(messages.values(), key=lambda message: (message.history.order_time, message.history.message_id))
    return tuple(message.item(state, reason=_reason(message)) for message in ordered[:LISTED])


def _reason(message: Message) -> str | None:
    return message.history.fact.reason if message.history.fact else None


async def balances(conn: Connection, profile: Profile) -> BalancesChanged:
    """The streamer's own wallets."""
    return BalancesChanged(wallets=await money.wallets(conn, [profile.streamer_user_id]))


async def ledger(conn: Connection, profile: Profile) -> LedgerChanged:
    """The latest entries of the streamer's wallets."""
    return LedgerChanged(entries=await money.ledger(conn, [profile.streamer_user_id], LISTED))


async def donations(conn: Connection, profile: Profile, show: Show | None) -> DonationsChanged:
    """The latest donations with where each stands now."""
    found = []
    for message in await playback.latest(conn, profile.streamer_user_id, LISTED):
        item = _standing_item(message, show)
        if item is not None:
            found.append(item)
    return DonationsChanged(donations=tuple(found))


def _standing_item(message: Message, show: Show | None) -> Item | None:
    if show is None:
        return None
    where = standing(message.history, first_started_at=show.first_started_at)
    if where is None:
        return None
    message_id = message.history.message_id
    state = where.state
    if show.on_stage is not None and show.on_stage.show.message_id == message_id:
        state = ItemState.PLAYING
    elif message_id in show.missed:
        state = ItemState.MISSED
    return message.item(state, reason=where.reason)
