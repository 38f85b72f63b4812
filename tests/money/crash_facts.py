"""What the database holds after a crash, and what of it contradicts the clients' journals."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final
from uuid import UUID

import psycopg

from streamer_app.store.payments import Payment
from tests.money.crash_client import FEES
from tests.money.crash_journal import EndPayout, GiveBack, Kept, Pay, PayOut, Settle

Connection = psycopg.Connection[Any]

_TRANSACTIONS: Final = """
SELECT payment.id, payment.kind, payment.status::text, payment.amount, payment.net_amount, payment.fee_amount,
       payment.payee_user_id, message.id, message.message,
       coalesce((SELECT jsonb_agg(jsonb_build_array(entry.entry_type, wallet.type, entry.amount,
                         (SELECT coalesce(jsonb_agg(reversal.amount), '[]')
                            FROM public.wallet_ledger_entries AS reversal
                           WHERE reversal.source_type = 'LEDGER' AND reversal.source_id = entry.id)))
                   FROM public.wallet_ledger_entries AS entry
                   JOIN public.wallets AS wallet ON wallet.id = entry.wallet_id
                  WHERE entry.source_type = 'TRANSACTION' AND entry.source_id = payment.id), '[]')
  FROM public.transactions AS payment
  LEFT JOIN public.donation_messages AS message ON message.transaction_id = payment.id
 WHERE payment.id = ANY (%s)
"""

# Each of these finds rows only when money was lost, doubled or invented, whoever posted it.
_LIES: Final = {
    "a balance is not the sum of its entries": """
      SELECT shown.type, shown.balance, sum(entry.amount) FROM streamer_app.wallet_balances AS shown
        LEFT JOIN public.wallet_ledger_entries AS entry ON entry.wallet_id = shown.wallet_id
       GROUP BY shown.wallet_id, shown.type, shown.balance HAVING shown.balance <> coalesce(sum(entry.amount), 0)""",
    "a stored balance is behind after the fold": "SELECT type, stored, balance FROM streamer_app.wallet_balances"
    " WHERE unfolded <> 0 OR stored <> balance",
    "the entries of a transaction have a wrong sum": """
      WITH said AS (
        SELECT entry.source_id AS id, entry.amount FROM public.wallet_ledger_entries AS entry
         WHERE entry.source_type = 'TRANSACTION'
        UNION ALL
        SELECT reversed.source_id, reversal.amount FROM public.wallet_ledger_entries AS reversal
          JOIN public.wallet_ledger_entries AS reversed ON reversed.id = reversal.source_id
         WHERE reversal.source_type = 'LEDGER' AND reversal.entry_type = 'REFUND')
      SELECT payment.id, payment.kind, payment.status, sum(said.amount) FROM public.transactions AS payment
        LEFT JOIN said ON said.id = payment.id
       GROUP BY payment.id
      HAVING coalesce(sum(said.amount), 0) <> CASE
        WHEN payment.kind = 'PAYOUT' THEN CASE WHEN payment.status = 'FAILED' THEN 0 ELSE -payment.amount END
        WHEN payment.status IN ('PAID', 'SETTLED') THEN payment.amount ELSE 0 END""",
    "an entry has no source": """
      SELECT entry.id FROM public.wallet_ledger_entries AS entry
       WHERE NOT EXISTS (SELECT FROM public.transactions WHERE id = entry.source_id)
         AND NOT EXISTS (SELECT FROM public.wallet_ledger_entries AS other WHERE other.id = entry.source_id)""",
    "an entry was reversed twice": "SELECT source_id FROM public.wallet_ledger_entries"
    " WHERE source_type = 'LEDGER' GROUP BY source_id HAVING count(*) > 1",
    "an event names no transaction": "SELECT provider, event FROM streamer_app.payment_events AS said"
    " WHERE NOT EXISTS (SELECT FROM public.transactions AS payment WHERE payment.id = said.transaction_id)",
    "a wallet other than CASH is below zero": "SELECT wallet.user_id, wallet.balance FROM public.wallets AS wallet"
    " WHERE wallet.type <> 'CASH' AND wallet.balance < 0",
}


@dataclass(frozen=True)
class Entry:
    """One entry of a transaction, and the amounts that reverse it."""

    kind: str
    wallet: str
    amount: int
    reversals: tuple[int, ...]


@dataclass(frozen=True)
class Stored:
    """One transaction with all that hangs on it."""

    kind: str
    status: str
    amount: int
    net: int
    fee: int
    payee: UUID
    message_id: UUID | None
    message: str | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Facts:
    """Events of one provider, and the transactions that a round spoke of."""

    events: dict[str, tuple[UUID, str]]
    transactions: dict[UUID, Stored]
    statuses: dict[UUID, set[str]] = field(default_factory=dict)


def named(text: str) -> UUID:
    """The database's rule for ids, written a second time."""
    return UUID(hashlib.sha256(text.encode()).hexdigest()[:32])


def id_of(payment: Payment) -> UUID:
    """Which transaction a payment's event is about."""
    where = f"{len(payment.provider)}/{payment.provider}"
    return named(f"event/{where}/{payment.event}" if payment.reference is None else f"{where}/{payment.reference}")


def id_of_payout(deed: PayOut) -> UUID:
    """Which transaction a payout is."""
    return named(f"payout/{deed.payee}/{deed.key}")


