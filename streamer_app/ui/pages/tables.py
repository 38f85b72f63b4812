"""Tables of the house: rows of 36 px, one selection, figures right, and a chip where a state stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from streamer_app.ui import icons
from streamer_app.ui import theme as design
from streamer_app.ui.amounts import HIDDEN, paint_bar
from streamer_app.ui.models.paged import PagedModel
from streamer_app.ui.models.rows import ROW_ROLE, AnyIndex
from streamer_app.ui.states import item_sign
from streamer_app.ui.theme import BODY, BODY_FIGURE, BODY_STRONG, SMALL_FIGURE, SMALL_STRONG, Space, Type, blend
from streamer_app.ui.widgets.chip import paint_chip
from streamer_app.ui.widgets.text import left_middle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamer_app.ui.look import Look

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_AHEAD = 80
"""Rows below the last visible one from which on the next page is asked for."""


class CellDelegate(QStyledItemDelegate):
    """Paints every cell by its column's step of type; `chip` is the column that shows a donation's state."""

    def __init__(
        self, look: Look, table: QTableView, steps: Mapping[int, Type], muted: frozenset[int], chip: int = -1
    ) -> None:
        super().__init__(table)
        self._look = look
        self._steps = steps
        self._muted = muted
        self._chip = chip

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one cell or row."""
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        theme = self._look.theme
        ground = theme.raised if state & QStyle.StateFlag.State_Selected else theme.panel
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(box, QColor(ground))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), QColor(blend(ground, theme.line, 0.5)))
        inner = box.adjusted(Space.SMALL, 0, -Space.SMALL, 0)
        if index.column() == self._chip:
            paint_chip(painter, inner, item_sign(index.data(ROW_ROLE), theme, self._look.words), ground)
        else:
            self._paint_text(painter, inner, index)
        painter.restore()

    def _paint_text(self, painter: QPainter, box: QRect, index: AnyIndex) -> None:
        theme = self._look.theme
        column = index.column()
        step = self._steps.get(column, BODY)
        if step is BODY_STRONG and getattr(index.data(ROW_ROLE), "is_anonymous", False):
            picture = icons.pixmap("eye-off", theme.second, Space.SMALL_ICON)
            painter.drawPixmap(box.left(), box.center().y() - Space.SMALL_ICON // 2 + 1, picture)
            box.setLeft(box.left() + Space.SMALL_ICON + Space.TIGHT)
        painter.setFont(design.font(step))
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        painter.setPen(colour or QColor(theme.muted if column in self._muted else theme.text))
        figures = bool(step.tabular and index.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight)
        shown = index.data(Qt.ItemDataRole.DisplayRole)
        if shown == HIDDEN:
            paint_bar(painter, box, blend(theme.panel, theme.muted, 0.5), right=figures)
            return
        text = QFontMetrics(painter.font()).elidedText(shown, Qt.TextElideMode.ElideRight, box.width())
        painter.setClipRect(box)
        painter.drawText(box, _RIGHT if figures else left_middle(), text)


class Table(QTableView):
    """A table of one of our models, without a proxy: one would map every row of a million."""

    def __init__(self, model: QAbstractItemModel, name: str, widths: Mapping[int, int], stretch: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(Space.DENSE_ROW)
        header = self.horizontalHeader()
        header.setFont(design.font(SMALL_STRONG))
        header.setFixedHeight(Space.DENSE_ROW)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for column, width in widths.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)


class PagedTable(Table):
    """Asks for the next page before its end is seen, and tells the model whether the top is looked at."""

    def __init__(self, model: PagedModel[Any], name: str, widths: Mapping[int, int], stretch: int) -> None:
        super().__init__(model, name, widths, stretch)
        self._paged = model
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def _scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        self._paged.following = value == bar.minimum()
        if bar.maximum() - value < _AHEAD * Space.DENSE_ROW:
            self._paged.go_on()

    def show_new(self) -> None:
        """Go to the top, and show what has come in meanwhile."""
        self.scrollToTop()
        self._paged.following = True
        self._paged.take_offered()


FIGURE = BODY_FIGURE
TIME = SMALL_FIGURE
