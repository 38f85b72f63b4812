"""Exports hold every row of one picture, in constant memory, and a cancelled one leaves nothing."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from streamer_app.core import periods
from streamer_app.core.errors import ActionableError
from streamer_app.core.exports import Form
from streamer_app.services import exports
from streamer_app.services.exports import Progress
from tests.postgres_servers import MigratedDatabase
from tests.services.test_statements import add_entry, add_wallet

JAKARTA = "Asia/Jakarta"
NOVEMBER, EVERYTHING = periods.month("2026-11", JAKARTA), periods.everything(JAKARTA)


def read_csv(path: Path) -> list[dict[str, str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def read_json(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def add_many(connection: psycopg.Connection[Any], wallet: UUID, count: int) -> None:
    connection.execute(
        "INSERT INTO public.wallet_ledger_entries"
        " (wallet_id, entry_type, amount, source_type, source_id, net_amount, description, created_at)"
        " SELECT %s, 'TRANSFER', n, 'TRANSACTION', gen_random_uuid(), n, repeat('catatan ', 10),"
        "        '2026-11-05 00:00+07'"
        " FROM generate_series(1, %s::int) n",
        [wallet, count],
    )


def add_payment(
    connection: psycopg.Connection[Any],
    user: UUID,
    *,
    paid_at: str | None = "2026-11-05 12:00+07",
    status: str = "PAID",
    amount: int = 10_000,
    kind: str = "PAYMENT",
) -> UUID:
    transaction: UUID = connection.execute(
        "INSERT INTO public.transactions"
        " (payee_user_id, amount, fee_amount, net_amount, status, paid_at, created_at, kind)"
        " VALUES (%s, %s, 500, %s, %s::public.transaction_status, %s, '2026-11-05 11:00+07', %s) RETURNING id",
        [user, amount, amount - 500, status, paid_at, kind],
    ).fetchall()[0][0]
    return transaction


def add_message(
    connection: psycopg.Connection[Any], user: UUID, payment: UUID, name: str | None, *, anonymous: bool = False
) -> None:
    connection.execute(
        "INSERT INTO public.donation_messages (transaction_id, streamer_user_id, donor_name, is_anonymous, message)"
        " VALUES (%s, %s, %s, %s, 'rahasia')",
        [payment, user, name, anonymous],
    )


async def test_a_ledger_file_holds_the_period_and_nothing_else(
    migrated_database: MigratedDatabase, tmp_path: Path
) -> None:
    user, target = uuid4(), tmp_path / "ledger.csv"
    with migrated_database.as_foreign() as foreign:
        cash, pending = add_wallet(foreign, user), add_wallet(foreign, user, "PENDING")
        add_entry(foreign, cash, 1, "2026-10-31 23:59:59.999999+07")
        add_entry(foreign, cash, -(2**63), "2026-11-01 00:00+07", "WITHDRAW")
        add_entry(foreign, pending, 2**53 + 1, "2026-11-30 23:59:59.999999+07")
        add_entry(foreign, pending, 3, "2026-12-01 00:00+07")
        add_entry(foreign, add_wallet(foreign), 4, "2026-11-05 00:00+07")
    done = await exports.export_ledger(migrated_database.auditor_url, target, user=user, period=NOVEMBER)
    assert (done.rows, done.path) == (2, str(target))
    assert [(row["wallet_type"], row["posted_at"], row["amount"]) for row in read_csv(target)] == [
        ("CASH", "2026-11-01T00:00:00.000000+07:00", "-9223372036854775808"),
        ("PENDING", "2026-11-30T23:59:59.999999+07:00", "9007199254740993"),
    ]
    await exports.export_ledger(
        migrated_database.auditor_url, target, wallet=pending, period=NOVEMBER, form=Form.JSON_LINES
    )
    assert [row["amount"] for row in read_json(target)] == ["9007199254740993"]
    assert read_json(target)[0]["description"] is None


async def test_odd_rows_of_other_programs_are_in_the_file_as_they_are(
    migrated_database: MigratedDatabase, tmp_path: Path
) -> None:
    user, target = uuid4(), tmp_path / "ledger.csv"
    with migrated_database.as_foreign() as foreign:
        wallet = add_wallet(foreign, user)
        for moment in ("infinity", "-infinity", "2026-11-05 00:00+07", "9999-12-31 23:59+00"):
            add_entry(foreign, wallet, 5, moment)
        foreign.execute(
            "INSERT INTO public.wallet_ledger_entries"
            " (wallet_id, entry_type, amount, currency, source_type, source_id, net_amount, description, created_at)"
            " VALUES (%s, 'ADJUSTMENT', -7, '=1+', 'LEDGER', gen_random_uuid(), 0, E'=cmd|calc\\n;@x', 'infinity')",
            [add_wallet(foreign, user, "PENDING")],
        )
    await exports.export_ledger(migrated_database.auditor_url, target, user=user, period=EVERYTHING)
    rows = read_csv(target)
    assert sorted(row["posted_at"] for row in rows) == [
        "-infinity",
        "2026-11-05T00:00:00.000000+07:00",
        "9999-12-31T23:59:00+00:00",
        "infinity",
        "infinity",
    ]
    odd = next(row for row in rows if row["amount"] == "-7")
    assert (odd["currency"], odd["description"]) == ("'=1+", "'=cmd|calc\n;'@x")
    await exports.export_ledger(
        migrated_database.auditor_url, target, user=user, period=EVERYTHING, form=Form.JSON_LINES
    )
    assert "=cmd|calc\n;@x" in [row["description"] for row in read_json(target)]


async def test_donations_are_the_payments_that_arrived_and_keep_anonymous_names_out(
    migrated_database: MigratedDatabase, tmp_path: Path
) -> None:
    user, target = uuid4(), tmp_path / "donations.csv"
    with migrated_database.as_foreign() as foreign:
        add_message(foreign, user, add_payment(foreign, user, amount=20_000), "=Budi")
        hidden = add_payment(foreign, user, paid_at="2026-11-05 12:01+07", status="REFUNDED")
        add_message(foreign, user, hidden, "Siti Rahasia", anonymous=True)
        add_message(foreign, user, add_payment(foreign, user, paid_at="2026-11-05 12:02+07"), None)
        add_payment(foreign, user, paid_at="2026-11-05 12:03+07", status="SETTLED")
        add_payment(foreign, user, paid_at=None)
        add_payment(foreign, user, paid_at="2026-12-01 00:00+07")
        for status, kind in (("PENDING", "PAYMENT"), ("FAILED", "PAYMENT"), ("PAID", "PAYOUT")):
            add_payment(foreign, user, status=status, kind=kind)
        add_payment(foreign, uuid4())
    url = migrated_database.auditor_url
    done = await exports.export_donations(url, target, user=user, period=NOVEMBER)
    rows = read_csv(target)
    assert done.rows == len(rows) == 5
    assert [(row["status"], row["donor"], row["anonymous"]) for row in rows] == [
        ("PAID", "", ""),
        ("PAID", "'=Budi", "false"),
        ("REFUNDED", "Seseorang", "true"),
        ("PAID", "Seseorang", "false"),
        ("SETTLED", "", ""),
    ]
    assert (rows[1]["amount"], rows[1]["fee"], rows[1]["net"]) == ("20000", "500", "19500")
    assert rows[1]["paid_at"] == "2026-11-05T12:00:00.000000+07:00"
    assert b"Rahasia" not in target.read_bytes()
    await exports.export_donations(url, target, user=user, period=NOVEMBER, form=Form.JSON_LINES, language="en")
    assert [row["donor"] for row in read_json(target)] == [None, "=Budi", "Someone", "Someone", None]
    assert b"Rahasia" not in target.read_bytes()


async def test_the_file_is_one_picture_and_progress_is_told(
    migrated_database_18: MigratedDatabase, tmp_path: Path
) -> None:
    user, target, told = uuid4(), tmp_path / "ledger.csv", list[Progress]()
    with migrated_database_18.as_foreign() as foreign:
        cash, pending = add_wallet(foreign, user), add_wallet(foreign, user, "PENDING")
        add_many(foreign, cash, 4000)
        add_many(foreign, pending, 1000)

        def report(progress: Progress) -> None:
            if not told:
                add_entry(foreign, cash, 1, "2026-11-05 00:00+07")
                add_entry(foreign, pending, 1, "2026-11-05 00:00+07")
            told.append(progress)

        done = await exports.export_ledger(
            migrated_database_18.auditor_url, target, user=user, period=NOVEMBER, report=report
        )
    assert done.rows == len(read_csv(target)) == 5000
    assert told == [Progress(2000, 5000), Progress(4000, 5000), Progress(5000, 5000)]


async def test_a_cancelled_export_leaves_what_was_there(migrated_database_18: MigratedDatabase, tmp_path: Path) -> None:
    target = tmp_path / "ledger.csv"
    target.write_bytes(b"the one of last month")
    with migrated_database_18.as_foreign() as foreign:
        wallet = add_wallet(foreign)
        add_many(foreign, wallet, 5000)

    def lose_patience(_progress: Progress) -> None:
        running.cancel()

    running = asyncio.create_task(
        exports.export_ledger(
            migrated_database_18.auditor_url, target, wallet=wallet, period=NOVEMBER, report=lose_patience
        )
    )
    with pytest.raises(asyncio.CancelledError):
        await running
    assert contents(tmp_path) == {"ledger.csv": b"the one of last month"}
    with migrated_database_18.as_admin() as admin:
        sessions = admin.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE application_name = 'streamer-app export' AND state LIKE 'idle in%'"
        ).fetchall()
    assert sessions == [(0,)]


async def test_what_cannot_be_exported_is_refused_with_a_remedy(
    migrated_database_18: MigratedDatabase, tmp_path: Path
) -> None:
    url, target = migrated_database_18.auditor_url, tmp_path / "ledger.csv"
    with pytest.raises(ActionableError, match="There is no wallet"):
        await exports.export_ledger(url, target, wallet=uuid4(), period=NOVEMBER)
    with pytest.raises(ActionableError, match="Whose ledger"):
        await exports.export_ledger(url, target, period=NOVEMBER)
    assert contents(tmp_path) == {}
    assert (await exports.export_donations(url, target, user=uuid4(), period=NOVEMBER)).rows == 0
    assert read_csv(target) == []


PEAK = """
import asyncio, resource, sys
from pathlib import Path
from uuid import UUID
from streamer_app.core import periods
from streamer_app.services import exports

url, small, large, target = sys.argv[1:]
period = periods.everything("Asia/Jakarta")
for wallet in (small, large):
    done = asyncio.run(exports.export_ledger(url, Path(target), wallet=UUID(wallet), period=period))
    print(done.rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_ledger(migrated_database_18: MigratedDatabase, tmp_path: Path) -> None:
    with migrated_database_18.as_foreign() as foreign:
        small, large = add_wallet(foreign), add_wallet(foreign)
        add_many(foreign, small, 8_000)
        add_many(foreign, large, 150_000)
    arguments = [migrated_database_18.auditor_url, str(small), str(large), str(tmp_path / "ledger.csv")]
    done = subprocess.run([sys.executable, "-c", PEAK, *arguments], capture_output=True, text=True, check=True)
    (few, peak_of_few), (many, peak_of_many) = (map(int, line.split()) for line in done.stdout.splitlines())
    assert (few, many) == (8_000, 150_000)
    assert peak_of_many - peak_of_few < 6_000, "KiB"
