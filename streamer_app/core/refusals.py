"""Why the money core says no. The database decides; these are its reasons, typed, with what a person can do."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from streamer_app.core.errors import CommandRefusedError


class Refusal(StrEnum):
    """One reason per SQLSTATE that the money functions and guards raise."""

    CONFLICT = "SA001"
    OTHER_CURRENCY = "SA002"
    FEE_ABOVE_AMOUNT = "SA003"
    NOT_ENOUGH = "SA004"
    WRONG_STATUS = "SA005"
    UNKNOWN = "SA006"
    REASON_MISSING = "SA007"
    APPEND_ONLY = "SA010"
    FROZEN = "SA011"
    BACKWARDS = "SA012"
    HAS_ENTRIES = "SA013"
    REVERSED_ALREADY = "SA014"
    NEGATIVE = "SA015"
    NOT_A_PAYMENT = "22023"
    TOO_LARGE = "22003"


_REMEDIES: Final = {
    Refusal.CONFLICT: "Nothing was recorded. Ask the provider which of the two is true.",
    Refusal.OTHER_CURRENCY: "Nothing was recorded. A wallet holds one currency for ever.",
    Refusal.FEE_ABOVE_AMOUNT: "Nothing was recorded. Take a larger amount, or change the fee terms.",
    Refusal.NOT_ENOUGH: "Nothing was paid out. Wait for a settlement, or ask for less.",
    Refusal.WRONG_STATUS: "Nothing was changed. Look at it with: payment show, or payout list.",
    Refusal.UNKNOWN: "Check the id.",
    Refusal.REASON_MISSING: "Give --reason with a sentence that an auditor understands.",
    Refusal.NOT_A_PAYMENT: "Nothing was recorded. Check amount, currency, status and ids.",
    Refusal.TOO_LARGE: "Nothing was recorded. The sum is larger than the database can hold.",
}


class MoneyRefusedError(CommandRefusedError):
    """The money core refused, and nothing of this operation was kept. `refusal` is the reason to branch on."""

    def __init__(self, refusal: Refusal, title: str, remedy: str | None = None) -> None:
        super().__init__(title, remedy or _REMEDIES.get(refusal, "Nothing was changed."))
        self.refusal = refusal
