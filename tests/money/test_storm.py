"""All at once over few wallets: nobody waits in a circle, no rupiah is lost, no moment shows half a posting."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.money.fleet import DRIFT, Connection, Fleet, call, deadlocks, find_deadlocks_fast, open_books, reconcile
from tests.money.model import Said, payment_id
from tests.money.world import arguments, item
from tests.postgres_servers import MigratedDatabase

ORDERS = 400
NEVER = ("40P01", "40001")


class Operations:
    """Random calls of everything, over three streamers and two platforms."""

    def __init__(self, database: MigratedDatabase) -> None:
        books = [open_books(database) for _ in range(3)]
        self.streamers = [streamer for streamer, _ in books]
        self.platforms = [platform for _, platform in books[:2]]
        self.payouts: list[UUID] = []
        self.entries: list[UUID] = []

    def said(self, chance: random.Random) -> Said:
        order = chance.randrange(ORDERS)
        return Said(
            "midtrans",
            f"event-{order}-{chance.randrange(3)}" if chance.random() < 0.5 else uuid4().hex,
            f"order-{order}",
            chance.choice(["PENDING", "PAID", "PAID", "FAILED"] if order % 10 == 0 else ["PENDING", "PAID", "PAID"]),
            10_000 + order,
            "IDR",
            self.streamers[order % 3],
            self.platforms[order % 2],
            None,
            chance.choice([None, {"donor_name": "Budi"}, {"media_type": "TTS"}]),
        )

    def payment(self, chance: random.Random) -> UUID:
        return payment_id("midtrans", "", f"order-{chance.randrange(ORDERS)}")

    def one(self, app: Connection, chance: random.Random) -> str:
        """One call; its name."""
        name = chance.choice(["record"] * 5 + ["batch"] * 3 + ["settle", "due", "refund", "refund first", "payout"] * 2
                             + ["complete", "fail", "adjust", "fold"])  # fmt: skip
        getattr(self, "_" + name.replace(" ", "_"))(app, chance)
        return name

    def _record(self, app: Connection, chance: random.Random) -> None:
        call(app, "record_payment", *arguments(self.said(chance)))

    def _batch(self, app: Connection, chance: random.Random) -> None:
        said = [item(self.said(chance)) for _ in range(chance.randrange(1, 12))]
        rows = app.execute("SELECT * FROM streamer_app.record_payments(%s::jsonb)", [json.dumps(said)]).fetchall()
        assert len(rows) == len(said)

    def _settle(self, app: Connection, chance: random.Random) -> None:
        call(app, "settle_payment", self.payment(chance))

    def _due(self, app: Connection, chance: random.Random) -> None:
        call(app, "settle_due", "2100-01-01", chance.randrange(1, 20))

    def _refund(self, app: Connection, chance: random.Random) -> None:
        call(app, "refund_payment", "midtrans", uuid4().hex, None, self.payment(chance), None, "chargeback")

    def _refund_first(self, app: Connection, chance: random.Random) -> None:
        order = chance.randrange(ORDERS)
        event = chance.choice([f"refund-{order}", f"event-{order}-0"])
        amount = chance.choice([None, 10_000 + order, 50])
        call(app, "refund_payment", "midtrans", event, f"order-{order}", None, amount, None)

    def _payout(self, app: Connection, chance: random.Random) -> None:
        payee = chance.choice(self.streamers)
        self.payouts.append(call(app, "request_payout", f"k{chance.randrange(200)}", payee, 3_000, "IDR")[0])

    def _complete(self, app: Connection, chance: random.Random) -> None:
        call(app, "complete_payout", chance.choice([*self.payouts[-20:], uuid4()]), None)

    def _fail(self, app: Connection, chance: random.Random) -> None:
        call(app, "fail_payout", chance.choice([*self.payouts[-20:], uuid4()]), "closed")

    def _adjust(self, app: Connection, chance: random.Random) -> None:
        rows = app.execute("SELECT id FROM wallet_ledger_entries ORDER BY created_at DESC LIMIT 20").fetchall()
        entry = chance.choice([*rows, (uuid4(),)])[0]
        call(app, "adjust", f"a{chance.randrange(100)}", entry, chance.choice([-5, 7]), "typed twice")

    def _fold(self, app: Connection, chance: random.Random) -> None:
        del chance
        call(app, "fold_balances")


@contextmanager
def watched(database: MigratedDatabase) -> Iterator[Counter[str]]:
    """Meanwhile, again and again in one snapshot: the view is the sum of the entries, for every wallet."""
    done = threading.Event()
    looks: Counter[str] = Counter()

    def watch() -> None:
        with database.as_app() as app:
            while not done.is_set():
                looks["off"] += len(app.execute(DRIFT.encode()).fetchall())
                looks["looks"] += 1

    with ThreadPoolExecutor(1) as thread:
        watching = thread.submit(watch)
        try:
            yield looks
        finally:
            done.set()
        watching.result()


def storm(database: MigratedDatabase, seconds: float, calls: int) -> None:
    find_deadlocks_fast(database)
    operations = Operations(database)
    chances = [random.Random(number) for number in range(16)]
    with Fleet(database, 16) as fleet, watched(database) as looks:
        answers = fleet.for_seconds(seconds, lambda app, number: operations.one(app, chances[number]))
    assert {answer for answer in answers if answer in NEVER} == set(), answers
    assert {answer for answer in answers if answer[0].isdigit() or answer.startswith("SA")} <= {
        "SA001",
        "SA004",
        "SA005",
        "SA006",
    }, answers
    assert {"record", "batch", "settle", "due", "refund", "payout", "complete", "fail", "adjust"} <= set(answers)
    assert sum(answers.values()) > calls
    assert looks["off"] == 0
    assert looks["looks"] > 5
    assert deadlocks(database) == 0
    reconcile(database)


def test_a_storm_of_all_operations(migrated_database: MigratedDatabase) -> None:
    storm(migrated_database, 4, 500)


@pytest.mark.slow
def test_a_long_storm_of_all_operations(migrated_database: MigratedDatabase) -> None:
    storm(migrated_database, 90, 10_000)


def foreign_posting(connection: Connection, streamer: UUID, platform: UUID, chance: random.Random) -> None:
    """SPEC's flow as another backend writes it, its own platform balance included."""
    amount = chance.randrange(1_000, 100_000)
    fee = amount // 10
    payment = connection.execute(
        "INSERT INTO transactions (payee_user_id, amount, fee_percentage, fee_amount, net_amount, status, paid_at)"
        " VALUES (%s, %s, 0.1, %s, %s, 'PAID', now()) RETURNING id",
        [streamer, amount, fee, amount - fee],
    ).fetchall()[0][0]
    for user, wallet, entry, part in (
        (streamer, "PENDING", "DEPOSIT", amount - fee),
        (platform, "PLATFORM", "FEE", fee),
    ):
        where = connection.execute(
            "SELECT id FROM wallets WHERE user_id = %s AND type = %s::wallet_type", [user, wallet]
        ).fetchall()[0][0]
        connection.execute(
            "INSERT INTO wallet_ledger_entries (wallet_id, entry_type, amount, source_type, source_id, net_amount)"
            " VALUES (%s, %s::ledger_entry_type, %s, 'TRANSACTION', %s, %s)",
            [where, entry, part, payment, amount - fee],
        )
        connection.execute("UPDATE wallets SET balance = balance + %s WHERE id = %s", [part, where])


