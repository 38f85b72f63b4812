"""Files of money for the streamer: exports, and a statement with the balance after each line."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from streamer_app.core import periods
from streamer_app.core.answers import OnProgress, Progress, Written
from streamer_app.core.errors import ActionableError
from streamer_app.core.exports import Form, Row, body, harmless, head
from streamer_app.core.questions import ExportDonations, ExportLedger, WriteStatement
from streamer_app.core.statements import StatementHead, StatementLine
from streamer_app.services import exports
from streamer_app.services.profile import Profile
from streamer_app.services.statements import open_statement
from streamer_app.services.whole_file import to_its_end, whole_file
from streamer_app.store import database, money

STATEMENT_COLUMNS: Final = ("posted_at", "entry_type", "amount", "balance", "currency", "description", "entry_id")


async def export(profile: Profile, asked: ExportLedger | ExportDonations, told: OnProgress) -> Written:
    """A CSV file, whole or not at all."""
    period = periods.days(asked.since, asked.until, asked.time_zone)
    user, target = profile.streamer_user_id, _place(asked.path)

    def report(progress: exports.Progress) -> None:
        told(Progress(done=progress.done, expected=progress.expected))

    if isinstance(asked, ExportLedger):
        done = await exports.export_ledger(profile.url, target, period=period, user=user, report=report)
    else:
        done = await exports.export_donations(
            profile.url, target, period=period, user=user, language=asked.language, report=report
        )
    return Written(path=done.path, rows=done.rows, taken_at=done.taken_at)


async def statement(profile: Profile, asked: WriteStatement, told: OnProgress) -> Written:
    """Opening, lines and closing, oldest first."""
    period = periods.days(asked.since, asked.until, asked.time_zone)
    target = _place(asked.path)
    async with database.connection(profile.url, label="statement") as conn:
        wallets = {wallet.type: wallet for wallet in await money.wallets(conn, [profile.streamer_user_id])}
    wallet = wallets.get(asked.wallet.value)
    if wallet is None:
        raise ActionableError("There is nothing in this wallet yet", "Its statement begins with the first donation.")
    written = 0
    async with open_statement(profile.url, wallet.wallet_id, period) as opened, whole_file(target) as file:
        what = opened.head
        zone = periods.zone_named(asked.time_zone)
        file.write(head(Form.CSV, STATEMENT_COLUMNS, byte_order_mark=True))
        file.write(body(Form.CSV, STATEMENT_COLUMNS, [_edge("OPENING", what, what.opening)]))
        async for lines in opened.batches:
            rows: list[Row] = [
                (
                    line.entry.created_at.astimezone(zone).isoformat(timespec="microseconds"),
                    *_amounts(line),
                )
                for line in lines
            ]
            await to_its_end(partial(_write, file, rows))
            written += len(rows)
            told(Progress(done=written, expected=what.entries))
        file.write(body(Form.CSV, STATEMENT_COLUMNS, [_edge("CLOSING", what, what.closing)]))
    return Written(path=str(target), rows=written, taken_at=what.taken_at)


def _place(path: str) -> Path:
    target = Path(path)
    if not target.is_absolute() or "\x00" in path:
        raise ActionableError("The place of the file is not said in full", "Choose a folder and a name for it.")
    return target


def _amounts(line: StatementLine) -> tuple[str | None, ...]:
    entry = line.entry
    words = None if entry.description is None else harmless(entry.description)
    return entry.entry_type, str(entry.amount), str(line.balance), entry.currency, words, str(entry.entry_id)


def _edge(name: str, what: StatementHead, balance: int) -> Row:
    return None, name, None, str(balance), what.currency, None, None


def _write(file: BinaryIO, rows: list[Row]) -> int:
    return file.write(body(Form.CSV, STATEMENT_COLUMNS, rows))
