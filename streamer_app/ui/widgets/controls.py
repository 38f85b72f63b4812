"""Cards and buttons in the house's shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from streamer_app.ui import icons
from streamer_app.ui import theme as design
from streamer_app.ui.theme import BODY_STRONG, Space

if TYPE_CHECKING:
    from streamer_app.ui.theme import Theme

Button = TypeVar("Button", bound=QPushButton)


def card() -> tuple[QFrame, QVBoxLayout]:
    """A panel with round corners, and the layout inside it."""
    frame = QFrame()
    frame.setProperty("look", "card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(Space.LARGE, Space.MEDIUM, Space.LARGE, Space.LARGE)
    layout.setSpacing(Space.SMALL)
    return frame, layout


def button(theme: Theme, icon: str, text: str, hint: str, look: str = "") -> QPushButton:
    """A button with icon and word; the tooltip says what it does and by which key."""
    return furnish(QPushButton(), theme, icon, text, hint, look)


def furnish(made: Button, theme: Theme, icon: str, text: str, hint: str, look: str = "") -> Button:
    """The same for a button of one's own class."""
    made.setText(text)
    made.setFont(design.font(BODY_STRONG))
    made.setIconSize(QSize(Space.ICON + Space.TIGHT, Space.ICON))
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    dress(made, theme, icon, look)
    describe(made, text, hint)
    return made


def dress(made: QPushButton, theme: Theme, icon: str, look: str = "") -> None:
    """Give a button its icon and its look: "primary", "flat", "link", "drag" or the plain one."""
    colour = {"primary": theme.on_accent, "link": theme.accent, "drag": theme.accent}.get(look, theme.text)
    made.setIcon(icons.icon(icon, colour, Space.ICON, Space.TIGHT, theme.muted))
    if made.property("look") != look:
        made.setProperty("look", look)
        made.style().unpolish(made)
        made.style().polish(made)


def describe(widget: QWidget, name: str, hint: str) -> None:
    """The name for screen readers and the tooltip."""
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(hint)
    widget.setToolTip(hint)
