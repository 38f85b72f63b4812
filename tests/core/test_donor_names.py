"""Two writings of one name have one key, and two people have two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer_app.core.donor_names import name_key
from tests.core.tricks import LOOKALIKES, UNSEEN


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Budi Santoso", "  budi\t SANTOSO "),
        ("Budi", "\uff22\uff35\uff24\uff29"),
        ("Budi", "\U0001d401\U0001d432di".replace("\U0001d432", "\U0001d42e")),
        ("Budi", "B\u200bu\u0301d\u202ei"),
        ("Roman", "R\u043em\u0430n"),
        ("Stra\u00dfe", "STRASSE"),
        ("Jos\u00e9", "Jose\u0301"),
        ("Jos\u00e9", "Jose"),
        ("a b", "a\u3164b"),
        ("Budi1", "Budi\u0661"),
    ],
)
def test_one_person(first: str, second: str) -> None:
    assert name_key(first) == name_key(second) != ""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Budi1", "Budii"),
        ("Budi1", "Budi7"),
        ("B0di", "Bodi"),
        ("Ana", "An a"),
        ("Budi!", "Budi"),
        ("\u674e", "\u738b"),
    ],
)
def test_two_people(first: str, second: str) -> None:
    assert name_key(first) != name_key(second)


@pytest.mark.parametrize("nobody", ["", "  ", "\u200b\u202e", "\u3164", "\u0301", "\x00\ud800"])
def test_a_name_of_which_nothing_is_seen_is_none(nobody: str) -> None:
    assert name_key(nobody) == ""


@given(st.text())
def test_a_key_is_its_own_key(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key
    assert key == key.strip()
    assert "  " not in key
    key.encode()


@given(st.data(), st.text(alphabet="abcdeghjkmnoprstuy", min_size=1, max_size=12))
def test_look_alikes_and_what_is_unseen_make_no_difference(data: st.DataObject, name: str) -> None:
    disguised = "".join(
        data.draw(st.sampled_from([letter, letter.upper(), *LOOKALIKES.get(letter, "").strip("v\u028b")]))
        + data.draw(st.sampled_from(UNSEEN))
        for letter in name
    )
    assert name_key(disguised) == name_key(name) == name
