"""Money by commands: a shared backend's logins, and the default profile. Processes where a process is the promise."""

from __future__ import annotations

import csv
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.command_line import CommandLine
from tests.end_to_end.conftest import World
from tests.end_to_end.studio_process import Profile
from tests.postgres_servers import MigratedDatabase


@dataclass
class Backend:
    """A shared database with a command line for each kind of login; money moves for one new streamer and platform."""

    database: MigratedDatabase
    folder: Path
    streamer: UUID = field(default_factory=uuid4)
    platform: UUID = field(default_factory=uuid4)

    def flags(self, url: str) -> tuple[str, ...]:
        ids = ("--streamer-user-id", str(self.streamer), "--platform-user-id", str(self.platform))
        return ("--data-dir", str(self.folder / "data"), "--database-url", url, *ids)

    @property
    def operator(self) -> CommandLine:
        return CommandLine(self.flags(self.database.operator_url))

    @property
    def auditor(self) -> CommandLine:
        return CommandLine(self.flags(self.database.auditor_url))

    @property
    def gateway(self) -> CommandLine:
        return CommandLine(self.flags(self.database.gateway_url))

    def rows(self, query: str, *arguments: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database.admin_url, autocommit=True) as conn:
            return conn.execute(query, arguments).fetchall()


@pytest.fixture
def backend(migrated_database_18: MigratedDatabase, tmp_path: Path) -> Backend:
    return Backend(migrated_database_18, tmp_path)


def words(reference: str, amount: int, status: str = "PAID", event: str | None = None) -> list[str]:
    named = ["--provider", "xendit", "--payment", reference, "--event", event or f"{reference}-{status}"]
    return ["payment", "record", *named, "--status", status, "--amount", str(amount)]


def refused(commands: CommandLine, *command: str) -> str:
    """What is said on stderr; nothing stands on stdout, and nobody sees a traceback."""
    done = commands.run(*command, "--json")
    assert (done.returncode, done.stdout) == (1, ""), done
    assert "Traceback" not in done.stderr
    return done.stderr


def wallets(commands: CommandLine, *more: str) -> dict[str, int]:
    return {line["type"]: line["balance"] for line in commands.ask("wallet", "list", *more)}


def test_a_payment_from_its_announcement_to_a_debt(backend: Backend) -> None:
    operator = backend.operator
    operator.ask("fee", "set", "--percentage", "5%", "--fixed", "0")
    announced = operator.ask(*words("r-1", 10_001, "PENDING"), "--name", "Budi", "--media", "youtube:dQw4w9WgXcQ@10-20")
    paid = operator.ask(*words("r-1", 10_001))
    assert paid == announced | {"repeated": False}
    assert operator.ask(*words("r-1", 10_001)) == paid | {"repeated": True}
    assert "10001" in refused(operator, *words("r-1", 10_002))
    assert wallets(operator) == {"PENDING": 9_500, "PLATFORM": 501}

    settled = operator.ask("payment", "settle", paid["transaction_id"])
    assert (settled["net_amount"], settled["repeated"]) == (9_500, False)
    assert "9500" in refused(operator, "payout", "request", "--amount", "9501")
    asked = operator.run("payout", "request", "--amount", "9500", "--json")
    payout = json.loads(asked.stdout)
    assert f"--key {payout['key']}" in asked.stderr
    again = operator.ask("payout", "request", "--amount", "9500", "--key", payout["key"])
    assert again == payout | {"repeated": True}
    assert operator.ask("payout", "complete", payout["transaction_id"], "--reference", "bank-1")["status"] == "PAID"
    assert "cannot fail" in refused(operator, "payout", "fail", payout["transaction_id"], "--reason", "late")
    (listed,) = operator.ask("payout", "list")
    assert (listed["status"], listed["reference"], listed["amount"]) == ("PAID", "bank-1", 9_500)

    back = operator.ask("payment", "refund", paid["transaction_id"], "--reason", "chargeback")
    assert (back["outcome"], back["event"]) == ("REFUNDED", f"refund-{paid['transaction_id']}")
    assert operator.ask("payment", "refund", paid["transaction_id"], "--reason", "chargeback")["repeated"] is True
    lines = {line["type"]: line for line in operator.ask("wallet", "list")}
    assert (lines["CASH"]["balance"], lines["CASH"]["debt"]) == (-9_500, 9_500)
    assert (lines["PLATFORM"]["balance"], lines["PLATFORM"]["stored"]) == (0, 0)
    spoken = operator.run("wallet", "list").stdout
    assert "-Rp9.500" in spoken
    assert "debt" in spoken

    shown = operator.ask("payment", "show", "--provider", "xendit", "--payment", "r-1")
    assert shown["transaction"]["status"] == "REFUNDED"
    assert len(shown["entries"]) == len(shown["reversals"]) == 4
    assert shown["donation_message"]["media_start_seconds"] == 10
    assert "Budi" in operator.run("payment", "show", paid["transaction_id"]).stdout


