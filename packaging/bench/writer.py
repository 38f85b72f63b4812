"""Another backend: one database transaction a donation, plain SQL, at a steady pace, by a login of its own.

    python writer.py DATABASE_URL

Reads one JSON order a line ({"streamer", "platform", "count", "seconds"}), answers with one line: a list of
[message id, monotonic seconds when COMMIT had returned]. The floor and ours get exactly the same statements.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any
from uuid import UUID, uuid4

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]
AMOUNT, FEE = 25_000, 1_250
_NET = AMOUNT - FEE

_TRANSACTION = (
    "INSERT INTO transactions (id, payee_user_id, amount, fee_percentage, fee_amount, net_amount, status, paid_at)"
    " VALUES (%s, %s, %s, 0.05, %s, %s, 'PAID', now())"
)
_ENTRY = (
    "INSERT INTO wallet_ledger_entries (wallet_id, entry_type, amount, source_type, source_id, fee_percentage,"
    " fee_amount, net_amount) VALUES (%s, %s, %s, 'TRANSACTION', %s, 0.05, %s, %s)"
)
_BALANCE = "UPDATE wallets SET balance = balance + %s WHERE id = %s"
_MESSAGE = (
    "INSERT INTO donation_messages (id, transaction_id, streamer_user_id, donor_name, message, is_anonymous)"
    " VALUES (%s, %s, %s, 'Budi', 'semangat terus streamnya!', false)"
)


def wallet(conn: Connection, user: str, kind: str) -> UUID:
    """The wallet of a user, made at first use."""
    conn.execute(
        "INSERT INTO wallets (user_id, type, name, slug) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (user, kind, kind.title(), kind.lower()),
    )
    row = conn.execute("SELECT id FROM wallets WHERE user_id = %s AND type = %s", (user, kind)).fetchone()
    conn.commit()
    if row is None:
        raise RuntimeError("a wallet was made and is not there")
    found: UUID = row[0]
    return found


def donate(conn: Connection, streamer: str, pending: UUID, platform: UUID) -> UUID:
    """Write one donation and commit it."""
    transaction_id, message_id = uuid4(), uuid4()
    conn.execute(_TRANSACTION, (transaction_id, streamer, AMOUNT, FEE, _NET))
    for wallet_id, entry, amount in ((pending, "DEPOSIT", _NET), (platform, "FEE", FEE)):
        conn.execute(_ENTRY, (wallet_id, entry, amount, transaction_id, FEE, _NET))
    for wallet_id, amount in sorted(((pending, _NET), (platform, FEE))):
        conn.execute(_BALANCE, (amount, wallet_id))
    conn.execute(_MESSAGE, (message_id, transaction_id, streamer))
    conn.commit()
    return message_id


def carry_out(conn: Connection, order: dict[str, Any]) -> list[tuple[str, float]]:
    """So many donations, one each so many seconds."""
    pending = wallet(conn, order["streamer"], "PENDING")
    platform = wallet(conn, order["platform"], "PLATFORM")
    done: list[tuple[str, float]] = []
    begin = time.monotonic()
    for number in range(order["count"]):
        time.sleep(max(0.0, begin + number * order["seconds"] - time.monotonic()))
        message_id = donate(conn, order["streamer"], pending, platform)
        done.append((str(message_id), time.monotonic()))
    return done


if __name__ == "__main__":
    with psycopg.connect(sys.argv[1]) as connected:
        for line in sys.stdin:
            sys.stdout.write(json.dumps(carry_out(connected, json.loads(line))) + "\n")
            sys.stdout.flush()
