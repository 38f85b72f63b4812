"""What stands where a long table is: skeleton rows, the table, nothing at all, or why it could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton, QStackedWidget

from streamer_app.core.answers import Refused
from streamer_app.ui.asking import refusal_words
from streamer_app.ui.theme import Motion, Space
from streamer_app.ui.widgets.controls import button, describe
from streamer_app.ui.widgets.empty_state import EmptyState
from streamer_app.ui.widgets.skeleton import Skeleton

if TYPE_CHECKING:
    from streamer_app.ui.look import Look
    from streamer_app.ui.models.paged import PagedModel
    from streamer_app.ui.pages.tables import PagedTable

_SKELETON, _EMPTY, _REFUSED, _ROWS = range(4)


class PagedStack(QStackedWidget):
    """`new` is the button that offers what has come in; whoever lays the page out gives it a place."""

    def __init__(
        self,
        look: Look,
        model: PagedModel[Any],
        table: PagedTable,
        icon: str,
        sentence: str,
        action: QPushButton | None = None,
    ) -> None:
        super().__init__()
        self._look = look
        self._model = model
        words = look.page_words
        self.empty = EmptyState(look, icon, sentence, action)
        self.again = button(look.theme, "rotate-ccw", words.retry_page, words.retry_page_hint)
        self.again.clicked.connect(self._again)
        self._refusal = EmptyState(look, "triangle-alert", "", self.again)
        for part in (Skeleton(look.theme, look.words.loading, Space.SMALL), self.empty, self._refusal, table):
            self.addWidget(part)
        self.new = button(look.theme, "arrow-up", words.new_rows.format(count=0), words.new_rows_hint, "link")
        self.new.clicked.connect(table.show_new)
        keep = self.new.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.new.setSizePolicy(keep)
        self.new.hide()
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(Motion.SKELETON)
        self._slow.timeout.connect(lambda: self.setCurrentIndex(_SKELETON))
        model.turned.connect(self._turned)
        model.refused.connect(self._refused)
        model.offered.connect(self._offered)

    def begin(self) -> None:
        """Something else is being read: what is shown stays a moment, then the skeleton takes its place."""
        self._slow.start()

    def say_empty(self, sentence: str) -> None:
        """What to say where there is nothing."""
        self.empty.say(sentence)

    def _turned(self) -> None:
        self._slow.stop()
        self.setCurrentIndex(_ROWS if self._model.rowCount() else _EMPTY)

    def _refused(self, refused: Refused) -> None:
        self._slow.stop()
        if not self._model.loaded:
            self._refusal.say("\n".join(refusal_words(refused, self._look)))
            self.setCurrentIndex(_REFUSED)

    def _again(self) -> None:
        self.begin()
        self._model.retry()

    def _offered(self, count: int) -> None:
        words = self._look.page_words
        text = words.new_rows.format(count=self._look.words.number(count))
        self.new.setText(text)
        describe(self.new, text, words.new_rows_hint)
        self.new.setVisible(count > 0)
