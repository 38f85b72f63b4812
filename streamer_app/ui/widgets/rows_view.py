"""A list of donations, painted row by row: a thousand rows cost what a screenful costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from streamer_app.ui import icons
from streamer_app.ui import theme as design
from streamer_app.ui.amounts import HIDDEN, amount_text, paint_bar
from streamer_app.ui.donor_text import donor_name, one_line
from streamer_app.ui.models.rows import ROW_ROLE, AnyIndex
from streamer_app.ui.theme import BODY, BODY_FIGURE, BODY_STRONG, SMALL, SMALL_FIGURE, Space, blend
from streamer_app.ui.widgets.text import left_middle

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent

    from streamer_app.core.donations import Item
    from streamer_app.ui.look import Look
    from streamer_app.ui.models.queue import QueueModel

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NAME_SHARE = 0.4
_TIME_WIDTH = 64
_TIME_FROM = 380
"""Narrower than this, a row leaves its time to the tooltip."""


class RowAction:
    """The one thing a row can be asked for."""

    def __init__(self, icon: str, text: str, hint: str) -> None:
        self.icon = icon
        self.text = text
        self.hint = hint


class DonationDelegate(QStyledItemDelegate):
    """donor 600 · message muted · time · amount right in tabular figures · action."""

    def __init__(self, look: Look, action: RowAction | None, view: RowsView) -> None:
        super().__init__(view)
        self._look = look
        self._action = action
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        """As large as its contents."""
        return QSize(0, Space.ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one cell or row."""
        item: Item = index.data(ROW_ROLE)
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, box, state)
        inner = box.adjusted(Space.SMALL, 0, -Space.SMALL, 0)
        if self._action is not None:
            self._paint_action(painter, self.action_box(box))
            inner.setRight(self.action_box(box).left() - Space.SMALL)
        inner.setRight(self._paint_money(painter, inner, item))
        inner.setLeft(self._paint_name(painter, inner, item))
        self._paint_message(painter, inner, item)
        painter.restore()

    @staticmethod
    def action_box(row: QRect) -> QRect:
        """The target of the row's action, 32 px square, at the right."""
        return QRect(
            row.right() - Space.TARGET - Space.TIGHT, row.top() + (row.height() - Space.TARGET) // 2,
            Space.TARGET, Space.TARGET,
        )  # fmt: skip

    def _paint_ground(self, painter: QPainter, box: QRect, state: QStyle.StateFlag) -> None:
        theme = self._look.theme
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(theme.raised))
            painter.drawRoundedRect(box.adjusted(0, 2, 0, -2), Space.RADIUS, Space.RADIUS)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(blend(theme.panel, theme.raised, 0.6)))
            painter.drawRoundedRect(box.adjusted(0, 2, 0, -2), Space.RADIUS, Space.RADIUS)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 3, -1, -3), Space.RADIUS, Space.RADIUS)

    def _paint_action(self, painter: QPainter, box: QRect) -> None:
        if self._action is None:
            return
        theme = self._look.theme
        lit = box.contains(self._view.pointer)
        if lit:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(blend(theme.raised, theme.text, 0.12)))
            painter.drawRoundedRect(box, Space.RADIUS, Space.RADIUS)
        picture = icons.pixmap(self._action.icon, theme.text if lit else theme.muted, Space.ICON)
        edge = (Space.TARGET - Space.ICON) // 2
        painter.drawPixmap(box.left() + edge, box.top() + edge, picture)

    def _paint_money(self, painter: QPainter, box: QRect, item: Item) -> int:
        theme = self._look.theme
        painter.setFont(design.font(BODY_FIGURE))
        painter.setPen(QColor(theme.danger if item.amount < 0 else theme.text))
        amount = amount_text(item.amount, item.currency)
        if amount == HIDDEN:
            paint_bar(painter, box, blend(theme.panel, theme.muted, 0.5), right=True)
            painter.setFont(design.font(BODY_FIGURE))
        else:
            painter.drawText(box, _RIGHT, amount)
        left = box.right() - max(QFontMetrics(painter.font()).horizontalAdvance(amount), _TIME_WIDTH) - Space.MEDIUM
        if box.width() < _TIME_FROM:
            return left
        painter.setFont(design.font(SMALL_FIGURE))
        painter.setPen(QColor(theme.muted))
        column = box.right() - 92 - Space.MEDIUM
        left = min(left, column)
        painter.drawText(QRect(left - _TIME_WIDTH, box.top(), _TIME_WIDTH, box.height()), _RIGHT, self._time(item))
        return left - _TIME_WIDTH - Space.MEDIUM

    def _time(self, item: Item) -> str:
        return self._look.time_text(item.paid_at)

    def _paint_name(self, painter: QPainter, box: QRect, item: Item) -> int:
        theme = self._look.theme
        left = box.left()
        for icon, shown in (("rotate-ccw", item.replay), ("eye-off", item.is_anonymous)):
            if shown:
                picture = icons.pixmap(icon, theme.second, Space.SMALL_ICON)
                painter.drawPixmap(left, box.center().y() - Space.SMALL_ICON // 2 + 1, picture)
                left += Space.SMALL_ICON + Space.TIGHT
        painter.setFont(design.font(BODY_STRONG))
        painter.setPen(QColor(theme.text))
        metrics = QFontMetrics(painter.font())
        room = int(box.width() * _NAME_SHARE) if item.message else box.right() - left
        name = metrics.elidedText(donor_name(item, self._look.words), Qt.TextElideMode.ElideRight, room)
        painter.setClipRect(box)
        painter.drawText(QRect(left, box.top(), room, box.height()), left_middle(), name)
        return left + metrics.horizontalAdvance(name) + Space.SMALL

    def _paint_message(self, painter: QPainter, box: QRect, item: Item) -> None:
        if box.width() < Space.ROW or not item.message:
            return
        painter.setFont(design.font(BODY))
        painter.setPen(QColor(self._look.theme.muted))
        message = QFontMetrics(painter.font()).elidedText(
            one_line(item.message), Qt.TextElideMode.ElideRight, box.width()
        )
        painter.setClipRect(box)
        painter.drawText(box, left_middle(), message)


class RowsView(QListView):
    """Takes the row of a press at the moment of the press: what moves afterwards changes nothing."""

    asked = Signal(object)
    """The item whose action was pressed."""

    def __init__(self, look: Look, model: QueueModel, name: str, action: RowAction | None = None) -> None:
        super().__init__()
        self.pointer = QPoint(-1, -1)
        self._action = action
        self._pressed: Item | None = None
        self._pressed_at = QPoint()
        self._delegate = DonationDelegate(look, action, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFont(design.font(SMALL))
        self.setAccessibleName(name)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)

    def current_item(self) -> Item | None:
        """The selected donation."""
        chosen = self.selectionModel().selectedIndexes()
        return chosen[0].data(ROW_ROLE) if chosen else None

    def _item_with_action_at(self, position: QPoint) -> Item | None:
        index = self.indexAt(position)
        if self._action is None or not index.isValid():
            return None
        hit = self._delegate.action_box(self.visualRect(index)).contains(position)
        return index.data(ROW_ROLE) if hit else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember what was pressed, and where."""
        self._pressed = None
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = self._item_with_action_at(event.position().toPoint())
            self._pressed_at = event.position().toPoint()
        if self._pressed is None:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Act on what was pressed, not on what lies here now."""
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            super().mouseReleaseEvent(event)
        elif (event.position().toPoint() - self._pressed_at).manhattanLength() < Space.TARGET:
            self.asked.emit(pressed)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        self._point_at(event.position().toPoint())
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is elsewhere."""
        self._point_at(QPoint(-1, -1))
        super().leaveEvent(event)

    def _point_at(self, position: QPoint) -> None:
        before, self.pointer = self.indexAt(self.pointer), position
        for index in (before, self.indexAt(position)):
            if index.isValid():
                self.update(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete acts on the selected row."""
        item = self.current_item()
        if event.key() == Qt.Key.Key_Delete and item is not None and self._action is not None:
            self.asked.emit(item)
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The row's action as a menu."""
        index = self.indexAt(event.pos())
        if self._action is None or not index.isValid():
            return
        item = index.data(ROW_ROLE)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        entry = QAction(self._action.text, menu)
        entry.triggered.connect(lambda: self.asked.emit(item))
        menu.addAction(entry)
        menu.popup(event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        """The action's own tooltip over the action."""
        if (
            isinstance(event, QHelpEvent)
            and self._action is not None
            and self._item_with_action_at(event.pos()) is not None
        ):
            QToolTip.showText(event.globalPos(), self._action.hint, self)
            return True
        return super().viewportEvent(event)

    def refresh_times(self) -> None:
        """Paint again what is visible: minutes have passed."""
        self.viewport().update()

    def select_nothing(self) -> None:
        """Drop the selection."""
        self.selectionModel().setCurrentIndex(QModelIndex(), self.selectionModel().SelectionFlag.Clear)
