"""Rules at arrival: what a streamer's settings say about one new donation message. Pure; asked once for each.

The money is never touched by any of this: a verdict is about what is shown and heard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

LONGEST_MESSAGE: Final = 500
"""Characters an alert has room for, whatever the rules say."""
MOST_WORDS: Final = 2_000
LONGEST_WORD: Final = 60
_MOST_MONEY: Final = 2**63 - 1


class Ruling(StrEnum):
    """From the mildest to the strictest; the strictest rule that applies decides."""

    PLAY = "play"
    MASK = "mask"
    """Played, with words or links hidden."""
    HOLD = "hold"
    """Waits for somebody's approval."""
    NO_ALERT = "no_alert"
    """Kept, paid and counted, but not shown: below the minimum, or from a blocked donor."""


class Rule(StrEnum):
    """Which rule said so; the window has a sentence for each in both languages."""

    BELOW_MINIMUM = "below_minimum"
    BELOW_MESSAGE_MINIMUM = "below_message_minimum"
    BELOW_MEDIA_MINIMUM = "below_media_minimum"
    BLOCKED_DONOR = "blocked_donor"
    BLOCKED_WORD = "blocked_word"
    LINK = "link"
    TOO_LONG = "too_long"
    MEDIA = "media"
    APPROVAL = "approval"
    FIRST_TIMER = "first_timer"
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    PANIC = "panic"


class WhatToDo(StrEnum):
    """What a rule about words, links or length does with a message that breaks it."""

    NOTHING = "nothing"
    MASK = "mask"
    HOLD = "hold"


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A streamer's rules, as they are stored. The defaults are those of a fresh install. Amounts in whole currency."""

    minimum_alert: int = 0
    """Smaller donations make no alert."""
    minimum_speech: int = 10_000
    minimum_message: int = 0
    """The message of a smaller donation is left out."""
    minimum_media: int = 0
    words: WhatToDo = WhatToDo.MASK
    word_lists: tuple[str, ...] = ("id", "en")
    """Lists that come with the program."""
    own_words: tuple[str, ...] = ()
    allowed_words: tuple[str, ...] = ()
    """Never blocked, whatever a list says."""
    links: WhatToDo = WhatToDo.MASK
    longest_message: int = 300
    """Characters shown; the rest is cut off. At most `LONGEST_MESSAGE`, which holds without this rule too."""
    too_long: WhatToDo = WhatToDo.MASK
    media: WhatToDo = WhatToDo.HOLD
    """NOTHING plays it, MASK leaves it out, HOLD asks."""
    approve_all: bool = False
    approve_first_timers: bool = False
    approve_at_least: int | None = None
    """Donations of this amount or more are held."""
    approve_less_than: int | None = None
    """Donations of less than this are held."""

    @property
    def asks_for_first_timers(self) -> bool:
        """Whether it matters that a donor has never donated here before: finding out costs a question."""
        return self.approve_first_timers and not self.approve_all

    def unusable(self) -> Iterator[str]:
        """The names of fields whose values cannot be meant."""
        for name in ("minimum_alert", "minimum_speech", "minimum_message", "minimum_media"):
            if not 0 <= getattr(self, name) <= _MOST_MONEY:
                yield name
        for name in ("approve_at_least", "approve_less_than"):
            bound = getattr(self, name)
            if bound is not None and not 0 < bound <= _MOST_MONEY:
                yield name
        if not 1 <= self.longest_message <= LONGEST_MESSAGE:
            yield "longest_message"
        for name in ("own_words", "allowed_words", "word_lists"):
            words: tuple[str, ...] = getattr(self, name)
            if len(words) > MOST_WORDS or not all(map(_is_word, words)):
                yield name


def _is_word(word: str) -> bool:
    return 0 < len(word) <= LONGEST_WORD and word.isprintable()


@dataclass(frozen=True)
class Arrival:
    """What rules may look at. `amount` in the currency's smallest unit; the name of an anonymous donor counts too."""

    amount: int
    donor_name: str | None
    message: str | None
    has_media: bool = False
    blocked: bool = False
    """The donor is on the streamer's list."""
    first_time: bool = False


class Finding(msgspec.Struct, frozen=True):
    """One rule that applied. `detail`: the word as it was written, the bound; empty where there is none."""

    rule: Rule
    detail: str = ""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules said at arrival, as it is kept and shown. None of `name`, `message`: as the donor wrote it."""

    ruling: Ruling
    findings: tuple[Finding, ...] = ()
    name: str | None = None
    message: str | None = None
    """Empty where it is left out."""
    speech: str | None = None
    """What is read aloud: without the words that are masked; None: nothing is."""
    media: bool = True
    """Whether media may be shown with it."""

    @property
    def plain(self) -> bool:
        """Nothing to remember: shown as it was written."""
        return self.ruling is Ruling.PLAY and not self.findings
