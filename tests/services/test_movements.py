"""Operators' use cases, as an operator's login: settle, give back, pay out, correct, fee terms, look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from streamer_app.core.errors import ActionableError, DatabaseUnavailableError, OutcomeUnknownError
from streamer_app.core.refusals import MoneyRefusedError, Refusal
from streamer_app.services import movements, reading
from streamer_app.services.books import Books, open_books
from streamer_app.services.movements import BY_HAND, Refund
from streamer_app.services.payments import DonationWords, Payment, record_payment
from streamer_app.settings import Settings
from tests.postgres_servers import MigratedDatabase

NOBODY_LOOKS: Callable[[int, int], None] = lambda _done, _total: None  # noqa: E731


@pytest.fixture
def books(migrated_database_18: MigratedDatabase) -> Books:
    return Books(migrated_database_18.operator_url, uuid4(), uuid4())


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)


async def paid(books: Books, name: str, amount: int = 10_000, words: DonationWords | None = None) -> UUID:
    payment = Payment("xendit", f"e-{name}", name, "PAID", amount, "IDR", books.streamer, books.platform, words=words)
    return (await record_payment(books.url, payment)).transaction_id


async def balances(books: Books) -> dict[str, tuple[int, int]]:
    return {line.type: (line.balance, line.stored) for line in await reading.read_wallets(books)}


async def test_all_that_is_due_is_settled_in_portions(books: Books) -> None:
    for number in range(7):
        await paid(books, str(number))
    seen: list[int] = []
    done = await movements.settle_due(books, soon(), lambda settled, _: seen.append(settled), portion=3)
    assert (done.settled, done.net_amount, done.left_out) == (7, 70_000, 0)
    assert seen == [3, 6, 7]
    assert (await balances(books))["CASH"] == (70_000, 70_000)
    again = await movements.settle_due(books, soon(), NOBODY_LOOKS)
    assert (again.settled, again.left_out) == (0, 0)


async def test_a_stopped_settlement_keeps_what_is_done(books: Books) -> None:
    for number in range(4):
        await paid(books, str(number))

    class StoppedError(Exception):
        pass

    def stop(settled: int, _: int) -> None:
        raise StoppedError(settled)

    with pytest.raises(StoppedError, match="2"):
        await movements.settle_due(books, soon(), stop, portion=2)
    assert (await balances(books))["CASH"] == (20_000, 20_000)
    assert (await movements.settle_due(books, soon(), NOBODY_LOOKS)).settled == 2


async def test_nothing_paid_later_is_due(books: Books) -> None:
    await paid(books, "new")
    long_ago = datetime.now(UTC) - timedelta(days=7)
    assert (await movements.settle_due(books, long_ago, NOBODY_LOOKS)).settled == 0


async def test_after_a_lone_refund_and_a_lone_correction_the_platforms_stored_balance_is_exact(
    migrated_database_18: MigratedDatabase, books: Books
) -> None:
    with migrated_database_18.as_operator() as operator:
        operator.execute(
            "INSERT INTO streamer_app.fee_terms (streamer_user_id, valid_from, fee_percentage)"
            " VALUES (%s, to_timestamp(0), 0.05)",
            (books.streamer,),
        )
    one, _ = await paid(books, "one"), await paid(books, "two")
    assert (await balances(books))["PLATFORM"] == (1_000, 1_000)
    done = await movements.refund(books, Refund(BY_HAND, f"refund-{one}", transaction_id=one, reason="chargeback"))
    assert done.outcome == "REFUNDED"
    assert (await balances(books))["PLATFORM"] == (500, 500)
    shown = await movements.look_at_payment(books, transaction_id=one, provider=None, reference=None)
    fee = next(entry["entry_id"] for entry in shown["entries"] if entry["entry_type"] == "FEE")
    await movements.adjust(books, key="k", entry_id=UUID(fee), amount=-7, reason="miscounted")
    assert (await balances(books))["PLATFORM"] == (493, 493)
    shown = await movements.look_at_payment(books, transaction_id=one, provider=None, reference=None)
    assert [entry["amount"] for entry in shown["adjustments"]] == [-7]
    assert sum(entry["amount"] for entry in shown["entries"] + shown["reversals"]) == 0


async def test_a_payout_never_overdraws_and_its_key_is_one_payout(books: Books) -> None:
    transaction = await paid(books, "one")
    await movements.settle(books, transaction)
    ask = {"payee": books.streamer, "currency": "IDR"}
    first = await movements.request_payout(books, key="k", amount=6_000, **ask)  # type: ignore[arg-type]
    again = await movements.request_payout(books, key="k", amount=6_000, **ask)  # type: ignore[arg-type]
    assert (again.transaction_id, again.repeated) == (first.transaction_id, True)
    with pytest.raises(MoneyRefusedError) as refused:
        await movements.request_payout(books, key="other", amount=6_000, **ask)  # type: ignore[arg-type]
    assert refused.value.refusal is Refusal.NOT_ENOUGH
    assert (await movements.fail_payout(books, first.transaction_id, "closed account")).status == "FAILED"
    assert (await balances(books))["CASH"] == (10_000, 10_000)
    listed = await movements.list_payouts(books, books.streamer, 10)
    assert [(payout.status, payout.reason) for payout in listed] == [("FAILED", "closed account")]


async def test_fee_terms_are_added_exactly_and_never_for_the_past(books: Books) -> None:
    streamer = books.streamer
    made = await movements.set_fee_terms(
        books, streamer=streamer, valid_from=None, fixed=100, percentage=Decimal("0.0205")
    )
    assert (made.fee_fixed, made.fee_percentage) == (100, Decimal("0.0205"))
    later = datetime(2199, 1, 1, tzinfo=UTC)
    kept = await movements.set_fee_terms(books, streamer=streamer, valid_from=later, fixed=None, percentage=Decimal(0))
    assert (kept.fee_fixed, kept.fee_percentage) == (100, Decimal(0))
    same = await movements.set_fee_terms(books, streamer=streamer, valid_from=later, fixed=100, percentage=Decimal(0))
    assert same == kept
    for fixed, percentage in ((0, None), (None, Decimal("0.01"))):
        with pytest.raises(MoneyRefusedError) as refused:
            await movements.set_fee_terms(
                books, streamer=streamer, valid_from=later, fixed=fixed, percentage=percentage
            )
        assert refused.value.refusal is Refusal.CONFLICT
    with pytest.raises(ActionableError, match="past"):
        await movements.set_fee_terms(
            books, streamer=streamer, valid_from=datetime(2020, 1, 1, tzinfo=UTC), fixed=0, percentage=None
        )
    assert [terms.valid_from for terms in await movements.fee_terms(books, streamer)] == [later, made.valid_from]


async def test_an_anonymous_donors_name_is_not_shown(books: Books) -> None:
    hidden = await paid(books, "one", words=DonationWords("Budi", "halo", is_anonymous=True))
    shown = await movements.look_at_payment(books, transaction_id=None, provider="xendit", reference="one")
    assert shown["transaction_id"] == str(hidden)
    assert shown["donation_message"]["message"] == "halo"
    assert shown["donation_message"]["donor_name"] is None
    assert "Budi" not in str(shown)


async def test_a_refund_that_came_first_is_shown_without_its_payment(books: Books) -> None:
    early = await movements.refund(books, Refund("xendit", "rf", reference="late", amount=500, reason="fraud"))
    assert early.outcome == "WAITING"
    shown = await movements.look_at_payment(books, transaction_id=None, provider="xendit", reference="late")
    assert shown["transaction"] is None
    assert [event["status"] for event in shown["events"]] == ["REFUNDED"]
    with pytest.raises(MoneyRefusedError) as unknown:
        await movements.look_at_payment(books, transaction_id=uuid4(), provider=None, reference=None)
    assert unknown.value.refusal is Refusal.UNKNOWN


async def test_a_lost_payout_names_its_key(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lost(*_: object, **__: object) -> None:
        raise OutcomeUnknownError("not known", "again")

    monkeypatch.setattr(movements, "asked_again_if_lost", lost)
    with pytest.raises(OutcomeUnknownError, match="--key my-key"):
        await movements.request_payout(books, key="my-key", payee=books.streamer, amount=1, currency="IDR")


async def test_a_settlement_that_loses_its_connection_says_how_far_it_came(
    migrated_database_18: MigratedDatabase, books: Books
) -> None:
    for number in range(4):
        await paid(books, str(number))

    def end_the_connection(_: int, __: int) -> None:
        with migrated_database_18.as_admin() as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%settlement'"
                " AND datname = current_database()"
            )

    with pytest.raises(DatabaseUnavailableError, match="2 payments were settled before"):
        await movements.settle_due(books, soon(), end_the_connection, portion=2)
    assert (await movements.settle_due(books, soon(), NOBODY_LOOKS)).settled == 2


@pytest.mark.parametrize("login", ["auditor_url", "gateway_url"])
async def test_a_login_without_the_right_is_told_which_kind_has_it(
    migrated_database_18: MigratedDatabase, books: Books, login: str
) -> None:
    other = replace(books, url=getattr(migrated_database_18, login))
    with pytest.raises(ActionableError) as refused:
        await movements.settle(other, uuid4())
    assert "streamer_app_operator" in refused.value.remedy
    if login == "auditor_url":
        with pytest.raises(ActionableError) as refused:
            await paid(other, "one")
        assert "streamer_app_gateway" in refused.value.remedy


@pytest.mark.parametrize("login", ["auditor_url", "gateway_url", "operator_url"])
async def test_every_kind_of_login_opens_the_books_and_leaves_no_trace(
    migrated_database_18: MigratedDatabase, login: str, tmp_path: Path
) -> None:
    streamer, platform = uuid4(), uuid4()
    settings = Settings(
        data_dir=tmp_path,
        database_url=getattr(migrated_database_18, login),
        streamer_user_id=streamer,
        platform_user_id=platform,
    )
    opened = await open_books(settings)
    assert (opened.streamer, opened.platform) == (streamer, platform)
    nameless = await open_books(Settings(data_dir=tmp_path, database_url=settings.database_url))
    with pytest.raises(ActionableError, match="not said"):
        _ = nameless.streamer
    with migrated_database_18.as_admin() as admin:
        assert admin.execute("SELECT count(*) FROM streamer_app.streamers").fetchone() == (0,)
