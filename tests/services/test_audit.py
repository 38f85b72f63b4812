"""Verify finds whatever cannot have come from the flow, and nothing else; rebuild is exact beside postings."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from streamer_app.core.errors import CommandRefusedError, DatabaseUnavailableError
from streamer_app.services import audit
from streamer_app.store import balances, database
from tests.postgres_servers import MigratedDatabase
from tests.services.ledger_world import LedgerWorld, kinds


@pytest.fixture
def world(migrated_database: MigratedDatabase, tmp_path: Path) -> LedgerWorld:
    return LedgerWorld(migrated_database, tmp_path / "data")


@pytest.fixture
def world_18(migrated_database_18: MigratedDatabase, tmp_path: Path) -> LedgerWorld:
    return LedgerWorld(migrated_database_18, tmp_path / "data")


async def test_every_way_money_moves_is_good(world: LedgerWorld) -> None:
    world.move_in_every_way()
    first = await world.verify()
    assert kinds(first) == {"NO_OUTSIDE_HEAD"}, first.findings
    assert first.is_good
    again = await world.verify()
    assert again.findings == ()
    assert (again.entries, again.unsealed) == (first.entries, 0)
    assert again.entries == world.ask("SELECT count(*) FROM wallet_ledger_entries")[0][0]
    assert again.transactions == world.ask("SELECT count(*) FROM transactions")[0][0]
    assert msgspec.json.decode(msgspec.json.encode(again))["head"] == again.head


async def test_an_empty_database_is_good(world: LedgerWorld) -> None:
    assert (await world.verify()).is_good
    assert (await world.verify(new_only=True)).findings == ()


RULES = {
    "a payment that lost an entry": (
        (
            "DELETE FROM wallet_ledger_entries WHERE entry_type = 'FEE' AND source_id IN"
            " (SELECT id FROM transactions WHERE status = 'PAID')"
        ),
        {"SUM", "STATUS"},
    ),
    "a paid donation without entries": (
        (
            "INSERT INTO transactions (payee_user_id, amount, fee_amount, net_amount, status)"
            " VALUES (gen_random_uuid(), 5, 0, 5, 'PAID')"
        ),
        {"STATUS"},
    ),
    "an announced payment with entries": (
        (
            "UPDATE transactions SET status = 'PENDING' WHERE id IN (SELECT id FROM transactions WHERE status = 'PAID'"
            " AND kind = 'PAYMENT' LIMIT 1)"
        ),
        {"SUM", "STATUS"},
    ),
    "a settled one without its transfers": (
        (
            "UPDATE transactions SET status = 'SETTLED' WHERE id IN (SELECT id FROM transactions WHERE status = 'PAID'"
            " AND kind = 'PAYMENT' AND net_amount > 0 LIMIT 1)"
        ),
        {"STATUS"},
    ),
    "a paid one with transfers": (
        "UPDATE transactions SET status = 'PAID' WHERE status = 'SETTLED' AND net_amount > 0",
        {"STATUS"},
    ),
    "a refund whose entries stand": (
        (
            "UPDATE transactions SET status = 'REFUNDED' WHERE id IN (SELECT id FROM transactions"
            " WHERE status = 'SETTLED' AND net_amount > 0)"
        ),
        {"SUM", "REVERSAL"},
    ),
    "a refund that was forgotten in the status": (
        "UPDATE transactions SET status = 'SETTLED' WHERE status = 'REFUNDED'",
        {"SUM", "STATUS", "REVERSAL"},
    ),
    "a reversal of another amount": (
        "UPDATE wallet_ledger_entries SET amount = amount + 1 WHERE entry_type = 'REFUND'",
        {"SUM", "REVERSAL"},
    ),
    "a reversal in another wallet": (
        (
            "UPDATE wallet_ledger_entries e SET wallet_id ="
            " (SELECT id FROM wallets w WHERE w.id <> e.wallet_id LIMIT 1) WHERE entry_type = 'REFUND'"
        ),
        {"REVERSAL"},
    ),
    "a failed payout that was not reversed": (
        (
            "DELETE FROM wallet_ledger_entries WHERE entry_type = 'REFUND' AND source_id IN"
            " (SELECT id FROM wallet_ledger_entries WHERE entry_type = 'WITHDRAW')"
        ),
        {"SUM", "REVERSAL"},
    ),
    "an entry of a transaction that is not there": (
        "UPDATE wallet_ledger_entries SET source_id = gen_random_uuid() WHERE entry_type = 'WITHDRAW'",
        {"SOURCE", "STATUS"},
    ),
    "a correction of an entry that is not there": (
        "UPDATE wallet_ledger_entries SET source_id = gen_random_uuid() WHERE entry_type = 'ADJUSTMENT'",
        {"SOURCE"},
    ),
    "an entry about an entry that is neither refund nor correction": (
        "UPDATE wallet_ledger_entries SET entry_type = 'FEE' WHERE entry_type = 'ADJUSTMENT'",
        {"STATUS"},
    ),
    "another currency than the transaction's": (
        "UPDATE transactions SET currency = 'USD' WHERE status = 'SETTLED'",
        {"CURRENCY"},
    ),
    "another currency than the wallet's": ("UPDATE wallets SET currency = 'USD' WHERE type = 'CASH'", {"CURRENCY"}),
    "two currencies in a wallet that names none": (
        (
            "WITH w AS (UPDATE wallets SET currency = NULL WHERE type = 'CASH')"
            " UPDATE wallet_ledger_entries SET currency = 'USD' WHERE entry_type = 'WITHDRAW'"
        ),
        {"CURRENCY"},
    ),
    "a deposit in somebody's else wallet": (
        "UPDATE wallets SET user_id = gen_random_uuid() WHERE type = 'PENDING'",
        {"WALLET"},
    ),
    "net and fee swapped by one": (
        (
            "UPDATE wallet_ledger_entries SET amount = amount + CASE entry_type WHEN 'FEE' THEN 1 ELSE -1 END"
            " WHERE entry_type IN ('DEPOSIT', 'FEE') AND source_id IN (SELECT source_id FROM wallet_ledger_entries"
            " WHERE amount = 23750)"
        ),
        {"STATUS", "REVERSAL"},
    ),
}


@pytest.mark.parametrize("case", RULES)
async def test_what_breaks_the_rules_is_a_problem(world_18: LedgerWorld, case: str) -> None:
    statement, expected = RULES[case]
    world_18.move_in_every_way()
    with world_18.unguarded() as admin:
        assert admin.execute(statement.encode()).rowcount > 0
    report = await world_18.verify()
    found = kinds(report) - {"NO_OUTSIDE_HEAD"}
    assert found == expected, report.findings
    assert not report.is_good


FEES = {
    "a fee by another formula": (
        "UPDATE transactions SET fee_percentage = 0.06 WHERE status = 'PAID' AND kind = 'PAYMENT'",
        {"FEE_FORMULA", "FEE_SNAPSHOT"},
    ),
    "entries that copied other fees": (
        "UPDATE wallet_ledger_entries SET fee_percentage = 0.07 WHERE entry_type = 'DEPOSIT'",
        {"FEE_SNAPSHOT"},
    ),
    "a cap that nobody flagged": ("UPDATE transactions SET meta = '{}' WHERE meta ? 'fee_capped'", {"FEE_FORMULA"}),
}


@pytest.mark.parametrize("case", FEES)
async def test_fees_that_only_break_the_formula_are_warnings(world_18: LedgerWorld, case: str) -> None:
    statement, expected = FEES[case]
    world_18.move_in_every_way()
    with world_18.unguarded() as admin:
        assert admin.execute(statement.encode()).rowcount > 0
    report = await world_18.verify()
    assert kinds(report) == expected | {"NO_OUTSIDE_HEAD"}
    assert report.is_good
    assert report.problems == 0
    assert report.warnings > 0


async def test_a_finding_names_what_is_wrong(world_18: LedgerWorld) -> None:
    transaction = world_18.writer.donate().transaction_id
    with world_18.unguarded() as admin:
        admin.execute("UPDATE wallet_ledger_entries SET amount = amount - 1 WHERE entry_type = 'DEPOSIT'")
    (finding,) = [one for one in (await world_18.verify()).findings if one.kind == "SUM"]
    assert (finding.transaction_id, finding.expected, finding.found) == (transaction, "25000", "24999")


async def test_the_first_thousand_are_shown_and_all_are_counted(
    world_18: LedgerWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "SHOWN", 7)
    monkeypatch.setattr(audit, "WINDOW_TRANSACTIONS", 4)
    with world_18.unguarded() as admin:
        admin.execute(
            "INSERT INTO transactions (payee_user_id, amount, fee_amount, net_amount, status)"
            " SELECT gen_random_uuid(), 5, 5, 0, 'PAID' FROM generate_series(1, 25)"
        )
    report = await world_18.verify()
    assert (report.problems, report.warnings) == (25, 26)
    assert len(report.findings) == 14
    assert report.findings[0].severity == "PROBLEM"


async def test_progress_ends_at_the_total(world_18: LedgerWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "WINDOW_TRANSACTIONS", 4)
    world_18.move_in_every_way()
    said: list[tuple[int, int]] = []
    await audit.verify(world_18.url, data_dir=world_18.folder, progress=lambda done, total: said.append((done, total)))
    assert len(said) > 4
    assert said == sorted(said)
    assert said[-1][0] == said[-1][1] > 0


async def test_a_cancelled_verify_leaves_the_server_at_once(world_18: LedgerWorld) -> None:
    world_18.writer.donate()
    with world_18.database.as_admin() as blocker, world_18.database.as_admin() as looker:
        blocker.execute("BEGIN")
        blocker.execute("LOCK TABLE transactions IN ACCESS EXCLUSIVE MODE")
        verifying = asyncio.create_task(world_18.verify())
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'streamer-app audit'"
        while looker.execute((waiting + " AND wait_event_type = 'Lock'").encode()).fetchone() == (0,):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        verifying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await verifying
        async with asyncio.timeout(5):
            while looker.execute(waiting.encode()).fetchone() != (0,):  # noqa: ASYNC110
                await asyncio.sleep(0.01)


async def test_verify_beside_postings_finds_nothing(world_18: LedgerWorld) -> None:
    stop = threading.Event()

    def post() -> None:
        while not stop.is_set():
            transaction = world_18.pay()
            world_18.ask("SELECT * FROM streamer_app.settle_payment(%s)", transaction)
            world_18.ask(
                "SELECT * FROM streamer_app.refund_payment('test', %s, NULL, %s, NULL, 'x')", str(uuid4()), transaction
            )

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for round_number in range(8):
            report = await world_18.verify(new_only=round_number % 2 == 1)
            assert report.is_good, report.findings
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert (await world_18.verify()).findings == ()


# Only what is new


async def test_new_only_reads_what_came_after_the_last_good_verify(world_18: LedgerWorld) -> None:
    world_18.move_in_every_way()
    first = await world_18.verify(new_only=True)
    assert not first.new_only, "nothing was verified yet, so all of it is read"
    assert first.is_good
    nothing = await world_18.verify(new_only=True)
    assert (nothing.new_only, nothing.blocks, nothing.entries, nothing.transactions) == (True, 0, 0, 0)
    world_18.writer.donate()
    new = await world_18.verify(new_only=True)
    assert (new.new_only, new.blocks, new.entries, new.transactions) == (True, 1, 2, 1)


async def test_new_only_follows_a_refund_back_to_its_old_transaction(world_18: LedgerWorld) -> None:
    transaction = world_18.pay()
    await world_18.verify()
    world_18.ask("SELECT * FROM streamer_app.refund_payment('test', 'r', NULL, %s, NULL, 'x')", transaction)
    with world_18.unguarded() as admin:
        admin.execute("UPDATE transactions SET status = 'PAID'")
    report = await world_18.verify(new_only=True)
    assert report.transactions == 1
    assert kinds(report) >= {"REVERSAL"}


async def test_after_a_problem_new_only_goes_back_to_the_last_good_one(world_18: LedgerWorld) -> None:
    await world_18.verify()
    world_18.writer.donate()
    with world_18.unguarded() as admin:
        admin.execute("UPDATE wallet_ledger_entries SET amount = amount - 1 WHERE entry_type = 'DEPOSIT'")
    for _ in range(2):
        assert not (await world_18.verify(new_only=True)).is_good


# Rebuild


async def test_a_balance_that_is_off_is_found_and_put_right(world: LedgerWorld) -> None:
    world.move_in_every_way()
    world.ask("SELECT streamer_app.fold_balances()")
    with world.unguarded() as admin:
        admin.execute("UPDATE wallets SET balance = balance + 7 WHERE type = 'CASH' AND balance <> 0")
    check = await audit.rebuild(world.url, check=True)
    assert not check.is_good
    assert [(wallet.type, wallet.stored - wallet.true) for wallet in check.drift] == [("CASH", 7)]
    done = await audit.rebuild(world.url)
    assert done.is_good
    assert done.drift == check.drift
    assert (await audit.rebuild(world.url, check=True)) == audit.RebuildReport(True, 0, 0, (), ())


async def test_a_platform_balance_behind_its_postings_only_lags(world: LedgerWorld) -> None:
    world.move_in_every_way()
    check = await audit.rebuild(world.url, check=True)
    assert check.is_good
    assert (check.drifted, check.lagging) == (0, 1)
    (lagging,) = check.lag
    assert (lagging.type, lagging.stored + lagging.unfolded) == ("PLATFORM", lagging.true)
    await audit.rebuild(world.url)
    assert (await audit.rebuild(world.url, check=True)).lagging == 0
    assert world.ask("SELECT balance FROM wallets WHERE id = %s", lagging.wallet_id) == [(lagging.true,)]


async def test_a_rebuild_beside_postings_of_both_kinds_is_exact(world: LedgerWorld) -> None:
    world.move_in_every_way()
    stop = threading.Event()

    def ours() -> None:
        while not stop.is_set():
            world.ask("SELECT * FROM streamer_app.settle_payment(%s)", world.pay(10_001))
            world.ask("SELECT streamer_app.fold_balances()")

    def theirs() -> None:
        while not stop.is_set():
            world.writer.donate(amount=10_001)

    threads = [threading.Thread(target=work) for work in (ours, theirs)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(10):
            with world.unguarded() as admin:
                for (wallet,) in admin.execute("SELECT id FROM wallets").fetchall():  # one lock at a time
                    admin.execute("UPDATE wallets SET balance = balance + 1000003 WHERE id = %s", [wallet])
            first, second = await asyncio.gather(audit.rebuild(world.url), audit.rebuild(world.url))
            assert {first.drifted, second.drifted} == {0, max(first.drifted, second.drifted)}, "applied once"
            assert max(first.drifted, second.drifted) > 2
            assert (await audit.rebuild(world.url, check=True)).drifted == 0
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    world.ask("SELECT streamer_app.fold_balances()")
    off = world.ask(
        "SELECT w.id FROM wallets w LEFT JOIN wallet_ledger_entries e ON e.wallet_id = w.id"
        " GROUP BY w.id HAVING w.balance <> coalesce(sum(e.amount), 0)"
    )
    assert off == []


async def test_sums_no_balance_can_hold_are_said_and_nothing_is_changed(world_18: LedgerWorld) -> None:
    world_18.writer.donate()
    with world_18.unguarded() as admin:
        admin.execute("UPDATE wallet_ledger_entries SET amount = 9223372036854775807")
        admin.execute("UPDATE wallet_ledger_entries SET wallet_id = (SELECT id FROM wallets LIMIT 1)")
        before = admin.execute("SELECT id, balance FROM wallets ORDER BY id").fetchall()
        with pytest.raises(Exception, match="more than a balance can hold"):
            await audit.rebuild(world_18.url)
        assert admin.execute("SELECT id, balance FROM wallets ORDER BY id").fetchall() == before


async def test_a_second_rebuild_says_that_another_is_at_work(world_18: LedgerWorld) -> None:
    with world_18.database.as_app() as other:
        other.execute("SELECT pg_advisory_lock(x'52454255'::bigint)")
        async with database.connection(world_18.url, label="tests") as conn:
            await conn.execute("SET lock_timeout = '20ms'")
            with pytest.raises(CommandRefusedError, match="Another rebuild"):
                await balances.rebuild(conn)


async def test_an_auditor_looks_at_everything_and_moves_nothing(world_18: LedgerWorld) -> None:
    world_18.move_in_every_way()
    with world_18.unguarded() as admin:
        admin.execute("UPDATE wallets SET balance = balance + 7 WHERE type = 'CASH'")
    url = world_18.database.auditor_url
    assert (await audit.verify(url, data_dir=world_18.folder)).is_good
    assert (await audit.verify(url, data_dir=world_18.folder, new_only=True)).new_only
    assert (await audit.rebuild(url, check=True)).drifted > 0
    with pytest.raises(DatabaseUnavailableError, match="lacks a right"):
        await audit.rebuild(url)
    assert (await audit.rebuild(url, check=True)).drifted > 0
