"""An anonymous donor's name is in nothing that leaves the server, whatever else is asked of the widgets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamer_app.core.donations import QueueView
from streamer_app.core.widget_settings import (
    FRESH,
    GoalSettings,
    LatestSettings,
    Period,
    TickerSettings,
    TimerSettings,
    TopDonorsSettings,
    Widgets,
)
from streamer_app.services.widgets import WidgetDesk
from streamer_app.store import database, identity
from streamer_app.store.database import Connection
from tests.postgres_servers import MigratedDatabase
from tests.services.giving import Giving
from tests.services.test_widgets import NOW, HeldClock, Wall, waiting

SECRET = "Rahasia"
ACCOUNT = UUID(int=9)
EVERYTHING: Widgets = FRESH | {
    "ever": TopDonorsSettings(period=Period.ALL, rows=10),
    "many": LatestSettings(rows=10),
    "line": TickerSettings(rows=30),
    "clock": TimerSettings(start=NOW - timedelta(days=1)),
    "since": GoalSettings(start=(NOW - timedelta(days=1)).date()),
}


@pytest.fixture
async def conn(migrated_database: MigratedDatabase) -> AsyncIterator[Connection]:
    async with database.connection(migrated_database.app_url, label="tests") as opened:
        yield opened


@given(
    st.lists(
        st.tuples(st.booleans(), st.sampled_from([None, ACCOUNT]), st.sampled_from([0, 5, 5_000]), st.booleans()),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_an_anonymous_name_is_in_no_frame(
    migrated_database: MigratedDatabase, conn: Connection, donations: list[tuple[bool, UUID | None, int, bool]]
) -> None:
    giving, wall = Giving(migrated_database, uuid4(), NOW), Wall()
    await identity.first_started_at(conn, giving.streamer)
    desk = WidgetDesk(streamer=giving.streamer, clock=HeldClock(), billboard=wall, widgets=EVERYTHING)
    for anonymous, payer, minutes, played in donations:
        at = NOW - timedelta(minutes=minutes)
        name = SECRET if anonymous else "Budi"
        message = giving.give(
            9_000, at=at, name=name, anonymous=anonymous, payer=payer, message="halo", played=at if played else None
        )
        desk.ring(message)
        item = waiting(name, is_anonymous=anonymous)
        desk.queue_changed(QueueView(revision=1, waiting=(item,) * 3, waiting_count=3))
        await desk.refresh(conn)
    frames = [msgspec.json.encode(update) for update in [*wall.posted, *desk.updates()]]
    assert not [frame for frame in frames if SECRET.encode() in frame]
    if any(not anonymous for anonymous, *_ in donations):
        assert [frame for frame in frames if b"Budi" in frame], "the others are named"


async def test_every_state_can_be_sent(migrated_database: MigratedDatabase, conn: Connection) -> None:
    giving, wall = Giving(migrated_database, uuid4(), NOW), Wall()
    desk = WidgetDesk(streamer=giving.streamer, clock=HeldClock(), billboard=wall, widgets=EVERYTHING)
    await desk.refresh(conn)
    states: list[Any] = [update.state for update in desk.updates()]
    assert len({type(state) for state in states}) == 8, "seven kinds, and a code without a link"
    assert len(wall.posted) == len(EVERYTHING)
