"""One donor is one row, whatever the spelling; periods begin at the streamer's own midnight."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.leaderboard import merged, next_start, rows, since_of
from streamer_app.core.widget_settings import Period

JAKARTA = ZoneInfo("Asia/Jakarta")
BUDI = uuid4()
Sum = tuple[UUID | None, str | None, int, int | None]


def totals(*sums: Sum) -> list[tuple[set[str], int]]:
    return [(person.names, person.total) for person in merged(sums).ranking()]


def test_spellings_are_one_donor_and_accounts_are_another() -> None:
    assert totals((None, "Budi", 10, 1), (None, "b\u200bUDI", 5, 2), (None, "Rina", 12, 3)) == [
        ({"Budi", "b\u200bUDI"}, 15),
        ({"Rina"}, 12),
    ]
    board = merged([(BUDI, None, 7, 4), (None, "Budi", 10, 1)])
    assert [(person.payer, person.total) for person in board.ranking()] == [(None, 10), (BUDI, 7)]


def test_who_has_no_name_is_left_out() -> None:
    assert totals((None, "", 10, None), (None, "\u200b", 10, 1), (uuid4(), None, 10, None), (None, None, 1, None)) == []


def test_who_had_it_first_stands_first() -> None:
    assert [names for names, _ in totals((None, "later", 5, 9), (None, "first", 5, 2))] == [{"first"}, {"later"}]


def test_equal_sums_have_equal_ranks_and_the_next_one_is_left_out() -> None:
    shown = rows([("a", 30_000), ("b", 20_000), ("c", 20_000), ("d", 5_000)])
    assert [row.rank for row in shown] == [1, 2, 2, 4]
    assert [row.amount_text for row in shown][:2] == ["Rp30.000", "Rp20.000"]
    assert rows([]) == ()


SUMS = st.lists(
    st.tuples(
        st.sampled_from([None, BUDI]),
        st.sampled_from(["Budi", "BUDI", "Rina", "\u200b"]),
        st.integers(1, 100),
        st.none() | st.integers(0, 50),
    ),
    max_size=12,
)


@given(SUMS, SUMS)
def test_two_stretches_are_one(before: list[Sum], after: list[Sum]) -> None:
    behind = merged(before)
    remembered = [(person.payer, person.total, set(person.names)) for person in behind.ranking()]
    assert behind.with_more(merged(after)).ranking() == merged([*before, *after]).ranking()
    assert [(person.payer, person.total, person.names) for person in behind.ranking()] == remembered, "unchanged"


@pytest.mark.parametrize(
    ("period", "since", "following"),
    [
        (Period.DAY, "2026-11-30T17:00", "2026-12-01T17:00"),
        (Period.WEEK, "2026-11-29T17:00", "2026-12-06T17:00"),
        (Period.MONTH, "2026-11-30T17:00", "2026-12-31T17:00"),
    ],
)
def test_periods_begin_at_midnight_in_jakarta(period: Period, since: str, following: str) -> None:
    begun, ends = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (since, following))
    first_moment = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)  # a Tuesday, the first of December
    assert since_of(period, first_moment, JAKARTA) == begun
    assert next_start(period, first_moment, JAKARTA) == ends
    before = first_moment - timedelta(microseconds=1)
    if period is not Period.WEEK:
        assert next_start(period, before, JAKARTA) == first_moment
        assert since_of(period, before, JAKARTA) != begun


def test_ever_has_no_beginning() -> None:
    assert since_of(Period.ALL, datetime.now(UTC), JAKARTA) is None
    assert next_start(Period.ALL, datetime.now(UTC), JAKARTA) is None


@given(
    st.integers(946_684_800, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.sampled_from([Period.DAY, Period.WEEK, Period.MONTH]),
    st.sampled_from(["Asia/Jakarta", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "UTC"]),
)
def test_one_period_follows_the_other(now: datetime, period: Period, zone: str) -> None:
    begun, ends = since_of(period, now, ZoneInfo(zone)), next_start(period, now, ZoneInfo(zone))
    assert begun is not None
    assert ends is not None
    assert begun <= now < ends
    assert since_of(period, ends, ZoneInfo(zone)) == ends
