"""One payment, four ways to record it: alone or in a list, by the quick way or the careful one. All keep the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.migrations.conftest import Payment, set_fee
from tests.money.desk import Desk
from tests.postgres_servers import MigratedDatabase

WORDS: Final = {"donor_name": "n" * 101, "message": "semangat!", "tts_language": "l" * 11, "tts_voice": "v" * 51}
CLIP: Final = {"media_type": "YOUTUBE", "media_video_id": "a-b", "media_start_seconds": 3, "media_end_seconds": 4}
PAYER: Final = UUID(int=7)


@dataclass(frozen=True)
class Case:
    """What is recorded, and what the platform keeps of it."""

    amount: int = 10_001
    fixed: int = 0
    percentage: str = "0.0500"
    status: str = "PAID"
    reference: int | None = 10
    provider: str = "manual"
    event: int = 10
    currency: str = "IDR"
    donation: Any = None
    has_payer: bool = True
    refusal: str | None = None


CASES: Final = (
    Case(),
    Case(fixed=250),
    Case(fixed=250, percentage="0"),
    Case(percentage="0"),
    Case(amount=1),
    Case(amount=2, percentage="0.5000"),
    Case(amount=20),
    Case(amount=21),
    Case(amount=100, fixed=99, percentage="0.0001"),
    Case(amount=100, fixed=100, percentage="0"),
    Case(amount=100, fixed=100, percentage="0.0001"),
    Case(amount=100, fixed=101, percentage="0"),
    Case(percentage="1"),
    Case(status="PENDING"),
    Case(status="FAILED"),
    Case(status="PENDING", amount=10, fixed=11, refusal="SA003"),
    Case(reference=None),
    Case(reference=100),
    Case(reference=101),
    Case(has_payer=False),
    Case(donation={}),
    Case(donation=WORDS),
    Case(donation=WORDS | {"media_type": "NONE"}),
    Case(donation=WORDS | {"media_type": "NONE", "is_anonymous": True}),
    Case(donation=WORDS | {"media_type": "TTS", "is_anonymous": False}),
    Case(donation=WORDS | CLIP),
    Case(donation=WORDS | CLIP | {"media_video_id": "a/b"}),
    Case(donation=WORDS, status="PENDING"),
    Case(donation=WORDS | {"media_type": "NONE"}, status="FAILED"),
    Case(donation=[1]),
    Case(donation="text"),
    Case(donation=7),
    Case(provider="p" * 1_000, event=1_000),
    Case(provider="p" * 1_000, event=1_001, refusal="22023"),
    Case(provider="p" * 1_001, event=1_000, refusal="22023"),
    Case(status="SETTLED", refusal="22023"),
    Case(status="paid", refusal="22023"),
    Case(amount=0, refusal="22023"),
    Case(amount=-5, refusal="22023"),
    Case(currency="idr", refusal="22023"),
    Case(currency="RUPI", refusal="22023"),
)


def net_of(case: Case) -> int:
    """The model: what is left after the exact fee, down to a whole unit."""
    exact = case.fixed + case.amount * Decimal(case.percentage)
    return max(0, int((case.amount - exact).to_integral_value(ROUND_FLOOR)))


def kept(desk: Desk, transaction: UUID) -> tuple[Any, ...]:
    """Everything the database holds of one payment, but for ids and moments."""
    payment = desk.one(
        "SELECT kind, amount, currency, status::text, fee_fixed, fee_percentage, fee_amount, net_amount,"
        " rounding_amount, rounding_strategy, length(external_reference), payer_user_id, meta, paid_at IS NOT NULL,"
        " settled_at FROM transactions WHERE id = %s",
        transaction,
    )
    entries = desk.all(
        "SELECT w.type::text, w.currency, e.entry_type::text, e.amount, e.currency, e.source_type::text, e.fee_fixed,"
        " e.fee_percentage, e.fee_amount, e.net_amount, e.description, e.meta, e.posted_in IS NOT NULL"
        " FROM wallet_ledger_entries e JOIN wallets w ON w.id = e.wallet_id WHERE source_id = %s ORDER BY 1",
        transaction,
    )
    message = desk.all(
        "SELECT donor_name, message, is_anonymous, media_type::text, media_provider::text, media_video_id,"
        " media_start_seconds, media_end_seconds, tts_language, tts_voice, played_at, id = transaction_id"
        " FROM donation_messages WHERE transaction_id = %s",
        transaction,
    )
    event = desk.all(
        "SELECT status, amount, length(payment_reference), reason FROM streamer_app.payment_events"
        " WHERE transaction_id = %s",
        transaction,
    )
    return payment, entries, message, event


def recorded(desk: Desk, payment: Payment, *, batch: bool) -> tuple[Any, ...]:
    """The answer, as the SQLSTATE or as what is told of the payment; and what is kept of it."""
    if batch:
        [(place, transaction, message, currency, repeated, problem, _)] = desk.batch(payment)
        assert place == 1
        if problem is not None:
            return problem, []
    else:
        try:
            posted = payment.record(desk.connection)
        except psycopg.Error as refused:
            return refused.sqlstate, []
        transaction, message, currency, repeated = (
            posted.transaction,
            posted.message,
            posted.currency,
            posted.repeated,
        )
    told = (message is not None, message in {None, transaction}, currency, repeated)
    assert desk.entries(transaction) is not None
    return told, kept(desk, transaction)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_all_ways_keep_the_same(migrated_database_18: MigratedDatabase, case: Case) -> None:
    answers = []
    owner, app = migrated_database_18.as_owner(), migrated_database_18.as_app()
    with owner, app:
        for number, (warm, batch) in enumerate([(False, False), (False, True), (True, False), (True, True)]):
            payee, platform = uuid4(), uuid4()
            desk = Desk(app, Payment(payee, platform, event=f"warm-{number}"))
            if warm:
                set_fee(owner, payee, "0.0500")
                desk.payment.record(app)
            owner.execute(
                "INSERT INTO streamer_app.fee_terms VALUES (%s, now() - interval '1 second', %s, %s)",
                [payee, case.fixed, case.percentage],
            )
            # Terms of the future and of others are nobody's.
            owner.execute("INSERT INTO streamer_app.fee_terms VALUES (%s, 'infinity', 1, 1)", [payee])
            set_fee(owner, uuid4(), "0.9000", 1)
            payment = replace(
                desk.payment,
                provider=case.provider,
                event=str(number).rjust(case.event, "e"),
                reference=None if case.reference is None else str(number).rjust(case.reference, "r"),
                status=case.status,
                amount=case.amount,
                currency=case.currency,
                payer=PAYER if case.has_payer else None,
                donation=case.donation,
            )
            answers.append(recorded(desk, payment, batch=batch))
    assert answers == [answers[0]] * 4
    if case.refusal is not None:
        assert answers[0] == (case.refusal, [])
        return
    payment_row, entries = answers[0][1][:2]
    net = net_of(case)
    assert payment_row[6:8] == (case.amount - net, net)
    wanted = {"DEPOSIT": net, "FEE": case.amount - net} if case.status == "PAID" else {}
    assert {row[2]: row[3] for row in entries} == {kind: amount for kind, amount in wanted.items() if amount}
