"""Fees against exact decimals, to the edges of BIGINT, and the moment at which new terms begin to count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.money.model import BIGGEST, Said, Split, Terms, split
from tests.money.world import arguments, item
from tests.postgres_servers import MigratedDatabase

Connection = psycopg.Connection[Any]

amounts = st.one_of(
    st.sampled_from([1, 2, 9_999, 10_000, 10_001, 2**53 + 1, BIGGEST - 1, BIGGEST]), st.integers(1, BIGGEST)
)
fixed = st.one_of(st.just(0), st.sampled_from([1, 2_000, 10_001, BIGGEST]), st.integers(0, 10**6))
percentages = st.one_of(
    st.sampled_from([Decimal(text) for text in ("0", "0.0001", "0.05", "0.3333", "0.9999", "1")]),
    st.decimals(0, 1, places=4),
)


@pytest.fixture
def logins(migrated_database: MigratedDatabase) -> Iterator[tuple[Connection, Connection]]:
    with migrated_database.as_app() as app, migrated_database.as_owner() as owner:
        yield app, owner


def set_terms(owner: Connection, said: Said, terms: Terms, start: datetime | str = "2020-01-01") -> None:
    owner.execute(
        "INSERT INTO streamer_app.fee_terms VALUES (%s, %s, %s, %s)",
        [said.payee, start, terms.fixed, terms.percentage],
    )


def make_wallets(owner: Connection, said: Said) -> None:
    """What the quick ways of recording ask for."""
    owner.execute(
        "INSERT INTO wallets (user_id, type, name, slug, currency)"
        " VALUES (%s, 'PENDING', 'Pending', 'pending', 'IDR'), (%s, 'PLATFORM', 'Platform', 'platform', 'IDR')",
        [said.payee, said.platform],
    )


def new(amount: int = 10_001, **other: Any) -> Said:
    """A payment to a streamer of its own: no balance is near its edge yet."""
    return Said(
        "midtrans", uuid4().hex, other.pop("reference", None), other.pop("status", "PAID"), amount, "IDR", uuid4(),
        uuid4(), **other,
    )  # fmt: skip


def refusal(app: Connection, said: Said, *, batch: bool) -> str | None:
    """Record it; the SQLSTATE when it is refused."""
    if batch:
        rows = app.execute(
            "SELECT problem FROM streamer_app.record_payments(%s::jsonb)", [json.dumps([item(said)])]
        ).fetchall()
        problem: str | None = rows[0][0]
        return problem
    try:
        app.execute("SELECT streamer_app.record_payment(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", arguments(said))
    except psycopg.Error as error:
        return error.sqlstate
    return None


def written(app: Connection, said: Said) -> tuple[Any, ...]:
    rows = app.execute(
        "SELECT fee_fixed, fee_percentage, net_amount, fee_amount, rounding_amount, status::text, meta, currency"
        "  FROM transactions WHERE payee_user_id = %s",
        [said.payee],
    ).fetchall()
    assert len(rows) == 1
    return tuple(rows[0])


def expected(parts: Split, terms: Terms, status: str) -> tuple[Any, ...]:
    meta = {"fee_capped": True} if parts.capped else {}
    return (terms.fixed, terms.percentage, parts.net, parts.fee, parts.rounding, status, meta, "IDR")


def check_entries(app: Connection, said: Said, parts: Split, terms: Terms) -> None:
    """DEPOSIT and FEE with the snapshot of the fee, none of them 0, and wallets that hold exactly that."""
    rows = app.execute(
        "SELECT wallet.user_id, wallet.type::text, entry.entry_type::text, entry.amount, held.balance,"
        "       entry.fee_fixed, entry.fee_percentage, entry.fee_amount, entry.net_amount"
        "  FROM wallet_ledger_entries AS entry JOIN wallets AS wallet ON wallet.id = entry.wallet_id"
        "  JOIN streamer_app.wallet_balances AS held ON held.wallet_id = wallet.id"
        " WHERE wallet.user_id IN (%s, %s) ORDER BY entry.entry_type",
        [said.payee, said.platform],
    ).fetchall()
    snapshot = (terms.fixed, terms.percentage, parts.fee, parts.net)
    wanted = [
        (said.payee, "PENDING", "DEPOSIT", parts.net, parts.net, *snapshot),
        (said.platform, "PLATFORM", "FEE", parts.fee, parts.fee, *snapshot),
    ]
    assert rows == ([] if said.status == "PENDING" else [row for row in wanted if row[3]])


@pytest.mark.parametrize("batch", [False, True])
def test_fees_are_exact_to_the_edges_of_bigint(logins: tuple[Connection, Connection], *, batch: bool) -> None:
    app, owner = logins

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        amount=amounts,
        terms=st.builds(Terms, fixed, percentages),
        status=st.sampled_from(["PAID", "PAID", "PENDING"]),
        known=st.booleans(),
    )
    @example(amount=1, terms=Terms(0, Decimal(1)), status="PAID", known=True)
    @example(amount=1, terms=Terms(0, Decimal("0.0001")), status="PAID", known=True)
    @example(amount=1, terms=Terms(1, Decimal(0)), status="PENDING", known=True)
    @example(amount=BIGGEST, terms=Terms(BIGGEST, Decimal(1)), status="PAID", known=True)
    @example(amount=BIGGEST, terms=Terms(0, Decimal("0.9999")), status="PAID", known=True)
    @example(amount=BIGGEST, terms=Terms(0, Decimal(0)), status="PAID", known=True)
    @example(amount=10_001, terms=Terms(10_001, Decimal("0.0001")), status="PENDING", known=True)
    def exact(amount: int, terms: Terms, status: str, *, known: bool) -> None:
        said = new(amount, status=status)
        set_terms(owner, said, terms)
        if known:
            make_wallets(owner, said)
        parts = split(amount, terms)
        assert parts.net + parts.fee == amount
        assert 0 <= parts.rounding < 1
        if parts.capped and status == "PENDING":
            assert refusal(app, said, batch=batch) == "SA003"
            assert refusal(app, replace(said, status="PAID"), batch=batch) is None
            said = replace(said, status="PAID")
        else:
            assert refusal(app, said, batch=batch) is None
        assert written(app, said) == expected(parts, terms, said.status)
        check_entries(app, said, parts, terms)

    exact()


@pytest.mark.parametrize("batch", [False, True])
def test_a_balance_beyond_bigint_is_refused_and_nothing_is_kept(
    logins: tuple[Connection, Connection], *, batch: bool
) -> None:
    app, _ = logins
    said = new(BIGGEST)
    assert refusal(app, said, batch=batch) is None
    with pytest.raises(psycopg.errors.NumericValueOutOfRange):
        app.execute(
            "SELECT * FROM streamer_app.record_payments(%s::jsonb)",
            [json.dumps([item(replace(said, event="one more", amount=1))])],
        )
    assert refusal(app, replace(said, event="one more", amount=1), batch=False) == "22003"
    assert app.execute("SELECT count(*)::int FROM streamer_app.payment_events").fetchall() == [(1,)]


@pytest.mark.parametrize("folded", [False, True])
@pytest.mark.parametrize("batch", [False, True])
def test_a_platform_balance_beyond_bigint_is_refused_too(
    logins: tuple[Connection, Connection], *, batch: bool, folded: bool
) -> None:
    """What is refused late would stop the folder, and the view, for every streamer."""
    app, owner = logins
    platform = uuid4()
    told = []
    for amount in (BIGGEST - 20_000, 10_000, 10_001, 10_000, 1):
        said = replace(new(amount), platform=platform)
        set_terms(owner, said, Terms(0, Decimal(1)))
        if batch:
            try:
                told.append(refusal(app, said, batch=True))
            except psycopg.Error as error:
                told.append(error.sqlstate)
        else:
            told.append(refusal(app, said, batch=False))
        if folded:
            app.execute("SELECT streamer_app.fold_balances()")
    assert told == [None, None, "22003", None, "22003"]
    app.execute("SELECT streamer_app.fold_balances()")
    balances = app.execute("SELECT stored, balance FROM streamer_app.wallet_balances").fetchall()
    assert balances == [(BIGGEST, BIGGEST)]


@pytest.mark.parametrize("batch", [False, True])
def test_the_latest_terms_that_have_begun_count(logins: tuple[Connection, Connection], *, batch: bool) -> None:
    app, owner = logins
    said = new()
    make_wallets(owner, said)
    tomorrow = datetime.now().astimezone() + timedelta(days=1)
    for start, percentage in ((tomorrow, "0.9"), ("2021-01-01", "0.2"), ("2020-01-01", "0.1")):
        set_terms(owner, said, Terms(0, Decimal(percentage)), start)
    assert refusal(app, said, batch=batch) is None
    assert written(app, said)[1] == Decimal("0.2")


def test_a_payment_keeps_the_terms_it_was_announced_with(logins: tuple[Connection, Connection]) -> None:
    app, owner = logins
    said = new(reference="order-1", status="PENDING")
    set_terms(owner, said, Terms(0, Decimal("0.1")), "2020-01-01")
    assert refusal(app, said, batch=False) is None
    set_terms(owner, said, Terms(0, Decimal("0.3")), "2021-01-01")
    assert refusal(app, replace(said, event="paid", status="PAID"), batch=False) is None
    terms = Terms(0, Decimal("0.1"))
    assert written(app, said) == expected(split(10_001, terms), terms, "PAID")
    check_entries(app, replace(said, status="PAID"), split(10_001, terms), terms)


@pytest.mark.parametrize("batch", [False, True])
def test_terms_count_from_their_moment_on(logins: tuple[Connection, Connection], *, batch: bool) -> None:
    """By the clock of the database, whatever happens at that moment."""
    app, owner = logins
    said = new()
    make_wallets(owner, said)
    set_terms(owner, said, Terms(0, Decimal("0.1")))
    moment = owner.execute("SELECT clock_timestamp() + interval '200 ms'").fetchall()[0][0]
    set_terms(owner, said, Terms(0, Decimal("0.2")), moment)
    old: set[Any] = set()
    while True:
        before = app.execute("SELECT clock_timestamp()").fetchall()[0][0]
        event = uuid4().hex
        assert refusal(app, replace(said, event=event), batch=batch) is None
        used, paid_at = app.execute(
            "SELECT fee_percentage, paid_at FROM transactions WHERE id ="
            " (SELECT transaction_id FROM streamer_app.payment_events WHERE event = %s)",
            [event],
        ).fetchall()[0]
        if paid_at < moment:
            assert used == Decimal("0.1")
            old.add(used)
        if before >= moment:
            assert used == Decimal("0.2")
            break
    assert old