def test_a_correction_and_fee_terms(backend: Backend) -> None:
    operator = backend.operator
    operator.ask(*words("c-1", 10_000))
    (entry,) = operator.ask("ledger", "list")
    key = ["--key", "desk-1"]
    adjust = ["wallet", "adjust", entry["entry_id"], "--amount", "-500", "--reason", "counted twice", *key]
    first = operator.ask(*adjust)
    assert operator.ask(*adjust) == first | {"repeated": True}
    assert wallets(operator)["PENDING"] == 9_500
    page = operator.ask("ledger", "list", "--wallet", entry["wallet_id"], "--limit", "1")
    older = operator.ask("ledger", "list", "--wallet", entry["wallet_id"], "--before", page["next"])
    assert [line["amount"] for line in page["lines"] + older["lines"]] == [-500, 10_000]
    assert older["next"] is None

    operator.ask("fee", "set", "--percentage", "2,5%")
    later = operator.ask("fee", "set", "--fixed", "250", "--from", "2198-01-01")
    assert (later["fee_percentage"], later["fee_fixed"]) == ("0.0250", 250)
    assert later["valid_from"] == "2197-12-31T17:00:00Z"
    terms = operator.ask("fee", "show")["terms"]
    assert [(one["fee_fixed"], one["in_force"]) for one in terms] == [(250, False), (0, True)]
    assert "past" in refused(operator, "fee", "set", "--fixed", "1", "--from", "2026-01-01")


def test_statement_export_and_a_balance_of_then(backend: Backend, tmp_path: Path) -> None:
    operator = backend.operator
    operator.ask(*words("s-1", 10_000), "--name", "Rahasia", "--anonymous")
    now = operator.ask("ledger", "list")[0]["created_at"]
    statement = operator.ask("ledger", "statement", "--type", "PENDING", "--month", now[:7], "--zone", "UTC")
    assert (statement["head"]["opening"], statement["head"]["closing"]) == (0, 10_000)
    assert [line["balance"] for line in statement["lines"]] == [10_000]
    assert wallets(operator, "--at", now)["PENDING"] == 10_000
    assert wallets(operator, "--at", "2020-01-01T00:00:00Z")["PENDING"] == 0
    target = tmp_path / "donations.csv"
    assert operator.ask("ledger", "export", "donations", str(target), "--format", "csv")["rows"] == 1
    (row,) = csv.DictReader(target.read_text("utf-8-sig").splitlines())
    assert (row["amount"], row["donor"]) == ("10000", "Seseorang")
    lines = tmp_path / "ledger.jsonl"
    operator.ask("ledger", "export", "ledger", str(lines), "--format", "json")
    assert [json.loads(line)["amount"] for line in lines.read_text().splitlines()] == ["10000"]


