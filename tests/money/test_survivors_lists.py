"""Lists of payments: what only a mutant showed to be untold. Each list answers as its payments one by one would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from tests.migrations.conftest import Payment
from tests.money.desk import Desk, Row
from tests.money.test_survivors import WORDS

Told = tuple[bool | str, bool]
Way = Callable[..., list[Told]]


def told(row: Row) -> Told:
    """Repeated, or why not; and whether there is a message."""
    return (row[5] or row[4], row[2] is not None)


def alone(desk: Desk, *payments: Payment) -> list[Told]:
    """The same payments one after the other."""
    answers: list[Told] = []
    for payment in payments:
        try:
            posted = payment.record(desk.connection)
        except psycopg.Error as refused:
            answers.append((str(refused.sqlstate), False))
        else:
            answers.append((posted.repeated, posted.message is not None))
    return answers


@pytest.fixture(params=["list", "alone"])
def record(request: pytest.FixtureRequest, desk: Desk) -> Way:
    """Record payments as a list, or one after the other."""
    if request.param == "alone":
        return lambda *payments: alone(desk, *payments)
    return lambda *payments: [told(row) for row in desk.batch(*payments)]


def fee_of_all(desk: Desk, payment: Payment, fixed: int = 100, percentage: str = "0") -> None:
    with psycopg.connect(desk.connection.info.dsn, user="streamer_owner") as owner:
        owner.execute(
            "INSERT INTO streamer_app.fee_terms VALUES (%s, now() - interval '1 second', %s, %s)",
            [payment.payee, fixed, percentage],
        )


def foreign_wallet(desk: Desk, payment: Payment, kind: str) -> None:
    """Fill a wallet with dollars."""
    dollars = replace(payment, currency="USD", event=f"dollars {kind}")
    dollars = replace(dollars, platform=uuid4()) if kind == "PENDING" else replace(dollars, payee=uuid4())
    fee_of_all(desk, dollars)
    dollars.record(desk.connection)


def test_an_announcement_is_repeated(desk: Desk, record: Way) -> None:
    announced = replace(desk.payment, status="PENDING")
    assert record(announced) == [(False, False)]
    assert record(announced) == [(True, False)]
    assert record(announced, announced) == [(True, False), (True, False)]
    failed = replace(desk.payment, status="FAILED", event="failed")
    assert record(failed, failed) == [(False, False), (True, False)]
    assert record(failed) == [(True, False)]


def test_a_repeat_further_down_sees_the_message_of_its_payment(desk: Desk, record: Way) -> None:
    first, bare = replace(desk.payment, event="a", donation=WORDS), replace(desk.payment, event="b")
    assert record(first, bare, first) == [(False, True), (False, False), (True, True)]
    more = [replace(each, event=f"{each.event}2") for each in (first, bare)]
    assert record(*more, replace(bare, event="c"), more[0], more[1]) == [
        (False, True),
        (False, False),
        (False, False),
        (True, True),
        (True, False),
    ]


def test_an_event_is_about_the_payment_it_was_about_first(desk: Desk, record: Way) -> None:
    first = replace(desk.payment, event="e", reference="r1")
    assert record(first) == [(False, False)]
    assert record(replace(first, reference="r2")) == [(True, False)]
    assert desk.one("SELECT count(*) FROM transactions") == (1,)


def test_two_events_of_one_payment_pay_it_once(desk: Desk, record: Way) -> None:
    first = replace(desk.payment, event="e1", reference="r")
    assert record(first) == [(False, False)]
    assert record(replace(first, event="e2")) == [(False, False)]
    assert desk.entries() == [("PENDING", "DEPOSIT", 9_500), ("PLATFORM", "FEE", 500)]


def test_what_is_all_fee_needs_no_pending_wallet(desk: Desk, record: Way) -> None:
    """The payee's wallet holds dollars, but nothing is deposited there."""
    foreign_wallet(desk, desk.payment, "PENDING")
    fee_of_all(desk, desk.payment)
    assert record(replace(desk.payment, amount=100)) == [(False, False)]
    assert record(replace(desk.payment, amount=101, event="more")) == [("SA002", False)]
    assert record(*[replace(desk.payment, amount=100, event="twice")] * 2) == [(False, False), (True, False)]


def test_what_has_no_fee_needs_no_platform_wallet(desk: Desk, record: Way) -> None:
    free = replace(desk.payment, payee=uuid4())
    foreign_wallet(desk, desk.payment, "PLATFORM")
    assert record(free) == [(False, False)]
    assert record(replace(desk.payment, event="with fee")) == [("SA002", False)]
    assert record(*[replace(free, event="twice")] * 2) == [(False, False), (True, False)]


def test_a_wallet_that_nothing_came_to_may_take_any_currency(desk: Desk, record: Way) -> None:
    fee_of_all(desk, desk.payment)
    rupiah = replace(desk.payment, amount=100, event="rupiah")
    dollars = replace(desk.payment, amount=1_000, event="dollars", currency="USD", platform=uuid4())
    assert record(rupiah, dollars) == [(False, False), (False, False)]
    assert record(replace(rupiah, event="more", amount=300)) == [("SA002", False)]


