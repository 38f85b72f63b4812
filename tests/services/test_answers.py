"""Answers to a window's questions, against a real database: money to the rupiah, days of the streamer's own zone."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from streamer_app.core.answers import (
    Answer,
    Donations,
    Donors,
    EntryLine,
    IncomeBars,
    LedgerLines,
    PayoutList,
    PayoutRequested,
    Progress,
    Proof,
    TodaySum,
    Verified,
    Written,
)
from streamer_app.core.clock import Clock
from streamer_app.core.donations import ItemState
from streamer_app.core.errors import ActionableError, DatabaseUnavailableError
from streamer_app.core.questions import (
    Cursor,
    DonationProof,
    DonationsPage,
    ExportDonations,
    ExportLedger,
    Income,
    LedgerPage,
    Media,
    Payouts,
    RequestPayout,
    Step,
    Today,
    TopDonors,
    VerifyBalance,
    WalletKind,
    WriteStatement,
)
from streamer_app.core.refusals import MoneyRefusedError
from streamer_app.roles.system_clock import SystemClock
from streamer_app.services.answers import Answers
from streamer_app.services.profile import Profile
from streamer_app.services.show import Show
from streamer_app.store import database
from tests.postgres_servers import MigratedDatabase
from tests.services.ledger_world import LedgerWorld

JAKARTA = "Asia/Jakarta"
PAGE = DonationsPage(time_zone=JAKARTA)


@pytest.fixture
def world(migrated_database: MigratedDatabase, tmp_path: Path) -> LedgerWorld:
    return LedgerWorld(migrated_database, tmp_path)


@pytest.fixture
def stage() -> list[Show]:
    """What is on stage now: nothing, until a test puts something there."""
    return []


@pytest.fixture
async def answers(world: LedgerWorld, stage: list[Show]) -> AsyncIterator[Answers]:
    profile = Profile(url=world.url, owner_url=None, streamer_user_id=world.streamer, platform_user_id=world.platform)
    clock: Clock = SystemClock()
    made = Answers(profile, show=lambda: stage[0] if stage else None, clock=clock)
    yield made
    await made.close()


async def ledger(answers: Answers, wallet: WalletKind, limit: int) -> list[EntryLine]:
    """Every line, page by page."""
    lines: list[EntryLine] = []
    before: Cursor | None = None
    while True:
        page = await answers.answer(LedgerPage(wallet=wallet, before=before, limit=limit))
        assert isinstance(page, LedgerLines)
        lines += page.lines
        before = page.next
        if before is None:
            return lines


async def donated(answers: Answers, asked: DonationsPage = PAGE) -> list[str | None]:
    """Names of the donors on one page."""
    page = await answers.answer(asked)
    assert isinstance(page, Donations)
    return [item.donor_name for item in page.donations]


@pytest.mark.parametrize("limit", [1, 3, 1000])
async def test_the_running_balance_ends_at_nothing_and_begins_at_what_the_wallet_holds(
    world: LedgerWorld, answers: Answers, limit: int
) -> None:
    world.move_in_every_way()
    for kind in WalletKind:
        lines = await ledger(answers, kind, limit)
        assert len(lines) == len({line.entry.entry_id for line in lines}) > 1
        holds = world.ask(
            "SELECT balance FROM streamer_app.wallet_balances WHERE user_id = %s AND type::text = %s",
            world.streamer, kind.value,
        )[0][0]  # fmt: skip
        assert lines[0].balance == holds
        assert lines[-1].balance == lines[-1].entry.amount
        for newer, older in itertools.pairwise(lines):
            assert newer.balance == older.balance + newer.entry.amount


async def test_each_entry_stands_beside_its_transaction(world: LedgerWorld, answers: Answers) -> None:
    world.move_in_every_way()
    lines = await ledger(answers, WalletKind.CASH, 200)
    named = {(line.entry.entry_type, line.origin.kind if line.origin else None) for line in lines}
    assert {("WITHDRAW", "PAYOUT"), ("TRANSFER", "PAYMENT"), ("REFUND", "PAYMENT"), ("REFUND", "PAYOUT")} <= named
    back = next(line.origin for line in lines if line.entry.entry_type == "REFUND")
    assert back is not None
    assert back.reverses in {"TRANSFER", "WITHDRAW"}
    deposit = next(
        line.origin
        for line in await ledger(answers, WalletKind.PENDING, 200)
        if line.origin is not None and line.origin.donor_name == "Budi"
    )
    assert (deposit.amount, deposit.net_amount, deposit.fee_percentage) == (25_000, 23_750, "0.0500")


async def test_a_wallet_that_is_not_there_yet_has_no_page(answers: Answers) -> None:
    assert await answers.answer(LedgerPage(wallet=WalletKind.CASH)) == LedgerLines()
    assert await donated(answers) == []


async def test_donations_come_in_pages_that_neither_repeat_nor_hide(world: LedgerWorld, answers: Answers) -> None:
    made = [world.writer.donate(name=f"D{number}").message_id for number in range(7)]
    seen: list[UUID] = []
    before: Cursor | None = None
    while True:
        page = await answers.answer(DonationsPage(time_zone=JAKARTA, limit=3, before=before))
        assert isinstance(page, Donations)
        seen += [item.donation_message_id for item in page.donations]
        if before is None:
            world.writer.donate(name="baru")
        before = page.next
        if before is None:
            break
    assert seen == made[::-1]


async def test_filters_mean_what_they_say(world: LedgerWorld, answers: Answers) -> None:
    world.writer.donate(name="Budi", message="100% gas", amount=10_000)
    world.writer.donate(name="Sari_1", message="semangat", amount=50_000, media="YOUTUBE", paid_ago="40 days")
    world.writer.donate(name=None, message="halo budi", amount=5_000, media="TTS")

    async def found(**more: Any) -> list[str | None]:
        return await donated(answers, DonationsPage(time_zone=JAKARTA, **more))

    assert await found() == [None, "Sari_1", "Budi"]
    only = world.writer.donate(name="Satu", paid_ago="400 days").message_id
    assert await found(only=only) == ["Satu"]
    assert await found(only=only, text="budi") == []
    assert await found(text=" BUDI ") == [None, "Budi"]
    assert await found(text="0%") == ["Budi"]
    assert await found(text="i_") == ["Sari_1"]
    assert await found(text="\\") == []
    assert await found(least=10_000) == ["Satu", "Sari_1", "Budi"]
    assert await found(most=10_000) == [None, "Budi"]
    assert await found(media=(Media.YOUTUBE, Media.TTS)) == [None, "Sari_1"]
    assert await found(media=(Media.NONE,)) == ["Satu", "Budi"]
    day = (datetime.now(UTC) + timedelta(hours=7)).date()
    assert await found(since=day - timedelta(days=2)) == [None, "Budi"]
    assert await found(until=day - timedelta(days=30)) == ["Satu", "Sari_1"]
    assert await found(refunded=True) == []


async def test_states_are_the_fold_of_the_facts(world: LedgerWorld, answers: Answers) -> None:
    await donated(answers)  # the first look is the first start: what follows is no history
    waiting, played, skipped, held = (world.writer.donate(name=name) for name in ("w", "p", "s", "h"))
    refunded = world.writer.donate(name="r")
    for donation, kind in ((skipped, "skipped"), (held, "held")):
        with world.database.as_owner() as owner:
            owner.execute(
                "INSERT INTO streamer_app.playback_facts"
                " (streamer_user_id, donation_message_id, command_id, kind, actor) VALUES (%s, %s, %s, %s, 'test')",
                [world.streamer, donation.message_id, uuid4(), kind],
            )
    with world.database.as_foreign() as foreign:
        foreign.execute("UPDATE donation_messages SET played_at = now() WHERE id = %s", [played.message_id])
    world.ask(
        "SELECT * FROM streamer_app.refund_payment('test', 'x', NULL, %s, NULL, 'sorry')", refunded.transaction_id
    )

    async def found(*states: ItemState) -> list[str | None]:
        return await donated(answers, DonationsPage(time_zone=JAKARTA, states=states))

    assert await found(ItemState.WAITING) == ["w"]
    assert await found(ItemState.PLAYED) == ["p"]
    assert await found(ItemState.SKIPPED) == ["s"]
    assert await found(ItemState.HELD) == ["h"]
    assert await found(ItemState.WITHDRAWN) == ["r"]
    assert await found(ItemState.HELD, ItemState.SKIPPED) == ["h", "s"]
    assert await donated(answers, DonationsPage(time_zone=JAKARTA, refunded=True)) == ["r"]
    assert waiting.message_id != held.message_id


async def test_what_is_on_stage_or_was_missed_stands_there(
    world: LedgerWorld, answers: Answers, stage: list[Show]
) -> None:
    playing, missed = world.writer.donate(name="a"), world.writer.donate(name="b")
    shown = SimpleNamespace(
        first_started_at=datetime(2020, 1, 1, tzinfo=UTC),
        on_stage=SimpleNamespace(show=SimpleNamespace(message_id=playing.message_id)),
        missed={missed.message_id: None},
    )
    stage.append(cast("Show", shown))
    page = await answers.answer(PAGE)
    assert isinstance(page, Donations)
    assert [item.state for item in page.donations] == [ItemState.MISSED, ItemState.PLAYING]


async def test_a_filter_that_few_pass_says_where_to_go_on(
    world: LedgerWorld, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamer_app.services.answering.donations.SCANNED", 4)
    for number in range(10):
        world.writer.donate(name=f"D{number}")
    page = await answers.answer(DonationsPage(time_zone=JAKARTA, states=(ItemState.MISSED,), limit=2))
    assert isinstance(page, Donations)
    assert page.donations == ()
    assert page.next is not None


async def test_the_proof_names_every_step(world: LedgerWorld, answers: Answers) -> None:
    donation = world.writer.donate()
    proof = await answers.answer(DonationProof(donation_message_id=donation.message_id))
    assert isinstance(proof, Proof)
    assert proof.paid is not None
    assert proof.posted is not None
    assert (proof.queued, proof.sent, proof.finished, proof.runs) == (None, None, None, ())
    with pytest.raises(ActionableError, match="no donation message"):
        await answers.answer(DonationProof(donation_message_id=uuid4()))


def pay_at(world: LedgerWorld, moment: str, amount: int, status: str = "PAID", kind: str = "PAYMENT") -> None:
    """A payment of another program, without its entries: charts read transactions alone."""
    with world.database.as_owner() as owner:
        owner.execute(
            "INSERT INTO transactions"
            " (payee_user_id, amount, fee_amount, net_amount, status, paid_at, created_at, kind)"
            " VALUES (%s, %s, 0, %s, %s, %s, %s, %s)",
            [world.streamer, amount, amount, status, moment, moment, kind],
        )


async def test_income_falls_into_the_streamers_own_days(world: LedgerWorld, answers: Answers) -> None:
    pay_at(world, "2026-11-01 16:59:59.999999+00", 1)  # 1 November in Jakarta
    pay_at(world, "2026-11-01 17:00:00+00", 20)  # the 2nd, a Monday
    pay_at(world, "2026-11-30 16:59:59+00", 300, "SETTLED")
    pay_at(world, "2026-11-30 17:00:00+00", 4_000)  # December
    pay_at(world, "2026-11-10 05:00:00+00", 50_000, "REFUNDED")
    pay_at(world, "2026-11-10 05:00:00+00", 600_000, "PENDING")

    async def bars(by: Step, since: date, until: date) -> dict[object, int]:
        answer = await answers.answer(Income(by=by, since=since, until=until, time_zone=JAKARTA))
        assert isinstance(answer, IncomeBars)
        return {bar.start if bar.hour is None else bar.hour: bar.gross for bar in answer.bars}

    first, last = date(2026, 11, 1), date(2026, 11, 30)
    days = await bars(Step.DAY, first, last)
    assert len(days) == 30
    assert {day: gross for day, gross in days.items() if gross} == {
        first: 1, date(2026, 11, 2): 20, last: 300,
    }  # fmt: skip
    weeks = await bars(Step.WEEK, first, last)
    assert list(weeks) == [date(2026, 10, 26) + timedelta(weeks=number) for number in range(6)]
    assert [weeks[date(2026, 10, 26)], weeks[date(2026, 11, 2)], weeks[last]] == [1, 20, 300]
    assert await bars(Step.MONTH, date(2026, 10, 15), date(2026, 12, 1)) == {
        date(2026, 10, 1): 0, first: 321, date(2026, 12, 1): 4_000,
    }  # fmt: skip
    hours = await bars(Step.HOUR, first, last)
    assert list(hours) == list(range(24))
    assert (hours[23], hours[0]) == (301, 20)
    with pytest.raises(ActionableError, match="too many days"):
        await bars(Step.DAY, date(2020, 1, 1), last)
    with pytest.raises(ActionableError, match="no time zone"):
        await answers.answer(Income(by=Step.DAY, since=first, until=last, time_zone="Mars/Base"))


async def test_today_is_what_came_in_since_local_midnight(world: LedgerWorld, answers: Answers) -> None:
    world.writer.donate(amount=25_000)
    world.writer.donate(amount=10_001, paid_ago="49 hours")
    today = await answers.answer(Today(time_zone="UTC"))
    assert isinstance(today, TodaySum)
    assert (today.gross, today.net, today.count) == (25_000, 23_750, 1)


async def test_names_that_look_alike_are_one_donor_and_nameless_ones_none(world: LedgerWorld, answers: Answers) -> None:
    for name, amount in (("Budi", 10_000), ("BUDI ", 30_000), ("Sari", 35_000), (None, 99_000)):
        world.writer.donate(name=name, amount=amount)
    world.writer.donate(name="Rahasia", amount=500_000, anonymous=True)
    given = world.writer.donate(name="Sari", amount=900_000)
    world.ask("SELECT * FROM streamer_app.refund_payment('test', 'x', NULL, %s, NULL, 'sorry')", given.transaction_id)
    donors = await answers.answer(TopDonors(time_zone=JAKARTA))
    assert isinstance(donors, Donors)
    assert [(donor.name.strip().lower(), donor.gross, donor.count) for donor in donors.donors] == [
        ("budi", 40_000, 2), ("sari", 35_000, 1),
    ]  # fmt: skip


async def test_a_payout_is_asked_for_once_and_followed(world: LedgerWorld, answers: Answers) -> None:
    paid = world.pay(100_000)
    world.ask("SELECT * FROM streamer_app.settle_payment(%s)", paid)
    asked = RequestPayout(key="once", amount=40_000)
    first, second = await answers.answer(asked), await answers.answer(asked)
    assert isinstance(first, PayoutRequested)
    assert isinstance(second, PayoutRequested)
    assert (first.repeated, second.repeated, first.transaction_id) == (False, True, second.transaction_id)
    with pytest.raises(MoneyRefusedError):
        await answers.answer(RequestPayout(key="twice", amount=10**9))
    world.ask("SELECT * FROM streamer_app.fail_payout(%s, 'rekening ditutup')", first.transaction_id)
    listed = await answers.answer(Payouts())
    assert isinstance(listed, PayoutList)
    assert [(line.amount, line.status, line.reason) for line in listed.payouts] == [
        (40_000, "FAILED", "rekening ditutup")
    ]


async def test_a_balance_that_is_off_is_found(world: LedgerWorld, answers: Answers) -> None:
    world.move_in_every_way()
    verified = await answers.answer(VerifyBalance())
    assert isinstance(verified, Verified)
    assert [wallet.type for wallet in verified.wallets] == ["CASH", "PENDING"]
    assert all(wallet.agrees and wallet.entries for wallet in verified.wallets)
    with world.database.as_foreign() as foreign:
        foreign.execute(
            "UPDATE wallets SET balance = balance + 7 WHERE user_id = %s AND type = 'CASH'", [world.streamer]
        )
    verified = await answers.answer(VerifyBalance())
    assert isinstance(verified, Verified)
    assert [wallet.shown - wallet.summed for wallet in verified.wallets] == [7, 0]


async def test_files_are_written_with_progress(world: LedgerWorld, answers: Answers, tmp_path: Path) -> None:
    world.move_in_every_way()
    told: list[Progress] = []
    for asked in (
        ExportLedger(path=str(tmp_path / "ledger.csv"), time_zone=JAKARTA),
        ExportDonations(path=str(tmp_path / "donations.csv"), time_zone=JAKARTA),
        WriteStatement(path=str(tmp_path / "statement.csv"), wallet=WalletKind.CASH, time_zone=JAKARTA),
    ):
        told.clear()
        written: Answer = await answers.answer(asked, told.append)
        assert isinstance(written, Written)
        text = await asyncio.to_thread(Path(written.path).read_text, encoding="utf-8-sig")
        assert written.rows >= 3
        assert len(text.splitlines()) >= written.rows + 1
        assert told[-1] == Progress(done=written.rows, expected=written.rows)
    lines = (tmp_path / "statement.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[1].startswith(",OPENING,,0,IDR")
    assert lines[-1].split(",")[3] == lines[-2].split(",")[3]


async def test_a_place_that_is_not_said_in_full_is_refused(answers: Answers) -> None:
    with pytest.raises(ActionableError, match="place of the file"):
        await answers.answer(ExportLedger(path="ledger.csv", time_zone=JAKARTA))


async def test_a_cancelled_question_leaves_the_connection_for_the_next(world: LedgerWorld, answers: Answers) -> None:
    world.writer.donate()
    assert await donated(answers) == ["Budi"]
    with world.database.as_owner() as owner:
        owner.execute("BEGIN")
        owner.execute("LOCK TABLE transactions IN ACCESS EXCLUSIVE MODE")
        asking = asyncio.create_task(answers.answer(PAGE))
        await asyncio.sleep(0.05)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        owner.execute("ROLLBACK")
    assert await donated(answers) == ["Budi"]


async def test_a_connection_that_was_cut_is_made_again(world: LedgerWorld, answers: Answers) -> None:
    world.writer.donate()
    await donated(answers)
    with world.database.as_admin() as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'streamer-app answers'"
            " AND datname = current_database()"
        )
    with pytest.raises(DatabaseUnavailableError):
        await donated(answers)
    assert await donated(answers) == ["Budi"]


async def test_questions_at_once_are_answered_in_turn(world: LedgerWorld, answers: Answers) -> None:
    world.writer.donate()
    pages = await asyncio.gather(*[answers.answer(PAGE) for _ in range(8)])
    assert len(set(map(str, pages))) == 1
    async with database.connection(world.url, label="tests") as conn:
        cursor = await conn.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'streamer-app answers'"
            " AND datname = current_database()"
        )
        assert await cursor.fetchone() == (1,)
