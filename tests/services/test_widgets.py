"""Widgets show what the facts say at that moment, once per change, and never a name that is nobody's business."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import structlog

from streamer_app.core.donations import Item, ItemState, QueueView
from streamer_app.core.overlay_protocol import WidgetUpdate
from streamer_app.core.rules import Rules, WhatToDo
from streamer_app.core.widget_settings import (
    GoalSettings,
    LatestSettings,
    MediaNowSettings,
    Money,
    NextUpSettings,
    Period,
    QrSettings,
    TickerSettings,
    TimerSettings,
    TopDonorsSettings,
    Widgets,
    WidgetSettings,
)
from streamer_app.services import rulebook, widget_figures
from streamer_app.services.widgets import Dress, WidgetDesk
from streamer_app.store import database, donor_blocks, identity
from streamer_app.store.database import Connection
from tests.postgres_servers import MigratedDatabase
from tests.services.giving import Giving

NOW = datetime(2026, 11, 30, 16, 59, 30, tzinfo=UTC)
"""Half a minute before December in Jakarta."""


class HeldClock:
    def __init__(self) -> None:
        self.moment = NOW

    def monotonic(self) -> float:
        return (self.moment - NOW).total_seconds()

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, **time: float) -> None:
        self.moment += timedelta(**time)


class Wall:
    def __init__(self) -> None:
        self.posted: list[WidgetUpdate] = []
        self.on_canvas: dict[str, bool] = {}
        self.news = asyncio.Event()

    def post(self, update: WidgetUpdate, *, on_canvas: bool) -> None:
        self.posted.append(update)
        self.on_canvas[update.widget] = on_canvas
        self.news.set()


class Room:
    def __init__(self, conn: Connection, giving: Giving) -> None:
        self.conn, self.giving = conn, giving
        self.clock, self.wall = HeldClock(), Wall()

    def desk(self, widgets: Widgets, dress: Dress | None = None) -> WidgetDesk:
        streamer = self.giving.streamer
        return WidgetDesk(streamer=streamer, clock=self.clock, billboard=self.wall, widgets=widgets, dress=dress)

    async def state(self, settings: WidgetSettings, dress: Dress | None = None) -> Any:
        desk = self.desk({"one": settings}, dress)
        await desk.refresh(self.conn)
        return desk.update("one").state


@pytest.fixture
async def room(migrated_database: MigratedDatabase) -> AsyncIterator[Room]:
    giving = Giving(migrated_database, uuid4(), NOW)
    async with database.connection(migrated_database.app_url, label="tests") as opened:
        await identity.first_started_at(opened, giving.streamer)
        yield Room(opened, giving)


def rows(state: Any) -> list[tuple[int, str, str]]:
    return [(row.rank, row.name, row.amount_text) for row in state.rows]


async def test_a_goal_counts_what_was_given_since_its_first_midnight(room: Room) -> None:
    midnight = datetime(2026, 11, 19, 17, tzinfo=UTC)
    room.giving.give(1_000, at=midnight - timedelta(microseconds=1))
    room.giving.give(2_000, at=midnight)
    assert (await room.state(GoalSettings(start=date(2026, 11, 20)))).raised_text == "Rp2.000"
    assert (await room.state(GoalSettings())).raised_text == "Rp3.000"
    assert (await room.state(GoalSettings(money=Money.NET, raised_elsewhere=5))).raised_text == "Rp2.855"


async def test_a_refund_leaves_at_once_and_a_state_is_posted_once(room: Room) -> None:
    old = room.giving.give(50_000, at=NOW - timedelta(days=3), name="Rina")
    new = room.giving.give(20_000, at=NOW - timedelta(minutes=3))
    desk = room.desk({"goal": GoalSettings(), "top": TopDonorsSettings(), "latest": LatestSettings()})
    await desk.refresh(room.conn)
    first = {update.widget: update.revision for update in room.wall.posted}
    assert len(room.wall.posted) == 3
    desk.ring()
    await desk.refresh(room.conn)
    assert len(room.wall.posted) == 3, "nothing changed"
    for message, left in ((old, "Rp20.000"), (new, "Rp0")):
        room.giving.refund(message)
        desk.ring(message)
        await desk.refresh(room.conn)
        goal: Any = desk.update("goal").state
        top: Any = desk.update("top").state
        assert goal.raised_text == left
        assert len(top.rows) == (0 if left == "Rp0" else 1)
    assert desk.update("goal").revision > first["goal"] > NOW.timestamp() * 1000
    assert desk.update("latest").revision == first["latest"], "none of them was on stage"


async def test_what_no_bell_named_is_seen_by_the_check(room: Room) -> None:
    old = room.giving.give(50_000, at=NOW - timedelta(days=3))
    desk = room.desk({"goal": GoalSettings(), "top": TopDonorsSettings(period=Period.ALL)})
    await desk.refresh(room.conn)
    room.giving.refund(old)
    room.giving.give(7_000, at=NOW - timedelta(days=5), name="Rina")
    room.clock.pass_by(seconds=31)
    await desk.refresh(room.conn)
    goal: Any = desk.update("goal").state
    assert goal.raised_text == "Rp7.000"
    assert rows(desk.update("top").state) == [(1, "Rina", "Rp7.000")]


async def test_the_month_ends_at_midnight_in_jakarta_without_any_event(room: Room) -> None:
    room.giving.give(9_000, at=NOW, name="Budi")
    widgets: Widgets = {period.value: TopDonorsSettings(period=period) for period in Period}
    desk = room.desk(widgets)
    await desk.refresh(room.conn)
    assert {name: len(rows(desk.update(name).state)) for name in widgets} == dict.fromkeys(widgets, 1)
    assert desk.seconds_to_next() == 30
    room.clock.pass_by(seconds=12)
    assert desk.seconds_to_next() == 18, "midnight"
    room.clock.pass_by(seconds=18)
    await desk.refresh(room.conn)
    left = {name: len(rows(desk.update(name).state)) for name in widgets}
    assert left == {"day": 0, "week": 1, "month": 0, "all": 1}
    state: Any = desk.update("month").state
    assert (state.title, state.empty_text) == ("Top donatur bulan ini", "Jadilah yang pertama!")
    english = await room.state(TopDonorsSettings(period=Period.DAY), Dress(language="en", zone="UTC"))
    assert (english.title, rows(english)) == ("Top donors today", [(1, "Budi", "Rp9.000")])
    assert await room.state(TopDonorsSettings(period=Period.DAY), Dress(zone="Mars/Base")) is not None


async def test_top_donors_go_by_their_latest_name(room: Room) -> None:
    account = uuid4()
    for hours, amount, name, payer in (
        (9, 10_000, "budi", None),
        (8, 10_000, "B\u200bUDI", None),
        (7, 5_000, "Rina", account),
        (6, 15_000, "Rina Baru", account),
        (5, 1_000, "Joko", None),
    ):
        room.giving.give(amount, at=NOW - timedelta(hours=hours), name=name, payer=payer)
    room.giving.give(99_000, at=NOW, name="Sultan", anonymous=True)
    room.giving.give(99_000, at=NOW, name=None)
    room.giving.give(99_000, at=NOW, currency="USD", name="Ana")
    assert rows(await room.state(TopDonorsSettings())) == [
        (1, "BUDI", "Rp20.000"),
        (1, "Rina Baru", "Rp20.000"),
        (3, "Joko", "Rp1.000"),
    ], "of equal ones who had it first"
    assert len(rows(await room.state(TopDonorsSettings(rows=2)))) == 2


@pytest.mark.parametrize("words", list(WhatToDo))
async def test_a_blocked_word_is_in_no_name(room: Room, words: WhatToDo) -> None:
    await rulebook.save_rules(room.conn, room.giving.streamer, Rules(words=words), "cli")
    room.giving.give(9_000, at=NOW, name="dasar bodoh")
    assert rows(await room.state(TopDonorsSettings())) == [(1, "dasar \u2022\u2022\u2022\u2022\u2022", "Rp9.000")]


async def test_who_is_blocked_is_on_no_list(room: Room) -> None:
    room.giving.give(9_000, at=NOW, name="Troll")
    room.giving.give(3_000, at=NOW, name="Rina")
    await donor_blocks.record(
        room.conn,
        uuid4(),
        room.giving.streamer,
        payer_user_id=None,
        name_key="troll",
        shown_name="Troll",
        blocks=True,
        actor="window",
    )
    assert rows(await room.state(TopDonorsSettings(rows=1))) == [(1, "Rina", "Rp3.000")]


async def test_the_latest_are_those_that_were_on_stage(room: Room) -> None:
    for minutes, name in ((3, "Budi"), (2, "Rina"), (1, "Sari")):
        room.giving.give(5_000, at=NOW, name=name, message="halo", played=NOW - timedelta(minutes=minutes))
    room.giving.give(7_000, at=NOW, name="Rahasia", anonymous=True, played=NOW)
    room.giving.give(9_000, at=NOW, name="Belum")
    state = await room.state(LatestSettings())
    told = [(row.name, row.amount_text, row.message) for row in state.rows]
    assert told == [("Seseorang", "Rp7.000", ""), ("Sari", "Rp5.000", "halo"), ("Rina", "Rp5.000", "halo")]
    quiet = await room.state(LatestSettings(rows=10, with_message=False), Dress(language="en"))
    assert [(row.name, row.message) for row in quiet.rows][:2] == [("Someone", ""), ("Sari", "")]
    ticker = await room.state(TickerSettings(rows=2, speed=50))
    assert ([row.name for row in ticker.items], ticker.speed) == (["Seseorang", "Sari"], 50)


async def test_a_donathon_is_computed_from_what_was_given(room: Room) -> None:
    start = NOW - timedelta(hours=2)
    given = room.giving.give(30_000, at=NOW - timedelta(minutes=90))
    room.giving.give(30_000, at=start - timedelta(microseconds=1))
    settings = TimerSettings(start=start, initial_minutes=150)
    desk = room.desk({"timer": settings, "kept": msgspec.structs.replace(settings, refunds_take_time_back=False)})
    await desk.refresh(room.conn)

    def left(name: str) -> int:
        state: Any = desk.update(name).state
        return int(state.left_ms)

    assert left("timer") == left("kept") == 33 * 60_000
    room.clock.pass_by(seconds=10)
    assert left("timer") == 33 * 60_000 - 10_000, "a page that comes later sees it where it is"
    await desk.refresh(room.conn)
    assert len(room.wall.posted) == 2, "a clock that goes on has not changed"
    room.giving.refund(given)
    desk.ring(given)
    await desk.refresh(room.conn)
    assert (left("timer"), left("kept")) == (30 * 60_000 - 10_000, 33 * 60_000 - 10_000)
    room.clock.pass_by(minutes=29, seconds=40)
    assert desk.seconds_to_next() == pytest.approx(10, abs=0.01), "when it ends"
    room.clock.pass_by(seconds=11)
    await desk.refresh(room.conn)
    state: Any = desk.update("timer").state
    assert (state.left_ms, state.running) == (0, False)


def waiting(name: str, **changes: Any) -> Item:
    plain: dict[str, Any] = {
        "donation_message_id": uuid4(),
        "transaction_id": uuid4(),
        "donor_name": name,
        "is_anonymous": False,
        "message": "halo",
        "amount": 5_000,
        "net_amount": 4_750,
        "currency": "IDR",
        "state": ItemState.WAITING,
        "paid_at": NOW,
    }
    return Item(**(plain | changes))


async def test_what_waits_and_what_plays_need_no_database(room: Room) -> None:
    desk = room.desk({"next": NextUpSettings(rows=2), "media": MediaNowSettings(), "qr": QrSettings()})
    items = (waiting("Budi"), waiting("Rahasia", is_anonymous=True), waiting("Sari"))
    desk.queue_changed(QueueView(revision=1, waiting=items, waiting_count=6, paused=True))
    await desk.refresh(room.conn)
    state: Any = desk.update("next").state
    assert [(row.name, row.amount_text, row.message) for row in state.rows] == [
        ("Budi", "Rp5.000", ""),
        ("Seseorang", "Rp5.000", ""),
    ]
    assert (state.more_text, state.paused_text) == ("+4 lagi", "Antrean dijeda")
    assert desk.update("qr").state is None, "no link yet"
    posted = len(room.wall.posted)
    desk.media_playing(donor="Budi", title="Lagu", left_ms=60_000, total_ms=90_000)
    await desk.refresh(room.conn)
    for _ in range(3):
        room.clock.pass_by(seconds=1)
        media: Any = desk.update("media").state
        desk.media_playing(donor="Budi", title="Lagu", left_ms=media.left_ms + 400, total_ms=90_000)
        await desk.refresh(room.conn)
    assert len(room.wall.posted) == posted + 1, "reports that say what was known"
    media = desk.update("media").state
    assert (media.donor_text, media.title, media.left_ms) == ("Video dari Budi", "Lagu", 57_000)
    desk.media_playing(donor="Budi", title="Lagu", left_ms=30_000, total_ms=90_000)
    await desk.refresh(room.conn)
    media = desk.update("media").state
    assert media.left_ms == 30_000, "it jumped"
    desk.media_over()
    await desk.refresh(room.conn)
    media = desk.update("media").state
    assert (media.donor_text, media.title, media.left_ms) == ("", "", 0)


async def test_widgets_come_and_go_and_revisions_grow_over_a_restart(room: Room) -> None:
    desk = room.desk({"goal": GoalSettings(on_canvas=True)})
    assert desk.update("goal").state is None
    await desk.refresh(room.conn)
    before = desk.update("goal")
    assert room.wall.on_canvas["goal"]
    desk.set_widgets({"qr": QrSettings(link="https://example.org/", theme="struk")})
    await desk.refresh(room.conn)
    gone, came = room.wall.posted[-2:]
    assert (gone.widget, gone.state) == ("goal", None)
    assert gone.revision > before.revision
    assert (came.widget, came.theme, came.state is None) == ("qr", "struk", False)
    desk.dress(Dress(theme="batik", language="en"))
    desk.set_widgets({"goal": GoalSettings(), "qr": QrSettings(link="https://example.org/", theme="struk")})
    await desk.refresh(room.conn)
    goal: Any = desk.update("goal")
    assert (goal.theme, goal.state.title, [update.widget for update in desk.updates()]) == (
        "batik",
        "Goal",
        ["goal", "qr"],
    )
    room.clock.pass_by(seconds=1)
    later = room.desk({"goal": GoalSettings()})
    await later.refresh(room.conn)
    assert later.update("goal").revision > desk.update("goal").revision


async def test_one_that_fails_keeps_no_other_from_being_shown(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    desk = room.desk({"goal": GoalSettings(), "top": TopDonorsSettings()})
    monkeypatch.setattr(widget_figures, "goal_state", broken)
    with structlog.testing.capture_logs() as logs:
        await desk.refresh(room.conn)
    assert [(line["event"], line["widget"]) for line in logs] == [("widgets.failed", "goal")]
    assert [update.widget for update in room.wall.posted] == ["top"]
    monkeypatch.undo()
    await desk.refresh(room.conn)
    assert desk.update("goal").state is not None


async def test_it_keeps_itself_fresh_and_comes_back(room: Room, migrated_database: MigratedDatabase) -> None:
    desk = room.desk({"goal": GoalSettings()})
    keeping = asyncio.create_task(desk.keep_fresh(migrated_database.app_url))

    async def news() -> Any:
        async with asyncio.timeout(10):
            await room.wall.news.wait()
        room.wall.news.clear()
        return desk.update("goal").state

    try:
        assert (await news()).raised_text == "Rp0"
        desk.ring(room.giving.give(5_000, at=NOW))
        assert (await news()).raised_text == "Rp5.000"
        with migrated_database.as_admin() as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'streamer-app widgets'"
            )
        desk.ring(room.giving.give(5_000, at=NOW))
        assert (await news()).raised_text == "Rp10.000"
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
