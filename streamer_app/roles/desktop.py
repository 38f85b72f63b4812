"""The desktop: the window first, then everything else on its own thread. Without a display it serves instead."""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from streamer_app.core.errors import ActionableError
from streamer_app.settings import Settings, load_machine

if TYPE_CHECKING:
    import socket

    from PySide6.QtWidgets import QApplication

_WITHOUT_DISPLAY = frozenset({"offscreen", "minimal", "vnc", "eglfs", "linuxfb"})
_X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
SWITCH_SECONDS = 0.0005
"""How long one thread may keep the interpreter: the window's Python slots must not hold up the overlay's loop."""


def has_display() -> bool:
    """Whether a window can be shown here."""
    if sys.platform in {"win32", "darwin"}:
        return True
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) or platform in _WITHOUT_DISPLAY


def missing_on_x11() -> list[str]:
    """Debian's names of the libraries that Qt's X11 plugin needs and this system lacks.

    Qt aborts the process when one is missing, so they are looked for before it starts.
    """
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    x11 = platform == "xcb" or (not platform and not os.environ.get("WAYLAND_DISPLAY"))
    if sys.platform != "linux" or not x11:
        return []
    import ctypes  # noqa: PLC0415 - only where the window goes to X11

    missing = []
    for library, package in _X11_LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def desktop(settings: Settings) -> int:
    """Open the window and live until it is closed."""
    if not has_display():
        from streamer_app import logs  # noqa: PLC0415 - as serve does
        from streamer_app.roles.serve import serve  # noqa: PLC0415 - no Qt without a display

        sys.stderr.write("There is no display here: running without a window (streamer-app serve).\n")
        logs.configure()
        return serve(settings)
    missing = missing_on_x11()
    if missing:
        raise ActionableError(
            "Qt cannot open a window here: system libraries are missing",
            f"On Debian or Ubuntu: apt install {' '.join(missing)}. Without a window: streamer-app serve.",
        )
    try:
        return _window(settings)
    except ImportError as problem:
        if "PySide6" not in str(problem) and ".so" not in str(problem):
            raise
        raise ActionableError(
            f"Qt cannot start here: {problem}",
            "On Debian or Ubuntu: apt install libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libxcb-cursor0.",
        ) from problem


def _window(settings: Settings) -> int:
    machine = load_machine(settings)
    sys.setswitchinterval(SWITCH_SECONDS)
    from streamer_app.roles.late_client import LateClient  # noqa: PLC0415 - the window's way in
    from streamer_app.ui.app import create_application, is_dark, open_window  # noqa: PLC0415 - Qt
    from streamer_app.ui.language import Language  # noqa: PLC0415 - as above
    from streamer_app.ui.theme import theme_named  # noqa: PLC0415 - as above

    language = Language(machine.language) if machine.language in set(Language) else Language.INDONESIAN
    application = create_application(sys.argv[:1], language)
    theme = theme_named(machine.appearance, dark=is_dark(application))
    client = LateClient(settings)
    window = open_window(client, language=language, theme=theme, clock=lambda: datetime.now(UTC).astimezone())
    wakeup: list[socket.socket] = []
    window.first_painted.connect(lambda: wakeup.extend(_quit_on_signals(application)))
    try:
        return application.exec()
    finally:
        client.stop()
        window.deleteLater()
        for end in wakeup:
            end.close()


def _quit_on_signals(application: QApplication) -> tuple[socket.socket, socket.socket]:
    """Ctrl+C and SIGTERM close the window in good order: Qt's loop hears of them through a socket."""
    import socket  # noqa: PLC0415 - after the window

    from PySide6.QtCore import QSocketNotifier  # noqa: PLC0415 - Qt only where there is a window

    receiver, sender = socket.socketpair()
    receiver.setblocking(False)
    sender.setblocking(False)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: application.quit())
    signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    notifier = QSocketNotifier(receiver.fileno(), QSocketNotifier.Type.Read, application)
    notifier.activated.connect(lambda *_: receiver.recv(64))
    return receiver, sender
