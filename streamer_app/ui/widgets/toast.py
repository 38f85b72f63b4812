"""A short answer at the bottom left, gone after six seconds; the one for a skip can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QPoint, QPropertyAnimation, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from streamer_app.ui.theme import BODY, BODY_STRONG, Motion, Space
from streamer_app.ui.widgets.controls import button
from streamer_app.ui.widgets.text import label

if TYPE_CHECKING:
    from uuid import UUID

    from streamer_app.core.commands import UnblockDonor
    from streamer_app.ui.look import Look

_WIDTH = 400
_RISE = 12
_BORDER = 2


class Toast(QFrame):
    """One at a time; a new one takes the place of the last."""

    undo_asked = Signal(object)
    """What to take back: the id of the message that was skipped, or the block that was made."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._motion = look.motion
        self._undoable: UUID | UnblockDonor | None = None
        self.setProperty("look", "toast")
        self.title = label("", BODY_STRONG)
        self.more = label("", BODY, "muted")
        self.undo = button(look.theme, "undo-2", look.words.undo, look.words.undo_hint, "link")
        self.undo.clicked.connect(self._undo)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        for line in (self.title, self.more):
            line.setWordWrap(True)
            texts.addWidget(line)
        self._host = parent
        self._layout = layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.LARGE, Space.MEDIUM, Space.SMALL, Space.MEDIUM)
        layout.setSpacing(Space.MEDIUM)
        layout.addLayout(texts, 1)
        layout.addWidget(self.undo)
        self._life = QTimer(self)
        self._life.setSingleShot(True)
        self._life.setInterval(Motion.TOAST)
        self._life.timeout.connect(self.hide)
        self._enter = QPropertyAnimation(self, b"pos", self)
        self._enter.setDuration(Motion.ENTER)
        self._enter.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.hide()

    @property
    def undoable(self) -> UUID | UnblockDonor | None:
        """What the toast on screen would take back."""
        return self._undoable if self.isVisible() else None

    def say(self, title: str, more: str) -> None:
        """Tell something."""
        self._undoable = None
        self._show(title, more, undo=False)

    def offer_undo(self, title: str, more: str, undoable: UUID | UnblockDonor) -> None:
        """Tell of a skip or a block, and offer to take it back."""
        self._undoable = undoable
        self._show(title, more, undo=True)

    def _undo(self) -> None:
        undoable = self._undoable
        self.hide()
        if undoable is not None:
            self.undo_asked.emit(undoable)

    def _show(self, title: str, more: str, *, undo: bool) -> None:
        self.title.setText(title)
        self.more.setText(more)
        self.more.setVisible(bool(more))
        self.undo.setVisible(undo)
        self.setAccessibleName(f"{title}. {more}")
        fresh = not self.isVisible()
        self.show()
        self._layout.activate()
        self.place()
        self.raise_()
        self._life.start()
        if fresh and self._motion:
            there = self.pos()
            self._enter.setStartValue(there + QPoint(0, _RISE))
            self._enter.setEndValue(there)
            self._enter.start()

    def place(self) -> None:
        """Bottom left, above the strip and beside the rail."""
        self._enter.stop()
        self.setFixedWidth(_WIDTH)
        height = max(self._layout.heightForWidth(_WIDTH), self._layout.minimumSize().height())
        height += 2 * _BORDER
        self.resize(_WIDTH, height)
        self.move(Space.RAIL + Space.LARGE, self._host.height() - Space.STRIP - Space.LARGE - height)
