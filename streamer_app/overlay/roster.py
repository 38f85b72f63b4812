"""Who is connected: pages and previews, which page speaks, and what goes to whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from streamer_app.core.overlay_protocol import (
    CloseCode,
    Identified,
    Identify,
    Role,
    RoleChanged,
    ServerMessage,
    SettingsUpdate,
    WidgetUpdate,
)
from streamer_app.overlay.board import Board, Posting, without_state
from streamer_app.overlay.election import elect
from streamer_app.overlay.pages import UNANSWERED_PINGS, Page, PageConnection, PageInfo
from streamer_app.overlay.previews import Previews


class Roster:
    """Pages by their page instance, in the order they came. At most one of them speaks."""

    def __init__(self, settings: SettingsUpdate, clock: Callable[[], float]) -> None:
        """`settings` are what pages are greeted with, until they change; `clock` gives monotonic seconds."""
        self._clock = clock
        self.settings = settings
        self.pages: dict[str, Page] = {}
        self.previews = Previews(lambda identify, connection: self.greet(identify, connection, Role.MIRROR))
        self.speaker: str | None = None
        self.pinned: str | None = None
        self.encode = msgspec.json.Encoder().encode
        self._board = Board()

    # Who speaks

    def elect(self, newcomer: str | None = None) -> None:
        """Elect, and tell those whose role changed. A newcomer learns its role when it is greeted."""
        before = self.speaker
        candidates = (page.candidate for page in self.pages.values() if page.shows_alerts)
        self.speaker = elect(candidates, before, self.pinned)
        if self.speaker == before:
            return
        for page_instance, role in ((before, Role.MIRROR), (self.speaker, Role.SPEAKER)):
            if page_instance is not None and page_instance != newcomer:
                self.pages[page_instance].connection.send(self.encode(RoleChanged(role=role)))

    def may_be_pinned(self, page_instance: str) -> bool:
        """Whether this page is here and shows alerts."""
        page = self.pages.get(page_instance)
        return page is not None and page.shows_alerts

    def role_of(self, page_instance: str) -> Role:
        """Speaker or mirror."""
        return Role.SPEAKER if page_instance == self.speaker else Role.MIRROR

    def infos(self) -> tuple[PageInfo, ...]:
        """Every page as a window may show it."""
        return tuple(
            PageInfo(
                page_instance,
                self.role_of(page_instance),
                page.candidate.in_obs,
                page.obs_version,
                page.candidate.on_air,
                page.frozen,
                tuple(sorted(page.widgets)),
                page.shows_alerts,
                pinned=page_instance == self.pinned,
                visible=page.candidate.visible,
            )
            for page_instance, page in self.pages.items()
        )

    # What goes to whom

    def greet(self, identify: Identify, connection: PageConnection, role: Role) -> None:
        """The settings, then the widgets that it named."""
        connection.send(self.encode(Identified(role=role, **msgspec.structs.asdict(self.settings))))
        for update in self._board.for_page(frozenset(identify.widgets), identify.widget_revisions, self._clock()):
            connection.send(self.encode(update))

    def send(self, message: ServerMessage) -> None:
        """To every page and preview."""
        frame = self.encode(message)
        for page in self.pages.values():
            page.connection.send(frame)
        self.previews.send(frame)

    def send_alert(self, frame: bytes) -> None:
        """To every page that shows alerts, the speaker first; to no preview."""
        if self.speaker is not None:
            self.pages[self.speaker].connection.send(frame)
        for page_instance, page in self.pages.items():
            if page_instance != self.speaker and page.shows_alerts:
                page.connection.send(frame)

    def post(self, update: WidgetUpdate, *, on_canvas: bool) -> None:
        """To every page and preview that shows this widget; those that no longer do are told to take it off."""
        posting = Posting(update, on_canvas, self._clock())
        former = self._board.put(posting)
        if not self._board.is_newest(posting):
            return
        frame, gone = self.encode(update), self.encode(without_state(update))
        for connection, widgets in self._everybody():
            if posting.seen_by(widgets):
                connection.send(frame)
            elif former is not None and former.seen_by(widgets):
                connection.send(gone)

    def ping(self, frame: bytes) -> Iterator[str]:
        """Ping everybody. Yields pages that were silent over too many of them, after it began to close them."""
        for page_instance, page in self.pages.items():
            if page.unanswered_pings >= UNANSWERED_PINGS:
                page.connection.close(CloseCode.SLOW_CLIENT)
                yield page_instance
            page.unanswered_pings += 1
            page.connection.send(frame)
        self.previews.ping(frame)

    def close_all(self, code: CloseCode) -> None:
        """Begin to close every socket."""
        for page in tuple(self.pages.values()):
            page.connection.close(code)
        self.previews.close_all(code)

    def _everybody(self) -> Iterator[tuple[PageConnection, frozenset[str]]]:
        for page in tuple(self.pages.values()):
            yield page.connection, page.widgets
        yield from self.previews.watching()
