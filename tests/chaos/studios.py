"""A studio and its overlay page: two processes that can be killed, frozen, cut and started again on the same folder."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import uuid4

from streamer_app.core.commands import Action, AnswerMissed, Command, MissedChoice
from streamer_app.core.errors import ActionableError
from streamer_app.core.events import QueueChanged
from streamer_app.roles.control_client import ControlClient
from streamer_app.services.studio_lock import holder_of
from tests.chaos.clocks import MovedClock
from tests.chaos.page_notes import PageNotes
from tests.end_to_end.studio_process import Profile, Studio
from tests.redis_servers import _die_with_parent

ROOT: Final = Path(__file__).resolve().parents[2]
STAGE: Final = {
    "STREAMER_APP_STAGE_ENTER_MS": "2",
    "STREAMER_APP_STAGE_LEAVE_MS": "1",
    "STREAMER_APP_STAGE_LEAST_MS": "20",
    "STREAMER_APP_STAGE_BASE_MS": "20",
    "STREAMER_APP_STAGE_PER_CHARACTER_MS": "0",
    "STREAMER_APP_STAGE_GRACE_MS": "3000",
    "STREAMER_APP_SPEECH": "0",
}
CLOCK_TOLERANCE_SECONDS: Final = 5
T = TypeVar("T")


@dataclass
class ChaosProfile(Profile):
    """A profile whose programs have a clock that can be moved."""

    clock: MovedClock = field(kw_only=True)

    def _command(self, *words: str) -> list[str]:
        return self.clock.command(["--data-dir", str(self.data_dir), *self.flags, *words])

    def _environment(self) -> dict[str, str]:
        return super()._environment() | self.clock.environment()


@dataclass
class Seat:
    """One data folder, its studio and its page. The two seats of a show want the same streamer."""

    name: str
    profile: ChaosProfile
    notes: PageNotes
    page: subprocess.Popen[bytes] | None = None
    studio: Studio | None = None
    is_frozen: bool = False

    @classmethod
    def at(cls, name: str, folder: Path, flags: list[str], *, gap_ms: int) -> Seat:
        """A seat that is not taken yet."""
        clock = MovedClock(folder / f"{name}.clock")
        clock.move_to(0)
        stage = STAGE | {"STREAMER_APP_STAGE_GAP_MS": str(gap_ms)}
        profile = ChaosProfile(folder / name, flags, stage, clock=clock)
        return cls(name, profile, PageNotes(folder / f"{name}.page.jsonl"))

    @property
    def installation(self) -> str:
        """Who it is to the lease."""
        return str(json.loads((self.profile.data_dir / "machine.json").read_text())["installation_id"])

    def start(self) -> None:
        """A studio that listens; the first time with its page."""
        self.studio = self.profile.serve()
        if self.page is None:
            with self.notes.path.with_suffix(".err").open("ab") as said:
                self.page = subprocess.Popen(
                    [sys.executable, "-m", "tests.chaos.page", self.studio.overlay_url, str(self.notes.path)],
                    cwd=ROOT,
                    stderr=said,
                    env=os.environ | self.profile.clock.environment(),
                    preexec_fn=_die_with_parent,  # noqa: PLW1509 - nothing but one system call
                )

    def freeze(self) -> None:
        """The studio stands still, and does not know it."""
        assert self.studio is not None
        self.is_frozen = True
        self.studio.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on as if nothing had been."""
        assert self.studio is not None
        self.studio.process.send_signal(signal.SIGCONT)
        self.is_frozen = False

    def kill(self) -> None:
        """The studio dies at once."""
        assert self.studio is not None
        self.studio.kill()

    def page_signal(self, what: signal.Signals) -> None:
        """SIGUSR1 cuts the page's socket, SIGUSR2 reloads it."""
        assert self.page is not None
        self.page.send_signal(what)

    def check(self) -> None:
        """The page is still there: it never ends by itself."""
        if self.page is not None and self.page.poll() is not None:
            raise AssertionError(f"page {self.name} ended: {self.notes.path.with_suffix('.err').read_text()}")

    def obey(self, action: Action) -> bool:
        """Carry out a command, as the streamer at this seat; whether it was done."""

        async def send(client: ControlClient) -> bool:
            with suppress(ActionableError):
                await client.send(Command(id=uuid4(), actor="chaos", action=action))
                return True
            return False

        return self._asked(send) or False

    def missed_count(self) -> int:
        """How many wait for the streamer's word, by this seat's picture."""

        async def look(client: ControlClient) -> int:
            with suppress(ActionableError):
                for event in await client.picture():
                    if isinstance(event, QueueChanged):
                        return event.queue.missed_count
            return 0

        return self._asked(look) or 0

    def answer_missed(self) -> None:
        """While you were away: all of them, please."""
        if self.missed_count():
            self.obey(AnswerMissed(choice=MissedChoice.ALL))

    def _asked(self, ask: Callable[[ControlClient], Coroutine[Any, Any, T]]) -> T | None:
        """What the studio answers; None when none listens."""
        where = holder_of(self.profile.data_dir / "run")
        if where is None or self.is_frozen:
            return None

        async def talk() -> T:
            async with ControlClient(where.port, where.control_key) as client:
                return await ask(client)

        return asyncio.run(talk())

    def sees_its_clock(self) -> bool:
        """Whether the studio tells the time that its clock was moved to, as far as that shows from outside."""
        assert self.studio is not None
        if self.profile.clock.library is None:
            return True
        asked = urllib.request.Request(self.studio.origin, method="HEAD")  # noqa: S310 - our own server on loopback
        try:
            said = urllib.request.urlopen(asked, timeout=5).headers["Date"]  # noqa: S310 - as above
        except urllib.error.HTTPError as answer:
            said = answer.headers["Date"]
            answer.close()
        off = parsedate_to_datetime(said).timestamp() - time.time()
        return abs(off - self.profile.clock.off) < CLOCK_TOLERANCE_SECONDS

    def end(self) -> None:
        """Both processes, whatever state they are in."""
        if self.studio is not None and self.studio.process.poll() is None:
            self.studio.process.send_signal(signal.SIGCONT)
        if self.page is not None:
            self.page.kill()
            self.page.wait(10)
        self.profile.end()
