"""Whole programs: real processes, real databases of both versions, both queues."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from streamer_app.store import embedded
from tests.end_to_end.foreign_writer import ForeignWriter
from tests.end_to_end.studio_process import Profile
from tests.postgres_servers import OWNER_ROLE, MigratedDatabase, PostgresServers, database_on
from tests.redis_servers import RedisServer


@dataclass
class World:
    """One database, one queue, one profile on them, and a backend that writes with plain SQL."""

    profile: Profile
    admin_url: str
    streamer: UUID
    platform: UUID
    writer: ForeignWriter

    def rows(self, query: str, *arguments: object) -> list[tuple[Any, ...]]:
        """Ask the database as its superuser."""
        with psycopg.connect(self.admin_url, autocommit=True) as conn:
            return conn.execute(query, arguments).fetchall()

    def played_at(self, message_id: UUID) -> object:
        """When it was first played, or None."""
        return self.rows("SELECT played_at FROM donation_messages WHERE id = %s", message_id)[0][0]

    def runs(self, message_id: UUID) -> list[tuple[str, str | None]]:
        """Kind and outcome of each run, in order."""
        query = (
            "SELECT kind, outcome FROM streamer_app.playback_run_history"
            " WHERE donation_message_id = %s ORDER BY opened_at"
        )
        return [(kind, outcome) for kind, outcome in self.rows(query, message_id)]


def shared_world(database: MigratedDatabase, folder: Path, *extra: str) -> World:
    """A profile on a shared database."""
    streamer, platform = uuid4(), uuid4()
    ids = ["--streamer-user-id", str(streamer), "--platform-user-id", str(platform)]
    profile = Profile(folder / "data", ["--database-url", database.app_url, *ids, *extra])
    writer = ForeignWriter(database.foreign_url, streamer, platform)
    with database.as_app() as conn:  # the streamer's first start on this database: what comes later is no history
        conn.execute("INSERT INTO streamer_app.streamers (streamer_user_id) VALUES (%s)", (streamer,))
    return World(profile, database.admin_url, streamer, platform, writer)


# Each version and each queue by default; the other two pairs take as long again, and have never differed from them.
OTHER_PAIRS = [pytest.param(pair, marks=pytest.mark.slow) for pair in ("pg15-embedded", "pg18-redis")]


@pytest.fixture(params=["pg15-redis", "pg18-embedded", *OTHER_PAIRS])
def world(
    request: pytest.FixtureRequest, postgres_servers: PostgresServers, redis_server: RedisServer, tmp_path: Path
) -> Iterator[World]:
    """Both PostgreSQL versions and both queues."""
    version, _, queue = str(request.param).partition("-")
    server = postgres_servers.start(int(version.removeprefix("pg")))
    template = postgres_servers.migrated_template(server.version)
    redis = ["--redis-url", redis_server.url] if queue == "redis" else []
    with database_on(server, owner=OWNER_ROLE, template=template) as name:
        made = shared_world(MigratedDatabase(server, name), tmp_path, *redis)
        yield made
        made.profile.end()


@pytest.fixture
def one_world(migrated_database_18: MigratedDatabase, tmp_path: Path) -> Iterator[World]:
    """One combination, for what does not depend on it."""
    made = shared_world(migrated_database_18, tmp_path)
    yield made
    made.profile.end()


@pytest.fixture(scope="session")
def own_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The default profile: embedded database, queue in process."""
    folder = tmp_path_factory.mktemp("own") / "data"
    profile = Profile(folder)
    shown = profile.ask("profile", "show")
    admin = profile.ask("db", "url", "--admin")["url"]
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("CREATE ROLE other_backend LOGIN PASSWORD 'other'")
        conn.execute(
            "GRANT SELECT, INSERT, UPDATE ON transactions, wallets, wallet_ledger_entries, donation_messages"
            " TO other_backend"
        )
    foreign = admin.replace(admin.partition("://")[2].partition("@")[0], "other_backend:other")
    streamer, platform = UUID(shown["streamer_user_id"]), UUID(shown["platform_user_id"])
    yield World(profile, admin, streamer, platform, ForeignWriter(foreign, streamer, platform))
    profile.end()
    embedded.stop(folder)
    embedded.destroy(folder)
