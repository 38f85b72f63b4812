"""The traps that other ledgers fell into, each with the test that would notice it here.

The tests of this file are those that no other file had a reason to hold.

 1 hot account                       money/test_traps.py::test_a_posting_never_waits_for_the_platforms_row
 2 projection loses late commits     money/test_storm.py::test_a_posting_that_commits_late_is_folded_late
 3 deferred keys fence nobody        money/test_traps.py::test_an_entry_holds_on_to_its_wallet_at_once
 4 one parent row for all            money/test_traps.py::test_a_posting_never_waits_for_the_platforms_row
 5 deadlocks from lock order         money/test_storm.py::test_a_storm_of_all_operations
 6 lost update on the other side     money/test_storm.py::test_foreign_writers_and_ours_together
 7 balance read outside              money/test_races.py::test_payouts_never_overdraw
 8 webhook twice at one moment       money/test_races.py::test_32_copies_of_50_events
 9 one key twice in a batch          money/test_batches.py::test_a_batch_is_its_payments_one_by_one
10 keys that expire                  money/test_traps.py::test_an_event_is_never_too_old_to_be_a_repeat
10 keys of another scope             migrations/test_record_payment.py::test_a_repeat_returns_the_first_result
11 late events move backwards        migrations/test_record_payment.py::test_a_payment_moves_forwards_only
11 late updates move backwards       migrations/test_money_guards.py::test_a_status_moves_forwards_only
12 double payout                     money/test_races.py::test_a_double_click_is_one_payout
13 refund applied twice              money/test_races.py::test_two_refunds_of_one_payment_reverse_it_once
13 reversal written twice            migrations/test_money_guards_entries.py::test_reversals_at_once
14 partial refunds above the whole   money/test_traps.py::test_partial_refunds_never_add_up_to_more_than_there_was
15 refund after the payout           money/test_moves.py::test_a_refund_after_the_payout_is_a_debt_that_blocks_payouts
16 what is held is spent again       money/test_moves_payouts.py::test_a_payout_takes_its_amount_at_the_request_once
17 who bears the fee of a refund     money/test_moves.py::test_a_refund_reverses_every_entry_once
18 fee charged, never booked         money/test_fees.py::test_fees_are_exact_to_the_edges_of_bigint
18 sums per transaction              services/test_audit.py::test_what_breaks_the_rules_is_a_problem
19 floats                            money/test_traps.py::test_money_is_whole_in_every_table_and_function
19 fractions from outside            money/test_traps.py::test_a_fraction_of_a_rupiah_is_refused
20 a residue goes nowhere            money/test_fees.py::test_fees_are_exact_to_the_edges_of_bigint
21 currencies without decimals       core/test_money.py::test_a_filed_amount_reads_back_exactly
22 overflow                          money/test_fees.py::test_a_balance_beyond_bigint_is_refused_and_nothing_is_kept
23 time zones, month ends            services/test_statements.py::test_a_month_ends_at_midnight_in_jakarta
24 TRUNCATE goes around              migrations/test_append_only.py::test_owner_and_superuser_are_refused
24 TRUNCATE of what has entries      migrations/test_money_guards.py::test_what_has_entries_is_not_deleted
25 NULL goes around                  migrations/test_append_only.py::test_no_way_around
26 COPY goes around                  migrations/test_money_guards.py::test_copied_rows_are_held_to_the_rules_too
27 balances slow with history        store/test_ledger_pages.py::test_no_page_sorts_or_reads_more_than_itself
28 back-dated entries                money/test_traps.py::test_a_back_dated_entry_counts_like_any_other
29 decided on a stale read           money/test_races.py::test_payouts_never_overdraw
30 NOTIFY in every posting           migrations/test_bell.py::test_our_own_posting_leaves_ringing_to_its_caller
31 unknown taken for refunded        services/test_reconciliation.py::test_each_line_is_put_where_it_belongs_and_nothing_changes
31 unknown to the caller             money/test_crashes.py::test_20_crashes_lose_and_double_nothing
32 retries without end               money/test_traps.py::test_a_batch_that_cannot_see_what_others_commit_gives_up
"""  # noqa: E501

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.money.fleet import Connection, call, open_books, reconcile
from tests.money.model import Said, payment_id
from tests.money.world import arguments, item
from tests.postgres_servers import MigratedDatabase


