"""What crosses the wire between a window and a studio comes out as it went in, and a refusal stays one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import get_args
from uuid import UUID

import msgspec
import pytest

from streamer_app.core.answers import Progress, Refused, Said, Verified, VerifiedWallet
from streamer_app.core.donations import ItemState
from streamer_app.core.errors import ActionableError, CommandRefusedError, Reason
from streamer_app.core.questions import (
    LONG,
    Asked,
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

DAY = date(2026, 11, 1)
EVERY: list[Asked] = [
    LedgerPage(wallet=WalletKind.CASH, before=Cursor("infinity", UUID(int=1), -5), limit=1000),
    DonationsPage(time_zone="Asia/Jakarta", text="budi", states=(ItemState.HELD,), media=(Media.TTS,), since=DAY),
    DonationProof(donation_message_id=UUID(int=2)),
    Income(by=Step.HOUR, since=DAY, until=DAY, time_zone="UTC"),
    TopDonors(time_zone="UTC"),
    Payouts(),
    VerifyBalance(),
    Today(time_zone="UTC"),
    RequestPayout(key="k", amount=1),
    ExportLedger(path="/tmp/a.csv", time_zone="UTC"),
    ExportDonations(path="/tmp/a.csv", time_zone="UTC"),
    WriteStatement(path="/tmp/a.csv", wallet=WalletKind.PENDING, time_zone="UTC"),
]


@pytest.mark.parametrize("asked", EVERY, ids=lambda asked: type(asked).__name__)
def test_every_question_travels(asked: Asked) -> None:
    assert msgspec.json.decode(msgspec.json.encode(asked), type=Asked) == asked


def test_no_question_is_missing_here() -> None:
    assert {type(asked) for asked in EVERY} == set(get_args(Asked))
    assert set(LONG) < set(get_args(Asked))


@pytest.mark.parametrize("amount", [0, -1, 2**63])
def test_nobody_asks_for_a_payout_of_nothing(amount: int) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(RequestPayout(key="k", amount=amount)), type=Asked)


def test_a_refusal_comes_out_as_the_same_error() -> None:
    for problem, kind in (
        (CommandRefusedError("Not enough", "Wait", reason=Reason.STARTING, facts={"a": "b"}), CommandRefusedError),
        (ActionableError("Away", "Start it"), ActionableError),
    ):
        said = msgspec.json.decode(msgspec.json.encode(Refused.because(problem)), type=Said)
        assert isinstance(said, Refused)
        again = said.error()
        assert type(again) is kind
        assert (again.title, again.remedy, again.reason, again.facts) == (
            problem.title, problem.remedy, problem.reason, problem.facts,
        )  # fmt: skip


def test_progress_is_told_from_an_answer() -> None:
    assert isinstance(msgspec.json.decode(msgspec.json.encode(Progress(done=1)), type=Said), Progress)


def test_a_wallet_agrees_to_the_last_rupiah() -> None:
    wallet = VerifiedWallet(type="CASH", currency="IDR", shown=10**12, summed=10**12, entries=3)
    assert wallet.agrees
    assert not msgspec.structs.replace(wallet, summed=10**12 - 1).agrees
    assert Verified(taken_at=datetime(2026, 1, 1, tzinfo=UTC)).wallets == ()
