"""What a window's questions are answered with, and what long ones tell before. Amounts are in the smallest unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

import msgspec

from streamer_app.core.donations import Item, LedgerLine
from streamer_app.core.errors import (
    ActionableError,
    CommandRefusedError,
    DatabaseUnavailableError,
    Reason,
    RightMissingError,
)
from streamer_app.core.questions import Cursor, Step
from streamer_app.core.refusals import MoneyRefusedError


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """The transaction behind a ledger entry. `fee_percentage` is an exact decimal fraction as text: "0.0500"."""

    transaction_id: UUID
    kind: str
    """PAYMENT or PAYOUT."""
    status: str
    amount: int
    fee_amount: int
    net_amount: int
    fee_percentage: str
    currency: str
    reference: str | None = None
    donation_message_id: UUID | None = None
    donor_name: str | None = None
    is_anonymous: bool = False
    reverses: str | None = None
    """Of an entry about another entry: that one's type."""


class EntryLine(msgspec.Struct, frozen=True, kw_only=True):
    """A ledger entry, what the wallet held once it was posted, and where it came from."""

    entry: LedgerLine
    balance: int
    origin: Origin | None = None


class LedgerLines(msgspec.Struct, frozen=True, tag="ledger_lines", kw_only=True):
    """A page of the ledger. `next` is None on the last one; `wallet_id` is None for a wallet that is not there yet."""

    wallet_id: UUID | None = None
    lines: tuple[EntryLine, ...] = ()
    next: Cursor | None = None


class Donations(msgspec.Struct, frozen=True, tag="donations_page", kw_only=True):
    """A page of donations. It may be shorter than asked for, even empty, and `next` still lead on to more."""

    donations: tuple[Item, ...] = ()
    next: Cursor | None = None


class ProofRun(msgspec.Struct, frozen=True, kw_only=True):
    """One showing, as it is written."""

    run_id: UUID
    kind: str
    page_instance: str | None
    opened_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    ms_shown: int | None
    audible: bool | None
    actor: str | None
    reason: str | None


class ProofDeed(msgspec.Struct, frozen=True, kw_only=True):
    """One decision about it."""

    kind: str
    actor: str
    reason: str | None
    happened_at: datetime


class Proof(msgspec.Struct, frozen=True, tag="proof", kw_only=True):
    """Proof of delivery: a moment for each step (None: not yet), every run, every decision."""

    donation_message_id: UUID
    status: str
    paid: datetime | None
    posted: datetime | None
    recorded: datetime | None
    queued: datetime | None
    sent: datetime | None
    started: datetime | None
    finished: datetime | None
    runs: tuple[ProofRun, ...] = ()
    deeds: tuple[ProofDeed, ...] = ()


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One bar. `start` is the first local day of it; `hour` is set by `Step.HOUR` alone."""

    start: date
    hour: int | None = None
    gross: int = 0
    net: int = 0
    count: int = 0


class IncomeBars(msgspec.Struct, frozen=True, tag="income", kw_only=True):
    """Every bar from the first to the last, those without income too."""

    by: Step
    currency: str
    bars: tuple[Bar, ...] = ()


class Donor(msgspec.Struct, frozen=True, kw_only=True):
    """A donor, under the name of their latest donation."""

    name: str
    gross: int
    count: int


class Donors(msgspec.Struct, frozen=True, tag="donors", kw_only=True):
    """Who gave most, first."""

    currency: str
    donors: tuple[Donor, ...] = ()


class PayoutLine(msgspec.Struct, frozen=True, kw_only=True):
    """A payout: PENDING is with the operator, PAID has arrived, FAILED came back with a reason."""

    transaction_id: UUID
    amount: int
    currency: str
    status: str
    reference: str | None
    reason: str | None
    requested_at: datetime
    completed_at: datetime | None


class PayoutList(msgspec.Struct, frozen=True, tag="payouts", kw_only=True):
    """Newest first."""

    payouts: tuple[PayoutLine, ...] = ()


class VerifiedWallet(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown of a wallet, and what its entries add up to."""

    type: str
    currency: str
    shown: int
    summed: int
    entries: int

    @property
    def agrees(self) -> bool:
        """To the last rupiah."""
        return self.shown == self.summed


class Verified(msgspec.Struct, frozen=True, tag="verified", kw_only=True):
    """Both wallets, read in one picture of the database."""

    taken_at: datetime
    wallets: tuple[VerifiedWallet, ...] = ()


class TodaySum(msgspec.Struct, frozen=True, tag="today", kw_only=True):
    """Payments of the local day that were not given back."""

    day: date
    currency: str
    gross: int = 0
    net: int = 0
    count: int = 0


class PayoutRequested(msgspec.Struct, frozen=True, tag="payout_requested", kw_only=True):
    """It is with the operator. `repeated`: it had been asked for before with this key."""

    transaction_id: UUID
    status: str
    repeated: bool


class Written(msgspec.Struct, frozen=True, tag="written", kw_only=True):
    """A file is there, whole."""

    path: str
    rows: int
    taken_at: datetime


class Progress(msgspec.Struct, frozen=True, tag="progress", kw_only=True):
    """How far a long one is, in rows; `expected` 0: nobody knows."""

    done: int
    expected: int = 0


class Refused(msgspec.Struct, frozen=True, tag="refused", kw_only=True):
    """Not answered, and why: what an `ActionableError` says, in the shape a window has sentences for."""

    title: str
    remedy: str
    reason: Reason | None = None
    facts: dict[str, str] = {}
    by_rule: bool = False
    """The books or the studio said no; else something was away or broken."""

    @classmethod
    def because(cls, problem: ActionableError) -> Refused:
        """The answer that carries this error; its fact `refusal` names why the books said no."""
        facts, reason = problem.facts, problem.reason
        if isinstance(problem, MoneyRefusedError):
            facts = facts | {"refusal": problem.refusal.value}
        elif isinstance(problem, DatabaseUnavailableError) and not isinstance(problem, RightMissingError):
            reason = reason or Reason.DATABASE_AWAY
        return cls(
            title=problem.title,
            remedy=problem.remedy,
            reason=reason,
            facts=facts,
            by_rule=isinstance(problem, CommandRefusedError),
        )

    def error(self) -> ActionableError:
        """The error again, on this side of a wire."""
        kind = CommandRefusedError if self.by_rule else ActionableError
        return kind(self.title, self.remedy, reason=self.reason, facts=self.facts)


Answer = (
    LedgerLines
    | Donations
    | Proof
    | IncomeBars
    | Donors
    | PayoutList
    | Verified
    | TodaySum
    | PayoutRequested
    | Written
    | Refused
)
Said = Answer | Progress
"""What comes over a wire: any number of `Progress`, then one answer."""
OnProgress = Callable[[Progress], None]
