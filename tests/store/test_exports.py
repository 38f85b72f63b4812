"""What leaves the database for an export."""

from __future__ import annotations

from uuid import uuid4

from streamer_app.core import periods
from streamer_app.store import database, exports
from streamer_app.store.snapshots import snapshot
from tests.migrations.conftest import write_donation
from tests.postgres_servers import MigratedDatabase


async def test_an_anonymous_donors_name_does_not_leave_the_database(migrated_database: MigratedDatabase) -> None:
    streamer, everything = uuid4(), periods.everything("Asia/Jakarta")
    with migrated_database.as_foreign() as foreign:
        named, hidden = (write_donation(foreign, streamer=streamer) for _ in range(2))
        foreign.execute("UPDATE public.donation_messages SET is_anonymous = true WHERE id = %s", [hidden.message])
    async with database.connection(migrated_database.auditor_url, label="tests") as conn, snapshot(conn):
        rows = [row async for batch in exports.donations(conn, streamer, everything, 10) for row in batch]
    assert {row.message_id: row.donor_name for row in rows} == {str(named.message): "Budi", str(hidden.message): None}
