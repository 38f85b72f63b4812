"""What narrows the donations down: words, days, amounts, state, media. Says `changed` once typing has come to rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QDate, QLocale, QTimer, Signal
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from streamer_app.core.donations import ItemState
from streamer_app.core.questions import DonationsPage, Media
from streamer_app.ui import icons
from streamer_app.ui import theme as design
from streamer_app.ui.days import Days, days_of
from streamer_app.ui.theme import BODY, SMALL, Motion, Space
from streamer_app.ui.widgets.chooser import Chooser
from streamer_app.ui.widgets.controls import button, describe
from streamer_app.ui.widgets.money_field import MoneyField
from streamer_app.ui.widgets.text import label

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from streamer_app.ui.look import Look

_REFUNDED = "refunded"
_CUSTOM = "custom"
_LONGEST = 200


class DonationFilters(QWidget):
    """One line, and one of days where they are chosen. `search` has its own place in the page's heading."""

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._only: UUID | None = None
        words = look.page_words
        self.search = QLineEdit()
        self.search.setFont(design.font(BODY))
        self.search.setPlaceholderText(words.search)
        self.search.setMaxLength(_LONGEST)
        self.search.setClearButtonEnabled(True)
        picture = icons.icon("search", look.theme.muted, Space.SMALL_ICON)
        self.search.addAction(picture, QLineEdit.ActionPosition.LeadingPosition)
        describe(self.search, words.search, words.search_hint)
        self.period = Chooser(look, words.period, self._periods())
        self.since, self.until = self._day(words.since), self._day(words.until)
        self.least = MoneyField(look, words.least, words.least_hint)
        self.most = MoneyField(look, words.most, words.most_hint)
        self.state = Chooser(look, words.state, self._states())
        self.media = Chooser(look, words.media, self._media())
        self.clear = button(look.theme, "x", words.clear_filters, words.clear_filters_hint, "link")
        self.clear.clicked.connect(self.reset)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(Motion.SEARCH)
        self._rest.timeout.connect(self.changed)
        for field in (self.search, self.least, self.most):
            field.textChanged.connect(lambda _: self._typed())
        for chooser in (self.period, self.state, self.media):
            chooser.changed.connect(self._chosen)
        for day in (self.since, self.until):
            day.dateChanged.connect(lambda _: self._typed())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.SMALL)
        self._days_named = (label(words.since, SMALL, "muted"), label(words.until, SMALL, "muted"))
        days = (self._days_named[0], self.since, self._days_named[1], self.until)
        for parts in ((self.period, self.least, self.most, self.state, self.media, self.clear), days):
            line = QHBoxLayout()
            line.setSpacing(Space.SMALL)
            for part in parts:
                line.addWidget(part)
            line.addStretch()
            layout.addLayout(line)
        self._show_fields()

    def _day(self, name: str) -> QDateEdit:
        made = QDateEdit()
        made.setFont(design.font(BODY))
        made.setLocale(QLocale(self._look.words.language.value))
        made.setDisplayFormat("d MMM yyyy")
        made.lineEdit().setTextMargins(Space.SMALL, 0, Space.SMALL, 0)
        today = self._look.clock().date()
        made.setDate(QDate(today.year, today.month, today.day))
        describe(made, name, name)
        return made

    def _periods(self) -> list[tuple[str, object]]:
        words = self._look.page_words
        return [
            (words.period_ever, ""),
            (words.period_today, "today"),
            (words.period_week, "week"),
            (words.period_month, "month"),
            (words.period_this_month, "this_month"),
            (words.period_last_month, "last_month"),
            (words.period_custom, _CUSTOM),
        ]

    def _states(self) -> list[tuple[str, object]]:
        words = self._look.words
        named = (
            (words.state_waiting, (ItemState.WAITING, ItemState.PLAYING)),
            (words.state_held, (ItemState.HELD,)),
            (words.state_played, (ItemState.PLAYED,)),
            (words.state_skipped, (ItemState.SKIPPED,)),
            (words.state_unplayable, (ItemState.UNPLAYABLE,)),
            (words.state_missed, (ItemState.MISSED,)),
            (words.state_history, (ItemState.HISTORY,)),
            (words.state_withdrawn, (ItemState.WITHDRAWN,)),
            (self._look.page_words.state_refunded, _REFUNDED),
        )
        return [(self._look.page_words.state_any, ()), *named]

    def _media(self) -> list[tuple[str, object]]:
        words = self._look.page_words
        return [
            (words.media_any, ()),
            (words.media_none, (Media.NONE,)),
            (words.media_tts, (Media.TTS,)),
            (words.media_youtube, (Media.YOUTUBE,)),
        ]

    def asked(self) -> DonationsPage:
        """The question that these filters are. What is no amount yet narrows nothing."""
        since, until = self._days()
        refunded = self.state.value == _REFUNDED
        return DonationsPage(
            time_zone=self._look.time_zone,
            text=self.search.text().strip(),
            since=since,
            until=until,
            least=self.least.amount,
            most=self.most.amount,
            states=() if refunded else cast("tuple[ItemState, ...]", self.state.value),
            refunded=refunded,
            media=cast("tuple[Media, ...]", self.media.value),
            only=self._only,
        )

    @property
    def is_set(self) -> bool:
        """Something narrows the list."""
        return self.asked() != DonationsPage(time_zone=self._look.time_zone)

    def _days(self) -> Days:
        if self.period.value != _CUSTOM:
            return days_of(str(self.period.value), self._look.clock().date())
        days = sorted((cast("date", self.since.date().toPython()), cast("date", self.until.date().toPython())))
        return days[0], days[1]

    def show_only(self, donation_message_id: UUID) -> None:
        """Nothing but this one, until the filters are cleared."""
        self._forget()
        self._only = donation_message_id
        self._chosen()

    def reset(self) -> None:
        """Everything again."""
        self._forget()
        self._chosen()

    def _forget(self) -> None:
        self._only = None
        for field in (self.search, self.least, self.most):
            field.clear()
        for chooser in (self.period, self.state, self.media):
            chooser.clear()

    def _typed(self) -> None:
        self._only = None
        self._show_fields()
        self._rest.start()

    def _chosen(self) -> None:
        self._show_fields()
        self._rest.stop()
        self.changed.emit()

    def _show_fields(self) -> None:
        custom = self.period.value == _CUSTOM
        for part in (*self._days_named, self.since, self.until):
            part.setVisible(custom)
        self.clear.setVisible(self.is_set)
