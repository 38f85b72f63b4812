"""The index behind ledger pages is built beside writers, and an attempt that broke off is mended by the next."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from streamer_app.assets import migrations_folder
from streamer_app.core.errors import SchemaError
from streamer_app.store import schema
from tests.migrations.conftest import write_donation
from tests.postgres_servers import (
    FOREIGN_ROLE,
    OWNER_ROLE,
    PostgresServer,
    allow_foreign_writer,
    database_on,
)

INDEX = "idx_streamer_app_ledger_pages"


@pytest.fixture
def database_before(postgres_server: PostgresServer) -> Iterator[tuple[str, str]]:
    """A database one version below: the owner's URL and another backend's."""
    with database_on(postgres_server, owner=OWNER_ROLE) as name:
        url = postgres_server.url(name, OWNER_ROLE)
        schema.upgrade(url)
        schema.downgrade(url, "0013")
        with psycopg.connect(url) as connection:
            allow_foreign_writer(connection)
        yield url, postgres_server.url(name, FOREIGN_ROLE)


def is_valid(url: str) -> bool | None:
    """None: there is no such index."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT i.indisvalid FROM pg_index i WHERE i.indexrelid = to_regclass(%s)", [f"public.{INDEX}"]
        ).fetchone()
    return None if row is None else row[0]


def wait_until_it_builds(url: str) -> None:
    deadline = time.monotonic() + 20
    with psycopg.connect(url, autocommit=True) as connection:
        while not connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE INDEX CONC%%'"
            " AND wait_event_type = 'Lock'"
        ).fetchone():
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_writers_go_on_while_it_is_built(database_before: tuple[str, str]) -> None:
    url, foreign = database_before
    with ThreadPoolExecutor(1) as thread, psycopg.connect(foreign) as early:
        write_donation(early)
        upgrading = thread.submit(schema.upgrade, url)
        wait_until_it_builds(url)
        with psycopg.connect(foreign, options="-c lock_timeout=1s") as other:
            write_donation(other)
        assert not upgrading.done()
        early.commit()
        assert upgrading.result(timeout=60).state == "current"
    assert is_valid(url) is True


def test_two_upgrades_at_once_do_not_wait_for_each_other_in_a_circle(database_before: tuple[str, str]) -> None:
    url, foreign = database_before
    with ThreadPoolExecutor(2) as threads, psycopg.connect(foreign) as early:
        write_donation(early)
        first = threads.submit(schema.upgrade, url)
        wait_until_it_builds(url)
        second = threads.submit(schema.upgrade, url)
        with pytest.raises(TimeoutError):  # longer than PostgreSQL takes to look for a deadlock
            second.result(timeout=2)
        early.commit()
        assert [first.result(timeout=60).state, second.result(timeout=60).state] == ["current", "current"]
    assert is_valid(url) is True


def test_an_attempt_that_broke_off_is_mended_by_the_next(
    database_before: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, foreign = database_before
    copied = shutil.copytree(migrations_folder(), tmp_path / "migrations")
    version = copied / "versions" / "0014_ledger_pages.py"
    text = version.read_text(encoding="utf-8")
    assert "lock_timeout = '60s'" in text
    version.write_text(text.replace("lock_timeout = '60s'", "lock_timeout = '100ms'"), encoding="utf-8")
    with monkeypatch.context() as patch, psycopg.connect(foreign) as early:
        patch.setattr(schema, "migrations_folder", lambda: copied)
        write_donation(early)
        with pytest.raises(SchemaError, match="in use"):
            schema.upgrade(url)
    assert is_valid(url) is False
    assert schema.status(url).revision == "0013"
    assert schema.upgrade(url).state == "current"
    assert is_valid(url) is True


def test_going_down_drops_it(database_before: tuple[str, str]) -> None:
    url, _ = database_before
    schema.upgrade(url)
    schema.downgrade(url, "0013")
    assert is_valid(url) is None