def test_a_platform_that_kept_nothing_may_take_any_currency(desk: Desk, record: Way) -> None:
    rupiah = replace(desk.payment, payee=uuid4(), event="rupiah")
    dollars = replace(desk.payment, event="dollars", currency="USD")
    assert record(rupiah, dollars) == [(False, False), (False, False)]
    assert record(replace(desk.payment, payee=uuid4(), event="more")) == [(False, False)]
    assert record(replace(desk.payment, event="last")) == [("SA002", False)]


def test_the_first_of_a_list_gives_a_wallet_its_currency(desk: Desk, record: Way) -> None:
    dollars = replace(desk.payment, event="dollars", currency="USD")
    assert record(desk.payment, dollars, replace(desk.payment, event="again")) == [
        (False, False),
        ("SA002", False),
        (False, False),
    ]
    assert len(desk.entries()) == 4


def test_a_payment_that_failed_above_is_not_paid_below(desk: Desk, record: Way) -> None:
    """So it does not matter that the wallet holds other money."""
    foreign_wallet(desk, desk.payment, "PENDING")
    announced = replace(desk.payment, event="a", reference="r", status="PENDING")
    assert record(announced) == [(False, False)]
    late = [replace(announced, event="f", status="FAILED"), replace(announced, event="p", status="PAID")]
    assert record(*late) == [(False, False), (False, False)]
    assert desk.one("SELECT status::text FROM transactions WHERE amount = 10000 AND currency = 'IDR'") == ("FAILED",)


def test_words_that_come_after_the_payment_in_one_list(desk: Desk, record: Way) -> None:
    announced = replace(desk.payment, event="a", reference="r", status="PENDING")
    assert record(announced) == [(False, False)]
    paid = replace(announced, event="b", status="PAID")
    assert record(paid, replace(paid, event="c", donation=WORDS)) == [(False, False), (False, True)]


def test_words_of_what_is_refunded_at_once_stay_away(desk: Desk, record: Way) -> None:
    announced = replace(desk.payment, event="a", reference="r", status="PENDING")
    desk.call("refund_payment", "manual", "back", "r", None, None, None)
    paid = replace(announced, event="b", status="PAID")
    assert record(announced, paid, replace(paid, event="c", donation=WORDS)) == [(False, False)] * 3
    assert desk.one("SELECT status::text FROM transactions") == ("REFUNDED",)


def test_the_payer_of_the_paying_event_is_kept(desk: Desk, record: Way) -> None:
    one, two = uuid4(), uuid4()
    announced = replace(desk.payment, event="a", reference="r", status="PENDING", payer=one)
    assert record(announced, replace(announced, event="b", status="PAID", payer=two)) == [(False, False)] * 2
    assert desk.one("SELECT payer_user_id, paid_at IS NOT NULL FROM transactions") == (two, True)
    failing = replace(announced, event="c", reference="s")
    assert record(failing, replace(failing, event="d", status="FAILED", payer=two)) == [(False, False)] * 2
    assert desk.one("SELECT payer_user_id, paid_at FROM transactions WHERE status = 'FAILED'") == (None, None)


def test_an_item_that_is_no_payment_is_in_nobodys_way(desk: Desk, record: Way) -> None:
    nothing = replace(desk.payment, event="n", amount=0)
    sound = replace(desk.payment, event="s")
    assert record(nothing, sound, nothing, sound) == [
        ("22023", False),
        (False, False),
        ("22023", False),
        (True, False),
    ]
    assert record(replace(sound, amount=5), sound, replace(sound, currency="USD"), replace(sound, payee=uuid4())) == [
        ("SA001", False),
        (True, False),
        ("SA001", False),
        ("SA001", False),
    ]


def test_a_usual_payment_takes_the_quick_way(desk: Desk) -> None:
    """What throughput is made of; the careful way is the same, but slower."""
    desk.payment.record(desk.connection)
    with psycopg.connect(desk.connection.info.dsn, user="postgres") as admin:
        admin.execute("SET track_functions = 'all'")
        usual = Desk(admin, desk.payment)
        for number, words in enumerate((None, WORDS)):
            for reference in (None, f"r{number}"):
                name = f"{number}{reference}"
                payment = replace(desk.payment, reference=reference, donation=words)
                replace(payment, event=f"one {name}").record(admin)
                two = replace(payment, event=f"two {name}", reference=reference and f"two {reference}")
                three = replace(payment, event=f"three {name}", reference=reference and f"three {reference}")
                assert [row[5] for row in usual.batch(two, three)] == [None, None]
        called = {row[0] for row in admin.execute("SELECT funcname FROM pg_stat_xact_user_functions").fetchall()}
    assert {"record_payment", "write_quick_items"} <= called
    assert not {"record_any_payment", "record_payments_carefully", "post_payment"} & called
