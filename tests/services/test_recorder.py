"""Concurrent callers: folded into batches, each with its own answer, rung for once, never doubled."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

import psycopg
import pytest

from streamer_app.core.errors import DatabaseUnavailableError
from streamer_app.core.refusals import MoneyRefusedError, Refusal
from streamer_app.services.recorder import Recorder, recorder
from streamer_app.store import database, payments
from streamer_app.store.payments import DonationWords, Payment, Recorded
from tests.postgres_servers import MigratedDatabase

WAIT = 20.0


def payment_to(payee: UUID, *, platform: UUID, amount: int = 10_000, event: str | None = None) -> Payment:
    name = event or str(uuid4())
    return Payment(
        provider="xendit",
        event=name,
        reference=f"ref-{name}",
        status="PAID",
        amount=amount,
        currency="IDR",
        payee_user_id=payee,
        platform_user_id=platform,
        words=DonationWords("Budi\x00", "semangat! \ud83d"),
    )


async def together(made: Recorder, asked: list[Payment]) -> list[Recorded | BaseException]:
    return await asyncio.wait_for(
        asyncio.gather(*(made.record(payment) for payment in asked), return_exceptions=True), WAIT
    )


def totals(migrated: MigratedDatabase) -> tuple[int, ...]:
    with migrated.as_owner() as owner:
        row = owner.execute(
            "SELECT (SELECT count(*) FROM transactions), (SELECT count(*) FROM donation_messages),"
            " (SELECT count(*) FROM wallet_ledger_entries), (SELECT count(*) FROM streamer_app.payment_events)"
        ).fetchone()
    assert row is not None
    return tuple(row)


async def test_many_callers_are_few_statements(migrated_database: MigratedDatabase) -> None:
    platform = uuid4()
    asked = [payment_to(uuid4(), platform=platform) for _ in range(100)]
    async with recorder(migrated_database.app_url) as made:
        answers = await together(made, asked)
    assert all(isinstance(answer, Recorded) and not answer.repeated for answer in answers)
    assert len({answer.transaction_id for answer in answers if isinstance(answer, Recorded)}) == 100
    assert totals(migrated_database)[:2] == (100, 100)
    with migrated_database.as_owner() as owner:
        transactions = owner.execute("SELECT count(DISTINCT posted_in) FROM wallet_ledger_entries").fetchone()
        words = owner.execute("SELECT DISTINCT donor_name, message FROM donation_messages").fetchall()
    assert transactions is not None
    assert transactions[0] <= 3
    assert words == [("Budi", "semangat! ?")]


async def test_each_caller_gets_its_own_answer(migrated_database: MigratedDatabase) -> None:
    payee, platform = uuid4(), uuid4()
    first = payment_to(payee, platform=platform)
    async with recorder(migrated_database.app_url) as made:
        known = await asyncio.wait_for(made.record(first), WAIT)
        same, other_amount, other_currency, nonsense, new = await together(
            made,
            [
                first,
                replace(first, amount=1),
                replace(payment_to(payee, platform=platform), currency="USD"),
                replace(payment_to(payee, platform=platform), amount=0),
                payment_to(payee, platform=platform),
            ],
        )
    assert same == replace(known, repeated=True)
    refused = [
        problem.refusal
        for problem in (other_amount, other_currency, nonsense)
        if isinstance(problem, MoneyRefusedError)
    ]
    assert refused == [Refusal.CONFLICT, Refusal.OTHER_CURRENCY, Refusal.NOT_A_PAYMENT]
    assert isinstance(new, Recorded)
    assert totals(migrated_database)[0] == 2


async def test_what_breaks_a_batch_breaks_one_caller(migrated_database_18: MigratedDatabase) -> None:
    payee, platform = uuid4(), uuid4()
    async with recorder(migrated_database_18.app_url) as made:
        await asyncio.wait_for(made.record(payment_to(payee, platform=platform, amount=2**63 - 1)), WAIT)
        answers = await together(
            made,
            [
                payment_to(uuid4(), platform=platform),
                payment_to(payee, platform=platform, amount=5),
                payment_to(uuid4(), platform=platform),
            ],
        )
    assert [isinstance(answer, Recorded) for answer in answers] == [True, False, True]
    assert isinstance(answers[1], MoneyRefusedError)
    assert answers[1].refusal is Refusal.TOO_LARGE


async def test_copies_at_once_post_once(migrated_database: MigratedDatabase) -> None:
    platform = uuid4()
    events = [payment_to(uuid4(), platform=platform) for _ in range(10)]
    async with recorder(migrated_database.app_url) as one, recorder(migrated_database.app_url) as two:
        answers = await asyncio.gather(
            *(together(made, events[turn:] + events[:turn]) for turn in range(4) for made in (one, two))
        )
    recorded = [answer for row in answers for answer in row]
    assert all(isinstance(answer, Recorded) for answer in recorded), recorded
    assert sum(not answer.repeated for answer in recorded if isinstance(answer, Recorded)) == 10
    assert totals(migrated_database) == (10, 10, 10, 10)


async def test_every_message_is_rung_for(migrated_database_18: MigratedDatabase) -> None:
    payee = uuid4()
    async with await psycopg.AsyncConnection.connect(migrated_database_18.app_url, autocommit=True) as listener:
        await listener.execute(f"LISTEN streamer_app_bell_{payee.hex}".encode())
        async with recorder(migrated_database_18.app_url) as made:
            answers = await together(made, [payment_to(payee, platform=uuid4()) for _ in range(30)])
            wanted = {str(answer.donation_message_id) for answer in answers if isinstance(answer, Recorded)}
            heard: set[str] = set()
            async for ring in listener.notifies(timeout=WAIT):
                heard.add(ring.payload)
                if heard == wanted:
                    break
    assert len(wanted) == 30
    assert heard == wanted


async def test_a_lost_server_is_said_and_recording_goes_on(migrated_database_18: MigratedDatabase) -> None:
    payment = payment_to(uuid4(), platform=uuid4())
    async with recorder(migrated_database_18.app_url) as made:
        first = await asyncio.wait_for(made.record(payment), WAIT)
        with migrated_database_18.as_admin() as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%recorder'"
            )
        with pytest.raises(DatabaseUnavailableError):
            await asyncio.wait_for(made.record(payment_to(uuid4(), platform=uuid4())), WAIT)
        again = await asyncio.wait_for(made.record(payment), WAIT)
    assert again == replace(first, repeated=True)


async def test_a_batch_is_the_same_as_one_by_one(migrated_database: MigratedDatabase) -> None:
    """One payment's whole life in one list: announced, paid, paid again by another event, failed too late."""
    payee, platform = uuid4(), uuid4()
    paid = payment_to(payee, platform=platform, event="e2")
    life = [
        replace(paid, event="e1", status="PENDING", words=None),
        paid,
        replace(paid, event="e3"),
        replace(paid, event="e4", status="FAILED"),
        paid,
        replace(paid, event="e5", amount=3),
    ]
    async with database.connection(migrated_database.app_url, label="test") as conn:
        answers = await payments.record_payments(conn, life)
        alone = await payments.record_payment(conn, paid)
    told = [(answer.repeated if isinstance(answer, Recorded) else answer.refusal) for answer in answers]
    assert told == [False, False, False, False, True, Refusal.CONFLICT]
    assert {answer.transaction_id for answer in answers if isinstance(answer, Recorded)} == {alone.transaction_id}
    assert totals(migrated_database) == (1, 1, 1, 4)
    with migrated_database.as_owner() as owner:
        assert owner.execute("SELECT status::text, paid_at IS NOT NULL FROM transactions").fetchone() == ("PAID", True)
