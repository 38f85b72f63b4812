"""Files of money for other programs: CSV for spreadsheets, JSON lines for everything else.

CSV follows RFC 4180 (commas, CRLF). It begins with a byte order mark unless told otherwise: without one Excel reads
UTF-8 as the machine's old code page and spoils every name that is not plain ASCII.

JSON lines, not one array: a reader of a million rows needs no more memory than the writer. Amounts are strings of
digits in every row, because a reader that keeps numbers as doubles loses units beyond 2^53 without a word, and a field
that is sometimes a number and sometimes a string is a trap of its own.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

import msgspec

LEDGER_COLUMNS: Final = (
    "entry_id",
    "posted_at",
    "wallet_id",
    "wallet_type",
    "entry_type",
    "amount",
    "currency",
    "source_type",
    "source_id",
    "description",
)
DONATION_COLUMNS: Final = (
    "paid_at",
    "transaction_id",
    "donation_message_id",
    "status",
    "currency",
    "amount",
    "fee",
    "net",
    "donor",
    "anonymous",
)
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

_FORMULA = re.compile(r"(?:^|(?<=[;\t\r\n]))(?=[ \u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20])|^(?=[\t\r\n])")

Row = Sequence[str | None]


class Form(StrEnum):
    """How an export is written."""

    CSV = "csv"
    JSON_LINES = "jsonl"


def harmless(text: str) -> str:
    """Words of other people for a cell: an apostrophe keeps a spreadsheet from computing what they wrote.

    Also behind a semicolon, a tab or a line's end, where a spreadsheet set to another separator begins a new cell.
    """
    return _FORMULA.sub("'", text)


def head(form: Form, columns: Sequence[str], *, byte_order_mark: bool) -> bytes:
    """What stands before the first row."""
    if form is Form.JSON_LINES:
        return b""
    return (BYTE_ORDER_MARK if byte_order_mark else b"") + _csv([columns])


def body(form: Form, columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Rows as they stand in the file. Words of other people were made `harmless` before, for CSV."""
    if form is Form.CSV:
        return _csv(rows)
    return msgspec.json.Encoder().encode_lines([dict(zip(columns, row, strict=True)) for row in rows])


def _csv(rows: Iterable[Row]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8")