def test_what_wants_somebody_exits_1_with_its_document(backend: Backend, tmp_path: Path) -> None:
    operator = backend.operator
    payment = operator.ask(*words("v-1", 10_000))
    file = tmp_path / "provider.csv"
    file.write_text("Order,Gross\nv-1,10000\n")
    reconcile = ["reconcile", str(file), "--provider", "xendit", "--column", "reference=Order", "--json"]
    assert operator.ask(*reconcile)["agrees"] is True
    file.write_text("Order,Gross\nv-1,9999\n")
    differs = operator.run(*reconcile)
    assert differs.returncode == 1
    assert len(json.loads(differs.stdout)["amount_differs"]) == 1
    assert "Rp9.999" in operator.run(*reconcile[:-1]).stdout

    assert operator.ask("wallet", "rebuild", "--check")["drifted"] == 0
    backend.rows("UPDATE wallets SET balance = balance + 1 WHERE type = 'PENDING' AND balance = 10000 RETURNING id")
    drifted = operator.run("wallet", "rebuild", "--check", "--json")
    assert drifted.returncode == 1
    assert json.loads(drifted.stdout)["drift"][0]["drift"] == -1
    assert operator.ask("wallet", "rebuild")["drifted"] == 1
    assert operator.ask("wallet", "rebuild", "--check")["drifted"] == 0

    auditor = backend.auditor
    assert auditor.ask("ledger", "verify")["problems"] == 0
    backend.rows(
        "INSERT INTO transactions (payee_user_id, amount, fee_amount, net_amount, status)"
        " VALUES (%s, 5, 0, 5, 'PAID') RETURNING id",
        uuid4(),
    )
    found = Profile(backend.folder, list(auditor.flags)).run("ledger", "verify", "--json")
    assert found.returncode == 1
    report = json.loads(found.stdout)
    assert (report["problems"], report["is_good"]) == (1, False)
    assert payment["transaction_id"] not in found.stdout
    assert auditor.run("ledger", "verify").returncode == 1


def test_each_kind_of_login_is_told_which_other_kind_may(backend: Backend) -> None:
    gateway = backend.gateway
    given = gateway.ask(*words("g-1", 10_000))
    assert "streamer_app_operator" in refused(gateway, "payment", "settle", given["transaction_id"])
    auditor = backend.auditor
    assert "streamer_app_gateway" in refused(auditor, *words("g-2", 10_000))
    assert wallets(auditor)["PENDING"] == 10_000


@contextmanager
def interruptible() -> Iterator[None]:
    """Children hear Ctrl-C, also where the tests themselves run in the background and were told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def test_ctrl_c_leaves_nothing_half_and_a_terminal_sees_progress(backend: Backend) -> None:
    operator = backend.operator
    given = operator.ask(*words("i-1", 10_000))
    terminal, stderr = pty.openpty()
    with psycopg.connect(backend.database.admin_url) as holder, interruptible():
        holder.execute("SELECT FROM wallets WHERE user_id = %s FOR UPDATE", (backend.streamer,))
        process = subprocess.Popen(
            [sys.executable, "-m", "streamer_app", *operator.flags, "payment", "settle", "--due"],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
        os.close(stderr)
        seen = b""
        while b"Settling" not in seen:
            seen += os.read(terminal, 1000)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
    seen += os.read(terminal, 1000)
    os.close(terminal)
    assert (process.returncode, out) == (130, "")
    assert b"\x1b[KStopped. 0 payments were settled, and stay so." in seen
    assert backend.rows("SELECT status::text FROM transactions WHERE id = %s", UUID(given["transaction_id"])) == [
        ("PAID",)
    ]
    assert wallets(operator) == {"PENDING": 10_000}
    due = operator.ask("payment", "settle", "--due")
    assert due == {"settled": 1, "net_amount": 10_000, "left_out": 0}
    assert wallets(operator) == {"PENDING": 0, "CASH": 10_000}


def test_the_default_profile_is_operator_and_payee_in_one(own_world: World) -> None:
    profile = own_world.profile
    reference = f"own-{uuid4()}"
    given = profile.ask(*words(reference, 20_000), "--message", "halo")
    assert profile.ask("payment", "settle", given["transaction_id"])["net_amount"] == 19_000
    shown = profile.ask("payment", "show", given["transaction_id"])
    assert shown["transaction"]["payee_user_id"] == str(own_world.streamer)
    back = ["payment", "refund", "--provider", "xendit", "--payment", reference]
    done = profile.ask(*back, "--event", f"{reference}-back", "--reason", "asked for it")
    assert done["outcome"] == "REFUNDED"
    platform = next(line for line in profile.ask("wallet", "list") if line["type"] == "PLATFORM")
    assert platform["stored"] == platform["balance"]
    assert profile.ask("fee", "show")["terms"][-1]["fee_percentage"] == "0.0500"
