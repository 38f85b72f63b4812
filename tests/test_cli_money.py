"""What cannot be meant ends with 2 and words, before anything is opened or asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import run_here

ID = "7f1c0c3e-8a52-4a0e-9d8e-0a4cf2b7d001"
RECORD = ["payment", "record", "--provider", "x", "--payment", "r", "--event", "e", "--status", "PAID"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([*RECORD, "--amount", "25.000"], "25000"),
        ([*RECORD, "--amount", "1e5"], "digits"),
        ([*RECORD, "--amount", "-5"], "digits"),
        ([*RECORD, "--amount", "0"], "above 0"),
        ([*RECORD, "--amount", str(2**63)], "hold"),
        (RECORD, "--amount"),
        ([*RECORD[:-1], "paid", "--amount", "5"], "PAID"),
        ([*RECORD, "--amount", "5", "--media", "youtube:dQw4w9WgXcQ@9-5"], "before it starts"),
        ([*RECORD, "--amount", "5", "--payee", "me"], "UUID"),
        (["payment", "settle"], "required"),
        (["payment", "settle", ID, "--due"], "not allowed"),
        (["payment", "settle", ID, "--before", "7d"], "--due"),
        (["payment", "settle", "--due", "--before", "yesterday"], "7d"),
        (["payment", "refund", ID], "--reason"),
        (["payment", "refund", "--reason", "r", "--provider", "x"], "ID"),
        (["payment", "refund", "--reason", "r", "--provider", "x", "--payment", "p"], "--event"),
        (["payment", "refund", ID, "--reason", "r", "--provider", "x", "--payment", "p", "--event", "e"], "ID"),
        (["payment", "refund", ID, "--reason", "r", "--provider", "x"], "--event"),
        (["payment", "refund", ID, "--reason", " "], "empty"),
        (["payment", "show"], "ID"),
        (["payout", "request"], "--amount"),
        (["payout", "fail", ID], "--reason"),
        (["wallet", "adjust", ID, "--amount", "500", "--reason", "r"], "sign"),
        (["wallet", "list", "--at", "2026-11-30"], "zone"),
        (["ledger", "list", "--before", f"infinity/{ID}"], "--wallet"),
        (["ledger", "list", "--limit", "0"], "1000"),
        (["ledger", "export", "donations", "f.csv", "--format", "csv", "--wallet", ID], "--wallet"),
        (["ledger", "export", "ledger", "f.csv"], "--format"),
        (["ledger", "statement", "--month", "2026-13"], "month"),
        (["ledger", "statement", "--month", "2026-11", "--zone", "Mars/Phobos"], "zone"),
        (["fee", "set"], "--percentage"),
        (["fee", "set", "--percentage", "0.05"], "5%"),
        (["fee", "set", "--percentage", "5.001%"], "two decimals"),
        (["reconcile", "f.csv"], "--provider"),
        (["reconcile", "f.csv", "--provider", "x", "--column", "name=Order"], "ROLE"),
    ],
)
def test_usage_ends_with_2_and_words(words: list[str], said: str, tmp_path: Path) -> None:
    done = run_here("--data-dir", str(tmp_path / "data"), "--json", *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert not (tmp_path / "data").exists()
