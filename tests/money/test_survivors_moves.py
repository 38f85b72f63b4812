"""Settlement, refunds, payouts and guards: what only a mutant showed to be untold."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from tests.migrations.conftest import Connection, set_fee
from tests.money.desk import Desk, refuses
from tests.money.test_survivors import crossed
from tests.postgres_servers import MigratedDatabase


def foreign_entry(connection: Connection, wallet: UUID, kind: str, amount: int, source: UUID, *, of: str) -> UUID:
    """An entry of another backend, who moves the balance itself."""
    connection.execute("UPDATE wallets SET balance = balance + %s WHERE id = %s", [amount, wallet])
    made: UUID = connection.execute(
        "INSERT INTO wallet_ledger_entries (wallet_id, entry_type, amount, source_type, source_id, net_amount)"
        " VALUES (%s, %s::ledger_entry_type, %s, %s::ledger_source_type, %s, 0) RETURNING id",
        [wallet, kind, amount, of, source],
    ).fetchall()[0][0]
    return made


def waiting(desk: Desk) -> int:
    return int(desk.one("SELECT count(*) FROM streamer_app.waiting_refunds")[0])


def test_one_rupiah_is_settled(desk: Desk) -> None:
    for amount, event in ((1, "free"), (2, "fee")):
        payee = uuid4()
        if event == "fee":
            with_fee = replace(desk.payment, amount=2, event="fee")
            paid = with_fee.record(desk.connection).transaction
            assert desk.call("settle_payment", paid) == (paid, 1, False)
            assert ("CASH", "TRANSFER", 1) in desk.entries(paid)
            continue
        paid = replace(desk.payment, payee=payee, amount=amount, event=event).record(desk.connection).transaction
        assert desk.call("settle_due", "infinity", 9) == (1, 1, 0)
        assert desk.entries(paid) == [
            ("CASH", "TRANSFER", 1),
            ("PENDING", "DEPOSIT", 1),
            ("PENDING", "TRANSFER", -1),
        ]


def test_a_deposit_in_two_parts_is_a_deposit(desk: Desk, migrated_database: MigratedDatabase) -> None:
    desk.payment.record(desk.connection)
    pending = desk.one("SELECT id FROM wallets WHERE type = 'PENDING'")[0]
    with migrated_database.as_foreign() as other:
        paid = other.execute(
            "INSERT INTO transactions (payee_user_id, amount, fee_amount, net_amount, status, paid_at)"
            " VALUES (%s, 10000, 0, 10000, 'PAID', now()) RETURNING id",
            [desk.payment.payee],
        ).fetchall()[0][0]
        for part in (4_000, 6_000):
            foreign_entry(other, pending, "DEPOSIT", part, paid, of="TRANSACTION")
    assert desk.call("settle_payment", paid) == (paid, 10_000, False)


def test_what_lies_elsewhere_is_not_settled(desk: Desk, migrated_database: MigratedDatabase) -> None:
    """A DEPOSIT on somebody else's wallet, or on CASH, is none of this payee's PENDING."""
    desk.cash(10_000)
    replace(desk.payment, payee=uuid4(), event="theirs").record(desk.connection)
    wallets = desk.all(
        "SELECT id FROM wallets WHERE (type = 'CASH' AND user_id = %s) OR (type = 'PENDING' AND user_id <> %s)",
        desk.payment.payee,
        desk.payment.payee,
    )
    assert len(wallets) == 2
    with migrated_database.as_foreign() as other:
        for (wallet,) in wallets:
            paid = other.execute(
                "INSERT INTO transactions (payee_user_id, amount, fee_amount, net_amount, status, paid_at)"
                " VALUES (%s, 10000, 0, 10000, 'PAID', now()) RETURNING id",
                [desk.payment.payee],
            ).fetchall()[0][0]
            foreign_entry(other, wallet, "DEPOSIT", 10_000, paid, of="TRANSACTION")
            refuses("SA005", lambda p=paid: desk.call("settle_payment", p))  # type: ignore[misc]


def test_a_payment_that_somebody_holds_is_not_left_out(desk: Desk, migrated_database: MigratedDatabase) -> None:
    paid = desk.payment.record(desk.connection).transaction
    with migrated_database.as_app() as other:
        other.execute("SET lock_timeout = '2s'")
        with desk.connection.transaction():
            desk.call("settle_payment", paid)
            assert other.execute("SELECT * FROM streamer_app.settle_due('infinity', 9)").fetchone() == (0, 0, 0)


def test_a_crossed_refund_reaches_a_settled_payment(desk: Desk, migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_app() as other:
        transaction = crossed(desk, other)
    desk.call("settle_payment", transaction)
    assert desk.call("fold_balances") == (1,)
    assert desk.one("SELECT status::text FROM transactions WHERE id = %s", transaction) == ("REFUNDED",)
    assert waiting(desk) == 0


def test_only_a_full_refund_of_what_may_still_be_paid_waits(desk: Desk) -> None:
    announced = replace(desk.payment, event="a", status="PENDING").record(desk.connection).transaction
    failed = replace(desk.payment, event="f", status="FAILED").record(desk.connection).transaction
    paid = replace(desk.payment, event="p").record(desk.connection).transaction

    def back(event: str, transaction: UUID, amount: int | None) -> str:
        outcome: str = desk.call("refund_payment", "manual", event, None, transaction, amount, None)[1]
        return outcome

    assert [back("b1", failed, None), back("b2", paid, None), back("b3", paid, None)] == [
        "WAITING",
        "REFUNDED",
        "REFUNDED",
    ]
    assert [back("b4", announced, 9_999), back("b5", paid, 7)] == ["PARTIAL", "PARTIAL"]
    assert waiting(desk) == 0
    assert back("b6", announced, 10_000) == "WAITING"
    assert waiting(desk) == 1


def test_the_repeat_of_a_refund_may_not_say_another_amount(desk: Desk) -> None:
    paid = desk.payment.record(desk.connection).transaction
    desk.call("refund_payment", "manual", "less", None, paid, 9_999, None)
    refuses("SA001", lambda: desk.call("refund_payment", "manual", "less", None, paid, None, None))
    early = replace(desk.payment, event="late", reference="r")
    desk.call("refund_payment", "manual", "early", "r", None, None, None)
    early.record(desk.connection)
    refuses("SA001", lambda: desk.call("refund_payment", "manual", "early", "r", None, 5, None))
    assert desk.call("refund_payment", "manual", "early", "r", None, 10_000, None)[1:] == ("REFUNDED", True)


def test_what_was_reversed_already_is_left_alone(desk: Desk, migrated_database: MigratedDatabase) -> None:
    paid = desk.payment.record(desk.connection).transaction
    entry, wallet = desk.one("SELECT id, wallet_id FROM wallet_ledger_entries WHERE entry_type = 'FEE'")
    with migrated_database.as_foreign() as other:
        foreign_entry(other, wallet, "REFUND", -500, entry, of="LEDGER")
    assert desk.call("refund_payment", "manual", "back", None, paid, None, None)[1] == "REFUNDED"
    assert desk.entries(paid) == [
        ("PENDING", "DEPOSIT", 9_500),
        ("PENDING", "REFUND", -9_500),
        ("PLATFORM", "FEE", 500),
        ("PLATFORM", "REFUND", -500),
    ]


def test_the_first_full_refund_says_why(desk: Desk) -> None:
    paid = desk.payment.record(desk.connection).transaction
    desk.call("refund_payment", "manual", "less", None, paid, 5, "a part")
    desk.call("refund_payment", "manual", "back", None, paid, None, "all of it")
    desk.call("refund_payment", "manual", "again", None, paid, None, "once more")
    assert desk.all("SELECT DISTINCT description FROM wallet_ledger_entries WHERE entry_type = 'REFUND'") == [
        ("all of it",)
    ]


@pytest.mark.parametrize(("length", "fits"), [(1_000, True), (1_001, False)])
def test_names_have_an_end(desk: Desk, length: int, *, fits: bool) -> None:
    paid = desk.payment.record(desk.connection).transaction
    names = ("p" * 1_000, "e" * length)
    if fits:
        assert desk.call("refund_payment", *names, None, paid, None, None)[1] == "REFUNDED"
        return
    said = refuses("22023", lambda: desk.call("refund_payment", *names, None, paid, None, None))
    assert f"event {'e' * 200}, " in said
    other = replace(desk.payment, provider=names[0], event=names[1])
    assert f"event {'e' * 200}, " in refuses("22023", lambda: other.record(desk.connection))
    [row] = desk.batch(other)
    assert (row[5], f"event {'e' * 200}, " in row[6]) == ("22023", True)


def test_a_payout_of_other_money_is_told_so_though_there_is_too_little(desk: Desk) -> None:
    desk.cash(10_000)
    refuses("SA002", lambda: desk.call("request_payout", "k", desk.payment.payee, 99_999, "USD"))


def test_one_entry_may_be_corrected_again(desk: Desk) -> None:
    desk.payment.record(desk.connection)
    entry = desk.one("SELECT id FROM wallet_ledger_entries WHERE entry_type = 'DEPOSIT'")[0]
    assert desk.call("adjust", "one", entry, 5, "why")[2] is False
    assert desk.call("adjust", "two", entry, 5, "why")[2] is False
    assert desk.one("SELECT balance FROM streamer_app.wallet_balances WHERE type = 'PENDING'") == (9_510,)


def test_another_backends_refund_of_a_transaction_reverses_no_entry(
    desk: Desk, migrated_database: MigratedDatabase
) -> None:
    paid = desk.payment.record(desk.connection).transaction
    wallet = desk.one("SELECT id FROM wallets WHERE type = 'PENDING'")[0]
    with migrated_database.as_foreign() as other:
        for _ in range(2):
            foreign_entry(other, wallet, "REFUND", -100, paid, of="TRANSACTION")
    assert desk.one("SELECT count(*) FROM streamer_app.reversed_entries") == (0,)


def test_a_wallet_without_entries_may_change_and_go(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_owner() as owner:
        wallet = owner.execute(
            "INSERT INTO wallets (user_id, type, name, slug) VALUES (gen_random_uuid(), 'CASH', 'C', 'c') RETURNING id"
        ).fetchall()[0][0]
        owner.execute("UPDATE wallets SET currency = 'USD' WHERE id = %s", [wallet])
        owner.execute("UPDATE wallets SET currency = 'IDR', id = gen_random_uuid() WHERE id = %s", [wallet])
        assert owner.execute("SELECT currency FROM wallets").fetchall() == [("IDR",)]
        assert owner.execute("DELETE FROM wallets").rowcount == 1


def test_an_old_wallet_holds_what_its_first_entry_says(desk: Desk, migrated_database: MigratedDatabase) -> None:
    """Entries older than the column currency: the wallet has none, and another wallet's entries say nothing of it."""
    dollars = replace(desk.payment, currency="USD", payee=uuid4(), platform=uuid4(), event="usd")
    for payment in (dollars, desk.payment):
        payment.record(desk.connection)
    with migrated_database.as_owner() as owner:
        set_fee(owner, dollars.payee, "0.0500")
        owner.execute("ALTER TABLE wallets DISABLE TRIGGER streamer_app_same_wallet")
        owner.execute("UPDATE wallets SET currency = NULL")
        owner.execute("ALTER TABLE wallets ENABLE ALWAYS TRIGGER streamer_app_same_wallet")
    wrong = replace(desk.payment, currency="USD", event="wrong")
    assert desk.batch(wrong)[0][5] == "SA002"
    refuses("SA002", lambda: wrong.record(desk.connection))
    assert desk.batch(replace(dollars, event="right"))[0][5] is None
    assert desk.batch(replace(desk.payment, event="right too"))[0][5] is None
    assert desk.one("SELECT count(*) FROM wallets WHERE currency IS NULL") == (0,)
