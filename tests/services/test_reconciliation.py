"""A provider's file against the books: every line ends in exactly one place, and nothing is changed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from streamer_app.core import periods
from streamer_app.core.errors import ActionableError
from streamer_app.core.provider_files import Reading
from streamer_app.core.reconciliation import ReconcileReport
from streamer_app.services import reconciliation
from streamer_app.store.reconciliation import event_id, payment_id
from tests.postgres_servers import MigratedDatabase

PROVIDER, STREAMER, PLATFORM = "midtrans", uuid4(), uuid4()
NOVEMBER = periods.month("2026-11", "Asia/Jakarta")


@pytest.fixture
def reader_url(migrated_database: MigratedDatabase) -> str:
    """An auditor, who may look at everything, change nothing and make no temporary table."""
    with migrated_database.as_admin() as admin:
        admin.execute(f'REVOKE TEMPORARY ON DATABASE "{migrated_database.name}" FROM PUBLIC'.encode())
    return migrated_database.auditor_url


@pytest.fixture
def books(migrated_database: MigratedDatabase) -> Iterator[psycopg.Connection[Any]]:
    with migrated_database.as_app() as connection:
        yield connection


def record(
    books: psycopg.Connection[Any], reference: str | None, amount: int, *, status: str = "PAID", **more: str
) -> UUID:
    transaction: UUID = books.execute(
        "SELECT transaction_id FROM streamer_app.record_payment(p_provider => %s, p_event => %s, p_reference => %s,"
        " p_status => %s, p_amount => %s, p_currency => 'IDR', p_payee => %s, p_platform => %s, p_payer => NULL,"
        " p_donation => NULL)",
        [
            more.get("provider", PROVIDER),
            more.get("event", f"event-{uuid4()}"),
            reference,
            status,
            amount,
            STREAMER,
            PLATFORM,
        ],
    ).fetchall()[0][0]
    return transaction


def refund(books: psycopg.Connection[Any], reference: str) -> None:
    books.execute(
        "SELECT * FROM streamer_app.refund_payment(p_provider => %s, p_event => %s, p_reference => %s,"
        " p_transaction => NULL, p_amount => NULL, p_reason => 'asked for')",
        [PROVIDER, f"refund-{reference}", reference],
    )


def write_elsewhere(connection: psycopg.Connection[Any], reference: str, amount: int) -> UUID:
    transaction: UUID = connection.execute(
        "INSERT INTO public.transactions"
        " (payee_user_id, amount, fee_amount, net_amount, status, paid_at, external_reference)"
        " VALUES (%s, %s, 0, %s, 'PAID', now(), %s) RETURNING id",
        [STREAMER, amount, amount, reference],
    ).fetchall()[0][0]
    return transaction


def written(folder: Path, *rows: str, header: str = "reference,amount,status", encoding: str = "utf-8") -> Path:
    file = folder / "file.csv"
    file.write_bytes("\r\n".join([header, *rows, ""]).encode(encoding))
    return file


def places(report: ReconcileReport) -> list[int]:
    """The number of every line, once for each place it is in; matched lines are counted, not listed."""
    differing = {each.line.line for each in (*report.amount_differs, *report.status_differs)}
    return [
        *(line.line for line in report.missing_here),
        *differing,
        *(each.line.line for each in report.duplicates),
        *(line.line for line in report.unreadable),
    ]


def everything_in(database: MigratedDatabase) -> list[Any]:
    with database.as_admin() as admin:
        return [
            admin.execute(f"SELECT t::text FROM {table} t ORDER BY 1".encode()).fetchall()  # noqa: S608 - our tables
            for table in ("public.transactions", "public.wallet_ledger_entries", "streamer_app.payment_events")
        ]


async def test_each_line_is_put_where_it_belongs_and_nothing_changes(
    migrated_database: MigratedDatabase, reader_url: str, books: psycopg.Connection[Any], tmp_path: Path
) -> None:
    for reference, amount in (("A", 25_000), ("B", 1_000), ("C", 3_000), ("D", 4_000), ("F", 6_000), ("G", 7_000)):
        record(books, reference, amount)
    refund(books, "C")
    record(books, "E", 5_000, status="PENDING")
    record(books, "H", 8_000, provider="another")
    file = written(
        tmp_path,
        "A,Rp25.000,settlement",
        "B,1001,settlement",
        "C,3000,settlement",
        "D,4001,refund",
        "E,5000,settlement",
        "F,six thousand,settlement",
        "A,25000.00,success",
        "A,24000,success",
        "H,8000,settlement",
        "Z,9000,settlement",
        "oops",
    )
    before = everything_in(migrated_database)
    report = await reconciliation.reconcile(reader_url, PROVIDER, file, period=periods.everything("Asia/Jakarta"))
    assert everything_in(migrated_database) == before
    assert (report.lines, report.matched, report.agrees) == (11, 1, False)
    assert [line.reference for line in report.missing_here] == ["H", "Z"]
    assert [(each.line.reference, each.ours.amount) for each in report.amount_differs] == [("B", 1_000), ("D", 4_000)]
    assert [(each.line.reference, each.ours.status) for each in report.status_differs] == [
        ("C", "REFUNDED"),
        ("D", "PAID"),
        ("E", "PENDING"),
    ]
    assert [(each.line.line, each.first_line, each.same) for each in report.duplicates] == [(8, 2, True), (9, 2, False)]
    assert [(line.line, line.reference) for line in report.unreadable] == [(7, "F"), (12, None)]
    assert report.missing_there is not None
    assert [each.payment.reference for each in report.missing_there] == ["G"]
    assert sorted(places(report)) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert msgspec.json.decode(msgspec.json.encode(report), type=ReconcileReport) == report


async def test_books_and_file_that_say_the_same_agree(
    reader_url: str, books: psycopg.Connection[Any], tmp_path: Path
) -> None:
    for number in range(50):
        record(books, f"INV-{number}", 1000 + number)
    rows = [f'INV-{number};"1.{number:03}";PAID;2026-11-05' for number in range(50)]
    file = written(tmp_path, *rows, header="\ufefforder_id;jumlah;status;tanggal")
    report = await reconciliation.reconcile(reader_url, PROVIDER, file, period=periods.everything("UTC"))
    assert report.agrees
    assert (report.matched, report.lines, report.delimiter, report.without_time) == (50, 50, ";", 0)
    assert report.missing_there == ()


async def test_a_file_that_says_no_time_cannot_say_what_it_lacks(
    reader_url: str, books: psycopg.Connection[Any], tmp_path: Path
) -> None:
    record(books, "A", 1000)
    file = written(tmp_path, "B,1000,paid")
    report = await reconciliation.reconcile(reader_url, PROVIDER, file)
    assert (report.period, report.missing_there) == (None, None)


async def test_what_the_file_lacks_is_looked_for_within_its_own_period(
    migrated_database: MigratedDatabase, reader_url: str, books: psycopg.Connection[Any], tmp_path: Path
) -> None:
    moments = {
        "before": "2026-10-31 23:59:59.999999+07",
        "first": "2026-11-01 00:00+07",
        "middle": "2026-11-15 00:00+07",
        "last": "2026-11-30 23:59:59.999999+07",
        "after": "2026-12-01 00:00+07",
    }
    for reference in moments:
        record(books, reference, 1000)
    refund(books, "middle")
    with migrated_database.as_admin() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("ALTER TABLE public.transactions DISABLE TRIGGER USER")
        for reference, moment in moments.items():
            admin.execute(
                "UPDATE public.transactions SET paid_at = %s WHERE id = %s", [moment, payment_id(PROVIDER, reference)]
            )
    header = "reference,amount,date"
    days = written(tmp_path, "X,1,2026-11-01", "Y,1,2026-11-30", header=header)
    found = (await reconciliation.reconcile(reader_url, PROVIDER, days)).missing_there
    assert found is not None
    assert [(each.payment.reference, each.near_edge) for each in found] == [
        ("first", True),
        ("middle", False),
        ("last", True),
    ]
    named = (await reconciliation.reconcile(reader_url, PROVIDER, days, period=NOVEMBER)).missing_there
    assert named == found
    other = (await reconciliation.reconcile(reader_url, "another", days)).missing_there
    assert other == ()


async def test_payments_of_other_programs_are_found_by_their_external_reference(
    migrated_database: MigratedDatabase, reader_url: str, books: psycopg.Connection[Any], tmp_path: Path
) -> None:
    with migrated_database.as_foreign() as foreign:
        write_elsewhere(foreign, "F-1", 1000)
        write_elsewhere(foreign, "F-2", 2000)
        for _ in range(2):
            write_elsewhere(foreign, "F-3", 3000)
    record(books, "F-4", 4000, provider="another")
    file = written(tmp_path, "F-1,1000,paid", "F-2,2001,paid", "F-3,3000,paid", "F-4,4000,paid")
    report = await reconciliation.reconcile(reader_url, PROVIDER, file)
    assert report.matched == 1
    assert [each.line.reference for each in report.amount_differs] == ["F-2"]
    assert [line.reference for line in report.missing_here] == ["F-3", "F-4"], "two of them, and another provider's"


async def test_an_event_without_a_reference_names_its_payment(
    reader_url: str, books: psycopg.Connection[Any], tmp_path: Path
) -> None:
    assert record(books, None, 1000, event="EV-1") == event_id(PROVIDER, "EV-1")
    report = await reconciliation.reconcile(
        reader_url, PROVIDER, written(tmp_path, "EV-1,1000,paid"), period=periods.everything("UTC")
    )
    assert (report.matched, report.missing_there) == (1, ())


@pytest.mark.parametrize(
    ("provider", "reference"),
    [("midtrans", "INV-1"), ("péyé", "ré/f"), ("x", ""), ("a/b", "c"), ("\U0001f600", "é" * 99)],
)
def test_ids_are_those_the_database_makes(migrated_database: MigratedDatabase, provider: str, reference: str) -> None:
    with migrated_database.as_owner() as owner:
        made = owner.execute(
            "SELECT streamer_app.payment_id(%(provider)s, %(reference)s),"
            " streamer_app.event_id(%(provider)s, %(reference)s)",
            {"provider": provider, "reference": reference},
        ).fetchone()
    assert made == (payment_id(provider, reference), event_id(provider, reference))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
async def test_files_are_read_as_spreadsheets_save_them(
    reader_url: str, books: psycopg.Connection[Any], tmp_path: Path, encoding: str
) -> None:
    record(books, "Rp-é", 1000)
    report = await reconciliation.reconcile(
        reader_url, PROVIDER, written(tmp_path, "Rp-é,1000,paid", encoding=encoding)
    )
    assert report.matched == 1


async def test_bytes_that_are_no_text_cost_their_line_only(
    reader_url: str, books: psycopg.Connection[Any], tmp_path: Path
) -> None:
    record(books, "A", 1000)
    file = written(tmp_path, "é,1000,paid", "A,1000,paid", encoding="latin-1")
    report = await reconciliation.reconcile(reader_url, PROVIDER, file)
    assert (report.matched, [line.line for line in report.unreadable]) == (1, [2])
    assert msgspec.json.encode(report)


async def test_files_that_are_none_are_refused_with_a_remedy(reader_url: str, tmp_path: Path) -> None:
    with pytest.raises(ActionableError, match="cannot be read"):
        await reconciliation.reconcile(reader_url, PROVIDER, tmp_path / "absent.csv")
    with pytest.raises(ActionableError, match="is empty"):
        await reconciliation.reconcile(reader_url, PROVIDER, written(tmp_path, header=""))
    with pytest.raises(ActionableError, match="reference"):
        await reconciliation.reconcile(reader_url, PROVIDER, written(tmp_path, header="a,b"))
    with pytest.raises(ActionableError, match="time zone"):
        await reconciliation.reconcile(reader_url, PROVIDER, written(tmp_path), reading=Reading(zone="Asia/Atlantis"))


async def test_no_line_of_a_long_file_is_lost(reader_url: str, books: psycopg.Connection[Any], tmp_path: Path) -> None:
    """12,000 lines, more than two batches, of each kind in random order: each counted in exactly one place."""
    chance = random.Random(11)
    books.execute(
        "SELECT count(*) FROM generate_series(0, 399) n, LATERAL streamer_app.record_payment("
        " p_provider => %s, p_event => 'e' || n, p_reference => 'INV-' || n, p_status => 'PAID', p_amount => 1000 + n,"
        " p_currency => 'IDR', p_payee => %s, p_platform => %s, p_payer => NULL, p_donation => NULL)",
        [PROVIDER, STREAMER, PLATFORM],
    )
    rows = [f"INV-{number},{1000 + number},paid" for number in range(200)]
    rows += [f"INV-{number},{999 + number},paid" for number in range(200, 300)]
    rows += [f"INV-{number},{1000 + number},refunded" for number in range(300, 350)]
    rows += [f"OTHER-{number},5,paid" for number in range(11_000)]
    rows += ["x,y,z"] * 300 + [f"OTHER-{number},5,paid" for number in range(350)]
    chance.shuffle(rows)
    told: list[int] = []
    report = await reconciliation.reconcile(
        reader_url, PROVIDER, written(tmp_path, *rows), period=periods.everything("UTC"), report=told.append
    )
    assert report.lines == len(rows) == 12_000
    assert (report.matched, len(report.amount_differs), len(report.status_differs)) == (200, 100, 50)
    assert (len(report.missing_here), len(report.unreadable), len(report.duplicates)) == (11_000, 300, 350)
    found = places(report)
    assert len(found) == len(set(found)) == 12_000 - report.matched
    assert report.missing_there is not None
    assert {each.payment.reference for each in report.missing_there} == {f"INV-{number}" for number in range(350, 400)}
    assert told == [5000, 10_000, 12_000]
