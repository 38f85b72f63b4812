"""What each command of the command line does. Every function answers with one document, fit for JSON."""

from __future__ import annotations

import asyncio
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec

from streamer_app.core.commands import (
    EVERY_CHANNEL,
    Action,
    AnswerMissed,
    Approve,
    Channel,
    Clear,
    Command,
    CommandResult,
    Hold,
    MissedChoice,
    Move,
    Mute,
    Panic,
    Pause,
    PlayAnyway,
    Reject,
    Release,
    Replay,
    ReplayPlace,
    ResumeQueue,
    Retry,
    Skip,
    SkipCurrent,
    TakeOver,
    Undo,
    Unmute,
)
from streamer_app.core.donations import Item, QueueView
from streamer_app.core.errors import ActionableError, StudioHeldError
from streamer_app.core.events import QueueChanged
from streamer_app.overlay.guards import LOOPBACK
from streamer_app.overlay.server import free_port, local_addresses
from streamer_app.roles.control_client import ControlClient
from streamer_app.roles.lone import lone_studio
from streamer_app.services.payments import record_manual_payment
from streamer_app.services.profile import open_profile, who_asks
from streamer_app.services.proof import proof_of
from streamer_app.services.studio_lock import StudioAddress, StudioLock, lock_or_find
from streamer_app.settings import Settings, load_machine, save_machine

Document = dict[str, Any] | list[Any]
FOLDER_SECONDS: Final = 20.0
PICTURE_SECONDS: Final = 20.0


async def donate(
    settings: Settings, *, amount: int, name: str | None, message: str | None, is_anonymous: bool
) -> Document:
    """Record a donation by hand: real rows, on the embedded database only."""
    if settings.database_url is not None:
        raise ActionableError(
            "donate works on the embedded database only",
            "On a shared database real payments come from the provider; leave --database-url away to try things out.",
        )
    profile = await open_profile(settings)
    recorded = await record_manual_payment(
        profile, amount=amount, name=name, message=message, is_anonymous=is_anonymous
    )
    return {
        "transaction_id": str(recorded.transaction_id),
        "donation_message_id": str(recorded.donation_message_id),
        "currency": recorded.currency,
    }


async def send(settings: Settings, action: Action) -> CommandResult:
    """Through the live studio of the data folder, else as the studio of this one command."""
    command = Command(id=uuid4(), actor=who_asks(), action=action)
    lock, live = _studio_or_lock(settings)
    if live is not None:
        async with ControlClient(live.port, live.control_key) as client:
            return await client.send(command)
    try:
        if isinstance(action, TakeOver):
            raise ActionableError(
                "No studio runs in this folder", "Start it first (streamer-app serve, or the window), then take over."
            )
        profile = await open_profile(settings)
        async with lone_studio(settings, profile) as studio:
            return await studio.execute(command)
    finally:
        lock.release()


async def queue_list(settings: Settings) -> Document:
    """The queue as scripts read it."""
    return queue_document(await queue_view(settings))


async def queue_view(settings: Settings) -> QueueView:
    """The queue's picture, from the live studio or from the facts."""
    lock, live = _studio_or_lock(settings)
    if live is not None:
        return await _live_queue(live)
    try:
        profile = await open_profile(settings)
        async with lone_studio(settings, profile) as studio:
            return await studio.queue_picture()
    finally:
        lock.release()


async def donation_show(settings: Settings, typed_id: str) -> Document:
    """Proof of delivery of one donation, from the facts alone."""
    profile = await open_profile(settings)
    return await proof_of(profile, message_id(typed_id))


def _studio_or_lock(settings: Settings) -> tuple[StudioLock, StudioAddress | None]:
    lock = StudioLock(settings.run_folder)
    try:
        return lock, lock_or_find(lock, settings.run_folder, FOLDER_SECONDS)
    except TimeoutError as problem:
        raise StudioHeldError(
            f"Another process keeps {settings.data_dir} busy",
            "Wait for it to end, or stop it, then try again.",
            holder="another process",
        ) from problem


async def _live_queue(live: StudioAddress) -> QueueView:
    deadline = asyncio.get_running_loop().time() + PICTURE_SECONDS
    async with ControlClient(live.port, live.control_key) as client:
        while True:
            for event in await client.picture():
                if isinstance(event, QueueChanged):
                    return event.queue
            if asyncio.get_running_loop().time() > deadline:
                raise ActionableError("The studio has no queue yet", "Look at its lights: the database may be away.")
            await asyncio.sleep(0.05)


