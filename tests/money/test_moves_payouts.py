"""Payouts by example: money leaves once, never more than there is, and comes back when it failed."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from tests.money.desk import Desk, refuses


def requested(desk: Desk, amount: int = 4_000, key: str = "k") -> UUID:
    made: UUID = desk.call("request_payout", key, desk.payment.payee, amount, "IDR")[0]
    return made


def cash(desk: Desk) -> int:
    return int(desk.one("SELECT stored FROM streamer_app.wallet_balances WHERE type = 'CASH'")[0])


def test_a_payout_takes_its_amount_at_the_request_once(desk: Desk) -> None:
    desk.cash(10_000)
    made = desk.call("request_payout", "k", desk.payment.payee, 4_000, "IDR")
    assert made[1:] == ("PENDING", False)
    assert desk.call("request_payout", "k", desk.payment.payee, 4_000, "IDR") == (made[0], "PENDING", True)
    assert desk.entries(made[0]) == [("CASH", "WITHDRAW", -4_000)]
    assert cash(desk) == 5_500
    row = desk.one(
        "SELECT kind, amount, fee_amount, net_amount, currency, payee_user_id, paid_at FROM transactions WHERE id = %s",
        made[0],
    )
    assert row == ("PAYOUT", 4_000, 0, 4_000, "IDR", desk.payment.payee, None)
    written = desk.one("SELECT net_amount, currency FROM wallet_ledger_entries WHERE entry_type = 'WITHDRAW'")
    assert written == (4_000, "IDR")
    refuses("SA001", lambda: requested(desk, 4_001))
    refuses("SA001", lambda: desk.call("request_payout", "k", desk.payment.payee, 4_000, "USD"))
    assert requested(desk, key="other") != made[0]


def test_two_streamers_may_use_the_same_key(desk: Desk) -> None:
    desk.cash(10_000)
    first = requested(desk)
    other = Desk(desk.connection, replace(desk.payment, payee=uuid4()))
    other.cash(10_000, "theirs")
    assert requested(other) != first


def test_a_payout_never_overdraws(desk: Desk) -> None:
    refuses("SA004", lambda: requested(desk, 1))
    desk.cash(10_000)
    refuses("SA004", lambda: requested(desk, 9_501))
    assert desk.one("SELECT count(*) FROM transactions WHERE kind = 'PAYOUT'") == (0,)
    requested(desk, 9_500)
    assert cash(desk) == 0


def test_a_payout_in_another_currency_than_the_wallet(desk: Desk) -> None:
    desk.cash(10_000)
    refuses("SA002", lambda: desk.call("request_payout", "k", desk.payment.payee, 1, "USD"))


@pytest.mark.parametrize(
    ("key", "has_payee", "amount", "currency"),
    [
        ("", True, 1, "IDR"),
        (None, True, 1, "IDR"),
        ("k", False, 1, "IDR"),
        ("k", True, 0, "IDR"),
        ("k", True, -1, "IDR"),
        ("k", True, None, "IDR"),
        ("k", True, 1, "idr"),
        ("k", True, 1, None),
    ],
)
def test_what_is_no_payout(
    desk: Desk, key: str | None, amount: int | None, currency: str | None, *, has_payee: bool
) -> None:
    desk.cash(10_000)
    payee = desk.payment.payee if has_payee else None
    refuses("22023", lambda: desk.call("request_payout", key, payee, amount, currency))


def test_a_payout_arrives_once(desk: Desk) -> None:
    desk.cash(10_000)
    payout = requested(desk)
    assert desk.call("complete_payout", payout, "bank-1") == (payout, "PAID", False)
    assert desk.call("complete_payout", payout, "bank-1") == (payout, "PAID", True)
    assert desk.call("complete_payout", payout, None) == (payout, "PAID", True)
    refuses("SA001", lambda: desk.call("complete_payout", payout, "bank-2"))
    refuses("SA005", lambda: desk.call("fail_payout", payout, "late"))
    row = desk.one(
        "SELECT status::text, external_reference, paid_at IS NOT NULL FROM transactions WHERE id = %s", payout
    )
    assert row == ("PAID", "bank-1", True)
    assert desk.entries(payout) == [("CASH", "WITHDRAW", -4_000)]
    assert desk.call("request_payout", "k", desk.payment.payee, 4_000, "IDR") == (payout, "PAID", True)


def test_a_reference_is_said_once_or_never(desk: Desk) -> None:
    desk.cash(10_000)
    silent = requested(desk)
    desk.call("complete_payout", silent, None)
    refuses("SA001", lambda: desk.call("complete_payout", silent, "bank-1"))
    long = requested(desk, key="long")
    refuses("22023", lambda: desk.call("complete_payout", long, "x" * 101))
    assert desk.call("complete_payout", long, "x" * 100)[1] == "PAID"


def test_a_payout_that_failed_gives_the_money_back_once(desk: Desk) -> None:
    desk.cash(10_000)
    payout = requested(desk)
    for reason in ("", "  ", None):
        refuses("SA007", lambda r=reason: desk.call("fail_payout", payout, r))  # type: ignore[misc]
    assert desk.call("fail_payout", payout, " account closed ") == (payout, "FAILED", False)
    assert desk.call("fail_payout", payout, "account closed") == (payout, "FAILED", True)
    refuses("SA005", lambda: desk.call("complete_payout", payout, None))
    assert desk.entries(payout) == [("CASH", "REFUND", 4_000), ("CASH", "WITHDRAW", -4_000)]
    assert desk.status(payout) == "FAILED"
    assert desk.one("SELECT description FROM wallet_ledger_entries WHERE entry_type = 'REFUND'") == ("account closed",)
    assert cash(desk) == 9_500


def test_only_a_payout_ends_as_one(desk: Desk) -> None:
    payment = desk.cash(10_000)
    for unknown in (uuid4(), payment):
        refuses("SA006", lambda u=unknown: desk.call("complete_payout", u, None))  # type: ignore[misc]
        refuses("SA006", lambda u=unknown: desk.call("fail_payout", u, "why"))  # type: ignore[misc]
