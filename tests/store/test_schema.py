"""Where a database stands, who may go on, and what a person reads when it does not answer."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import get_args

import psycopg
import pytest

from streamer_app.assets import migrations_folder
from streamer_app.core.errors import DatabaseUnavailableError, SchemaError
from streamer_app.store import schema
from streamer_app.store.schema import HEAD, SchemaStatus
from tests.postgres_servers import (
    APP_ROLE,
    OWNER_ROLE,
    PASSWORD,
    PASSWORD_ROLE,
    MigratedDatabase,
    PostgresServer,
    database_on,
)


@pytest.fixture
def empty_database(postgres_server: PostgresServer) -> Iterator[str]:
    """The owner's URL of an empty database."""
    with database_on(postgres_server, owner=OWNER_ROLE) as name:
        yield postgres_server.url(name, OWNER_ROLE)


def test_head_is_the_newest_version() -> None:
    revisions = sorted(path.name[:4] for path in (migrations_folder() / "versions").glob("0*.py"))
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]
    assert revisions[-1] == HEAD


def test_asking_does_not_load_alembic() -> None:
    code = "import sys, streamer_app.store.schema; print([m for m in ('alembic', 'sqlalchemy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_from_empty_to_current(empty_database: str) -> None:
    assert schema.status(empty_database) == SchemaStatus("empty", None)
    assert schema.upgrade(empty_database) == SchemaStatus("current", HEAD)
    assert schema.upgrade(empty_database) == SchemaStatus("current", HEAD)
    assert schema.downgrade(empty_database, "0007") == SchemaStatus("behind", "0007")
    assert schema.status(empty_database) == SchemaStatus("behind", "0007")


def test_any_login_may_ask(migrated_database: MigratedDatabase) -> None:
    for url in (migrated_database.app_url, migrated_database.owner_url, migrated_database.admin_url):
        assert schema.status(url).state == "current"


def test_a_login_without_rights_is_told_so(migrated_database: MigratedDatabase) -> None:
    with pytest.raises(SchemaError, match="may not do that"):
        schema.status(migrated_database.foreign_url)
    with pytest.raises(SchemaError, match="may not do that") as refused:
        schema.downgrade(migrated_database.app_url, "0005")
    assert "owner" in refused.value.remedy


def test_an_app_login_cannot_upgrade(empty_database: str) -> None:
    url = empty_database.replace(OWNER_ROLE, APP_ROLE)
    with pytest.raises(SchemaError, match="may not do that"):
        schema.upgrade(url)
    assert schema.status(empty_database).state == "empty"


def test_a_newer_compatible_schema_is_accepted_and_left_alone(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_owner() as owner:
        owner.execute("UPDATE streamer_app.alembic_version SET version_num = '9000'")
        owner.execute("ALTER TABLE transactions ADD CONSTRAINT later CHECK (amount > 1) NOT VALID")
    found = schema.status(migrated_database.app_url)
    assert found == SchemaStatus("newer", "9000")
    schema.require_usable(found)
    assert schema.upgrade(migrated_database.owner_url) == found


def test_an_incompatible_schema_is_refused(migrated_database: MigratedDatabase) -> None:
    with migrated_database.as_owner() as owner:
        owner.execute("UPDATE streamer_app.alembic_version SET version_num = '9000'")
        owner.execute("UPDATE streamer_app.compatibility SET oldest_revision = '8000'")
    found = schema.status(migrated_database.app_url)
    assert found.state == "incompatible"
    for refuse in (lambda: schema.require_usable(found), lambda: schema.upgrade(migrated_database.owner_url)):
        with pytest.raises(SchemaError, match=r"newer program.*8000") as refused:
            refuse()
        assert "Install the newest version" in refused.value.remedy


@pytest.mark.parametrize("state", get_args(schema.State))
def test_only_current_and_newer_are_usable(state: schema.State) -> None:
    found = SchemaStatus(state, "0006", differences=("column a.b is missing",))
    if state in {"current", "newer"}:
        schema.require_usable(found)
        return
    with pytest.raises(SchemaError) as refused:
        schema.require_usable(found)
    assert refused.value.title
    assert ("column a.b is missing" if state == "incompatible" else "streamer-app db upgrade") in refused.value.remedy


def test_upgrades_at_once_take_turns(empty_database: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(schema.upgrade, [empty_database] * 4))
    assert results == [SchemaStatus("current", HEAD)] * 4


def test_a_long_upgrade_elsewhere_is_not_waited_for_for_ever(
    empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "_TURN_SECONDS", 0.05)
    with psycopg.connect(empty_database) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [schema._LOCK_KEY])
        with pytest.raises(SchemaError, match="Somebody else"):
            schema.upgrade(empty_database)


def change_a_version(folder: Path, name: str, old: str, new: str) -> Path:
    """A copy of the migrations, one of them changed."""
    copied = shutil.copytree(migrations_folder(), folder / "migrations")
    step = copied / "versions" / name
    text = step.read_text(encoding="utf-8")
    assert old in text
    step.write_text(text.replace(old, new, 1), encoding="utf-8")
    return copied


def test_a_busy_table_stops_the_step_and_keeps_the_ones_before(
    empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema.upgrade(empty_database)
    schema.downgrade(empty_database, "0007")
    impatient = change_a_version(tmp_path, "0008_bell.py", "lock_timeout = '5s'", "lock_timeout = '100ms'")
    monkeypatch.setattr(schema, "migrations_folder", lambda: impatient)
    with psycopg.connect(empty_database) as other:
        other.execute("LOCK TABLE donation_messages IN ROW EXCLUSIVE MODE")
        with pytest.raises(SchemaError, match="in use"):
            schema.upgrade(empty_database)
    assert schema.status(empty_database) == SchemaStatus("behind", "0007")
    assert schema.upgrade(empty_database).state == "current"


def test_refused_logins_are_told_without_the_password(postgres_server: PostgresServer) -> None:
    good = postgres_server.url("postgres", PASSWORD_ROLE, PASSWORD)
    assert schema.status(good).state == "empty"
    cases = {
        "refuses the password": postgres_server.url("postgres", PASSWORD_ROLE, "wrong-horse"),
        "has no database nowhere": postgres_server.url("nowhere"),
        "has no login nobody": postgres_server.url("postgres", "nobody"),
        "does not answer": "postgresql://me:wrong-horse@127.0.0.1:9/postgres",
        "cannot be read": "postgresql://me:wrong%horse@localhost/postgres",
        "URL cannot be read": "wrong-horse",
    }
    for title, url in cases.items():
        with pytest.raises(DatabaseUnavailableError, match=title) as refused:
            schema.status(url)
        assert refused.value.remedy
        assert "horse" not in str(refused.value)


def test_a_failing_step_leaves_the_ones_before(
    empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = change_a_version(tmp_path, "0008_bell.py", "SET LOCAL lock_timeout", "BOOM")
    monkeypatch.setattr(schema, "migrations_folder", lambda: broken)
    with pytest.raises(SchemaError, match="PostgreSQL refused: syntax error"):
        schema.upgrade(empty_database)
    assert schema.status(empty_database) == SchemaStatus("behind", "0007")
    monkeypatch.undo()
    assert schema.upgrade(empty_database).state == "current"
