"""The command line inside the test's own process: what it answers, without the second a fresh interpreter costs."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

import structlog

from streamer_app.cli import main


@dataclass(frozen=True)
class Spoken:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def run_here(*words: str) -> Spoken:
    """One command to its end, whatever that is."""
    out, err = io.StringIO(), io.StringIO()
    logging = structlog.get_config()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = main(words)
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 1
    finally:
        structlog.configure(**logging)
    return Spoken(code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class CommandLine:
    """The flags of one profile."""

    flags: tuple[str, ...]

    def run(self, *words: str) -> Spoken:
        """One command to its end."""
        return run_here(*self.flags, *words)

    def ask(self, *words: str) -> Any:
        """One command that must succeed; its JSON document, which is all that stands on stdout."""
        done = self.run(*words, "--json")
        assert done.returncode == 0, (words, done)
        return json.loads(done.stdout)
