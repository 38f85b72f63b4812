"""Tables of the house: rows of 36 px, one selection, figures right, and a chip where a state stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractItemModel, QRect, QSortFilterProxyModel, Qt
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
from streamer_app.ui.models.rows import ROW_ROLE, SORT_ROLE, AnyIndex
from streamer_app.ui.states import item_sign
from streamer_app.ui.theme import BODY, BODY_FIGURE, BODY_STRONG, SMALL_FIGURE, SMALL_STRONG, Space, Type, blend
from streamer_app.ui.widgets.chip import paint_chip
from streamer_app.ui.widgets.text import left_middle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamer_app.ui.look import Look

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ACROSS = Qt.Orientation.Horizontal


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
        row = index.data(ROW_ROLE)
        step = self._steps.get(column, BODY)
        if step is BODY_STRONG and getattr(row, "is_anonymous", False):
            picture = icons.pixmap("eye-off", theme.second, Space.SMALL_ICON)
            painter.drawPixmap(box.left(), box.center().y() - Space.SMALL_ICON // 2 + 1, picture)
            box.setLeft(box.left() + Space.SMALL_ICON + Space.TIGHT)
        painter.setFont(design.font(step))
        colour = index.data(Qt.ItemDataRole.ForegroundRole)
        painter.setPen(colour or QColor(theme.muted if column in self._muted else theme.text))
        figures = step.tabular and index.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
        text = QFontMetrics(painter.font()).elidedText(
            index.data(Qt.ItemDataRole.DisplayRole), Qt.TextElideMode.ElideRight, box.width()
        )
        painter.setClipRect(box)
        painter.drawText(box, _RIGHT if figures else left_middle(), text)


class Table(QTableView):
    """A table of one of our models, through a proxy that later filters and sorts by SORT_ROLE."""

    def __init__(self, model: QAbstractItemModel, name: str, widths: Mapping[int, int], stretch: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.proxy = QSortFilterProxyModel(self)
        self.proxy.setSourceModel(model)
        self.proxy.setSortRole(SORT_ROLE)
        self.setModel(self.proxy)
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


FIGURE = BODY_FIGURE
TIME = SMALL_FIGURE
