"""Money documents as sentences: amounts people read, and nothing of a donor's that a terminal would obey."""

from __future__ import annotations

from typing import Any

from streamer_app.roles.console_money_text import spoken

REPORT: dict[str, Any] = {
    "problems": 0,
    "warnings": 1,
    "blocks": 2,
    "transactions": 1,
    "entries": 9_000,
    "head": "ab",
    "findings": [
        {
            "severity": "WARNING",
            "kind": "FEE_FORMULA",
            "transaction_id": "t",
            "entry_id": None,
            "wallet_id": None,
            "block": None,
            "expected": "500",
            "found": "501",
        }
    ],
}


def test_a_donors_words_steer_no_terminal() -> None:
    shown = spoken(
        "payment show",
        {
            "transaction_id": "t",
            "transaction": None,
            "events": [
                {
                    "recorded_at": "now",
                    "event": "e\x1b]0;owned\x07",
                    "provider": "p",
                    "status": "PAID",
                    "amount": 5,
                    "reason": "\x9b31m",
                }
            ],
            "entries": [],
            "reversals": [],
            "adjustments": [],
            "donation_message": {
                "donation_message_id": "m",
                "is_anonymous": False,
                "donor_name": "Bu\x1b[2Jdi",
                "message": "halo\r\n\x1b[31m\u202e",
                "played_at": None,
                "runs": [],
            },
        },
    )
    assert "Bu[2Jdi: halo" in shown
    assert not {character for character in shown if not character.isprintable()} - {"\n"}


def test_a_debt_and_a_balance_that_lags_are_said() -> None:
    said = spoken(
        "wallet list",
        [
            {"type": "CASH", "balance": -9_500, "currency": "IDR", "user_id": "u", "debt": 9_500, "stored": -9_500},
            {"type": "PLATFORM", "balance": 501, "currency": "IDR", "user_id": "p", "debt": 0, "stored": 500},
        ],
    ).splitlines()
    assert "-Rp9.500" in said[0]
    assert "debt of Rp9.500" in said[0]
    assert "stored: Rp500" in said[1]


def test_terms_are_percent_and_fixed() -> None:
    for stored, read in (
        ("0.0500", "5 %"),
        ("0.0205", "2,05 %"),
        ("0.0250", "2,5 %"),
        ("1.0000", "100 %"),
        ("0.0000", "0 %"),
    ):
        assert f": {read} and 7 fixed" in spoken(
            "fee set", {"valid_from": "now", "fee_percentage": stored, "fee_fixed": 7}
        )


def test_a_report_counts_and_names_what_it_found() -> None:
    said = spoken("ledger verify", REPORT)
    assert said.startswith("No problem, 1 warning. Checked: 2 blocks, 1 transaction, 9,000 sealed entries. Head: ab.")
    assert "FEE_FORMULA" in said
    assert "transaction_id t: expected 500, found 501" in said
    assert spoken("ledger verify", REPORT | {"problems": 2}).startswith("2 problems")
