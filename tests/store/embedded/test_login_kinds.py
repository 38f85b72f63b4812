"""In a person's own database the one login of the program is everything it needs, older databases included."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from streamer_app.core.errors import DatabaseUnavailableError
from streamer_app.services.database_care import upgrade
from streamer_app.services.profile import open_profile
from streamer_app.settings import Settings
from streamer_app.store import database, embedded, login_kinds, payments, schema


def payment() -> payments.Payment:
    return payments.Payment(
        provider="manual",
        event=str(uuid4()),
        reference=str(uuid4()),
        status="PAID",
        amount=25_000,
        currency="IDR",
        payee_user_id=uuid4(),
        platform_user_id=uuid4(),
    )


def make_as_before(data_folder: Path) -> str:
    """A database of a version without kinds of logins; returns the app login's URL."""
    server = embedded.ensure_running(data_folder)
    schema.upgrade(server.owner_url)
    schema.downgrade(server.owner_url, "0014")
    with psycopg.connect(server.owner_url, autocommit=True) as owner:
        for kind in set(login_kinds.KINDS) - {login_kinds.APP}:
            owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(kind)))
    return server.app_url


@pytest.mark.parametrize("by", ["opening", "db upgrade"])
async def test_an_older_database_gets_the_kinds_at_its_next_upgrade(data_folder: Path, by: str) -> None:
    url = make_as_before(data_folder)
    settings = Settings(data_dir=data_folder)
    if by == "opening":
        assert (await open_profile(settings)).url == url
    else:
        assert await upgrade(settings) == {"state": "current", "revision": schema.HEAD, "head": schema.HEAD}
    async with database.connection(url, label="tests") as conn:
        assert not (await payments.record_payment(conn, payment())).repeated
        for statement in (
            "SELECT streamer_app.settle_due(now(), 10)",
            "SELECT count(*) FROM streamer_app.payment_events",
        ):
            await conn.execute(statement.encode())


async def test_a_shared_database_makes_the_app_login_a_studio_only(data_folder: Path) -> None:
    server = embedded.ensure_running(data_folder)
    schema.upgrade(server.owner_url)
    with pytest.raises(DatabaseUnavailableError, match="lacks a right"):
        async with database.connection(server.app_url, label="tests") as conn:
            await payments.record_payment(conn, payment())