def read(connection: Connection, provider: str, kept: Sequence[Kept]) -> Facts:
    """Everything the journals of a round speak of."""
    events = {
        row[0]: (row[1], row[2])
        for row in connection.execute(
            "SELECT event, transaction_id, status FROM streamer_app.payment_events WHERE provider = %s", [provider]
        )
    }
    wanted = {id_of(each.deed.payment) for each in kept if isinstance(each.deed, Pay)}
    wanted |= {id_of_payout(each.deed) for each in kept if isinstance(each.deed, PayOut)}
    wanted |= {transaction for transaction, _ in events.values()}
    facts = Facts(events, {})
    for transaction, status in events.values():
        facts.statuses.setdefault(transaction, set()).add(status)
    for row in connection.execute(_TRANSACTIONS, [list(wanted)]):
        entries = tuple(Entry(kind, wallet, amount, tuple(back)) for kind, wallet, amount, back in row[9])
        columns = (*row[1:9], entries)
        facts.transactions[row[0]] = Stored(*columns)
    return facts


def lies(connection: Connection) -> Iterator[str]:
    """What is wrong with the ledger as a whole."""
    for name, query in _LIES.items():
        found = connection.execute(query.encode()).fetchall()
        if found:
            yield f"{name}: {found[:3]} ({len(found)} in all)"


def contradictions(kept: Sequence[Kept], facts: Facts) -> Iterator[str]:
    """Acknowledged and missing, half there, or there twice."""
    for each in kept:
        for problem in _about(each, facts):
            yield f"{problem}: {each}"
    for batch in {each.deed.batch for each in kept if isinstance(each.deed, Pay)} - {None}:
        there = {
            each.deed.payment.event in facts.events
            for each in kept
            if isinstance(each.deed, Pay) and each.deed.batch == batch
        }
        if len(there) > 1:
            yield f"a part of batch {batch} is there"


def _about(each: Kept, facts: Facts) -> Iterator[str]:
    kept = each.answer is not None and not each.answer.refused
    match each.deed:
        case Pay(payment):
            yield from _about_payment(payment, each, facts)
        case GiveBack(given_back):
            there = given_back.event in facts.events
            stored = facts.transactions.get(given_back.transaction_id or UUID(int=0))
            if kept and not there:
                yield "an acknowledged refund is missing"
            if there and (stored is None or stored.status != "REFUNDED"):
                yield f"a refund's event is there, but the payment is {stored}"
        case Settle(transaction_id):
            if kept and facts.transactions[transaction_id].status not in {"SETTLED", "REFUNDED"}:
                yield "an acknowledged settlement is missing"
        case PayOut():
            yield from _about_payout(each.deed, each, facts.transactions.get(id_of_payout(each.deed)))
        case EndPayout(transaction_id, arrived):
            if kept and facts.transactions[transaction_id].status != ("PAID" if arrived else "FAILED"):
                yield "an acknowledged end of a payout is missing"


def _about_payout(deed: PayOut, each: Kept, stored: Stored | None) -> Iterator[str]:
    if each.answer is not None and each.answer.refused != (stored is None):
        yield "a payout's answer and the database differ"
    if each.answer is not None and each.answer.transaction_id not in {None, id_of_payout(deed)}:
        yield "a payout has another id"
    if stored is not None and _payout(deed, stored) != stored:
        yield f"a payout is not whole: {stored}"


def _about_payment(payment: Payment, each: Kept, facts: Facts) -> Iterator[str]:
    wanted = id_of(payment)
    there = facts.events.get(payment.event)
    stored = facts.transactions.get(wanted)
    if each.answer is not None and there is None:
        yield "an acknowledged payment is missing"
    if there is not None and there[0] != wanted:
        yield f"the event names {there[0]}, not {wanted}"
    if (wanted in facts.statuses) != (stored is not None):
        yield "the event is there without its transaction, or the other way round"
    if stored is None:
        return
    if each.answer is not None and (each.answer.transaction_id, each.answer.message_id) != (wanted, stored.message_id):
        yield f"the answer named another transaction or message than {wanted}, {stored.message_id}"
    if payment.words is not None and stored.message != payment.words.message:
        yield f"the donation message says {stored.message}"
    if whole(payment, stored, facts.statuses[wanted]) != stored:
        yield f"{stored} is not {whole(payment, stored, facts.statuses[wanted])}"


def whole(payment: Payment, stored: Stored, said: set[str]) -> Stored:
    """The transaction as it has to be, by the events that are there. Where two states are right, as it is."""
    fixed, percentage = FEES.get(payment.payee_user_id, (0, Decimal(0)))
    exact = fixed + payment.amount * percentage
    net = max(0, int((payment.amount - exact).to_integral_value(ROUND_FLOOR)))
    moves = [("DEPOSIT", "PENDING", net), ("FEE", "PLATFORM", payment.amount - net)] if "PAID" in said else []
    transferred = any(entry.kind == "TRANSFER" for entry in stored.entries)
    if "REFUNDED" in said:
        status = "REFUNDED"
    elif "PAID" in said:
        # A payment without a net amount is settled without an entry.
        status = "SETTLED" if transferred or (net == 0 and stored.status == "SETTLED") else "PAID"
    else:
        status = "PENDING"
    if transferred:
        moves += [("TRANSFER", "PENDING", -net), ("TRANSFER", "CASH", net)]
    entries = [Entry(*move, (-move[2],) if status == "REFUNDED" else ()) for move in moves if move[2] != 0]
    return Stored(
        "PAYMENT",
        status,
        payment.amount,
        net,
        payment.amount - net,
        payment.payee_user_id,
        stored.message_id,
        stored.message,
        stored.entries if Counter(entries) == Counter(stored.entries) else tuple(entries),
    )


def _payout(deed: PayOut, stored: Stored) -> Stored:
    status = stored.status if stored.status in {"PENDING", "PAID", "FAILED"} else "PENDING"
    back = (deed.amount,) if status == "FAILED" else ()
    entries = (Entry("WITHDRAW", "CASH", -deed.amount, back),)
    return Stored("PAYOUT", status, deed.amount, deed.amount, 0, deed.payee, None, None, entries)