def paid(books: tuple[UUID, UUID], event: str = "event-1", reference: str | None = "order-1") -> Said:
    return Said("midtrans", event, reference, "PAID", 10_000, "IDR", *books)


def post(connection: Connection, said: Said) -> UUID:
    transaction: UUID = call(connection, "record_payment", *arguments(said))[0]
    return transaction


def test_every_trap_has_a_test_that_exists() -> None:
    lines = re.findall(r"^ ?(\d+) .*? {2,}(\S+\.py)::(\w+)$", str(__doc__), re.MULTILINE)
    assert {int(number) for number, _, _ in lines} == set(range(1, 33))
    for _, file, name in lines:
        text = (Path(__file__).parent.parent / file).read_text(encoding="utf-8")
        assert re.search(rf"^(async )?def {name}\(", text, re.MULTILINE), f"{file} has no {name}"


@pytest.mark.parametrize("batch", [False, True])
def test_a_posting_never_waits_for_the_platforms_row(migrated_database: MigratedDatabase, *, batch: bool) -> None:
    """Another backend holds that row for as long as it likes: nobody's posting, refund or settlement stops."""
    books = open_books(migrated_database)
    with migrated_database.as_app() as app, psycopg.connect(migrated_database.foreign_url) as holder:
        post(app, paid(books, "first", None))
        holder.execute("UPDATE wallets SET balance = balance + 0 WHERE type = 'PLATFORM'")
        app.execute("SET lock_timeout = '2s'")
        if batch:
            app.execute("SELECT streamer_app.record_payments(%s::jsonb)", [json.dumps([item(paid(books))])])
        else:
            post(app, paid(books))
        transaction = payment_id("midtrans", "", "order-1")
        call(app, "settle_payment", transaction)
        call(app, "refund_payment", "midtrans", "refund-1", None, transaction, None, None)
        holder.rollback()
    reconcile(migrated_database)


