"""States of widgets that show figures. Names and messages are as on stage, or stricter, never rawer."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from streamer_app.core import donathon, leaderboard, widget_texts
from streamer_app.core.donations import Item, ItemState
from streamer_app.core.goals import goal_state
from streamer_app.core.judging import Judge
from streamer_app.core.leaderboard import Person
from streamer_app.core.periods import day_start
from streamer_app.core.presentation import NAME_LIMIT, cleaned, donor_on_stage, message_on_stage
from streamer_app.core.rules import Arrival, WhatToDo
from streamer_app.core.widget_settings import (
    GoalSettings,
    LatestSettings,
    Money,
    TickerSettings,
    TimerSettings,
    TopDonorsSettings,
    WidgetSettings,
)
from streamer_app.core.widget_states import (
    DonationRow,
    GoalState,
    LatestState,
    TickerState,
    TimerState,
    TopDonorsState,
    WidgetState,
)
from streamer_app.services import rulebook
from streamer_app.services.figures import FigureBook
from streamer_app.services.rulebook import DonorBlocks
from streamer_app.store import playback
from streamer_app.store.database import Connection
from streamer_app.store.playback import Message

_MOST_ROWS: Final = 30
"""Of any list of what was on stage."""
_MORE: Final = 5
"""Donors looked at beyond the rows, for those who turn out to have no name to be shown."""
_MOST_LOOKED_AT: Final = 100


class WidgetFigures:
    """The figures of one streamer, remembered between refreshes."""

    def __init__(self, streamer: UUID, currency: str = widget_texts.CURRENCY) -> None:
        """Nothing is known yet."""
        self._book = FigureBook(streamer, currency)

    def touch(self, message_id: UUID) -> None:
        """A bell named this message."""
        self._book.touch(message_id)

    async def asked(self, conn: Connection, now: datetime, zone: ZoneInfo, language: str) -> AskedFigures:
        """For one refresh: what several widgets want is asked once."""
        streamer = self._book.streamer
        await self._book.begin(conn)
        rules = await rulebook.load_rules(conn, streamer)
        strict = msgspec.structs.replace(rules, words=WhatToDo.MASK, links=WhatToDo.MASK)
        blocks = await rulebook.load_blocks(conn, streamer)
        return AskedFigures(conn, self._book, now, zone, language, rulebook.judge_of(strict), blocks)


class AskedFigures:
    """States at one moment."""

    def __init__(
        self,
        conn: Connection,
        book: FigureBook,
        now: datetime,
        zone: ZoneInfo,
        language: str,
        strict: Judge,
        blocks: DonorBlocks,
    ) -> None:
        """`strict` masks whatever the rules only hold or let pass."""
        self._conn = conn
        self._book = book
        self._now = now
        self._zone = zone
        self._language = language
        self._strict = strict
        self._blocks = blocks
        self._on_stage: list[Item] | None = None

    async def state_of(self, settings: WidgetSettings) -> WidgetState | None:
        """What this widget shows; None for one that shows no figure."""
        if isinstance(settings, GoalSettings):
            return await self._goal(settings)
        if isinstance(settings, TopDonorsSettings):
            return await self._top_donors(settings)
        if isinstance(settings, LatestSettings):
            return await self._latest(settings)
        if isinstance(settings, TickerSettings):
            return await self._ticker(settings)
        return await self._timer(settings) if isinstance(settings, TimerSettings) else None

    async def _goal(self, settings: GoalSettings) -> GoalState:
        since = None if settings.start is None else day_start(settings.start, self._zone)
        sums = await self._book.sums(self._conn, since, self._now)
        return goal_state(settings, sums.net if settings.money is Money.NET else sums.gross, self._language)

    async def _timer(self, settings: TimerSettings) -> TimerState:
        gifts: list[tuple[int, int]] = []
        if settings.start is not None:
            refunded = not settings.refunds_take_time_back
            found = await self._book.gifts(self._conn, settings.start, self._now, with_refunded=refunded)
            net = settings.money is Money.NET
            gifts = [(gift.at // 1000, gift.net if net else gift.gross) for gift in found]
        return donathon.timer_state(settings, gifts, self._now, self._language)

    async def _top_donors(self, settings: TopDonorsSettings) -> TopDonorsState:
        since = leaderboard.since_of(settings.period, self._now, self._zone)
        board = await self._book.leaderboard(self._conn, since, self._now)
        ranked: list[tuple[str, int]] = []
        candidates = board.ranking()[:_MOST_LOOKED_AT]
        step = settings.rows + _MORE
        for place in range(0, len(candidates), step):
            ranked += await self._named(since, candidates[place : place + step])
            if len(ranked) >= settings.rows:
                break
        return TopDonorsState(
            title=widget_texts.top_title(self._language, settings.period, settings.title),
            rows=leaderboard.rows(ranked[: settings.rows]),
            empty_text=widget_texts.text(self._language, "nobody"),
        )

    async def _named(self, since: datetime | None, people: list[Person]) -> list[tuple[str, int]]:
        """The name each goes by now, with the sum; whoever is blocked or has none is left out."""
        ids = [
            await self._book.named_donation(
                self._conn, since, payer=person.payer, names=sorted(person.names), named_at=person.named_at
            )
            for person in people
        ]
        found = await playback.named(self._conn, self._book.streamer, [each for each in ids if each is not None])
        named: list[tuple[str, int]] = []
        for person, message_id in zip(people, ids, strict=True):
            message = found.get(message_id) if message_id is not None else None
            if message is None or self._blocks.blocks(message.payer_user_id, message.donor_name):
                continue
            if not message.is_anonymous and cleaned(message.donor_name, NAME_LIMIT):
                named.append((donor_on_stage(self._item(message), self._language), person.total))
        return named

    async def _latest(self, settings: LatestSettings) -> LatestState:
        items = await self._items_on_stage()
        return LatestState(
            title=widget_texts.title(self._language, "latest", settings.title),
            rows=tuple(self._row(item, with_message=settings.with_message) for item in items[: settings.rows]),
            empty_text=widget_texts.text(self._language, "nobody"),
        )

    async def _ticker(self, settings: TickerSettings) -> TickerState:
        items = await self._items_on_stage()
        return TickerState(
            items=tuple(self._row(item, with_message=False) for item in items[: settings.rows]),
            speed=settings.speed,
            empty_text=widget_texts.text(self._language, "nobody"),
        )

    async def _items_on_stage(self) -> list[Item]:
        if self._on_stage is None:
            ids = await self._book.on_stage(self._conn, self._now, _MOST_ROWS)
            found = await playback.named(self._conn, self._book.streamer, ids)
            self._on_stage = [self._item(found[each]) for each in ids if each in found]
        return self._on_stage

    def _row(self, item: Item, *, with_message: bool) -> DonationRow:
        return DonationRow(
            name=donor_on_stage(item, self._language),
            amount_text=widget_texts.amount_text(item.amount, item.currency),
            message=message_on_stage(item) if with_message else "",
        )

    def _item(self, message: Message) -> Item:
        """As it was on stage. What was not there yet, or was never judged, is masked as strictly as the rules can."""
        item = message.item(ItemState.PLAYED)
        if message.verdict is not None and message.history.played_at is not None:
            return item
        strict = self._strict.judge(Arrival(message.amount, message.donor_name, message.message, message.has_media))
        if message.verdict is not None:
            strict = msgspec.structs.replace(
                strict,
                name=message.verdict.name if strict.name is None else strict.name,
                message=message.verdict.message if strict.message is None else strict.message,
            )
        return msgspec.structs.replace(item, verdict=strict)
