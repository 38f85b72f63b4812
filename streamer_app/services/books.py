"""Opening the books: the database of a money command, and whose money it is about unless it says so.

A studio's profile wants one streamer and remembers its first start there. Operators, auditors and gateways work for
many streamers and may not write such things, so they are asked for no more than a usable schema.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from streamer_app.core.errors import ActionableError, RightMissingError
from streamer_app.services.profile import Step, open_profile
from streamer_app.settings import Settings
from streamer_app.store import database, identity, schema
from streamer_app.store.login_kinds import AUDITOR, GATEWAY, OPERATOR

__all__ = ["AUDITOR", "GATEWAY", "OPERATOR", "Books", "needing", "open_books"]


@dataclass(frozen=True)
class Books:
    """An open database. `url` carries a password."""

    url: str = field(repr=False)
    streamer_user_id: UUID | None
    platform_user_id: UUID | None

    @property
    def streamer(self) -> UUID:
        """Whose money it is when a command names nobody."""
        if self.streamer_user_id is None:
            raise ActionableError(
                "Whose money this is about is not said", "Give --payee, or --streamer-user-id for every command."
            )
        return self.streamer_user_id

    @property
    def platform(self) -> UUID:
        """Who receives the fees."""
        if self.platform_user_id is None:
            raise ActionableError("The platform that receives the fees is not said", "Give --platform-user-id.")
        return self.platform_user_id

    @property
    def users(self) -> list[UUID]:
        """Whose wallets are listed: the streamer's, and the platform's where it is known."""
        return [self.streamer] + ([self.platform_user_id] if self.platform_user_id is not None else [])


async def open_books(settings: Settings, step: Step | None = None) -> Books:
    """The embedded database, made and migrated if need be, or the shared one as it is.

    On a shared database flags come before the login's binding. Raises `ActionableError` with what to do.
    """
    url = settings.database_url
    if url is None:
        profile = await open_profile(settings, step)
        return Books(profile.url, profile.streamer_user_id, profile.platform_user_id)
    with needing(GATEWAY, OPERATOR, AUDITOR, to="open the books"):
        schema.require_usable(await asyncio.to_thread(schema.status, url))
    streamer, platform = settings.streamer_user_id, settings.platform_user_id
    if streamer is None or platform is None:
        known = await _binding(url)
        if known is not None:
            streamer, platform = streamer or known.streamer_user_id, platform or known.platform_user_id
    return Books(url, streamer, platform)


async def _binding(url: str) -> identity.Binding | None:
    """What the database says about this login; a gateway's may not ask, and is told everything by its flags."""
    try:
        async with database.connection(url, label="books") as conn:
            return await identity.binding(conn)
    except RightMissingError:
        return None


@contextmanager
def needing(*kinds: str, to: str) -> Iterator[None]:
    """Name the kinds of login that may do what this one may not."""
    try:
        yield
    except RightMissingError as problem:
        raise ActionableError(
            f"This database login may not {to}",
            f"Use a login of the kind {' or '.join(kinds)}: whoever runs the database grants it (GRANT {kinds[0]} TO"
            " ...), after: streamer-app db upgrade.",
        ) from problem
