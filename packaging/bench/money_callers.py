"""Callers in Python: through the product's recorder, and with connections of their own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from uuid import uuid4

from streamer_app.services.recorder import recorder
from streamer_app.store import database, payments
from streamer_app.store.payments import DonationWords, Payment, Recorded

from .money_world import PLATFORM, STREAMERS, streamer

_WORDS = DonationWords("Budi Santoso", "Semangat terus kak, streamnya keren banget! Salam dari Bandung.")
_WARM_UP_SECONDS = 0.3

Record = Callable[[Payment], Awaitable[Recorded]]


@dataclass(frozen=True)
class Called:
    """One run; latencies in milliseconds."""

    per_second: float
    latencies: tuple[float, ...]


def through_recorder(url: str, callers: int, seconds: float) -> Called:
    """All callers share one recorder, as the requests of a gateway do."""

    async def run() -> Called:
        async with recorder(url) as shared:
            return await _calls([shared.record] * callers, seconds)

    return asyncio.run(run())


def directly(url: str, callers: int, seconds: float) -> Called:
    """Each caller has a connection of its own and posts one payment at a time."""

    async def run() -> Called:
        async with AsyncExitStack() as stack:
            conns = [await stack.enter_async_context(database.connection(url, label="bench")) for _ in range(callers)]
            return await _calls([_on(conn) for conn in conns], seconds)

    return asyncio.run(run())


def _on(conn: database.Connection) -> Record:
    async def record(payment: Payment) -> Recorded:
        return await payments.record_payment(conn, payment)

    return record


async def _calls(ways: list[Record], seconds: float) -> Called:
    """Every way is called again and again, by a caller of its own."""
    began = time.perf_counter() + _WARM_UP_SECONDS
    end = began + seconds
    latencies: list[float] = []

    async def caller(number: int, record: Record) -> None:
        count = 0
        while (start := time.perf_counter()) < end:
            await record(_payment(number * 7919 + count))
            if start >= began:
                latencies.append((time.perf_counter() - start) * 1000)
            count += 1

    await asyncio.gather(*(caller(number, record) for number, record in enumerate(ways)))
    return Called(len(latencies) / (time.perf_counter() - began), tuple(latencies))


def _payment(number: int) -> Payment:
    name = str(uuid4())
    return Payment(
        provider="bench",
        event=name,
        reference=name,
        status="PAID",
        amount=10_000 + number % 990_000,
        currency="IDR",
        payee_user_id=streamer(1 + number % STREAMERS),
        platform_user_id=PLATFORM,
        words=_WORDS,
    )
