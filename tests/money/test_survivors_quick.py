"""The quick way of a list, and refusals: what only a mutant showed to be untold."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from tests.migrations.conftest import Payment
from tests.money.desk import Desk, refuses


def stored(desk: Desk, user: UUID, kind: str) -> int:
    """The balance as it stands in the row."""
    row = desk.one("SELECT balance FROM wallets WHERE user_id = %s AND type::text = %s", user, kind)
    return int(row[0])


def events(payment: Payment, count: int) -> list[Payment]:
    return [replace(payment, event=f"quick {number}", amount=1000 * (number + 1)) for number in range(count)]


def test_a_quick_list_moves_a_wallet_by_all_of_its_payments(desk: Desk) -> None:
    desk.payment.record(desk.connection)
    before = stored(desk, desk.payment.payee, "PENDING")
    answers = desk.batch(*events(desk.payment, 4))
    assert [row[4] for row in answers] == [False] * 4
    assert stored(desk, desk.payment.payee, "PENDING") - before == (1000 + 2000 + 3000 + 4000) * 95 // 100
    desk.call("fold_balances")
    assert stored(desk, desk.payment.platform, "PLATFORM") == (10_000 + 10_000) * 5 // 100


def test_a_list_for_a_streamer_without_fee_terms_takes_no_fee(desk: Desk) -> None:
    free = replace(desk.payment, payee=uuid4())
    for payment in (desk.payment, replace(free, event="makes the wallet")):
        payment.record(desk.connection)
    for row in desk.batch(*events(free, 3)):
        assert desk.one(
            "SELECT fee_fixed, fee_amount, net_amount = amount FROM transactions WHERE id = %s", row[1]
        ) == (
            0,
            0,
            True,
        )


def test_the_same_payment_twice_in_a_quick_list_is_one(desk: Desk) -> None:
    desk.payment.record(desk.connection)
    [one, *_] = events(desk.payment, 1)
    assert [row[4] for row in desk.batch(one, one)] == [False, True]
    assert desk.one("SELECT count(*) FROM transactions") == (2,)


def test_whoever_records_a_list_is_rung_for_again_afterwards(desk: Desk) -> None:
    desk.payment.record(desk.connection)
    with desk.connection.transaction():
        desk.batch(*events(desk.payment, 2))
        assert desk.one("SELECT current_setting('streamer_app.rings_itself', true)") == ("on",)
    assert desk.one("SELECT coalesce(current_setting('streamer_app.rings_itself', true), '')") == ("",)


@pytest.mark.parametrize("status", ["SETTLED", "REFUNDED", "paid", "", None])
def test_a_status_that_no_provider_says_is_refused_alone_and_in_a_list(desk: Desk, status: str | None) -> None:
    said = replace(desk.payment, status=status)  # type: ignore[arg-type]  # what a driver may send
    refuses("22023", lambda: said.record(desk.connection))
    assert [row[5] for row in desk.batch(said)] == ["22023"]
    assert desk.one("SELECT count(*) FROM streamer_app.payment_events") == (0,)


def test_an_event_that_gave_money_back_is_not_repeated_as_a_payment(desk: Desk) -> None:
    posted = desk.payment.record(desk.connection)
    desk.call("refund_payment", "manual", "gave back", None, posted.transaction, None, "chargeback")
    refuses("SA001", lambda: replace(desk.payment, event="gave back").record(desk.connection))
    assert [row[5] for row in desk.batch(replace(desk.payment, event="gave back"))] == ["SA001"]


def test_nothing_is_left_to_fold_when_another_holds_all(desk: Desk) -> None:
    assert desk.call("fold_balances") == (0,)
    desk.payment.record(desk.connection)
    assert desk.call("fold_balances") == (1,)
    assert desk.call("fold_balances") == (0,)


def test_a_list_of_two_platforms_moves_each(desk: Desk) -> None:
    other = replace(desk.payment, platform=uuid4(), event="other platform")
    for payment in (desk.payment, other):
        payment.record(desk.connection)
    answers = desk.batch(
        *events(desk.payment, 2), *(replace(each, event=f"o {each.event}") for each in events(other, 2))
    )
    assert [row[5] for row in answers] == [None] * 4
    while desk.call("fold_balances") != (0,):
        pass
    for user in (desk.payment.platform, other.platform):
        assert stored(desk, user, "PLATFORM") == (10_000 + 1000 + 2000) * 5 // 100
