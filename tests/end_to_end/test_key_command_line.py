"""`key` and `--lan` at the command line, with no studio running."""

from __future__ import annotations

import re

from tests.end_to_end.conftest import World


def test_made_listed_and_revoked_with_no_studio_running(one_world: World) -> None:
    profile = one_world.profile
    made = profile.ask("key", "make", "Sari", "--right", "panic")
    secret = re.fullmatch(r"http://127\.0\.0\.1:\d+/control/([\w-]{32})", made["url"])
    assert secret is not None
    assert (made["name"], made["rights"], made["lan_urls"]) == ("Sari", ["panic"], [])
    again = profile.run("key", "make", "sari")
    assert (again.returncode, again.stdout) == (1, "")
    assert "in use" in again.stderr
    listed = profile.run("key", "list", "--json")
    assert secret[1] not in listed.stdout + listed.stderr
    assert profile.ask("key", "revoke", "SARI")["key_id"] == made["key_id"]
    assert profile.run("key", "revoke", "Sari").returncode == 1
    (key,) = profile.ask("key", "list")
    assert key["ended_by"].startswith("cli")


def test_the_local_network_is_switched_on_by_word(one_world: World) -> None:
    profile = one_world.profile
    assert profile.ask("profile", "show")["lan"] is False
    assert profile.ask("profile", "set", "--lan", "on")["lan"] is True
    made = profile.ask("key", "make", "Sari")
    assert [url.rpartition("/")[2] for url in made["lan_urls"]] == [made["url"].rpartition("/")[2]] * len(
        profile.ask("profile", "show")["lan_addresses"]
    )
    assert profile.ask("profile", "set", "--lan", "off")["lan"] is False
    assert profile.run("profile", "set", "--lan", "maybe").returncode == 2
