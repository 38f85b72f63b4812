"""What postings meet: a product database with many streamers and a past, and the processes that run beside them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import md5
from typing import Final
from uuid import UUID

from streamer_app.store import database

from .money_server import GATEWAY, OPERATOR, MoneyServer
from .programs import first_line, running, script

TPCB, MONEY = "tpcb", "money"
STREAMERS: Final = 1000
SPREAD: Final = "streamer"
WITHOUT_PLATFORM: Final = "free"
"""Kinds of streamers. The second's fee is nothing: no FEE entry, no marker, the platform's wallet is not touched."""
PLATFORM: Final = UUID("00000000-0000-4000-8000-000000000001")

_STREAMERS = """
WITH streamer AS (
  SELECT md5(kind || number)::uuid AS id, fee FROM generate_series(1, %(count)s) AS number,
         (VALUES ('streamer', 0.05), ('free', 0)) AS sort (kind, fee)
), terms AS (
  INSERT INTO streamer_app.fee_terms (streamer_user_id, valid_from, fee_fixed, fee_percentage)
  SELECT id, '2020-01-01', 0, fee FROM streamer
)
INSERT INTO public.wallets (user_id, type, name, slug, currency)
SELECT id, 'PENDING'::public.wallet_type, 'Pending', 'pending', 'IDR' FROM streamer
UNION ALL SELECT %(platform)s, 'PLATFORM'::public.wallet_type, 'Platform', 'platform', 'IDR'
"""

_PAST = """
SELECT count(*) FROM streamer_app.record_payments((
  SELECT jsonb_agg(jsonb_build_object(
    'provider', 'past', 'event', 'event-' || number, 'reference', 'order-' || number, 'status', 'PAID',
    'amount', 10000 + number, 'currency', 'IDR', 'payee', md5('streamer' || 1 + number %% %(streamers)s)::uuid,
    'platform', %(platform)s::text,
    'donation', jsonb_build_object('donor_name', 'Budi', 'message', 'Semangat terus kak!')))
    FROM generate_series(%(first)s::bigint, %(first)s::bigint + 999) AS number))
"""


def prepare(server: MoneyServer, past: int) -> None:
    """Streamers with wallets and fee terms, and `past` payments (in thousands) that were recorded before."""
    server.product_database(MONEY)
    with server.admin(MONEY) as conn:
        conn.execute(_STREAMERS, {"count": STREAMERS, "platform": PLATFORM})
        for thousand in range(past):
            asked = {"first": thousand * 1000, "streamers": STREAMERS, "platform": str(PLATFORM)}
            conn.execute(_PAST, asked)
        conn.execute("SELECT streamer_app.fold_balances()")
        conn.execute("VACUUM ANALYZE")


def streamer(number: int) -> UUID:
    """The user id of a streamer whose postings pay a fee."""
    return UUID(md5(f"{SPREAD}{number}".encode(), usedforsecurity=False).hexdigest())


@cache
def session_options(url: str) -> str:
    """What the product's own connections ask for: pgbench asks for the same."""

    async def look() -> str:
        async with database.connection(url, label="bench") as conn:
            return conn.info.options

    return asyncio.run(look())


_ALL_THERE = """
SELECT (SELECT count(*) FROM public.transactions AS payment WHERE payment.status <> 'PAID'
           OR (SELECT count(*) FROM public.donation_messages AS message WHERE message.transaction_id = payment.id) <> 1
              AND payment.external_reference IS NOT NULL
           OR (SELECT sum(entry.amount) FROM public.wallet_ledger_entries AS entry
                WHERE entry.source_type = 'TRANSACTION' AND entry.source_id = payment.id)
              IS DISTINCT FROM payment.amount),
       (SELECT count(*) FROM public.transactions) - (SELECT count(*) FROM streamer_app.payment_events),
       (SELECT count(*) FROM streamer_app.wallet_balances AS held WHERE held.balance <> (
          SELECT coalesce(sum(entry.amount), 0) FROM public.wallet_ledger_entries AS entry
           WHERE entry.wallet_id = held.wallet_id))
"""


def check(server: MoneyServer) -> None:
    """Raise RuntimeError unless all that was measured is there: a posting that leaves something out is no fast one."""
    with server.admin(MONEY) as conn:
        conn.execute("ANALYZE")
        found = conn.execute(_ALL_THERE).fetchone()
    if found != (0, 0, 0):
        raise RuntimeError(f"payments that are not whole, without an event, wallets that are off: {found}")


@contextmanager
def beside(server: MoneyServer, *tasks: str) -> Iterator[None]:
    """A process that does what a gateway does beside its postings: of `fold`, `ring` and `seal`, what is named."""
    role = OPERATOR if "seal" in tasks else GATEWAY
    order = json.dumps({"url": server.url(MONEY, role), "tasks": tasks, "streamers": STREAMERS})
    with running([script("money_beside.py"), order]) as process:
        first_line(process)
        yield
