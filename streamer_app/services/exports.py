"""The ledger and the donations as files: one picture of the database, any length, constant memory.

Cancel an export by cancelling its task: the file that was there before stays as it was.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from streamer_app.core.errors import ActionableError
from streamer_app.core.exports import DONATION_COLUMNS, LEDGER_COLUMNS, Form, Row, body, harmless, head
from streamer_app.core.periods import Period, zone_named
from streamer_app.core.presentation import NAME_LIMIT, cleaned, someone
from streamer_app.services.whole_file import to_its_end, whole_file
from streamer_app.store import database, exports
from streamer_app.store.exports import DonationRow, EntryRow
from streamer_app.store.snapshots import snapshot

_BATCH: Final = 2000


class Progress(msgspec.Struct, frozen=True):
    """Rows written so far, and how many there will be."""

    done: int
    expected: int


class Exported(msgspec.Struct, frozen=True):
    """What was written. `taken_at`: what was posted later is not in it."""

    path: str
    rows: int
    taken_at: datetime


Report = Callable[[Progress], None]


async def export_ledger(
    url: str,
    target: Path,
    *,
    period: Period,
    wallet: UUID | None = None,
    user: UUID | None = None,
    form: Form = Form.CSV,
    byte_order_mark: bool = True,
    report: Report | None = None,
) -> Exported:
    """Every entry of one wallet, or of all of a user's, wallet after wallet, oldest first; times in the period's zone.

    `report` is called in the caller's loop after every batch. `ActionableError` for an unknown wallet and for a place
    that cannot be written.
    """
    if (wallet is None) == (user is None):
        raise ActionableError("Whose ledger is not said", "Name either a wallet or a user.")
    zone = zone_named(period.zone)
    async with database.connection(url, label="export") as conn, snapshot(conn) as taken_at:
        wallets = await exports.wallets_of(conn, wallet=wallet, user=user)
        if wallet is not None and not wallets:
            raise ActionableError(f"There is no wallet {wallet}", "List the wallets: streamer-app wallet list.")
        expected = sum([await exports.count_entries(conn, each, period) for each in wallets])

        async def rows() -> AsyncIterator[list[Row]]:
            for each in wallets:
                async with aclosing(exports.entries(conn, each, period, _BATCH)) as reading:
                    async for entries in reading:
                        yield [_entry(entry, zone, form) for entry in entries]

        written = await _write(target, form, LEDGER_COLUMNS, byte_order_mark, rows(), expected, report)
    return Exported(str(target), written, taken_at)


async def export_donations(
    url: str,
    target: Path,
    *,
    period: Period,
    user: UUID,
    language: str = "id",
    form: Form = Form.CSV,
    byte_order_mark: bool = True,
    report: Report | None = None,
) -> Exported:
    """Every payment a streamer received in the period, refunded ones included and marked; payouts are none.

    The name of an anonymous donor is never in it, not even for the streamer: files travel.
    """
    zone, nameless = zone_named(period.zone), someone(language)
    async with database.connection(url, label="export") as conn, snapshot(conn) as taken_at:
        expected = await exports.count_donations(conn, user, period)

        async def rows() -> AsyncIterator[list[Row]]:
            async with aclosing(exports.donations(conn, user, period, _BATCH)) as reading:
                async for donations in reading:
                    yield [_donation(donation, zone, form, nameless) for donation in donations]

        written = await _write(target, form, DONATION_COLUMNS, byte_order_mark, rows(), expected, report)
    return Exported(str(target), written, taken_at)


def _write_rows(file: BinaryIO, form: Form, columns: Sequence[str], rows: list[Row]) -> int:
    return file.write(body(form, columns, rows))


async def _write(
    target: Path,
    form: Form,
    columns: Sequence[str],
    byte_order_mark: bool,  # noqa: FBT001 - passed on
    batches: AsyncIterator[list[Row]],
    expected: int,
    report: Report | None,
) -> int:
    written = 0
    async with whole_file(target) as file:
        file.write(head(form, columns, byte_order_mark=byte_order_mark))
        async for rows in batches:
            await to_its_end(partial(_write_rows, file, form, columns, rows))
            written += len(rows)
            if report is not None:
                report(Progress(written, expected))
    return written


def _entry(entry: EntryRow, zone: ZoneInfo, form: Form) -> Row:
    return (
        entry.entry_id,
        _moment(entry.posted_at, entry.odd_moment, zone),
        entry.wallet_id,
        entry.wallet_type,
        entry.entry_type,
        entry.amount,
        _words(entry.currency, form),
        entry.source_type,
        entry.source_id,
        _words(entry.description, form),
    )


def _donation(donation: DonationRow, zone: ZoneInfo, form: Form, nameless: str) -> Row:
    donor = anonymous = None
    if donation.is_anonymous is not None:
        donor = nameless if donation.is_anonymous else cleaned(donation.donor_name, NAME_LIMIT) or nameless
        anonymous = "true" if donation.is_anonymous else "false"
    return (
        _moment(donation.paid_at, donation.odd_moment, zone),
        donation.transaction_id,
        donation.message_id,
        donation.status,
        _words(donation.currency, form),
        donation.amount,
        donation.fee,
        donation.net,
        _words(donor, form),
        anonymous,
    )


def _moment(clamped: datetime, odd: str | None, zone: ZoneInfo) -> str:
    return odd or clamped.astimezone(zone).isoformat(timespec="microseconds")


def _words(text: str | None, form: Form) -> str | None:
    return harmless(text) if text is not None and form is Form.CSV else text
