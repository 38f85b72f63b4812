"""How long the platform's stored balance takes to say what was posted, with a writer in the way."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

import psycopg

from streamer_app.store import database

from .money_pgbench import posting
from .money_server import GATEWAY, OPERATOR, MoneyServer
from .money_world import MONEY, PLATFORM, beside, session_options, streamer

_SAMPLE_SECONDS = 0.02
_HOLD_SECONDS = 5.0
_AROUND_SECONDS = 1.5
_LOOK = "SELECT stored, balance FROM streamer_app.wallet_balances WHERE user_id = %s AND type = 'PLATFORM'"


@dataclass(frozen=True)
class Sample:
    """One snapshot: what is stored, and what is true."""

    at: float
    stored: int
    exact: int


def measure(server: MoneyServer) -> float:
    """Milliseconds between two samples that bracket a posting and the first sample whose stored balance has it; worst.

    Fees only add up, so a stored balance has all postings of a moment once it reaches the true balance of then.
    """
    samples: list[Sample] = []
    with beside(server, "fold", "ring"):
        looking = threading.Thread(target=_look, args=(server, samples))
        holding = threading.Thread(target=_hold, args=(server,))
        for thread in (looking, holding):
            thread.start()
        posting(server, "spread", _HOLD_SECONDS + 2 * _AROUND_SECONDS)
        for thread in (looking, holding):
            thread.join()
    return worst_lag(samples) * 1000


def worst_lag(samples: list[Sample]) -> float:
    """Seconds. A posting that was never seen stored counts for as long as somebody looked."""
    stored = [sample.stored for sample in samples]
    worst = 0.0
    for before, sample in pairwise(samples):
        if sample.exact > before.exact:
            reached = min(bisect_left(stored, sample.exact), len(samples) - 1)
            worst = max(worst, samples[reached].at - before.at)
    return worst


def _look(server: MoneyServer, samples: list[Sample]) -> None:
    end = time.monotonic() + _HOLD_SECONDS + 2 * _AROUND_SECONDS
    with psycopg.connect(server.url(MONEY, OPERATOR), autocommit=True) as conn:
        while (now := time.monotonic()) < end:
            row = conn.execute(_LOOK, [PLATFORM]).fetchone()
            if row is not None:
                samples.append(Sample(time.monotonic(), row[0], int(row[1])))
            time.sleep(max(0.0, _SAMPLE_SECONDS - (time.monotonic() - now)))


def _hold(server: MoneyServer) -> None:
    """A gateway that posts and does not commit for five seconds."""
    url = server.url(MONEY, GATEWAY)
    arguments = {
        "provider": "bench", "event": f"held-{time.time_ns()}", "reference": None, "status": "PAID", "amount": 10_000,
        "currency": "IDR", "payee": streamer(1), "platform": PLATFORM, "payer": None, "donation": None,
    }  # fmt: skip
    time.sleep(_AROUND_SECONDS)
    with psycopg.connect(url, options=session_options(url)) as conn:
        conn.execute(database.sql("money/record_payment"), arguments)
        time.sleep(_HOLD_SECONDS)
