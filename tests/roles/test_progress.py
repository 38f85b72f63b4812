"""A line on a terminal, and only there."""

from __future__ import annotations

import asyncio
import io

import pytest

from streamer_app.roles import progress as shown
from streamer_app.roles.progress import Progress, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


async def test_a_pipe_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "_PATIENCE_SECONDS", 0.0)
    pipe = io.StringIO()
    async with progress("Settling", pipe) as told:
        told(1, 2)
        await asyncio.sleep(0.01)
    assert pipe.getvalue() == ""


async def test_a_quick_command_shows_nothing() -> None:
    terminal = Terminal()
    async with progress("Settling", terminal):
        await asyncio.sleep(0)
    assert terminal.getvalue() == ""


async def test_a_slow_one_shows_how_far_it_is_and_clears_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "_PATIENCE_SECONDS", 0.0)
    terminal = Terminal()
    async with progress("Verifying", terminal) as told:
        told(1_000, 4_000)
        await asyncio.sleep(0.05)
    assert "Verifying  1,000 of 4,000 (25 %)" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_what_nobody_can_count_is_only_added_up() -> None:
    line = Progress("Settling")
    line(3_000, 0)
    assert line.line() == "Settling  3,000  0 s"
