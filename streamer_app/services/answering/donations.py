"""Pages of donations with where each stands now, and the proof of delivery of one."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from streamer_app.core import periods
from streamer_app.core.answers import Donations, Proof, ProofDeed, ProofRun
from streamer_app.core.donations import Item, ItemState
from streamer_app.core.playback import standing
from streamer_app.core.questions import Cursor, DonationProof, DonationsPage
from streamer_app.services.profile import Profile
from streamer_app.services.proof import proof_of
from streamer_app.services.show import Show
from streamer_app.store import donation_pages, identity, playback
from streamer_app.store.database import Connection
from streamer_app.store.playback import Message

SCANNED: Final = 1000
"""Rows folded for one answer: a filter that few pass answers with what it found so far, and says where to go on."""


async def donations_page(conn: Connection, profile: Profile, asked: DonationsPage, show: Show | None) -> Donations:
    """One page. States are a fold, so rows are read until the page is full or enough was looked at."""
    streamer = profile.streamer_user_id
    period = periods.days(asked.since, asked.until, asked.time_zone)
    started = show.first_started_at if show is not None else await identity.first_started_at(conn, streamer)
    found: list[tuple[Item, Cursor]] = []
    before, looked_at = asked.before, 0
    while len(found) <= asked.limit and looked_at < SCANNED:
        wanted = min(asked.limit + 1, SCANNED - looked_at)
        keys = await donation_pages.page(conn, streamer, asked, period, before, wanted)
        messages = await playback.named(conn, streamer, [key.id for key in keys])
        for key in keys:
            item = _item(messages.get(key.id), show, started)
            if item is not None and (not asked.states or item.state in asked.states):
                found.append((item, key))
        looked_at += len(keys)
        if len(keys) < wanted:
            before = None
            break
        before = keys[-1]
    page = found[: asked.limit]
    if len(found) > asked.limit:
        before = page[-1][1]
    return Donations(donations=tuple(item for item, _ in page), next=before)


def _item(message: Message | None, show: Show | None, started: datetime) -> Item | None:
    if message is None:
        return None
    where = standing(message.history, first_started_at=started)
    if where is None:
        return None
    state, message_id = where.state, message.history.message_id
    if show is not None and show.on_stage is not None and show.on_stage.show.message_id == message_id:
        state = ItemState.PLAYING
    elif show is not None and message_id in show.missed:
        state = ItemState.MISSED
    return message.item(state, reason=where.reason)


async def proof(profile: Profile, asked: DonationProof) -> Proof:
    """All that is written about one donation, in the window's shape."""
    found = await proof_of(profile, asked.donation_message_id)
    kept = set(ProofRun.__struct_fields__)
    steps = found["steps"]
    return Proof(
        donation_message_id=found["donation_message_id"],
        status=found["status"],
        runs=tuple(ProofRun(**{name: run[name] for name in kept}) for run in found["runs"]),
        deeds=tuple(
            ProofDeed(kind=deed["kind"], actor=deed["actor"], reason=deed["reason"], happened_at=deed["happened_at"])
            for deed in found["decisions"]
        ),
        **steps,
    )
