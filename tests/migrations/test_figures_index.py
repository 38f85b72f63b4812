"""The indexes behind figures are built beside writers, and an attempt that broke off is mended by the next."""

from __future__ import annotations

import psycopg

from streamer_app.store import schema
from tests.postgres_servers import OWNER_ROLE, PostgresServer, database_on

INDEXES = ("idx_streamer_app_donations_since", "idx_streamer_app_messages_played")


def valid(url: str) -> list[bool | None]:
    """None: there is no such index."""
    with psycopg.connect(url) as connection:
        rows = [
            connection.execute(
                "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [f"public.{name}"]
            ).fetchone()
            for name in INDEXES
        ]
    return [None if row is None else row[0] for row in rows]


def test_they_come_go_and_are_mended(postgres_server: PostgresServer) -> None:
    with database_on(postgres_server, owner=OWNER_ROLE) as name:
        url = postgres_server.url(name, OWNER_ROLE)
        schema.upgrade(url)
        assert valid(url) == [True, True]
        schema.downgrade(url, "0016")
        assert valid(url) == [None, None]
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE INDEX {INDEXES[0]} ON transactions (payee_user_id)")
        with psycopg.connect(postgres_server.url(name), autocommit=True) as admin:
            admin.execute(
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(%s)", [f"public.{INDEXES[0]}"]
            )
        assert valid(url) == [False, None]
        assert schema.upgrade(url).state == "current"
        assert valid(url) == [True, True]
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT pg_get_indexdef(to_regclass(%s))", [f"public.{INDEXES[0]}"]).fetchone()
        assert row is not None
        assert "INCLUDE" in row[0], "built anew"
