"""record_payments beside the bare set-based INSERTs of the same rows into the same tables, guards and indexes on.

The floor finds its rows computed already, in a temporary table: it writes and nothing else. Both ring nobody.
"""

from __future__ import annotations

import json
import random
import time
from typing import Any
from uuid import UUID, uuid4

import psycopg

from streamer_app.store import database

from . import money_world
from .figures import Figure, median
from .money_pairs import Target, paired, take_turns
from .money_server import GATEWAY, OWNER, money_server
from .money_world import MONEY, PLATFORM, STREAMERS, session_options, streamer

_SIZE = 1000
_STATEMENTS, _QUICK_STATEMENTS = 40, 8
_PAST, _QUICK_PAST = 50, 5

_STAGE = """
CREATE TEMPORARY TABLE staged AS
SELECT gen_random_uuid() AS id, item.payee, wallet.id AS wallet, platform.id AS platform_wallet, item.event,
       item.reference, item.amount, item.amount - floor(item.amount * 0.95)::bigint AS fee,
       floor(item.amount * 0.95)::bigint AS net, item.donor, item.message
  FROM jsonb_to_recordset(%(items)s) AS item (
         payee uuid, event text, reference text, amount bigint, donor text, message text)
  JOIN public.wallets AS wallet ON wallet.user_id = item.payee AND wallet.type = 'PENDING'
  JOIN public.wallets AS platform ON platform.user_id = %(platform)s AND platform.type = 'PLATFORM'
"""
_BARE = (
    "SELECT set_config('streamer_app.rings_itself', 'on', true)",
    """
    INSERT INTO streamer_app.payment_events (provider, event, transaction_id, status, amount, payment_reference)
    SELECT 'bench', event, id, 'PAID', amount, reference FROM staged
    """,
    """
    INSERT INTO public.transactions
      (id, payee_user_id, amount, fee_percentage, fee_amount, net_amount, rounding_amount, status,
       external_reference, paid_at)
    SELECT id, payee, amount, 0.05, fee, net, fee - amount * 0.05, 'PAID', reference, now() FROM staged
    """,
    """
    INSERT INTO public.donation_messages (transaction_id, streamer_user_id, donor_name, message)
    SELECT id, payee, donor, message FROM staged
    """,
    """
    UPDATE public.wallets SET balance = balance + moved.amount
      FROM (SELECT wallet, sum(net) AS amount FROM staged GROUP BY wallet
            UNION ALL SELECT platform_wallet, sum(fee) FROM staged GROUP BY platform_wallet) AS moved
     WHERE wallets.id = moved.wallet
    """,
    """
    INSERT INTO public.wallet_ledger_entries
      (wallet_id, entry_type, amount, source_type, source_id, fee_percentage, fee_amount, net_amount)
    SELECT wallet, 'DEPOSIT'::public.ledger_entry_type, net, 'TRANSACTION'::public.ledger_source_type, id,
           0.05, fee, net FROM staged
    UNION ALL SELECT platform_wallet, 'FEE', fee, 'TRANSACTION', id, 0.05, fee, net FROM staged
    """,
)


def measure(quick: bool) -> tuple[list[Figure], list[str]]:  # noqa: FBT001 - every benchmark takes it
    """Payments a second, a thousand to a statement, one connection."""
    statements = _QUICK_STATEMENTS if quick else _STATEMENTS
    with money_server() as server:
        server.provide_wal(0.5 if quick else 4)
        money_world.prepare(server, _QUICK_PAST if quick else _PAST)
        options = session_options(server.url(MONEY, GATEWAY))
        with (
            psycopg.connect(server.url(MONEY, OWNER), autocommit=True, options=options) as plain,
            psycopg.connect(server.url(MONEY, GATEWAY), autocommit=True, options=options) as ours,
        ):
            floor, found = take_turns([lambda: _bare(plain, statements), lambda: _recorded(ours, statements)])
        money_world.check(server)
    name = f"batch record, {_SIZE} payments a statement, beside bare INSERTs"
    return [paired(name, floor, found, "payments/s", Target(0.7, at_least=True))], []


def _recorded(conn: psycopg.Connection[Any], statements: int) -> float:
    statement = database.sql("money/record_payments")
    took = []
    for _ in range(statements):
        document = json.dumps([_payment() for _ in range(_SIZE)])
        began = time.perf_counter()
        rows = conn.execute(statement, {"payments": document}, binary=True).fetchall()
        took.append(time.perf_counter() - began)
        if len(rows) != _SIZE or any(row[4] for row in rows):
            raise RuntimeError("a payment of the batch was refused")
    return _SIZE / median(took)


def _bare(conn: psycopg.Connection[Any], statements: int) -> float:
    took = []
    for _ in range(statements):
        items = [_staged() for _ in range(_SIZE)]
        conn.execute("DROP TABLE IF EXISTS staged")
        conn.execute(_STAGE, {"items": json.dumps(items), "platform": PLATFORM})
        conn.execute("ANALYZE staged")
        began = time.perf_counter()
        with conn.pipeline(), conn.transaction():
            for statement in _BARE:
                conn.execute(statement.encode())
        took.append(time.perf_counter() - began)
    return _SIZE / median(took)


def _staged() -> dict[str, object]:
    name = str(uuid4())
    return {
        "payee": str(_someone()), "event": name, "reference": name, "amount": _amount(), "donor": "Budi Santoso",
        "message": "Semangat terus kak, streamnya keren banget! Salam dari Bandung.",
    }  # fmt: skip


def _payment() -> dict[str, object]:
    item = _staged()
    donation = {"donor_name": item.pop("donor"), "message": item.pop("message"), "is_anonymous": False}
    money = {"provider": "bench", "status": "PAID", "currency": "IDR", "platform": str(PLATFORM), "payer": None}
    return item | money | {"donation": donation}


def _someone() -> UUID:
    return streamer(random.randint(1, STREAMERS))  # noqa: S311 - a load


def _amount() -> int:
    return random.randint(10_000, 1_000_000)  # noqa: S311 - a load
