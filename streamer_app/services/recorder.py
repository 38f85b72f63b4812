"""Recording as fast as the database commits: calls that arrive while a statement runs go into the next one together.

A raid is many small payments at once, and what a payment costs is mostly its own statement and commit. So the recorder
keeps one connection busy with one statement at a time: a lone call goes out at once, and what piles up behind it goes
out as one batch, each caller still getting its own typed answer.

The bell is rung behind the postings on a second connection, for all that one statement brought: a NOTIFY in the posting
would cost half the throughput, and a ring is a hint that may be late or lost.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

import structlog

from streamer_app.core.errors import ActionableError, DatabaseUnavailableError
from streamer_app.core.refusals import MoneyRefusedError
from streamer_app.store import database, payments
from streamer_app.store.payments import Payment, Recorded

_log = structlog.get_logger()
_LARGEST_BATCH: Final = 256

Asked = tuple[Payment, "asyncio.Future[Recorded]"]


class Recorder:
    """Use it through `recorder`. Safe for any number of concurrent callers of one event loop."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._asked: deque[Asked] = deque()
        self._unrung: list[tuple[UUID, UUID]] = []
        self._something = asyncio.Event()
        self._to_ring = asyncio.Event()
        self._conn: database.Connection | None = None
        self._ring_conn: database.Connection | None = None

    async def record(self, payment: Payment) -> Recorded:
        """Post one payment. `MoneyRefusedError` when the database refuses it, `DatabaseUnavailableError` when away.

        After the latter it is not known whether the payment is recorded: record it again, the answer will be the first.
        A caller that is cancelled stops waiting; its payment may still be recorded.
        """
        answer: asyncio.Future[Recorded] = asyncio.get_running_loop().create_future()
        self._asked.append((payment, answer))
        self._something.set()
        return await answer

    async def post_for_ever(self) -> None:
        """One statement after the other, until cancelled."""
        while True:
            while not self._asked:
                self._something.clear()
                await self._something.wait()
            batch = [self._asked.popleft() for _ in range(min(len(self._asked), _LARGEST_BATCH))]
            try:
                await self._post(batch)
            except asyncio.CancelledError:
                _fail(batch, DatabaseUnavailableError("The recorder was stopped", "Record the payment again."))
                raise
            except ActionableError as problem:
                await self._drop_connection()
                _fail(batch, problem)
            except Exception as problem:  # noqa: BLE001 - one bad batch must not end the recording of all others
                _log.exception("recording failed", payments=len(batch))
                await self._drop_connection()
                _fail(batch, problem)

    async def ring_for_ever(self) -> None:
        """Ring for what was posted since the last ring. A ring that fails is left to the slow reconcile."""
        while True:
            await self._to_ring.wait()
            self._to_ring.clear()
            rung, self._unrung = self._unrung, []
            try:
                if self._ring_conn is None:
                    self._ring_conn = await database.connect(self._url, label="bell")
                    await self._ring_conn.execute("SET synchronous_commit = off")
                with database.translated(self._url):
                    await payments.ring(self._ring_conn, rung)
            except ActionableError as problem:
                _log.warning("ring failed", messages=len(rung), problem=problem.title)
                if self._ring_conn is not None:
                    await self._ring_conn.close()
                    self._ring_conn = None

    async def close(self) -> None:
        """Close both connections; whoever still waits is told that it is not known."""
        _fail(list(self._asked), DatabaseUnavailableError("The recorder was stopped", "Record the payment again."))
        self._asked.clear()
        await self._drop_connection()
        if self._ring_conn is not None:
            await self._ring_conn.close()

    async def _post(self, batch: list[Asked]) -> None:
        if self._conn is None:
            self._conn = await database.connect(self._url, label="recorder")
        with database.translated(self._url):
            if len(batch) > 1:
                try:
                    results = await payments.record_payments(self._conn, [payment for payment, _ in batch])
                except MoneyRefusedError:
                    await self._post_singly(batch)
                    return
                for (payment, answer), result in zip(batch, results, strict=True):
                    self._answer(payment, answer, result)
            else:
                await self._post_singly(batch)

    async def _post_singly(self, batch: list[Asked]) -> None:
        if self._conn is None:
            raise RuntimeError("posting needs a connection")
        for payment, answer in batch:
            try:
                result: Recorded | MoneyRefusedError = await payments.record_payment(self._conn, payment)
            except MoneyRefusedError as refused:
                result = refused
            self._answer(payment, answer, result)

    def _answer(self, payment: Payment, answer: asyncio.Future[Recorded], result: Recorded | MoneyRefusedError) -> None:
        if isinstance(result, Recorded):
            if result.donation_message_id is not None and not result.repeated:
                self._unrung.append((payment.payee_user_id, result.donation_message_id))
                self._to_ring.set()
            if not answer.done():
                answer.set_result(result)
        elif not answer.done():
            answer.set_exception(result)

    async def _drop_connection(self) -> None:
        if self._conn is not None:
            conn, self._conn = self._conn, None
            await conn.close()


def _fail(batch: list[Asked], problem: Exception) -> None:
    for _, answer in batch:
        if not answer.done():
            answer.set_exception(problem)


@asynccontextmanager
async def recorder(url: str) -> AsyncIterator[Recorder]:
    """A recorder for the length of a block. Whoever still waits at its end is told that it is not known."""
    made = Recorder(url)
    tasks = [asyncio.create_task(made.post_for_ever()), asyncio.create_task(made.ring_for_ever())]
    try:
        yield made
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await made.close()
