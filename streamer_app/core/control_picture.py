"""What the owner of a control key sees of the queue: less than the streamer's window does, by construction.

An anonymous donor's name is not in these structs at all, and an amount only where the key's rights and the page's own
switch both say so. Pure: from the queue's view, the lights, rights and a language to one picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from streamer_app.core.commands import Channel, CommandRefused, CommandResult
from streamer_app.core.donations import Item, ItemState, Playing, QueueView
from streamer_app.core.errors import Reason
from streamer_app.core.events import Light, LightReason, Lights, LightState
from streamer_app.core.money import format_money
from streamer_app.core.presentation import cleaned, donor_on_stage
from streamer_app.core.rights import Right
from streamer_app.core.rules import Finding, Rule, Ruling, Verdict

LISTED: Final = 50
"""Rows of a list; counts are exact."""
MESSAGE_SHOWN: Final = 600
"""Characters: twice what viewers can ever see, so that whoever approves a message can read it."""
_NAME_SHOWN: Final = 100
_WORDS_OF: Final = frozenset({Rule.BLOCKED_WORD, Rule.LINK})
"""Rules whose detail is a piece of the donor's text; the other details are bounds of amounts, or names."""
_FACTS: Final = ("state", "actor", "did", "right")
"""What a refusal may say: not who else holds the queue (a computer and a folder), and no donor."""


class Donation(msgspec.Struct, frozen=True, kw_only=True):
    """One donation message. `donor` is replaced for who wants no name; `message` is what was written."""

    donation_message_id: UUID
    donor: str
    anonymous: bool
    message: str
    shown_message: str | None
    """What viewers see instead, where a rule masks something."""
    shown_donor: str | None
    """The same of the name."""
    state: ItemState
    paid_at: datetime
    reason: Rule | None
    """Which rule holds it; None where a person does."""
    ruling: Ruling
    findings: tuple[Finding, ...]
    replay: bool
    has_media: bool
    amount_text: str | None
    """Formatted ("Rp25.000"), where amounts are shown at all."""


class OnStage(msgspec.Struct, frozen=True, kw_only=True):
    """What plays. `donation` is None for a test alert; `started_at` until the text is painted."""

    run_id: UUID
    donation: Donation | None
    started_at: datetime | None
    offset_ms: int
    expected_ms: int


class ShownLight(msgspec.Struct, frozen=True, kw_only=True):
    """A light without its detail, which names computers and addresses."""

    state: LightState
    reason: LightReason


class ShownLights(msgspec.Struct, frozen=True, kw_only=True):
    """Database, queue and overlay."""

    database: ShownLight
    queue: ShownLight
    overlay: ShownLight


