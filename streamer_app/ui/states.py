"""How a state looks: icon, word and colour, always the three together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streamer_app.core.donations import ItemState
from streamer_app.core.events import LightReason, LightState
from streamer_app.core.rules import Ruling

if TYPE_CHECKING:
    from streamer_app.core.donations import Item
    from streamer_app.ui.theme import Theme
    from streamer_app.ui.words import Words


class Sign(NamedTuple):
    """What stands for a state on the screen."""

    icon: str
    word: str
    colour: str


REPLAYABLE = frozenset({ItemState.PLAYED, ItemState.SKIPPED, ItemState.HISTORY, ItemState.MISSED})


def item_sign(item: Item, theme: Theme, words: Words) -> Sign:
    """The chip of a donation. A refund is said even where the message was played."""
    if item.refunded:
        return Sign("hand-coins", words.refunded_mark, theme.danger)
    if item.state is ItemState.HISTORY and item.verdict is not None and item.verdict.ruling is Ruling.NO_ALERT:
        return Sign("eye-off", words.state_no_alert, theme.muted)
    return {
        ItemState.WAITING: Sign("hourglass", words.state_waiting, theme.second),
        ItemState.PLAYING: Sign("radio", words.state_playing, theme.accent),
        ItemState.HELD: Sign("hand", words.state_held, theme.accent),
        ItemState.PLAYED: Sign("circle-check", words.state_played, theme.ok),
        ItemState.SKIPPED: Sign("skip-forward", words.state_skipped, theme.muted),
        ItemState.UNPLAYABLE: Sign("circle-alert", words.state_unplayable, theme.danger),
        ItemState.WITHDRAWN: Sign("circle-slash", words.state_withdrawn, theme.muted),
        ItemState.MISSED: Sign("clock", words.state_missed, theme.accent),
        ItemState.HISTORY: Sign("history", words.state_history, theme.muted),
    }[item.state]


def light_colour(state: LightState, theme: Theme) -> str:
    """The colour of a light."""
    match state:
        case LightState.OK:
            return theme.ok
        case LightState.BUSY:
            return theme.muted
        case LightState.ATTENTION:
            return theme.accent
        case LightState.DOWN:
            return theme.danger


def light_mark(state: LightState) -> str:
    """The small icon that says the same as the colour."""
    match state:
        case LightState.OK:
            return "circle-check"
        case LightState.BUSY:
            return "hourglass"
        case LightState.ATTENTION:
            return "triangle-alert"
        case LightState.DOWN:
            return "circle-x"


def light_words(reason: LightReason, words: Words) -> tuple[str, str]:
    """A word for the strip, and the sentence that says what to do."""
    return {
        LightReason.READY: (words.light_ready, words.light_ready_more),
        LightReason.STARTING: (words.light_starting, words.light_starting_more),
        LightReason.CREATING_DATABASE: (words.light_creating, words.light_creating_more),
        LightReason.DATABASE_UNREACHABLE: (words.light_unreachable, words.light_database_more),
        LightReason.DATABASE_FULL: (words.light_full, words.light_full_more),
        LightReason.SCHEMA_UNUSABLE: (words.light_schema, words.light_schema_more),
        LightReason.QUEUE_UNREACHABLE: (words.light_unreachable, words.light_queue_more),
        LightReason.QUEUE_REBUILDING: (words.light_rebuilding, words.light_starting_more),
        LightReason.HELD_ELSEWHERE: (words.light_elsewhere, words.light_elsewhere_more),
        LightReason.NO_PAGE: (words.light_no_page, words.light_no_page_more),
        LightReason.SOURCE_INACTIVE: (words.light_inactive, words.light_inactive_more),
        LightReason.PAGE_SILENT: (words.light_silent, words.light_silent_more),
        LightReason.PAGE_FROZEN: (words.light_frozen, words.light_frozen_more),
        LightReason.PORT_CHANGED: (words.light_port_changed, words.light_port_changed_more),
        LightReason.PORT_UNAVAILABLE: (words.light_port_taken, words.light_port_taken_more),
    }[reason]
