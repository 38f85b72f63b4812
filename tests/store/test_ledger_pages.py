"""Pages of one wallet's ledger: complete, in order, by index, also over odd rows of other programs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from streamer_app.core.donations import LedgerLine
from streamer_app.store import database, ledger_pages, money
from streamer_app.store.database import Connection
from streamer_app.store.ledger_pages import LONGEST_PAGE, PageKey
from tests.postgres_servers import MigratedDatabase


@pytest.fixture
async def conn(migrated_database: MigratedDatabase) -> AsyncIterator[Connection]:
    async with database.connection(migrated_database.auditor_url, label="tests") as opened:
        yield opened


def add_wallet(connection: psycopg.Connection[Any]) -> UUID:
    wallet: UUID = connection.execute(
        "INSERT INTO public.wallets (user_id, type, name, slug)"
        " VALUES (gen_random_uuid(), 'CASH', 'Cash', 'cash') RETURNING id"
    ).fetchall()[0][0]
    return wallet


def add_entries(connection: psycopg.Connection[Any], wallet: UUID, count: int, same_moment: int = 1) -> None:
    """Entries a minute apart, `same_moment` of them sharing each minute, as a settlement's do."""
    connection.execute(
        "INSERT INTO public.wallet_ledger_entries"
        " (wallet_id, entry_type, amount, source_type, source_id, net_amount, created_at)"
        " SELECT %s, 'TRANSFER', n, 'TRANSACTION', gen_random_uuid(), n,"
        "        '2026-01-01 00:00+00'::timestamptz + (n / %s) * interval '1 minute'"
        " FROM generate_series(1, %s::int) n",
        [wallet, same_moment, count],
    )


def add_entry_at(connection: psycopg.Connection[Any], wallet: UUID, created_at: str) -> UUID:
    entry: UUID = connection.execute(
        "INSERT INTO public.wallet_ledger_entries"
        " (wallet_id, entry_type, amount, source_type, source_id, net_amount, created_at)"
        " VALUES (%s, 'ADJUSTMENT', 1, 'LEDGER', gen_random_uuid(), 1, %s) RETURNING id",
        [wallet, created_at],
    ).fetchall()[0][0]
    return entry


async def all_lines(conn: Connection, wallet: UUID, limit: int) -> list[LedgerLine]:
    lines: list[LedgerLine] = []
    key: PageKey | None = None
    while True:
        page = await ledger_pages.page(conn, wallet, key, limit)
        lines += page.lines
        if page.next is None:
            return lines
        assert len(page.lines) == limit
        key = page.next


async def test_pages_together_are_the_ledger_newest_first(
    migrated_database: MigratedDatabase, conn: Connection
) -> None:
    with migrated_database.as_foreign() as foreign:
        wallet, other = add_wallet(foreign), add_wallet(foreign)
        add_entries(foreign, wallet, 100, same_moment=9)
        add_entries(foreign, other, 10)
        wanted = [
            row[0]
            for row in foreign.execute(
                "SELECT id FROM public.wallet_ledger_entries WHERE wallet_id = %s ORDER BY created_at DESC, id DESC",
                [wallet],
            )
        ]
    for limit in (1, 7, 50, 100, 101):
        assert [line.entry_id for line in await all_lines(conn, wallet, limit)] == wanted


async def test_a_page_that_ends_with_the_ledger_has_no_next(
    migrated_database: MigratedDatabase, conn: Connection
) -> None:
    with migrated_database.as_foreign() as foreign:
        wallet = add_wallet(foreign)
        add_entries(foreign, wallet, 10)
    assert (await ledger_pages.page(conn, wallet, None, 10)).next is None
    assert (await ledger_pages.page(conn, wallet, None, 9)).next is not None
    assert await ledger_pages.page(conn, uuid4(), None, 10) == ledger_pages.LedgerPage((), None)


async def test_an_entry_posted_meanwhile_neither_repeats_nor_hides_a_line(
    migrated_database: MigratedDatabase, conn: Connection
) -> None:
    with migrated_database.as_foreign() as foreign:
        wallet = add_wallet(foreign)
        add_entries(foreign, wallet, 20)
        before = await all_lines(conn, wallet, 50)
        first = await ledger_pages.page(conn, wallet, None, 10)
        add_entry_at(foreign, wallet, "2027-01-01 00:00+00")
    second = await ledger_pages.page(conn, wallet, first.next, 10)
    assert [*first.lines, *second.lines] == before


