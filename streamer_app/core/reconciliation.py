"""What a provider's file and our books say about the same payments, side by side. Nothing here changes anything.

Every line of the file is in exactly one place: matched, missing here, in one or both of the two lists of differences,
a duplicate, or unreadable.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from streamer_app.core.periods import Period
from streamer_app.core.provider_files import FileLine, UnreadableLine

_NEAR_EDGE = timedelta(minutes=10)


class OurPayment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment in our books. `paid_at` is when it arrived here, by our clock."""

    transaction_id: UUID
    reference: str | None
    amount: int
    currency: str
    status: str
    paid_at: datetime


class MissingThere(msgspec.Struct, frozen=True, kw_only=True):
    """A payment of ours the file does not name. `near_edge`: so near an end of the period that clocks may differ."""

    payment: OurPayment
    near_edge: bool


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A line and our payment, which do not say the same."""

    line: FileLine
    ours: OurPayment


class DuplicateLine(msgspec.Struct, frozen=True, kw_only=True):
    """A further line about a payment, `same` if it repeats the first one to the letter. Only the first is compared."""

    line: FileLine
    first_line: int
    same: bool


class ReconcileReport(msgspec.Struct, frozen=True, kw_only=True):
    """The result. `missing_there` is None when nothing says which period the file is about: then nobody can know.

    `lines`: all that hold anything. `without_time`: lines whose time could not be read, if the file has times at all.
    """

    provider: str
    file: str
    delimiter: str
    columns: dict[str, str | None]
    period: Period | None
    lines: int
    matched: int
    without_time: int
    missing_here: tuple[FileLine, ...]
    missing_there: tuple[MissingThere, ...] | None
    amount_differs: tuple[Difference, ...]
    status_differs: tuple[Difference, ...]
    duplicates: tuple[DuplicateLine, ...]
    unreadable: tuple[UnreadableLine, ...]

    @property
    def agrees(self) -> bool:
        """Whether there is nothing for a person to look at."""
        return not (
            self.missing_here
            or self.missing_there
            or self.amount_differs
            or self.status_differs
            or self.unreadable
            or any(not duplicate.same for duplicate in self.duplicates)
        )


class Tally:
    """Collects a file's lines and what our books say about them."""

    def __init__(self) -> None:
        self.lines = self.matched = self.without_time = 0
        self.since: datetime | None = None
        self.until: datetime | None = None
        self.missing_here: list[FileLine] = []
        self.amount_differs: list[Difference] = []
        self.status_differs: list[Difference] = []
        self.duplicates: list[DuplicateLine] = []
        self.unreadable: list[UnreadableLine] = []
        self._first: dict[str, tuple[int, int, str, tuple[str, ...] | None]] = {}

    def take(self, line: FileLine | UnreadableLine) -> FileLine | None:
        """Count a line in; returns it if it is to be compared with our books."""
        self.lines += 1
        if isinstance(line, UnreadableLine):
            self.unreadable.append(line)
            return None
        if line.since is None or line.until is None:
            self.without_time += 1
        else:
            self.since = line.since if self.since is None else min(self.since, line.since)
            self.until = line.until if self.until is None else max(self.until, line.until)
        first = self._first.setdefault(line.reference, (line.line, line.amount, line.currency, line.meaning))
        if first[0] == line.line:
            return line
        same = first[1:] == (line.amount, line.currency, line.meaning)
        self.duplicates.append(DuplicateLine(line=line, first_line=first[0], same=same))
        return None

    def compare(self, line: FileLine, ours: OurPayment | None) -> None:
        """Put a line beside our payment of that name, or beside none."""
        if ours is None:
            self.missing_here.append(line)
            return
        same_amount = (ours.amount, ours.currency) == (line.amount, line.currency)
        same_status = line.meaning is None or ours.status in line.meaning
        if not same_amount:
            self.amount_differs.append(Difference(line=line, ours=ours))
        if not same_status:
            self.status_differs.append(Difference(line=line, ours=ours))
        self.matched += same_amount and same_status

    def period(self, zone: str) -> Period | None:
        """From the first event in the file to the last one; None when it has no times."""
        if self.since is None or self.until is None:
            return None
        return Period(zone=zone, since=self.since, until=self.until + timedelta(microseconds=1))


def missing_there(payment: OurPayment, period: Period) -> MissingThere:
    """A payment of the period that no line names."""
    edges = [edge for edge in (period.since, period.until) if edge is not None]
    return MissingThere(payment=payment, near_edge=any(abs(payment.paid_at - edge) <= _NEAR_EDGE for edge in edges))
