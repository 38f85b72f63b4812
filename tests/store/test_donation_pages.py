"""Pages of donations by key, over the odd rows of other programs too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from streamer_app.core import periods
from streamer_app.core.questions import Cursor, DonationsPage
from streamer_app.store import database, donation_pages
from streamer_app.store.database import Connection
from tests.end_to_end.foreign_writer import ForeignWriter
from tests.postgres_servers import MigratedDatabase

PAGE = DonationsPage(time_zone="Asia/Jakarta")
EVER = periods.everything("Asia/Jakarta")


@pytest.fixture
async def conn(migrated_database: MigratedDatabase) -> AsyncIterator[Connection]:
    async with database.connection(migrated_database.app_url, label="tests") as opened:
        yield opened


async def every_id(conn: Connection, streamer: UUID, limit: int) -> list[UUID]:
    ids: list[UUID] = []
    before: Cursor | None = None
    while keys := await donation_pages.page(conn, streamer, PAGE, EVER, before, limit):
        ids += [key.id for key in keys]
        before = keys[-1]
    return ids


@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_odd_dates_and_equal_ones_keep_their_place(
    migrated_database: MigratedDatabase, conn: Connection, limit: int
) -> None:
    streamer = uuid4()
    writer = ForeignWriter(migrated_database.foreign_url, streamer, uuid4())
    made = [writer.donate().message_id for _ in range(6)]
    moments = ("infinity", "20000-01-01 00:00+00", "2026-11-01 10:00:00.123456+00", "2026-11-01 10:00:00.123456+00",
               "1000-01-01 00:00+00 BC", "-infinity")  # fmt: skip
    with migrated_database.as_owner() as owner:
        for message, moment in zip(made, moments, strict=True):
            owner.execute("UPDATE donation_messages SET created_at = %s WHERE id = %s", [moment, message])
    equal = sorted(made[2:4], key=lambda found: found.bytes, reverse=True)
    assert await every_id(conn, streamer, limit) == [*made[:2], *equal, *made[4:]]
    assert await every_id(conn, uuid4(), limit) == []


def test_what_is_searched_for_means_just_that() -> None:
    assert donation_pages.escaped("50%_\\x\x00") == "50\\%\\_\\\\x"
