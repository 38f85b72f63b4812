"""The show rules as one says them, sharing no line with `core`: what each message is, and who stands before whom.

A message's key is its place. The rules say of a move or a replay only where it must stand; the number that puts it
there is the program's choice, so the model checks the order and takes the number over. All else must keep its key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND: Final = timedelta(microseconds=1)
_FRONT: Final = -(10**16)
State = Literal[
    "waiting", "playing", "held", "played", "skipped", "unplayable", "withdrawn", "missed", "history", "absent"
]


@dataclass
class Told:
    """One message."""

    message_id: UUID
    since: datetime
    key: int
    state: State
    replay: bool = False
    played: bool = False
    refunded: bool = False
    taken_out: int = 0
    """When it was skipped or rejected, as a number that grows; 0: it was not, or it came back."""
    batch: int = 0
    interruptions: int = 0
    front: datetime | None = None
    """Since when it waits in front of everything, because it was interrupted."""
    shown_ms: int = 0
    decided: bool = False
    own_place: bool = True
    """Nobody has moved it since it came, or since its replay was asked for."""


@dataclass
class Model:
    """One streamer's show. Every command answers whether it may be done; what may not is left alone."""

    first_start: datetime
    told: dict[UUID, Told] = field(default_factory=dict)
    paused: bool = False
    panic: bool = False
    muted: set[str] = field(default_factory=set)
    takings: int = 0

    # Looking

    @property
    def playing(self) -> Told | None:
        """At most one."""
        found = [one for one in self.told.values() if one.state == "playing"]
        if len(found) > 1:
            raise AssertionError(found)
        return found[0] if found else None

    def waiting(self) -> list[UUID]:
        """Next one first."""
        found = [one for one in self.told.values() if one.state == "waiting"]
        found.sort(key=lambda one: (_FRONT if one.front else one.key, one.message_id))
        return [one.message_id for one in found]

    # What comes in

    def arrive(self, message_id: UUID, order_time: datetime, *, paid: bool, ruling: str) -> None:
        """Unpaid money does not exist for the show."""
        key = (order_time - _EPOCH) // _MICROSECOND
        one = self.told[message_id] = Told(message_id, order_time, key, "absent")
        if paid:
            self._judge(one, ruling)

    def pay(self, message_id: UUID, ruling: str) -> None:
        """Now it does."""
        self._judge(self.told[message_id], ruling)

    def _judge(self, one: Told, ruling: str) -> None:
        if one.since < self.first_start or ruling == "no_alert":
            one.state = "history"
        elif self.panic or ruling == "hold":
            one.state = "held"
        else:
            one.state = "waiting"
        one.decided = one.state == "held"

    def refund(self, message_id: UUID) -> None:
        """Played stays played; everything else is withdrawn."""
        one = self.told[message_id]
        one.refunded, one.front, one.taken_out = True, None, 0
        one.state = "played" if one.played else "withdrawn"

    # What people ask

    def skip(self, message_id: UUID) -> bool:
        """What plays or waits, is held or failed; a replay that is skipped leaves a played message played."""
        one = self.told[message_id]
        if one.state not in {"playing", "waiting", "held", "unplayable"}:
            return False
        self._take_out(one)
        return True

    def _take_out(self, one: Told, batch: int = 0) -> None:
        self.takings += 1
        one.state = "played" if one.played else "skipped"
        one.taken_out, one.batch, one.front = self.takings, batch, None

    def clear(self) -> bool:
        """All that waits, as one."""
        waiting = self.waiting()
        batch = self.takings + 1
        for message_id in waiting:
            self._take_out(self.told[message_id], batch)
        return bool(waiting)

    def undo(self, message_id: UUID) -> bool:
        """A skip or a rejection, at any time: its old place, from the start."""
        one = self.told[message_id]
        if not one.taken_out:
            return False
        self._let_wait(one)
        return True

    def undo_latest(self) -> bool:
        """The latest that still stands, a clear as one."""
        latest = max((one for one in self.told.values()), key=lambda one: one.taken_out, default=None)
        if latest is None or not latest.taken_out:
            return False
        batch = latest.batch
        for one in self.told.values():
            if one is latest or (batch and one.batch == batch and one.taken_out):
                self._let_wait(one)
        return True

    def _let_wait(self, one: Told) -> None:
        one.state, one.taken_out, one.batch, one.interruptions, one.decided = "waiting", 0, 0, 0, True

    def replay(self, message_id: UUID) -> bool:
        """A played, a skipped or an old one; never what was refunded. The place is checked by `replay_place`."""
        one = self.told[message_id]
        if one.refunded or one.state not in {"played", "skipped", "history"}:
            return False
        self._let_wait(one)
        one.replay = one.own_place = True
        return True

    def replay_place(self, message_id: UUID, key: int, *, next_one: bool) -> bool:
        """Next: behind earlier replays that nobody moved, before all own places. At the end: behind everything."""
        one = self.told[message_id]
        one.key = key
        others = [other for other in self.told.values() if other.state == "waiting" and other is not one]
        if not next_one:
            one.own_place = False
            return all(other.key < key for other in others if other.front is None)
        return all(
            other.key < key if other.replay else key < other.key
            for other in others
            if other.own_place and (other.key < 0) == other.replay
        )

    def retry(self, message_id: UUID) -> bool:
        """What could not be played, at its old place."""
        one = self.told[message_id]
        if one.state != "unplayable":
            return False
        self._let_wait(one)
        return True

    def hold(self, message_id: UUID) -> bool:
        """It keeps its place."""
        one = self.told[message_id]
        if one.state != "waiting":
            return False
        one.state, one.decided, one.front = "held", True, None
        return True

    def approve(self, message_id: UUID) -> bool:
        """Back to its place."""
        one = self.told[message_id]
        if one.state != "held":
            return False
        self._let_wait(one)
        return True

    def reject(self, message_id: UUID) -> bool:
        """As good as skipped."""
        one = self.told[message_id]
        if one.state != "held":
            return False
        self._take_out(one)
        return True

    def move(self, message_id: UUID, position: int) -> list[UUID] | None:
        """The order after it, or None: only what waits can be moved. What was interrupted stays in front."""
        one = self.told[message_id]
        if one.state != "waiting":
            return None
        front = [each for each in self.waiting() if self.told[each].front and each != message_id]
        rest = [each for each in self.waiting() if each not in front]
        if rest.index(message_id) + 1 == min(max(position, 1), len(rest)):
            return front + rest
        rest.remove(message_id)
        rest.insert(max(position, 1) - 1, message_id)
        one.front, one.decided, one.own_place = None, True, False
        return front + rest

    def answer_missed(self, choice: str, newest: int) -> bool:
        """All, the newest few, or none; each is decided then."""
        missed = [one for one in self.told.values() if one.state == "missed"]
        missed.sort(key=lambda one: (one.since, one.message_id), reverse=True)
        for place, one in enumerate(missed):
            wanted = choice == "all" or (choice == "newest" and place < newest)
            one.state, one.decided = ("waiting" if wanted else "history"), True
        return bool(missed)

    # The whole queue

    def pause(self, *, on: bool) -> bool:
        """Nothing is un-paused in a panic."""
        if self.paused == on or (self.panic and not on):
            return False
        self.paused = on
        return True

    def mute(self, channels: set[str], *, on: bool) -> bool:
        """Each channel apart."""
        after = self.muted | channels if on else self.muted - channels
        changed, self.muted = after != self.muted, after
        return changed

    def start_panic(self) -> bool:
        """What plays is held at its place; that is not its fault."""
        if self.panic:
            return False
        self.panic = self.paused = True
        one = self.playing
        if one is not None:
            one.state, one.decided = "held", True
        return True

    def release(self) -> bool:
        """The queue goes on; what was held stays held."""
        if not self.panic:
            return False
        self.panic = self.paused = False
        return True

    # The stage

    def claim(self, now: datetime) -> tuple[UUID, int | None] | None:
        """What comes on stage and where it goes on, or None for the offset: it cannot be played any more."""
        waiting = self.waiting()
        if self.paused or self.playing is not None or not waiting:
            return None
        one = self.told[waiting[0]]
        since, one.front = one.front, None
        if since is not None and one.interruptions >= 2:
            one.state = "unplayable"
            return one.message_id, None
        one.state, one.decided = "playing", True
        soon = since is not None and now - since <= timedelta(seconds=30)
        return one.message_id, one.shown_ms if soon and 0 < one.shown_ms <= 4_000 else 0

    def finish(self) -> None:
        """Played, once and for all; a replay of it is over."""
        one = self.playing
        if one is not None:
            one.state, one.played = "played", True

    def interrupt(self, shown_ms: int, now: datetime, *, counts: bool) -> None:
        """In front again, or unplayable."""
        one = self.playing
        if one is None:
            return
        one.interruptions += counts
        if one.interruptions >= 2:
            one.state = "unplayable"
            return
        one.state, one.front, one.shown_ms = "waiting", now, shown_ms

    def restart(self, now: datetime) -> None:
        """What played goes on in front; many or old ones nobody has decided about wait for the streamer's word."""
        left = self.playing
        for one in self.told.values():
            if one.state == "missed":
                one.state = "waiting"
            if one.front is not None and now - one.front > timedelta(seconds=30):
                one.front = None
        if left is not None:
            left.state, left.front, left.shown_ms = "waiting", now, 0
            left.interruptions += 1
        fresh = [one for one in self.told.values() if one.state == "waiting" and not one.decided]
        if len(fresh) > 5 or any(now - one.since > timedelta(hours=1) for one in fresh):
            for one in fresh:
                one.state, one.front = "missed", None
