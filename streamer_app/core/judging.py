"""What a streamer's rules say about a new donation message. Pure: made once of the rules, asked for every message.

Only what may be seen or heard is judged: the name and the message as the stage would show them. All rules are asked,
whatever the first of them says: a message without an alert that is replayed by hand is masked all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from streamer_app.core.links import find_links
from streamer_app.core.presentation import NAME_LIMIT, cleaned, cut
from streamer_app.core.rules import LONGEST_MESSAGE, Arrival, Finding, Rule, Rules, Ruling, Verdict, WhatToDo
from streamer_app.core.words import BlockedWords, Span, masked, without

_STRICTNESS: Final = {ruling: place for place, ruling in enumerate(Ruling)}
_MOST_NAMED: Final = 5
"""Words and links that are named each, of a message that is made of nothing else."""
_LONGEST_NAMED: Final = 60
_Said = tuple[Ruling, Finding]


@dataclass(frozen=True)
class _Part:
    """A name or a message: as it would be shown, where words and links stand, and how it is shown then."""

    shown: str
    words: tuple[Span, ...]
    links: tuple[Span, ...]
    hidden: tuple[Span, ...]

    @property
    def masked(self) -> str | None:
        """None: as it is."""
        return masked(self.shown, self.hidden) if self.hidden else None


_NOTHING: Final = _Part("", (), (), ())


class Judge:
    """Asks one streamer's rules. `lists` has the entries of the word lists by name; a name it lacks says nothing."""

    def __init__(self, rules: Rules, lists: Mapping[str, Sequence[str]]) -> None:
        self._rules = rules
        entries = [entry for name in rules.word_lists for entry in lists.get(name, ())]
        self._words = BlockedWords([*entries, *rules.own_words], rules.allowed_words)

    @property
    def may_show_at_once(self) -> bool:
        """Whether a message without media is played or masked at most: its run may open before it is judged."""
        rules = self._rules
        asks = rules.approve_all or rules.approve_first_timers or rules.approve_less_than or rules.approve_at_least
        return not (asks or rules.minimum_alert or WhatToDo.HOLD in {rules.words, rules.links, rules.too_long})

    def judge(self, arrival: Arrival) -> Verdict:
        """The verdict, with every rule that applied, the strictest first. Never raises, whatever donors write."""
        rules = self._rules
        full = cleaned(arrival.message, LONGEST_MESSAGE + 1)
        left_out = bool(full) and arrival.amount < rules.minimum_message
        name = self._part(cleaned(arrival.donor_name, NAME_LIMIT))
        limit = LONGEST_MESSAGE if rules.too_long is WhatToDo.NOTHING else rules.longest_message
        message = _NOTHING if left_out or not full else self._part(cut(full, limit))
        said = [*self._about_donor(arrival), *self._about_words((name, message))]
        if left_out:
            said.append((Ruling.MASK, Finding(Rule.BELOW_MESSAGE_MINIMUM, str(rules.minimum_message))))
        elif len(full) > limit and rules.too_long is not WhatToDo.NOTHING:
            said.append((_ruling(rules.too_long), Finding(Rule.TOO_LONG, str(limit))))
        said.extend(self._about_media(arrival))
        said.sort(key=lambda one: -_STRICTNESS[one[0]])
        speech = without(message.shown, message.hidden) if arrival.amount >= rules.minimum_speech else ""
        return Verdict(
            ruling=said[0][0] if said else Ruling.PLAY,
            findings=tuple(finding for _, finding in said),
            name=name.masked,
            message="" if left_out else self._message(full, message),
            speech=speech or None,
            media=not (arrival.has_media and self._leaves_media_out(arrival)),
        )

    def _part(self, shown: str) -> _Part:
        if not shown:
            return _NOTHING
        rules = self._rules
        words = () if rules.words is WhatToDo.NOTHING else self._words.find(shown)
        links = () if rules.links is WhatToDo.NOTHING else find_links(shown)
        hidden: tuple[Span, ...] = ()
        if words and rules.words is WhatToDo.MASK:
            hidden += words
        if links and rules.links is WhatToDo.MASK:
            hidden += links
        return _Part(shown, words, links, tuple(sorted(hidden)))

    @staticmethod
    def _message(full: str, part: _Part) -> str | None:
        if part.hidden:
            return part.masked
        return None if part.shown == full else part.shown

    def _about_donor(self, arrival: Arrival) -> Iterator[_Said]:
        rules, amount = self._rules, arrival.amount
        if arrival.blocked:
            yield Ruling.NO_ALERT, Finding(Rule.BLOCKED_DONOR)
        if amount < rules.minimum_alert:
            yield Ruling.NO_ALERT, Finding(Rule.BELOW_MINIMUM, str(rules.minimum_alert))
        if rules.approve_all:
            yield Ruling.HOLD, Finding(Rule.APPROVAL)
        if rules.approve_first_timers and arrival.first_time:
            yield Ruling.HOLD, Finding(Rule.FIRST_TIMER)
        if rules.approve_at_least is not None and amount >= rules.approve_at_least:
            yield Ruling.HOLD, Finding(Rule.AT_LEAST, str(rules.approve_at_least))
        if rules.approve_less_than is not None and amount < rules.approve_less_than:
            yield Ruling.HOLD, Finding(Rule.LESS_THAN, str(rules.approve_less_than))

    def _about_words(self, parts: tuple[_Part, ...]) -> Iterator[_Said]:
        words = [part.shown[start:end] for part in parts for start, end in part.words]
        links = [part.shown[start:end] for part in parts for start, end in part.links]
        for rule, what, found in (
            (Rule.BLOCKED_WORD, self._rules.words, words),
            (Rule.LINK, self._rules.links, links),
        ):
            named = dict.fromkeys(cut(one, _LONGEST_NAMED) for one in found)
            for one in list(named)[:_MOST_NAMED]:
                yield _ruling(what), Finding(rule, one)

    def _about_media(self, arrival: Arrival) -> Iterator[_Said]:
        rules = self._rules
        if not arrival.has_media:
            return
        if arrival.amount < rules.minimum_media:
            yield Ruling.MASK, Finding(Rule.BELOW_MEDIA_MINIMUM, str(rules.minimum_media))
        elif rules.media is not WhatToDo.NOTHING:
            yield _ruling(rules.media), Finding(Rule.MEDIA)

    def _leaves_media_out(self, arrival: Arrival) -> bool:
        return arrival.amount < self._rules.minimum_media or self._rules.media is WhatToDo.MASK


def _ruling(what: WhatToDo) -> Ruling:
    return Ruling.HOLD if what is WhatToDo.HOLD else Ruling.MASK
