"""The room of the pages, as the studio knows it: pins a speaker, rotates keys, shows widgets."""

from __future__ import annotations

from collections.abc import Callable

from streamer_app.core.commands import KeyKind
from streamer_app.core.overlay_protocol import WidgetUpdate
from streamer_app.overlay.hub import Hub


class House:
    """Fulfils `services.page_house.PageHouse`."""

    def __init__(self, hub: Hub, rotate: Callable[[KeyKind], None]) -> None:
        """`rotate` keeps a new key and shows out who came with the old one."""
        self._hub = hub
        self._rotate = rotate

    def post(self, update: WidgetUpdate, *, on_canvas: bool) -> None:
        """Show a widget from now on."""
        self._hub.post(update, on_canvas=on_canvas)

    def pin(self, page_instance: str | None) -> bool:
        """Let this page speak; False where it is not."""
        return self._hub.pin(page_instance)

    def rotate(self, which: KeyKind) -> None:
        """A new key."""
        self._rotate(which)
