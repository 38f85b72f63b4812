"""A database other backends write already: taken as it is, or refused by name, and never taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from streamer_app.core.errors import SchemaError
from streamer_app.store import catalog, schema
from tests.migrations.conftest import write_donation
from tests.postgres_servers import APP_ROLE, OWNER_ROLE, PostgresServer, database_on

REFERENCE = Path(__file__).parent.parent / "reference" / "schema.sql"
REFUSALS = {
    "column transactions.amount is": "ALTER TABLE transactions ALTER amount TYPE integer",
    "column donation_messages.message is missing": "ALTER TABLE donation_messages DROP COLUMN message",
    "column wallets.balance is": "ALTER TABLE wallets ALTER balance DROP DEFAULT",
    "column transactions.region has to be filled": "ALTER TABLE transactions ADD region text NOT NULL",
    "constraint transactions.transactions_check is missing": (
        "ALTER TABLE transactions DROP CONSTRAINT transactions_check"
    ),
    "constraint transactions.rich could refuse rows": (
        "ALTER TABLE transactions ADD CONSTRAINT rich CHECK (amount > 1000)"
    ),
    "unique index transactions.once could refuse rows": (
        "CREATE UNIQUE INDEX once ON transactions (external_reference)"
    ),
    "unique index wallets.wallets_user_id_slug_key is missing": (
        "ALTER TABLE wallets DROP CONSTRAINT wallets_user_id_slug_key"
    ),
    "index transactions.idx_transactions_payee is missing": "DROP INDEX idx_transactions_payee",
    "type wallet_type is": "ALTER TYPE wallet_type ADD VALUE 'GIFT'",
    "order wallet_ledger_entries is missing": "DROP TABLE wallet_ledger_entries",
    "column transactions.kind is there already": "ALTER TABLE transactions ADD kind text",
}


@pytest.fixture
def owners_database(postgres_server: PostgresServer) -> Iterator[str]:
    """The owner's URL of a database with the owner's tables, made by the owner, who is no superuser."""
    with database_on(postgres_server, owner=OWNER_ROLE) as name:
        url = postgres_server.url(name, OWNER_ROLE)
        with psycopg.connect(url) as connection:
            connection.execute(REFERENCE.read_bytes())
        yield url


def test_adopts_with_rows_and_keeps_them_through_a_downgrade(owners_database: str) -> None:
    with psycopg.connect(owners_database) as connection:
        donation = write_donation(connection)
        connection.execute("ALTER TABLE transactions ADD region text")
        connection.execute("ALTER TABLE wallets ADD shop int NOT NULL DEFAULT 1")
        connection.execute("CREATE TABLE users (id int)")
        connection.execute("CREATE INDEX theirs ON transactions (created_at)")
    assert schema.status(owners_database).state == "foreign"
    assert schema.upgrade(owners_database).state == "current"
    with psycopg.connect(owners_database) as connection:
        assert connection.execute("SELECT id, kind FROM transactions").fetchall() == [(donation.transaction, "PAYMENT")]
    assert schema.downgrade(owners_database, "0005").state == "behind"
    with psycopg.connect(owners_database) as connection:
        assert connection.execute("SELECT id FROM donation_messages").fetchall() == [(donation.message,)]
        assert catalog.differences(catalog.read(connection), catalog.expected()) == ()
    assert schema.upgrade(owners_database).state == "current"


@pytest.mark.parametrize("revision", ["base", "0001", "0004"])
def test_no_downgrade_drops_adopted_tables(owners_database: str, revision: str) -> None:
    schema.upgrade(owners_database)
    with pytest.raises(SchemaError, match="owner's tables were here before"):
        schema.downgrade(owners_database, revision)
    assert schema.status(owners_database).state == "current"


def test_the_versions_themselves_refuse_to_drop_adopted_tables(
    owners_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema.upgrade(owners_database)
    monkeypatch.setattr(schema, "_refuse_to_drop", lambda _connection: None)
    with pytest.raises(SchemaError, match="stops at revision 0005"):
        schema.downgrade(owners_database, "base")
    assert schema.status(owners_database).revision == "0005"


def test_no_downgrade_erases_rows(postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with database_on(postgres_server, owner=OWNER_ROLE) as name:
        url = postgres_server.url(name, OWNER_ROLE)
        schema.upgrade(url)
        with psycopg.connect(url) as connection:
            write_donation(connection)
        with pytest.raises(SchemaError, match="holds rows"):
            schema.downgrade(url, "base")
        assert schema.status(url).state == "current"
        monkeypatch.setattr(schema, "_refuse_to_drop", lambda _connection: None)
        with pytest.raises(SchemaError, match="never erases"):
            schema.downgrade(url, "base")
        assert schema.status(url).revision == "0005"


@pytest.mark.parametrize(("said", "change"), REFUSALS.items(), ids=list(REFUSALS))
def test_refuses_what_differs_by_name(owners_database: str, said: str, change: str) -> None:
    with psycopg.connect(owners_database, autocommit=True) as connection:
        connection.execute(change.encode())
    assert schema.status(owners_database).state == "incompatible"
    with pytest.raises(SchemaError) as refused:
        schema.upgrade(owners_database)
    assert said in refused.value.remedy
    with psycopg.connect(owners_database) as connection:
        assert connection.execute("SELECT to_regnamespace('streamer_app')").fetchone() == (None,)


def test_a_changed_table_is_noticed_later_too(owners_database: str) -> None:
    schema.upgrade(owners_database)
    with psycopg.connect(owners_database) as connection:
        connection.execute("ALTER TABLE donation_messages ALTER message SET NOT NULL")
    found = schema.status(owners_database)
    assert found.state == "incompatible"
    assert any("donation_messages.message" in line for line in found.differences)


def test_an_interrupted_adoption_is_finished(owners_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(schema, "_alembic", broken)
        with pytest.raises(KeyboardInterrupt):
            schema.upgrade(owners_database)
    assert schema.status(owners_database).state == "foreign"
    assert schema.upgrade(owners_database).state == "current"


def test_adopts_where_the_operator_made_the_schema(postgres_server: PostgresServer) -> None:
    """The tables' owner need not own the database, nor be allowed to create schemas in it."""
    with database_on(postgres_server) as name:
        with psycopg.connect(postgres_server.url(name)) as admin:
            admin.execute(f"CREATE SCHEMA streamer_app AUTHORIZATION {OWNER_ROLE}")
            admin.execute(f"GRANT CREATE ON SCHEMA public TO {OWNER_ROLE}")
        url = postgres_server.url(name, OWNER_ROLE)
        with psycopg.connect(url) as connection:
            connection.execute(REFERENCE.read_bytes())
        assert schema.upgrade(url).state == "current"
        assert schema.status(postgres_server.url(name, APP_ROLE)).state == "current"
