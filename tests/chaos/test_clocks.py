"""A program whose clock is moved tells another time, whatever moves it; its monotonic clock goes on as it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.chaos.clocks import LAUNCHER, MovedClock
from tests.chaos.studios import ROOT

HOUR = 3600
TELL = """
import json, os, time
from streamer_app.roles.system_clock import SystemClock
from tests.chaos.moved_clock import moved_now
now = moved_now(SystemClock()).timestamp() if "CHAOS_CLOCK" in os.environ else time.time()
print(json.dumps([now, time.monotonic()]))
"""


def told(environment: dict[str, str]) -> tuple[float, float]:
    """How far wall clock and monotonic clock of such a program are from ours."""
    wall, steady = time.time(), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", TELL],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    its_wall, its_steady = json.loads(done.stdout)
    return its_wall - wall, its_steady - steady


def test_a_moved_clock_is_an_hour_off_and_the_monotonic_one_is_not(tmp_path: Path) -> None:
    clock = MovedClock(tmp_path / "clock")
    clock.move_to(-HOUR)
    assert clock.off == -HOUR
    for environment in (clock.environment(), {"CHAOS_CLOCK": str(clock.file)}):
        wall, steady = told(environment)
        assert -HOUR <= wall < -HOUR + 30
        assert 0 <= steady < 30


def test_the_launcher_is_the_program_itself() -> None:
    command = [sys.executable, "-m", LAUNCHER, "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=30)
    assert "serve" in done.stdout
