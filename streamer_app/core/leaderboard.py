"""Who gave most: many ways to write a name are one person, an account is one person under whatever name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from streamer_app.core.donor_names import name_key
from streamer_app.core.periods import day_start
from streamer_app.core.widget_settings import Period
from streamer_app.core.widget_states import DonorRow
from streamer_app.core.widget_texts import amount_text

PersonKey = UUID | str
"""The account, or the name as it is compared."""


@dataclass
class Person:
    """One donor's sum. `named_at` in microseconds: their latest donation with a name; `names`: as they wrote it."""

    payer: UUID | None
    total: int = 0
    named_at: int = -1
    names: set[str] = field(default_factory=set)

    def and_more(self, more: Person) -> Person:
        """This donor with more of their donations; neither is changed."""
        named_at = max(self.named_at, more.named_at)
        return Person(self.payer, self.total + more.total, named_at, self.names | more.names)


class Leaderboard:
    """Sums of people, to which more may be added."""

    def __init__(self) -> None:
        """Nobody yet."""
        self._people: dict[PersonKey, Person] = {}
        self._ranking: list[Person] | None = None

    def with_more(self, more: Leaderboard) -> Leaderboard:
        """Both together; neither is changed."""
        both = Leaderboard()
        both._people = dict(self._people)
        for key, person in more._people.items():
            known = both._people.get(key)
            both._people[key] = person if known is None else known.and_more(person)
        return both

    def count(self, payer: UUID | None, name: str | None, total: int, named_at: int | None) -> None:
        """Add a sum. A name of which nothing is seen, without an account behind it, is nobody's."""
        self._ranking = None
        key: PersonKey | None = payer if payer is not None else name_key(name or "") or None
        if key is None:
            return
        person = self._people.get(key)
        if person is None:
            person = self._people[key] = Person(payer)
        person.total += total
        if named_at is not None:
            person.named_at = max(person.named_at, named_at)
        if payer is None and name is not None:
            person.names.add(name)

    def ranking(self) -> list[Person]:
        """Everybody with a name and a sum, the greatest sum first; of equal ones, who had it first."""
        if self._ranking is None:
            named = (person for person in self._people.values() if person.named_at >= 0 and person.total > 0)
            self._ranking = sorted(named, key=_order)
        return self._ranking


def _order(person: Person) -> tuple[int, int, str, str]:
    return -person.total, person.named_at, str(person.payer), min(person.names, default="")


def rows(ranked: Sequence[tuple[str, int]]) -> tuple[DonorRow, ...]:
    """Names and sums, greatest first, with their ranks: equal sums have equal ranks, and the next rank is left out."""
    shown: list[DonorRow] = []
    for place, (name, total) in enumerate(ranked, start=1):
        rank = shown[-1].rank if place > 1 and ranked[place - 2][1] == total else place
        shown.append(DonorRow(rank=rank, name=name, amount_text=amount_text(total)))
    return tuple(shown)


def merged(sums: Iterable[tuple[UUID | None, str | None, int, int | None]]) -> Leaderboard:
    """A leaderboard of these sums."""
    board = Leaderboard()
    for payer, name, total, named_at in sums:
        board.count(payer, name, total, named_at)
    return board


def since_of(period: Period, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the period that holds `now` began, in UTC; None: ever. Weeks begin on Monday."""
    if period is Period.ALL:
        return None
    return day_start(_first_day(period, now.astimezone(zone).date()), zone)


def next_start(period: Period, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When the next one begins; None: never."""
    if period is Period.ALL:
        return None
    first = _first_day(period, now.astimezone(zone).date())
    if period is Period.DAY:
        following = first + timedelta(days=1)
    elif period is Period.WEEK:
        following = first + timedelta(days=7)
    else:
        following = _first_day(Period.MONTH, first + timedelta(days=31))
    return day_start(following, zone)


def _first_day(period: Period, day: date) -> date:
    if period is Period.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period is Period.MONTH else day
