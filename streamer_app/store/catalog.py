"""The catalog of the owner's tables: read it, and say where it differs from what the migrations 0001 to 0005 make.

A database that other backends write is adopted only when it is the one we know; and a program refuses to work on
tables that somebody changed under it. The expected catalog is a committed description, `owner_catalog.json`, made by
`read` from the owner's schema; a test makes it again and compares.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from streamer_app.assets import migrations_folder

if TYPE_CHECKING:
    import psycopg

OWNERS_TABLES = ("transactions", "wallets", "wallet_ledger_entries", "donation_messages")
OWNERS_TYPES = (
    "transaction_status",
    "wallet_type",
    "ledger_entry_type",
    "ledger_source_type",
    "media_provider",
    "donation_media_type",
)
# What later migrations add to the owner's tables: a database we adopt must not have taken the names already.
ADDED_COLUMNS = (("transactions", "kind"), ("wallets", "currency"))

_QUERY = (Path(__file__).parent / "sql" / "schema" / "catalog.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Thing:
    """One line of the catalog: a type, a column, the order of columns, a constraint or an index."""

    kind: str
    owner: str
    name: str
    definition: str
    columns: tuple[str, ...]

    @property
    def label(self) -> str:
        """How a person finds it, e.g. `column transactions.amount`."""
        return f"{self.kind} {self.owner}.{self.name}" if self.name else f"{self.kind} {self.owner}"


def read(connection: psycopg.Connection[Any]) -> tuple[Thing, ...]:
    """The owner's part of this database's catalog. Rolled back, so that the caller keeps its search_path."""
    with connection.transaction(force_rollback=True), connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = ''")
        cursor.execute(_QUERY.encode(), {"tables": list(OWNERS_TABLES), "types": list(OWNERS_TYPES)})
        rows = cursor.fetchall()
    things = (Thing(kind, owner, name, definition, tuple(columns)) for kind, owner, name, definition, columns in rows)
    return tuple(sorted(things, key=lambda thing: thing.label))


def expected() -> tuple[Thing, ...]:
    """What the migrations 0001 to 0005 make."""
    rows = json.loads((migrations_folder() / "sql" / "owner_catalog.json").read_text(encoding="utf-8"))
    return tuple(
        Thing(kind, owner, name, definition, tuple(columns)) for kind, owner, name, definition, columns in rows
    )


def as_json(things: tuple[Thing, ...]) -> str:
    """The text of `owner_catalog.json` for this catalog, one thing a line."""
    lines = (json.dumps([thing.kind, thing.owner, thing.name, thing.definition, thing.columns]) for thing in things)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def differences(found: tuple[Thing, ...], wanted: tuple[Thing, ...]) -> tuple[str, ...]:
    """What is missing or other than wanted, one sentence each.

    More columns are fine as long as nobody has to fill them, and so are more indexes, constraints and triggers: our own
    later migrations add them, and a newer program's too.
    """
    by_label = {thing.label: thing for thing in found}
    known = {thing.label for thing in wanted}
    result = []
    for thing in wanted:
        there = by_label.get(thing.label)
        if there is None:
            result.append(f"{thing.label} is missing")
            continue
        definition = there.definition
        if thing.kind == "order":
            definition = ", ".join(name for name in there.columns if name in thing.columns)
            if set(thing.columns) - set(there.columns):
                continue  # the missing column has its own line
        if definition != thing.definition:
            result.append(f"{thing.label} is {definition!r} instead of {thing.definition!r}")
    result += [
        f"{thing.label} has to be filled by every writer"
        for thing in found
        if thing.kind == "column" and thing.label not in known and thing.definition.endswith(" NOT NULL DEFAULT NULL")
    ]
    return tuple(result)


def obstacles(found: tuple[Thing, ...], wanted: tuple[Thing, ...]) -> tuple[str, ...]:
    """What keeps a database from being adopted: `differences`, rules that could refuse our rows, names we need."""
    known = {thing.label for thing in wanted}
    known_columns = {(thing.owner, thing.name) for thing in wanted if thing.kind == "column"}
    result = list(differences(found, wanted))
    for thing in found:
        if thing.label in known:
            continue
        if thing.kind == "column" and (thing.owner, thing.name) in ADDED_COLUMNS:
            result.append(f"{thing.label} is there already, and this program needs to add one of that name")
        elif thing.kind in {"constraint", "unique index"} and any(
            (thing.owner, column) in known_columns for column in thing.columns
        ):
            result.append(f"{thing.label} could refuse rows: {thing.definition}")
    return tuple(result)
