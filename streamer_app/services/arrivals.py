"""Rules are asked once, when a message comes: what they say is a fact, and from then on the fact counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID, uuid5

from streamer_app.core.playback import Fact, FactKind
from streamer_app.core.rules import Arrival, Finding, Rule, Ruling, Verdict
from streamer_app.services.show import Show
from streamer_app.store import arrivals, facts
from streamer_app.store.facts import FactRecord
from streamer_app.store.playback import Message

RULES: Final = "rules"
"""Who decided, where no person did."""
_JUDGED: Final = UUID("6b1f0c52-3a0e-5d0e-9a53-5f3b9c6f7e21")
_DECIDED: Final = UUID("6b1f0c52-3a0e-5d0e-9a53-5f3b9c6f7e22")


def once(message_id: UUID) -> UUID:
    """The id of the verdict at arrival: two studios that judge one message write one verdict."""
    return uuid5(_JUDGED, str(message_id))


def is_new(message: Message) -> bool:
    """Nobody has decided about it, the rules were not asked, and it was never on stage."""
    history = message.history
    return not message.is_judged and history.fact is None and history.interruptions == 0 and history.played_at is None


async def judge(show: Show, message: Message) -> Message:
    """Ask the rules about one message; the message with what they said."""
    return (await judge_all(show, [message], once))[0]


async def judge_all(show: Show, messages: Sequence[Message], name_of: Callable[[UUID], UUID]) -> list[Message]:
    """Ask the rules about many messages, and write what they said in one statement. `name_of` gives a verdict's id."""
    if not messages:
        return []
    records: list[FactRecord] = []
    judged: list[Message] = []
    for message in messages:
        verdict = await verdict_on(show, message)
        written = _records(message, verdict, name_of)
        records += written
        judged.append(_after(show, message, verdict, written))
    await facts.record_all(show.conn(), show.held_lease(), records)
    return judged


async def remember(show: Show, message: Message, verdict: Verdict) -> None:
    """Write what the rules said about a message that went on stage at once: they could only let it play or mask it."""
    await facts.record_all(show.conn(), show.held_lease(), _records(message, verdict, once))


async def is_first_timer(show: Show, message: Message) -> bool:
    """Whether this donor never donated to this streamer before."""
    return await arrivals.is_first_time(
        show.conn(), show.streamer_user_id, message.history.message_id, message.payer_user_id, message.donor_name
    )


async def verdict_on(show: Show, message: Message) -> Verdict:
    """What the rules and a panic say about it. Nothing is written."""
    first_time = False
    if show.rules.asks_for_first_timers:
        first_time = await is_first_timer(show, message)
    verdict = show.judge.judge(arrival_of(show, message, first_time=first_time))
    if show.wide.panic and verdict.ruling is not Ruling.NO_ALERT:
        findings = (*verdict.findings, Finding(Rule.PANIC))
        return _with(verdict, Ruling.HOLD, findings)
    return verdict


def arrival_of(show: Show, message: Message, *, first_time: bool = False) -> Arrival:
    """What rules may look at."""
    return Arrival(
        amount=message.amount,
        donor_name=message.donor_name,
        message=message.message,
        has_media=message.has_media,
        blocked=show.blocks.blocks(message.payer_user_id, message.donor_name),
        first_time=first_time,
    )


def _with(verdict: Verdict, ruling: Ruling, findings: tuple[Finding, ...]) -> Verdict:
    return Verdict(
        ruling=ruling,
        findings=findings,
        name=verdict.name,
        message=verdict.message,
        speech=verdict.speech,
        media=verdict.media,
    )


def _records(message: Message, verdict: Verdict, name_of: Callable[[UUID], UUID]) -> list[FactRecord]:
    message_id = message.history.message_id
    said = FactRecord(
        command_id=name_of(message_id),
        message_id=message_id,
        kind=FactKind.RECORDED_RULE,
        actor=RULES,
        verdict=verdict,
    )
    kind = {Ruling.HOLD: FactKind.HELD, Ruling.NO_ALERT: FactKind.DISMISSED}.get(verdict.ruling)
    if kind is None:
        return [said]
    decided = FactRecord(
        command_id=uuid5(_DECIDED, str(said.command_id)),
        message_id=message_id,
        kind=kind,
        actor=RULES,
        reason=why(verdict),
    )
    return [said, decided]


def why(verdict: Verdict) -> str:
    """The rule that decided, for the fact's reason: a panic first, else the first that applied."""
    rules = [finding.rule for finding in verdict.findings]
    if Rule.PANIC in rules:
        return Rule.PANIC.value
    return rules[0].value if rules else Rule.APPROVAL.value


def _after(show: Show, message: Message, verdict: Verdict, written: list[FactRecord]) -> Message:
    judged = replace(message, verdict=verdict, is_judged=True)
    decided = next((record for record in written if record.kind is not FactKind.RECORDED_RULE), None)
    if decided is None:
        return judged
    return judged.after(Fact(kind=decided.kind, happened_at=show.now(), reason=decided.reason))