def queue_document(view: QueueView) -> Document:
    """The contract scripts rely on."""
    playing = view.playing
    return {
        "playing": _item(playing.item) if playing and playing.item else None,
        "waiting": [_item(item) for item in view.waiting],
        "waiting_count": view.waiting_count,
        "held": [_item(item) for item in view.held],
        "failed": [_item(item) for item in view.failed],
        "missed": [_item(item) for item in view.missed],
        "missed_count": view.missed_count,
        "paused": view.paused,
        "panic": view.panic,
        "muted": list(view.muted),
        "stale": view.stale,
        "revision": view.revision,
    }


def _item(item: Item) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.to_builtins(item)
    return document


async def overlay_url(settings: Settings) -> Document:
    """Where OBS finds the overlay. The port is chosen once, even before the first start."""
    machine = load_machine(settings)
    if machine.overlay_port is None:
        machine = msgspec.structs.replace(machine, overlay_port=free_port())
        save_machine(settings, machine)
    return {"url": f"http://{LOOPBACK}:{machine.overlay_port}/overlay/{machine.display_key}"}


async def profile_show(settings: Settings) -> Document:
    """Whose studio this is, and what this machine remembers. No secrets."""
    profile = await open_profile(settings)
    machine = load_machine(settings)
    return {
        "streamer_user_id": str(profile.streamer_user_id),
        "platform_user_id": str(profile.platform_user_id),
        "data_dir": str(settings.data_dir),
        "database": "embedded" if profile.embedded else "shared",
        "queue": "redis" if settings.redis_url else "embedded",
        "language": machine.language,
        "appearance": machine.appearance,
        "overlay_theme": machine.overlay_theme,
        "overlay_port": machine.overlay_port,
        "volume": machine.volume,
        "lan": machine.lan,
        "lan_addresses": list(local_addresses()) if machine.lan else [],
    }


async def profile_set(settings: Settings, changes: dict[str, Any]) -> Document:
    """Change what this machine remembers; a running studio reads it at its next start."""
    machine = msgspec.structs.replace(load_machine(settings), **changes)
    save_machine(settings, machine)
    return await profile_show(settings)


def message_id(text: str) -> UUID:
    """A donation message's id as typed."""
    try:
        return UUID(text)
    except ValueError as problem:
        raise ActionableError(
            f"{text} is not a donation message's id", "Copy it from: streamer-app queue list."
        ) from problem


def action_of(verb: str, typed: dict[str, Any]) -> Action:
    """The action of a `queue` command."""
    about = message_id(typed["id"]) if typed.get("id") else None
    if about is not None:
        return _about_one(verb, about, typed)
    channels = tuple(Channel(name) for name in typed.get("channels") or ()) or EVERY_CHANNEL
    actions: dict[str, Action] = {
        "skip": SkipCurrent(),
        "undo": Undo(),
        "pause": Pause(),
        "resume": ResumeQueue(),
        "mute": Mute(channels=channels),
        "unmute": Unmute(channels=channels),
        "panic": Panic(),
        "release": Release(),
        "clear": Clear(),
        "play-anyway": PlayAnyway(),
        "take-over": TakeOver(),
    }
    if verb == "missed":
        return AnswerMissed(choice=MissedChoice(typed["choice"]), newest=typed["count"])
    return actions[verb]


def _about_one(verb: str, about: UUID, typed: dict[str, Any]) -> Action:
    if verb == "replay":
        place = ReplayPlace.END if typed.get("end") else ReplayPlace.NEXT
        return Replay(donation_message_id=about, place=place, even_if_blocked=typed.get("even_if_blocked", False))
    if verb == "move":
        return Move(donation_message_id=about, position=typed["position"])
    if verb == "undo":
        return Undo(donation_message_id=about)
    if verb == "skip":
        return Skip(donation_message_id=about)
    plain: dict[str, type[Retry | Hold | Approve | Reject]] = {
        "retry": Retry,
        "hold": Hold,
        "approve": Approve,
        "reject": Reject,
    }
    return plain[verb](donation_message_id=about)
