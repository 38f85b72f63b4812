"""What happens at the same moment happens once, and everybody is told the same."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.money.fleet import Connection, Fleet, answered, call, deadlocks, find_deadlocks_fast, open_books, reconcile
from tests.money.model import Said, payment_id
from tests.money.world import arguments, item
from tests.postgres_servers import MigratedDatabase

COPIES = 32
WORDS = {"donor_name": "Budi", "message": "semangat!"}


def paid(streamer: UUID, platform: UUID, number: int, **other: Any) -> Said:
    usual = Said(
        "midtrans", f"event-{number}", f"order-{number}", "PAID", 10_000, "IDR", streamer, platform, None, WORDS
    )
    return replace(usual, **other)


def record(connection: Connection, said: Said) -> tuple[Any, ...]:
    return call(connection, "record_payment", *arguments(said))


def record_all(connection: Connection, said: list[Said]) -> list[tuple[Any, ...]]:
    rows = connection.execute(
        "SELECT * FROM streamer_app.record_payments(%s::jsonb)", [json.dumps([item(one) for one in said])]
    ).fetchall()
    assert [row[5] for row in rows] == [None] * len(said)
    return [row[1:5] for row in rows]


def shuffled_singles(connection: Connection, said: list[Said], number: int) -> dict[str, tuple[Any, ...]]:
    """In one order for all: then every event is met by all of them at nearly the same moment."""
    del number
    return {one.event: record(connection, one) for one in said}


def shuffled_batches(connection: Connection, said: list[Said], number: int) -> dict[str, tuple[Any, ...]]:
    """Each in an order of its own."""
    order = random.Random(number).sample(said, len(said))
    return dict(zip([one.event for one in order], record_all(connection, order), strict=True))


def both_ways(connection: Connection, said: list[Said], number: int) -> dict[str, tuple[Any, ...]]:
    return (shuffled_batches if number % 2 else shuffled_singles)(connection, said, number)


def race_copies(
    database: MigratedDatabase,
    tell: Callable[[Connection, list[Said], int], dict[str, tuple[Any, ...]]],
    events: int,
) -> None:
    find_deadlocks_fast(database)
    streamer, platform = open_books(database)
    said = [paid(streamer, platform, number) for number in range(events)]
    with Fleet(database, COPIES) as fleet:
        ways = [lambda app, number=number: tell(app, said, number) for number in range(COPIES)]
        told = fleet.at_once(ways)
    for one in said:
        answers = [answer[one.event] for answer in told]
        assert {answer[:3] for answer in answers} == {answers[0][:3]}
        assert answers[0][0] == payment_id(one.provider, one.event, one.reference)
        assert answers[0][1] is not None
        assert sum(not answer[3] for answer in answers) == 1
    with database.as_app() as app:
        assert app.execute("SELECT count(*), sum(amount) FROM transactions").fetchall() == [(events, 10_000 * events)]
        entries = "SELECT entry_type::text, count(*)::int, sum(amount)::bigint FROM wallet_ledger_entries GROUP BY 1"
        assert sorted(app.execute(entries).fetchall()) == [
            ("DEPOSIT", events, 9_500 * events),
            ("FEE", events, 500 * events),
        ]
        assert app.execute("SELECT count(*)::int FROM donation_messages").fetchall() == [(events,)]
    reconcile(database)
    assert deadlocks(database) == 0


WAYS = pytest.mark.parametrize("tell", [shuffled_singles, shuffled_batches, both_ways])


@WAYS
def test_32_copies_of_50_events(
    migrated_database_18: MigratedDatabase, tell: Callable[[Connection, list[Said], int], dict[str, tuple[Any, ...]]]
) -> None:
    race_copies(migrated_database_18, tell, 50)


@pytest.mark.slow
@WAYS
def test_32_copies_of_1000_events(
    migrated_database_18: MigratedDatabase, tell: Callable[[Connection, list[Said], int], dict[str, tuple[Any, ...]]]
) -> None:
    race_copies(migrated_database_18, tell, 1_000)


ROUNDS = 60


def settle(connection: Connection, payment: UUID) -> str:
    return "settled" if not call(connection, "settle_payment", payment)[2] else "repeated"


def refund(connection: Connection, reference: str, event: str) -> str:
    outcome: str = call(connection, "refund_payment", "midtrans", event, reference, None, None, "chargeback")[1]
    return outcome


def end(connection: Connection, payment: UUID) -> tuple[str, int, int]:
    """Status, number of entries and their sum, once the folder has seen what crossed."""
    while call(connection, "fold_balances")[0]:
        pass
    rows = connection.execute(
        "SELECT (SELECT status::text FROM transactions WHERE id = %(id)s), count(*)::int, coalesce(sum(amount), 0)::int"
        "  FROM wallet_ledger_entries AS entry WHERE source_id = %(id)s OR source_id IN"
        "  (SELECT own.id FROM wallet_ledger_entries AS own WHERE own.source_id = %(id)s)",
        {"id": payment},
    ).fetchall()
    return rows[0][0], rows[0][1], rows[0][2]


def test_two_refunds_of_one_payment_reverse_it_once(migrated_database_18: MigratedDatabase) -> None:
    streamer, platform = open_books(migrated_database_18)
    with Fleet(migrated_database_18, 4) as fleet:
        app = fleet.connections[0]
        for number in range(ROUNDS):
            payment = record(app, paid(streamer, platform, number))[0]
            if number % 2:
                settle(app, payment)
            events = [f"refund-{number}", f"refund-{number}", f"chargeback-{number}", f"appeal-{number}"]
            told = fleet.at_once([partial(refund, reference=f"order-{number}", event=event) for event in events])
            assert told == ["REFUNDED"] * 4
            assert end(app, payment) == ("REFUNDED", 8 if number % 2 else 4, 0)
    reconcile(migrated_database_18)


def test_a_refund_and_a_settlement_at_once(migrated_database_18: MigratedDatabase) -> None:
    find_deadlocks_fast(migrated_database_18)
    streamer, platform = open_books(migrated_database_18)
    with Fleet(migrated_database_18, 3) as fleet:
        app = fleet.connections[0]
        for number in range(ROUNDS):
            payment = record(app, paid(streamer, platform, number))[0]
            acts: list[Callable[[Connection], str]] = [
                lambda app, payment=payment: answered(settle, app, payment),  # type: ignore[misc]
                lambda app: str(call(app, "settle_due", "2100-01-01", 10)[0]),
                partial(refund, reference=f"order-{number}", event=f"refund-{number}"),
            ]
            settled, run, given_back = fleet.at_once(acts)
            assert given_back == "REFUNDED"
            assert (settled, run) in [("settled", "0"), ("repeated", "1"), ("SA005", "0"), ("SA005", "1")]
            status, entries, total = end(app, payment)
            assert (status, total) == ("REFUNDED", 0)
            assert entries == (4 if (settled, run) == ("SA005", "0") else 8)
    reconcile(migrated_database_18)
    assert deadlocks(migrated_database_18) == 0


@pytest.mark.parametrize("announced", [True, False])
def test_a_refund_and_the_paid_event_at_once(migrated_database_18: MigratedDatabase, *, announced: bool) -> None:
    """Whether they meet, pass or cross, the money is given back."""
    find_deadlocks_fast(migrated_database_18)
    streamer, platform = open_books(migrated_database_18)
    with Fleet(migrated_database_18, 3) as fleet:
        app = fleet.connections[0]
        for number in range(2 * ROUNDS):
            said = paid(streamer, platform, number)
            if announced:
                record(app, replace(said, event=f"created-{number}", status="PENDING"))
            posts = partial(record_all, said=[said]) if number % 2 else partial(record, said=said)
            fleet.at_once(
                [
                    posts,
                    partial(refund, reference=f"order-{number}", event=f"refund-{number}"),
                    partial(refund, reference=f"order-{number}", event=f"chargeback-{number}"),
                ]
            )
            assert end(app, payment_id("midtrans", "", f"order-{number}")) == ("REFUNDED", 4, 0)
        assert app.execute("SELECT * FROM streamer_app.waiting_refunds").fetchall() == []
    reconcile(migrated_database_18)
    assert deadlocks(migrated_database_18) == 0


def fill_cash(connection: Connection, streamer: UUID, platform: UUID) -> None:
    """Rp9.500."""
    settle(connection, record(connection, paid(streamer, platform, 1, event=str(uuid4()), reference=None))[0])


def request(connection: Connection, payee: UUID, key: str, amount: int) -> Any:
    return answered(call, connection, "request_payout", key, payee, amount, "IDR")


def test_payouts_never_overdraw(migrated_database_18: MigratedDatabase) -> None:
    with Fleet(migrated_database_18, 16) as fleet:
        app = fleet.connections[0]
        for _ in range(5):
            streamer, platform = open_books(migrated_database_18)
            fill_cash(app, streamer, platform)
            told = fleet.at_once([partial(request, payee=streamer, key=f"k{n}", amount=1_000) for n in range(16)])
            assert sum(answer == "SA004" for answer in told) == 7
            assert sum(answer != "SA004" for answer in told) == 9
            balance = "SELECT balance FROM wallets WHERE user_id = %s AND type = 'CASH'"
            assert app.execute(balance, [streamer]).fetchall() == [(500,)]
    reconcile(migrated_database_18)


def test_a_double_click_is_one_payout(migrated_database_18: MigratedDatabase) -> None:
    with Fleet(migrated_database_18, 16) as fleet:
        app = fleet.connections[0]
        for _ in range(5):
            streamer, platform = open_books(migrated_database_18)
            fill_cash(app, streamer, platform)
            told = fleet.at_once([partial(request, payee=streamer, key="click", amount=6_000)] * 16)
            assert len({answer[0] for answer in told}) == 1
            assert sorted(answer[2] for answer in told) == [False] + [True] * 15
            withdrawn = (
                "SELECT amount FROM wallet_ledger_entries WHERE entry_type = 'WITHDRAW' AND wallet_id ="
                " (SELECT id FROM wallets WHERE user_id = %s AND type = 'CASH')"
            )
            assert app.execute(withdrawn, [streamer]).fetchall() == [(-6_000,)]
    reconcile(migrated_database_18)


def decide(connection: Connection, function: str, payout: UUID) -> str:
    answer = answered(call, connection, function, payout, "bank-1" if function == "complete_payout" else "closed")
    return str(answer if isinstance(answer, str) else answer[1])


def test_a_payout_is_completed_or_fails(migrated_database_18: MigratedDatabase) -> None:
    streamer, platform = open_books(migrated_database_18)

    winners = set()
    with Fleet(migrated_database_18, 4) as fleet:
        app = fleet.connections[0]
        for number in range(ROUNDS):
            fill_cash(app, streamer, platform)
            payout = call(app, "request_payout", f"k{number}", streamer, 100, "IDR")[0]
            acts = ["complete_payout", "fail_payout"] * 2 if number % 2 else ["fail_payout", "complete_payout"] * 2
            told = fleet.at_once([partial(decide, function=act, payout=payout) for act in acts])
            winner = "PAID" if "PAID" in told else "FAILED"
            assert sorted(told) == sorted([winner, winner, "SA005", "SA005"])
            status, entries, total = end(app, payout)
            assert (status, entries, total) == (winner, 1 if winner == "PAID" else 2, -100 if winner == "PAID" else 0)
            winners.add(winner)
    reconcile(migrated_database_18)
    assert winners == {"PAID", "FAILED"}


def test_postings_to_one_streamer_do_not_wait_for_each_other(migrated_database_18: MigratedDatabase) -> None:
    streamer, platform = open_books(migrated_database_18)
    with Fleet(migrated_database_18, 2) as fleet:
        first, second = fleet.connections
        record(first, paid(streamer, platform, 0))
        while call(first, "fold_balances")[0]:
            pass
        with first.transaction():
            record(first, paid(streamer, platform, 1))
            second.execute("SET lock_timeout = '1s'")
            record(second, paid(streamer, platform, 2))
            assert pending(second, streamer) == (9_500, 9_500)
        # The one that was alone moved the balance itself, the other one's marker waits for the folder.
        assert pending(second, streamer) == (19_000, 9_500)
        while call(first, "fold_balances")[0]:
            pass
        assert pending(first, streamer) == (28_500, 0)
    reconcile(migrated_database_18)


def pending(connection: Connection, streamer: UUID) -> tuple[int, int]:
    """Stored, and still to be folded."""
    found = connection.execute(
        "SELECT stored, unfolded FROM streamer_app.wallet_balances WHERE user_id = %s AND type = 'PENDING'", [streamer]
    ).fetchone()
    assert found is not None
    return found[0], found[1]
