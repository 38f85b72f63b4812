"""A client that posts as fast as it can, by every way in, and keeps a journal: what the crash tests kill.

`python -m tests.money.crash_client URL JOURNAL PROVIDER SEED`. SIGTERM: finish what is open and exit 0. Exit 3: the
database is gone. Anything else is a bug.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final
from uuid import UUID

from streamer_app.core.errors import DatabaseUnavailableError
from streamer_app.core.refusals import MoneyRefusedError
from streamer_app.services.recorder import Recorder, recorder
from streamer_app.store import database, movements, payments
from streamer_app.store.movements import Refund
from streamer_app.store.payments import DonationWords, Payment, Recorded
from tests.money.crash_journal import Answer, Deed, EndPayout, GiveBack, Journal, Pay, PayOut, Settle

STREAMERS: Final = tuple(UUID(int=number) for number in (1, 2, 3))
PLATFORM: Final = UUID(int=9)
GONE: Final = 3
FEES: Final = {STREAMERS[0]: (0, Decimal("0.0500")), STREAMERS[1]: (100, Decimal("0.0123"))}
_ABOVE_ANY_FEE: Final = 200
_SHARED_EVENTS: Final = 40


class Client:
    """One process's journal, randomness and connections."""

    def __init__(self, url: str, journal: Path, provider: str, seed: int) -> None:
        self.url = url
        self.journal = Journal(journal)
        self.provider = provider
        self.name = f"c{seed}"
        self.chance = random.Random(seed)
        self.stopping = False
        self.paid: list[UUID] = []
        self.payouts: list[UUID] = []
        self._made = 0
        self._shared = 0

    def payment(self, way: str) -> Payment:
        """A new payment of a random amount; some are announced first, some carry words."""
        self._made += 1
        event = f"{self.name}-{way}-{self._made}"
        announced = self.chance.random() < 0.2
        return Payment(
            provider=self.provider,
            event=event,
            reference=f"ref-{event}" if self.chance.random() < 0.9 else None,
            status="PENDING" if announced else "PAID",
            amount=self.chance.randint(_ABOVE_ANY_FEE if announced else 1, 100_000),
            currency="IDR",
            payee_user_id=self.chance.choice(STREAMERS),
            platform_user_id=PLATFORM,
            words=DonationWords("Budi", event) if self.chance.random() < 0.7 else None,
        )

    def shared_payment(self) -> Payment:
        """One that every client of this provider asks for as well, in the same words."""
        number, self._shared = self._shared, self._shared + 1
        return Payment(
            provider=self.provider,
            event=f"shared-{number}",
            reference=f"ref-shared-{number}",
            status="PAID",
            amount=1_000 + number,
            currency="IDR",
            payee_user_id=STREAMERS[number % len(STREAMERS)],
            platform_user_id=PLATFORM,
        )

    def note(self, number: int, recorded: Recorded, status: str) -> None:
        """Keep an answer to a payment."""
        answer = Answer(recorded.transaction_id, recorded.donation_message_id, None, recorded.repeated)
        self.journal.answered(number, answer)
        if status == "PAID":
            self.paid.append(recorded.transaction_id)

    async def post_singly(self, conn: database.Connection) -> None:
        """One payment in one statement; an announced one is paid by its second event."""
        shared = self._shared < _SHARED_EVENTS and self.chance.random() < 0.2
        payment = self.shared_payment() if shared else self.payment("single")
        events = [payment]
        if payment.status == "PENDING" and payment.reference is not None:
            events.append(replace(payment, event=f"{payment.event}-paid", status="PAID"))
        for event in events:
            [number] = self.journal.asked(Pay(event))
            self.note(number, await payments.record_payment(conn, event), event.status)

    async def post_batch(self, conn: database.Connection) -> None:
        """Some payments in one statement, the first of them twice."""
        batch = [self.payment("batch") for _ in range(self.chance.randint(2, 12))]
        batch.append(batch[0])
        numbers = self.journal.asked(*(Pay(payment, batch[0].event) for payment in batch))
        answers = await payments.record_payments(conn, batch)
        for number, payment, answer in zip(numbers, batch, answers, strict=True):
            if isinstance(answer, MoneyRefusedError):
                raise answer
            self.note(number, answer, payment.status)

    async def post_through(self, folding: Recorder) -> None:
        """One payment through the recorder, which folds it into a batch with those of the other callers."""
        payment = self.payment("folded")
        [number] = self.journal.asked(Pay(payment))
        self.note(number, await folding.record(payment), payment.status)

    async def move(self, conn: database.Connection) -> None:
        """Settle, refund, pay out: whatever there is to do."""
        deed = self._choose()
        if deed is None:
            await asyncio.sleep(0.001)
            return
        [number] = self.journal.asked(deed)
        try:
            answer = await perform(conn, deed)
        except MoneyRefusedError as refused:
            answer = Answer(None, said=refused.refusal.value)
        self.journal.answered(number, answer)
        if isinstance(deed, PayOut) and answer.transaction_id is not None:
            self.payouts.append(answer.transaction_id)

    def _choose(self) -> Deed | None:
        kind = self.chance.choice(("settle", "settle", "settle", "refund", "payout", "end"))
        if kind == "payout":
            self._made += 1
            return PayOut(f"{self.name}-{self._made}", self.chance.choice(STREAMERS), self.chance.randint(1, 50_000))
        if kind == "end" and self.payouts:
            return EndPayout(self.payouts.pop(), self.chance.random() < 0.5)
        if kind == "settle" and self.paid:
            return Settle(self.chance.choice(self.paid))
        if kind == "refund" and self.paid:
            self._made += 1
            event = f"{self.name}-refund-{self._made}"
            paid = self.paid.pop(self.chance.randrange(len(self.paid)))
            return GiveBack(Refund(self.provider, event, transaction_id=paid, reason="asked for"))
        return None

    async def fold(self, conn: database.Connection) -> None:
        """Bring the platform's balance up, again and again."""
        await movements.fold_balances(conn)
        await asyncio.sleep(0.005)

    async def for_ever(self, step: Callable[[database.Connection], Awaitable[None]]) -> None:
        """Take one step after the other on a connection of its own."""
        async with database.connection(self.url, label=self.name) as conn:
            while not self.stopping:
                await step(conn)

    async def record_for_ever(self, folding: Recorder) -> None:
        """As one of the recorder's callers."""
        while not self.stopping:
            await self.post_through(folding)

    def stop(self) -> None:
        """Finish what is open, then end."""
        self.stopping = True