class Foreigners:
    """Four backends of somebody else; a fifth of what they begin they take back."""

    def __init__(self, database: MigratedDatabase, operations: Operations) -> None:
        self._database, self._operations = database, operations
        self._done = threading.Event()
        self.counted: Counter[str] = Counter()

    def write(self, number: int) -> Counter[str]:
        chance = random.Random(number)
        counted: Counter[str] = Counter()
        with psycopg.connect(self._database.foreign_url) as connection:
            while not self._done.is_set():
                streamer, platform = (
                    chance.choice(self._operations.streamers),
                    chance.choice(self._operations.platforms),
                )
                try:
                    foreign_posting(connection, streamer, platform, chance)
                except psycopg.errors.InternalError_ as slip:
                    # PostgreSQL's own, where one writer of a row takes it back and the next, who has it key-shared by
                    # its entry already, goes on before the first has quite left. Nothing of the second is kept.
                    assert "more than one updating member" in str(slip)  # noqa: PT017
                    connection.rollback()
                    counted["slipped"] += 1
                    continue
                if chance.random() < 0.2:
                    connection.rollback()
                    counted["taken back"] += 1
                else:
                    connection.commit()
                    counted["committed"] += 1
        return counted

    def commit_late(self) -> Counter[str]:
        """Postings of ours whose transaction stays open while others commit; every third is taken back."""
        chance = random.Random(99)
        counted: Counter[str] = Counter()
        with psycopg.connect(self._database.app_url) as connection:
            while not self._done.is_set():
                streamer, _ = open_books(self._database)
                said = Said("late", uuid4().hex, None, "PAID", 20_000, "IDR", streamer, self._operations.platforms[0])
                call(connection, "record_payment", *arguments(said))
                self._done.wait(chance.choice([0.05, 0.3]))
                if chance.random() < 0.3:
                    connection.rollback()
                    counted["late taken back"] += 1
                else:
                    connection.commit()
                    counted["late"] += 1
        return counted

    def stop(self) -> None:
        self._done.set()


