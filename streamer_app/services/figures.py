"""Figures that are asked for again and again: what lies behind is remembered as long as nothing in it has changed.

A period is cut in two. The part before the cut, an hour ago at least, is read once. What came since is read anew each
time anything changed there. That nothing changed behind the cut is checked by its figures and its mark, which an index
answers: at once when a bell named one of its donations, else every 30 s. A refund that a bell named is taken out of
what is remembered; what cannot be explained by bells is read again. A bell is a hint, the check is the guarantee.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final
from uuid import UUID

from streamer_app.core.leaderboard import Leaderboard, merged
from streamer_app.store import figures
from streamer_app.store.database import Connection
from streamer_app.store.figures import EVER, Gift, Part, Stretch, Touched, micros, moment_text

_BEHIND: Final = timedelta(hours=1)
"""How far behind the present a cut is made: what a provider reports later than that is checked for."""
_AHEAD: Final = timedelta(days=1)
"""Clocks differ; what was on stage later than that has no date."""
_OLD: Final = timedelta(hours=2)
_MOST_RECENT: Final = 5_000
"""So many donations since an old cut, and it is moved."""
CHECK_SECONDS: Final = 30
_MOST_REMEMBERED: Final = 16
"""Periods; the one longest unused goes first."""
_MOST_EXPLAINED: Final = 8
"""Touched donations that may explain a difference together: of more, all is read again."""
_MOST_TOUCHED: Final = 1_000
_NOTHING: Final = Part()


@dataclass
class _Kept:
    """What is remembered of one period. `cut` in microseconds: the first moment that is not behind."""

    period: Stretch
    cut: int
    before: Part
    checked: datetime
    verified: int
    """The look in which `before` was read: what is read beside it has to be of the same."""
    refreshed: int = 0
    recent: Part = _NOTHING
    board_behind: Leaderboard | None = None
    board: Leaderboard | None = None
    gifts_behind: list[Gift] | None = None
    gifts: list[Gift] | None = None

    @property
    def behind(self) -> Stretch:
        """The part before the cut."""
        return replace(self.period, last=moment_text(self.cut - 1))

    @property
    def since_cut(self) -> Stretch:
        """The part from the cut on, or all of a period that began later."""
        if self.period.since != EVER and micros(datetime.fromisoformat(self.period.since)) > self.cut:
            return self.period
        return replace(self.period, since=moment_text(self.cut))


class FigureBook:
    """The figures of one streamer, in one currency. `begin` begins a look at them all, in `figures.one_snapshot`."""

    def __init__(self, streamer: UUID, currency: str) -> None:
        """Nothing is known yet."""
        self.streamer = streamer
        self.currency = currency
        self._kept: dict[Stretch, _Kept] = {}
        self._named: set[UUID] = set()
        self._touched: list[Touched] | None = []
        self._refresh = 0

    def touch(self, message_id: UUID) -> None:
        """A bell named this message. Cheap."""
        self._named.add(message_id)

    async def begin(self, conn: Connection) -> None:
        """A new look: what was touched since the last one is read."""
        self._refresh += 1
        named, self._named = self._named, set()
        self._touched = []
        if len(named) > _MOST_TOUCHED:
            self._touched = None
        elif named:
            self._named = named  # until they are read: a database that goes away must not lose them
            self._touched = await figures.touched(conn, self._period(None), list(named))
            self._named -= named

    async def sums(self, conn: Connection, since: datetime | None, now: datetime) -> Part:
        """What came since then; None: ever."""
        kept = await self._current(conn, self._period(since), now)
        return kept.before.and_more(kept.recent)

    async def leaderboard(self, conn: Connection, since: datetime | None, now: datetime) -> Leaderboard:
        """Who gave what since then; not to be changed."""
        kept = await self._current(conn, self._period(since), now)
        if kept.board_behind is None:
            await self._verify(conn, kept)
            kept.board_behind = merged(await figures.donors(conn, kept.behind))
        if kept.board is None:
            kept.board = kept.board_behind.with_more(merged(await figures.donors(conn, kept.since_cut)))
        return kept.board

    async def gifts(self, conn: Connection, since: datetime, now: datetime, *, with_refunded: bool) -> list[Gift]:
        """Every donation since then, in its order; not to be changed."""
        kept = await self._current(conn, self._period(since, with_refunded=with_refunded), now)
        if kept.gifts_behind is None:
            await self._verify(conn, kept)
            kept.gifts_behind = await figures.gifts(conn, kept.behind)
        if kept.gifts is None:
            kept.gifts = [*kept.gifts_behind, *await figures.gifts(conn, kept.since_cut)]
        return kept.gifts

    async def named_donation(
        self, conn: Connection, since: datetime | None, *, payer: UUID | None, names: list[str], named_at: int
    ) -> UUID | None:
        """The donation that a donor's latest name stands on."""
        period = self._period(since)
        return await figures.named_donation(conn, period, payer=payer, names=names, named_at=named_at)

    async def on_stage(self, conn: Connection, now: datetime, limit: int) -> list[UUID]:
        """Donations that were on stage last, newest first."""
        return await figures.on_stage(conn, self.streamer, self.currency, limit=limit, not_after=now + _AHEAD)

    def _period(self, since: datetime | None, *, with_refunded: bool = False) -> Stretch:
        text = EVER if since is None else since.isoformat()
        return Stretch(self.streamer, self.currency, since=text, with_refunded=with_refunded)

    async def _current(self, conn: Connection, period: Stretch, now: datetime) -> _Kept:
        """The period as it is in this look."""
        kept = self._kept.pop(period, None)
        if kept is None or not (kept.refreshed == self._refresh or await self._is_same_behind(conn, kept, now)):
            kept = await self._read(conn, period, now)
        if kept.refreshed != self._refresh:
            recent = await figures.sums(conn, kept.since_cut)
            if recent != kept.recent:
                kept.recent, kept.board, kept.gifts = recent, None, None
            if _is_worn(kept, now):
                await _move_cut(conn, kept, now)
            kept.refreshed = self._refresh
        self._kept[period] = kept
        while len(self._kept) > _MOST_REMEMBERED:
            del self._kept[next(iter(self._kept))]
        return kept

    async def _is_same_behind(self, conn: Connection, kept: _Kept, now: datetime) -> bool:
        """Whether what is remembered is right, or could be put right."""
        touched = self._touched
        about_it = None if touched is None else [each for each in touched if _is_behind(each, kept)]
        is_due = not kept.checked <= now < kept.checked + timedelta(seconds=CHECK_SECONDS)
        if about_it == [] and not is_due:
            return True
        found = await figures.sums(conn, kept.behind)
        kept.checked, kept.verified = now, self._refresh
        if found == kept.before:
            return True
        changes = _explanation(kept.before, found, about_it or (), with_refunded=kept.period.with_refunded)
        if changes is None:
            return False
        for change in changes:
            _apply(kept, change)
        kept.before, kept.board, kept.gifts = found, None, None
        return True

    async def _read(self, conn: Connection, period: Stretch, now: datetime) -> _Kept:
        kept = _Kept(period, micros(now - _BEHIND), _NOTHING, now, self._refresh)
        kept.before = await figures.sums(conn, kept.behind)
        return kept

    async def _verify(self, conn: Connection, kept: _Kept) -> None:
        """Before something is read beside the sums: both have to be of one snapshot, or a difference counts twice."""
        if kept.verified == self._refresh:
            return
        found = await figures.sums(conn, kept.behind)
        if found != kept.before:
            kept.before, kept.board_behind, kept.gifts_behind, kept.board, kept.gifts = found, None, None, None, None
        kept.verified = self._refresh


