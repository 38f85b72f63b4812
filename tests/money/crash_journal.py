"""What a client asked the database, and what the database answered: one line each, on the disk before the next step.

A line `Asked` stands before the question leaves, a line `Answered` after the answer came. So a killed client leaves
three kinds of deeds: acknowledged (both lines), open (asked only: it may have happened or not), and none.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import msgspec

from streamer_app.store.movements import Refund
from streamer_app.store.payments import Payment


class Pay(msgspec.Struct, frozen=True, tag=True):
    """Record one payment. Those with the same `batch` were asked in one statement."""

    payment: Payment
    batch: str | None = None


class GiveBack(msgspec.Struct, frozen=True, tag=True):
    """Refund a payment that is acknowledged."""

    refund: Refund


class Settle(msgspec.Struct, frozen=True, tag=True):
    """Settle a payment that is acknowledged."""

    transaction_id: UUID


class PayOut(msgspec.Struct, frozen=True, tag=True):
    """Request a payout."""

    key: str
    payee: UUID
    amount: int


class EndPayout(msgspec.Struct, frozen=True, tag=True):
    """Complete a payout that is acknowledged, or say that it failed."""

    transaction_id: UUID
    arrived: bool


Deed = Pay | GiveBack | Settle | PayOut | EndPayout


class Asked(msgspec.Struct, frozen=True, tag=True):
    """Written before the question."""

    number: int
    deed: Deed


class Answer(msgspec.Struct, frozen=True):
    """`said`: the outcome or status of a move, or the SQLSTATE of a refusal, which keeps nothing."""

    transaction_id: UUID | None
    message_id: UUID | None = None
    said: str | None = None
    repeated: bool = False

    @property
    def refused(self) -> bool:
        return self.transaction_id is None


class Answered(msgspec.Struct, frozen=True, tag=True):
    """Written after the answer."""

    number: int
    answer: Answer


class Journal:
    """Appends and waits for the disk."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._asked = 0

    def asked(self, *deeds: Deed) -> list[int]:
        """Keep what is about to be asked; returns the numbers to answer under."""
        numbers = list(range(self._asked, self._asked + len(deeds)))
        self._asked += len(deeds)
        self._append([Asked(number, deed) for number, deed in zip(numbers, deeds, strict=True)])
        return numbers

    def answered(self, number: int, answer: Answer) -> None:
        """Keep what came back."""
        self._append([Answered(number, answer)])

    def _append(self, lines: list[Asked] | list[Answered]) -> None:
        os.write(self._file, b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        os.fsync(self._file)


@dataclass(frozen=True)
class Kept:
    """One deed of a journal; `answer` is None while it is open."""

    deed: Deed
    answer: Answer | None


_LINE: msgspec.json.Decoder[Asked | Answered] = msgspec.json.Decoder(Asked | Answered)


def read(path: Path) -> list[Kept]:
    """All deeds of a journal. A last line that was cut short was never relied on."""
    asked: dict[int, Deed] = {}
    answers: dict[int, Answer] = {}
    for line in path.read_bytes().split(b"\n")[:-1]:
        said = _LINE.decode(line)
        if isinstance(said, Asked):
            asked[said.number] = said.deed
        else:
            answers[said.number] = said.answer
    return [Kept(deed, answers.get(number)) for number, deed in asked.items()]


def acknowledged(path: Path) -> int:
    """How many answers a journal holds so far, while its client still writes."""
    return path.read_bytes().count(b'{"type":"Answered"') if path.exists() else 0