async def test_dates_no_calendar_holds_are_paged_like_any_other(
    migrated_database: MigratedDatabase, conn: Connection
) -> None:
    with migrated_database.as_foreign() as foreign:
        wallet = add_wallet(foreign)
        late = [add_entry_at(foreign, wallet, "infinity") for _ in range(5)]
        late += [add_entry_at(foreign, wallet, "200000-01-01 00:00+00") for _ in range(3)]
        early = [add_entry_at(foreign, wallet, "-infinity") for _ in range(3)]
        early += [add_entry_at(foreign, wallet, "0044-03-15 12:00+00 BC") for _ in range(3)]
        add_entries(foreign, wallet, 5)
    lines = await all_lines(conn, wallet, 2)
    assert {line.entry_id for line in lines[:8]} == set(late)
    assert {line.entry_id for line in lines[-6:]} == set(early)
    assert len(lines) == 19
    assert {line.created_at.year for line in lines} == {1970, 2026, 2200}


async def test_a_key_survives_the_wire(migrated_database: MigratedDatabase, conn: Connection) -> None:
    with migrated_database.as_foreign() as foreign:
        wallet = add_wallet(foreign)
        add_entries(foreign, wallet, 20, same_moment=20)
    page = await ledger_pages.page(conn, wallet, None, 10)
    received = msgspec.json.decode(msgspec.json.encode(page), type=ledger_pages.LedgerPage)
    assert received == page
    assert len((await ledger_pages.page(conn, wallet, received.next, 50)).lines) == 10


async def test_a_page_is_never_longer_than_a_window_can_hold(
    migrated_database: MigratedDatabase, conn: Connection
) -> None:
    with migrated_database.as_foreign() as foreign:
        wallet = add_wallet(foreign)
        add_entries(foreign, wallet, LONGEST_PAGE + 5)
    assert len((await ledger_pages.page(conn, wallet, None, 10**9)).lines) == LONGEST_PAGE
    assert len((await ledger_pages.page(conn, wallet, None, 0)).lines) == 1


@pytest.mark.parametrize("statistics", ["fresh", "none"])
async def test_no_page_sorts_or_reads_more_than_itself(migrated_database: MigratedDatabase, statistics: str) -> None:
    with migrated_database.as_admin() as admin:
        wallet, other = add_wallet(admin), add_wallet(admin)
        add_entries(admin, wallet, 100_000, same_moment=1000)
        add_entries(admin, other, 100_000)
        if statistics == "fresh":
            admin.execute("ANALYZE public.wallet_ledger_entries, public.wallets")
    for name, types, given in (
        ("first_page", "uuid, int", "%s, 51"),
        ("page_before", "uuid, timestamptz, uuid, int", "%s, '2026-01-01 00:00:30+00', gen_random_uuid(), 51"),
    ):
        text: str = database.sql(f"ledger/{name}")
        parameters = ("wallet", "limit") if name == "first_page" else ("wallet", "created_at", "entry_id", "limit")
        for place, parameter in enumerate(parameters, 1):
            assert f"%({parameter})s" in text
            text = text.replace(f"%({parameter})s", f"${place}")
        async with database.connection(migrated_database.auditor_url, label="plan") as planning:
            await planning.execute(f"PREPARE page ({types}) AS {text}".encode())
            explain = f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) EXECUTE page ({given})".replace("%s", f"'{wallet}'")
            cursor = await planning.execute(explain.encode())
            plan = "\n".join(row[0] for row in await cursor.fetchall())
        assert "$1" in plan, "the generic plan, as a studio's sessions use it"
        assert "Sort" not in plan, plan
        assert "Index Scan using idx_streamer_app_ledger_pages" in plan
        assert "rows=100000" not in plan


async def test_the_latest_of_several_wallets_are_read_whatever_their_dates(
    migrated_database: MigratedDatabase, conn: Connection
) -> None:
    with migrated_database.as_foreign() as foreign:
        wallets = [add_wallet(foreign), add_wallet(foreign)]
        for wallet in wallets:
            add_entries(foreign, wallet, 10)
        newest = add_entry_at(foreign, wallets[1], "infinity")
        users = [row[0] for row in foreign.execute("SELECT user_id FROM public.wallets WHERE id = ANY (%s)", [wallets])]
    latest = await money.ledger(conn, users, 5)
    assert latest[0].entry_id == newest
    assert [line.amount for line in latest[1:]] == [10, 10, 9, 9]
