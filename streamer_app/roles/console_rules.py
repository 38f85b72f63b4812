"""What each command about rules and blocked donors does. Every function answers with one document, fit for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from streamer_app.core.commands import BlockDonor, CommandResult, SetRules, UnblockDonor
from streamer_app.core.errors import ActionableError
from streamer_app.core.rules import Arrival, Rules
from streamer_app.roles.console import Document, message_id, send
from streamer_app.services import rulebook
from streamer_app.services.profile import open_profile
from streamer_app.settings import Settings


@dataclass(frozen=True)
class Changes:
    """What `rules set` was asked for: `fields` replace values, the rest goes into or out of the word lists."""

    fields: dict[str, Any] = field(default_factory=dict)
    add_words: Sequence[str] = ()
    remove_words: Sequence[str] = ()
    allow_words: Sequence[str] = ()
    disallow_words: Sequence[str] = ()


async def rules_show(settings: Settings) -> Document:
    """The rules as they are asked, and what of the stored ones could not be read."""
    stored = await rulebook.stored_rules(await open_profile(settings))
    return {
        "version": stored.version,
        "unreadable": list(stored.unreadable),
        "rules": msgspec.to_builtins(stored.rules),
    }


async def rules_set(settings: Settings, changes: Changes, *, ask_again: bool) -> CommandResult:
    """Change the rules, from now on; with `ask_again` for what waits too."""
    stored = await rulebook.stored_rules(await open_profile(settings))
    return await send(settings, SetRules(rules=changed(stored.readable, changes), ask_again=ask_again))


def changed(rules: Rules, changes: Changes) -> Rules:
    """The rules with the changes. Raises `ActionableError` for a word to take out that is not in."""
    own = _with(rules.own_words, changes.add_words, changes.remove_words, "blocked")
    allowed = _with(rules.allowed_words, changes.allow_words, changes.disallow_words, "allowed")
    return msgspec.convert(
        msgspec.to_builtins(rules) | changes.fields | {"own_words": own, "allowed_words": allowed}, Rules
    )


def _with(words: tuple[str, ...], more: Sequence[str], less: Sequence[str], what: str) -> tuple[str, ...]:
    for word in less:
        if word not in words:
            raise ActionableError(
                f"{word!r} is not among your {what} words",
                "Nothing was changed. Look them up with: streamer-app rules show. A word of a list is let through with "
                "--allow-word.",
            )
    kept = [word for word in words if word not in less]
    return tuple(dict.fromkeys([*kept, *more]))


async def rules_try(
    settings: Settings, text: str, *, name: str | None, amount: int, has_media: bool, first_time: bool
) -> Document:
    """What would become of such a donation now. Nothing is written."""
    profile = await open_profile(settings)
    stored = await rulebook.stored_rules(profile)
    blocks = rulebook.blocks_of(await rulebook.blocked_donors(profile))
    arrival = Arrival(
        amount=amount,
        donor_name=name,
        message=text,
        has_media=has_media,
        blocked=blocks.blocks(None, name),
        first_time=first_time,
    )
    verdict: dict[str, Any] = msgspec.to_builtins(rulebook.try_it(stored.rules, arrival))
    return {"written": {"name": name, "message": text, "amount": amount}} | verdict


async def donor_block(settings: Settings, typed_id: str) -> CommandResult:
    """Block the donor of a message."""
    return await send(settings, BlockDonor(donation_message_id=message_id(typed_id)))


async def donor_unblock(settings: Settings, name: str) -> CommandResult:
    """Take a block back."""
    return await send(settings, UnblockDonor(donor=name))


async def donor_list(settings: Settings) -> Document:
    """Who is blocked, the longest blocked first."""
    blocks = await rulebook.blocked_donors(await open_profile(settings))
    return [
        {
            "donor": block.shown_name,
            "by": "account" if block.payer_user_id is not None else "name",
            "payer_user_id": str(block.payer_user_id) if block.payer_user_id is not None else None,
            "blocked_by": block.actor,
            "blocked_at": block.happened_at.isoformat(),
        }
        for block in blocks
    ]
