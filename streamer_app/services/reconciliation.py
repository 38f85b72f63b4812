"""A provider's file against our books. It reads only: unknown stays unknown, and a person decides."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Final, TextIO
from uuid import UUID

from streamer_app.core.errors import ActionableError
from streamer_app.core.periods import Period, zone_named
from streamer_app.core.provider_files import FileLine, Layout, Reading, UnreadableLine, layout_of, read_lines
from streamer_app.core.reconciliation import MissingThere, OurPayment, ReconcileReport, Tally, missing_there
from streamer_app.store import database, reconciliation
from streamer_app.store.database import Connection
from streamer_app.store.snapshots import snapshot

_BATCH: Final = 5000

AS_THE_FILE_SAYS: Final = Reading()


async def reconcile(
    url: str,
    provider: str,
    file: Path,
    *,
    reading: Reading = AS_THE_FILE_SAYS,
    period: Period | None = None,
    report: Callable[[int], None] | None = None,
) -> ReconcileReport:
    """Compare every line of the file with the payments of `provider`, all in one picture of the database.

    A line finds its payment by the provider's reference; a payment that another program wrote, by its
    external_reference, if no other provider's event speaks of it. `period` says for which stretch the file should be
    complete (default: from its first event to its last); payments of the provider that arrived in it and are in no
    line are missing there. Other programs' payments carry no provider and are never missing there.

    `report` is told how many lines are done. `ActionableError` for a file that is none, or has no usable header.
    """
    zone = zone_named(reading.zone)
    tally, named = Tally(), set[UUID]()
    with _opened(file) as text:
        header, number = _header(text, file)
        layout = layout_of(header, reading)
        lines = read_lines(text, layout, reading, zone, after=number)
        async with database.connection(url, label="reconciliation") as conn, snapshot(conn):
            while batch := list(islice(lines, _BATCH)):
                await _compare(conn, provider, tally, named, batch)
                if report is not None:
                    report(tally.lines)
            stretch = period or tally.period(reading.zone)
            there = None if stretch is None else await _missing_there(conn, provider, stretch, named, tally)
    return _report(provider, file, layout, tally, stretch, there)


async def _compare(
    conn: Connection, provider: str, tally: Tally, named: set[UUID], batch: list[FileLine | UnreadableLine]
) -> None:
    lines = [line for taken in batch if (line := tally.take(taken)) is not None]
    found = await reconciliation.by_reference(conn, provider, [line.reference for line in lines])
    elsewhere = await _written_elsewhere(
        conn, provider, [line.reference for line in lines if line.reference not in found]
    )
    for line in lines:
        ours = found.get(line.reference) or elsewhere.get(line.reference)
        if ours is not None:
            named.add(ours.transaction_id)
        tally.compare(line, ours)


async def _written_elsewhere(conn: Connection, provider: str, references: list[str]) -> dict[str, OurPayment]:
    """Payments of other programs, where the reference names exactly one of them and no other provider claims it."""
    found = await reconciliation.by_external_reference(conn, references) if references else {}
    single = {reference: payments[0] for reference, payments in found.items() if len(payments) == 1}
    if not single:
        return {}
    transactions = [payment.transaction_id for payment in single.values()]
    claimed = await reconciliation.of_other_providers(conn, provider, transactions)
    return {reference: payment for reference, payment in single.items() if payment.transaction_id not in claimed}


async def _missing_there(
    conn: Connection, provider: str, period: Period, named: set[UUID], tally: Tally
) -> tuple[MissingThere, ...]:
    # A line that could not be read to its end is in the file all the same.
    named |= {
        name
        for line in tally.unreadable
        if line.reference is not None
        for name in (
            reconciliation.payment_id(provider, line.reference),
            reconciliation.event_id(provider, line.reference),
        )
    }
    missing: list[MissingThere] = []
    async with aclosing(reconciliation.of_provider(conn, provider, period, _BATCH)) as reading:
        async for payments in reading:
            missing += [missing_there(each, period) for each in payments if each.transaction_id not in named]
    return tuple(missing)


def _report(
    provider: str,
    file: Path,
    layout: Layout,
    tally: Tally,
    period: Period | None,
    there: tuple[MissingThere, ...] | None,
) -> ReconcileReport:
    return ReconcileReport(
        provider=provider,
        file=str(file),
        delimiter=layout.delimiter,
        columns=layout.columns,
        period=period,
        lines=tally.lines,
        matched=tally.matched,
        without_time=tally.without_time if layout.columns["event_time"] else 0,
        missing_here=tuple(tally.missing_here),
        missing_there=there,
        amount_differs=tuple(tally.amount_differs),
        status_differs=tuple(tally.status_differs),
        duplicates=tuple(tally.duplicates),
        unreadable=tuple(tally.unreadable),
    )


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    """The file as text. Bytes that are no UTF-8 are carried along, so that they cost their own line only."""
    try:
        with file.open("rb") as raw:
            start = raw.read(4)
        utf_16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        encoding = "utf-16" if utf_16 else "utf-8-sig"
        with file.open(encoding=encoding, errors="replace" if utf_16 else "surrogateescape", newline="") as text:
            yield text
    except OSError as problem:
        raise ActionableError(
            f"The file {file} cannot be read: {problem.strerror or type(problem).__name__}",
            "Check its name, and that you may open it.",
        ) from problem


def _header(text: TextIO, file: Path) -> tuple[str, int]:
    """The first line that holds anything, and its number."""
    for number, line in enumerate(text, 1):
        if line.strip():
            return line.rstrip("\r\n"), number
    raise ActionableError(f"The file {file} is empty", "Export it again from the provider.")
