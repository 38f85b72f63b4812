"""Claims: what is next comes on stage, after a last look at its facts. The run is written before the page hears it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID, uuid4

import msgspec
import structlog

from streamer_app.core.donations import Item, ItemState
from streamer_app.core.overlay_protocol import AlertShow, Fence
from streamer_app.core.playback import NextShowing, RunKind, after_interruption
from streamer_app.core.presentation import TEST_BADGE
from streamer_app.core.ranks import natural_rank
from streamer_app.services import arrivals, staging
from streamer_app.services.runs import UNSENT, give_up, interrupt
from streamer_app.services.show import OnStage, Plan, Show, TestAlert
from streamer_app.services.stage import Speaker
from streamer_app.services.staging import Staged
from streamer_app.store import leases, playback
from streamer_app.store.playback import Message, RunOpening
from streamer_app.store.queue import Claim, StaleGenerationError

_log = structlog.get_logger()
PREPARED: Final = 3
"""Messages that are made ready ahead of their turn."""
FROM_THE_START: Final = NextShowing(offset_ms=0, chime=True)


def can_claim(show: Show) -> bool:
    """Whether the stage is free, allowed, and has somebody on air to speak."""
    return (
        show.on_stage is None
        and not show.resting
        and not show.wide.panic
        and show.lease is not None
        and show.generation is not None
        and show.somebody_speaks()
    )


async def advance(show: Show) -> None:
    """Show what is next, if anything may be shown now. Claims that no longer hold are dropped on the way."""
    while can_claim(show):
        if show.tests:
            await _show_test(show, show.tests.pop(0))
            return
        claim = await show.queue.claim(show.ready_generation(), show.held_lease().epoch)
        if isinstance(claim, str):
            return
        show.counter = max(show.counter, claim.counter)
        message = await playback.one(show.conn(), show.streamer_user_id, claim.message_id)
        await show_claim(show, claim, message)


async def show_claim(show: Show, claim: Claim, message: Message | None) -> None:
    """Open a run for a claim and put it on stage; a claim whose facts have changed is dropped."""
    speaker = show.stage.speaker
    generation = show.ready_generation()
    if message is None:
        await show.queue.complete(generation, claim.epoch, claim.counter)
        return
    if speaker is None:
        await show.queue.put_back(generation, claim.epoch, claim.counter)
        return
    kind = RunKind(claim.kind)
    staged = await _prepared(show, message)
    plan = show.plans.get(claim.message_id)
    showing, continues, shown_ms = _how(show, plan, speaker, staged)
    if showing is None:
        await give_up(show, claim, plan.interruptions if plan else 0)
        return
    opening = RunOpening(
        run_id=uuid4(),
        message_id=claim.message_id,
        kind=kind,
        epoch=claim.epoch,
        counter=claim.counter,
        page_instance=speaker.page_instance,
        resumes=plan.previous_run_id if plan else None,
        offset_ms=showing.offset_ms,
        expected_ms=staged.expected_ms,
        opened_at=show.now(),
    )
    opened = await _open(show, opening)
    if show.lease is None:
        return
    if not opened:
        _log.info("claim.dropped", message=str(claim.message_id), why="its facts changed")
        await show.queue.complete(generation, claim.epoch, claim.counter)
        show.queued.pop(claim.message_id, None)
        show.plans.pop(claim.message_id, None)
        show.changed()
        return
    continued = continues if showing.offset_ms and shown_ms else None
    fence = Fence(epoch=claim.epoch, counter=claim.counter)
    run = _show_of(opening.run_id, fence, claim.message_id, staged, showing, continued)
    show.plans.pop(claim.message_id, None)
    await put_on_stage(
        show,
        OnStage(
            show=run,
            message=message,
            claim=claim,
            opening=opening,
            rank=plan.rank if plan else claim.rank,
            interruptions=plan.interruptions if plan else message.history.interruptions,
            expected_ms=staged.expected_ms,
        ),
    )


def prepare_next(show: Show) -> None:
    """What comes next is made ready while something else plays: speech takes a moment, and a video is asked about."""
    playing = show.on_stage.show.message_id if show.on_stage is not None else None
    left_out = frozenset({playing}) if playing is not None and playing in show.queued else frozenset()
    for _, message_id in show.queued.neighbours(0, PREPARED, left_out):
        expect(show, show.queued[message_id])


def expect(show: Show, message: Message) -> None:
    """This one will be on stage one day."""
    show.looks.backstage.expect(_judged(show, message).item(ItemState.WAITING), show.overlay)


async def _open(show: Show, opening: RunOpening) -> bool:
    """Write the run. A lease that ran out while this program stood still refuses as facts do: it is renewed first.

    False: the facts are against it, or (then there is no lease) another studio took over meanwhile.
    """
    lease = show.held_lease()
    if await playback.open_run(show.conn(), lease, opening):
        return True
    if not await leases.renew_lease(show.conn(), lease):
        show.lost_lease()
        return False
    return await playback.open_run(show.conn(), lease, opening)


def _how(
    show: Show, plan: Plan | None, speaker: Speaker, staged: Staged
) -> tuple[NextShowing | None, UUID | None, int]:
    """Offset and chime of the next run, the run it continues on that page, and what had been shown."""
    if plan is None:
        return FROM_THE_START, None, 0
    shown_ms = plan.shown_ms
    continues = None
    resume = speaker.resume
    if resume is not None and resume.run_id == plan.previous_run_id:
        shown_ms = max(shown_ms, resume.shown_ms)
        continues = None if resume.ended else resume.run_id
    showing = after_interruption(
        interruptions=plan.interruptions,
        expected_ms=staged.expected_ms,
        shown_ms=shown_ms,
        away_ms=round((show.clock.monotonic() - plan.since) * 1000),
        settings=show.settings,
    )
    return showing, continues, shown_ms


def nothing_before(show: Show) -> bool:
    """Whether a message that comes now is the next one, whatever its rank: the stage is free, and nothing waits."""
    return (
        can_claim(show)
        and show.judge.may_show_at_once
        and not staging.asks_for_first_timers(show.overlay)
        and not (show.blocks or show.wide.paused or show.tests or show.plans or show.queued)
    )


async def show_at_once(show: Show, message_id: UUID) -> bool:
    """The usual case, with one question to the database: a fresh donation on an idle stage.

    False: something is against it, and nothing was written; the ordinary way decides.
    """
    speaker, lease = show.stage.speaker, show.held_lease()
    if speaker is None:
        return False
    run_id = uuid4()
    message = await playback.open_at_once(
        show.conn(),
        lease,
        run_id=run_id,
        message_id=message_id,
        counter=show.counter + 1,
        page_instance=speaker.page_instance,
        first_started_at=show.first_started_at,
        stage=show.settings,
    )
    if message is None:
        return False
    show.counter += 1
    fence = Fence(epoch=lease.epoch, counter=show.counter)
    verdict = show.judge.judge(arrivals.arrival_of(show, message))
    message = replace(message, verdict=verdict, is_judged=True)
    staged = _staged(show, message.item(ItemState.PLAYING))
    run = _show_of(run_id, fence, message_id, staged)
    sent = show.stage.show(run)
    # The page has it; what follows is bookkeeping, and no report can come before this job is over.
    rank = natural_rank(message.history.order_time)
    claim = Claim(message_id, rank, RunKind.FIRST.value, lease.epoch, show.counter)
    opening = RunOpening(
        run_id=run_id,
        message_id=message_id,
        kind=RunKind.FIRST,
        epoch=lease.epoch,
        counter=show.counter,
        page_instance=speaker.page_instance,
        resumes=None,
        offset_ms=0,
        expected_ms=staged.expected_ms,
        opened_at=show.now(),
    )
    show.queued[message_id] = message
    show.on_stage = OnStage(
        show=run,
        message=message,
        claim=claim,
        opening=opening,
        rank=rank,
        interruptions=0,
        expected_ms=staged.expected_ms,
    )
    show.page_silent = False
    show.changed()
    generation = show.ready_generation()
    if not await show.queue.occupy(generation, claim):
        raise StaleGenerationError(generation)
    await _sent_or_interrupted(show, run, sent=sent)
    if not verdict.plain:
        await arrivals.remember(show, message, verdict)
    return True


async def _prepared(show: Show, message: Message) -> Staged:
    message = _judged(show, message)
    first_time = staging.asks_for_first_timers(show.overlay) and await arrivals.is_first_timer(show, message)
    return _staged(show, message.item(ItemState.PLAYING), first_time=first_time)


def _judged(show: Show, message: Message) -> Message:
    """Where nothing worth keeping was said of it, what is read aloud is said again."""
    if message.verdict is not None:
        return message
    return replace(message, verdict=show.judge.judge(arrivals.arrival_of(show, message)))


def _staged(show: Show, item: Item, *, first_time: bool = False) -> Staged:
    looks = show.looks
    return looks.backstage.stage(item, show.overlay, show.settings, looks.language, first_time=first_time)


def _show_of(
    run_id: UUID,
    fence: Fence,
    message_id: UUID | None,
    staged: Staged,
    showing: NextShowing = FROM_THE_START,
    continues: UUID | None = None,
) -> AlertShow:
    return AlertShow(
        run_id=run_id,
        fence=fence,
        message_id=message_id,
        alert=staged.alert,
        timing=staged.timing,
        offset_ms=showing.offset_ms,
        chime=showing.chime,
        continues_run_id=continues,
    )


async def put_on_stage(show: Show, on_stage: OnStage) -> None:
    """Hand the run to the pages; the dispatcher hears of it again by a report or by the deadline."""
    show.on_stage = on_stage
    show.page_silent = False
    sent = show.stage.show(on_stage.show)
    show.changed()
    await _sent_or_interrupted(show, on_stage.show, sent=sent)


async def _sent_or_interrupted(show: Show, run: AlertShow, *, sent: bool) -> None:
    if not sent:
        _log.info("run.unsent", run=str(run.run_id))
        await interrupt(show, shown_ms=0, reason=UNSENT)


async def _show_test(show: Show, test: TestAlert) -> None:
    speaker = show.stage.speaker
    lease = show.held_lease()
    if speaker is None:
        return
    staged = _staged(show, test.item, first_time=test.first_time)
    staged = replace(staged, alert=msgspec.structs.replace(staged.alert, badge=TEST_BADGE))
    run_id = uuid4()
    counter = -(await playback.tests_of_epoch(show.conn(), lease)) - 1
    if not await playback.open_test_run(
        show.conn(),
        lease,
        run_id=run_id,
        counter=counter,
        page_instance=speaker.page_instance,
        expected_ms=staged.expected_ms,
    ):
        return
    run = _show_of(run_id, Fence(epoch=lease.epoch, counter=counter), None, staged)
    await put_on_stage(
        show,
        OnStage(
            show=run, message=None, claim=None, opening=None, rank=0, interruptions=0, expected_ms=staged.expected_ms
        ),
    )