def _is_worn(kept: _Kept, now: datetime) -> bool:
    """Whether much has come since this cut, long enough ago to lie behind the next one."""
    return kept.recent.donations >= _MOST_RECENT and kept.cut < micros(now - _OLD)


async def _move_cut(conn: Connection, kept: _Kept, now: datetime) -> None:
    """Put what has come to lie an hour behind to what is remembered."""
    later = _Kept(kept.period, micros(now - _BEHIND), _NOTHING, kept.checked, kept.verified)
    between = replace(kept.since_cut, last=later.behind.last)
    later.before = kept.before.and_more(await figures.sums(conn, between))
    later.recent = await figures.sums(conn, later.since_cut)
    if kept.board_behind is not None:
        later.board_behind = kept.board_behind.with_more(merged(await figures.donors(conn, between)))
    if kept.gifts_behind is not None:
        later.gifts_behind = [*kept.gifts_behind, *await figures.gifts(conn, between)]
    kept.__dict__.update(later.__dict__)


def _is_behind(touched: Touched, kept: _Kept) -> bool:
    if touched.at >= kept.cut:
        return False
    return kept.period.since == EVER or touched.at >= micros(datetime.fromisoformat(kept.period.since))


def _explanation(
    before: Part, found: Part, touched: Sequence[Touched], *, with_refunded: bool
) -> tuple[Touched, ...] | None:
    """Which of the touched donations came or went, if that is all that happened; None: it is not.

    Where refunded ones count they never go.
    """
    if len(touched) > _MOST_EXPLAINED:
        return None
    for some in _some_of(touched):
        part = before
        for each in some:
            part = part.and_more(each.part if each.counts or with_refunded else _negative(each.part))
        if part == found:
            return some
    return None


def _some_of(touched: Sequence[Touched]) -> Iterator[tuple[Touched, ...]]:
    for size in range(1, len(touched) + 1):
        yield from combinations(touched, size)


def _negative(part: Part) -> Part:
    return Part(-part.donations, -part.gross, -part.net, part.mark)


def _apply(kept: _Kept, change: Touched) -> None:
    """Put one donation that came, or went, into what is remembered."""
    comes = change.counts or kept.period.with_refunded
    if kept.board_behind is not None and change.counts:
        named_at = change.at if (change.name or "").strip(" ") else None
        kept.board_behind.count(change.payer, change.name, change.gross, named_at)
    elif kept.board_behind is not None:
        kept.board_behind.count(change.payer, change.name, -change.gross, None)
    if kept.gifts_behind is not None:
        gift = Gift(change.at, change.gross, change.net)
        if comes:
            insort(kept.gifts_behind, gift)
        else:
            kept.gifts_behind.remove(gift)
