"""The versions make the owner's catalog to the letter, go down again, and are safe to run beside writers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from streamer_app.assets import migrations_folder
from streamer_app.store import catalog, schema
from tests.postgres_servers import OWNER_ROLE, PostgresServer, database_on

REFERENCE = Path(__file__).parent.parent / "reference" / "schema.sql"
REVISIONS = sorted(path.name[:4] for path in (migrations_folder() / "versions").glob("0*.py"))


def dump(server: PostgresServer, url: str, *options: str) -> str:
    """The schema as pg_dump tells it: triggers, functions, rights and all."""
    command: list[str | Path] = [server.bin_dir / "pg_dump", "--schema-only", *options, url]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "\n".join(line for line in text.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))


def test_0001_to_0005_are_the_owners_schema(postgres_server: PostgresServer) -> None:
    with database_on(postgres_server) as given, database_on(postgres_server, owner=OWNER_ROLE) as made:
        with psycopg.connect(postgres_server.url(given)) as connection:
            connection.execute(REFERENCE.read_bytes())
            wanted = catalog.read(connection)
        url = postgres_server.url(made, OWNER_ROLE)
        schema.upgrade(url)
        schema.downgrade(url, "0005")
        with psycopg.connect(url) as connection:
            assert catalog.read(connection) == wanted
        public_only = ("--no-owner", "--no-privileges", "--exclude-schema=streamer_app")
        assert dump(postgres_server, url, *public_only) == dump(
            postgres_server, postgres_server.url(given), *public_only
        )


def test_later_versions_change_nothing_of_the_owners(postgres_server: PostgresServer) -> None:
    with database_on(postgres_server, owner=OWNER_ROLE) as name:
        url = postgres_server.url(name, OWNER_ROLE)
        schema.upgrade(url)
        with psycopg.connect(url) as connection:
            found = catalog.read(connection)
        assert catalog.differences(found, catalog.expected()) == ()
        known = {thing.label for thing in catalog.expected()}
        added = {thing.label: thing.definition for thing in found if thing.label not in known}
        assert added == {
            "index transactions.idx_streamer_app_donations_since": (
                "CREATE INDEX idx_streamer_app_donations_since ON public.transactions"
                " USING btree (payee_user_id, COALESCE(paid_at, created_at))"
                " INCLUDE (amount, net_amount, status, currency, paid_at, created_at)"
                " WHERE (kind = 'PAYMENT'::text)"
            ),
            "index donation_messages.idx_streamer_app_messages_played": (
                "CREATE INDEX idx_streamer_app_messages_played ON public.donation_messages"
                " USING btree (streamer_user_id, played_at DESC, id DESC) WHERE (played_at IS NOT NULL)"
            ),
            "index donation_messages.idx_streamer_app_messages_latest": (
                "CREATE INDEX idx_streamer_app_messages_latest ON public.donation_messages"
                " USING btree (streamer_user_id, created_at DESC, id DESC)"
            ),
            "index wallet_ledger_entries.idx_streamer_app_ledger_posted_in": (
                "CREATE INDEX idx_streamer_app_ledger_posted_in ON public.wallet_ledger_entries"
                " USING brin (posted_in) WITH (pages_per_range='64', autosummarize=off)"
            ),
            "column wallet_ledger_entries.posted_in": ("bigint DEFAULT ((pg_current_xact_id())::text)::bigint"),
            "index wallet_ledger_entries.idx_streamer_app_ledger_pages": (
                "CREATE INDEX idx_streamer_app_ledger_pages ON public.wallet_ledger_entries"
                " USING btree (wallet_id, created_at DESC, id DESC)"
            ),
            "column transactions.kind": "text NOT NULL DEFAULT 'PAYMENT'::text",
            "column wallets.currency": "character(3) DEFAULT NULL",
            "constraint transactions.transactions_kind_check": (
                "CHECK ((kind = ANY (ARRAY['PAYMENT'::text, 'PAYOUT'::text]))) NOT VALID"
            ),
        }


@pytest.mark.parametrize("down_to", ["base", *REVISIONS[4:-1]])
def test_up_down_up(postgres_server: PostgresServer, down_to: str) -> None:
    with database_on(postgres_server, owner=OWNER_ROLE) as name:
        url = postgres_server.url(name, OWNER_ROLE)
        schema.upgrade(url)
        before = dump(postgres_server, url)
        assert schema.downgrade(url, down_to).revision == (None if down_to == "base" else down_to)
        assert dump(postgres_server, url) != before
        assert schema.upgrade(url).state == "current"
        assert dump(postgres_server, url) == before


def test_base_leaves_nothing_of_the_owners(postgres_server: PostgresServer) -> None:
    with database_on(postgres_server, owner=OWNER_ROLE) as name:
        url = postgres_server.url(name, OWNER_ROLE)
        schema.upgrade(url)
        assert schema.downgrade(url, "base").state == "empty"
        with psycopg.connect(url) as connection:
            assert catalog.read(connection) == ()


@pytest.mark.parametrize("revision", REVISIONS)
def test_versions_pass_squawk(revision: str, tmp_path: Path) -> None:
    squawk = Path(sys.executable).parent / "squawk"
    before = "base" if revision == "0001" else f"{int(revision) - 1:04}"
    up = tmp_path / f"{revision}.sql"
    up.write_text(schema.offline_sql("upgrade", f"{before}:{revision}"), encoding="utf-8")
    done = subprocess.run(
        [squawk, "--config", migrations_folder() / "squawk.toml", up], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_version_bounds_its_locks_both_ways(revision: str) -> None:
    before = "base" if revision == "0001" else f"{int(revision) - 1:04}"
    up = schema.offline_sql("upgrade", f"{before}:{revision}")
    down = schema.offline_sql("downgrade", f"{revision}:{before}")
    for text in (up, down):
        assert text.count("SET LOCAL lock_timeout") == 1
        assert text.count("SET LOCAL statement_timeout") == 1
