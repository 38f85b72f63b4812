"""kill -9 of the server and of its clients during postings, against the clients' journals.

Nothing acknowledged is missing, nothing open is half there, asking again gives the first answer and doubles nothing.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from streamer_app.core.refusals import MoneyRefusedError
from streamer_app.store import database, movements, payments
from streamer_app.store.payments import Recorded
from tests.money import crash_facts
from tests.money.crash_client import GONE, perform
from tests.money.crash_facts import Facts
from tests.money.crash_journal import GiveBack, Kept, Pay, PayOut, Settle, acknowledged, read
from tests.money.crash_server import PATIENCE, Durable, durable_server, until

ROOT: Final = Path(__file__).resolve().parents[2]
CLIENTS: Final = 2
MOST_ANSWERS: Final = 250
SEVERAL_AT_ONCE: Final = 200
KILLS: Final = ("server", "client", "backend", "unread")


@dataclass(frozen=True)
class Clients:
    """The processes of one round, and their journals."""

    processes: list[subprocess.Popen[bytes]]
    journals: list[Path]

    @classmethod
    def start(cls, url: str, provider: str, folder: Path, seed: int) -> Clients:
        started = cls([], [folder / f"{provider}-{number}.journal" for number in range(CLIENTS)])
        for number, journal in enumerate(started.journals):
            words = [sys.executable, "-m", "tests.money.crash_client", url, str(journal), provider]
            with journal.with_suffix(".err").open("wb") as said:
                started.processes.append(
                    subprocess.Popen([*words, str(seed * CLIENTS + number)], cwd=ROOT, stderr=said)
                )
        return started

    def answered(self) -> list[int]:
        """How many answers each of them has kept; fails as soon as one died by itself."""
        ended = {process.poll() for process in self.processes} - {None, -signal.SIGKILL}
        assert not ended, f"a client ended by itself: {ended} {self.last_words()}"
        return [acknowledged(journal) for journal in self.journals]

    def send(self, what: signal.Signals, which: slice = slice(None)) -> None:
        for process in self.processes[which]:
            process.send_signal(what)

    def ended(self) -> list[int]:
        """Exit status of each."""
        for process in self.processes:
            process.wait(PATIENCE)
        return [process.returncode for process in self.processes]

    def last_words(self) -> str:
        return "\n".join(journal.with_suffix(".err").read_text(errors="replace") for journal in self.journals)

    def kept(self) -> list[Kept]:
        return [each for journal in self.journals for each in read(journal)]

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def crash(durable: Durable, clients: Clients, kill: str, chance: random.Random) -> None:
    """Kill somebody at a moment of chance during the postings, and wait until nothing moves any more."""
    enough = chance.randint(1, MOST_ANSWERS)
    until(lambda: min(clients.answered()) > 0 and sum(clients.answered()) >= enough, "answers")
    time.sleep(chance.random() / 100)
    if kill == "server":
        durable.kill()
        assert clients.ended() == [GONE] * CLIENTS, clients.last_words()
        durable.server.restart()
        return
    if kill == "backend":
        os.kill(chance.choice(durable.backends()), signal.SIGKILL)
        assert clients.ended() == [GONE] * CLIENTS, clients.last_words()
        until(durable.answers, "the server is back")
        return
    if kill == "unread":
        # All that was asked is committed, and no answer is read.
        clients.send(signal.SIGSTOP)
        until(lambda: not durable.backends(active=True), "statements end")
    clients.send(signal.SIGKILL, slice(1))
    clients.send(signal.SIGCONT, slice(1, None))
    goal = sum(clients.answered()) + 5
    until(lambda: sum(clients.answered()) >= goal, "the other clients go on")
    clients.send(signal.SIGTERM, slice(1, None))
    assert clients.ended() == [-signal.SIGKILL] + [0] * (CLIENTS - 1), clients.last_words()
    until(lambda: not durable.backends(), "backends end")


async def ask_again(url: str, kept: Sequence[Kept], before: Facts) -> list[str]:
    """Every deed once more: what was there answers as a repeat, and as it did the first time."""
    async with database.connection(url, label="again") as conn:
        wrong = await pay_again(conn, kept, set(before.events))
        for each in kept:
            if not isinstance(each.deed, Pay) and (each.answer is None or not each.answer.refused):
                wrong += await move_again(conn, each, set(before.events))
        while await movements.fold_balances(conn):
            pass
    return wrong


async def pay_again(conn: database.Connection, kept: Sequence[Kept], there: set[str]) -> list[str]:
    wrong: list[str] = []
    paid = [(each, each.deed.payment) for each in kept if isinstance(each.deed, Pay)]
    for start in range(0, len(paid), SEVERAL_AT_ONCE):
        portion = paid[start : start + SEVERAL_AT_ONCE]
        answers = await payments.record_payments(conn, [payment for _, payment in portion])
        for (each, payment), again in zip(portion, answers, strict=True):
            same = isinstance(again, Recorded) and again.repeated == (payment.event in there)
            if same and isinstance(again, Recorded) and each.answer is not None:
                first = (each.answer.transaction_id, each.answer.message_id, True)
                same = (again.transaction_id, again.donation_message_id, again.repeated) == first
            if not same:
                wrong.append(f"asked again: {again}: {each}")
            there.add(payment.event)
    return wrong


async def move_again(conn: database.Connection, each: Kept, there: set[str]) -> list[str]:
    try:
        again = await perform(conn, each.deed)
    except MoneyRefusedError as refused:
        # Refunded since, or an open payout that finds too little now.
        expected = isinstance(each.deed, Settle) or (isinstance(each.deed, PayOut) and each.answer is None)
        return [] if expected else [f"asked again: {refused}: {each}"]
    same = True
    if isinstance(each.deed, GiveBack):
        same = again.repeated == (each.deed.refund.event in there)
    if each.answer is not None:
        same = same and again.repeated and again.transaction_id == each.answer.transaction_id
        # A payout answers with what became of it since.
        same = same and (again.said == each.answer.said or isinstance(each.deed, PayOut))
    return [] if same else [f"asked again: {again}: {each}"]


def round_of(durable: Durable, number: int, kill: str, seed: int, folder: Path) -> int:
    """One crash, all its consequences; returns how many deeds happened without an answer."""
    provider = f"round-{number}"
    clients = Clients.start(durable.url, provider, folder, seed)
    try:
        crash(durable, clients, kill, random.Random(seed))
    finally:
        clients.stop()
    kept = clients.kept()
    with durable.as_admin() as admin:
        facts = crash_facts.read(admin, provider, kept)
        wrong = list(crash_facts.contradictions(kept, facts))
        unread = [
            each
            for each in kept
            if each.answer is None and isinstance(each.deed, Pay) and each.deed.payment.event in facts.events
        ]
        wrong += asyncio.run(ask_again(durable.url, kept, facts))
        after = crash_facts.read(admin, provider, kept)
        wrong += [f"after asking again, {problem}" for problem in crash_facts.contradictions(kept, after)]
        for each in kept:
            if isinstance(each.deed, Pay):
                durable.seen.add(crash_facts.id_of(each.deed.payment))
                if each.deed.payment.event not in after.events:
                    wrong.append(f"missing though it was asked again: {each}")
        counted = admin.execute("SELECT count(*) FROM public.transactions WHERE kind = 'PAYMENT'").fetchone()
        if counted != (len(durable.seen),):
            wrong.append(f"{counted} payments are there, {len(durable.seen)} were asked for")
        wrong += crash_facts.lies(admin)
    assert not wrong, f"round {number}, {kill} killed, seed {seed}: {len(wrong)} problems\n" + "\n".join(wrong[:10])
    return len(unread)


def storm(rounds: int, seed: int, folder: Path) -> None:
    """Rounds on one server; those that leave answers unread do leave some."""
    unread = 0
    with durable_server() as durable:
        for number in range(rounds):
            kill = KILLS[number % len(KILLS)]
            happened = round_of(durable, number, kill, seed * 1_000 + number, folder)
            unread += happened if kill == "unread" else 0
    assert unread > 0, "no client was killed between commit and answer: this proves nothing"


@pytest.mark.timeout(240)
def test_20_crashes_lose_and_double_nothing(tmp_path: Path) -> None:
    storm(20, 1, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(2, 12))
def test_500_crashes_lose_and_double_nothing(seed: int, tmp_path: Path) -> None:
    storm(50, seed, tmp_path)
