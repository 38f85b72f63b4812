"""Two backends that take donations and keep a journal of what was acknowledged, in a process of their own.

`python -m tests.chaos.donors SETTINGS` with a JSON of `Settings`. Plain SQL and our recorder by turns. Neither gives up
while the database is away: plain SQL looks whether its lost commit happened, the recorder is asked with the same event.
A line `burst N` on stdin brings N of the donations at once, from those that `reserve` keeps back; `burst 0` gives the
reserve free. Ends by itself after the last one.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
import psycopg

from streamer_app.core.errors import ActionableError
from streamer_app.services.recorder import Recorder, recorder
from streamer_app.store.payments import DonationWords, Payment
from tests.end_to_end.foreign_writer import ForeignWriter

AMOUNT: Final = 25_000
PATIENCE_SECONDS: Final = 0.05
MOST_AT_ONCE: Final = 6


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Whose donations, how many of them, how many a second, and where they are noted."""

    app_url: str
    foreign_url: str
    journal: str
    streamer: UUID
    platform: UUID
    count: int
    rate: float
    seed: int
    reserve: int = 0
    """So many of them come in bursts only."""


class Donated(msgspec.Struct, frozen=True, kw_only=True):
    """A donation that the database acknowledged, at this monotonic second."""

    number: int
    message_id: UUID
    recorded: bool
    """By our recorder; else by plain SQL."""
    at: float


class PlainWriter(ForeignWriter):
    """Another backend on one connection, which asks again until it knows."""

    def __init__(self, url: str, streamer: UUID, platform: UUID) -> None:
        super().__init__(url, streamer, platform)
        self._conn: psycopg.Connection[Any] | None = None

    def insist(self, number: int) -> UUID:
        """One donation, exactly once."""
        transaction_id, message_id = uuid4(), uuid4()
        while True:
            try:
                if self._conn is None:
                    self._conn = psycopg.connect(self._url)
                with self._conn.transaction():
                    if not self._is_there(self._conn, message_id):
                        self._write(self._conn, transaction_id, message_id, number)
            except psycopg.OperationalError:
                if self._conn is not None:
                    self._conn.close()
                self._conn = None
                time.sleep(PATIENCE_SECONDS)
            else:
                return message_id

    def _is_there(self, conn: psycopg.Connection[Any], message_id: UUID) -> bool:
        return conn.execute("SELECT 1 FROM donation_messages WHERE id = %s", (message_id,)).fetchone() is not None

    def _write(self, conn: psycopg.Connection[Any], transaction_id: UUID, message_id: UUID, number: int) -> None:
        fee = AMOUNT - AMOUNT * 95 // 100
        conn.execute(
            "INSERT INTO transactions (id, payee_user_id, amount, fee_percentage, fee_amount, net_amount, status,"
            " paid_at) VALUES (%s, %s, %s, 0.05, %s, %s, 'PAID', now())",
            (transaction_id, self._streamer, AMOUNT, fee, AMOUNT - fee),
        )
        self._post(conn, transaction_id, AMOUNT)
        conn.execute(
            "INSERT INTO donation_messages (id, transaction_id, streamer_user_id, donor_name, message)"
            " VALUES (%s, %s, %s, %s, 'semangat!')",
            (message_id, transaction_id, self._streamer, f"Donor {number}"),
        )


class Donors:
    """The donations of one show."""

    def __init__(self, settings: Settings, folding: Recorder) -> None:
        self._settings = settings
        self._folding = folding
        self._plain = PlainWriter(settings.foreign_url, settings.streamer, settings.platform)
        self._journal = os.open(settings.journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._chance = random.Random(settings.seed)
        self._given = 0
        self._reserve = settings.reserve
        self._turn = asyncio.Lock()

    async def give(self, count: int) -> None:
        """So many, one after the other, as far as there are any left."""
        for _ in range(count):
            async with self._turn:
                if self._given >= self._settings.count:
                    return
                self._given += 1
                await self._donate(self._given)

    async def keep_giving(self) -> None:
        """At the rate asked for, in small crowds as donations come: now several, now none."""
        while self._given < self._settings.count:
            crowd = min(self._chance.randint(1, MOST_AT_ONCE), self._settings.count - self._reserve - self._given)
            if crowd <= 0:
                await asyncio.sleep(PATIENCE_SECONDS)
                continue
            began = time.monotonic()
            await self.give(crowd)
            pause = crowd / self._settings.rate * 2 * self._chance.random() - (time.monotonic() - began)
            await asyncio.sleep(max(0.0, pause))

    async def obey(self) -> None:
        """Bring a burst whenever one is asked for."""
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            count = int(line.split()[1])
            self._reserve = max(0, self._reserve - count) if count else 0
            await self.give(count)

    async def _donate(self, number: int) -> None:
        recorded = number % 2 == 0
        message_id = await (self._record(number) if recorded else asyncio.to_thread(self._plain.insist, number))
        noted = Donated(number=number, message_id=message_id, recorded=recorded, at=time.monotonic())
        os.write(self._journal, msgspec.json.encode(noted) + b"\n")

    async def _record(self, number: int) -> UUID:
        event = f"chaos-{number}"
        payment = Payment(
            provider="chaos",
            event=event,
            reference=event,
            status="PAID",
            amount=AMOUNT,
            currency="IDR",
            payee_user_id=self._settings.streamer,
            platform_user_id=self._settings.platform,
            words=DonationWords(f"Donor {number}", "semangat!"),
        )
        while True:
            try:
                answer = await self._folding.record(payment)
            except ActionableError:
                await asyncio.sleep(PATIENCE_SECONDS)
                continue
            if answer.donation_message_id is None:
                raise RuntimeError(f"payment {number} made no message")
            return answer.donation_message_id


async def main(settings: Settings) -> None:
    """All of them."""
    async with recorder(settings.app_url) as folding:
        donors = Donors(settings, folding)
        obeying = asyncio.create_task(donors.obey())
        await donors.keep_giving()
        obeying.cancel()
        await asyncio.wait({obeying})


if __name__ == "__main__":
    asyncio.run(main(msgspec.json.decode(sys.argv[1], type=Settings)))
