"""What a window asks to know, and the few things it asks to have done with money and files.

A question changes nothing. An errand does (it writes a file, or takes money from CASH): it may be repeated with the
same words and is done once. Neither goes through the dispatcher, so the show never waits for them; and neither is a
command: no key of a moderator reaches them. Amounts are integers in the currency's smallest unit. What answers them is
in `core.answers`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

import msgspec

from streamer_app.core.donations import ItemState

PAGE: Final = 200
Limit = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Searched = Annotated[str, msgspec.Meta(max_length=200)]
Money = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class WalletKind(StrEnum):
    """The streamer's own wallets."""

    PENDING = "PENDING"
    CASH = "CASH"


class Step(StrEnum):
    """How wide a bar of a chart is. HOUR is the hour of the day, all days together."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    HOUR = "hour"


class Media(StrEnum):
    """What comes with a donation, as people filter by it."""

    NONE = "NONE"
    TTS = "TTS"
    YOUTUBE = "YOUTUBE"


class Cursor(msgspec.Struct, frozen=True):
    """Where a page ended: the next one goes on below. `moment` is text, for a foreign row's may be "infinity"."""

    moment: str
    id: UUID
    balance: int = 0
    """In the ledger: what the wallet held before the page's last line."""


# Questions


class LedgerPage(msgspec.Struct, frozen=True, tag="ask.ledger", kw_only=True):
    """One page of a wallet's ledger, newest first; answered by `LedgerLines`."""

    wallet: WalletKind
    before: Cursor | None = None
    limit: Limit = PAGE


class DonationsPage(msgspec.Struct, frozen=True, tag="ask.donations", kw_only=True):
    """One page of the donations that pass every filter, newest first; answered by `Donations`.

    `since` and `until` are local days of `time_zone`, both included. Empty `states` and `media` let everything pass.
    """

    time_zone: str
    text: Searched = ""
    since: date | None = None
    until: date | None = None
    least: int | None = None
    most: int | None = None
    states: tuple[ItemState, ...] = ()
    refunded: bool = False
    """Only what was given back."""
    media: tuple[Media, ...] = ()
    only: UUID | None = None
    """One donation message, if it passes the rest."""
    before: Cursor | None = None
    limit: Limit = PAGE


class DonationProof(msgspec.Struct, frozen=True, tag="ask.proof", kw_only=True):
    """All that is written about one donation; answered by `Proof`."""

    donation_message_id: UUID


class Income(msgspec.Struct, frozen=True, tag="ask.income", kw_only=True):
    """What came in per local day, week (from Monday), month, or hour of the day; answered by `IncomeBars`.

    Refunded payments are left out, payouts are none. Both days are included.
    """

    by: Step
    since: date
    until: date
    time_zone: str


class TopDonors(msgspec.Struct, frozen=True, tag="ask.top_donors", kw_only=True):
    """Who gave most; answered by `Donors`. Anonymous and refunded donations count for nobody. None: since ever."""

    time_zone: str
    since: date | None = None
    until: date | None = None
    limit: Limit = 10


class Payouts(msgspec.Struct, frozen=True, tag="ask.payouts", kw_only=True):
    """The latest payouts and what the operator did with them; answered by `PayoutList`."""

    limit: Limit = 50


class VerifyBalance(msgspec.Struct, frozen=True, tag="ask.verify_balance"):
    """Sum the ledger of the streamer's own wallets and compare; answered by `Verified`."""


class Today(msgspec.Struct, frozen=True, tag="ask.today", kw_only=True):
    """What came in since local midnight; answered by `TodaySum`."""

    time_zone: str


# Errands


class RequestPayout(msgspec.Struct, frozen=True, tag="do.request_payout", kw_only=True):
    """Take money from CASH to send it out; answered by `PayoutRequested`. The same key is the same payout."""

    key: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    amount: Money
    currency: Annotated[str, msgspec.Meta(min_length=3, max_length=3)] = "IDR"


class ExportLedger(msgspec.Struct, frozen=True, tag="do.export_ledger", kw_only=True):
    """Write every entry of the streamer's wallets to a CSV file; answered by `Written`, with `Progress` before."""

    path: str
    time_zone: str
    since: date | None = None
    until: date | None = None


class ExportDonations(msgspec.Struct, frozen=True, tag="do.export_donations", kw_only=True):
    """Write every donation to a CSV file, without the names of anonymous donors; answered as above."""

    path: str
    time_zone: str
    since: date | None = None
    until: date | None = None
    language: str = "id"


class WriteStatement(msgspec.Struct, frozen=True, tag="do.write_statement", kw_only=True):
    """Write one wallet's statement to a CSV file: opening, every line with the balance after it, closing."""

    path: str
    wallet: WalletKind
    time_zone: str
    since: date | None = None
    until: date | None = None


Question = LedgerPage | DonationsPage | DonationProof | Income | TopDonors | Payouts | VerifyBalance | Today
Errand = RequestPayout | ExportLedger | ExportDonations | WriteStatement
Asked = Question | Errand
LONG: Final = (ExportLedger, ExportDonations, WriteStatement, VerifyBalance)
"""What may take longer than a moment: it tells its progress, and has a connection of its own."""
