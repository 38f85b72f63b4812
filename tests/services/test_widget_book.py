"""Widgets are kept as they were set; what cannot be meant is refused by name, what cannot be read is left out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import structlog

from streamer_app.core import donathon
from streamer_app.core.errors import CommandRefusedError
from streamer_app.core.placing import Anchor, Place
from streamer_app.core.widget_settings import (
    FRESH,
    MOST_WIDGETS,
    ClockPause,
    GoalSettings,
    Money,
    QrSettings,
    TimerSettings,
    TopDonorsSettings,
    WidgetSettings,
)
from streamer_app.core.widget_states import GoalShape
from streamer_app.services import widget_book
from streamer_app.store import database, streamer_settings
from streamer_app.store.database import Connection
from tests.postgres_servers import MigratedDatabase

STREAMER = uuid4()
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
GOAL = GoalSettings(
    title="Kursi baru",
    shape=GoalShape.RING,
    target=2_500_000,
    start=date(2026, 11, 1),
    raised_elsewhere=5,
    money=Money.NET,
    show_left=False,
    on_canvas=True,
    place=Place(anchor=Anchor.TOP, x=-4, y=9, scale=0.5),
    theme="batik",
)
TIMER = TimerSettings(start=NOW, paused_at=NOW, pauses=(ClockPause(since=NOW, until=NOW),))


@pytest.fixture
async def conn(migrated_database: MigratedDatabase) -> AsyncIterator[Connection]:
    async with database.connection(migrated_database.app_url, label="tests") as opened:
        yield opened


async def test_widgets_are_kept_as_they_were_set(conn: Connection) -> None:
    assert await widget_book.load_widgets(conn, STREAMER) == FRESH
    assert await widget_book.set_widget(conn, STREAMER, "my-goal", GOAL, "window") == FRESH | {"my-goal": GOAL}
    await widget_book.set_widget(conn, STREAMER, "timer", TIMER, "window")
    assert await widget_book.load_widgets(conn, STREAMER) == FRESH | {"my-goal": GOAL, "timer": TIMER}
    assert all(getattr(GOAL, field.name) != field.default for field in msgspec.structs.fields(GoalSettings))


async def test_a_widget_that_was_taken_away_stays_away(conn: Connection) -> None:
    await widget_book.set_widget(conn, STREAMER, "goal", None, "window")
    await widget_book.set_widget(conn, STREAMER, "mine", GOAL, "window")
    assert "goal" not in await widget_book.set_widget(conn, STREAMER, "mine", None, "window")
    stored = await widget_book.read_widgets(conn, STREAMER)
    assert sorted(stored.widgets) == sorted(set(FRESH) - {"goal"})
    for name in ("goal", "mine"):
        with pytest.raises(CommandRefusedError, match="no widget"):
            await widget_book.set_widget(conn, STREAMER, name, None, "window")
    assert "goal" in await widget_book.set_widget(conn, STREAMER, "goal", GOAL, "window")


@pytest.mark.parametrize(
    "plain",
    [
        {"type": "goal", "target": 0},
        {"type": "goal_of_tomorrow"},
        {"target": 5},
        [],
        {"type": "qr", "link": "javascript:alert(1)"},
        {"type": "timer", "start": "2026-11-28T12:00:00"},
        {"type": "goal", "theme": "none-such"},
    ],
)
async def test_one_that_cannot_be_read_is_left_out_and_kept(conn: Connection, plain: Any) -> None:
    await streamer_settings.add(conn, STREAMER, "widgets", {"top": plain, "mine": {"type": "goal"}}, "cli")
    with structlog.testing.capture_logs() as logs:
        stored = await widget_book.read_widgets(conn, STREAMER)
    assert stored.unreadable == ("top",)
    assert [(line["event"], line["log_level"]) for line in logs] == [("widgets.unreadable", "error")]
    assert "top" not in stored.widgets
    assert stored.widgets["mine"] == GoalSettings()
    await widget_book.set_widget(conn, STREAMER, "mine", None, "cli")
    newest = await streamer_settings.newest(conn, STREAMER, "widgets")
    assert newest is not None
    assert newest[1] == {"top": plain}, "for a program that can read it"
    assert "top" in await widget_book.set_widget(conn, STREAMER, "top", TopDonorsSettings(), "cli")


@pytest.mark.parametrize("value", [[], "widgets", 5, None])
async def test_what_is_no_book_is_a_fresh_one(conn: Connection, value: object) -> None:
    await streamer_settings.add(conn, STREAMER, "widgets", value, "cli")
    assert await widget_book.load_widgets(conn, STREAMER) == FRESH


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (GoalSettings(target=0), "target: a whole number from 1 to 1000000000000000"),
        (GoalSettings(title="x" * 61), "title: 0 to 60 characters"),
        (GoalSettings(theme="glitter"), "theme: one of lampion, batik, struk, kaset, or empty"),
        (GoalSettings(place=Place(scale=float("nan"))), "place: parts"),
        (TopDonorsSettings(rows=11), "rows: a whole number from 1 to 10"),
        (QrSettings(link="ftp://example.org"), "link: it is not a link like https://"),
        (TimerSettings(start=datetime(2026, 11, 28)), "start: a moment with its time zone"),  # noqa: DTZ001
        (TimerSettings(start=datetime(1901, 11, 28, tzinfo=UTC)), "start: a moment with its time zone"),
        (TimerSettings(paused_at=NOW), "paused_at: a clock that has not begun"),
        (TimerSettings(pauses=(ClockPause(since=NOW, until=NOW),) * (donathon.MOST_PAUSES + 1)), "pauses: at most"),
    ],
)
async def test_settings_that_cannot_be_meant_are_refused_by_name(
    conn: Connection, settings: WidgetSettings, said: str
) -> None:
    with pytest.raises(CommandRefusedError, match=f"These settings cannot be used: {said}"):
        await widget_book.set_widget(conn, STREAMER, "goal", settings, "cli")
    assert await streamer_settings.newest(conn, STREAMER, "widgets") is None


@pytest.mark.parametrize("name", ["", "Goal", "1st", "a b", "x" * 25, "../goal", "alerts", "caf\u00e9", "goal\n"])
async def test_names_are_addresses(conn: Connection, name: str) -> None:
    with pytest.raises(CommandRefusedError):
        await widget_book.set_widget(conn, STREAMER, name, GOAL, "cli")
    assert await streamer_settings.newest(conn, STREAMER, "widgets") is None


async def test_there_are_not_too_many(conn: Connection) -> None:
    full = {f"w{number}": {"type": "goal"} for number in range(MOST_WIDGETS - len(FRESH))}
    await streamer_settings.add(conn, STREAMER, "widgets", full, "cli")
    with pytest.raises(CommandRefusedError, match=f"{MOST_WIDGETS} widgets"):
        await widget_book.set_widget(conn, STREAMER, "one-more", GOAL, "cli")
    assert (await widget_book.set_widget(conn, STREAMER, "w1", GOAL, "cli"))["w1"] == GOAL
