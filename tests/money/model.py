"""What the ledger promises, in plain Python: no SQL, no clock, exact decimals. The database is held against it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from decimal import ROUND_FLOOR, Context, Decimal, localcontext
from typing import Any, Final
from uuid import UUID

BIGGEST: Final = 2**63 - 1
STATUSES: Final = ("PENDING", "PAID", "FAILED")
REFUNDS: Final = ("REFUNDED", "PARTIAL_REFUND")


class RefusedError(Exception):
    """The ledger says no, with this SQLSTATE."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@dataclass(frozen=True)
class Terms:
    """A fee: fixed in the smallest unit, percentage as a fraction."""

    fixed: int = 0
    percentage: Decimal = Decimal(0)


@dataclass(frozen=True)
class Split:
    """What a payment's amount becomes."""

    net: int
    fee: int
    rounding: Decimal
    capped: bool


def split(amount: int, terms: Terms) -> Split:
    """FLOOR_TO_PLATFORM, in exact decimals."""
    with localcontext(Context(prec=60)):
        exact = Decimal(terms.fixed) + Decimal(amount) * terms.percentage
        if exact > amount:
            return Split(0, amount, Decimal(0), capped=True)
        net = int((Decimal(amount) - exact).to_integral_value(ROUND_FLOOR))
        return Split(net, amount - net, Decimal(amount - net) - exact, capped=False)


def _named(text: str) -> UUID:
    return UUID(hashlib.sha256(text.encode()).hexdigest()[:32])


def payment_id(provider: str, event: str, reference: str | None) -> UUID:
    """The id follows from what the provider calls the payment, or from its only event."""
    if reference is None:
        return _named(f"event/{len(provider)}/{provider}/{event}")
    return _named(f"{len(provider)}/{provider}/{reference}")


@dataclass(frozen=True)
class Said:
    """One call of record_payment."""

    provider: str
    event: str
    reference: str | None
    status: str
    amount: int
    currency: str
    payee: UUID
    platform: UUID
    payer: UUID | None = None
    donation: dict[str, Any] | None = None


@dataclass(frozen=True)
class Event:
    """A line of payment_events."""

    transaction: UUID
    status: str
    amount: int
    reason: str | None = None


@dataclass
class Transaction:
    """A row of transactions."""

    id: UUID
    kind: str
    payee: UUID
    amount: int
    currency: str
    status: str
    split: Split
    terms: Terms = field(default_factory=Terms)
    payer: UUID | None = None
    reference: str | None = None
    paid: bool = False
    settled: bool = False


@dataclass(frozen=True)
class Wallet:
    """Whose, and which."""

    user: UUID
    type: str


@dataclass(frozen=True, eq=False)
class Entry:
    """A ledger entry. `origin` is the entry it reverses or corrects."""

    wallet: Wallet
    type: str
    amount: int
    currency: str
    source: UUID | None
    origin: Entry | None
    terms: Terms
    fee: int
    net: int
    description: str | None = None
    id: UUID | None = None


@dataclass(frozen=True)
class Recorded:
    """What record_payment answers; the message by its transaction."""

    transaction: UUID
    has_message: bool
    currency: str
    repeated: bool