def test_foreign_writers_and_ours_together(migrated_database: MigratedDatabase) -> None:
    find_deadlocks_fast(migrated_database)
    operations = Operations(migrated_database)
    with migrated_database.as_app() as app:
        for streamer in operations.streamers:
            for platform in operations.platforms:
                said = Said("first", uuid4().hex, None, "PAID", 10_000, "IDR", streamer, platform)
                call(app, "record_payment", *arguments(said))
    foreigners = Foreigners(migrated_database, operations)
    chances = [random.Random(number) for number in range(6)]
    counted: Counter[str] = Counter()
    with ThreadPoolExecutor(5) as threads, Fleet(migrated_database, 6) as fleet:
        writing = [threads.submit(foreigners.write, number) for number in range(4)]
        writing.append(threads.submit(foreigners.commit_late))
        try:
            with watched(migrated_database) as looks:
                answers = fleet.for_seconds(4, lambda app, number: operations.one(app, chances[number]))
        finally:
            foreigners.stop()
        for one in writing:
            counted += one.result()
    assert {answer for answer in answers if answer in NEVER} == set(), answers
    assert all(counted[kind] > 3 for kind in ("committed", "taken back", "late")), counted
    assert looks["off"] == 0
    assert looks["looks"] > 5
    assert deadlocks(migrated_database) == 0
    reconcile(migrated_database)


def test_a_posting_that_commits_late_is_folded_late(migrated_database_18: MigratedDatabase) -> None:
    """A fold that runs while an earlier posting is still open takes what is there, and that one the next time."""
    streamer, platform = open_books(migrated_database_18)

    def platform_balances(app: Connection) -> Any:
        return app.execute(
            "SELECT stored, balance FROM streamer_app.wallet_balances WHERE user_id = %s", [platform]
        ).fetchall()

    def post(connection: Connection) -> None:
        said = Said("midtrans", uuid4().hex, None, "PAID", 10_000, "IDR", streamer, platform)
        call(connection, "record_payment", *arguments(said))

    with migrated_database_18.as_app() as app, psycopg.connect(migrated_database_18.app_url) as late:
        post(app)
        late_streamer, _ = open_books(migrated_database_18)
        call(
            late, "record_payment",
            *arguments(Said("midtrans", uuid4().hex, None, "PAID", 40_000, "IDR", late_streamer, platform)),
        )  # fmt: skip
        post(app)
        call(app, "fold_balances")
        assert platform_balances(app) == [(1_000, 1_000)]
        late.commit()
        assert platform_balances(app) == [(1_000, 3_000)]
        call(app, "fold_balances")
        assert platform_balances(app) == [(3_000, 3_000)]
    reconcile(migrated_database_18)
