"""Getting the overlay into OBS: drag it, or copy its URL. The URL itself is never shown: it carries a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl, QUrlQuery, Signal
from PySide6.QtGui import QDrag, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from streamer_app.ui import icons
from streamer_app.ui.theme import SMALL_STRONG, Space
from streamer_app.ui.widgets.controls import button, furnish
from streamer_app.ui.widgets.curtain import OVERLAY_HEIGHT
from streamer_app.ui.widgets.speaker_choice import SpeakerChoice
from streamer_app.ui.widgets.text import label

if TYPE_CHECKING:
    from streamer_app.core.events import OverlayAddress
    from streamer_app.ui.look import Look


def drag_data(address: OverlayAddress, layer_name: str) -> QMimeData:
    """What OBS takes for "add a browser source": a URL with the layer's name and size, as text/uri-list."""
    url = QUrl(address.url)
    query = QUrlQuery(url)
    query.addQueryItem("layer-name", layer_name)
    query.addQueryItem("layer-width", str(address.width))
    query.addQueryItem("layer-height", str(address.height))
    url.setQuery(query)
    data = QMimeData()
    data.setUrls([url])
    return data


class DragButton(QPushButton):
    """A tile that is dragged onto the OBS window. A click, or the keyboard, copies the URL instead."""

    dragged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pressed_at: QPoint | None = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember what was pressed, and where."""
        left = event.button() is Qt.MouseButton.LeftButton
        self._pressed_at = event.position().toPoint() if left else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if self._pressed_at is not None and event.buttons() & Qt.MouseButton.LeftButton:
            moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
            if moved >= QApplication.startDragDistance():
                self._pressed_at = None
                self.setDown(False)
                self.dragged.emit()
                return
        super().mouseMoveEvent(event)


class OverlayCard(QFrame):
    """The two ways to the overlay, and a test of what comes out there."""

    test_asked = Signal()
    copied = Signal()
    not_ready = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._address: OverlayAddress | None = None
        words = look.words
        self.setProperty("look", "card")
        self.setFixedHeight(OVERLAY_HEIGHT)
        self.drag = furnish(DragButton(), look.theme, "grip-vertical", words.drag_into_obs, words.drag_hint, "drag")
        self.drag.setCursor(Qt.CursorShape.OpenHandCursor)
        self.copy = button(look.theme, "copy", words.copy_url, words.copy_url_hint)
        self.drag.dragged.connect(self.start_drag)
        self.drag.clicked.connect(self.copy_url)
        self.copy.clicked.connect(self.copy_url)
        self.test = button(look.theme, "bell", words.send_test, words.send_test_hint)
        self.test.clicked.connect(self.test_asked)
        self.speaker = SpeakerChoice(look)
        heading = QHBoxLayout()
        heading.addWidget(label(words.overlay_card, SMALL_STRONG, "muted"))
        heading.addStretch()
        heading.addWidget(self.speaker)
        heading.addWidget(self.test)
        row = QHBoxLayout()
        row.setSpacing(Space.SMALL)
        row.addWidget(self.drag, 1)
        row.addWidget(self.copy, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.LARGE, Space.MEDIUM, Space.LARGE, Space.LARGE)
        layout.setSpacing(Space.SMALL)
        layout.addLayout(heading)
        layout.addStretch()
        layout.addLayout(row)

    def show_address(self, address: OverlayAddress) -> None:
        """Take the address; nothing of it is shown."""
        self._address = address

    def copy_url(self) -> None:
        """Put the URL on the clipboard."""
        if self._address is None:
            self.not_ready.emit()
            return
        QGuiApplication.clipboard().setText(self._address.url)
        self.copied.emit()

    def start_drag(self) -> None:
        """Let the URL be dropped on OBS. What travels under the pointer is the lantern, not the address."""
        if self._address is None:
            self.not_ready.emit()
            return
        drag = QDrag(self.drag)
        drag.setMimeData(drag_data(self._address, self._look.words.overlay_layer))
        drag.setPixmap(icons.pixmap(icons.LOGO, self._look.theme.accent, Space.BIG_ICON))
        drag.exec(Qt.DropAction.CopyAction)
