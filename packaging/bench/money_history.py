"""A ledger of millions of entries, as years of postings leave it, made in a minute.

Two entries a payment: one streamer's wallet gets a million of five, the platform's the half of all. Rules, sums, names
of database transactions and balances are what verify expects. Triggers are put aside while it is made, and the indexes
are built afterwards: their validity is a note in the catalog that REINDEX renews. Only on a server of the bench's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import psycopg

from .money_server import MoneyServer
from .money_world import PLATFORM, SPREAD, STREAMERS

HISTORY = "history"
_TABLES = ("public.transactions", "public.wallets", "public.wallet_ledger_entries")
_LONG_SHARE = 0.4
"""Of all payments, those to the one streamer with the long ledger: a fifth of the entries."""

_WALLETS = """
WITH terms AS (
  INSERT INTO streamer_app.fee_terms (streamer_user_id, valid_from, fee_fixed, fee_percentage)
  SELECT md5(%(kind)s || number)::uuid, '2020-01-01', 0, 0.05 FROM generate_series(0, %(streamers)s) AS number
)
INSERT INTO public.wallets (id, user_id, type, name, slug, currency)
SELECT md5('wallet' || number)::uuid, md5(%(kind)s || number)::uuid, 'PENDING'::public.wallet_type, 'Pending',
       'pending', 'IDR'
  FROM generate_series(0, %(streamers)s) AS number
UNION ALL SELECT md5('platform')::uuid, %(platform)s, 'PLATFORM'::public.wallet_type, 'Platform', 'platform', 'IDR'
"""
_TRANSACTIONS = """
INSERT INTO public.transactions
  (id, payee_user_id, amount, fee_percentage, fee_amount, net_amount, rounding_amount, status, external_reference,
   created_at, paid_at)
SELECT md5('payment' || number)::uuid, md5(%(kind)s || payee)::uuid, amount, 0.05, amount - net, net,
       amount - net - amount * 0.05, 'PAID', 'order-' || number, at, at
  FROM (SELECT number, amount, floor(amount * 0.95)::bigint AS net,
               timestamptz '2024-01-01 00:00+00' + number * interval '7 s' AS at,
               CASE WHEN number %% 5 < 2 THEN 0 ELSE 1 + number %% %(streamers)s END AS payee
          FROM (SELECT number, 10000 + number * 7919 %% 990000 AS amount
                  FROM generate_series(1, %(payments)s::bigint) AS number) AS numbered
       ) AS payment
"""
_ENTRIES = """
INSERT INTO public.wallet_ledger_entries
  (wallet_id, entry_type, amount, source_type, source_id, fee_percentage, fee_amount, net_amount, created_at, posted_in)
SELECT CASE part WHEN 1 THEN md5('wallet' || payee) ELSE md5('platform') END::uuid,
       CASE part WHEN 1 THEN 'DEPOSIT' ELSE 'FEE' END::public.ledger_entry_type,
       CASE part WHEN 1 THEN net ELSE amount - net END, 'TRANSACTION', md5('payment' || number)::uuid, 0.05,
       amount - net, net, timestamptz '2024-01-01 00:00+00' + number * interval '7 s', 1000 + number
  FROM (SELECT number, amount, floor(amount * 0.95)::bigint AS net,
               CASE WHEN number %% 5 < 2 THEN 0 ELSE 1 + number %% %(streamers)s END AS payee
          FROM (SELECT number, 10000 + number * 7919 %% 990000 AS amount
                  FROM generate_series(1, %(payments)s::bigint) AS number) AS numbered
       ) AS payment
  CROSS JOIN generate_series(1, 2) AS part
"""
_BALANCES = """
UPDATE public.wallets SET balance = held.amount
  FROM (SELECT wallet_id, sum(amount) AS amount FROM public.wallet_ledger_entries GROUP BY wallet_id) AS held
 WHERE wallets.id = held.wallet_id
"""


@dataclass(frozen=True)
class History:
    """What was made."""

    entries: int
    long_wallet: UUID
    """The wallet with a fifth of all entries."""


def prepare(server: MoneyServer, entries: int) -> History:
    """Make it, on a server whose transaction counter is beyond 2^32 (`later`)."""
    server.product_database(HISTORY)
    asked = {"kind": SPREAD, "streamers": STREAMERS, "platform": PLATFORM, "payments": entries // 2}
    with server.admin(HISTORY) as conn:
        conn.execute("SET maintenance_work_mem = '1GB'")
        guards = conn.execute(
            "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger"
            " WHERE tgrelid = ANY (%s::regclass[]) AND tgenabled <> 'D'",
            [list(_TABLES)],
        ).fetchall()
        for table in _TABLES:
            conn.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
        _indexes_aside(conn)
        for statement in (_WALLETS, _TRANSACTIONS, _ENTRIES, _BALANCES):
            conn.execute(statement.encode(), asked)
        for table in _TABLES:
            conn.execute(f"REINDEX TABLE {table}".encode())
        for table, name, enabled in guards:
            always = " ALWAYS" if enabled == "A" else ""
            conn.execute(f'ALTER TABLE {table} ENABLE{always} TRIGGER "{name}"'.encode())
        conn.execute("VACUUM ANALYZE")
        row = conn.execute("SELECT md5('wallet0')::uuid").fetchone()
    if row is None:
        raise RuntimeError("SELECT answers with a row")
    return History(entries, row[0])


def _indexes_aside(conn: psycopg.Connection[tuple[object, ...]]) -> None:
    conn.execute(
        "UPDATE pg_index SET indisready = false, indisvalid = false WHERE indrelid = ANY (%s::regclass[])",
        [list(_TABLES)],
    )
