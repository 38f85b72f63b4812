"""Facts and ledger entries are added, never changed: not by the app, not by the owner, not by the superuser."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest

from tests.migrations.conftest import Connection, write_donation
from tests.postgres_servers import MigratedDatabase

GUARDED = {
    "public.wallet_ledger_entries": "amount = amount",
    "streamer_app.playback_facts": "actor = actor",
    "streamer_app.playback_runs": "expected_ms = expected_ms",
    "streamer_app.playback_run_starts": "page_instance = page_instance",
    "streamer_app.playback_run_ends": "outcome = outcome",
    "streamer_app.streamer_settings": "value = value",
}

INSERT_RUN = (
    "INSERT INTO streamer_app.playback_runs"
    " (streamer_user_id, donation_message_id, kind, lease_epoch, fence_counter, expected_ms) "
)


def fill(connection: Connection) -> None:
    """One row in each guarded table."""
    donation = write_donation(connection)
    connection.execute(
        "INSERT INTO streamer_app.playback_facts (command_id, streamer_user_id, donation_message_id, kind, actor)"
        " VALUES (%s, %s, %s, 'skipped', 'streamer')",
        [uuid4(), donation.streamer, donation.message],
    )
    run = connection.execute(
        INSERT_RUN.encode() + b"VALUES (%s, %s, 'first', 1, 1, 5000) RETURNING run_id",
        [donation.streamer, donation.message],
    ).fetchall()[0]
    connection.execute("INSERT INTO streamer_app.playback_run_starts VALUES (%s, 'page')", run)
    connection.execute(
        "INSERT INTO streamer_app.playback_run_ends (run_id, outcome, actor) VALUES (%s, 'played', 'page')", run
    )
    connection.execute(
        "INSERT INTO streamer_app.streamer_settings VALUES (%s, 'theme', 1, '\"lampion\"', now(), 'me')",
        [donation.streamer],
    )


def refused(connection: Connection, statement: str) -> None:
    with pytest.raises(psycopg.Error) as problem:
        connection.execute(statement.encode())
    assert problem.value.sqlstate == "SA010", statement
    assert "only ever added" in str(problem.value)


@pytest.mark.parametrize("login", ["owner", "admin"])
def test_owner_and_superuser_are_refused(migrated_database: MigratedDatabase, login: str) -> None:
    with migrated_database.as_app() as app:
        fill(app)
    with getattr(migrated_database, f"as_{login}")() as connection:
        for table, change in GUARDED.items():
            refused(connection, f"UPDATE {table} SET {change}")  # noqa: S608 - our own names
            refused(connection, f"DELETE FROM {table}")  # noqa: S608
            refused(connection, f"TRUNCATE {table} CASCADE")
        for table in ("public.wallets", "public.transactions", "public.donation_messages"):
            refused(connection, f"TRUNCATE {table} CASCADE")


def test_replication_role_is_no_side_door(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_admin() as admin:
        fill(admin)
        admin.execute("SET session_replication_role = replica")
        for table, change in GUARDED.items():
            refused(admin, f"UPDATE {table} SET {change}")  # noqa: S608
            refused(admin, f"TRUNCATE {table} CASCADE")


def test_the_app_may_add_and_nothing_else(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_app() as app:
        fill(app)
        for table, change in GUARDED.items():
            for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}", f"TRUNCATE {table}"):  # noqa: S608
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(statement.encode())
        app.execute("UPDATE donation_messages SET played_at = now()")
        for statement in (
            "UPDATE donation_messages SET message = 'other'",
            "DELETE FROM donation_messages",
            "DELETE FROM transactions",
            "CREATE TABLE streamer_app.mine (id int)",
            "CREATE TABLE public.mine (id int)",
            "UPDATE streamer_app.compatibility SET oldest_revision = '9999'",
            "INSERT INTO streamer_app.fee_terms VALUES (gen_random_uuid(), now())",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement.encode())
        owned = app.execute("SELECT count(*) FROM pg_class WHERE relowner = 'streamer_app'::regrole").fetchone()
        assert owned == (0,)


def test_run_history_joins_the_parts(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_app() as app:
        fill(app)
        row = app.execute(
            "SELECT page_instance, outcome, ended_at >= started_at FROM streamer_app.playback_run_history"
        )
        assert row.fetchall() == [("page", "played", True)]


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("VALUES (gen_random_uuid(), NULL, 'first', 1, 1, 100)", psycopg.errors.CheckViolation),
        ("VALUES (gen_random_uuid(), gen_random_uuid(), 'test', 1, 1, 100)", psycopg.errors.CheckViolation),
        ("VALUES (gen_random_uuid(), NULL, 'test', 1, 1, 0)", psycopg.errors.CheckViolation),
        (
            "SELECT streamer_user_id, NULL, 'test', 1, 1, 100 FROM streamer_app.playback_runs",
            psycopg.errors.UniqueViolation,
        ),
    ],
)
def test_runs_refuse_nonsense(
    migrated_database_18: MigratedDatabase, statement: str, error: type[psycopg.Error]
) -> None:
    with migrated_database_18.as_app() as app:
        fill(app)
        with pytest.raises(error):
            app.execute((INSERT_RUN + statement).encode())
