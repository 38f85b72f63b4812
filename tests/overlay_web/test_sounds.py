from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "packaging" / "render_sounds.py"


def test_the_committed_sounds_are_as_loud_as_they_should_be() -> None:
    measured = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert measured.returncode == 0, measured.stdout
    assert measured.stdout.count("LUFS") == 3
