"""`key`: what may be typed, and what it answers."""

from __future__ import annotations

import pytest

from streamer_app.cli import build_parser
from streamer_app.roles import console_keys

KEY = {
    "key_id": "1583ed7c-247e-4b6a-8dd7-bb2dc94909e2",
    "name": "Sari",
    "rights": ["steer", "panic"],
    "made_by": "cli:budi",
    "made_at": "2026-11-28T08:00:00Z",
    "ended_by": None,
    "ended_at": None,
}


@pytest.mark.parametrize(
    "words", [["key"], ["key", "make"], ["key", "make", ""], ["key", "make", "A", "--right", "all"]]
)
def test_what_cannot_be_meant_is_a_usage_error(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(words)
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


def test_rights_are_added_up() -> None:
    typed = build_parser().parse_args(["key", "make", "Sari", "--right", "steer", "--right", "money"])
    assert typed.rights == ["steer", "money"]
    assert build_parser().parse_args(["key", "make", "Sari"]).rights is None


def test_a_new_key_is_said_with_its_address_and_what_it_may() -> None:
    made = KEY | {"url": "http://127.0.0.1:1/control/abc", "lan_urls": ["http://192.168.1.5:1/control/abc"]}
    said = console_keys.spoken("key make", made)
    assert "Sari may: steer, panic" in said
    assert "only once" in said
    assert "http://127.0.0.1:1/control/abc\nhttp://192.168.1.5:1/control/abc\n" in said
    assert "--lan on" in console_keys.spoken("key make", made | {"lan_urls": []})


def test_a_list_names_who_and_until_when() -> None:
    ended = KEY | {"rights": [], "ended_by": "window", "ended_at": "2026-11-29T08:00:00Z"}
    said = console_keys.spoken("key list", [KEY, ended]).splitlines()
    assert said[0].endswith("Sari: steer, panic. Made 2026-11-28T08:00:00Z by cli:budi")
    assert said[1].endswith("Sari: look. Made 2026-11-28T08:00:00Z by cli:budi, ended 2026-11-29T08:00:00Z by window")
    assert "no key" in console_keys.spoken("key list", [])
