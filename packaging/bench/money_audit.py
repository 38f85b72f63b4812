"""Rebuild beside the bare sum of the ledger, and a verify of what is new beside a full one; five million entries."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import psycopg

from streamer_app.services import audit
from streamer_app.store import database

from . import money_history
from .figures import Figure
from .money_history import HISTORY
from .money_pairs import PAIRS, Target, paired, take_turns
from .money_server import GATEWAY, OPERATOR, MoneyServer, money_server
from .money_world import PLATFORM, streamer

ENTRIES, QUICK_ENTRIES = 5_000_000, 500_000
_NEW_PAYMENTS = 5_000
_BATCH = 250
_SUM = "SELECT wallet_id, sum(amount) FROM public.wallet_ledger_entries GROUP BY 1"


def measure(quick: bool) -> tuple[list[Figure], list[str]]:  # noqa: FBT001 - every benchmark takes it
    """Both figures; seconds."""
    entries = QUICK_ENTRIES if quick else ENTRIES
    with tempfile.TemporaryDirectory(prefix="bench-heads-") as heads, money_server(later=True) as server:
        server.provide_wal(0.5 if quick else 4)
        money_history.prepare(server, entries)
        url, folder = server.url(HISTORY, OPERATOR), Path(heads)
        bare, rebuilt = take_turns([lambda: _bare_sum(url), lambda: _rebuild(url)])
        asyncio.run(audit.seal(url, folder))
        full, _ = _verify(url, folder, entries, new_only=False)
        new = []
        for _ in range(PAIRS):
            _post(server)
            new.append(_verify(url, folder, 2 * _NEW_PAYMENTS, new_only=True)[0])
    share = f"verify of 10,000 new entries beside all {entries / 1e6:g} million"
    figures = [
        paired(f"rebuild --check of {entries / 1e6:g} million entries", bare, rebuilt, "s", Target(1.15)),
        paired(share, [full] * PAIRS, new, "s", Target(0.01)),
    ]
    return figures, ["money: the full verify is measured once, sealing of the new entries is part of the new ones"]


def _bare_sum(url: str) -> float:
    with psycopg.connect(url, autocommit=True) as conn:
        began = time.perf_counter()
        conn.execute(_SUM).fetchall()
        return time.perf_counter() - began


def _rebuild(url: str) -> float:
    began = time.perf_counter()
    report = asyncio.run(audit.rebuild(url, check=True))
    took = time.perf_counter() - began
    if report.drifted:
        raise RuntimeError(f"{report.drifted} wallets of the made ledger are off")
    return took


def _verify(url: str, folder: Path, entries: int, *, new_only: bool) -> tuple[float, int]:
    began = time.perf_counter()
    report = asyncio.run(audit.verify(url, data_dir=folder, new_only=new_only))
    took = time.perf_counter() - began
    if not report.is_good or report.new_only is not new_only or report.entries != entries:
        raise RuntimeError(f"verify did not look at {entries} entries, or found them wrong: {report}")
    return took, report.entries


def _post(server: MoneyServer) -> None:
    """5,000 payments: 10,000 entries."""
    with psycopg.connect(server.url(HISTORY, GATEWAY), autocommit=True) as conn:
        for _ in range(_NEW_PAYMENTS // _BATCH):
            items = [
                {
                    "provider": "bench", "event": str(uuid4()), "reference": None, "status": "PAID", "amount": 20_000,
                    "currency": "IDR", "payee": str(streamer(1 + number)), "platform": str(PLATFORM),
                }
                for number in range(_BATCH)
            ]  # fmt: skip
            conn.execute(database.sql("money/record_payments"), {"payments": json.dumps(items)})
