"""A payment provider's CSV file, line by line: what each line says about one payment, or why it cannot be read.

Nothing is guessed that could change money, and no line is lost: every line that holds anything comes out either as a
`FileLine` or as an `UnreadableLine`. A stray quotation mark, which to CSV makes one cell of many lines, costs its own
line only.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from streamer_app.core.errors import ActionableError
from streamer_app.core.money import parse_filed_money

Role = Literal["reference", "amount", "status", "currency", "event_time"]
ROLES: Final[tuple[Role, ...]] = ("reference", "amount", "status", "currency", "event_time")

_DELIMITERS: Final = (",", ";", "\t", "|")
_SHOWN: Final = 200
_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")
_NAMES: Final[Mapping[Role, tuple[str, ...]]] = {
    "reference": (
        *("paymentreference", "reference", "referenceid", "referencenumber", "externalid", "externalreference"),
        *("orderid", "merchantorderid", "merchantreference", "merchantref", "invoiceid", "invoicenumber", "invoice"),
        *("paymentid", "transactionid", "trxid", "nomorreferensi", "noreferensi", "referensi", "idtransaksi", "id"),
    ),
    "amount": (
        *("grossamount", "gross", "paidamount", "paymentamount", "transactionamount", "amount", "totalamount"),
        *("total", "nominal", "jumlah", "nilai"),
    ),
    "status": ("paymentstatus", "transactionstatus", "status"),
    "currency": ("currency", "currencycode", "matauang"),
    "event_time": (
        *("paidat", "paymenttime", "paymentdate", "transactiontime", "transactiondate", "eventtime", "createdat"),
        *("created", "datetime", "date", "time", "tanggal", "waktu"),
    ),
}
_ARRIVED: Final = ("PAID", "SETTLED")
_STATUS_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        ("paid", "settled", "settlement", "success", "successful", "succeeded", "completed", "complete", "capture"),
        _ARRIVED,
    ),
    **dict.fromkeys(
        ("captured", "berhasil", "sukses", "lunas", "selesai", "partialrefund", "partiallyrefunded"), _ARRIVED
    ),
    **dict.fromkeys(("refund", "refunded", "chargeback", "chargedback", "reversed", "dikembalikan"), ("REFUNDED",)),
    **dict.fromkeys(("pending", "created", "unpaid", "waiting", "menunggu"), ("PENDING",)),
    **dict.fromkeys(
        ("failed", "failure", "expired", "expire", "cancel", "cancelled", "canceled", "deny", "denied", "gagal"),
        ("FAILED",),
    ),
}


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How to read a file where its own header does not say it.

    Column names are as in the header; None guesses. `currency` is for lines that name none; times without an offset
    are the zone's; `time_format` as in strptime for times that are not ISO 8601. `minor_units`: amounts count the
    smallest unit already. `statuses`: the provider's words -> ours (PENDING, PAID, FAILED, SETTLED, REFUNDED).
    """

    reference: str | None = None
    amount: str | None = None
    status: str | None = None
    currency_column: str | None = None
    event_time: str | None = None
    currency: str = "IDR"
    zone: str = "Asia/Jakarta"
    time_format: str | None = None
    decimal_mark: str | None = None
    minor_units: bool = False
    statuses: dict[str, str] = {}

    def column(self, role: Role) -> str | None:
        """The header name given for this role."""
        return {
            "reference": self.reference,
            "amount": self.amount,
            "status": self.status,
            "currency": self.currency_column,
            "event_time": self.event_time,
        }[role]


class FileLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one line says. `meaning`: which of our statuses agree with it; None when the file has no status.

    A line that names a day and no time is from `since` to `until`; else both are the same.
    """

    line: int
    reference: str
    amount: int
    currency: str
    status: str | None
    meaning: tuple[str, ...] | None
    since: datetime | None
    until: datetime | None


class UnreadableLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line to look at by hand. `reference` if at least that could be read."""

    line: int
    problem: str
    text: str
    reference: str | None = None


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is laid out: the separator, and which column plays which role (None: the file has none such)."""

    delimiter: str
    width: int
    columns: dict[str, str | None]
    places: dict[str, int]


def layout_of(header: str, reading: Reading) -> Layout:
    """Find separator and columns from the header line; `ActionableError` without a reference and an amount column."""
    best: tuple[list[str], str] = ([], ",")
    for delimiter in _DELIMITERS:
        names = next(csv.reader([header], delimiter=delimiter), [])
        if len(names) > len(best[0]):
            best = (names, delimiter)
    names, delimiter = best
    places: dict[str, int] = {role: at for role in ROLES if (at := _place(role, names, reading)) is not None}
    for role in ("reference", "amount"):
        if role not in places:
            raise ActionableError(
                f"No column of the file looks like the payment's {role}: {_shown(', '.join(names))}",
                f"Say which one holds the {role}.",
            )
    columns: dict[str, str | None] = {role: names[places[role]].strip() if role in places else None for role in ROLES}
    return Layout(delimiter=delimiter, width=len(names), columns=columns, places=places)


def _place(role: Role, names: list[str], reading: Reading) -> int | None:
    given = reading.column(role)
    plain = [_plain(name) for name in names]
    for wanted in (_plain(given),) if given is not None else _NAMES[role]:
        if plain.count(wanted) > 1:
            raise ActionableError(f"The file has two columns {wanted!r}", "Rename one of them in a copy of the file.")
        if wanted in plain:
            return plain.index(wanted)
    if given is not None:
        raise ActionableError(f"The file has no column {given!r}", f"It has: {_shown(', '.join(names))}.")
    return None


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


class _Lines(Iterator[str]):
    """Lines with their numbers, some of which may be given back."""

    def __init__(self, source: Iterable[str], number: int) -> None:
        self._source = iter(source)
        self._back: deque[str] = deque()
        self.number = number
        self.taken: list[str] = []

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._source)
        self.number += 1
        self.taken.append(line)
        return line

    def give_back_all_but_one(self) -> None:
        self.number -= len(self.taken) - 1
        self._back.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def read_lines(
    source: Iterable[str], layout: Layout, reading: Reading, zone: ZoneInfo, *, after: int
) -> Iterator[FileLine | UnreadableLine]:
    """Every line after the header, which is line `after`. Lines without any content are passed over."""
    lines = _Lines(source, after)
    records = csv.reader(lines, delimiter=layout.delimiter, strict=True)
    interpret = _Interpreter(layout, reading, zone)
    while True:
        lines.taken = []
        problem = None
        try:
            fields = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            fields, problem = [], f"not CSV: {error}"
        if len(lines.taken) > 1 and (problem or _swallowed(lines.taken, layout)):
            problem = "a quotation mark that never ends"
            lines.give_back_all_but_one()
        text = "".join(lines.taken).strip("\r\n")
        number = lines.number - len(lines.taken) + 1
        if problem:
            yield UnreadableLine(line=number, problem=problem, text=_shown(text))
        elif any(field.strip() for field in fields):
            yield interpret(number, fields, text)


def _swallowed(taken: list[str], layout: Layout) -> bool:
    """Whether one of the lines that make up a record looks like a record of its own."""
    return any(len(line.split(layout.delimiter)) >= layout.width for line in taken[1:])


def _shown(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()[:_SHOWN]


class _Interpreter:
    """Makes one line's fields into a statement about a payment."""

    def __init__(self, layout: Layout, reading: Reading, zone: ZoneInfo) -> None:
        self._layout, self._reading, self._zone = layout, reading, zone
        self._words = dict(_STATUS_WORDS)
        for word, status in reading.statuses.items():
            meaning = status.upper()
            self._words[_plain(word)] = _ARRIVED if meaning in _ARRIVED else (meaning,)

    def __call__(self, number: int, fields: list[str], text: str) -> FileLine | UnreadableLine:
        reference = None
        try:
            cells = self._cells(fields)
            reference = cells["reference"]
            return self._line(number, cells)
        except ValueError as problem:
            return UnreadableLine(
                line=number, problem=_shown(str(problem)), text=_shown(text), reference=reference or None
            )

    def _cells(self, fields: list[str]) -> dict[str, str]:
        if len(fields) != self._layout.width:
            raise ValueError(f"{len(fields)} columns instead of {self._layout.width}")
        return {role: _cell(fields[place]) for role, place in self._layout.places.items()}

    def _line(self, number: int, cells: dict[str, str]) -> FileLine:
        if not cells["reference"]:
            raise ValueError("no payment reference")
        currency = cells.get("currency", "").upper() or self._reading.currency
        if re.fullmatch("[A-Z]{3}", currency) is None:
            raise ValueError(f"not a currency: {currency!r}")
        status, meaning = self._status(cells.get("status"))
        since, until = self._when(cells.get("event_time", ""))
        return FileLine(
            line=number,
            reference=cells["reference"],
            amount=self._amount(cells["amount"], currency),
            currency=currency,
            status=status,
            meaning=meaning,
            since=since,
            until=until,
        )

    def _amount(self, cell: str, currency: str) -> int:
        if not self._reading.minor_units:
            return parse_filed_money(cell, currency, self._reading.decimal_mark)
        if re.fullmatch("-?[0-9]{1,19}", cell) is None:
            raise ValueError(f"not a count of smallest units: {cell!r}")
        return int(cell)

    def _status(self, cell: str | None) -> tuple[str | None, tuple[str, ...] | None]:
        if cell is None:
            return None, None
        meaning = self._words.get(_plain(cell))
        if meaning is None:
            raise ValueError(f"not a known status: {cell!r}")
        return cell, meaning

    def _when(self, cell: str) -> tuple[datetime | None, datetime | None]:
        """None for what is not plainly one moment: 03/04/2026 has two readings, and a period is built on this."""
        try:
            if self._reading.time_format is not None:
                moment, whole_day = datetime.strptime(cell, self._reading.time_format), False  # noqa: DTZ007 - below
            else:
                moment = datetime.fromisoformat(cell.replace("/", "-"))
                whole_day = len(cell) <= len("2026-11-30") and moment.time() == time()
            if moment.utcoffset() is None:
                moment = moment.replace(tzinfo=self._zone)
            end = moment + timedelta(days=1, microseconds=-1) if whole_day else moment
            return moment.astimezone(UTC), end.astimezone(UTC)
        except (ValueError, OverflowError):
            return None, None


def _cell(field: str) -> str:
    """The cell's content; some files put an apostrophe before a long number, so that spreadsheets keep it whole."""
    if _NO_TEXT.search(field):
        raise ValueError("characters that are not text")
    return field.strip().lstrip("'").strip()
