"""Looking after the profile's database: upgrade, status, logins, stop. Each is one question of the command line."""

from __future__ import annotations

import asyncio
from typing import Any

from streamer_app.core.errors import ActionableError
from streamer_app.services.profile import open_profile
from streamer_app.settings import Settings
from streamer_app.store import embedded, schema

Document = dict[str, Any]


async def upgrade(settings: Settings) -> Document:
    """Bring the schema to this program's; on a shared database with the owner's login."""
    if settings.database_url is not None:
        found = await asyncio.to_thread(schema.upgrade, settings.database_url)
    else:
        url = (await asyncio.to_thread(embedded.ensure_running, settings.data_dir)).owner_url
        found = await asyncio.to_thread(schema.upgrade, url, sole_login=embedded.APP_LOGIN)
    return _standing(found)


async def status(settings: Settings) -> Document:
    """Where the schema stands, and whether the embedded server runs; starts nothing."""
    if settings.database_url is not None:
        return {"running": True} | _standing(await asyncio.to_thread(schema.status, settings.database_url))
    server = await asyncio.to_thread(embedded.status, settings.data_dir)
    document: Document = {"exists": server.exists, "running": server.running, "clients": server.clients}
    if server.running:
        running = await asyncio.to_thread(embedded.ensure_running, settings.data_dir)
        document |= _standing(await asyncio.to_thread(schema.status, running.owner_url))
    return document


async def login_url(settings: Settings, *, admin: bool) -> Document:
    """The app login's URL, or the embedded owner's. It carries a password: shown because it was asked for."""
    profile = await open_profile(settings)
    if not admin:
        return {"url": profile.url}
    if profile.owner_url is None:
        raise ActionableError(
            "The owner's login of a shared database is not known here", "Ask whoever runs that database."
        )
    return {"url": profile.owner_url}


async def stop(settings: Settings) -> Document:
    """Stop the embedded server; it starts again with the next command that needs it."""
    return {"stopped": await asyncio.to_thread(embedded.stop, settings.data_dir)}


def destroy(settings: Settings) -> None:
    """Stop the embedded server and delete its files, wherever they lie: for folders made to be thrown away."""
    embedded.stop(settings.data_dir)
    embedded.destroy(settings.data_dir)


def _standing(found: schema.SchemaStatus) -> Document:
    document: Document = {"state": found.state, "revision": found.revision, "head": found.head}
    if found.missing_kinds:
        # An admin creates them (CREATE ROLE ... NOLOGIN); the next upgrade grants them their rights.
        document["missing_roles"] = list(found.missing_kinds)
    return document
