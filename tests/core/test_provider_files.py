"""A provider's file is read line by line: nothing is guessed that could change money, and no line is lost."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.errors import ActionableError
from streamer_app.core.provider_files import FileLine, Reading, UnreadableLine, layout_of, read_lines

HEADER = "reference,amount,status,currency,paid_at"


def read(text: str, reading: Reading | None = None) -> list[FileLine | UnreadableLine]:
    reading = reading or Reading()
    header, _, rest = text.partition("\n")
    source = io.StringIO(rest, newline="")
    return list(read_lines(source, layout_of(header.rstrip("\r"), reading), reading, ZoneInfo(reading.zone), after=1))


def one(text: str, reading: Reading | None = None) -> FileLine:
    (line,) = read(text, reading)
    assert isinstance(line, FileLine), line
    return line


def problem(text: str, reading: Reading | None = None) -> str:
    (line,) = read(text, reading)
    assert isinstance(line, UnreadableLine), line
    return line.problem


def test_a_line_says_reference_amount_status_currency_and_time() -> None:
    assert one(f"{HEADER}\nINV-1,25.000,SUCCESS,idr,2026-11-05T12:00:00+07:00\n") == FileLine(
        line=2,
        reference="INV-1",
        amount=25_000,
        currency="IDR",
        status="SUCCESS",
        meaning=("PAID", "SETTLED"),
        since=datetime(2026, 11, 5, 5, tzinfo=UTC),
        until=datetime(2026, 11, 5, 5, tzinfo=UTC),
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found_from_the_header(delimiter: str) -> None:
    text = f"{HEADER}\r\nINV-1,25000,paid,IDR,2026-11-05\r\n".replace(",", delimiter)
    line = one(text)
    assert (line.reference, line.amount) == ("INV-1", 25_000)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("Order ID,Gross Amount,Transaction Status", ("Order ID", "Gross Amount", "Transaction Status")),
        ("id,external_id,amount,fee,status", ("external_id", "amount", "status")),
        ("No Referensi;Jumlah;Status", ("No Referensi", "Jumlah", "Status")),
        ('"Payment Reference";"Amount"', ("Payment Reference", "Amount", None)),
    ],
)
def test_columns_are_guessed_from_their_names(header: str, columns: tuple[str | None, ...]) -> None:
    layout = layout_of(header, Reading())
    assert tuple(layout.columns[role] for role in ("reference", "amount", "status")) == columns


def test_columns_may_be_named() -> None:
    layout = layout_of("id,kode,amount,bayar", Reading(reference="Kode", amount="bayar"))
    assert (layout.columns["reference"], layout.columns["amount"]) == ("kode", "bayar")


@pytest.mark.parametrize(
    ("header", "reading", "said"),
    [
        ("a,b,c", Reading(), "reference: a, b, c"),
        ("reference,b", Reading(), "amount"),
        ("reference,amount,Amount", Reading(), "two columns"),
        ("reference,amount", Reading(status="State"), "no column 'State'"),
        ("", Reading(), "reference"),
    ],
)
def test_a_header_that_leaves_a_doubt_is_refused(header: str, reading: Reading, said: str) -> None:
    with pytest.raises(ActionableError, match=said):
        layout_of(header, reading)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('INV-1,"25,000",paid,IDR,', "read both ways"),
        ("INV-1,dua puluh,paid,IDR,", "not an amount"),
        ("INV-1,25000,mystery,IDR,", "not a known status"),
        ("INV-1,25000,,IDR,", "not a known status"),
        ("INV-1,25000,paid,Rupiah,", "not a currency"),
        (",25000,paid,IDR,", "no payment reference"),
        ("INV-1,25000,paid", "3 columns instead of 5"),
        ("INV-1,25000,paid,IDR,,,", "7 columns instead of 5"),
        ('"INV-1"x,25000,paid,IDR,', "not CSV"),
        ("INV\0-1,25000,paid,IDR,", "not text"),
        ("INV\udce9-1,25000,paid,IDR,", "not text"),
        ("Total,,paid,,", "not an amount"),
    ],
)
def test_a_line_in_doubt_is_set_aside_with_its_number(line: str, said: str) -> None:
    found = read(f"{HEADER}\nINV-0,1,paid,IDR,\n{line}\nINV-2,2,paid,IDR,\n")
    assert [each.line for each in found] == [2, 3, 4]
    assert isinstance(found[1], UnreadableLine)
    assert said in found[1].problem
    assert found[1].text.isprintable() or "\0" in found[1].text
    assert [isinstance(each, FileLine) for each in found] == [True, False, True]


def test_an_unreadable_line_keeps_its_reference_when_it_has_one() -> None:
    (line,) = read(f"{HEADER}\nINV-1,?,paid,IDR,\n")
    assert isinstance(line, UnreadableLine)
    assert line.reference == "INV-1"


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_stray_quotation_mark_costs_its_own_line_only(end: str) -> None:
    rows = [f"INV-{number},1000,paid,IDR," for number in range(3000)]
    rows[5] = 'INV-5,1000,"paid,IDR,'
    rows[90] = 'INV-90,1000,paid",IDR,'
    rows[2500] = 'INV-2500,1000,paid,IDR,"'
    found = read("\n".join([HEADER, *rows]) + end)
    assert [each.line for each in found] == list(range(2, 3002))
    assert {each.line for each in found if isinstance(each, UnreadableLine)} == {7, 2502}


def test_a_cell_of_several_lines_is_one_line_of_the_file() -> None:
    found = read('reference,amount,note\nINV-1,1,"dua\nbaris"\n\n,,\nINV-2,2,x\n')
    assert [(each.line, type(each)) for each in found] == [(2, FileLine), (6, FileLine)]


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("PAID", ("PAID", "SETTLED")),
        ("Settlement", ("PAID", "SETTLED")),
        ("berhasil", ("PAID", "SETTLED")),
        ("charge_back", ("REFUNDED",)),
        ("EXPIRED", ("FAILED",)),
        ("pending", ("PENDING",)),
    ],
)
def test_usual_words_for_a_status_are_known(word: str, meaning: tuple[str, ...]) -> None:
    assert one(f"reference,amount,status\nINV-1,1,{word}\n").meaning == meaning


def test_a_providers_own_words_can_be_taught() -> None:
    reading = Reading(statuses={"Beres": "paid", "PAID": "REFUNDED"})
    assert one("reference,amount,status\nINV-1,1,beres\n", reading).meaning == ("PAID", "SETTLED")
    assert one("reference,amount,status\nINV-1,1,paid\n", reading).meaning == ("REFUNDED",)


def test_without_a_status_column_nothing_is_said_about_it() -> None:
    line = one("reference,amount\nINV-1,1\n")
    assert (line.status, line.meaning) == (None, None)


def test_smallest_units_are_taken_as_they_are() -> None:
    reading = Reading(minor_units=True, currency="USD")
    assert one("reference,amount\nINV-1,1250\n", reading).amount == 1250
    assert "smallest units" in problem("reference,amount\nINV-1,12.50\n", reading)


@pytest.mark.parametrize(
    ("cell", "since", "until"),
    [
        ("2026-11-05 12:00:00", "2026-11-05T05:00:00+00:00", "2026-11-05T05:00:00+00:00"),
        ("2026/11/05 12:00", "2026-11-05T05:00:00+00:00", "2026-11-05T05:00:00+00:00"),
        ("2026-11-05T12:00:00Z", "2026-11-05T12:00:00+00:00", "2026-11-05T12:00:00+00:00"),
        ("2026-11-05", "2026-11-04T17:00:00+00:00", "2026-11-05T16:59:59.999999+00:00"),
    ],
)
def test_times_are_the_zones_unless_they_say_otherwise(cell: str, since: str, until: str) -> None:
    line = one(f"reference,amount,date\nINV-1,1,{cell}\n")
    assert line.since is not None
    assert line.until is not None
    assert (line.since.isoformat(), line.until.isoformat()) == (since, until)


@pytest.mark.parametrize("cell", ["03/04/2026", "yesterday", "", "0001-01-01T00:00:00+14:00", "2026-02-30"])
def test_a_time_that_may_mean_two_moments_or_none_is_none(cell: str) -> None:
    line = one(f"reference,amount,date\nINV-1,1,{cell}\n")
    assert (line.since, line.until) == (None, None)


def test_a_time_format_can_be_taught() -> None:
    line = one("reference,amount,date\nINV-1,1,03/04/2026 10:00\n", Reading(time_format="%d/%m/%Y %H:%M"))
    assert line.since == datetime(2026, 4, 3, 3, tzinfo=UTC)


@given(st.lists(st.text('abI1",;\n\r\t\udce9\0 ', max_size=12), max_size=12))
def test_no_line_that_holds_anything_is_lost_whatever_the_file_holds(rows: list[str]) -> None:
    body = "\n".join(rows)
    found = read(f"reference,amount\n{body}\n")
    physical = io.StringIO(f"{body}\n", newline="").readlines()
    numbers = [each.line for each in found]
    assert numbers == sorted(set(numbers))
    assert all(2 <= number < 2 + len(physical) for number in numbers)
    for number, line in enumerate(physical, 2):
        if any("a" <= character.lower() <= "z" or character == "1" for character in line):
            owner = max((each for each in numbers if each <= number), default=None)
            assert owner is not None
            if owner != number:
                assert '"' in "".join(physical[owner - 2 : number - 1])
