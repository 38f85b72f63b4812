"""The committed description of the owner's catalog is the owner's catalog, and differences are told by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psycopg

from streamer_app.assets import migrations_folder
from streamer_app.store import catalog
from streamer_app.store.catalog import Thing
from tests.postgres_servers import PostgresServer, database_on

REFERENCE = Path(__file__).parent.parent / "reference" / "schema.sql"


def column(owner: str, name: str, definition: str) -> Thing:
    return Thing("column", owner, name, definition, (name,))


def test_the_committed_description_is_the_owners_schema(postgres_server: PostgresServer) -> None:
    with database_on(postgres_server) as name, psycopg.connect(postgres_server.url(name)) as connection:
        connection.execute(REFERENCE.read_bytes())
        found = catalog.read(connection)
        again = connection.execute("SHOW search_path").fetchone()
    committed = (migrations_folder() / "sql" / "owner_catalog.json").read_text(encoding="utf-8")
    assert catalog.as_json(found) == committed
    assert found == catalog.expected()
    assert again == ('"$user", public',)


def test_every_kind_of_thing_is_compared() -> None:
    wanted = catalog.expected()
    assert {thing.kind for thing in wanted} == {"type", "order", "column", "constraint", "index", "unique index"}
    for thing in wanted:
        without = tuple(other for other in wanted if other != thing)
        assert f"{thing.label} is missing" in catalog.differences(without, wanted)
        if thing.kind != "order":
            other = (*without, replace(thing, definition="something else"))
            told = f"{thing.label} is 'something else' instead of {thing.definition!r}"
            assert catalog.differences(other, wanted) == (told,)


def test_the_order_of_columns_counts_among_the_owners() -> None:
    wanted = (Thing("order", "wallets", "", "a, b", ("a", "b")),)
    assert catalog.differences((Thing("order", "wallets", "", "a, x, b, y", ("a", "x", "b", "y")),), wanted) == ()
    swapped = (Thing("order", "wallets", "", "b, a", ("b", "a")),)
    assert catalog.differences(swapped, wanted) == ("order wallets is 'b, a' instead of 'a, b'",)


def test_more_columns_are_fine_unless_somebody_has_to_fill_them() -> None:
    nullable = column("wallets", "shop", "text DEFAULT NULL")
    defaulted = column("wallets", "shop", "text NOT NULL DEFAULT 'a'::text")
    assert catalog.obstacles((nullable,), ()) == catalog.obstacles((defaulted,), ()) == ()
    needed = column("wallets", "shop", "text NOT NULL DEFAULT NULL")
    assert catalog.differences((needed,), ()) == ("column wallets.shop has to be filled by every writer",)


def test_rules_on_foreign_columns_only_are_no_obstacle() -> None:
    wanted = (column("wallets", "balance", "bigint DEFAULT NULL"),)
    own = Thing("constraint", "wallets", "shop_check", "CHECK (shop <> '')", ("shop",))
    rule = Thing("constraint", "wallets", "rich", "CHECK (balance > 0)", ("balance",))
    assert catalog.obstacles((*wanted, own), wanted) == ()
    assert catalog.obstacles((*wanted, rule), wanted) == (
        "constraint wallets.rich could refuse rows: CHECK (balance > 0)",
    )
    assert catalog.differences((*wanted, rule), wanted) == ()
