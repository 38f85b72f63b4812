"""What the `key` commands do and say. They only write rows: a running studio finds them within a few seconds."""

from __future__ import annotations

from typing import Any, Final

from streamer_app.core.rights import MODERATOR, ControlKey, Right
from streamer_app.overlay.guards import LOOPBACK
from streamer_app.overlay.server import local_addresses
from streamer_app.roles import console
from streamer_app.services import control_keys
from streamer_app.services.profile import open_profile, who_asks
from streamer_app.settings import Settings, load_machine

Document = dict[str, Any]
KINDS: Final = frozenset({"key make", "key list", "key revoke"})


async def make(settings: Settings, name: str, rights: frozenset[Right] | None) -> Document:
    """A new key. Its address stands in this document and nowhere else, ever."""
    profile = await open_profile(settings)
    await console.overlay_url(settings)
    made, secret = await control_keys.make_key(profile, name, rights or MODERATOR, made_by=who_asks())
    machine = load_machine(settings)

    def address(host: str) -> str:
        return f"http://{host}:{machine.overlay_port}/control/{secret}"

    network = [address(host) for host in local_addresses()] if machine.lan else []
    return {**_document(made), "url": address(LOOPBACK), "lan_urls": network}


async def every(settings: Settings) -> list[Document]:
    """All keys ever made, without their secrets."""
    return [_document(key) for key in await control_keys.list_keys(await open_profile(settings))]


async def revoke(settings: Settings, named: str) -> Document:
    """End a key, by its name or id."""
    return _document(await control_keys.revoke_key(await open_profile(settings), named, actor=who_asks()))


def spoken(kind: str, plain: Any) -> str:
    """The document as people read it."""
    if kind == "key list":
        return "\n".join(_line(key) for key in plain) or "There is no key yet. Make one: streamer-app key make NAME."
    if kind == "key revoke":
        return f"The key of {plain['name']} opens nothing any more. Open pages of it close within a few seconds."
    lines = [
        f"{plain['name']} may: {_rights(plain)}. This address is shown only once, and whoever has it may do that:",
        plain["url"],
        *plain["lan_urls"],
        "In OBS: Docks, Custom Browser Docks. A studio that runs knows the key within a few seconds.",
    ]
    if not plain["lan_urls"]:
        lines.append("For a phone on the same network: streamer-app profile set --lan on, then make a key.")
    return "\n".join(lines)


def _line(key: Document) -> str:
    ended = f", ended {key['ended_at']} by {key['ended_by']}" if key["ended_at"] else ""
    return f"{key['key_id']}  {key['name']}: {_rights(key)}. Made {key['made_at']} by {key['made_by']}{ended}"


def _rights(key: Document) -> str:
    return ", ".join(key["rights"]) or "look"


def _document(key: ControlKey) -> Document:
    return {
        "key_id": str(key.key_id),
        "name": key.name,
        "rights": [right.value for right in Right if right in key.rights],
        "made_by": key.made_by,
        "made_at": key.made_at,
        "ended_by": key.ended_by,
        "ended_at": key.ended_at,
    }
