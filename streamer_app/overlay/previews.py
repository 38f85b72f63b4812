"""Pages that were opened with the preview key: they show samples and widgets, never speak, and are asked nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import structlog

from streamer_app.core.overlay_protocol import CloseCode, Identify, PageMessage
from streamer_app.overlay.pages import GOING_AWAY, UNANSWERED_PINGS, PageConnection, shows_alerts

_log = structlog.get_logger(__name__)


class Audience(Protocol):
    """Whom a socket reports to: the hub, or its previews."""

    def join(self, identify: Identify, connection: PageConnection) -> None:
        """An identified page comes."""

    def leave(self, page_instance: str, connection: PageConnection) -> None:
        """Its socket is gone."""

    def receive(self, page_instance: str, message: PageMessage) -> None:
        """It said something."""


class Welcome(Protocol):
    """How a page that comes is greeted: settings, then the widgets it named."""

    def __call__(self, identify: Identify, connection: PageConnection) -> None:
        """Send it."""


@dataclass
class _Preview:
    connection: PageConnection
    widgets: frozenset[str]
    unanswered_pings: int = 0


class Previews:
    """The connected previews. They are apart from pages, so that the preview key cannot replace a page by its name."""

    def __init__(self, welcome: Welcome) -> None:
        """`welcome` greets as the hub does, as a mirror."""
        self._welcome = welcome
        self._pages: dict[str, _Preview] = {}
        self.run_id: UUID | None = None
        """The sample that was shown last."""

    def __len__(self) -> int:
        return len(self._pages)

    def join(self, identify: Identify, connection: PageConnection) -> None:
        """A preview comes. The same page again replaces its dead socket."""
        former = self._pages.pop(identify.page_instance, None)
        if former is not None:
            former.connection.close(GOING_AWAY)
        self._pages[identify.page_instance] = _Preview(connection, frozenset(identify.widgets))
        self._welcome(identify, connection)
        _log.info("overlay_preview_joined", page_instance=identify.page_instance)

    def leave(self, page_instance: str, connection: PageConnection) -> None:
        """Its socket is gone. Does nothing when another socket of the same page has taken its place."""
        page = self._pages.get(page_instance)
        if page is not None and page.connection is connection:
            del self._pages[page_instance]

    def receive(self, page_instance: str, message: PageMessage) -> None:
        """Whatever it says only means that it lives."""
        page = self._pages.get(page_instance)
        if page is None:
            return
        page.unanswered_pings = 0
        if isinstance(message, Identify):
            page.connection.close(CloseCode.BAD_MESSAGE)

    def watching(self) -> Iterator[tuple[PageConnection, frozenset[str]]]:
        """Every preview with what it named."""
        for page in tuple(self._pages.values()):
            yield page.connection, page.widgets

    def send(self, frame: bytes) -> None:
        """To every preview."""
        for connection, _ in self.watching():
            connection.send(frame)

    def send_alert(self, frame: bytes) -> int:
        """To previews that show alerts; how many those are."""
        showing = [connection for connection, widgets in self.watching() if shows_alerts(widgets)]
        for connection in showing:
            connection.send(frame)
        return len(showing)

    def ping(self, frame: bytes) -> None:
        """Ping all, and close those that were silent over too many of them."""
        for page in tuple(self._pages.values()):
            if page.unanswered_pings >= UNANSWERED_PINGS:
                page.connection.close(CloseCode.SLOW_CLIENT)
            page.unanswered_pings += 1
            page.connection.send(frame)

    def close_all(self, code: CloseCode) -> None:
        """Begin to close every socket."""
        for connection, _ in self.watching():
            connection.close(code)
