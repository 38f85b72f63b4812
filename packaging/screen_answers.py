"""What the studio of `render_screens` answers: nothing yet, one of each, a lot, or the worst there is."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from uuid import UUID

from streamer_app.core.answers import (
    Answer,
    Bar,
    Donations,
    Donor,
    Donors,
    EntryLine,
    IncomeBars,
    LedgerLines,
    Origin,
    PayoutLine,
    PayoutList,
    Proof,
    ProofDeed,
    ProofRun,
    TodaySum,
    Verified,
    VerifiedWallet,
)
from streamer_app.core.donations import Item, ItemState, LedgerLine
from streamer_app.core.questions import (
    Asked,
    DonationProof,
    DonationsPage,
    Income,
    LedgerPage,
    Payouts,
    Step,
    Today,
    TopDonors,
    VerifyBalance,
    WalletKind,
)
from streamer_app.core.rules import Finding, Rule, Ruling, Verdict

JAKARTA = timezone(timedelta(hours=7))
NOW = datetime(2026, 11, 21, 20, 14, 30, tzinfo=JAKARTA)
_NAMES = ("Budi", "Sari Wulandari", None, "kucing_oren", "Ahmad Fauzi", "Mbak Rini", "xX_Naga_Xx")
_WORDS = ("semangat terus streamnya, jangan lupa minum!", "request lagu Tulus dong kak", None, "wkwkwk epic banget")
_STATES = ("played", "played", "skipped", "played", "history", "held", "unplayable", "played", "withdrawn", "played")
_AMOUNTS = (25_000, 150_000, 5_000, 1_250_000, 50_000, 11_111)
_BAD_NAME, _BAD_WORDS = "W" * 100, "baris satu\n" + "W" * 600
_COUNTS = {"empty": 0, "waiting-for-data": 0, "one": 1, "elsewhere": 1, "worst": 40}


def answer(filling: str, asked: Asked) -> Answer | None:  # noqa: PLR0911  one per question
    """The answer of that filling; None: it never comes."""
    if filling == "waiting-for-data":
        return None
    count, worst = _COUNTS.get(filling, 200), filling == "worst"
    match asked:
        case LedgerPage(wallet=wallet):
            return LedgerLines(lines=tuple(_entry(number, wallet, worst=worst) for number in range(count)))
        case DonationsPage():
            return Donations(donations=tuple(_donation(number, worst=worst) for number in range(count)))
        case DonationProof(donation_message_id=message):
            return _proof(message)
        case Income(by=by):
            return IncomeBars(by=by, currency="IDR", bars=_bars(by, count, worst=worst))
        case TopDonors():
            return Donors(currency="IDR", donors=_donors(count, worst=worst))
        case Payouts():
            return PayoutList(payouts=_payouts(count))
        case Today():
            gross = 999_999_999_999 if worst else 1_260_000 * min(count, 1)
            return TodaySum(day=NOW.date(), currency="IDR", gross=gross, net=gross * 95 // 100, count=min(count, 42))
        case VerifyBalance():
            return _verified(count, worst=worst)
        case _:
            return None


def _donation(number: int, *, worst: bool) -> Item:
    amount = 999_999_999_999 if worst else _AMOUNTS[number % 6]
    state = ItemState(_STATES[number % 10])
    low = state is ItemState.HISTORY
    return Item(
        donation_message_id=UUID(int=number + 1),
        transaction_id=UUID(int=900_000 + number),
        donor_name=_BAD_NAME if worst else _NAMES[number % 7],
        is_anonymous=number % 7 == 3,  # noqa: PLR2004
        message=_BAD_WORDS if worst else _WORDS[number % 4],
        amount=amount,
        net_amount=amount * 95 // 100,
        currency="IDR",
        state=state,
        paid_at=NOW - timedelta(minutes=number * 47 + 3),
        refunded=state is ItemState.WITHDRAWN,
        verdict=Verdict(ruling=Ruling.NO_ALERT, findings=(Finding(rule=Rule.BELOW_MINIMUM, detail="10000"),))
        if low
        else None,
    )


def _entry(number: int, wallet: WalletKind, *, worst: bool) -> EntryLine:
    pending = wallet is WalletKind.PENDING
    kinds = ("DEPOSIT", "DEPOSIT", "TRANSFER", "REFUND") if pending else ("TRANSFER", "WITHDRAW", "TRANSFER", "REFUND")
    kind = kinds[number % 4]
    gross = 999_999_999_999 if worst else _AMOUNTS[number % 6]
    net = gross * 95 // 100
    amount = -net if kind in {"REFUND", "WITHDRAW"} or (pending and kind == "TRANSFER") else net
    entry = LedgerLine(
        entry_id=UUID(int=500_000 + number), wallet_id=UUID(int=1), wallet_type=wallet.value, entry_type=kind,
        amount=amount, currency="IDR", source_type="TRANSACTION", source_id=UUID(int=number),
        description="kartu dibatalkan bank" if kind == "REFUND" else None,
        created_at=NOW - timedelta(minutes=number * 37 + 2),
    )  # fmt: skip
    payout = kind == "WITHDRAW"
    status = {"TRANSFER": "SETTLED", "REFUND": "REFUNDED", "WITHDRAW": "PENDING"}.get(kind, "PAID")
    origin = Origin(
        transaction_id=UUID(int=number), kind="PAYOUT" if payout else "PAYMENT", status=status, amount=gross,
        fee_amount=gross - net, net_amount=net, fee_percentage="0.0500", currency="IDR",
        donation_message_id=None if payout else UUID(int=number + 1),
        donor_name=_BAD_NAME if worst else _NAMES[number % 7],
        reverses="DEPOSIT" if kind == "REFUND" else None,
    )  # fmt: skip
    return EntryLine(entry=entry, balance=1_425_000 - number * 3_111, origin=origin)


def _proof(message: UUID) -> Proof:
    paid = NOW - timedelta(minutes=5)
    run = ProofRun(
        run_id=UUID(int=1), kind="first", page_instance="OBS", opened_at=paid + timedelta(seconds=4),
        started_at=paid + timedelta(seconds=5), ended_at=paid + timedelta(seconds=13), outcome="played",
        ms_shown=8_200, audible=True, actor=None, reason=None,
    )  # fmt: skip
    again = ProofRun(
        run_id=UUID(int=2), kind="replay", page_instance="OBS", opened_at=paid + timedelta(minutes=3),
        started_at=paid + timedelta(minutes=3), ended_at=None, outcome="interrupted", ms_shown=2_000, audible=False,
        actor=None, reason="page gone",
    )  # fmt: skip
    deed = ProofDeed(kind="replayed", actor="window", reason=None, happened_at=paid + timedelta(minutes=2))
    return Proof(
        donation_message_id=message, status="PAID", paid=paid, posted=paid, recorded=paid,
        queued=paid + timedelta(seconds=1), sent=run.opened_at, started=run.started_at, finished=None,
        runs=(run, again), deeds=(deed,),
    )  # fmt: skip


def _bars(by: Step, count: int, *, worst: bool) -> tuple[Bar, ...]:
    if not count:
        return ()
    scale = 4_000_000_000 if worst else 25_000

    def bar(start: date, number: int, hour: int | None = None) -> Bar:
        gross = 0 if number % 5 == 4 else scale * (number * 37 % 23 + 1)  # noqa: PLR2004
        return Bar(start=start, hour=hour, gross=gross, net=gross * 95 // 100, count=gross // scale)

    today = NOW.date()
    match by:
        case Step.HOUR:
            return tuple(bar(today, number, number) for number in range(24))
        case Step.MONTH:
            return tuple(
                bar(date(2025 + (number + 11) // 12, (number + 11) % 12 + 1, 1), number) for number in range(12)
            )
        case Step.WEEK:
            return tuple(bar(today - timedelta(weeks=11 - number, days=5), number) for number in range(12))
        case Step.DAY:
            return tuple(bar(today - timedelta(days=29 - number), number) for number in range(30))


def _donors(count: int, *, worst: bool) -> tuple[Donor, ...]:
    names = [name for name in _NAMES if name]
    return tuple(
        Donor(
            name=_BAD_NAME if worst else names[number % 6],
            gross=999_999_999_999 if worst else 4_200_000 // (number + 1),
            count=1_234 if worst else 12 - number,
        )
        for number in range(min(count, 10))
    )


def _payouts(count: int) -> tuple[PayoutLine, ...]:
    kinds = (("PENDING", None, None), ("PAID", "BCA-20261120-77", None), ("FAILED", None, "nomor rekening ditutup"))
    return tuple(
        PayoutLine(
            transaction_id=UUID(int=number), amount=500_000 * (number + 1), currency="IDR",
            status=kinds[number % 3][0], reference=kinds[number % 3][1], reason=kinds[number % 3][2],
            requested_at=NOW - timedelta(days=number * 9, hours=2),
            completed_at=None if number % 3 == 0 else NOW - timedelta(days=number * 9 - 1),
        )
        for number in range(min(count, 5))
    )  # fmt: skip


def _verified(count: int, *, worst: bool) -> Verified:
    if not count:
        return Verified(taken_at=NOW)
    off = 7 if worst else 0
    cash = VerifiedWallet(type="CASH", currency="IDR", shown=380_000 + off, summed=380_000, entries=212)
    pending = VerifiedWallet(type="PENDING", currency="IDR", shown=1_425_000, summed=1_425_000, entries=18_402)
    return Verified(taken_at=NOW, wallets=(pending, cash))
