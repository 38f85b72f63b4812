"""The model and the database side by side: every call goes to both, and everything they hold is compared."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from tests.money.model import Entry, Ledger, Recorded, RefusedError, Said, Terms, Wallet, payment_id

Connection = psycopg.Connection[Any]

_TRANSACTIONS: Final = """
SELECT id, kind, payer_user_id, payee_user_id, amount, fee_fixed, fee_percentage, fee_amount, net_amount,
       rounding_amount, currency, status::text, external_reference, meta, paid_at IS NOT NULL, settled_at IS NOT NULL
  FROM transactions WHERE payee_user_id = ANY (%(users)s)
"""
_ENTRIES: Final = """
SELECT entry.id, wallet.user_id, wallet.type::text, entry.entry_type::text, entry.amount, entry.currency,
       entry.source_type::text, CASE entry.source_type WHEN 'TRANSACTION' THEN entry.source_id END, origin.id,
       entry.fee_fixed, entry.fee_percentage, entry.fee_amount, entry.net_amount, entry.description
  FROM wallets AS wallet
  JOIN wallet_ledger_entries AS entry ON entry.wallet_id = wallet.id
  LEFT JOIN wallet_ledger_entries AS origin ON entry.source_type = 'LEDGER' AND origin.id = entry.source_id
 WHERE wallet.user_id = ANY (%(users)s)
"""
_WALLETS: Final = """
SELECT user_id, type::text, currency, stored, balance, unfolded FROM streamer_app.wallet_balances
 WHERE user_id = ANY (%(users)s)
"""
_MESSAGES: Final = """
SELECT transaction_id, id, donor_name, message, is_anonymous, media_type::text, media_video_id
  FROM donation_messages WHERE streamer_user_id = ANY (%(users)s)
"""
_EVENTS: Final = """
SELECT event, transaction_id, status, amount, reason FROM streamer_app.payment_events
 WHERE provider = ANY (%(providers)s)