@dataclass
class Ledger:
    """All of it."""

    terms: dict[UUID, Terms] = field(default_factory=dict)
    transactions: dict[UUID, Transaction] = field(default_factory=dict)
    events: dict[tuple[str, str], Event] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    currencies: dict[Wallet, str] = field(default_factory=dict)
    messages: dict[UUID, dict[str, Any]] = field(default_factory=dict)

    def balance(self, wallet: Wallet) -> int:
        """The sum of its entries."""
        return sum(entry.amount for entry in self.entries if entry.wallet == wallet)

    def record(self, said: Said) -> Recorded:
        """One event of a payment."""
        if said.status not in STATUSES or not 0 < said.amount <= BIGGEST or len(said.currency) != 3:
            raise RefusedError("22023")
        known = self.events.get((said.provider, said.event))
        if known is not None:
            if known.status in REFUNDS:
                raise RefusedError("SA001")
            payment = self.transactions[known.transaction]
            self._same_money(payment, said)
            return Recorded(payment.id, payment.id in self.messages, payment.currency, repeated=True)
        transaction = payment_id(said.provider, said.event, said.reference)
        present = self.transactions.get(transaction)
        if present is None:
            present = self._new(transaction, said)
        else:
            self._same_money(present, said)
        decides = present.status == "PENDING" and said.status != "PENDING"
        if decides and said.status == "PAID":
            self._check_currency(self._pays(present, said.platform))
        self.transactions[transaction] = present
        self.events[said.provider, said.event] = Event(transaction, said.status, said.amount)
        if decides:
            present.status = said.status
            present.payer = present.payer or said.payer if said.status == "PAID" else None
            present.paid = said.status == "PAID"
        if present.status in ("PENDING", "PAID", "SETTLED") and said.donation is not None:
            self.messages.setdefault(transaction, said.donation)
        if decides and said.status == "PAID":
            for entry in self._pays(present, said.platform):
                self._post(entry)
            self._refund_that_waits(present)
        return Recorded(transaction, transaction in self.messages, said.currency, repeated=False)

    def _new(self, transaction: UUID, said: Said) -> Transaction:
        terms = self.terms.get(said.payee, Terms())
        parts = split(said.amount, terms)
        if parts.capped and said.status == "PENDING":
            raise RefusedError("SA003")
        return Transaction(
            transaction, "PAYMENT", said.payee, said.amount, said.currency, "PENDING", parts, terms,
            reference=said.reference,
        )  # fmt: skip

    @staticmethod
    def _same_money(payment: Transaction, said: Said) -> None:
        if (payment.amount, payment.payee, payment.currency) != (said.amount, said.payee, said.currency):
            raise RefusedError("SA001")

    def _pays(self, payment: Transaction, platform: UUID) -> list[Entry]:
        parts = (
            (Wallet(payment.payee, "PENDING"), "DEPOSIT", payment.split.net),
            (Wallet(platform, "PLATFORM"), "FEE", payment.split.fee),
        )
        return [self._of(payment, *part) for part in parts if part[2] > 0]

    @staticmethod
    def _of(payment: Transaction, wallet: Wallet, kind: str, amount: int) -> Entry:
        parts = payment.split
        return Entry(wallet, kind, amount, payment.currency, payment.id, None, payment.terms, parts.fee, parts.net)

    def _check_currency(self, entries: list[Entry]) -> None:
        if any(self.currencies.get(entry.wallet, entry.currency) != entry.currency for entry in entries):
            raise RefusedError("SA002")

    def _post(self, entry: Entry) -> None:
        self.currencies.setdefault(entry.wallet, entry.currency)
        self.entries.append(entry)

    def _refund_that_waits(self, payment: Transaction) -> None:
        for event in self.events.values():
            if event.transaction == payment.id and event.status == "REFUNDED" and event.amount in (0, payment.amount):
                self._reverse(payment.id, event.reason)
                payment.status = "REFUNDED"
                return

    def _reverse(self, transaction: UUID, reason: str | None) -> None:
        for entry in [entry for entry in self.entries if entry.source == transaction]:
            self._post(
                replace(entry, type="REFUND", amount=-entry.amount, source=None, origin=entry, description=reason)
            )

    def settle(self, transaction: UUID) -> tuple[int, bool]:
        """(net, repeated)."""
        payment = self.transactions.get(transaction)
        if payment is None or payment.kind != "PAYMENT":
            raise RefusedError("SA006")
        if payment.status not in ("PAID", "SETTLED"):
            raise RefusedError("SA005")
        if payment.status == "SETTLED":
            return payment.split.net, True
        if payment.split.net > 0:
            for kind, sign in (("PENDING", -1), ("CASH", 1)):
                self._post(self._of(payment, Wallet(payment.payee, kind), "TRANSFER", sign * payment.split.net))
        payment.status, payment.settled = "SETTLED", True
        return payment.split.net, False

    def due(self) -> list[Transaction]:
        """What a settlement run takes."""
        return [
            payment for payment in self.transactions.values() if payment.kind == "PAYMENT" and payment.status == "PAID"
        ]

    def refund(
        self, provider: str, event: str, named: UUID, amount: int | None, *, by_id: bool, reason: str | None
    ) -> tuple[str, bool]:
        """(outcome, repeated)."""
        if amount is not None and amount <= 0:
            raise RefusedError("22023")
        payment = self.transactions.get(named)
        if (payment is None and by_id) or (payment is not None and payment.kind == "PAYOUT"):
            raise RefusedError("SA006")
        owed = None if payment is None else payment.amount
        known = self.events.get((provider, event))
        if known is None:
            partial = None not in (amount, owed) and amount != owed
            status = "PARTIAL_REFUND" if partial else "REFUNDED"
            known = self.events[provider, event] = Event(named, status, amount or owed or 0, reason)
            if payment is not None and payment.status in ("PAID", "SETTLED") and known.amount == owed:
                self._refund_that_waits(payment)
            repeated = False
        else:
            same = (
                amount in (None, owed) or owed is None if known.amount == 0 else known.amount == (amount or owed or 0)
            )
            if known.transaction != named or known.status not in REFUNDS or not same:
                raise RefusedError("SA001")
            repeated = True
        if payment is not None and known.amount not in (0, owed):
            return "PARTIAL", repeated
        return ("REFUNDED" if payment is not None and payment.status == "REFUNDED" else "WAITING"), repeated

    def request_payout(self, key: str, payee: UUID, amount: int, currency: str) -> tuple[UUID, str, bool]:
        """(transaction, status, repeated)."""
        if key == "" or amount <= 0:
            raise RefusedError("22023")
        transaction = _named(f"payout/{payee}/{key}")
        known = self.transactions.get(transaction)
        if known is not None:
            if (known.amount, known.currency) != (amount, currency):
                raise RefusedError("SA001")
            return transaction, known.status, True
        cash = Wallet(payee, "CASH")
        if self.currencies.get(cash, currency) != currency:
            raise RefusedError("SA002")
        if self.balance(cash) < amount:
            raise RefusedError("SA004")
        payout = Transaction(
            transaction, "PAYOUT", payee, amount, currency, "PENDING", Split(amount, 0, Decimal(0), capped=False)
        )
        self.transactions[transaction] = payout
        self._post(self._of(payout, cash, "WITHDRAW", -amount))
        return transaction, "PENDING", False

    def _payout(self, transaction: UUID, *allowed: str) -> Transaction:
        payout = self.transactions.get(transaction)
        if payout is None or payout.kind != "PAYOUT":
            raise RefusedError("SA006")
        if payout.status not in allowed:
            raise RefusedError("SA005")
        return payout

    def complete_payout(self, transaction: UUID, reference: str | None) -> tuple[str, bool]:
        """(status, repeated)."""
        payout = self._payout(transaction, "PENDING", "PAID")
        if payout.status == "PAID":
            if reference is not None and reference != (payout.reference or ""):
                raise RefusedError("SA001")
            return "PAID", True
        payout.status, payout.paid, payout.reference = "PAID", True, reference
        return "PAID", False

    def fail_payout(self, transaction: UUID, reason: str | None) -> tuple[str, bool]:
        """(status, repeated)."""
        self._payout(transaction, *STATUSES)
        if not (reason or "").strip():
            raise RefusedError("SA007")
        payout = self._payout(transaction, "PENDING", "FAILED")
        if payout.status == "FAILED":
            return "FAILED", True
        self._reverse(transaction, (reason or "").strip())
        payout.status = "FAILED"
        return "FAILED", False

    def adjust(self, key: str, corrected: Entry | None, amount: int, reason: str) -> tuple[UUID, bool]:
        """(entry, repeated)."""
        if key == "" or amount == 0:
            raise RefusedError("22023")
        if not reason.strip():
            raise RefusedError("SA007")
        if corrected is None:
            raise RefusedError("SA006")
        made = _named(f"adjust/{key}")
        known = next((entry for entry in self.entries if entry.id == made), None)
        if known is not None:
            if (known.origin, known.amount, known.description) != (corrected, amount, reason.strip()):
                raise RefusedError("SA001")
            return made, True
        self._post(
            replace(
                corrected,
                type="ADJUSTMENT",
                amount=amount,
                source=None,
                origin=corrected,
                id=made,
                description=reason.strip(),
            )
        )
        return made, False
