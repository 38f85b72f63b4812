"""Donors write what they like; a row stays a row."""

from __future__ import annotations

import time

import pytest

from streamer_app.ui.donor_text import LINE_LIMIT, isolated, one_line


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Budi", "Budi"),
        ("a\nb\r\n\tc", "a b c"),
        ("\u202eidub\u202c\u2066\u200f", "idub"),
        ("\x00\x07bel\x1b[31m", "bel [31m"),
        ("\ufeff \u2028", ""),
        ("مُتَبَرِّع", "مُتَبَرِّع"),
        ("👨‍👩‍👧 🇮🇩 🏴\U000e0067\U000e0062\U000e007f", "👨‍👩‍👧 🇮🇩 🏴\U000e0067\U000e0062\U000e007f"),
        ("Z" + "\u0351" * 40, "Z" + "\u0351" * 3),
    ],
)
def test_one_line(written: str, shown: str) -> None:
    assert one_line(written) == shown


def test_length_is_cut_with_an_ellipsis_and_costs_nothing() -> None:
    begun = time.perf_counter()
    line = one_line("W" * 10_000_000)
    assert time.perf_counter() - begun < 0.05
    assert len(line) == LINE_LIMIT + 1
    assert line.endswith("…")
    assert one_line("w" * LINE_LIMIT) == "w" * LINE_LIMIT


def test_isolation_closes_what_it_opens() -> None:
    assert isolated("x") == "\u2068x\u2069"
