"""Rules are kept as they were set, never misread into letting through what was forbidden; blocked donors are known."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
import structlog

from streamer_app.core.errors import CommandRefusedError
from streamer_app.core.rules import LONGEST_MESSAGE, MOST_WORDS, Arrival, Rules, Ruling, WhatToDo
from streamer_app.services import rulebook
from streamer_app.services.rulebook import DonorBlocks
from streamer_app.store import database, donor_blocks, streamer_settings
from streamer_app.store.database import Connection
from tests.postgres_servers import MigratedDatabase

STREAMER = uuid4()
EVERYTHING = Rules(
    minimum_alert=1_000,
    minimum_speech=2_000,
    minimum_message=3_000,
    minimum_media=4_000,
    words=WhatToDo.HOLD,
    word_lists=("en",),
    own_words=("wibu*", "\u00e9"),
    allowed_words=("shit",),
    links=WhatToDo.NOTHING,
    longest_message=99,
    too_long=WhatToDo.HOLD,
    media=WhatToDo.MASK,
    approve_all=True,
    approve_first_timers=True,
    approve_at_least=5_000,
    approve_less_than=6_000,
)


@pytest.fixture
async def conn(migrated_database: MigratedDatabase) -> AsyncIterator[Connection]:
    async with database.connection(migrated_database.app_url, label="tests") as opened:
        yield opened


async def test_rules_are_kept_as_they_were_set(conn: Connection) -> None:
    assert await rulebook.load_rules(conn, STREAMER) == Rules()
    assert await rulebook.save_rules(conn, STREAMER, EVERYTHING, "window") == 1
    assert await rulebook.load_rules(conn, STREAMER) == EVERYTHING
    stored = await rulebook.read_rules(conn, STREAMER)
    assert (stored.version, stored.unreadable, stored.readable) == (1, (), EVERYTHING)
    assert all(getattr(EVERYTHING, field.name) != field.default for field in msgspec.structs.fields(Rules))


async def test_fields_of_another_program_are_passed_over_and_missing_ones_have_their_defaults(conn: Connection) -> None:
    await streamer_settings.add(conn, STREAMER, "rules", {"minimum_alert": 5, "a_rule_of_tomorrow": [1]}, "cli")
    assert await rulebook.load_rules(conn, STREAMER) == Rules(minimum_alert=5)


@pytest.mark.parametrize(
    ("value", "unreadable"),
    [
        ({"words": "explode", "minimum_alert": 5}, ("words",)),
        ({"links": 7, "own_words": "x", "minimum_alert": 5}, ("links", "own_words")),
        ({"longest_message": -1, "minimum_alert": 5}, ("longest_message",)),
        ({"approve_at_least": 0, "minimum_alert": 5}, ("approve_at_least",)),
        ({"word_lists": ["id", "jv"], "minimum_alert": 5}, ("word_lists",)),
        ({"approve_all": "no", "minimum_alert": 5}, ("approve_all",)),
    ],
)
async def test_what_cannot_be_read_makes_every_donation_wait(
    conn: Connection, value: dict[str, object], unreadable: tuple[str, ...]
) -> None:
    await streamer_settings.add(conn, STREAMER, "rules", value, "cli")
    with structlog.testing.capture_logs() as logs:
        stored = await rulebook.read_rules(conn, STREAMER)
    assert stored.unreadable == unreadable
    assert (stored.rules.approve_all, stored.rules.minimum_alert) == (True, 5)
    assert (stored.readable.approve_all, stored.readable.minimum_alert) == (False, 5)
    assert not list(stored.rules.unusable())
    assert rulebook.try_it(stored.rules, Arrival(5_000, "Budi", "halo")).ruling is Ruling.HOLD
    assert [(line["event"], line["log_level"]) for line in logs][:1] == [("rules.unreadable", "error")]


@pytest.mark.parametrize("value", [[], "rules", 5, None])
async def test_rules_that_are_none_make_every_donation_wait(conn: Connection, value: object) -> None:
    await streamer_settings.add(conn, STREAMER, "rules", value, "cli")
    assert await rulebook.load_rules(conn, STREAMER) == Rules(approve_all=True)


async def test_a_program_without_its_word_lists_makes_every_donation_wait(
    conn: Connection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(rulebook, "word_lists_folder", lambda: tmp_path)
    rulebook.word_lists.cache_clear()
    try:
        stored = await rulebook.read_rules(conn, STREAMER)
        assert (stored.unreadable, stored.rules.approve_all) == (("word_lists",), True)
    finally:
        rulebook.word_lists.cache_clear()


@pytest.mark.parametrize(
    "changes",
    [
        {"minimum_alert": -1},
        {"minimum_speech": 2**63},
        {"longest_message": 0},
        {"longest_message": LONGEST_MESSAGE + 1},
        {"approve_less_than": 0},
        {"own_words": ("",)},
        {"own_words": ("x" * 61,)},
        {"own_words": ("a\x00b",)},
        {"own_words": ("a\ud800",)},
        {"allowed_words": ("x",) * (MOST_WORDS + 1)},
        {"word_lists": ("jv",)},
    ],
    ids=lambda changes: next(iter(changes)),
)
async def test_rules_that_cannot_be_meant_are_refused(conn: Connection, changes: dict[str, object]) -> None:
    with pytest.raises(CommandRefusedError, match=next(iter(changes))):
        await rulebook.save_rules(conn, STREAMER, Rules(**changes), "cli")  # type: ignore[arg-type]
    assert await streamer_settings.newest(conn, STREAMER, "rules") is None


def test_both_lists_ship_and_are_read() -> None:
    lists = rulebook.word_lists()
    assert sorted(lists) == ["en", "id"]
    for entries in lists.values():
        assert len(entries) > 100
        assert len(set(entries)) == len(entries)
        assert not [entry for entry in entries if "#" in entry or entry != entry.strip() or entry != entry.lower()]


def test_a_judge_is_made_once_and_knows_the_lists() -> None:
    assert rulebook.judge_of(Rules()) is rulebook.judge_of(Rules())
    assert rulebook.try_it(Rules(), Arrival(25_000, "Budi", "dasar g0bl0k")).message == "dasar " + "\u2022" * 6
    assert rulebook.try_it(Rules(), Arrival(25_000, "Budi", "you b1tch")).ruling is Ruling.MASK


def test_somebody_with_an_account_is_known_by_it_alone() -> None:
    payer = uuid4()
    blocks = DonorBlocks(frozenset({payer}), frozenset({"budi"}))
    assert blocks.blocks(payer, "Rina")
    assert blocks.blocks(None, " B\u200bUD\u0456 ")
    assert not blocks.blocks(uuid4(), "Budi"), "anybody may write that name"
    assert not blocks.blocks(None, "Rina")
    assert not blocks.blocks(None, None)
    assert not blocks.blocks(None, "\u200b")
    assert blocks
    assert DonorBlocks(frozenset(), frozenset({"x"}))
    assert DonorBlocks(frozenset({payer}))
    assert not DonorBlocks()


async def test_blocks_are_loaded(conn: Connection) -> None:
    payer = uuid4()
    assert not await rulebook.load_blocks(conn, STREAMER)
    for account, key in ((payer, None), (None, "budi")):
        await donor_blocks.record(
            conn,
            uuid4(),
            STREAMER,
            payer_user_id=account,
            name_key=key,
            shown_name="Budi",
            blocks=True,
            actor="window",
        )
    assert await rulebook.load_blocks(conn, STREAMER) == DonorBlocks(frozenset({payer}), frozenset({"budi"}))
