from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from streamer_app.core.access import is_key
from streamer_app.core.errors import ActionableError
from streamer_app.core.rights import MODERATOR, ControlKey, Right
from streamer_app.services import control_keys
from streamer_app.services.control_keys import KeyRing, checked_name, digest, new_secret
from streamer_app.services.profile import Profile
from streamer_app.store import database
from tests.postgres_servers import MigratedDatabase

KEY = ControlKey(uuid4(), "Sari", MODERATOR, "tests", datetime(2026, 11, 28, tzinfo=UTC))


@pytest.fixture
def profile(migrated_database_18: MigratedDatabase) -> Profile:
    return Profile(url=migrated_database_18.app_url, owner_url=None, streamer_user_id=uuid4(), platform_user_id=uuid4())


async def test_a_key_opens_until_it_is_revoked_by_name_or_id(
    profile: Profile, migrated_database_18: MigratedDatabase
) -> None:
    sari, secret = await control_keys.make_key(profile, " Sari  Dewi ", made_by="tests")
    andi, _ = await control_keys.make_key(profile, "Andi", frozenset({Right.PANIC}), made_by="tests")
    assert is_key(secret)
    assert (sari.name, sari.rights, andi.rights) == ("Sari Dewi", MODERATOR, frozenset({Right.PANIC}))
    ring = KeyRing()
    async with database.connection(profile.url, label="tests") as conn:
        await ring.refresh(conn, profile.streamer_user_id)
        assert ring.find(secret) == sari
        await control_keys.revoke_key(profile, "sari dewi", actor="window")
        await control_keys.revoke_key(profile, str(andi.key_id), actor="window")
        await ring.refresh(conn, profile.streamer_user_id)
    assert ring.find(secret) is None
    assert [key.ended_by for key in await control_keys.list_keys(profile)] == ["window", "window"]
    with pytest.raises(ActionableError, match="No key in use"):
        await control_keys.revoke_key(profile, "Sari Dewi", actor="window")
    with migrated_database_18.as_app() as app:
        rows = app.execute("SELECT control_keys::text FROM streamer_app.control_keys").fetchall()
    assert secret not in str(rows), "a secret is never stored"


async def test_a_name_in_use_is_refused(profile: Profile) -> None:
    await control_keys.make_key(profile, "Sari", made_by="tests")
    with pytest.raises(ActionableError, match="in use"):
        await control_keys.make_key(profile, "SARI", made_by="tests")


@pytest.mark.parametrize(
    "name", ["", "  ", "x" * 41, "cli:root", "Window", "rules", "a\u202eb", "dispatcher", "a\x00b"]
)
def test_a_name_that_cannot_stand_as_an_author_is_refused(name: str) -> None:
    with pytest.raises(ActionableError):
        checked_name(name)


@pytest.mark.parametrize("name", ["Sari", "Budi 🔥", "محمد", "x" * 40])
def test_a_persons_name_is_kept(name: str) -> None:
    assert checked_name(name) == name


def test_secrets_survive_a_chat_program_that_cuts_signs_off_an_address() -> None:
    secrets = {new_secret() for _ in range(300)}
    assert len(secrets) == 300
    assert all(is_key(secret) and re.search(r"[A-Za-z0-9]$", secret) for secret in secrets)


def test_a_ring_tells_its_listeners_only_when_other_keys_are_in_use() -> None:
    ring, told = KeyRing(), list[bool]()
    forget = ring.when_changed(lambda: told.append(ring.has(KEY.key_id)))
    ring.replace({})
    ring.replace({})
    ring.replace({digest("secret"): KEY})
    ring.replace({digest("secret"): replace(KEY)})
    assert told == [False, True]
    forget()
    ring.replace({})
    assert told == [False, True]


def test_a_ring_that_was_never_read_says_so() -> None:
    assert [KeyRing().loaded, KeyRing({}).loaded] == [False, True]


@pytest.mark.parametrize("given", ["", "Secret", "secret ", "\ud800", "x" * 100_000])
def test_what_is_not_the_secret_finds_nothing(given: str) -> None:
    ring = KeyRing({digest("secret"): KEY})
    assert ring.find("secret") == KEY
    assert ring.find(given) is None
