"""Income per day, week, month and hour of the day; and who gave most."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from streamer_app.core.answers import Donor, Donors, IncomeBars, Refused
from streamer_app.core.questions import Income, Step, TopDonors
from streamer_app.ui import theme as design
from streamer_app.ui.amounts import HIDDEN, STREAMING, amount_text, paint_bar
from streamer_app.ui.asking import Question, refusal_words
from streamer_app.ui.donor_text import NAME_LIMIT, one_line
from streamer_app.ui.models.rows import ROW_ROLE, AnyIndex
from streamer_app.ui.theme import BODY_FIGURE, BODY_STRONG, LEAD_STRONG, SMALL, SMALL_FIGURE, Space, blend
from streamer_app.ui.widgets.empty_state import EmptyState
from streamer_app.ui.widgets.income_chart import IncomeChart
from streamer_app.ui.widgets.segments import Segments
from streamer_app.ui.widgets.skeleton import Skeleton
from streamer_app.ui.widgets.text import label, left_middle

if TYPE_CHECKING:
    from typing import Any

    from PySide6.QtCore import QObject

    from streamer_app.ui.client import Client
    from streamer_app.ui.look import Look

_BY = (Step.DAY, Step.WEEK, Step.MONTH, Step.HOUR)
_DAYS = 30
_WEEKS = 12
_NO_PARENT = QModelIndex()
_SKELETON, _EMPTY, _FULL = range(3)
_RANK = 28
_MONEY = 132
_COUNT = 96


def since(by: Step, today: date) -> date:
    """The first day of a chart that ends today."""
    if by is Step.WEEK:
        return today - timedelta(days=today.weekday() + 7 * (_WEEKS - 1))
    if by is Step.MONTH:
        return date(today.year - 1, today.month + 1, 1) if today.month < 12 else date(today.year, 1, 1)  # noqa: PLR2004
    return today - timedelta(days=_DAYS - 1)


class ChartsPanel(QWidget):
    """One chart at a time, as large as the place; its sum above, or the bar that is pointed at."""

    def __init__(self, look: Look, client: Client) -> None:
        super().__init__()
        self._look = look
        self._question = Question(client, look)
        self._income: IncomeBars | None = None
        words = look.page_words
        self.by = Segments(words.charts, (words.by_day, words.by_week, words.by_month, words.by_hour))
        self.by.chosen.connect(lambda _: self.read())
        self.title = label("", LEAD_STRONG)
        self.told = label("", BODY_FIGURE, "muted")
        self.chart = IncomeChart(look)
        self.chart.pointed.connect(self._tell)
        STREAMING.changed.connect(self._tell_again)
        self.empty = EmptyState(look, "chart-column", words.income_none)
        self.stack = QStackedWidget()
        for part in (Skeleton(look.theme, look.words.loading, Space.SMALL), self.empty, self.chart):
            self.stack.addWidget(part)
        top = QHBoxLayout()
        top.setSpacing(Space.MEDIUM)
        top.addWidget(self.by)
        top.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.SMALL)
        layout.addLayout(top)
        layout.addSpacing(Space.TIGHT)
        layout.addWidget(self.title)
        layout.addWidget(self.told)
        layout.addWidget(self.stack, 1)

    def read(self) -> None:
        """Ask for the chart that is chosen."""
        words, by = self._look.page_words, _BY[self.by.current]
        titles = (words.income_by_day, words.income_by_week, words.income_by_month, words.income_by_hour)
        self.title.setText(titles[self.by.current])
        today = self._look.clock().date()
        asked = Income(by=by, since=since(by, today), until=today, time_zone=self._look.time_zone)
        self._question.ask(asked, IncomeBars, self._show, self._refuse)

    def _show(self, income: IncomeBars) -> None:
        self._income = income
        self.chart.show_income(income)
        self.empty.say(self._look.page_words.income_none)
        self.stack.setCurrentIndex(_FULL if any(bar.count for bar in income.bars) else _EMPTY)
        self._tell(-1)

    def _refuse(self, refused: Refused) -> None:
        self.empty.say("\n".join(refusal_words(refused, self._look)))
        self.stack.setCurrentIndex(_EMPTY)

    def _tell_again(self) -> None:
        self._tell(self.chart.current)

    def _tell(self, number: int) -> None:
        income = self._income
        if income is None:
            return
        if number >= 0:
            self.told.setText(self.chart.bar_words(number))
            return
        self.told.setText(
            self._look.page_words.income_sum.format(
                gross=amount_text(sum(bar.gross for bar in income.bars), income.currency),
                net=amount_text(sum(bar.net for bar in income.bars), income.currency),
                count=self._look.words.number(sum(bar.count for bar in income.bars)),
            )
        )


class DonorsModel(QAbstractListModel):
    """Ten names at most."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.answer = Donors(currency="IDR")

    def show_donors(self, answer: Donors) -> None:
        """Show others."""
        self.beginResetModel()
        self.answer = answer
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = _NO_PARENT) -> int:
        """Rows are flat."""
        return 0 if parent.isValid() else len(self.answer.donors)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A name, and the whole line for screen readers."""
        if not self.checkIndex(index, self.CheckIndexOption.IndexIsValid):
            return None
        donor = self.answer.donors[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(donor.name, NAME_LIMIT)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            count = self._look.page_words.donor_count.format(count=self._look.words.number(donor.count))
            amount = amount_text(donor.gross, self.answer.currency)
            return f"{index.row() + 1}. {one_line(donor.name, NAME_LIMIT)}, {amount}, {count}"
        return donor if role == ROW_ROLE else None


class DonorDelegate(QStyledItemDelegate):
    """Rank, name over a bar as long as the share of the first, amount, how many donations."""

    def __init__(self, look: Look, view: QListView, model: DonorsModel) -> None:
        super().__init__(view)
        self._look = look
        self._model = model

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        """As large as its contents."""
        return QSize(0, Space.ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one donor."""
        donor: Donor = index.data(ROW_ROLE)
        theme, box = self._look.theme, option.rect.adjusted(Space.SMALL, 0, -Space.SMALL, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._text(painter, QRect(box.left(), box.top(), _RANK, box.height()), str(index.row() + 1), theme.muted)
        money = QRect(box.right() - _MONEY, box.top(), _MONEY, box.height())
        amount = amount_text(donor.gross, self._model.answer.currency)
        if amount == HIDDEN:
            paint_bar(painter, money, blend(theme.panel, theme.muted, 0.5), right=True)
        else:
            self._text(painter, money, amount, theme.text, right=True)
        count = self._look.page_words.donor_count.format(count=self._look.words.number(donor.count))
        painter.setFont(design.font(SMALL_FIGURE))
        painter.setPen(QColor(theme.muted))
        painter.drawText(
            QRect(money.left() - _COUNT - Space.MEDIUM, box.top(), _COUNT, box.height()),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            count,
        )
        room = QRect(box.left() + _RANK, box.top(), money.left() - _COUNT - 2 * Space.MEDIUM - box.left() - _RANK, 30)
        painter.setFont(design.font(BODY_STRONG))
        painter.setPen(QColor(theme.text))
        name = QFontMetrics(painter.font()).elidedText(index.data(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, left_middle(), name)
        share = 1.0 if STREAMING.on else donor.gross / max(self._model.answer.donors[0].gross, 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(blend(theme.panel, theme.accent, 0.34 if STREAMING.on else 1.0)))
        painter.drawRoundedRect(QRectF(room.left(), box.bottom() - 12, max(room.width() * share, 3), 4), 2, 2)
        painter.restore()

    @staticmethod
    def _text(painter: QPainter, box: QRect, text: str, colour: str, *, right: bool = False) -> None:
        painter.setFont(design.font(BODY_FIGURE))
        painter.setPen(QColor(colour))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)


class DonorsPanel(QWidget):
    """Top donors of a time."""

    def __init__(self, look: Look, client: Client) -> None:
        super().__init__()
        self._look = look
        self._question = Question(client, look)
        words = look.page_words
        self.period = Segments(words.period, (words.period_month, words.period_this_month, words.period_ever))
        self.period.chosen.connect(lambda _: self.read())
        self.model = DonorsModel(look, self)
        self.view = QListView()
        self.view.setAccessibleName(words.donors)
        self.view.setModel(self.model)
        self.view.setItemDelegate(DonorDelegate(look, self.view, self.model))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.view.setUniformItemSizes(True)
        self.empty = EmptyState(look, "trophy", words.donors_none)
        self.stack = QStackedWidget()
        for part in (Skeleton(look.theme, look.words.loading, Space.SMALL), self.empty, self.view):
            self.stack.addWidget(part)
        top = QHBoxLayout()
        top.setSpacing(Space.MEDIUM)
        top.addWidget(self.period)
        top.addWidget(label(words.donors_more, SMALL, "muted"))
        top.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.SMALL)
        layout.addLayout(top)
        layout.addWidget(self.stack, 1)

    def read(self) -> None:
        """Ask for the time that is chosen."""
        today = self._look.clock().date()
        first = (today - timedelta(days=_DAYS - 1), today.replace(day=1), None)[self.period.current]
        self._question.ask(TopDonors(time_zone=self._look.time_zone, since=first), Donors, self._show, self._refuse)

    def _show(self, answer: Donors) -> None:
        self.model.show_donors(answer)
        self.empty.say(self._look.page_words.donors_none)
        self.stack.setCurrentIndex(_FULL if answer.donors else _EMPTY)

    def _refuse(self, refused: Refused) -> None:
        self.empty.say("\n".join(refusal_words(refused, self._look)))
        self.stack.setCurrentIndex(_EMPTY)

    def refresh(self) -> None:
        """Amounts are hidden now, or shown again."""
        self.view.viewport().update()