class ControlPicture(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows. Lists are cut at `LISTED`; the counts are exact."""

    revision: int
    ready: bool
    """False while there is no queue to look at yet."""
    playing: OnStage | None
    waiting: tuple[Donation, ...]
    waiting_count: int
    held: tuple[Donation, ...]
    held_count: int
    failed: tuple[Donation, ...]
    failed_count: int
    missed_count: int
    paused: bool
    panic: bool
    muted: tuple[Channel, ...]
    stale: bool
    """The queue cannot be asked at the moment: this is what was known of it last."""
    lights: ShownLights
    money: bool
    """Whether amounts are in this picture."""


def picture_of(
    view: QueueView | None, lights: Lights | None, *, rights: frozenset[Right], language: str, money: bool
) -> ControlPicture:
    """The picture for a key with these rights. `money`: the page asks for amounts; without the right it gets none."""
    priced = money and Right.MONEY in rights
    queue = view or QueueView(revision=0)

    def listed(items: Sequence[Item]) -> tuple[Donation, ...]:
        return tuple(_donation(item, language, priced=priced) for item in items[:LISTED])

    return ControlPicture(
        revision=queue.revision,
        ready=view is not None,
        playing=_on_stage(queue.playing, language, priced=priced),
        waiting=listed(queue.waiting),
        waiting_count=queue.waiting_count,
        held=listed(queue.held),
        held_count=len(queue.held),
        failed=listed(queue.failed),
        failed_count=len(queue.failed),
        missed_count=queue.missed_count,
        paused=queue.paused,
        panic=queue.panic,
        muted=tuple(channel for channel in Channel if channel.value in queue.muted),
        stale=queue.stale,
        lights=_lights(lights),
        money=priced,
    )


def result_for_key(result: CommandResult) -> CommandResult:
    """An answer as the owner of a key gets it: a block's donor may be one who wants no name."""
    return msgspec.structs.replace(result, facts={name: value for name, value in result.facts.items() if name == "by"})


def refusal_for_key(refused: CommandRefused) -> CommandRefused:
    """A refusal as the owner of a key gets it: without logins, computers and folders of the streamer's."""
    facts = {name: value for name, value in refused.facts.items() if name in _FACTS}
    title, remedy = refused.title, refused.remedy
    if "actor" in facts:
        facts["actor"] = facts["actor"].partition(":")[0]
    if refused.reason is Reason.SOMEBODY_WAS_FASTER:
        title = f"{facts.get('actor', 'Somebody')} was faster: {facts.get('did', '')}"
    elif refused.reason is Reason.HELD_ELSEWHERE:
        title, remedy = "Another studio runs this streamer's queue", "The streamer can take it over."
    return msgspec.structs.replace(refused, title=title, remedy=remedy, facts=facts)


def _donation(item: Item, language: str, *, priced: bool) -> Donation:
    verdict = item.verdict or Verdict(ruling=Ruling.PLAY)
    message = cleaned(item.message, MESSAGE_SHOWN)
    shown = None if verdict.message is None else cleaned(verdict.message, MESSAGE_SHOWN)
    name = None if item.is_anonymous or verdict.name is None else cleaned(verdict.name, _NAME_SHOWN)
    donor = donor_on_stage(msgspec.structs.replace(item, verdict=None), language)
    return Donation(
        donation_message_id=item.donation_message_id,
        donor=donor,
        anonymous=item.is_anonymous,
        message=message,
        shown_message=None if shown == message else shown,
        shown_donor=None if name == donor else name,
        state=item.state,
        paid_at=item.paid_at,
        reason=next((rule for rule in Rule if rule.value == item.reason), None),
        ruling=verdict.ruling,
        findings=tuple(_told(finding, item) for finding in verdict.findings),
        replay=item.replay,
        has_media=item.has_media,
        amount_text=format_money(item.amount, item.currency) if priced else None,
    )


def _told(finding: Finding, item: Item) -> Finding:
    """A finding without what tells an amount, or a name: the word it found may stand in an anonymous donor's."""
    hidden = finding.rule not in _WORDS_OF or (item.is_anonymous and finding.detail not in (item.message or ""))
    return Finding(finding.rule) if hidden else Finding(finding.rule, cleaned(finding.detail, _NAME_SHOWN))


def _on_stage(playing: Playing | None, language: str, *, priced: bool) -> OnStage | None:
    if playing is None:
        return None
    return OnStage(
        run_id=playing.run_id,
        donation=_donation(playing.item, language, priced=priced) if playing.item else None,
        started_at=playing.started_at,
        offset_ms=playing.offset_ms,
        expected_ms=playing.expected_ms,
    )


def _lights(lights: Lights | None) -> ShownLights:
    def shown(light: Light | None) -> ShownLight:
        if light is None:
            return ShownLight(state=LightState.BUSY, reason=LightReason.STARTING)
        return ShownLight(state=light.state, reason=light.reason)

    if lights is None:
        return ShownLights(database=shown(None), queue=shown(None), overlay=shown(None))
    return ShownLights(database=shown(lights.database), queue=shown(lights.queue), overlay=shown(lights.overlay))
