"""A real studio process, and the command line beside it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from streamer_app.settings import Settings, load_machine, save_machine

SHORT_STAGE: Final = {
    "STREAMER_APP_STAGE_ENTER_MS": "5",
    "STREAMER_APP_STAGE_LEAVE_MS": "5",
    "STREAMER_APP_STAGE_GAP_MS": "10",
    "STREAMER_APP_STAGE_LEAST_MS": "50",
    "STREAMER_APP_STAGE_BASE_MS": "50",
    "STREAMER_APP_STAGE_PER_CHARACTER_MS": "0",
    "STREAMER_APP_SPEECH": "0",
}
LONG_STAGE: Final = SHORT_STAGE | {
    "STREAMER_APP_STAGE_LEAST_MS": "60000",
    "STREAMER_APP_STAGE_MOST_MS": "60000",
}
PATIENCE: Final = 30.0
T = TypeVar("T")


def until(look: Callable[[], T | None], *, seconds: float = PATIENCE) -> T:
    """What `look` finds, as soon as it finds something. Facts in a database have no event a test could wait for."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"still {found!r} after {seconds} s")
        time.sleep(0.02)


@dataclass
class Profile:
    """The flags of one profile, and what runs with them."""

    data_dir: Path
    flags: list[str] = field(default_factory=list)
    stage: dict[str, str] = field(default_factory=lambda: dict(SHORT_STAGE))
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "streamer_app", "--data-dir", str(self.data_dir), *self.flags, *words]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STREAMER_APP_")}
        return kept | self.stage

    @property
    def log(self) -> Path:
        """What every studio of this profile said on stderr."""
        return self.data_dir.parent / f"{self.data_dir.name}.log"

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command to its end, whatever that is."""
        return subprocess.run(
            self._command(*words), env=self._environment(), capture_output=True, text=True, timeout=90, check=False
        )

    def ask(self, *words: str) -> Any:
        """One command that must succeed; its JSON document, which is all that stands on stdout."""
        done = self.run(*words, "--json")
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def _choose_port(self) -> None:
        """A port that no other studio of this machine begins its search with: restarts must find theirs free."""
        settings = Settings(data_dir=self.data_dir)
        machine = load_machine(settings)
        if machine.overlay_port is None:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                save_machine(settings, msgspec.structs.replace(machine, overlay_port=probe.getsockname()[1]))

    def serve(self) -> Studio:
        """A studio that listens."""
        self._choose_port()
        with self.log.open("a") as log:
            process = subprocess.Popen(
                self._command("serve", "--json"),
                env=self._environment(),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.processes.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"serve ended with {process.wait()}"
        origin = json.loads(line)["listening"]
        key = json.loads((self.data_dir / "machine.json").read_text())["display_key"]
        return Studio(process, origin, f"{origin}/overlay/{key}")

    def end(self) -> None:
        """Stop whatever of it still runs."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
            process.wait(20)
            if process.stdout is not None:
                process.stdout.close()


@dataclass
class Studio:
    """A running `serve`."""

    process: subprocess.Popen[str]
    origin: str
    overlay_url: str

    def kill(self) -> None:
        """As a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        """In good order."""
        self.process.terminate()
        return self.process.wait(20)
