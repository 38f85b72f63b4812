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
SWITCH_SECONDS = 0.0005
"""How long one thread may keep the interpreter: the window's Python slots must not hold up the overlay's loop."""


def has_display() -> bool:
    """Whether a window can be shown here."""
    if sys.platform in {"win32", "darwin"}:
        return True
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) or platform in _WITHOUT_DISPLAY


def desktop(settings: Settings) -> int:
    """Open the window and live until it is closed."""
    if not has_display():
        from streamer_app import logs  # noqa: PLC0415 - as serve does
        from streamer_app.roles.serve import serve  # noqa: PLC0415 - no Qt without a display

        sys.stderr.write("There is no display here: running without a window (streamer-app serve).\n")
        logs.configure()
        return serve(settings)
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
    from streamer_app.ui.app import create_application, open_window  # noqa: PLC0415 - Qt
    from streamer_app.ui.language import Language  # noqa: PLC0415 - as above
    from streamer_app.ui.theme import THEMES, ThemeName  # noqa: PLC0415 - as above

    language = Language(machine.language) if machine.language in set(Language) else Language.INDONESIAN
    appearance = ThemeName(machine.appearance) if machine.appearance in set(ThemeName) else ThemeName.WEDANG
    application = create_application(sys.argv[:1], language)
    client = LateClient(settings)
    window = open_window(
        client, language=language, theme=THEMES[appearance], clock=lambda: datetime.now(UTC).astimezone()
    )
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
