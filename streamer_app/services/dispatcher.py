"""One message on stage at a time: the task that owns a streamer's show.

Everything that happens (a bell, a page's report, a command, a timer) becomes a job in one inbox, and jobs run one after
the other; so nothing here needs a lock, and each race has one winner by order of arrival. A job that fails on a lost
database or queue leaves the show as the facts say, and the dispatcher connects, rebuilds and goes on by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
import structlog

from streamer_app.core.clock import Clock
from streamer_app.core.commands import Clear, Command, CommandResult, Panic, SkipCurrent, TakeOver, Undo
from streamer_app.core.errors import (
    ActionableError,
    CommandRefusedError,
    DatabaseUnavailableError,
    QueueUnavailableError,
    Reason,
)
from streamer_app.core.events import LightReason
from streamer_app.core.overlay_protocol import AlertFailed, AlertFinished, AlertProgress, AlertShow
from streamer_app.core.stage_settings import StageSettings
from streamer_app.services import claims, deciding, intake, queue_wide, runs
from streamer_app.services.carrying_out import carry_out
from streamer_app.services.deciding import Done, DoneBeforeError
from streamer_app.services.dressing import video_told
from streamer_app.services.inbox import Inbox, Job
from streamer_app.services.journal import Journal
from streamer_app.services.show import Looks, Show
from streamer_app.services.stage import Speaker, Stage
from streamer_app.services.tenure import Holder, Revive, Tenure
from streamer_app.services.widgets import WidgetDesk
from streamer_app.store import facts, leases, playback
from streamer_app.store.database import is_gone, translated
from streamer_app.store.queue import FencedOutError, StaleGenerationError, StreamerQueue

_log = structlog.get_logger()
REMEMBERED_COMMANDS: Final = 512
_AWAY: Final = (DatabaseUnavailableError, QueueUnavailableError)
_NAMING_NOTHING: Final = (SkipCurrent, Undo, Clear, Panic)
"""Whatever they meet at the moment: a repeat is looked up before, not found out by the fact that is there."""


def _said(problem: BaseException) -> BaseException:
    """What whoever asked is told."""
    if isinstance(problem, StaleGenerationError | FencedOutError):
        return QueueUnavailableError("The queue is being rebuilt", "Try again in a moment.", reason=Reason.QUEUE_AWAY)
    return problem


def _require_ours(show: Show) -> None:
    if show.holder is not None:
        raise CommandRefusedError(
            f"This streamer's queue is run by {show.holder}",
            "Use the queue there, or take it over here.",
            reason=Reason.HELD_ELSEWHERE,
            facts={"holder": show.holder},
        )


class Dispatcher:
    """Fulfils `StageListener`; `run` is its life, `execute` and `ring` may be called from the same loop."""

    def __init__(
        self,
        *,
        database_url: str,
        streamer_user_id: UUID,
        queue: StreamerQueue,
        stage: Stage,
        holder: Holder,
        settings: StageSettings,
        looks: Looks,
        clock: Clock,
        changed: Callable[[], None],
        journal_path: Path | None = None,
        revive: Revive | None = None,
        desk: WidgetDesk | None = None,
    ) -> None:
        self._url = database_url
        self._streamer = streamer_user_id
        self._queue = queue
        self._stage = stage
        self._settings = settings
        self._looks = looks
        self._desk = desk
        self._clock = clock
        self._changed = changed
        self._journal = Journal(journal_path)
        self._inbox = Inbox()
        self._done: dict[UUID, CommandResult] = {}
        self._watched: UUID | None = None
        self._stopping = False
        self.show: Show | None = None
        self.ready = asyncio.Event()
        self.tenure = Tenure(
            database_url=database_url,
            streamer_user_id=streamer_user_id,
            holder=holder,
            inbox=self._inbox,
            new_show=self._new_show,
            streamer_show=lambda: self.show,
            changed=changed,
            settled=self.ready.set,
            ring=self.ring,
            revive=revive,
        )
        stage.listen(self)

    # Life

    async def run(self) -> None:
        """Until `stop`. Never ends by itself, whatever fails."""
        self._inbox.post(self.tenure.connect)
        while not self._stopping:
            self.tenure.watch()
            job = await self._inbox.take()
            self.tenure.unwatch()
            await self._guarded(job)
        await self._leave()

    def stop(self) -> None:
        """End in good order: give the lease back, close the connection."""

        async def stopping() -> None:
            self._stopping = True

        self._inbox.post(stopping)

    @property
    def revision(self) -> int:
        """Grows with every job, across restarts too: the lease's epoch leads it."""
        epoch = self.show.lease.epoch if self.show and self.show.lease else 0
        return (epoch << 32) + self._inbox.taken

    def ring(self, message_id: UUID) -> None:
        """The bell rang for a message: a hint. The slow reconcile is the guarantee."""
        if self._desk is not None:
            self._desk.ring(message_id)
        self._inbox.post(lambda: self._bell(message_id))

    async def execute(self, command: Command) -> CommandResult:
        """Carry out a command in its turn. Raises `ActionableError`; the same id twice answers alike."""
        answer: asyncio.Future[CommandResult] = asyncio.get_running_loop().create_future()

        async def work() -> None:
            try:
                with translated(self._url):
                    result = await self._execute(command)
            except BaseException as problem:
                if not answer.cancelled():
                    answer.set_exception(_said(problem))
                if not isinstance(problem, ActionableError) or isinstance(problem, _AWAY):
                    raise
            else:
                if not answer.cancelled():
                    answer.set_result(result)

        if isinstance(command.action, Panic) and self._panic_may_come(command):
            # Silent now, whatever the jobs before it wait for; its own job does the rest.
            self._stage.stop(queue_wide.PANIC)
        self._inbox.post(work)
        return await answer

    def _panic_may_come(self, command: Command) -> bool:
        show = self.show
        return show is not None and show.holder is None and not show.wide.panic and command.id not in self._done

    # What the stage tells

    def speaker_changed(self, speaker: Speaker | None) -> None:
        """A page came, went, or went on or off air."""
        show = self.show
        if show is not None and (speaker is None or speaker.on_air or speaker.page_instance != show.off_air):
            show.off_air = None
        self._changed()
        self._inbox.post(self._advance)

    def run_started(self, page_instance: str, run: AlertShow) -> None:
        """The text is painted."""
        del run
        self._inbox.post(lambda: self._with_show(lambda show: self._started(show, page_instance)))

    def run_progressed(self, progress: AlertProgress) -> None:
        """Still showing; the hub keeps the figure for a resume. A video that plays is told to its widget."""
        if self.show is not None:
            video_told(self.show, progress)

    def run_finished(self, page_instance: str, finished: AlertFinished) -> None:
        """Played."""
        self._inbox.post(lambda: self._finished(page_instance, finished))

    def run_failed(self, page_instance: str, failed: AlertFailed) -> None:
        """The page could not show it: an interruption with the page's reason."""
        del page_instance
        self._inbox.post(lambda: self._with_show(lambda show: runs.interrupt(show, shown_ms=0, reason=failed.reason)))

    def run_orphaned(self, run: AlertShow, shown_ms: int) -> None:
        """The speaker went away mid-run."""

        async def orphaned() -> None:
            show = self.show
            if show is not None and show.on_stage is not None and show.on_stage.show.run_id == run.run_id:
                await runs.interrupt(show, shown_ms=shown_ms, reason="the page went away")
                await claims.advance(show)

        self._inbox.post(orphaned)

    # Jobs

    def _nudge(self) -> None:
        self._inbox.post(self._advance)

    async def _guarded(self, job: Job) -> None:
        try:
            with translated(self._url):
                await job()
        except StaleGenerationError:
            _log.warning("queue.stale")
            self.tenure.queue_trouble(LightReason.QUEUE_REBUILDING)
        except FencedOutError:
            self.tenure.lost_lease()
        except QueueUnavailableError as problem:
            if self.tenure.worth_saying:
                _log.warning("queue.away", title=problem.title)
            self.tenure.queue_trouble(LightReason.QUEUE_UNREACHABLE)
        except ActionableError as problem:
            if self.tenure.worth_saying:
                _log.warning("database.away", title=problem.title)
            self.tenure.database_trouble(problem)
        except Exception:  # noqa: BLE001 - a bug in one job is logged with its context, and the show goes on
            _log.exception("dispatcher.job_failed")
        self._watch_deadline()

    async def _with_show(self, work: Callable[[Show], Awaitable[None]]) -> None:
        if self.show is not None:
            await work(self.show)

    async def _advance(self) -> None:
        if self.show is not None and self.show.database is not None:
            await claims.advance(self.show)

    async def _finished(self, page_instance: str, finished: AlertFinished) -> None:
        show = self.show
        if show is None:
            return
        claim = await runs.run_finished(show, page_instance, finished)
        if claim is not None:
            message = await playback.one(show.conn(), show.streamer_user_id, claim.message_id)
            await claims.show_claim(show, claim, message)
        await self._advance()

    async def _started(self, show: Show, page_instance: str) -> None:
        await runs.run_started(show, page_instance)
        claims.prepare_next(show)

    async def _bell(self, message_id: UUID) -> None:
        show = self.show
        if show is None or show.lease is None or show.generation is None:
            return
        await intake.bell(show, message_id)
        self._changed()

    async def _execute(self, command: Command) -> CommandResult:
        before = self._done.get(command.id)
        if before is not None:
            return msgspec.structs.replace(before, revision=self.revision, repeated=True)
        show = self.show
        if show is None:
            raise DatabaseUnavailableError(
                "The studio is still starting", "Try again in a moment.", reason=Reason.STARTING
            )
        if isinstance(command.action, TakeOver):
            await self.tenure.take_over()
            return self._remember(command, Done())
        _require_ours(show)
        connected = show.lease is not None and show.database is not None
        try:
            if connected and isinstance(command.action, _NAMING_NOTHING):
                await self._refuse_repeat(show, command)
            return self._remember(command, await carry_out(show, command))
        except DoneBeforeError:
            if isinstance(command.action, Panic) and show.on_stage is not None:
                # An old panic once more: what it took off the stage goes on.
                await runs.interrupt(show, shown_ms=0, reason=runs.UNSENT)
            return await self._repeated(show, command)
        except CommandRefusedError as refused:
            if not connected:
                raise
            if await facts.of_command(show.conn(), command.id) is not False:
                return await self._repeated(show, command)
            raise await deciding.with_who_was_faster(show, command, refused) from None

    async def _refuse_repeat(self, show: Show, command: Command) -> None:
        """What names no message must not be done twice, and the second time may meet another one."""
        try:
            known = await facts.of_command(show.conn(), command.id)
        except Exception as problem:
            if not is_gone(problem):
                raise
            return  # a panic does not wait for the database, and whatever needs it is refused a moment later
        if known is not False:
            raise DoneBeforeError("This command was done before", "Nothing was changed.", reason=Reason.DONE_BEFORE)

    async def _repeated(self, show: Show, command: Command) -> CommandResult:
        known = await facts.of_command(show.conn(), command.id)
        about = known if isinstance(known, UUID) else None
        return CommandResult(command_id=command.id, revision=self.revision, donation_message_id=about, repeated=True)

    def _remember(self, command: Command, done: Done) -> CommandResult:
        result = CommandResult(
            command_id=command.id,
            revision=self.revision,
            donation_message_id=done.message_id,
            count=done.count,
            facts=done.facts,
        )
        self._done[command.id] = result
        if len(self._done) > REMEMBERED_COMMANDS:
            self._done.pop(next(iter(self._done)))
        return result

    def _new_show(self, first_started_at: datetime) -> Show:
        self.show = Show(
            streamer_user_id=self._streamer,
            first_started_at=first_started_at,
            queue=self._queue,
            stage=self._stage,
            settings=self._settings,
            clock=self._clock,
            later=self._inbox.later,
            changed=self._changed,
            nudge=self._nudge,
            lost_database=self.tenure.reconnect,
            lost_lease=self.tenure.lost_lease,
            queue_trouble=self.tenure.queue_trouble,
            journal=self._journal,
            looks=self._looks,
            desk=self._desk,
        )
        return self.show

    async def _leave(self) -> None:
        self._inbox.close()
        show = self.show
        if show is None or show.database is None:
            return
        try:
            if show.on_stage is not None:
                self._stage.stop("studio stopping")
                await runs.interrupt(show, shown_ms=0, reason="the studio ended")
            if show.lease is not None:
                await leases.release_lease(show.conn(), show.lease)
        except Exception as problem:
            if not is_gone(problem) and not isinstance(problem, ActionableError | StaleGenerationError):
                raise
            _log.info("dispatcher.left_without_database")
        finally:
            await show.database.close()

    # Deadline

    def _watch_deadline(self) -> None:
        """A run that has not ended long after its time is over: its page is silent."""
        on_stage = self.show.on_stage if self.show else None
        run_id = on_stage.show.run_id if on_stage else None
        if run_id == self._watched:
            return
        self._watched = run_id
        self._inbox.forget("deadline")
        if on_stage is None:
            return
        left_ms = on_stage.expected_ms - on_stage.show.offset_ms + self._settings.grace_ms

        async def late() -> None:
            show = self.show
            if show is None or show.on_stage is None or show.on_stage.show.run_id != run_id:
                return
            _log.warning("run.deadline", run=str(run_id))
            self._stage.stop("deadline")
            show.page_silent = True
            await runs.interrupt(show, shown_ms=0, reason="the page did not answer")
            await claims.advance(show)

        self._inbox.post_after("deadline", left_ms / 1000, late)
