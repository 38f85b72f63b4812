"""What each command that reads the books does: balances, pages, statements, exports, and whether they are true."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from streamer_app.core import periods
from streamer_app.core.errors import ActionableError
from streamer_app.core.exports import Form
from streamer_app.core.provider_files import Reading
from streamer_app.roles.answer import FINE, WANTS_SOMEBODY, Answer
from streamer_app.roles.progress import progress
from streamer_app.services import audit, exports, reconciliation, statements
from streamer_app.services.books import AUDITOR, OPERATOR, Books, needing, open_books
from streamer_app.services.reading import read_ledger, read_page, read_wallets
from streamer_app.settings import Settings, load_machine

Document = dict[str, Any]
_MAY_READ = (AUDITOR, OPERATOR)


async def wallet_list(settings: Settings, at: datetime | None) -> list[Document]:
    """Exact balances now, with what is stored; or what the ledger says they were at a moment."""
    async with progress("Reading") as shown:
        books = await open_books(settings, shown.step)
        if at is None:
            return [_wallet(_plain(line)) for line in await read_wallets(books)]
        with needing(*_MAY_READ, to="read the ledger"):
            found = [line for user in books.users for line in await statements.balance_as_of(books.url, at, user=user)]
        return [_wallet(_plain(line)) for line in found]


def _wallet(line: Document) -> Document:
    """CASH below zero is money that was paid out and then given back: a debt, which blocks payouts."""
    return line | {"debt": max(0, -line["balance"]) if line["type"] == "CASH" else 0}


async def wallet_rebuild(settings: Settings, *, check: bool) -> Answer:
    """Balances from the ledger. Drift that was only looked at wants somebody; a balance that lags does not."""
    async with progress("Adding up the ledger") as shown:
        books = await open_books(settings, shown.step)
        shown.step("Adding up the ledger")
        with needing(*(_MAY_READ if check else (OPERATOR,)), to="rebuild balances"):
            report = await audit.rebuild(books.url, check=check, progress=shown)
    document = _plain(report) | {"is_good": report.is_good}
    document["drift"] = [_plain(wallet) | {"drift": wallet.drift} for wallet in report.drift]
    return Answer(document, FINE if report.is_good else WANTS_SOMEBODY)


async def ledger_list(
    settings: Settings, *, wallet: UUID | None, before: tuple[str, UUID] | None, limit: int
) -> list[Document] | Document:
    """The latest entries of streamer and platform; of one wallet in pages, which begin where the one before ended."""
    async with progress("Reading") as shown:
        books = await open_books(settings, shown.step)
        if wallet is None:
            return [_plain(line) for line in await read_ledger(books, limit)]
        page = await read_page(books, wallet, before, limit)
    key = f"{page.next.created_at}/{page.next.entry_id}" if page.next else None
    return {"lines": [_plain(line) for line in page.lines], "next": key}


async def ledger_verify(settings: Settings, *, new_only: bool) -> Answer:
    """Everything, or what came since the last verify that found no problem."""
    async with progress("Verifying") as shown:
        books = await open_books(settings, shown.step)
        shown.step("Verifying")
        with needing(*_MAY_READ, to="verify the ledger"):
            report = await audit.verify(books.url, data_dir=settings.data_dir, new_only=new_only, progress=shown)
    return Answer(_plain(report) | {"is_good": report.is_good}, FINE if report.is_good else WANTS_SOMEBODY)


async def ledger_export(
    settings: Settings,
    what: str,
    file: Path,
    *,
    form: Form,
    wallet: UUID | None,
    first: date | None,
    last: date | None,
    zone: str,
) -> Document:
    """A file, written whole or not at all."""
    period = periods.days(first, last, zone)
    async with progress("Exporting") as shown:
        books = await open_books(settings, shown.step)
        shown.step("Exporting")

        def report(so_far: exports.Progress) -> None:
            shown(so_far.done, so_far.expected)

        with needing(*_MAY_READ, to="export"):
            if what == "donations":
                language = load_machine(settings).language
                written = await exports.export_donations(
                    books.url, file, period=period, user=books.streamer, language=language, form=form, report=report
                )
            else:
                user = None if wallet else books.streamer
                written = await exports.export_ledger(
                    books.url, file, period=period, wallet=wallet, user=user, form=form, report=report
                )
    return _plain(written)


async def ledger_statement(
    settings: Settings, *, wallet: UUID | None, wallet_type: str, month: str, zone: str
) -> Document:
    """One wallet's month: what it held, every line with the balance after it, what it holds."""
    period = periods.month(month, zone)
    async with progress("Reading") as shown:
        books = await open_books(settings, shown.step)
        with needing(*_MAY_READ, to="read the ledger"):
            return _plain(
                await statements.statement(books.url, wallet or await _wallet_named(books, wallet_type), period)
            )


async def reconcile(
    settings: Settings, file: Path, *, provider: str, reading: Reading, first: date | None, last: date | None
) -> Answer:
    """A provider's file beside the books. Anything but agreement wants somebody."""
    period = periods.days(first, last, reading.zone) if first or last else None
    async with progress("Comparing") as shown:
        books = await open_books(settings, shown.step)
        shown.step("Comparing")
        with needing(*_MAY_READ, to="read payments"):
            report = await reconciliation.reconcile(
                books.url, provider, file, reading=reading, period=period, report=lambda lines: shown(lines, 0)
            )
    return Answer(_plain(report) | {"agrees": report.agrees}, FINE if report.agrees else WANTS_SOMEBODY)


async def _wallet_named(books: Books, wallet_type: str) -> UUID:
    for line in await read_wallets(books):
        if line.type == wallet_type and (line.user_id == books.streamer or wallet_type == "PLATFORM"):
            return line.wallet_id
    raise ActionableError(f"There is no {wallet_type} wallet yet", "List the wallets: streamer-app wallet list.")


def _plain(value: Any) -> Document:
    plain: Document = msgspec.to_builtins(value)
    return plain
