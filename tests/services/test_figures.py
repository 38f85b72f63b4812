"""Whatever comes, goes back, comes late or is never heard of: what is remembered equals a fold over all there is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamer_app.core.donor_names import name_key
from streamer_app.services import figures as figure_book
from streamer_app.services.figures import CHECK_SECONDS, FigureBook
from streamer_app.store import database, figures
from streamer_app.store.database import Connection
from tests.postgres_servers import MigratedDatabase
from tests.services.giving import Giving

NOW = datetime(2026, 12, 5, 3, 0, tzinfo=UTC)
SINCE = (None, datetime(2026, 11, 30, 17, tzinfo=UTC), NOW - timedelta(hours=50), NOW - timedelta(minutes=20))
RINA = UUID(int=7)


@dataclass(frozen=True)
class Given:
    message: UUID
    amount: int
    at: datetime
    name: str | None
    anonymous: bool
    payer: UUID | None
    refunded: bool = False


Gift = tuple[int, float, str | None, bool, UUID | None]
GIFTS = st.tuples(
    st.integers(20, 90_000),
    st.sampled_from([0.0, 0.1, 0.5, 2.0, 30.0, 49.9, 82.0, 106.0, 500.0]),
    st.sampled_from(["Budi", "BUDI", " b\u200budi", "Rina", "\u200b", None]),
    st.booleans(),
    st.sampled_from([None, None, RINA]),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("give"), GIFTS),
        st.tuples(st.just("refund"), st.integers(0, 30)),
        st.tuples(st.just("dollars"), GIFTS),
        st.tuples(st.just("pass"), st.sampled_from([1, 600, 9_000])),
        st.tuples(st.just("look"), st.booleans()),
    ),
    min_size=3,
    max_size=14,
)


@pytest.fixture
async def conn(migrated_database: MigratedDatabase) -> AsyncIterator[Connection]:
    async with database.connection(migrated_database.app_url, label="tests") as opened:
        yield opened


def people(facts: list[Given], since: datetime | None) -> dict[object, int]:
    """Sums by person, by hand."""
    sums: dict[object, int] = {}
    for fact in facts:
        person = fact.payer or name_key(fact.name or "")
        if not fact.anonymous and not fact.refunded and person and (since is None or fact.at >= since):
            sums[person] = sums.get(person, 0) + fact.amount
    return sums


class Play:
    """One streamer's history, and what the book says of it."""

    def __init__(self, database: MigratedDatabase) -> None:
        self.giving = Giving(database, uuid4(), NOW)
        self.book = FigureBook(self.giving.streamer, "IDR")
        self.facts: list[Given] = []
        self.now = NOW
        self.unheard: list[UUID] = []

    def give(self, gift: Gift, currency: str = "IDR") -> None:
        amount, hours, name, anonymous, payer = gift
        at = self.now - timedelta(hours=hours)
        message = self.giving.give(amount, at=at, name=name, anonymous=anonymous, payer=payer, currency=currency)
        self.unheard.append(message)
        if currency == "IDR":
            self.facts.append(Given(message, amount, at, name, anonymous, payer))

    def refund(self, number: int) -> None:
        if self.facts and not self.facts[number % len(self.facts)].refunded:
            place = number % len(self.facts)
            self.giving.refund(self.facts[place].message)
            self.facts[place] = replace(self.facts[place], refunded=True)
            self.unheard.append(self.facts[place].message)

    async def look(self, conn: Connection, *, heard: bool) -> None:
        """By bells, or without any after the time in which the check comes round."""
        if heard:
            for message in self.unheard:
                self.book.touch(message)
        else:
            self.now += timedelta(seconds=CHECK_SECONDS)
        self.unheard.clear()
        async with figures.one_snapshot(conn):
            await self.book.begin(conn)
            for since in SINCE:
                await self._compare(conn, since)

    async def _compare(self, conn: Connection, since: datetime | None) -> None:
        counting = [fact for fact in self.facts if since is None or fact.at >= since]
        paid = [fact for fact in counting if not fact.refunded]
        sums = await self.book.sums(conn, since, self.now)
        assert sums[:2] == (len(paid), sum(fact.amount for fact in paid))
        assert sums.net == sum(fact.amount - fact.amount // 20 for fact in paid)
        board = await self.book.leaderboard(conn, since, self.now)
        named = people([fact for fact in self.facts if fact.name], since)
        told = {person.payer or name_key(min(person.names)): person.total for person in board.ranking()}
        assert told == {person: total for person, total in people(self.facts, since).items() if person in named}
        if since is not None:
            for with_refunded, facts in ((False, paid), (True, counting)):
                gifts = await self.book.gifts(conn, since, self.now, with_refunded=with_refunded)
                # At one moment any order will do: a clock takes them together.
                assert [gift.at for gift in gifts] == sorted(gift.at for gift in gifts)
                assert sorted(gift.gross for gift in gifts) == sorted(fact.amount for fact in facts)


@given(steps=STEPS, many=st.sampled_from([1, 3, 5_000]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_it_equals_a_fold_over_all_there_is(
    migrated_database: MigratedDatabase, conn: Connection, steps: list[tuple[str, object]], many: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figure_book, "_MOST_RECENT", many)
        play = Play(migrated_database)
        for step, what in [*steps, ("look", True), ("look", False)]:
            if step in {"give", "dollars"}:
                play.give(what, "IDR" if step == "give" else "USD")  # type: ignore[arg-type]
            elif step == "refund":
                play.refund(what)  # type: ignore[arg-type]
            elif step == "pass":
                play.now += timedelta(seconds=what)  # type: ignore[arg-type]
            else:
                await play.look(conn, heard=bool(what))


async def test_a_bell_explains_a_difference_without_reading_all_again(
    migrated_database: MigratedDatabase, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    play = Play(migrated_database)
    for hours in (500.0, 400.0, 300.0, 0.0):
        play.give((1_000, hours, "Budi", False, None))
    await play.look(conn, heard=True)
    asked: list[str] = []
    real = figures.donors

    async def counted(conn: Connection, stretch: figures.Stretch) -> list[figures.DonorSum]:
        asked.append(stretch.since)
        return await real(conn, stretch)

    monkeypatch.setattr(figures, "donors", counted)
    play.refund(0)
    play.refund(1)
    play.give((7_000, 400.0, "Rina", False, None))
    await play.look(conn, heard=True)
    assert figures.EVER not in asked
    play.refund(2)
    await play.look(conn, heard=False)
    assert figures.EVER in asked, "nobody said what happened"
    asked.clear()
    await play.look(conn, heard=True)
    assert asked == [], "nothing happened"


async def test_what_a_bell_named_is_not_forgotten_when_the_database_goes_away(
    migrated_database: MigratedDatabase, conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    play = Play(migrated_database)
    play.give((1_000, 500.0, "Budi", False, None))
    await play.look(conn, heard=True)
    play.refund(0)

    async def away(*_: object) -> list[figures.Touched]:
        raise TimeoutError

    with monkeypatch.context() as patch:
        patch.setattr(figures, "touched", away)
        with pytest.raises(TimeoutError):
            await play.look(conn, heard=True)
    await play.look(conn, heard=True)
