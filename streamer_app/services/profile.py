"""Opening the profile: which database, whose streamer, and whether its schema can be used."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from streamer_app.core.errors import SchemaError
from streamer_app.settings import Settings
from streamer_app.store import database, identity, schema
from streamer_app.store.embedded import APP_LOGIN, ensure_running
from streamer_app.store.identity import Binding

Step = Callable[[str], None]


@dataclass(frozen=True)
class Profile:
    """An opened profile. Both URLs carry passwords."""

    url: str = field(repr=False)
    """The app login's."""
    owner_url: str | None = field(repr=False)
    """The embedded owner's; None for a shared database."""
    streamer_user_id: UUID
    platform_user_id: UUID

    @property
    def embedded(self) -> bool:
        """Whether the database is the data folder's own."""
        return self.owner_url is not None


async def open_profile(settings: Settings, step: Step | None = None) -> Profile:
    """Start the embedded database if that is the profile's, bring it up to date, and learn who we are.

    A shared database is never migrated here. Raises `ActionableError` with what to do.
    """
    if settings.database_url is not None:
        return await _open_shared(settings, settings.database_url)
    return await _open_embedded(settings, step)


async def _open_embedded(settings: Settings, step: Step | None) -> Profile:
    server = await asyncio.to_thread(ensure_running, settings.data_dir, on_step=step)
    found = await asyncio.to_thread(schema.status, server.owner_url)
    if found.state not in {"current", "newer"}:
        if step is not None:
            step("migrating")
        found = await asyncio.to_thread(schema.upgrade, server.owner_url, sole_login=APP_LOGIN)
    schema.require_usable(found)
    async with database.connection(server.app_url, label="profile") as conn:
        known = await identity.binding(conn)
        if known is None:
            known = await _bind(settings, server.owner_url)
        streamer = settings.streamer_user_id or known.streamer_user_id
        await identity.first_started_at(conn, streamer)
    if settings.streamer_user_id is not None:
        async with database.connection(server.owner_url, label="profile") as owner:
            await identity.set_default_fee(owner, streamer)
    return Profile(
        url=server.app_url,
        owner_url=server.owner_url,
        streamer_user_id=streamer,
        platform_user_id=settings.platform_user_id or known.platform_user_id,
    )


async def _bind(settings: Settings, owner_url: str) -> Binding:
    """Ids made once, in the embedded database, with the embedded terms: 5 % and nothing fixed."""
    made = Binding(settings.streamer_user_id or uuid4(), settings.platform_user_id or uuid4())
    async with database.connection(owner_url, label="profile") as owner:
        await identity.bind(owner, "streamer_app", made)
        known = await identity.binding_of(owner, "streamer_app")
        if known is None:
            raise RuntimeError("the binding was written a moment ago")
        await identity.set_default_fee(owner, known.streamer_user_id)
    return known


async def _open_shared(settings: Settings, url: str) -> Profile:
    schema.require_usable(await asyncio.to_thread(schema.status, url))
    async with database.connection(url, label="profile") as conn:
        known = await identity.binding(conn)
        if known is not None:
            streamer, platform = known.streamer_user_id, known.platform_user_id
        elif settings.streamer_user_id is not None and settings.platform_user_id is not None:
            streamer, platform = settings.streamer_user_id, settings.platform_user_id
        else:
            raise SchemaError(
                "The shared database does not say whose studio this is",
                "Give --streamer-user-id and --platform-user-id, or ask the operator to bind this login.",
            )
        await identity.first_started_at(conn, streamer)
    return Profile(url=url, owner_url=None, streamer_user_id=streamer, platform_user_id=platform)


def who_asks() -> str:
    """The author of commands from this machine's command line."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError, ImportError):
        return "cli"


async def revive_embedded(settings: Settings) -> None:
    """Start the data folder's own server again, after it died under a running studio."""
    await asyncio.to_thread(ensure_running, settings.data_dir)
