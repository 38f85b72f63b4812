"""The one function that posts: exact fees, once per event, forwards only, all or nothing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.migrations.conftest import Connection, Payment, Posted, set_fee, write_donation
from tests.postgres_servers import MigratedDatabase

DONATION = {"donor_name": "Budi", "message": "semangat!", "is_anonymous": False, "tts_language": "id"}


def money(connection: Connection, transaction: UUID) -> tuple[Any, ...]:
    """Net, fee, rounding and status of a transaction."""
    row = connection.execute(
        "SELECT net_amount, fee_amount, rounding_amount, status::text FROM transactions WHERE id = %s", [transaction]
    ).fetchone()
    assert row is not None
    return tuple(row)


def entries(connection: Connection, transaction: UUID) -> dict[tuple[str, str], int]:
    """Amounts by wallet type and entry type, and the promise that exact balances equal the ledger."""
    off = connection.execute(
        "SELECT w.wallet_id FROM streamer_app.wallet_balances w"
        " LEFT JOIN wallet_ledger_entries e ON e.wallet_id = w.wallet_id"
        " GROUP BY w.wallet_id, w.balance HAVING w.balance <> coalesce(sum(e.amount), 0)"
    ).fetchall()
    assert off == []
    rows = connection.execute(
        "SELECT w.type::text, e.entry_type::text, e.amount FROM wallet_ledger_entries e"
        " JOIN wallets w ON w.id = e.wallet_id"
        " WHERE source_type = 'TRANSACTION' AND source_id = %s",
        [transaction],
    ).fetchall()
    found = {(row[0], row[1]): row[2] for row in rows}
    assert len(found) == len(rows)
    return found


def counted(connection: Connection, table: str) -> int:
    rows: list[tuple[int]] = connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchall()  # noqa: S608
    return rows[0][0]


def refused(connection: Connection, payment: Payment, sqlstate: str) -> None:
    with pytest.raises(psycopg.Error) as problem:
        payment.record(connection)
    assert problem.value.sqlstate == sqlstate


def test_10001_at_5_percent(migrated_database: MigratedDatabase, payment: Payment) -> None:
    with migrated_database.as_owner() as owner:
        set_fee(owner, payment.payee, "0.0500")
    with migrated_database.as_app() as app:
        posted = replace(payment, amount=10_001, donation=DONATION).record(app)
        assert money(app, posted.transaction) == (9500, 501, Decimal("0.95"), "PAID")
        assert entries(app, posted.transaction) == {("PENDING", "DEPOSIT"): 9500, ("PLATFORM", "FEE"): 501}
        snapshot = app.execute(
            "SELECT DISTINCT fee_fixed, fee_percentage, fee_amount, net_amount FROM wallet_ledger_entries"
        )
        assert snapshot.fetchall() == [(0, Decimal("0.05"), 501, 9500)]
        wallets = app.execute("SELECT name, slug, currency FROM wallets ORDER BY 1").fetchall()
        assert wallets == [("Pending", "pending", "IDR"), ("Platform", "platform", "IDR")]
        message = app.execute("SELECT id, streamer_user_id, donor_name, message, tts_language FROM donation_messages")
        assert message.fetchall() == [(posted.message, payment.payee, "Budi", "semangat!", "id")]
        assert app.execute("SELECT paid_at IS NOT NULL, meta, kind FROM transactions").fetchone() == (
            True,
            {},
            "PAYMENT",
        )


@pytest.mark.parametrize(
    ("amount", "percentage", "fixed", "split"),
    [
        (1, "0.0500", 0, (0, 1, Decimal("0.95"))),
        (1, "0", 0, (1, 0, Decimal(0))),
        (777, "1", 0, (0, 777, Decimal(0))),
        (10_000, "0.0290", 2_000, (7_710, 2_290, Decimal(0))),
        (9_007_199_254_740_993, "0.0001", 0, (9_006_298_534_815_518, 900_719_925_475, Decimal("0.9007"))),
    ],
)
def test_fee_edges(
    migrated_database: MigratedDatabase,
    payment: Payment,
    amount: int,
    percentage: str,
    fixed: int,
    split: tuple[Any, ...],
) -> None:
    with migrated_database.as_owner() as owner:
        set_fee(owner, payment.payee, percentage, fixed)
    with migrated_database.as_app() as app:
        posted = replace(payment, amount=amount).record(app)
        assert money(app, posted.transaction)[:3] == split
        wanted = {("PENDING", "DEPOSIT"): split[0], ("PLATFORM", "FEE"): split[1]}
        assert entries(app, posted.transaction) == {key: value for key, value in wanted.items() if value}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amount=st.integers(1, 10**15),
    percentage=st.decimals(0, 1, places=4),
    fixed=st.integers(0, 10**6),
    data=st.data(),
)
def test_fees_equal_exact_decimals(
    migrated_database: MigratedDatabase, amount: int, percentage: Decimal, fixed: int, data: st.DataObject
) -> None:
    said = Payment(payee=uuid4(), platform=uuid4(), amount=amount, event=str(uuid4()))
    with migrated_database.as_owner() as owner:
        set_fee(owner, said.payee, str(percentage), fixed)
        exact = fixed + amount * percentage
        if exact > amount:
            refused(owner, replace(said, status="PENDING"), "SA003")
            assert money(owner, said.record(owner).transaction) == (0, amount, 0, "PAID")
            return
        net = int((amount - exact).to_integral_value(ROUND_FLOOR))
        status = data.draw(st.sampled_from(["PENDING", "PAID"]))
        posted = replace(said, status=status).record(owner)
        assert money(owner, posted.transaction) == (net, amount - net, amount - net - exact, status)
        assert sum(entries(owner, posted.transaction).values()) == (amount if status == "PAID" else 0)


def test_a_fee_above_the_amount(migrated_database: MigratedDatabase, payment: Payment) -> None:
    with migrated_database.as_owner() as owner:
        set_fee(owner, payment.payee, "0", fixed=20_000)
    with migrated_database.as_app() as app:
        refused(app, replace(payment, status="PENDING"), "SA003")
        assert counted(app, "streamer_app.payment_events") == 0
        posted = payment.record(app)
        assert money(app, posted.transaction) == (0, 10_000, 0, "PAID")
        assert entries(app, posted.transaction) == {("PLATFORM", "FEE"): 10_000}
        assert app.execute("SELECT meta FROM transactions").fetchone() == ({"fee_capped": True},)


def test_fee_terms_are_dated(migrated_database: MigratedDatabase, payment: Payment) -> None:
    with migrated_database.as_owner() as owner:
        for when, percentage in (("-2 days", "0.10"), ("-1 day", "0.20"), ("+1 day", "0.30")):
            owner.execute(
                "INSERT INTO streamer_app.fee_terms VALUES (%s, now() + %s::interval, 0, %s)",
                [payment.payee, when, percentage],
            )
        assert money(owner, payment.record(owner).transaction)[:2] == (8_000, 2_000)


def test_a_repeat_returns_the_first_result(migrated_database: MigratedDatabase, payment: Payment) -> None:
    said = replace(payment, reference="order-1", donation=DONATION)
    with migrated_database.as_app() as app:
        first = said.record(app)
        assert not first.repeated
        assert said.record(app) == replace(first, repeated=True)
        assert replace(said, donation={"donor_name": "X"}, reference=None).record(app) == replace(first, repeated=True)
        for table in ("transactions", "donation_messages", "wallet_ledger_entries"):
            assert counted(app, table) == 1
        for other in (
            replace(said, amount=9_999),
            replace(said, payee=uuid4()),
            replace(said, currency="USD"),
            replace(said, event="event-2", amount=9_999),
        ):
            refused(app, other, "SA001")
        assert counted(app, "streamer_app.payment_events") == 1
        assert replace(said, provider="other").record(app).transaction != first.transaction


@pytest.mark.parametrize(("reference", "same_event"), [("order-1", True), ("order-1", False), (None, True)])
def test_eight_at_once_post_once(
    migrated_database: MigratedDatabase, payment: Payment, reference: str | None, *, same_event: bool
) -> None:
    copies = 8
    barrier = threading.Barrier(copies)

    def post(number: int) -> Posted:
        event = "event" if same_event else f"event-{number}"
        with migrated_database.as_app() as app:
            barrier.wait()
            return replace(payment, event=event, reference=reference, donation=DONATION).record(app)

    with ThreadPoolExecutor(copies) as threads:
        results = list(threads.map(post, range(copies)))
    assert len({(result.transaction, result.message) for result in results}) == 1
    assert sum(result.repeated for result in results) == (copies - 1 if same_event else 0)
    with migrated_database.as_app() as app:
        assert entries(app, results[0].transaction) == {("PENDING", "DEPOSIT"): 10_000}
        assert counted(app, "transactions") == counted(app, "donation_messages") == 1


@pytest.mark.parametrize("reference", ["order-1", None])
def test_first_payments_of_new_streamers_at_once(migrated_database: MigratedDatabase, reference: str | None) -> None:
    """Several make the same wallets, reference and transaction: whichever index they meet in, none fails."""
    rounds, racers = 30, 8
    said = [Payment(payee=uuid4(), platform=uuid4(), reference=reference, provider=str(n)) for n in range(rounds)]
    barrier = threading.Barrier(racers, timeout=30)
    with migrated_database.as_owner() as owner:
        for payment in said:
            set_fee(owner, payment.payee, "0.05")

    def race(number: int) -> list[UUID]:
        with migrated_database.as_app() as app:
            transactions = []
            for payment in said:
                barrier.wait()
                try:
                    transactions.append(replace(payment, event=f"event-{number}").record(app).transaction)
                except psycopg.Error:
                    barrier.abort()
                    raise
            return transactions

    with ThreadPoolExecutor(racers) as threads:
        transactions = {transaction for found in threads.map(race, range(racers)) for transaction in found}
    with migrated_database.as_app() as app:
        assert len(transactions) == (rounds if reference else rounds * racers)
        assert all(sum(entries(app, transaction).values()) == 10_000 for transaction in transactions)
        balances = app.execute(
            "SELECT type::text, sum(balance)::int FROM streamer_app.wallet_balances GROUP BY 1 ORDER BY 1"
        ).fetchall()
        assert balances == [("PENDING", 9_500 * len(transactions)), ("PLATFORM", 500 * len(transactions))]


def test_a_payment_moves_forwards_only(migrated_database: MigratedDatabase, payment: Payment) -> None:
    donor = uuid4()
    said = replace(payment, reference="order-1", payer=donor)
    with migrated_database.as_app() as app:
        first = replace(said, event="created", status="PENDING").record(app)
        pending = app.execute("SELECT payer_user_id, paid_at, meta, external_reference FROM transactions").fetchone()
        assert pending == (None, None, {}, "order-1")
        assert entries(app, first.transaction) == {}

        paid = replace(said, event="paid", donation=DONATION).record(app)
        assert paid.transaction == first.transaction
        assert paid.message is not None
        for number, status in enumerate(("PENDING", "FAILED", "PAID")):
            late = replace(said, event=f"late-{number}", status=status).record(app)
            assert late == paid
        row = app.execute("SELECT status::text, payer_user_id, paid_at IS NOT NULL FROM transactions").fetchall()
        assert row == [("PAID", donor, True)]
        assert entries(app, first.transaction) == {("PENDING", "DEPOSIT"): 10_000}
        assert counted(app, "streamer_app.payment_events") == 5


def test_a_failed_payment_stays_failed(migrated_database: MigratedDatabase, payment: Payment) -> None:
    said = replace(payment, reference="order-1", donation=DONATION)
    with migrated_database.as_app() as app:
        first = replace(said, event="failed", status="FAILED").record(app)
        assert first.message is None
        replace(said, event="paid").record(app)
        assert money(app, first.transaction)[3] == "FAILED"
        assert entries(app, first.transaction) == {}


def test_one_currency_per_wallet(migrated_database: MigratedDatabase, payment: Payment) -> None:
    with migrated_database.as_app() as app:
        payment.record(app)
        refused(app, replace(payment, event="dollars", currency="USD"), "SA002")
        assert counted(app, "transactions") == 1


def test_a_foreign_wallet_has_the_currency_of_its_first_entry(
    migrated_database: MigratedDatabase, payment: Payment
) -> None:
    with migrated_database.as_foreign() as writer:
        write_donation(writer, streamer=payment.payee)
    with migrated_database.as_app() as app:
        refused(app, replace(payment, currency="USD"), "SA002")
        payment.record(app)
        assert app.execute("SELECT balance, currency FROM wallets").fetchall() == [(19_500, "IDR")]


def test_a_foreign_wallet_may_have_our_slug(migrated_database: MigratedDatabase, payment: Payment) -> None:
    with migrated_database.as_foreign() as writer:
        writer.execute(
            "INSERT INTO wallets (user_id, type, name, slug) VALUES (%s, 'CASH', 'C', 'pending')", [payment.payee]
        )
    with migrated_database.as_app() as app:
        assert entries(app, payment.record(app).transaction) == {("PENDING", "DEPOSIT"): 10_000}


def test_all_or_nothing(migrated_database: MigratedDatabase, payment: Payment) -> None:
    with migrated_database.as_app() as app:
        replace(payment, event="all of it", amount=2**63 - 1).record(app)
        tables = (
            "transactions",
            "wallets",
            "wallet_ledger_entries",
            "streamer_app.payment_events",
            "donation_messages",
        )
        before = [counted(app, table) for table in tables]
        refused(app, replace(payment, event="one more", amount=1, donation=DONATION), "22003")
        assert [counted(app, table) for table in tables] == before


@pytest.mark.parametrize(
    ("media", "kept"),
    [
        ({"media_type": "YOUTUBE", "media_video_id": "dQw4w9WgXcQ", "media_start_seconds": 5}, ("YOUTUBE", 5)),
        ({"media_type": "YOUTUBE", "media_video_id": "dQw4w9WgXcQ", "media_start_seconds": -1}, ("NONE", None)),
        ({"media_type": "YOUTUBE", "media_video_id": "<script>"}, ("NONE", None)),
        ({"media_type": "HOLOGRAM"}, ("NONE", None)),
        ({"media_start_seconds": "soon"}, ("NONE", None)),
        ({"media_type": "TTS", "tts_language": "id"}, ("TTS", None)),
    ],
)
def test_media_that_make_no_sense_do_not_stop_money(
    migrated_database_18: MigratedDatabase, payment: Payment, media: dict[str, Any], kept: tuple[Any, ...]
) -> None:
    with migrated_database_18.as_app() as app:
        replace(payment, donation=DONATION | media).record(app)
        found = app.execute("SELECT media_type::text, media_start_seconds, message FROM donation_messages").fetchone()
        assert found == (*kept, DONATION["message"])


@pytest.mark.parametrize("name", [None, "🎉" * 100, "x" * 300, "\u202eidub\u0007"])
def test_odd_words_do_not_stop_money(migrated_database: MigratedDatabase, payment: Payment, name: str | None) -> None:
    said = replace(payment, donation={"donor_name": name, "message": None if name is None else name * 50})
    with migrated_database.as_app() as app:
        said.record(app)
        assert app.execute("SELECT donor_name FROM donation_messages").fetchone() == (name and name[:100],)


@pytest.mark.parametrize("wrong", [{"amount": 0}, {"amount": -5}, {"currency": "idr"}, {"status": "REFUNDED"}])
def test_what_is_no_payment_is_refused(
    migrated_database_18: MigratedDatabase, payment: Payment, wrong: dict[str, Any]
) -> None:
    with migrated_database_18.as_app() as app:
        refused(app, replace(payment, **wrong), "22023")
