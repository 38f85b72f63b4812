"""Making, listing and revoking control keys, and the ring in which the server looks them up."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from streamer_app.core.access import KEY_RANDOM_BYTES
from streamer_app.core.errors import ActionableError
from streamer_app.core.rights import MODERATOR, ControlKey, Right
from streamer_app.services.profile import Profile
from streamer_app.store import control_keys, database
from streamer_app.store.database import Connection

LONGEST_NAME: Final = 40
REFRESH_SECONDS: Final = 2.0
"""How long a revoked key may still open something."""
_OTHER_AUTHORS: Final = frozenset({"window", "cli", "rules", "dispatcher", "studio", "panic", "page"})
"""What the program itself calls an author: nobody else may sign like that."""


async def make_key(
    profile: Profile, name: str, rights: frozenset[Right] = MODERATOR, *, made_by: str
) -> tuple[ControlKey, str]:
    """A new key and its secret, which is known here and now only. Raises `ActionableError` for a name in use."""
    named = checked_name(name)
    secret = new_secret()
    async with database.connection(profile.url, label="keys") as conn:
        made = await control_keys.make(
            conn,
            profile.streamer_user_id,
            name=named,
            secret_sha256=digest(secret),
            rights=rights,
            made_by=made_by,
        )
    if made is None:
        raise ActionableError(
            f"A key of the name {named} is in use", "Take another name, or revoke that key first: key revoke NAME."
        )
    return made, secret


async def list_keys(profile: Profile) -> list[ControlKey]:
    """All keys ever made, oldest first."""
    async with database.connection(profile.url, label="keys") as conn:
        return await control_keys.every(conn, profile.streamer_user_id)


async def revoke_key(profile: Profile, named: str, *, actor: str) -> ControlKey:
    """End the key of that name or id. A running studio shows its owner out within a few seconds."""
    async with database.connection(profile.url, label="keys") as conn:
        found = _in_use_as(named, await control_keys.in_use(conn, profile.streamer_user_id))
        if found is None or not await control_keys.end(conn, profile.streamer_user_id, found.key_id, actor):
            raise ActionableError(f"No key in use is called {named}", "Look up which there are: streamer-app key list.")
    return found


def new_secret() -> str:
    """A fresh unguessable secret. It ends with a letter or a digit: chat programs cut other ends off an address."""
    while not (secret := secrets.token_urlsafe(KEY_RANDOM_BYTES))[-1].isalnum():
        pass
    return secret


def checked_name(name: str) -> str:
    """The name as it is kept. Raises `ActionableError` for one that cannot stand as an author."""
    named = " ".join(name.split())
    if not named or len(named) > LONGEST_NAME or not named.isprintable():
        raise ActionableError(
            f"A key's name has 1 to {LONGEST_NAME} readable characters", "It names who did what: take a person's name."
        )
    if ":" in named or named.casefold() in _OTHER_AUTHORS:
        raise ActionableError(f"{named} is how this program signs its own doing", "Take another name, without a colon.")
    return named


def digest(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def _in_use_as(named: str, keys: Mapping[bytes, ControlKey]) -> ControlKey | None:
    wanted = " ".join(named.split()).casefold()
    return next((key for key in keys.values() if wanted in (key.name.casefold(), str(key.key_id))), None)


class KeyRing:
    """The keys in use, as of a moment ago: what the server asks at every request. Kept while the database is away.

    Looking up compares sha256 digests, so the time a wrong key takes tells nothing about a right one.
    """

    def __init__(self, keys: Mapping[bytes, ControlKey] | None = None) -> None:
        """None: nothing was read yet, and nobody can be told whether a key is right."""
        self._keys: dict[bytes, ControlKey] = dict(keys or {})
        self._loaded = keys is not None
        self._listeners: list[Callable[[], None]] = []

    @property
    def loaded(self) -> bool:
        """Whether the keys were read at all since the start."""
        return self._loaded

    def find(self, secret: str) -> ControlKey | None:
        """Whose key this is; None for one that opens nothing."""
        return self._keys.get(digest(secret))

    def has(self, key_id: UUID) -> bool:
        """Whether this key is in use still."""
        return any(key.key_id == key_id for key in self._keys.values())

    def when_changed(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call this whenever other keys are in use; the returned function ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def replace(self, keys: Mapping[bytes, ControlKey]) -> None:
        """From now on these are in use."""
        changed = not self._loaded or keys != self._keys
        self._keys, self._loaded = dict(keys), True
        if changed:
            for listener in tuple(self._listeners):
                listener()

    async def refresh(self, conn: Connection, streamer: UUID) -> None:
        """Read them anew."""
        self.replace(await control_keys.in_use(conn, streamer))
