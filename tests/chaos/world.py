"""The house of a chaos run: one PostgreSQL, one Redis, two seats that want one streamer, and those who donate."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
import psycopg

from streamer_app.core.commands import Retry
from tests.chaos.donors import Donated, Settings
from tests.chaos.page import Note
from tests.chaos.plan import SPARE
from tests.chaos.studios import ROOT, Seat
from tests.money.crash_server import DURABLE, Durable, durable_server
from tests.postgres_servers import FOREIGN_ROLE, OWNER_ROLE, allow_foreign_writer
from tests.redis_servers import RedisServer, _die_with_parent

PATIENCE_SECONDS: Final = 40.0
POLL_SECONDS: Final = 0.02
ANSWER_SECONDS: Final = 0.4
"""How long the streamer takes to answer what is asked."""
ALERT_SECONDS: Final = 0.5
GAPS_MS: Final = {"a": 0, "b": 5}
"""The seats differ: without a gap one script ends a claim and makes the next."""
UNPLAYABLE: Final = """
SELECT donation_message_id FROM streamer_app.message_history
WHERE streamer_user_id = %s AND fact_kind = 'unplayable' AND played_at IS NULL
"""
_DONATED: Final = msgspec.json.Decoder(Donated)


class StalledError(Exception):
    """The show did not go on in time: a broken promise, whatever the facts say."""


@dataclass
class World:
    """Real processes, and what can be seen of them from outside."""

    folder: Path
    postgres: Durable
    redis: RedisServer | None
    seats: list[Seat]
    settings: Settings
    ends_at: float
    """Monotonic second at which the run is over, finished or not."""
    donors: subprocess.Popen[bytes] | None = None
    played: dict[UUID, str] = field(default_factory=dict)
    """played_at of each message as it was first seen."""
    moved: list[str] = field(default_factory=list)
    _finished: set[UUID | None] = field(default_factory=set)
    _came_at: float = 0.0

    # Those who donate

    def start_donors(self) -> None:
        """From now on donations come."""
        with (self.folder / "donors.err").open("ab") as said:
            self.donors = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.donors", msgspec.json.encode(self.settings).decode()],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=said,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - nothing but one system call
            )

    def burst(self, count: int) -> None:
        """So many at once, if any are left."""
        assert self.donors is not None
        assert self.donors.stdin is not None
        with suppress(BrokenPipeError):
            self.donors.stdin.write(f"burst {count}\n".encode())
            self.donors.stdin.flush()

    def donated(self) -> list[Donated]:
        """What was acknowledged so far."""
        journal = Path(self.settings.journal)
        lines = journal.read_bytes().split(b"\n")[:-1] if journal.exists() else []
        return [_DONATED.decode(line) for line in lines]

    # What the pages show

    def look(self) -> list[Note]:
        """What the pages noted since the last look."""
        new = [note for seat in self.seats for note in seat.notes.look()]
        self._finished.update(note.message_id for note in new if note.what == "finished")
        for seat in self.seats:
            seat.check()
        if self.donors is not None and self.donors.poll() not in {None, 0}:
            raise AssertionError(f"the donors ended: {(self.folder / 'donors.err').read_text()}")
        return new

    def finished(self) -> int:
        """How many messages were shown to their end so far."""
        self.look()
        return len(self._finished)

    def until(self, seen: Callable[[], bool], what: str, *, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait for something; the streamer answers what is asked meanwhile."""
        deadline = min(time.monotonic() + seconds, self.ends_at)
        asked = time.monotonic()
        while not seen():
            if time.monotonic() > deadline:
                raise StalledError(f"{what}: not within {seconds:.0f} s")
            if time.monotonic() - asked > ANSWER_SECONDS:
                self.as_the_streamer()
                asked = time.monotonic()
            time.sleep(POLL_SECONDS)

    def until_painted(self, since: float, *, by: Seat | None = None, passing: int = 0) -> float:
        """When the next alert after that second was painted; so many that were on the way are passed over."""
        found: list[float] = []

        def painted() -> bool:
            self.look()
            seats = self.seats if by is None else [by]
            recent = (note for seat in seats for note in seat.notes.notes[-200:])
            found[:] = sorted(note.at for note in recent if note.what == "painted" and note.at > since)
            if len(found) <= passing:
                self._keep_them_coming()
            return len(found) > passing

        self.until(painted, "the next alert")
        return found[passing]

    def _keep_them_coming(self) -> None:
        """An alert is waited for, and there may be none left to show."""
        if time.monotonic() - self._came_at > ALERT_SECONDS and len(self.donated()) <= self.finished():
            self._came_at = time.monotonic()
            self.burst(SPARE)

    # The streamer

    def as_the_streamer(self) -> None:
        """Say what happens with what came meanwhile, and try again what was given up. Samples `played_at`, too."""
        for seat in self.seats:
            seat.answer_missed()
        with suppress(psycopg.OperationalError):
            self.sample()
            for (message_id,) in self.rows(UNPLAYABLE, self.settings.streamer):
                self.playing().obey(Retry(donation_message_id=message_id))

    def all_answered(self) -> None:
        """Wait until nothing is asked at the seat that plays, as long as the streamer may take to answer."""
        with suppress(StalledError):
            self.until(lambda: self.playing().missed_count() == 0, "nothing is asked", seconds=3)

    def playing(self) -> Seat:
        """The seat that holds the lease by the database."""
        held = self.rows("SELECT holder FROM streamer_app.leases WHERE streamer_user_id = %s", self.settings.streamer)
        return next((seat for seat in self.seats if held and seat.installation == held[0][0]), self.seats[0])

    def other(self, seat: Seat) -> Seat:
        """Whoever does not."""
        return next(each for each in self.seats if each is not seat)

    # The database

    def rows(self, query: str, *arguments: object) -> list[tuple[Any, ...]]:
        """Ask as its superuser."""
        with self.postgres.as_admin() as conn:
            return conn.execute(query.encode(), arguments).fetchall()

    def sample(self) -> None:
        """`played_at` never moves: keep what is seen, and note what is different from before."""
        query = (
            "SELECT id, played_at::text FROM donation_messages WHERE streamer_user_id = %s AND played_at IS NOT NULL"
        )
        for message_id, played_at in self.rows(query, self.settings.streamer):
            first = self.played.setdefault(message_id, played_at)
            if first != played_at:
                self.moved.append(f"{message_id}: played_at moved from {first} to {played_at}")
                self.played[message_id] = played_at

    def end_donors(self) -> None:
        """Nobody donates any more."""
        if self.donors is not None:
            self.donors.kill()
            self.donors.wait(10)
            if self.donors.stdin is not None:
                with suppress(BrokenPipeError):
                    self.donors.stdin.close()


