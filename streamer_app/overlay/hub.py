"""The connected pages: who speaks, what is on stage, and whose reports count.

Fulfils `services.stage.Stage`. Everything runs on the studio's loop and nothing blocks. It knows sockets only as
something that takes frames, so its rules are tested without a network and with a clock that stands still.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec

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
    Identify,
    PageMessage,
    Ping,
    Pong,
    SettingsUpdate,
    SourceActive,
    WidgetUpdate,
)
from streamer_app.core.overlay_settings import OverlaySettings
from streamer_app.overlay.dressing import told_of
from streamer_app.overlay.election import Candidate
from streamer_app.overlay.guards import plain_trace
from streamer_app.overlay.pages import GOING_AWAY, Page, PageConnection, PageInfo
from streamer_app.overlay.roster import Roster
from streamer_app.overlay.showing import Showing
from streamer_app.services.stage import Speaker, StageListener

_P = ParamSpec("_P")
_log = structlog.get_logger(__name__)


class Hub:
    """All identified pages of one streamer, at most one of which speaks."""

    def __init__(
        self, settings: SettingsUpdate, clock: Callable[[], float], on_change: Callable[[], None] | None = None
    ) -> None:
        """`clock` gives monotonic seconds. `on_change` is called when a page or the speaker came, went or changed."""
        self._roster = Roster(settings, clock)
        self._pages = self._roster.pages
        self._encode = self._roster.encode
        self._clock = clock
        self.sheets: Callable[[str], str | None] = _no_sheet
        """Serves a streamer's own style sheet, and answers with its address."""
        self._on_change = on_change
        self._listener: StageListener | None = None
        self._told: tuple[str, bool] | None = None
        self._showing: Showing | None = None
        self._last: Showing | None = None
        self._arrivals = 0
        self._pings = 0
        self.previews = self._roster.previews
        """Pages that came with the preview key."""

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
        """Put a run on stage on every page of alerts, the speaker first. False without a speaker: nothing was sent.

        A run that is still on stage is replaced: its reports no longer count, and nobody is told.
        """
        if self._speaker is None:
            return False
        self._roster.send_alert(self._encode(run))
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
        self._roster.send_alert(self._encode(AlertStop(run_id=self._showing.run.run_id, reason=reason)))
        self._showing = None
        self._hold_election()
        asyncio.get_running_loop().call_soon(self._announce)

    def dress(self, settings: OverlaySettings, language: str) -> None:
        """Theme, volumes, motion and style of every page, from now on and at once."""
        self.update_settings(told_of(settings, language, self.sheets(settings.custom_css)))

    def mute(self, channels: frozenset[Channel]) -> None:
        """These are silent on every page from now on, the alert on stage and pages that come later included."""
        muted = tuple(channel for channel in Channel if channel in channels)
        self._change_settings(msgspec.structs.replace(self._roster.settings, muted=muted))

    # What the studio sees

    @property
    def pages(self) -> tuple[PageInfo, ...]:
        """The connected pages in the order they came."""
        return self._roster.infos()

    def update_settings(self, settings: SettingsUpdate) -> None:
        """Change theme, language, volumes, motion and style of every page, now and later. A mute stays."""
        self._change_settings(msgspec.structs.replace(settings, muted=self._roster.settings.muted))

    def _change_settings(self, settings: SettingsUpdate) -> None:
        if settings != self._roster.settings:
            self._roster.settings = settings
            self._roster.send(settings)

    def close_all(self, code: CloseCode) -> None:
        """Begin to close every socket (studio stopping), previews included."""
        self._roster.close_all(code)

    @property
    def pinned(self) -> str | None:
        """The page that should speak, whether it is here or not."""
        return self._roster.pinned

    def pin(self, page_instance: str | None) -> bool:
        """Let this page speak as long as it is here, from the end of the current alert on. None: the best page does.

        False for a page that is not here or shows no alerts: nothing was changed. A reload makes another page of it,
        so that the pin falls back to the election then; a page that only lost its connection has it again.
        """
        if page_instance is not None and not self._roster.may_be_pinned(page_instance):
            return False
        self._roster.pinned = page_instance
        if self._showing is None:
            self._hold_election()
        self._announce(pages_changed=True)
        return True

    def post(self, update: WidgetUpdate, *, on_canvas: bool = False) -> None:
        """Show this from now on wherever the widget was named, and with `on_canvas` on pages that show everything.

        Only a newer revision is shown by pages: taking a widget off the canvas or putting it there needs one too.
        """
        self._roster.post(update, on_canvas=on_canvas)

    def preview(self, run: AlertShow) -> int:
        """Show a sample on previews, and nowhere else; how many show it."""
        self.previews.run_id = run.run_id
        return self.previews.send_alert(self._encode(run))

    def stop_preview(self, reason: str) -> None:
        """Take the sample off again."""
        if self.previews.run_id is not None:
            self.previews.send_alert(self._encode(AlertStop(run_id=self.previews.run_id, reason=reason)))
            self.previews.run_id = None

    def ping(self) -> None:
        """Ping every page and close those silent over `UNANSWERED_PINGS`. The server calls it by its timer."""
        self._pings += 1
        for page_instance in self._roster.ping(self._encode(Ping(n=self._pings))):
            _log.warning("overlay_page_silent", page_instance=page_instance)
        self._look_for_frost()

    # What the sockets report

    def join(self, identify: Identify, connection: PageConnection) -> None:
        """An identified page comes: it is told its role, and joins what is on stage as a mirror.

        The same page instance again means that its first socket is dead without our knowing: the new one replaces it.
        """
        if (former := self._pages.get(identify.page_instance)) is not None:
            former.connection.close(GOING_AWAY)
            self.leave(identify.page_instance, former.connection)
        self._arrivals += 1
        now = self._clock()
        candidate = Candidate(
            identify.page_instance, identify.in_obs, identify.active, identify.visible, arrival=self._arrivals
        )
        page = self._pages[identify.page_instance] = Page(
            connection, candidate, identify.obs_version, identify.resume, now, frozenset(identify.widgets)
        )
        if self._showing is None:
            self._hold_election(newcomer=identify.page_instance)
        self._welcome(identify, page, now)
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
            self._roster.speaker = None
            if page_instance == self._roster.pinned:
                _log.warning("overlay_pinned_page_gone", page_instance=page_instance)
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

    @property
    def _speaker(self) -> str | None:
        return self._roster.speaker

    def _hold_election(self, newcomer: str | None = None) -> None:
        self._roster.elect(newcomer)

    def _welcome(self, identify: Identify, page: Page, now: float) -> None:
        self._roster.greet(identify, page.connection, self._roster.role_of(identify.page_instance))
        if self._showing is None or not page.shows_alerts:
            return
        resume = identify.resume
        still_has_it = resume is not None and not resume.ended and resume.run_id == self._showing.run.run_id
        run = self._showing.for_latecomer(now, still_has_it=still_has_it)
        if run is not None:
            page.connection.send(self._encode(run))

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


def _no_sheet(_css: str) -> None:
    """Where nobody serves any."""
