"""Floor of first_paint: a bare QMainWindow with a QTableView, without a model.

Prints the monotonic clock at its first paint and ends.
"""

from __future__ import annotations

import os
import sys
import time

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView


class Painted(QTableView):
    """Says when it has been painted."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint, then report and be gone: nothing after the first paint is measured."""
        super().paintEvent(event)
        os.write(1, f"{time.monotonic()}\n".encode())
        os._exit(0)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.setCentralWidget(Painted())
    window.resize(1280, 800)
    window.show()
    application.exec()
