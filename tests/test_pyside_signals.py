"""PySide6 6.12.0 on CPython 3.11 aborts after some 550 emits: it drops references to True and None. Never again."""

from __future__ import annotations

import subprocess
import sys

EMITS = 200_000

LOOP = """
import sys
from PySide6.QtCore import QObject, Signal

class Bell(QObject):
    said = Signal(object)
    rang = Signal(bool)
    both = Signal(str, object)

heard = 0

def hear(*_):
    global heard
    heard += 1

bell = Bell()
bell.said.connect(hear)
bell.rang.connect(hear)
bell.both.connect(hear)
things = (True, None, False, object(), "x", 10**20, (1, None), {"a": True})
for number in range(int(sys.argv[1]) // 4):
    bell.said.emit(None)
    bell.said.emit(True)
    bell.rang.emit(True)
    bell.both.emit("", things[number % len(things)])
print(heard)
"""


def test_two_hundred_thousand_emits_survive() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOP, str(EMITS)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(EMITS)