async def perform(conn: database.Connection, deed: Deed) -> Answer:
    """Ask the database for one deed; `MoneyRefusedError` passes through."""
    match deed:
        case Pay(payment):
            recorded = await payments.record_payment(conn, payment)
            return Answer(recorded.transaction_id, recorded.donation_message_id, None, recorded.repeated)
        case GiveBack(given_back):
            refunded = await movements.refund(conn, given_back)
            return Answer(refunded.transaction_id, None, refunded.outcome, refunded.repeated)
        case Settle(transaction_id):
            settled = await movements.settle(conn, transaction_id)
            return Answer(settled.transaction_id, None, str(settled.net_amount), settled.repeated)
        case PayOut(key, payee, amount):
            payout = await movements.request_payout(conn, key=key, payee=payee, amount=amount, currency="IDR")
        case EndPayout(transaction_id, True):
            payout = await movements.complete_payout(conn, transaction_id, "bank-1")
        case EndPayout(transaction_id):
            payout = await movements.fail_payout(conn, transaction_id, "sent back")
    return Answer(payout.transaction_id, None, payout.status, payout.repeated)


async def run(client: Client) -> int:
    """Everything at once, until told to stop or until the database is gone."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, client.stop)
    async with recorder(client.url) as folding:
        steps = (client.post_singly, client.post_singly, client.post_batch, client.move, client.fold)
        tasks = [asyncio.create_task(client.for_ever(step)) for step in steps]
        tasks += [asyncio.create_task(client.record_for_ever(folding)) for _ in range(6)]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    problems = [problem for task in done if (problem := task.exception()) is not None]
    for problem in problems:
        if not isinstance(problem, DatabaseUnavailableError):
            raise problem
    return GONE if problems else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(run(Client(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])))))
