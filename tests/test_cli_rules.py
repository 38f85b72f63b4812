"""What is typed about rules and donors becomes what was meant, or ends with 2 and words before anything is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streamer_app import cli, cli_rules
from streamer_app.core.errors import ActionableError
from streamer_app.core.rules import Rules, WhatToDo
from streamer_app.roles import console_rules_text
from streamer_app.roles.console_rules import Changes, changed
from streamer_app.settings import resolve
from tests.command_line import run_here

FIELDS: dict[str, tuple[list[str], Any]] = {
    "minimum_alert": (["--minimum-alert", "10000"], 10_000),
    "minimum_speech": (["--minimum-speech", "0"], 0),
    "minimum_message": (["--minimum-message", "7"], 7),
    "minimum_media": (["--minimum-media", "8"], 8),
    "words": (["--words", "hold"], WhatToDo.HOLD),
    "word_lists": (["--word-lists", "en, id,en"], ("en", "id")),
    "own_words": (["--add-word", " wibu* ", "--add-word", "wibu*"], ("wibu*",)),
    "allowed_words": (["--allow-word", "cum laude"], ("cum laude",)),
    "links": (["--links", "nothing"], WhatToDo.NOTHING),
    "longest_message": (["--longest-message", "500"], 500),
    "too_long": (["--too-long", "hold"], WhatToDo.HOLD),
    "media": (["--media", "mask"], WhatToDo.MASK),
    "approve_all": (["--approve-all"], True),
    "approve_first_timers": (["--approve-first-timers"], True),
    "approve_at_least": (["--approve-at-least", "1000000"], 1_000_000),
    "approve_less_than": (["--approve-less-than", "500"], 500),
}


def rules_set(*flags: str, before: Rules | None = None) -> Rules:
    typed = cli.build_parser().parse_args(["rules", "set", *flags])
    changes = Changes(
        fields=cli_rules._fields(typed),
        add_words=typed.add_word,
        remove_words=typed.remove_word,
        allow_words=typed.allow_word,
        disallow_words=typed.disallow_word,
    )
    return changed(before or Rules(), changes)


def test_every_rule_has_its_flag() -> None:
    assert sorted(FIELDS) == sorted(Rules.__struct_fields__)


@pytest.mark.parametrize("name", FIELDS)
def test_a_flag_sets_its_rule_and_nothing_else(name: str) -> None:
    flags, value = FIELDS[name]
    rules = rules_set(*flags)
    others = [other for other in Rules.__struct_fields__ if getattr(rules, other) != getattr(Rules(), other)]
    assert getattr(rules, name) == value
    assert type(getattr(rules, name)) is type(value)
    assert others == [name]


def test_bounds_and_approvals_are_taken_back() -> None:
    before = Rules(approve_all=True, approve_first_timers=True, approve_at_least=5, approve_less_than=5)
    flags = (
        "--no-approve-all",
        "--no-approve-first-timers",
        "--approve-at-least",
        "never",
        "--approve-less-than",
        "never",
    )
    assert rules_set(*flags, before=before) == Rules()
    assert rules_set("--word-lists", "none").word_lists == ()


def test_words_go_in_and_out() -> None:
    before = Rules(own_words=("a1", "b1"), allowed_words=("c1", "d1"))
    after = rules_set("--remove-word", "a1", "--add-word", "e1", "--disallow-word", "d1", before=before)
    assert (after.own_words, after.allowed_words) == (("b1", "e1"), ("c1",))
    for flag in ("--remove-word", "--disallow-word"):
        with pytest.raises(ActionableError, match="zz"):
            rules_set(flag, "zz", before=before)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rules", "set"], "something to set"),
        (["rules", "set", "--ask-again"], "something to set"),
        (["rules", "set", "--minimum-alert", "10.000"], "digits"),
        (["rules", "set", "--minimum-alert", "-1"], "digits"),
        (["rules", "set", "--words", "explode"], "invalid choice"),
        (["rules", "set", "--longest-message", "501"], "1 to 500"),
        (["rules", "set", "--longest-message", "0"], "1 to 500"),
        (["rules", "set", "--longest-message", "\u0665"], "1 to 500"),
        (["rules", "set", "--approve-at-least", "0"], "above 0"),
        (["rules", "set", "--approve-at-least", "always"], "digits"),
        (["rules", "set", "--word-lists", "id,,en"], "id,en"),
        (["rules", "set", "--add-word", " "], "empty"),
        (["rules", "set", "--add-word", "**"], "no letter"),
        (["rules", "set", "--add-word", "x" * 61], "longer than 60"),
        (["rules", "try"], "TEXT"),
        (["rules", "try", "x", "--amount", "0"], "above 0"),
        (["donor", "block"], "id"),
        (["donor", "unblock"], "name"),
        (["donor", "unblock", " "], "empty"),
    ],
)
def test_usage_ends_with_2_and_words(words: list[str], said: str, tmp_path: Path) -> None:
    done = run_here("--data-dir", str(tmp_path / "data"), "--json", *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["rules", "show"], "rules show"),
        (["rules", "set", "--approve-all"], "command"),
        (["rules", "try", "x"], "rules try"),
        (["donor", "block", "7f1c0c3e-8a52-4a0e-9d8e-0a4cf2b7d001"], "command"),
        (["donor", "unblock", "Budi"], "command"),
        (["donor", "list"], "donor list"),
    ],
)
def test_every_command_has_its_work_and_its_words(words: list[str], told: str, tmp_path: Path) -> None:
    settings = resolve({"data_dir": str(tmp_path)})
    typed = cli.build_parser().parse_args(words)
    found = cli_rules.work(settings, " ".join(words[:2]), typed)
    assert found is not None
    assert found[1] == told
    other = cli.build_parser().parse_args(["queue", "list"])
    assert cli_rules.work(settings, "queue list", other) is None


def tried(**changes: Any) -> dict[str, Any]:
    plain = {
        "written": {"name": "Bu\x1b[31mdi", "message": "dasar bodoh", "amount": 5_000},
        "ruling": "mask",
        "findings": [{"rule": "blocked_word", "detail": "bodoh"}],
        "name": None,
        "message": "dasar \u2022\u2022\u2022\u2022\u2022",
        "speech": None,
        "media": True,
    }
    return plain | changes


def test_a_try_is_told_in_words() -> None:
    assert console_rules_text.spoken("rules try", tried()).splitlines() == [
        "Shown without a part of it: blocked word: bodoh. The money stays.",
        "Name     Bu[31mdi",
        "Message  dasar \u2022\u2022\u2022\u2022\u2022",
        "Speech   (silent)",
    ]
    nothing = tried(message="", name="", speech="dasar", media=False)
    assert console_rules_text.spoken("rules try", nothing).splitlines()[1:] == [
        "Name     (someone)",
        "Message  (none)",
        "Speech   dasar",
        "Media    (left out)",
    ]


def test_rules_and_donors_are_told_in_words() -> None:
    rules = {
        "minimum_alert": 10_000,
        "longest_message": 300,
        "approve_all": False,
        "own_words": ("a", "b"),
        "word_lists": (),
    }
    plain = {"version": 1, "unreadable": [], "rules": rules | {"approve_at_least": None, "words": "mask"}}
    told = console_rules_text.spoken("rules show", plain)
    assert [line.split(maxsplit=2)[-1] for line in told.splitlines()[:4]] == ["Rp10.000", "300", "no", "a, b"]
    assert "could not be read" not in told
    assert "none" in told
    assert "never" in told
    assert "every donation waits" in console_rules_text.spoken("rules show", plain | {"unreadable": ["words"]})
    row = {"donor": "Bu\x1bdi", "by": "name", "blocked_by": "window", "blocked_at": "2026-11-28T08:00:00+00:00"}
    assert (
        console_rules_text.spoken("donor list", [row]) == "2026-11-28T08:00:00+00:00  Budi  by name, blocked by window"
    )
    assert console_rules_text.spoken("donor list", []) == "Nobody is blocked."
