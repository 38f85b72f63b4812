"""What every widget shows now, for the pages that named it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from streamer_app.core.donathon import aged
from streamer_app.core.overlay_protocol import WidgetUpdate
from streamer_app.overlay.page_messages import EVERYTHING

MOST_REMEMBERED: Final = 64
"""Widgets that were taken away are remembered too, for pages that still show them; the oldest go first."""


@dataclass(frozen=True)
class Posting:
    """The newest update of one widget. `on_canvas`: pages that show everything show it."""

    update: WidgetUpdate
    on_canvas: bool
    at: float = 0.0
    """Monotonic seconds: what counts down has gone on since."""

    def seen_by(self, widgets: frozenset[str]) -> bool:
        """Whether a page that named these shows it."""
        return self.update.widget in widgets or (self.on_canvas and EVERYTHING in widgets)


class Board:
    """The newest update of each widget."""

    def __init__(self) -> None:
        """Start empty."""
        self._postings: dict[str, Posting] = {}

    def put(self, posting: Posting) -> Posting | None:
        """Keep it; returns the one it replaces. An older revision than the one that is there changes nothing."""
        name = posting.update.widget
        former = self._postings.pop(name, None)
        if former is not None and posting.update.revision < former.update.revision:
            self._postings[name] = former
            return former
        self._postings[name] = posting
        if len(self._postings) > MOST_REMEMBERED:
            gone = next((name for name, each in self._postings.items() if each.update.state is None), None)
            self._postings.pop(gone or next(iter(self._postings)))
        return former

    def is_newest(self, posting: Posting) -> bool:
        """Whether this very posting counts."""
        return self._postings.get(posting.update.widget) is posting

    def for_page(self, widgets: frozenset[str], revisions: Mapping[str, int], now: float) -> Iterator[WidgetUpdate]:
        """What a page that joins now is told: all it named, unless it shows that revision already.

        A widget that left the canvas while the page was away is taken off it.
        """
        for name, posting in self._postings.items():
            if posting.seen_by(widgets):
                if revisions.get(name) != posting.update.revision:
                    yield _aged(posting, now)
            elif name in revisions:
                yield without_state(posting.update)


def _aged(posting: Posting, now: float) -> WidgetUpdate:
    update = posting.update
    if update.state is None:
        return update
    return msgspec.structs.replace(update, state=aged(update.state, round((now - posting.at) * 1000)))


def without_state(update: WidgetUpdate) -> WidgetUpdate:
    """The update that takes this widget off a page."""
    return msgspec.structs.replace(update, state=None)