@contextmanager
def world(
    folder: Path, *, messages: int, rate: float, seed: int, reserve: int, seconds: float, redis: bool, thorough: bool
) -> Iterator[World]:
    """The house, with both studios running and nobody donating yet. `folder` must not be there: it is for one run."""
    folder.mkdir(parents=True)
    ends_at = time.monotonic() + seconds
    streamer, platform = uuid4(), uuid4()
    with ExitStack() as stack:
        postgres = stack.enter_context(durable_server())
        queue = RedisServer.start() if redis else None
        if queue is not None:
            stack.callback(queue.stop)
        server, name = postgres.server, postgres.name
        if not thorough:
            # Its machine stays up: what it wrote is there after a kill, and starting again takes a tenth of the time.
            server.settings = DURABLE | {"fsync": "off"}
        with psycopg.connect(server.url(name, OWNER_ROLE), autocommit=True) as owner:
            allow_foreign_writer(owner)
            owner.execute("INSERT INTO streamer_app.streamers (streamer_user_id) VALUES (%s)", [streamer])
            owner.execute(
                "INSERT INTO streamer_app.fee_terms VALUES (%s, now() - interval '1 day', 0, %s)",
                [streamer, Decimal("0.0500")],
            )
        flags = ["--database-url", postgres.url]
        flags += ["--streamer-user-id", str(streamer), "--platform-user-id", str(platform)]
        flags += ["--redis-url", queue.url] if queue else []
        made = World(
            folder,
            postgres,
            queue,
            [Seat.at(seat, folder, flags, gap_ms=gap) for seat, gap in GAPS_MS.items()],
            Settings(
                app_url=postgres.url,
                foreign_url=server.url(name, FOREIGN_ROLE),
                journal=str(folder / "donors.jsonl"),
                streamer=streamer,
                platform=platform,
                count=messages,
                rate=rate,
                seed=seed,
                reserve=reserve,
            ),
            ends_at,
        )
        stack.callback(made.end_donors)
        for seat in made.seats:
            stack.callback(seat.end)
            seat.start()
        yield made
