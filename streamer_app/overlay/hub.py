"""The connected pages: who speaks, what is on stage, and whose reports count.

Fulfils `services.stage.Stage`. Everything runs on the studio's loop and nothing blocks. It knows sockets only as
something that takes frames, so its rules are tested without a network and with a clock that stands still.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, ParamSpec

import msgspec
import structlog

from streamer_app.core.commands import Channel
from streamer_app.core.overlay_protocol import (
    AlertFailed,
    AlertFinished,
    AlertProgress,
    AlertShow,
    AlertStarted,
    AlertStop,
    CloseCode,
    Fence,
    Identified,
    Identify,
    PageMessage,
    Ping,
    Pong,
    Role,
    RoleChanged,
    ServerMessage,
    SettingsUpdate,
    SourceActive,
)
from streamer_app.overlay.election import Candidate, elect
from streamer_app.overlay.guards import plain_trace
from streamer_app.overlay.pages import Page, PageConnection, PageInfo
from streamer_app.overlay.showing import Showing
from streamer_app.services.stage import Speaker, StageListener

UNANSWERED_PINGS: Final = 3
"""A page that said nothing over so many pings is closed; it comes back by itself when it lives. Counted in pings, not
in seconds: a computer that wakes from sleep must not find every page too old."""
_GOING_AWAY: Final = 1001

_P = ParamSpec("_P")
_log = structlog.get_logger(__name__)


class Hub:
    """All identified pages of one streamer, at most one of which speaks."""

    def __init__(
        self, settings: SettingsUpdate, clock: Callable[[], float], on_change: Callable[[], None] | None = None
    ) -> None:
        """`clock` gives monotonic seconds. `on_change` is called when a page or the speaker came, went or changed."""
        self._settings = settings
        self._clock = clock
        self._on_change = on_change
        self._listener: StageListener | None = None
        self._encode = msgspec.json.Encoder().encode
        self._pages: dict[str, Page] = {}
        self._speaker: str | None = None
        self._told: tuple[str, bool] | None = None
        self._showing: Showing | None = None
        self._last: Showing | None = None
        self._arrivals = 0
        self._pings = 0

    # What the dispatcher sees (services.stage.Stage)

    @property
    def speaker(self) -> Speaker | None:
        """Who speaks now."""
        if self._speaker is None:
            return None
        page = self._pages[self._speaker]
        candidate = page.candidate
        return Speaker(candidate.page_instance, candidate.in_obs, candidate.on_air, page.resume)

    def listen(self, listener: StageListener) -> None:
        """Set the one listener. It is told at once who speaks, should somebody have come before it."""
        self._listener = listener
        self._told = None
        self._announce()

    def show(self, run: AlertShow) -> bool:
        """Put a run on stage on every page, the speaker first. False when there is no speaker: nothing was sent.

        A run that is still on stage is replaced: its reports no longer count, and nobody is told.
        """
        if self._speaker is None:
            return False
        frame = self._encode(run)
        self._pages[self._speaker].connection.send(frame)
        for page_instance, page in self._pages.items():
            if page_instance != self._speaker:
                page.connection.send(frame)
        self._showing = self._last = Showing.begin(run, self._clock(), self._origin_continued_by(run))
        for page in self._pages.values():
            page.resume = None
        return True

    def stop(self, reason: str) -> None:
        """Take the current run off every page. Nothing on stage: nothing happens.

        A better page takes over now; the listener hears of it on the loop's next turn, not within its own call.
        """
        if self._showing is None:
            return
        self._broadcast(AlertStop(run_id=self._showing.run.run_id, reason=reason))
        self._showing = None
        self._hold_election()
        asyncio.get_running_loop().call_soon(self._announce)

    def mute(self, channels: frozenset[Channel]) -> None:
        """These are silent on every page from now on, the alert on stage and pages that come later included."""
        muted = tuple(channel for channel in Channel if channel in channels)
        if muted != self._settings.muted:
            self._settings = msgspec.structs.replace(self._settings, muted=muted)
            self._broadcast(self._settings)

    # What the studio sees

    @property
    def pages(self) -> tuple[PageInfo, ...]:
        """The connected pages in the order they came."""
        return tuple(
            PageInfo(
                page_instance,
                self._role_of(page_instance),
                page.candidate.in_obs,
                page.obs_version,
                page.candidate.on_air,
                page.frozen,
            )
            for page_instance, page in self._pages.items()
        )

    def update_settings(self, settings: SettingsUpdate) -> None:
        """Change theme, language, volume and motion on every page, now and for those that come. A mute stays."""
        self._settings = msgspec.structs.replace(settings, muted=self._settings.muted)
        self._broadcast(self._settings)

    def close_all(self, code: CloseCode) -> None:
        """Begin to close every page's socket (key rotated, studio stopping)."""
        for page in tuple(self._pages.values()):
            page.connection.close(code)

    def ping(self) -> None:
        """Ping every page and close those silent over `UNANSWERED_PINGS`. The server calls it by its timer."""
        self._pings += 1
        for page_instance, page in self._pages.items():
            if page.unanswered_pings >= UNANSWERED_PINGS:
                _log.warning("overlay_page_silent", page_instance=page_instance)
                page.connection.close(CloseCode.SLOW_CLIENT)
            page.unanswered_pings += 1
        self._broadcast(Ping(n=self._pings))
        self._look_for_frost()

    # What the sockets report

    def join(self, identify: Identify, connection: PageConnection) -> None:
        """An identified page comes: it is told its role, and joins what is on stage as a mirror.

        The same page instance again means that its first socket is dead without our knowing: the new one replaces it.
        """
        if (former := self._pages.get(identify.page_instance)) is not None:
            former.connection.close(_GOING_AWAY)
            self.leave(identify.page_instance, former.connection)
        self._arrivals += 1
        now = self._clock()
        candidate = Candidate(
            identify.page_instance, identify.in_obs, identify.active, identify.visible, arrival=self._arrivals
        )
        self._pages[identify.page_instance] = Page(
            connection, candidate, identify.obs_version, identify.resume, identified_at=now
        )
        if self._showing is None:
            self._hold_election(newcomer=identify.page_instance)
        self._welcome(identify, connection, now)
        _log.info("overlay_page_joined", page_instance=identify.page_instance, in_obs=identify.in_obs)
        self._announce(pages_changed=True)

    def leave(self, page_instance: str, connection: PageConnection) -> None:
        """A page's socket is gone. The next best speaks at once; what it had on stage is orphaned.

        Does nothing when another socket of the same page has taken its place.
        """
        page = self._pages.get(page_instance)
        if page is None or page.connection is not connection:
            return
        del self._pages[page_instance]
        _log.info("overlay_page_left", page_instance=page_instance)
        if page_instance == self._speaker:
            orphan, self._showing = self._showing, None
            self._speaker = None
            self._hold_election()
            if orphan is not None and self._listener is not None:
                self._tell(self._listener.run_orphaned, orphan.run, orphan.shown_ms)
        self._announce(pages_changed=True)

    def receive(self, page_instance: str, message: PageMessage) -> None:
        """A checked message of an identified page. Reports that do not count are logged and ignored."""
        page = self._pages.get(page_instance)
        if page is None:
            return
        page.unanswered_pings = 0
        match message:
            case Pong():
                pass
            case SourceActive():
                self._source_changed(page, message)
            case AlertStarted():
                self._started(page_instance, message)
            case AlertProgress():
                self._progressed(page_instance, message)
            case AlertFinished():
                self._finished(page_instance, message)
            case AlertFailed():
                self._failed(page_instance, message)
            case Identify():
                page.connection.close(CloseCode.BAD_MESSAGE)

    # Reports

    def _started(self, page_instance: str, started: AlertStarted) -> None:
        showing = self._on_stage(page_instance, started.run_id, started.fence, "started")
        if showing is None:
            return
        if showing.started_at is not None:
            _ignored("started", page_instance, "repeated")
            return
        showing.started_at = self._clock()
        self._painted(showing, 1)
        if self._listener is not None:
            self._tell(self._listener.run_started, page_instance, showing.run)

    def _progressed(self, page_instance: str, progress: AlertProgress) -> None:
        showing = self._on_stage(page_instance, progress.run_id, progress.fence, "progress")
        if showing is None:
            return
        if showing.started_at is None:
            _ignored("progress", page_instance, "not started")
            return
        showing.shown_ms = max(showing.shown_ms, progress.shown_ms)
        self._painted(showing, progress.frames)
        if self._listener is not None:
            self._tell(self._listener.run_progressed, progress)

    def _finished(self, page_instance: str, finished: AlertFinished) -> None:
        showing = self._on_stage(page_instance, finished.run_id, finished.fence, "finished")
        if showing is None:
            return
        if showing.started_at is None:
            _ignored("finished", page_instance, "not started")
        elif showing.too_early(self._clock()):
            _ignored("finished", page_instance, "too early")
        else:
            self._showing = None
            self._hold_election()
            if self._listener is not None:
                self._tell(self._listener.run_finished, page_instance, finished)
            self._announce()

    def _failed(self, page_instance: str, failed: AlertFailed) -> None:
        if self._on_stage(page_instance, failed.run_id, failed.fence, "failed") is None:
            return
        self._showing = None
        self._hold_election()
        if self._listener is not None:
            self._tell(self._listener.run_failed, page_instance, failed)
        self._announce()

    def _on_stage(self, page_instance: str, run_id: object, fence: Fence, report: str) -> Showing | None:
        """The current showing when this report is about it and comes from the speaker."""
        showing = self._showing
        if page_instance != self._speaker:
            _ignored(report, page_instance, "not the speaker")
        elif showing is None or showing.run.run_id != run_id:
            _ignored(report, page_instance, "another run")
        elif showing.run.fence != fence:
            _ignored(report, page_instance, "another fence")
        else:
            return showing
        return None

    def _source_changed(self, page: Page, source: SourceActive) -> None:
        page.candidate = Candidate(
            page.candidate.page_instance, page.candidate.in_obs, source.active, source.visible, page.candidate.arrival
        )
        if self._showing is not None:
            # Time that passed while it was hidden does not count against it.
            self._showing.painted_at = self._clock()
        page.frozen = page.frozen and source.visible
        if self._showing is None:
            self._hold_election()
        self._announce(pages_changed=True)

    # Frozen pages

    def _look_for_frost(self) -> None:
        """A speaker that should paint and does not. A hidden page is never judged: browsers give it no frames."""
        showing, page = self._showing, self._pages.get(self._speaker or "")
        if showing is None or page is None or not (page.candidate.visible and page.candidate.on_air):
            return
        if showing.paints_nothing(self._clock()) and not page.frozen:
            _log.warning("overlay_page_frozen", page_instance=self._speaker, frames=showing.frames)
            page.frozen = True
            self._announce(pages_changed=True)

    def _painted(self, showing: Showing, frames: int) -> None:
        page = self._pages.get(self._speaker or "")
        if showing.painted(self._clock(), frames) and page is not None and page.frozen:
            page.frozen = False
            self._announce(pages_changed=True)

    # Roles

    def _hold_election(self, newcomer: str | None = None) -> None:
        """Elect, and tell those whose role changed. A newcomer learns its role when it is welcomed."""
        before = self._speaker
        self._speaker = elect((page.candidate for page in self._pages.values()), before)
        if self._speaker == before:
            return
        for page_instance, role in ((before, Role.MIRROR), (self._speaker, Role.SPEAKER)):
            if page_instance is not None and page_instance != newcomer:
                self._pages[page_instance].connection.send(self._encode(RoleChanged(role=role)))

    def _role_of(self, page_instance: str) -> Role:
        return Role.SPEAKER if page_instance == self._speaker else Role.MIRROR

    def _welcome(self, identify: Identify, connection: PageConnection, now: float) -> None:
        settings = self._settings
        identified = Identified(
            role=self._role_of(identify.page_instance),
            theme=settings.theme,
            language=settings.language,
            volume=settings.volume,
            reduced_motion=settings.reduced_motion,
            muted=settings.muted,
        )
        connection.send(self._encode(identified))
        if self._showing is None:
            return
        resume = identify.resume
        still_has_it = resume is not None and not resume.ended and resume.run_id == self._showing.run.run_id
        run = self._showing.for_latecomer(now, still_has_it=still_has_it)
        if run is not None:
            connection.send(self._encode(run))

    def _origin_continued_by(self, run: AlertShow) -> float | None:
        """Since when the alert that this run continues may have been on stage, as far as it is known here."""
        if run.continues_run_id is None or self._speaker is None:
            return None
        origins = []
        if self._last is not None and self._last.run.run_id == run.continues_run_id:
            origins.append(self._last.origin)
        page = self._pages[self._speaker]
        if page.resume is not None and page.resume.run_id == run.continues_run_id:
            origins.append(page.identified_at - page.resume.shown_ms / 1000)
        return min(origins, default=None)

    # Sending and telling

    def _broadcast(self, message: ServerMessage) -> None:
        frame = self._encode(message)
        for page in self._pages.values():
            page.connection.send(frame)

    def _announce(self, *, pages_changed: bool = False) -> None:
        """Tell the listener of the speaker when it is another one, or its source went on or off air."""
        speaker = self.speaker
        told = None if speaker is None else (speaker.page_instance, speaker.on_air)
        speaker_changed, self._told = told != self._told, told
        if speaker_changed and self._listener is not None:
            self._tell(self._listener.speaker_changed, speaker)
        if (speaker_changed or pages_changed) and self._on_change is not None:
            self._tell(self._on_change)

    def _tell(self, hear: Callable[_P, None], *args: _P.args, **kwargs: _P.kwargs) -> None:
        """Call out of the hub. A bug over there is logged with its context and the pages go on."""
        try:
            hear(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - whatever the bug, the pages must go on
            _log.error("stage_listener_failed", call=getattr(hear, "__name__", ""), exception=plain_trace(error))


def _ignored(report: str, page_instance: str, why: str) -> None:
    _log.warning("overlay_report_ignored", report=report, page_instance=page_instance, why=why)
