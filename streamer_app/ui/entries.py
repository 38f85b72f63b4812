"""Ledger entries explained in words: what happened, and the transaction it belongs to."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from streamer_app.ui.amounts import amount_text
from streamer_app.ui.donor_text import NAME_LIMIT, isolated, one_line
from streamer_app.ui.language import Language

if TYPE_CHECKING:
    from streamer_app.core.answers import EntryLine, Origin
    from streamer_app.ui.look import Look


def explained(line: EntryLine, look: Look) -> str:
    """As in Donasi Budi, setelah potongan 5 %; a reason that was written down follows a colon."""
    words = look.page_words
    what = _what(line, look)
    reason = one_line(line.entry.description or "")
    tells = line.entry.entry_type in {"REFUND", "ADJUSTMENT"}
    if what == words.entry_unknown:
        return reason or what
    return words.entry_reason.format(what=what, reason=reason) if reason and tells else what


def _what(line: EntryLine, look: Look) -> str:  # noqa: PLR0911  one per sort
    words, origin, entry = look.page_words, line.origin, line.entry
    if entry.entry_type == "ADJUSTMENT":
        return words.entry_adjustment
    if origin is None:
        return words.entry_unknown
    name = isolated(origin_name(origin, look))
    match entry.entry_type, origin.kind:
        case "WITHDRAW", "PAYOUT":
            return words.entry_withdraw
        case "REFUND", "PAYOUT":
            return words.entry_withdraw_back
        case "REFUND", _:
            settled = origin.reverses == "TRANSFER"
            return (words.entry_refund_settlement if settled else words.entry_refund).format(name=name)
        case "TRANSFER", _:
            return (words.entry_settled_out if entry.amount < 0 else words.entry_settled_in).format(name=name)
        case "DEPOSIT", "PAYMENT":
            return _deposit(origin, look, name)
        case _:
            return words.entry_unknown


def _deposit(origin: Origin, look: Look, name: str) -> str:
    words = look.page_words
    if not origin.fee_amount:
        return words.entry_donation_free.format(name=name)
    if origin.donation_message_id is None:
        return words.entry_payment.format(fee=fee_text(origin, look))
    return words.entry_donation.format(name=name, fee=fee_text(origin, look))


def origin_name(origin: Origin, look: Look) -> str:
    """The donor, for the streamer's eyes."""
    return one_line(origin.donor_name or "", NAME_LIMIT) or look.words.somebody


def fee_text(origin: Origin, look: Look) -> str:
    """5 % where the fee is a percentage and nothing else, else its amount."""
    share = Decimal(origin.fee_percentage)
    exact = Decimal(origin.amount) * share
    if share and 0 <= origin.fee_amount - exact < 1:
        figure = f"{(share * 100).normalize():f}"
        return f"{figure.replace('.', ',') if look.words.language is Language.INDONESIAN else figure} %"
    return amount_text(origin.fee_amount, origin.currency)


def transaction_text(line: EntryLine, look: Look) -> str:
    """As in Rp25.000 · dicairkan."""
    words, origin = look.page_words, line.origin
    if origin is None:
        return words.transaction_none
    status = {
        "PENDING": words.payout_waits.lower() if origin.kind == "PAYOUT" else words.status_pending,
        "PAID": words.payout_done.lower() if origin.kind == "PAYOUT" else words.status_paid,
        "SETTLED": words.status_settled,
        "FAILED": words.status_failed,
        "REFUNDED": words.status_refunded,
    }.get(origin.status, origin.status)
    return words.transaction_payment.format(amount=amount_text(origin.amount, origin.currency), status=status)
