"""Icons drawn from SVG in a token's colour: stroke 1.75, sharp at 100 and 200 %."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from streamer_app.assets import resources_folder

LOGO = "logo"
_SCALES = (1, 2)


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    folder = resources_folder() / "icons"
    path = folder / "logo.svg" if name == LOGO else folder / "lucide" / f"{name}.svg"
    return path.read_text(encoding="utf-8").replace('stroke-width="2"', 'stroke-width="1.75"')


@lru_cache(maxsize=256)
def pixmap(name: str, colour: str, size: int, scale: int = 2, gap: int = 0) -> QPixmap:
    """An icon as a square of `size` logical pixels, rendered for a screen of `scale`; `gap` stays free at its right."""
    made = QPixmap((size + gap) * scale, size * scale)
    made.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    painter = QPainter(made)
    renderer.render(painter, QRectF(0, 0, size * scale, size * scale))
    painter.end()
    made.setDevicePixelRatio(scale)
    return made


@lru_cache(maxsize=256)
def icon(name: str, colour: str, size: int, gap: int = 0, resting: str | None = None) -> QIcon:
    """The same for buttons, with a picture for every scale; `resting` is the colour of a disabled one."""
    made = QIcon()
    for scale in _SCALES:
        made.addPixmap(pixmap(name, colour, size, scale, gap))
        made.addPixmap(pixmap(name, resting or colour, size, scale, gap), QIcon.Mode.Disabled)
    return made


def logo_icon(colour: str) -> QIcon:
    """The program's own sign, for the title bar and the task bar."""
    made = QIcon()
    for size in (16, 24, 32, 64):
        made.addPixmap(pixmap(LOGO, colour, size, 1))
    return made


def forget() -> None:
    """Drop the cached pictures; they must not outlive the application object."""
    pixmap.cache_clear()
    icon.cache_clear()
