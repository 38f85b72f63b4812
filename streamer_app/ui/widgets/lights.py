"""The strip at the bottom: database, queue, overlay, each as icon, word and colour. Its right end is Panic's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from streamer_app.core.events import Light, LightReason, LightState
from streamer_app.ui import icons
from streamer_app.ui import theme as design
from streamer_app.ui.amounts import STREAMING
from streamer_app.ui.donor_text import one_line
from streamer_app.ui.states import light_colour, light_mark, light_words
from streamer_app.ui.theme import SMALL_STRONG, Space
from streamer_app.ui.widgets.controls import describe

if TYPE_CHECKING:
    from streamer_app.core.events import Lights
    from streamer_app.ui.look import Look

_STARTING = Light(state=LightState.BUSY, reason=LightReason.STARTING)


class LightButton(QPushButton):
    """One light; pressing it explains it."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self._name = name
        self.light = _STARTING
        self.setProperty("look", "flat")
        self.setFont(design.font(SMALL_STRONG))
        self.setIconSize(QSize(Space.SMALL_ICON + Space.TIGHT, Space.SMALL_ICON))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_light(_STARTING)

    def show_light(self, light: Light, suffix: str = "") -> None:
        """Show a state; `suffix` is a count worth a word."""
        self.light = light
        theme = self._look.theme
        word, sentence = light_words(light.reason, self._look.words)
        colour = light_colour(light.state, theme)
        self.setIcon(icons.icon(light_mark(light.state), colour, Space.SMALL_ICON, Space.TIGHT))
        self.setText(f"{self._name}: {suffix or word}")
        detail = one_line(light.detail)
        describe(self, self.text(), "\n".join(part for part in (sentence, detail) if part))
        tone = {LightState.ATTENTION: "accent", LightState.DOWN: "danger"}.get(light.state, "")
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)

    def explanation(self) -> tuple[str, str]:
        """A title and what to do, for the notice bar."""
        _, sentence = light_words(self.light.reason, self._look.words)
        detail = one_line(self.light.detail)
        return self.text(), f"{sentence} {detail}".strip()


class StreamingSwitch(QPushButton):
    """Amounts and keys, seen or hidden; the window says which it is."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setProperty("look", "flat")
        self.setCheckable(True)
        self.setFont(design.font(SMALL_STRONG))
        self.setIconSize(QSize(Space.SMALL_ICON + Space.TIGHT, Space.SMALL_ICON))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(STREAMING.switch)
        STREAMING.changed.connect(self._show)
        self._show(STREAMING.on)

    def _show(self, on: bool) -> None:  # noqa: FBT001  a signal's value
        words, theme = self._look.page_words, self._look.theme
        text, hint = (words.streaming_on, words.streaming_on_hint) if on else (words.streaming, words.streaming_hint)
        self.setChecked(on)
        self.setText(text)
        self.setIcon(
            icons.icon("eye-off" if on else "eye", theme.accent if on else theme.muted, Space.SMALL_ICON, Space.TIGHT)
        )
        describe(self, text, hint)
        self.setProperty("tone", "accent" if on else "")
        self.style().unpolish(self)
        self.style().polish(self)


class LightsStrip(QFrame):
    """40 px, always in the same place."""

    explained = Signal(str, str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        words = look.words
        self.setProperty("look", "strip")
        self.setFixedHeight(Space.STRIP)
        self.database = LightButton(look, words.light_database)
        self.queue = LightButton(look, words.light_queue)
        self.overlay = LightButton(look, words.light_overlay)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.RAIL + Space.SMALL, 0, Space.LARGE, 0)
        layout.setSpacing(Space.SMALL)
        for light in (self.database, self.queue, self.overlay):
            layout.addWidget(light)
            light.clicked.connect(lambda _=False, asked=light: self.explained.emit(*asked.explanation()))
        layout.addStretch()
        self.streaming = StreamingSwitch(look)
        layout.addWidget(self.streaming)
        layout.addSpacing(Space.PANIC)

    def show_lights(self, lights: Lights) -> None:
        """Show all three."""
        words = self._look.words
        self.database.show_light(lights.database)
        self.queue.show_light(lights.queue)
        pages = ""
        if lights.overlay.state is LightState.OK and lights.pages:
            one = lights.pages == 1
            pages = words.light_one_page if one else words.light_pages.format(count=lights.pages)
        self.overlay.show_light(lights.overlay, pages)
