"""Figures are what a fold over the facts says, and are found by index, on both PostgreSQL versions."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from streamer_app.store import database, figures, identity
from streamer_app.store.database import Connection
from streamer_app.store.figures import DonorSum, Gift, Part, Stretch, Touched
from tests.postgres_servers import MigratedDatabase

STREAMER = uuid4()
RINA = uuid4()
T0 = datetime(2026, 11, 1, tzinfo=UTC)
TODAY = datetime(2026, 11, 30, tzinfo=UTC)
ALL = Stretch(STREAMER, "IDR")


@pytest.fixture
async def conn(migrated_database: MigratedDatabase) -> AsyncIterator[Connection]:
    async with database.connection(migrated_database.app_url, label="tests") as opened:
        await identity.first_started_at(opened, STREAMER)
        yield opened


def donated(database: MigratedDatabase, hours: float, amount: int, **facts: Any) -> UUID:
    """A donation as another backend writes it; `hours` after the first of November. Returns its message's id."""
    plain: dict[str, Any] = {
        "status": "PAID",
        "currency": "IDR",
        "payer": None,
        "name": "Budi",
        "anonymous": False,
        "played_at": None,
        "paid_at": T0 + timedelta(hours=hours),
        "payee": STREAMER,
    } | facts
    arguments = plain | {"transaction": uuid4(), "message": uuid4(), "amount": amount, "net": amount - amount // 20}
    with database.as_foreign() as backend:
        backend.execute(
            "INSERT INTO transactions (id, payer_user_id, payee_user_id, amount, fee_amount, net_amount, currency,"
            " status, created_at, paid_at) VALUES (%(transaction)s, %(payer)s, %(payee)s, %(amount)s,"
            " %(amount)s::bigint - %(net)s, %(net)s, %(currency)s, %(status)s, '2026-10-01', %(paid_at)s)",
            arguments,
        )
        backend.execute(
            "INSERT INTO donation_messages (id, transaction_id, streamer_user_id, donor_name, is_anonymous, played_at)"
            " VALUES (%(message)s, %(transaction)s, %(payee)s, %(name)s, %(anonymous)s, %(played_at)s)",
            arguments,
        )
    message: UUID = arguments["message"]
    return message


def change(database: MigratedDatabase, message: UUID, setting: str) -> None:
    with database.as_foreign() as backend:
        backend.execute(
            f"UPDATE transactions SET {setting}"  # noqa: S608
            " WHERE id = (SELECT transaction_id FROM donation_messages WHERE id = %s)",
            [message],
        )


def since(hours: float) -> Stretch:
    return Stretch(STREAMER, "IDR", since=figures.moment_text(micros(hours)))


def until(hours: float) -> Stretch:
    return Stretch(STREAMER, "IDR", last=figures.moment_text(micros(hours)))


def micros(hours: float) -> int:
    return round((T0 + timedelta(hours=hours)).timestamp() * 1_000_000)


async def test_what_counts_is_paid_or_settled_in_one_currency_since_a_moment(
    migrated_database: MigratedDatabase, conn: Connection
) -> None:
    assert await figures.sums(conn, ALL) == Part(0, 0, 0, 0)
    donated(migrated_database, 0, 100)
    donated(migrated_database, 1, 1_000, status="SETTLED")
    donated(migrated_database, 2, 10_000, status="REFUNDED")
    donated(migrated_database, 2, 10_000, status="PENDING", paid_at=None)
    donated(migrated_database, 2, 10_000, currency="USD")
    donated(migrated_database, 2, 10_000, payee=uuid4())
    whole, first = await figures.sums(conn, ALL), await figures.sums(conn, until(0))
    assert (whole[:3], first[:3]) == ((2, 1_100, 1_045), (1, 100, 95))
    assert first.and_more(await figures.sums(conn, since(1))) == whole
    assert (await figures.sums(conn, since(1))).gross == 1_000
    assert (await figures.sums(conn, since(1 + 1 / 3_600_000_000))).gross == 0
    with_refunded = Stretch(STREAMER, "IDR", with_refunded=True)
    assert (await figures.sums(conn, with_refunded)).gross == 11_100
    assert [gift.gross for gift in await figures.gifts(conn, with_refunded)] == [100, 1_000, 10_000]
    assert await figures.gifts(conn, since(1)) == [Gift(micros(1), 1_000, 950)]
    assert await figures.gifts(conn, until(0.5)) == [Gift(micros(0), 100, 95)]


async def test_payouts_are_no_donations(migrated_database: MigratedDatabase, conn: Connection) -> None:
    donated(migrated_database, 0, 100)
    with migrated_database.as_admin() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(
            "INSERT INTO transactions (payee_user_id, amount, fee_amount, net_amount, status, kind)"
            " VALUES (%s, 5, 0, 5, 'PAID', 'PAYOUT')",
            [STREAMER],
        )
    assert (await figures.sums(conn, ALL)).gross == 100


async def test_the_mark_tells_equal_sums_apart(migrated_database: MigratedDatabase, conn: Connection) -> None:
    first, second = (
        donated(migrated_database, 1, 100),
        donated(migrated_database, 2, 100, status="PENDING", paid_at=None),
    )
    before = await figures.sums(conn, ALL)
    change(migrated_database, first, "status = 'REFUNDED'")
    change(migrated_database, second, "status = 'PAID', paid_at = '2026-11-01 02:00+00'")
    after = await figures.sums(conn, ALL)
    assert after[:3] == before[:3]
    assert after.mark != before.mark
    gone, come = await figures.touched(conn, ALL, [first]), await figures.touched(conn, ALL, [second])
    assert gone == [Touched(micros(1), 100, 95, gone[0].mark, False, None, "Budi")]
    assert before.mark ^ gone[0].mark ^ come[0].mark == after.mark


async def test_touched_tells_no_anonymous_name(migrated_database: MigratedDatabase, conn: Connection) -> None:
    anonymous = donated(migrated_database, 1, 100, anonymous=True, payer=RINA)
    others = [donated(migrated_database, 1, 100, payee=uuid4()), donated(migrated_database, 1, 100, status="PENDING")]
    found = await figures.touched(conn, ALL, [anonymous, *others])
    assert [(each.gross, each.counts, each.payer, each.name) for each in found] == [(100, True, None, None)]


async def test_donors_are_accounts_or_names_and_nobody_who_is_anonymous(
    migrated_database: MigratedDatabase, conn: Connection
) -> None:
    donated(migrated_database, 1, 100)
    latest = donated(migrated_database, 3, 1_000)
    donated(migrated_database, 2, 10, name="budi")
    donated(migrated_database, 4, 5, payer=RINA, name="Rina")
    newest = donated(migrated_database, 5, 6, payer=RINA, name="Rina S")
    donated(migrated_database, 6, 7, payer=RINA, name="  ")
    donated(migrated_database, 7, 9_999, payer=RINA, name="Rina", anonymous=True)
    donated(migrated_database, 7, 9_999, anonymous=True)
    donated(migrated_database, 8, 3, name=None)
    found = await figures.donors(conn, ALL)
    assert sorted(found, key=str) == sorted(
        [
            DonorSum(None, "Budi", 1_100, micros(3)),
            DonorSum(None, "budi", 10, micros(2)),
            DonorSum(RINA, None, 18, micros(5)),
            DonorSum(None, None, 3, None),
        ],
        key=str,
    )
    budi = await figures.named_donation(conn, ALL, payer=None, names=["Budi", "budi"], named_at=micros(3))
    rina = await figures.named_donation(conn, ALL, payer=RINA, names=[], named_at=micros(5))
    nobody = await figures.named_donation(conn, ALL, payer=None, names=["Rina S"], named_at=micros(5))
    assert (budi, rina, nobody) == (latest, newest, None)
    change(migrated_database, latest, "status = 'REFUNDED'")
    earlier = await figures.named_donation(conn, ALL, payer=None, names=["Budi", "budi"], named_at=micros(3))
    assert earlier not in {None, latest}, "refunded since: an earlier one"
    assert await figures.donors(conn, until(1.5)) == [DonorSum(None, "Budi", 100, micros(1))]


@pytest.mark.parametrize("odd", ["-infinity", "infinity", "20000-01-01 00:00+00"])
async def test_odd_dates_stop_nothing(migrated_database: MigratedDatabase, conn: Connection, odd: str) -> None:
    message = donated(migrated_database, 0, 100, paid_at=odd, played_at=odd)
    usual = donated(migrated_database, 0, 50, name="Rina", played_at=T0)
    assert (await figures.sums(conn, ALL)).gross == 150
    assert sum(gift.gross for gift in await figures.gifts(conn, since(-1))) in {50, 150}
    budi = next(donor for donor in await figures.donors(conn, ALL) if donor.name == "Budi")
    assert budi.named_at is not None
    assert await figures.named_donation(conn, ALL, payer=None, names=["Budi"], named_at=budi.named_at) == message
    assert (await figures.on_stage(conn, STREAMER, "IDR", limit=5, not_after=TODAY))[0] == usual


async def test_what_was_on_stage_last_comes_first(migrated_database: MigratedDatabase, conn: Connection) -> None:
    first = donated(migrated_database, 5, 1, played_at=T0 + timedelta(hours=6))
    second = donated(migrated_database, 1, 1, played_at=T0 + timedelta(hours=7))
    donated(migrated_database, 6, 1)
    donated(migrated_database, 6, 1, played_at=T0, status="REFUNDED")
    donated(migrated_database, 6, 1, played_at=T0, currency="USD")
    assert await figures.on_stage(conn, STREAMER, "IDR", limit=5, not_after=TODAY) == [second, first]
    assert await figures.on_stage(conn, STREAMER, "IDR", limit=1, not_after=TODAY) == [second]


def nodes(plan: dict[str, Any]) -> list[tuple[str, str | None]]:
    below = [node for part in plan.get("Plans", []) for node in nodes(part)]
    return [(plan["Node Type"], plan.get("Index Name")), *below]


@pytest.mark.parametrize("name", ["sums", "donors", "gifts", "named_donation", "on_stage"])
async def test_nothing_is_read_from_end_to_end(
    migrated_database: MigratedDatabase, conn: Connection, name: str
) -> None:
    with migrated_database.as_admin() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(
            "INSERT INTO transactions (payee_user_id, amount, fee_amount, net_amount, status, created_at)"
            " SELECT CASE WHEN n %% 10 = 0 THEN gen_random_uuid() ELSE %s::uuid END, 100, 5, 95, 'SETTLED',"
            " timestamptz '2026-11-01' + n * interval '10 minutes' FROM generate_series(1, 20000) AS n",
            [STREAMER],
        )
        admin.execute(
            "INSERT INTO donation_messages (transaction_id, streamer_user_id, donor_name, created_at, played_at)"
            " SELECT id, payee_user_id, 'Donor ' || (amount % 50), created_at, created_at FROM transactions"
        )
        admin.execute("VACUUM ANALYZE transactions")
        admin.execute("VACUUM ANALYZE donation_messages")
    arguments: dict[str, Any] = {
        "streamer": STREAMER,
        "currency": "IDR",
        "since": "2027-03-01Z",
        "refunded": False,
        "last": "infinity",
        "ids": [uuid4()],
        "payer": None,
        "names": ["Donor 1"],
        "limit": 30,
        "not_after": TODAY,
    }
    cursor = await conn.execute(
        psycopg.sql.SQL("EXPLAIN (FORMAT JSON) ") + psycopg.sql.SQL(database.sql(f"figures/{name}")), arguments
    )
    row = await cursor.fetchone()
    assert row is not None
    found = nodes((row[0] if isinstance(row[0], list) else json.loads(row[0]))[0]["Plan"])
    index = "idx_streamer_app_messages_played" if name == "on_stage" else "idx_streamer_app_donations_since"
    assert index in {used for _, used in found}
    if name == "sums":
        assert ("Index Only Scan", index) in found
    assert not {kind for kind, _ in found if "Seq Scan" in kind}
