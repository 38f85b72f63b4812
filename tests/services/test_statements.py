"""Balances and statements agree with the ledger to the microsecond, in any time zone and over odd rows."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamer_app.core import periods
from streamer_app.core.errors import ActionableError
from streamer_app.core.statements import Statement
from streamer_app.services import statements
from streamer_app.store import database
from tests.postgres_servers import MigratedDatabase

JAKARTA = "Asia/Jakarta"
NOVEMBER = periods.month("2026-11", JAKARTA)


def add_wallet(connection: psycopg.Connection[Any], user: UUID | None = None, kind: str = "CASH") -> UUID:
    wallet: UUID = connection.execute(
        "INSERT INTO public.wallets (user_id, type, name, slug)"
        " VALUES (%s, %s::public.wallet_type, %s, %s) RETURNING id",
        [user or uuid4(), kind, kind, kind],
    ).fetchall()[0][0]
    return wallet


def add_entry(
    connection: psycopg.Connection[Any], wallet: UUID, amount: int, created_at: str | datetime, kind: str = "DEPOSIT"
) -> None:
    connection.execute(
        "INSERT INTO public.wallet_ledger_entries"
        " (wallet_id, entry_type, amount, source_type, source_id, net_amount, created_at)"
        " VALUES (%s, %s::public.ledger_entry_type, %s, 'TRANSACTION', gen_random_uuid(), %s, %s)",
        [wallet, kind, amount, amount, created_at],
    )


def amounts(found: Statement) -> list[int]:
    return [line.entry.amount for line in found.lines]


async def test_a_month_ends_at_midnight_in_jakarta(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_foreign() as foreign:
        wallet = add_wallet(foreign)
        add_entry(foreign, wallet, 1, "2026-10-31 23:59:59.999999+07")
        add_entry(foreign, wallet, 20, "2026-11-01 00:00:00+07")
        add_entry(foreign, wallet, 300, "2026-11-30 23:59:59.999999+07")
        add_entry(foreign, wallet, 4000, "2026-12-01 00:00:00+07")
    found = await statements.statement(migrated_database.auditor_url, wallet, NOVEMBER)
    assert (found.head.opening, found.head.closing) == (1, 321)
    assert amounts(found) == [20, 300]
    assert [line.balance for line in found.lines] == [21, 321]
    december = await statements.statement(migrated_database.auditor_url, wallet, periods.month("2026-12", JAKARTA))
    assert (december.head.opening, amounts(december)) == (321, [4000])


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
async def test_a_day_with_a_clock_change_has_all_its_hours(
    migrated_database_18: MigratedDatabase, day: str, hours: int
) -> None:
    zone = "Europe/Berlin"
    start = periods.day_start(date.fromisoformat(day), ZoneInfo(zone))
    with migrated_database_18.as_foreign() as foreign:
        wallet = add_wallet(foreign)
        for hour in range(-2, 28):
            add_entry(foreign, wallet, 1, start + timedelta(hours=hour))
    whole_day = periods.days(date.fromisoformat(day), date.fromisoformat(day), zone)
    found = await statements.statement(migrated_database_18.auditor_url, wallet, whole_day)
    assert found.head.entries == len(found.lines) == hours
    assert found.head.opening == 2


async def test_totals_are_per_type_and_reversals_count_with_their_sign(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_foreign() as foreign:
        wallet = add_wallet(foreign)
        for amount, kind in ((9500, "DEPOSIT"), (500, "DEPOSIT"), (-9500, "REFUND"), (-700, "WITHDRAW")):
            add_entry(foreign, wallet, amount, "2026-11-05 12:00+07", kind)
    head = (await statements.statement(migrated_database.auditor_url, wallet, NOVEMBER)).head
    assert {total.entry_type: (total.entries, total.amount) for total in head.totals} == {
        "DEPOSIT": (2, 10000),
        "REFUND": (1, -9500),
        "WITHDRAW": (1, -700),
    }
    assert (head.opening, head.closing, head.currency, head.wallet_type) == (0, -200, "IDR", "CASH")


EDGES = [
    edge + timedelta(microseconds=late)
    for edge in (datetime(2026, 10, 31, 17, tzinfo=UTC), datetime(2026, 11, 30, 17, tzinfo=UTC))
    for late in (-1, 0, 1)
]
MOMENTS = st.sampled_from(EDGES) | st.integers(0, 33 * 24 * 60).map(
    lambda minutes: datetime(2026, 10, 30, tzinfo=UTC) + timedelta(minutes=minutes)
)
AMOUNTS = st.integers(-(10**6), 10**6).filter(bool) | st.sampled_from([2**63 - 1, -(2**63), 2**53 + 1])


def test_opening_and_lines_are_the_closing_balance_always(migrated_database_18: MigratedDatabase) -> None:
    url = migrated_database_18.auditor_url

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.tuples(MOMENTS, AMOUNTS), max_size=12),
        st.sampled_from([NOVEMBER, periods.month("2026-11", "UTC"), periods.everything(JAKARTA)])
        | st.builds(
            lambda first, length, zone: periods.days(first, first + timedelta(days=length), zone),
            st.dates(date(2026, 10, 30), date(2026, 12, 2)),
            st.integers(0, 40),
            st.sampled_from([JAKARTA, "UTC", "America/Los_Angeles", "Asia/Kathmandu"]),
        ),
    )
    def check(entries: list[tuple[datetime, int]], period: periods.Period) -> None:
        with migrated_database_18.as_foreign() as foreign, foreign.transaction():
            wallet = add_wallet(foreign)
            for moment, amount in entries:
                add_entry(foreign, wallet, amount, moment)
        found = asyncio.run(statements.statement(url, wallet, period))
        within = sorted(amount for moment, amount in entries if period.holds(moment))
        assert sorted(amounts(found)) == within
        assert found.head.opening + sum(amounts(found)) == found.head.closing
        assert found.head.opening == sum(
            amount for moment, amount in entries if period.since is not None and moment < period.since
        )
        if period.until is not None:
            last = period.until - timedelta(microseconds=1)
            assert asyncio.run(statements.balance_as_of(url, last, wallet=wallet))[0].balance == found.head.closing

    check()


async def test_a_balance_as_of_a_moment_counts_that_microsecond(migrated_database: MigratedDatabase) -> None:
    user = uuid4()
    with migrated_database.as_foreign() as foreign:
        cash, pending = add_wallet(foreign, user), add_wallet(foreign, user, "PENDING")
        add_entry(foreign, cash, 100, "2026-11-05 12:00:00+07")
        add_entry(foreign, cash, -30, "2026-11-05 12:00:00.000001+07")
        add_entry(foreign, pending, 5, "2026-11-06 00:00+07")
    moment = datetime(2026, 11, 5, 5, tzinfo=UTC)
    url = migrated_database.auditor_url
    assert [(line.type, line.balance) for line in await statements.balance_as_of(url, moment, user=user)] == [
        ("CASH", 100),
        ("PENDING", 0),
    ]
    tick = timedelta(microseconds=1)
    for at, balance in ((moment - tick, 0), (moment, 100), (moment + tick, 70)):
        assert (await statements.balance_as_of(url, at, wallet=cash))[0].balance == balance
    local = moment.astimezone(ZoneInfo("America/Los_Angeles"))
    assert (await statements.balance_as_of(url, local, wallet=cash))[0].balance == 100


async def test_what_cannot_be_asked_is_refused_with_a_remedy(migrated_database_18: MigratedDatabase) -> None:
    url, now = migrated_database_18.auditor_url, datetime(2026, 11, 5, tzinfo=UTC)
    with pytest.raises(ActionableError, match="no time zone"):
        await statements.balance_as_of(url, now.replace(tzinfo=None), user=uuid4())
    with pytest.raises(ActionableError, match="There is no wallet"):
        await statements.balance_as_of(url, now, wallet=uuid4())
    with pytest.raises(ActionableError, match="There is no wallet"):
        await statements.statement(url, uuid4(), NOVEMBER)
    with pytest.raises(ActionableError, match="Whose balance"):
        await statements.balance_as_of(url, now, wallet=uuid4(), user=uuid4())
    assert await statements.balance_as_of(url, now, user=uuid4()) == ()


async def test_odd_rows_of_other_programs_are_in_the_statement_they_belong_to(
    migrated_database: MigratedDatabase,
) -> None:
    with migrated_database.as_foreign() as foreign:
        wallet = add_wallet(foreign)
        for amount, moment in ((1, "-infinity"), (20, "0044-03-15 00:00+00 BC"), (300, "2026-11-05 00:00+07")):
            add_entry(foreign, wallet, amount, moment)
        for amount, moment in ((4000, "9000-01-01 00:00+00"), (50000, "infinity")):
            add_entry(foreign, wallet, amount, moment)
    url = migrated_database.auditor_url
    everything = await statements.statement(url, wallet, periods.everything(JAKARTA))
    assert amounts(everything) == [1, 20, 300, 4000, 50000]
    november = await statements.statement(url, wallet, NOVEMBER)
    assert (november.head.opening, november.head.closing) == (21, 321)
    since = periods.days(date(2026, 11, 1), None, JAKARTA)
    assert amounts(await statements.statement(url, wallet, since)) == [300, 4000, 50000]
    page = await statements.ledger_page(url, wallet, None, 2)
    assert [line.amount for line in page.lines] == [50000, 4000]


async def test_a_long_statement_is_a_stream_over_one_picture(migrated_database_18: MigratedDatabase) -> None:
    with migrated_database_18.as_foreign() as foreign:
        wallet = add_wallet(foreign)
        foreign.execute(
            "INSERT INTO public.wallet_ledger_entries"
            " (wallet_id, entry_type, amount, source_type, source_id, net_amount, created_at)"
            " SELECT %s, 'TRANSFER', n, 'TRANSACTION', gen_random_uuid(), n, '2026-11-05 00:00+07'"
            " FROM generate_series(1, 5000) n",
            [wallet],
        )
        url, seen = migrated_database_18.auditor_url, 0
        async with statements.open_statement(url, wallet, NOVEMBER) as opened:
            add_entry(foreign, wallet, 7, "2026-11-04 00:00+07")
            async for batch in opened.batches:
                seen += len(batch)
                balance = batch[-1].balance
        assert seen == opened.head.entries == 5000
        assert balance == opened.head.closing == 5000 * 5001 // 2
        async with statements.open_statement(url, wallet, NOVEMBER) as opened:
            async for _ in opened.batches:
                break  # a reader may lose interest
    again = await statements.statement(url, wallet, NOVEMBER)
    assert again.head.entries == 5001


async def test_a_statement_longer_than_anybody_reads_is_refused(
    migrated_database_18: MigratedDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "MOST_LINES", 2)
    with migrated_database_18.as_foreign() as foreign:
        wallet = add_wallet(foreign)
        for _ in range(3):
            add_entry(foreign, wallet, 1, "2026-11-05 00:00+07")
    with pytest.raises(ActionableError, match="has 3 lines"):
        await statements.statement(migrated_database_18.auditor_url, wallet, NOVEMBER)


async def test_a_statement_travels_as_json(migrated_database_18: MigratedDatabase) -> None:
    with migrated_database_18.as_foreign() as foreign:
        wallet = add_wallet(foreign)
        add_entry(foreign, wallet, 2**63 - 1, "2026-11-05 00:00+07")
    found = await statements.statement(migrated_database_18.auditor_url, wallet, NOVEMBER)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Statement) == found


async def test_lines_of_a_short_period_are_read_by_index_without_sorting(
    migrated_database: MigratedDatabase,
) -> None:
    with migrated_database.as_admin() as admin:
        wallet = add_wallet(admin)
        admin.execute(
            "INSERT INTO public.wallet_ledger_entries"
            " (wallet_id, entry_type, amount, source_type, source_id, net_amount, created_at)"
            " SELECT %s, 'TRANSFER', n, 'TRANSACTION', gen_random_uuid(), n,"
            "        '2026-01-01 00:00+07'::timestamptz + n * interval '5 minutes'"
            " FROM generate_series(1, 100000) n",
            [wallet],
        )
        admin.execute("ANALYZE public.wallet_ledger_entries, public.wallets")
    for name in ("lines", "totals", "balance_at"):
        text = re.sub(r"^--.*$", "", str(database.sql(f"ledger/{name}")), flags=re.MULTILINE)
        used = [known for known in ("wallet", "first", "last", "moment") if f"%({known})s" in text]
        for place, parameter in enumerate(used, 1):
            text = text.replace(f"%({parameter})s", f"${place}")
        given = [f"'{wallet}'", "'2026-05-01 00:00+07'", "'2026-05-31 23:59:59.999999+07'"][: len(used)]
        async with database.connection(migrated_database.auditor_url, label="plan") as planning:
            await planning.execute(f"PREPARE reading AS {text}".encode())
            cursor = await planning.execute(f"EXPLAIN (COSTS OFF) EXECUTE reading ({', '.join(given)})".encode())
            plan = "\n".join(row[0] for row in await cursor.fetchall())
        assert "$1" in plan
        assert "idx_streamer_app_ledger_pages" in plan, plan
        if name == "lines":
            assert "Sort" not in plan, plan
