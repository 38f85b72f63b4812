"""Which overlay page speaks, by name; a menu lets another one speak, or play although none is on air."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton

from streamer_app.ui.widgets.controls import furnish

if TYPE_CHECKING:
    from streamer_app.core.events import PageLine
    from streamer_app.ui.look import Look


class SpeakerChoice(QPushButton):
    """A button that says who speaks. Its menu is built when it is opened: pages come and go."""

    pinned = Signal(object)
    """The page instance that is to speak, or None for the best one."""
    anyway_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._words = look.page_words
        self._pages: tuple[PageLine, ...] = ()
        furnish(self, look.theme, "radio", self._words.speaker_nobody, self._words.speaker_hint)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)

    def show_pages(self, pages: tuple[PageLine, ...]) -> None:
        """These are open. What the button says changes only when the speaker does."""
        self._pages = tuple(page for page in pages if page.alerts)
        speaker = next((page for page in self._pages if page.speaks), None)
        text = self._words.speaker_nobody if speaker is None else self._words.speaker_is.format(name=speaker.name)
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)

    def _fill(self) -> None:
        self._menu.clear()
        words = self._words
        group = QActionGroup(self._menu)
        chosen = next((page.page_instance for page in self._pages if page.pinned), None)
        self._choice(group, words.speaker_best, None, checked=chosen is None)
        for page in self._pages:
            air = words.speaker_on_air if page.on_air else words.speaker_off_air
            text = f"{page.name}, {words.speaker_frozen if page.frozen else air}"
            self._choice(group, text, page.page_instance, checked=page.page_instance == chosen)
        if any(page.speaks and not page.on_air for page in self._pages):
            self._menu.addSeparator()
            self._menu.addAction(words.play_anyway).triggered.connect(self.anyway_asked)

    def _choice(self, group: QActionGroup, text: str, page_instance: str | None, *, checked: bool) -> None:
        action = QAction(text, self._menu, checkable=True, checked=checked)
        action.triggered.connect(lambda: self.pinned.emit(page_instance))
        group.addAction(action)
        self._menu.addAction(action)
