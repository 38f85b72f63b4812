"""A streamer's rules and blocked donors: where they are kept, and what they make of a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog

from streamer_app.assets import word_lists_folder
from streamer_app.core.donor_names import name_key
from streamer_app.core.errors import CommandRefusedError
from streamer_app.core.judging import Judge
from streamer_app.core.rules import Arrival, Rules, Verdict
from streamer_app.services.profile import Profile
from streamer_app.store import database, donor_blocks, streamer_settings
from streamer_app.store.database import Connection
from streamer_app.store.donor_blocks import DonorBlock

_log = structlog.get_logger()
_KEY: Final = "rules"


@dataclass(frozen=True)
class StoredRules:
    """The rules as they are kept. `version` 0: never set. `unreadable` names the fields that could not be read."""

    rules: Rules
    """What is asked."""
    readable: Rules
    """What could be read, to be changed and kept anew; the same unless something could not."""
    version: int = 0
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True)
class DonorBlocks:
    """Who is blocked. Somebody with an account is known by it alone: a name anybody may write."""

    payers: frozenset[UUID] = frozenset()
    name_keys: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.payers or self.name_keys)

    def blocks(self, payer: UUID | None, name: str | None) -> bool:
        """Whether this donor is on the list. An anonymous donor's name counts as any other."""
        if payer is not None:
            return payer in self.payers
        return bool(self.name_keys) and name_key(name or "") in self.name_keys


async def read_rules(conn: Connection, streamer: UUID) -> StoredRules:
    """The rules with what is wrong with them.

    Fields of a newer program are passed over. A field that cannot be read has its default, and a word list may be
    missing; then every donation waits for approval until the rules are set anew: what a streamer forbade never plays
    because it was misread.
    """
    version, value = await streamer_settings.newest(conn, streamer, _KEY) or (0, {})
    rules, unreadable = _read(value)
    if any(name not in word_lists() for name in rules.word_lists):
        unreadable = (*unreadable, "word_lists")
    if not unreadable:
        return StoredRules(rules, rules, version)
    _log.error("rules.unreadable", version=version, fields=",".join(unreadable))
    return StoredRules(msgspec.structs.replace(rules, approve_all=True), rules, version, unreadable)


def _read(value: Any) -> tuple[Rules, tuple[str, ...]]:
    if not isinstance(value, dict):
        return Rules(), ("everything",)
    unreadable: list[str] = []
    good: dict[str, Any] = {}
    for field in msgspec.structs.fields(Rules):
        if field.name not in value:
            continue
        try:
            good[field.name] = msgspec.convert(value[field.name], field.type)
        except msgspec.ValidationError:
            unreadable.append(field.name)
    for name in set(Rules(**good).unusable()):
        unreadable.append(name)
        del good[name]
    return Rules(**good), tuple(sorted(unreadable))


async def load_rules(conn: Connection, streamer: UUID) -> Rules:
    """The rules to ask from now on; see `read_rules` for those that cannot be read."""
    return (await read_rules(conn, streamer)).rules


async def save_rules(conn: Connection, streamer: UUID, rules: Rules, by: str) -> int:
    """Keep new rules; returns their version. Raises `CommandRefusedError` for values that cannot be meant."""
    unknown = [f"word_lists ({name})" for name in rules.word_lists if name not in word_lists()]
    wrong = sorted({*rules.unusable(), *unknown})
    if wrong:
        raise CommandRefusedError(
            f"These rules cannot be used: {', '.join(wrong)}", "Nothing was changed. Look at them, and set them again."
        )
    return await streamer_settings.add(conn, streamer, _KEY, msgspec.to_builtins(rules), by)


async def stored_rules(profile: Profile) -> StoredRules:
    """The rules of an opened profile."""
    async with database.connection(profile.url, label="rules") as conn:
        return await read_rules(conn, profile.streamer_user_id)


@lru_cache(maxsize=1)
def word_lists() -> Mapping[str, tuple[str, ...]]:
    """The lists that ship with the program, by name."""
    files = sorted(word_lists_folder().glob("*.txt"))
    return MappingProxyType({file.stem: _entries(file.read_text(encoding="utf-8")) for file in files})


def _entries(text: str) -> tuple[str, ...]:
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(line for line in lines if line)


@lru_cache(maxsize=4)
def judge_of(rules: Rules) -> Judge:
    """Who asks these rules. A list that does not ship with this program says nothing, and is logged."""
    for name in rules.word_lists:
        if name not in word_lists():
            _log.warning("rules.no_such_list", name=name)
    return Judge(rules, word_lists())


def try_it(rules: Rules, arrival: Arrival) -> Verdict:
    """What these rules would say. Nothing is written."""
    return judge_of(rules).judge(arrival)


async def load_blocks(conn: Connection, streamer: UUID) -> DonorBlocks:
    """Who is blocked now."""
    return blocks_of(await donor_blocks.current(conn, streamer))


def blocks_of(blocks: list[DonorBlock]) -> DonorBlocks:
    """The list as it is asked."""
    return DonorBlocks(
        frozenset(block.payer_user_id for block in blocks if block.payer_user_id is not None),
        frozenset(block.name_key for block in blocks if block.name_key is not None),
    )


async def blocked_donors(profile: Profile) -> list[DonorBlock]:
    """Who is blocked now, for people."""
    async with database.connection(profile.url, label="donors") as conn:
        return await donor_blocks.current(conn, profile.streamer_user_id)
