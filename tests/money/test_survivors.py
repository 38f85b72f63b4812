"""What only a mutant showed to be untold: each promise here is one that no other test would have missed."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from tests.money.crash_facts import named
from tests.money.desk import Desk, refuses
from tests.postgres_servers import MigratedDatabase

WORDS = {"donor_name": "Budi", "message": "semangat!", "is_anonymous": False, "media_type": "NONE"}


LONG = WORDS | {"donor_name": "n" * 101, "tts_language": "l" * 11, "tts_voice": "v" * 51, "is_anonymous": True}


def test_ids_follow_from_what_the_provider_calls_them(desk: Desk) -> None:
    bare = replace(desk.payment, event="e/1", reference=None).record(desk.connection)
    assert bare.transaction == named("event/6/manual/e/1")
    assert replace(desk.payment, event="e/2", reference="r").record(desk.connection).transaction == named("6/manual/r")
    desk.cash(10_000)
    payout = desk.call("request_payout", "k", desk.payment.payee, 1, "IDR")[0]
    assert payout == named(f"payout/{desk.payment.payee}/k")
    entry = desk.one("SELECT id FROM wallet_ledger_entries WHERE entry_type = 'FEE' LIMIT 1")[0]
    assert desk.call("adjust", "k", entry, 1, "why")[0] == named("adjust/k")
    assert desk.one("SELECT payee_user_id, key FROM streamer_app.payouts WHERE transaction_id = %s", payout) == (
        desk.payment.payee,
        "k",
    )


def test_each_streamer_has_wallets_of_the_usual_names(desk: Desk) -> None:
    for number in range(2):
        replace(desk.payment, event=f"e{number}", payee=uuid4(), platform=uuid4()).record(desk.connection)
    assert sorted(desk.all("SELECT slug FROM wallets WHERE type = 'PENDING'")) == [("pending",), ("pending",)]


def test_a_wallet_of_another_name_is_in_nobodys_way(desk: Desk, migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_foreign() as other:
        other.execute(
            "INSERT INTO wallets (user_id, type, name, slug) VALUES (%s, 'CASH', 'Mine', 'pending')",
            [desk.payment.payee],
        )
    desk.payment.record(desk.connection)
    [slug] = desk.one("SELECT slug FROM wallets WHERE user_id = %s AND type = 'PENDING'", desk.payment.payee)
    assert slug.startswith("pending-")


def test_a_deposit_waits_on_pending_though_there_is_cash(desk: Desk) -> None:
    desk.cash(10_000)
    paid = desk.payment.record(desk.connection).transaction
    [batched] = desk.batch(replace(desk.payment, event="batched"))
    for transaction in (paid, batched[1]):
        assert desk.entries(transaction) == [("PENDING", "DEPOSIT", 9500), ("PLATFORM", "FEE", 500)]


def test_one_payment_is_paid_and_no_other(desk: Desk) -> None:
    announced = [replace(desk.payment, event=f"a{n}", reference=f"r{n}", status="PENDING") for n in range(3)]
    ids = [each.record(desk.connection).transaction for each in announced]
    replace(announced[0], event="pays", status="PAID").record(desk.connection)
    desk.batch(replace(announced[1], event="pays too", status="PAID"))
    assert [desk.status(each) for each in ids] == ["PAID", "PAID", "PENDING"]
    assert desk.entries(ids[2]) == []
    assert [row[0] for row in desk.all("SELECT id FROM transactions WHERE paid_at IS NULL")] == ids[2:]


def test_a_repeat_names_the_message_of_its_own_payment(desk: Desk) -> None:
    first, second = (replace(desk.payment, event=event, donation=WORDS) for event in ("one", "two"))
    posted = [first.record(desk.connection), second.record(desk.connection)]
    assert [each.record(desk.connection).message for each in (first, second)] == [each.message for each in posted]
    assert [row[2] for row in desk.batch(first, second)] == [each.message for each in posted]
    third = replace(desk.payment, event="three", reference="r")
    third.record(desk.connection)
    assert replace(third, event="four").record(desk.connection).message is None
    assert desk.batch(replace(third, event="five"))[0][2] is None


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize(
    ("end", "words"), [("PENDING", True), ("PAID", True), ("SETTLED", True), ("REFUNDED", False), ("FAILED", False)]
)
def test_words_may_come_late_but_not_after_the_end(desk: Desk, end: str, *, words: bool, together: bool) -> None:
    first = replace(desk.payment, reference="r", status=end if end in {"PENDING", "FAILED"} else "PAID")
    transaction = first.record(desk.connection).transaction
    if end == "SETTLED":
        desk.call("settle_payment", transaction)
    if end == "REFUNDED":
        desk.call("refund_payment", "manual", "back", None, transaction, None, None)
    late = replace(first, event="late", donation=WORDS)
    message = desk.batch(late)[0][2] if together else late.record(desk.connection).message
    assert desk.status(transaction) == end
    assert (message is not None) is words
    assert desk.one("SELECT count(*) FROM donation_messages") == (int(words),)


def test_words_that_are_no_object_are_none(desk: Desk) -> None:
    for number, words in enumerate(("null", "7", "[]", '"text"')):
        event = f"e{number}"
        desk.one(
            "SELECT * FROM streamer_app.record_payment('manual', %s, %s, 'PAID', 100, 'IDR', %s, %s, NULL, %s::jsonb)",
            event,
            "r",
            desk.payment.payee,
            desk.payment.platform,
            words,
        )
    assert desk.one("SELECT count(*) FROM donation_messages") == (0,)


def test_the_event_of_a_refund_is_no_payment(desk: Desk) -> None:
    desk.call("refund_payment", "manual", "back", "r", None, None, None)
    refuses("SA001", lambda: replace(desk.payment, event="back").record(desk.connection))
    [row] = desk.batch(replace(desk.payment, event="back", reference="r"))
    assert row[5] == "SA001"
    assert desk.entries() == []


def test_what_a_payout_lacks_is_said(desk: Desk) -> None:
    ask = lambda: desk.call("request_payout", "k", desk.payment.payee, 3, "IDR")  # noqa: E731
    assert refuses("SA004", ask) == "CASH holds 0, less than the payout of 3"


def crossed(desk: Desk, other: psycopg.Connection[tuple[object, ...]]) -> object:
    """A refund and its payment that did not see each other: the payment is PAID, the refund waits."""
    payment = replace(desk.payment, reference="crossed", event="crossed")
    with desk.connection.transaction():
        posted = payment.record(desk.connection)
        outcome = other.execute(
            "SELECT outcome FROM streamer_app.refund_payment('manual', 'back', 'crossed', NULL, NULL, 'early')"
        ).fetchone()
    assert outcome == ("WAITING",)
    assert desk.status(posted.transaction) == "PAID"
    return posted.transaction


def test_the_folder_applies_a_refund_that_crossed_its_payment(desk: Desk, migrated_database: MigratedDatabase) -> None:
    untouched = desk.payment.record(desk.connection).transaction
    desk.call("refund_payment", "manual", "unknown", "never came", None, None, None)
    with migrated_database.as_app() as other:
        transaction = crossed(desk, other)
    desk.call("fold_balances")
    assert desk.one("SELECT status::text FROM transactions WHERE id = %s", transaction) == ("REFUNDED",)
    assert desk.status(untouched) == "PAID"
    assert desk.one("SELECT transaction_id FROM streamer_app.waiting_refunds") == (named("6/manual/never came"),)
    assert desk.one("SELECT sum(balance) FROM streamer_app.wallet_balances") == (10_000,)


def test_a_refund_that_was_applied_waits_no_more(desk: Desk, migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_app() as other:
        transaction = crossed(desk, other)
    assert desk.call("refund_payment", "manual", "again", None, transaction, None, None)[1] == "REFUNDED"
    desk.call("fold_balances")
    desk.call("fold_balances")
    assert desk.one("SELECT count(*) FROM streamer_app.waiting_refunds") == (0,)
    assert desk.one("SELECT sum(balance) FROM streamer_app.wallet_balances") == (0,)


def test_a_second_folder_has_nothing_to_do(desk: Desk, migrated_database: MigratedDatabase) -> None:
    desk.payment.record(desk.connection)
    with migrated_database.as_app() as other:
        other.execute("SET lock_timeout = '2s'")
        with desk.connection.transaction():
            assert desk.call("fold_balances") == (1,)
            assert other.execute("SELECT streamer_app.fold_balances()").fetchone() == (0,)
        assert other.execute("SELECT streamer_app.fold_balances()").fetchone() == (0,)
    assert desk.one("SELECT stored, unfolded FROM streamer_app.wallet_balances WHERE type = 'PLATFORM'") == (500, 0)


def test_the_folder_waits_for_a_writer_without_taking_markers(desk: Desk, migrated_database: MigratedDatabase) -> None:
    """It locks the row first: the markers a second posting adds meanwhile are not waited for by that posting."""
    desk.payment.record(desk.connection)
    with migrated_database.as_foreign() as writer, migrated_database.as_app() as folder:
        folder.execute("SET lock_timeout = '200ms'")
        with writer.transaction():
            writer.execute("UPDATE wallets SET balance = balance + 1 WHERE type = 'PLATFORM'")
            writer.execute(
                "INSERT INTO wallet_ledger_entries (wallet_id, entry_type, amount, source_type, source_id, net_amount)"
                " SELECT id, 'FEE', 1, 'TRANSACTION', gen_random_uuid(), 1 FROM wallets WHERE type = 'PLATFORM'"
            )
            with pytest.raises(psycopg.errors.LockNotAvailable):
                folder.execute("SELECT streamer_app.fold_balances()")
        assert folder.execute("SELECT streamer_app.fold_balances()").fetchone() == (1,)
    assert desk.one("SELECT stored, unfolded FROM streamer_app.wallet_balances WHERE type = 'PLATFORM'") == (501, 0)


def test_an_announced_payment_writes_no_entry_though_the_wallets_are_there(desk: Desk) -> None:
    desk.payment.record(desk.connection)
    announced = replace(desk.payment, event="announced", status="PENDING").record(desk.connection).transaction
    failed = replace(desk.payment, event="failed", status="FAILED").record(desk.connection).transaction
    [row] = desk.batch(replace(desk.payment, event="batched", status="PENDING"))
    assert [desk.entries(each) for each in (announced, failed, row[1])] == [[], [], []]
    assert [desk.status(each) for each in (announced, failed, row[1])] == ["PENDING", "FAILED", "PENDING"]
    assert desk.one("SELECT count(*) FROM transactions WHERE paid_at IS NOT NULL") == (1,)


def test_a_platform_that_streams_itself_keeps_its_wallets_apart(desk: Desk) -> None:
    for number in range(2):
        for way in ("single", "batch"):
            own = replace(
                desk.payment, event=f"{way}-{number}", payee=desk.payment.platform, platform=desk.payment.payee
            )
            theirs = replace(desk.payment, event=f"{way}-{number}-theirs")
            for payment in (own, theirs):
                posted = desk.batch(payment)[0][1] if way == "batch" else payment.record(desk.connection).transaction
                wanted = [("PENDING", "DEPOSIT", 10_000)] if payment is own else None
                assert desk.entries(posted) == (wanted or [("PENDING", "DEPOSIT", 9500), ("PLATFORM", "FEE", 500)])


def test_a_refund_that_came_first_is_met_where_the_wallets_are_there(desk: Desk) -> None:
    desk.payment.record(desk.connection)
    for number, together in enumerate((False, True)):
        payment = replace(desk.payment, event=f"e{number}", reference=f"r{number}")
        desk.call("refund_payment", "manual", f"back{number}", f"r{number}", None, None, None)
        posted = desk.batch(payment)[0][1] if together else payment.record(desk.connection).transaction
        assert desk.status(posted) == "REFUNDED"
        assert len(desk.entries(posted)) == 4
        assert desk.one("SELECT count(*) FROM streamer_app.waiting_refunds") == (0,)


@pytest.mark.parametrize("together", [False, True])
def test_a_fee_of_the_whole_amount_is_no_capped_fee(desk: Desk, *, together: bool) -> None:
    payee = uuid4()
    capped = replace(desk.payment, payee=payee, event="capped", amount=99)
    exact = replace(desk.payment, payee=payee, event="exact", amount=100)
    with psycopg.connect(desk.connection.info.dsn, user="streamer_owner") as owner:
        owner.execute("INSERT INTO streamer_app.fee_terms VALUES (%s, now() - interval '1 day', 100, 0)", [payee])
    for payment in (capped, exact):
        if together:
            desk.batch(payment)
        else:
            payment.record(desk.connection)
    rows = desk.all("SELECT amount, meta, net_amount, fee_amount, rounding_amount FROM transactions ORDER BY 1")
    assert rows == [(99, {"fee_capped": True}, 0, 99, 0), (100, {}, 0, 100, 0)]
    announced = replace(exact, event="announced", status="PENDING")
    assert desk.batch(announced)[0][5] is None
    below = replace(capped, event="below", status="PENDING")
    refuses("SA003", lambda: below.record(desk.connection))
    assert desk.batch(below)[0][5] == "SA003"


@pytest.mark.parametrize("way", ["single", "batch", "twin"])
def test_words_that_are_too_long_are_cut_and_the_money_stays(desk: Desk, way: str) -> None:
    payment = replace(desk.payment, donation=LONG)
    if way == "single":
        payment.record(desk.connection)
    else:
        desk.batch(payment, *([payment] if way == "twin" else []))
    row = desk.one("SELECT donor_name, tts_language, tts_voice, is_anonymous, media_type::text FROM donation_messages")
    assert row == ("n" * 100, "l" * 10, "v" * 50, True, "NONE")


@pytest.mark.parametrize("way", ["single", "batch"])
@pytest.mark.parametrize(
    ("media", "stored"),
    [
        ({"media_type": "TTS"}, ("TTS", None, None, None, None)),
        ({"media_type": "CINEMA"}, ("NONE", None, None, None, None)),
        ({}, ("NONE", None, None, None, None)),
        (
            {"media_type": "YOUTUBE", "media_video_id": "a-_9", "media_start_seconds": 5, "media_end_seconds": 9},
            ("YOUTUBE", "YOUTUBE", "a-_9", 5, 9),
        ),
        ({"media_type": "YOUTUBE", "media_video_id": "a" * 50}, ("YOUTUBE", "YOUTUBE", "a" * 50, None, None)),
        ({"media_type": "YOUTUBE", "media_video_id": "a" * 51}, ("NONE", None, None, None, None)),
        ({"media_type": "YOUTUBE"}, ("NONE", None, None, None, None)),
        ({"media_type": "YOUTUBE", "media_video_id": "a", "media_provider": "X"}, ("NONE", None, None, None, None)),
        ({"media_type": "YOUTUBE", "media_video_id": "a", "media_start_seconds": -1}, ("NONE", None, None, None, None)),
        ({"media_type": "YOUTUBE", "media_video_id": "a", "media_end_seconds": "x"}, ("NONE", None, None, None, None)),
    ],
)
def test_media_that_make_no_sense_are_left_out(
    desk: Desk, media: dict[str, object], stored: tuple[object, ...], way: str
) -> None:
    words = {"donor_name": "Budi", "message": "hai"} | media
    payment = replace(desk.payment, donation=words)
    answered = desk.batch(payment)[0][2] if way == "batch" else payment.record(desk.connection).message
    row = desk.one(
        "SELECT media_type::text, media_provider::text, media_video_id, media_start_seconds, media_end_seconds"
        " FROM donation_messages WHERE id = %s",
        answered,
    )
    assert row == stored
    assert desk.one("SELECT donor_name, message, is_anonymous, played_at FROM donation_messages") == (
        "Budi",
        "hai",
        False,
        None,
    )


@pytest.mark.parametrize("together", [False, True])
def test_what_a_transaction_keeps_of_its_payment(desk: Desk, *, together: bool) -> None:
    payer = uuid4()
    long = replace(desk.payment, event="long", reference="r" * 101, payer=payer, amount=10_001)
    short = replace(desk.payment, event="short", reference="r" * 100, status="PENDING", payer=payer)
    for payment in (long, short):
        if together:
            desk.batch(payment)
        else:
            payment.record(desk.connection)
    kept = (
        "SELECT amount, external_reference, payer_user_id, fee_fixed, fee_percentage, fee_amount, net_amount,"
        " rounding_amount, status::text, kind, currency FROM transactions ORDER BY amount DESC"
    )
    assert [tuple(map(str, row)) for row in desk.all(kept)] == [
        ("10001", "None", str(payer), "0", "0.0500", "501", "9500", "0.950000", "PAID", "PAYMENT", "IDR"),
        ("10000", "r" * 100, "None", "0", "0.0500", "500", "9500", "0.000000", "PENDING", "PAYMENT", "IDR"),
    ]
    pays = replace(short, event="pays", status="PAID")
    if together:
        desk.batch(pays)
    else:
        pays.record(desk.connection)
    assert [row[2] for row in desk.all(kept)] == [payer, payer]
    assert desk.one("SELECT count(*) FROM transactions WHERE paid_at IS NULL") == (0,)