"""


def item(said: Said) -> dict[str, Any]:
    """As record_payments takes it."""
    return {
        "provider": said.provider,
        "event": said.event,
        "reference": said.reference,
        "status": said.status,
        "amount": said.amount,
        "currency": said.currency,
        "payee": str(said.payee),
        "platform": str(said.platform),
        "payer": None if said.payer is None else str(said.payer),
        "donation": said.donation,
    }


def arguments(said: Said) -> list[Any]:
    """As record_payment takes it."""
    donation = None if said.donation is None else Jsonb(said.donation)
    return [
        said.provider, said.event, said.reference, said.status, said.amount, said.currency, said.payee, said.platform,
        said.payer, donation,
    ]  # fmt: skip


def ask(connection: Connection, function: str, *values: Any) -> Any:
    """The one row a money function answers with; a refusal raises `RefusedError`, what is no refusal passes through."""
    marks = ", ".join(["%s"] * len(values))
    try:
        statement = f"SELECT * FROM streamer_app.{function}({marks})"  # noqa: S608
        rows = connection.execute(statement.encode(), values).fetchall()
    except psycopg.Error as problem:
        if (problem.sqlstate or "").startswith("SA") or problem.sqlstate in ("22023", "22003"):
            raise RefusedError(problem.sqlstate or "") from problem
        raise
    assert len(rows) == 1
    return rows[0]


def outcome(act: Callable[[], Any]) -> Any:
    """What it answers, or the SQLSTATE it is refused with."""
    try:
        return act()
    except RefusedError as refused:
        return refused.sqlstate


def _answered(answer: Any) -> Any:
    return answer


class World:
    """Three streamers, two platforms and two providers of their own in a shared database."""

    def __init__(self, app: Connection, owner: Connection) -> None:
        self.app, self.owner = app, owner
        self.model = Ledger()
        self.streamers = [uuid4() for _ in range(3)]
        self.platforms = [uuid4() for _ in range(2)]
        self.providers = [f"{name}-{uuid4().hex}" for name in ("midtrans", "xendit")]
        self.seen: list[tuple[Any, ...]] = []
        self.answers: Counter[tuple[str, str]] = Counter()
        self._fees = 0

    @property
    def payouts(self) -> list[UUID]:
        """All that were asked for."""
        return [one.id for one in self.model.transactions.values() if one.kind == "PAYOUT"]

    def cash(self, streamer: UUID) -> int:
        """What a streamer may be paid."""
        return self.model.balance(Wallet(streamer, "CASH"))

    def set_fee(self, streamer: int, terms: Terms, *, future: bool) -> None:
        self._fees += 1
        start = "2100-01-01" if future else "2020-01-01"
        self.owner.execute(
            "INSERT INTO streamer_app.fee_terms VALUES (%s, %s::timestamptz + %s * interval '1 second', %s, %s)",
            [self.streamers[streamer], start, self._fees, terms.fixed, terms.percentage],
        )
        if not future:
            self.model.terms[self.streamers[streamer]] = terms

    def record(self, said: Said) -> None:
        def database() -> Recorded:
            row = ask(self.app, "record_payment", *arguments(said))
            return Recorded(row[0], row[1] is not None, row[2], row[3])

        self._same("record", lambda: self.model.record(said), database, said)

    def record_batch(self, batch: list[Said]) -> None:
        rows = self.app.execute(
            "SELECT * FROM streamer_app.record_payments(%s::jsonb)", [json.dumps([item(said) for said in batch])]
        ).fetchall()
        assert [row[0] for row in rows] == list(range(1, len(batch) + 1))
        for said, row in zip(batch, rows, strict=True):
            answer = row[5] or Recorded(row[1], row[2] is not None, row[3], row[4])
            assert (row[5] is None) == (row[6] is None)
            self._same("batch", partial(self.model.record, said), partial(_answered, answer), (batch, said))

    def settle(self, transaction: UUID) -> None:
        self._same(
            "settle",
            lambda: (transaction, *self.model.settle(transaction)),
            lambda: ask(self.app, "settle_payment", transaction),
            transaction,
        )

    def settle_due(self, limit: int | None) -> None:
        """To the end, portion by portion: which come first is the database's choice, the end is not."""
        due = self.model.due()
        left, net = len(due), 0
        while True:
            settled, moved, _ = ask(self.app, "settle_due", "2100-01-01", limit)
            assert settled == (left if limit is None else min(limit, left))
            left -= settled
            net += moved
            if not settled:
                break
        assert sum(self.model.settle(payment.id)[0] for payment in due) == net

    def refund(self, provider: str, event: str, named: UUID | str, amount: int | None, reason: str | None) -> None:
        by_id = isinstance(named, UUID)
        transaction = named if isinstance(named, UUID) else payment_id(provider, "", named)
        self._same(
            "refund",
            lambda: (transaction, *self.model.refund(provider, event, transaction, amount, by_id=by_id, reason=reason)),
            lambda: ask(
                self.app,
                "refund_payment",
                provider,
                event,
                None if by_id else named,
                named if by_id else None,
                amount,
                reason,
            ),
            (provider, event, named, amount),
        )

    def request_payout(self, key: str, payee: UUID, amount: int, currency: str) -> None:
        given = (key, payee, amount, currency)
        self._same(
            "request",
            lambda: self.model.request_payout(*given),
            lambda: ask(self.app, "request_payout", *given),
            given,
        )

    def complete_payout(self, transaction: UUID, reference: str | None) -> None:
        self._same(
            "complete",
            lambda: (transaction, *self.model.complete_payout(transaction, reference)),
            lambda: ask(self.app, "complete_payout", transaction, reference),
            transaction,
        )

    def fail_payout(self, transaction: UUID, reason: str | None) -> None:
        self._same(
            "fail",
            lambda: (transaction, *self.model.fail_payout(transaction, reason)),
            lambda: ask(self.app, "fail_payout", transaction, reason),
            transaction,
        )

    def adjust(self, key: str, corrected: Entry | None, amount: int, reason: str) -> None:
        key = key and f"{self.providers[0]}/{key}"

        self._check_entries()

        def database() -> tuple[UUID, bool]:
            entry = uuid4() if corrected is None else self._id_of(corrected)
            row = ask(self.app, "adjust", key, entry, amount, reason)
            return row[0], row[2]

        self._same("adjust", lambda: self.model.adjust(key, corrected, amount, reason), database, (key, amount, reason))

    def fold(self) -> None:
        """All markers: afterwards what is stored is exact."""
        ask(self.app, "fold_balances")
        rows = self.app.execute(_WALLETS, self._mine()).fetchall()
        assert all(row[3] == row[4] and row[5] == 0 for row in rows)

    def check(self) -> None:
        """Everything the database holds is what the model holds."""
        self._check_entries()
        transactions = {row[0]: row[1:] for row in self.app.execute(_TRANSACTIONS, self._mine()).fetchall()}
        expected = {
            one.id: (
                one.kind, one.payer, one.payee, one.amount, one.terms.fixed, one.terms.percentage, one.split.fee,
                one.split.net, one.split.rounding, one.currency, one.status, one.reference,
                {"fee_capped": True} if one.split.capped else {}, one.paid, one.settled,
            )
            for one in self.model.transactions.values()
        }  # fmt: skip
        assert transactions == expected
        wallets = {(row[0], row[1]): (row[2], row[4]) for row in self.app.execute(_WALLETS, self._mine()).fetchall()}
        assert wallets == {
            (wallet.user, wallet.type): (currency, self.model.balance(wallet))
            for wallet, currency in self.model.currencies.items()
        }
        messages = {row[0]: row[2:5] for row in self.app.execute(_MESSAGES, self._mine()).fetchall()}
        assert messages == {
            transaction: (words.get("donor_name"), words.get("message"), words.get("is_anonymous", False))
            for transaction, words in self.model.messages.items()
        }
        events = Counter(self.app.execute(_EVENTS, {"providers": self.providers}).fetchall())
        assert events == Counter(
            (key[1], event.transaction, event.status, event.amount, event.reason)
            for key, event in self.model.events.items()
        )

    def _check_entries(self) -> None:
        self.seen = self.app.execute(_ENTRIES, self._mine()).fetchall()
        shapes = {row[0]: row[1:8] for row in self.seen}
        found = Counter((*row[1:8], shapes.get(row[8]), *row[9:]) for row in self.seen)
        assert found == Counter(self._shape(entry, deep=True) for entry in self.model.entries)

    @staticmethod
    def _shape(entry: Entry, *, deep: bool) -> tuple[Any, ...]:
        source = "TRANSACTION" if entry.origin is None else "LEDGER"
        flat = (entry.wallet.user, entry.wallet.type, entry.type, entry.amount, entry.currency, source, entry.source)
        if not deep:
            return flat
        origin = None if entry.origin is None else World._shape(entry.origin, deep=False)
        rest = (entry.terms.fixed, entry.terms.percentage, entry.fee, entry.net, entry.description)
        return (*flat, origin, *rest)

    def _id_of(self, entry: Entry) -> UUID:
        """The database's id of an entry of the model: of a source, an entry type and a wallet there is one."""
        if entry.id is not None:
            return entry.id
        origin = None if entry.origin is None else self._id_of(entry.origin)
        ids: list[UUID] = [
            row[0]
            for row in self.seen
            if (row[1], row[2], row[3], row[7]) == (entry.wallet.user, entry.wallet.type, entry.type, entry.source)
            and row[8] == origin
        ]
        assert len(ids) == 1
        return ids[0]

    def _mine(self) -> dict[str, Any]:
        return {"users": [*self.streamers, *self.platforms]}

    def _same(self, what: str, expected: Callable[[], Any], found: Callable[[], Any], about: Any) -> None:
        """Both answer alike; kinds of answers are counted."""
        answer = outcome(expected)
        assert outcome(found) == answer, (what, about)
        if not isinstance(answer, str):
            answer = "repeated" if (answer.repeated if isinstance(answer, Recorded) else answer[-1]) else "done"
        self.answers[what, answer] += 1