def test_an_entry_holds_on_to_its_wallet_at_once(migrated_database: MigratedDatabase) -> None:
    """A key that is only looked at when the transaction commits would not stop who takes the wallet away meanwhile."""
    books = open_books(migrated_database)
    with psycopg.connect(migrated_database.app_url) as app, migrated_database.as_owner() as owner:
        post(app, paid(books))
        app.commit()
        post(app, paid(books, "event-2", None))
        owner.execute("SET lock_timeout = '100ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            owner.execute("SELECT FROM wallets WHERE user_id = %s AND type = 'PLATFORM' FOR UPDATE", [books[1]])
        deferred = (
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND condeferrable"
            " AND conrelid IN ('wallet_ledger_entries'::regclass, 'donation_messages'::regclass)"
        )
        assert owner.execute(deferred).fetchall() == []


def test_an_event_is_never_too_old_to_be_a_repeat(migrated_database: MigratedDatabase) -> None:
    books = open_books(migrated_database)
    said = replace(paid(books), payer=uuid4())
    with migrated_database.as_owner() as owner, migrated_database.as_app() as app:
        transaction = payment_id("midtrans", "", "order-1")
        owner.execute(
            "INSERT INTO transactions (id, payee_user_id, amount, fee_amount, net_amount, status, created_at)"
            " VALUES (%s, %s, 10000, 500, 9500, 'SETTLED', '2001-01-01')",
            [transaction, books[0]],
        )
        owner.execute(
            "INSERT INTO streamer_app.payment_events VALUES ('midtrans', 'event-1', %s, 'PAID', 10000, '2001-01-01')",
            [transaction],
        )
        assert call(app, "record_payment", *arguments(said)) == (transaction, None, "IDR", True)
        rows = app.execute("SELECT * FROM streamer_app.record_payments(%s::jsonb)", [json.dumps([item(said)])])
        assert rows.fetchall() == [(1, transaction, None, "IDR", True, None, None)]


def test_partial_refunds_never_add_up_to_more_than_there_was(migrated_database: MigratedDatabase) -> None:
    """They move nothing: an operator decides. What is given back in full afterwards is given back once."""
    books = open_books(migrated_database)
    with migrated_database.as_app() as app:
        transaction = post(app, paid(books))
        for number, amount in enumerate((6_000, 6_000, 20_000)):
            told = call(app, "refund_payment", "midtrans", f"part-{number}", "order-1", None, amount, None)
            assert told == (transaction, "PARTIAL", False)
        assert app.execute("SELECT balance FROM wallets WHERE type = 'PENDING'").fetchall() == [(9_500,)]
        for event in ("all", "all of it again"):
            assert call(app, "refund_payment", "midtrans", event, "order-1", None, 10_000, None)[1] == "REFUNDED"
        assert app.execute("SELECT balance FROM wallets WHERE type = 'PENDING'").fetchall() == [(0,)]
    reconcile(migrated_database)


def test_money_is_whole_in_every_table_and_function(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_owner() as owner:
        columns = owner.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema IN ('public', 'streamer_app') AND data_type IN ('real', 'double precision', 'money')"
        ).fetchall()
        assert columns == []
        amounts = owner.execute(
            "SELECT DISTINCT data_type FROM information_schema.columns"
            " WHERE table_schema IN ('public', 'streamer_app') AND table_name <> 'queue'"
            "   AND (column_name ~ '(^|_)(amount|balance|fixed|stored|unfolded)$') AND column_name <> 'rounding_amount'"
        ).fetchall()
        assert amounts == [("bigint",)]
        functions = owner.execute(
            "SELECT routine.proname FROM pg_proc AS routine JOIN pg_namespace AS space ON space.oid = pronamespace"
            " WHERE space.nspname = 'streamer_app' AND (routine.prosrc ~* '\\m(float[48]?|real|double precision)\\M'"
            "    OR 'float8'::regtype = ANY (routine.proargtypes) OR 'float4'::regtype = ANY (routine.proargtypes))"
        ).fetchall()
        assert functions == []


@pytest.mark.parametrize("amount", [0.5, 10_000.5, "many", 2**63])
def test_a_fraction_of_a_rupiah_is_refused(migrated_database_18: MigratedDatabase, amount: object) -> None:
    books = open_books(migrated_database_18)
    document = json.dumps([item(paid(books)) | {"amount": amount}])
    with migrated_database_18.as_app() as app:
        with pytest.raises(psycopg.Error):
            app.execute("SELECT streamer_app.record_payments(%s::jsonb)", [document])
        assert app.execute("SELECT * FROM transactions").fetchall() == []


def test_a_back_dated_entry_counts_like_any_other(migrated_database: MigratedDatabase) -> None:
    """Balances follow what was written, not when it says it happened."""
    books = open_books(migrated_database)
    with migrated_database.as_app() as app, psycopg.connect(migrated_database.foreign_url) as foreign:
        post(app, paid(books))
        wallet = app.execute("SELECT id FROM wallets WHERE user_id = %s", [books[1]]).fetchall()[0][0]
        payment = foreign.execute(
            "INSERT INTO transactions (payee_user_id, amount, fee_amount, net_amount, status, created_at)"
            " VALUES (%s, 70, 70, 0, 'PAID', '1999-12-31') RETURNING id",
            [books[0]],
        ).fetchall()[0][0]
        foreign.execute(
            "INSERT INTO wallet_ledger_entries"
            " (wallet_id, entry_type, amount, source_type, source_id, net_amount, created_at)"
            " VALUES (%s, 'FEE', 70, 'TRANSACTION', %s, 0, '1999-12-31')",
            [wallet, payment],
        )
        foreign.execute("UPDATE wallets SET balance = balance + 70 WHERE id = %s", [wallet])
        foreign.commit()
        assert app.execute(
            "SELECT balance FROM streamer_app.wallet_balances WHERE wallet_id = %s", [wallet]
        ).fetchall() == [(570,)]
    reconcile(migrated_database)


def test_a_batch_that_cannot_see_what_others_commit_gives_up(migrated_database: MigratedDatabase) -> None:
    """Begun anew it would meet the same event for ever: the caller is told to begin its transaction again."""
    books = open_books(migrated_database)
    with migrated_database.as_app() as app, psycopg.connect(migrated_database.app_url) as blind:
        blind.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        blind.execute("SELECT FROM transactions").fetchall()
        blind.execute("SET LOCAL statement_timeout = '10s'")
        post(app, paid(books))
        with pytest.raises(psycopg.errors.SerializationFailure):
            blind.execute("SELECT streamer_app.record_payments(%s::jsonb)", [json.dumps([item(paid(books))])])
        blind.rollback()
        blind.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        rows = blind.execute("SELECT * FROM streamer_app.record_payments(%s::jsonb)", [json.dumps([item(paid(books))])])
        assert [row[4:6] for row in rows.fetchall()] == [(True, None)]
