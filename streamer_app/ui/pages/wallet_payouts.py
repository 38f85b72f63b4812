"""Payouts: asked for here, sent by the operator, followed in words."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from streamer_app.core.answers import PayoutLine, PayoutList, PayoutRequested, Refused
from streamer_app.core.questions import Payouts, RequestPayout
from streamer_app.ui import theme as design
from streamer_app.ui.amounts import HIDDEN, STREAMING, amount_text, paint_bar
from streamer_app.ui.asking import Question, refusal_words
from streamer_app.ui.donor_text import one_line
from streamer_app.ui.models.rows import ROW_ROLE, AnyIndex
from streamer_app.ui.states import Sign
from streamer_app.ui.theme import BODY, BODY_FIGURE, BODY_STRONG, SMALL, Space, blend
from streamer_app.ui.widgets.chip import paint_chip
from streamer_app.ui.widgets.controls import button, describe
from streamer_app.ui.widgets.empty_state import EmptyState
from streamer_app.ui.widgets.money_field import MoneyField
from streamer_app.ui.widgets.skeleton import Skeleton
from streamer_app.ui.widgets.text import label, left_middle

if TYPE_CHECKING:
    from typing import Any

    from PySide6.QtCore import QObject

    from streamer_app.core.donations import WalletLine
    from streamer_app.ui.client import Client
    from streamer_app.ui.look import Look

_NO_PARENT = QModelIndex()
_SKELETON, _EMPTY, _FULL = range(3)
_MONEY = 148
_CHIP = 132


def payout_sign(payout: PayoutLine, look: Look) -> Sign:
    """Icon, word and colour of what became of it."""
    words, theme = look.page_words, look.theme
    return {
        "PENDING": Sign("hourglass", words.payout_waits, theme.accent),
        "PAID": Sign("circle-check", words.payout_done, theme.ok),
        "FAILED": Sign("circle-x", words.payout_failed, theme.danger),
    }.get(payout.status, Sign("circle-alert", payout.status, theme.muted))


def payout_words(payout: PayoutLine, look: Look) -> str:
    """What the operator did with it, and when."""
    words = look.page_words
    when = look.minute_text(payout.completed_at or payout.requested_at)
    match payout.status:
        case "PAID":
            said = words.payout_done_more.format(when=when)
            if payout.reference:
                said += " " + words.payout_reference.format(reference=one_line(payout.reference))
            return said
        case "FAILED":
            said = words.payout_failed_more.format(when=when)
            return f"{said} {words.payout_reason.format(reason=one_line(payout.reason))}" if payout.reason else said
        case _:
            return words.payout_waits_more.format(when=look.minute_text(payout.requested_at))


class PayoutsModel(QAbstractListModel):
    """Newest first."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.payouts: tuple[PayoutLine, ...] = ()

    def show_payouts(self, payouts: tuple[PayoutLine, ...]) -> None:
        """Show others; the same ones change nothing."""
        if payouts != self.payouts:
            self.beginResetModel()
            self.payouts = payouts
            self.endResetModel()

    def rowCount(self, parent: AnyIndex = _NO_PARENT) -> int:
        """Rows are flat."""
        return 0 if parent.isValid() else len(self.payouts)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What became of a payout; the whole of it for screen readers."""
        if not self.checkIndex(index, self.CheckIndexOption.IndexIsValid):
            return None
        payout = self.payouts[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return payout_words(payout, self._look)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            amount = amount_text(payout.amount, payout.currency)
            return f"{amount}, {payout_sign(payout, self._look).word}. {payout_words(payout, self._look)}"
        return payout if role == ROW_ROLE else None


class PayoutDelegate(QStyledItemDelegate):
    """Chip, words, amount."""

    def __init__(self, look: Look, view: QListView) -> None:
        super().__init__(view)
        self._look = look

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        """As large as its contents."""
        return QSize(0, Space.ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one payout."""
        payout: PayoutLine = index.data(ROW_ROLE)
        theme, box = self._look.theme, option.rect.adjusted(Space.SMALL, 0, -Space.SMALL, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chip = QRect(box.left(), box.top(), _CHIP, box.height())
        paint_chip(painter, chip, payout_sign(payout, self._look), theme.panel)
        money = QRect(box.right() - _MONEY, box.top(), _MONEY, box.height())
        amount = amount_text(payout.amount, payout.currency)
        if amount == HIDDEN:
            paint_bar(painter, money, blend(theme.panel, theme.muted, 0.5), right=True)
        else:
            painter.setFont(design.font(BODY_FIGURE))
            painter.setPen(QColor(theme.text))
            painter.drawText(money, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, amount)
        room = QRect(
            chip.right() + Space.MEDIUM, box.top(), money.left() - chip.right() - 2 * Space.MEDIUM, box.height()
        )
        painter.setFont(design.font(BODY))
        painter.setPen(QColor(theme.muted))
        said = QFontMetrics(painter.font()).elidedText(index.data(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, left_middle(), said)
        painter.restore()


class PayoutsPanel(QWidget):
    """What would be refused is said beside the field, before it is sent; and it is asked once more before it goes."""

    said = Signal(str, str)

    def __init__(self, look: Look, client: Client) -> None:
        super().__init__()
        self._look = look
        self._reading, self._asking = Question(client, look), Question(client, look)
        self._cash: WalletLine | None = None
        self._key = str(uuid4())
        words = look.page_words
        self.amount = MoneyField(look, words.payout_amount, words.payout_ask_hint)
        self.amount.setFixedWidth(200)
        self.amount.textChanged.connect(self._judge)
        self.amount.returnPressed.connect(self._make_sure)
        self.all = button(look.theme, "wallet", words.payout_all, words.payout_all_hint)
        self.all.clicked.connect(self._take_all)
        self.request = button(look.theme, "banknote", words.payout_ask, words.payout_ask_hint, "primary")
        self.request.clicked.connect(self._make_sure)
        self.problem = label("", SMALL, "danger")
        self.sure = label("", BODY_STRONG)
        self.sure.setWordWrap(True)
        self.yes = button(look.theme, "circle-check", words.payout_yes, words.payout_ask_hint, "primary")
        self.yes.clicked.connect(self._send)
        self.no = button(look.theme, "x", words.cancel, words.cancel_hint)
        self.no.clicked.connect(self._never_mind)
        self.model = PayoutsModel(look, self)
        self.view = QListView()
        self.view.setAccessibleName(words.payouts)
        self.view.setModel(self.model)
        self.view.setItemDelegate(PayoutDelegate(look, self.view))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.view.setUniformItemSizes(True)
        self.empty = EmptyState(look, "banknote", words.payouts_none)
        self.stack = QStackedWidget()
        for part in (Skeleton(look.theme, look.words.loading, Space.SMALL), self.empty, self.view):
            self.stack.addWidget(part)
        STREAMING.changed.connect(self._judge)
        self._lay_out()
        self._judge()

    def _lay_out(self) -> None:
        self._form = QFrame()
        form = QHBoxLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(Space.SMALL)
        for part in (self.amount, self.all, self.request):
            form.addWidget(part)
        form.addSpacing(Space.SMALL)
        form.addWidget(self.problem, 1)
        self._question = QFrame()
        asks = QHBoxLayout(self._question)
        asks.setContentsMargins(0, 0, 0, 0)
        asks.setSpacing(Space.SMALL)
        asks.addWidget(self.sure, 1)
        asks.addWidget(self.no)
        asks.addWidget(self.yes)
        self.steps = QStackedWidget()
        self.steps.setFixedHeight(Space.ROW)
        self.steps.addWidget(self._form)
        self.steps.addWidget(self._question)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.SMALL)
        layout.addWidget(self.steps)
        layout.addWidget(self.stack, 1)

    def read(self) -> None:
        """Ask for the payouts anew."""
        self._reading.ask(Payouts(), PayoutList, self._show, self._cannot_read)

    def _show(self, answer: PayoutList) -> None:
        self.model.show_payouts(answer.payouts)
        self.empty.say(self._look.page_words.payouts_none)
        self.stack.setCurrentIndex(_FULL if answer.payouts else _EMPTY)

    def _cannot_read(self, refused: Refused) -> None:
        self.empty.say("\n".join(refusal_words(refused, self._look)))
        self.stack.setCurrentIndex(_EMPTY)

    def show_cash(self, cash: WalletLine | None) -> None:
        """How much there is to take."""
        self._cash = cash
        self._judge()

    def _judge(self) -> None:
        words, cash = self._look.page_words, self._cash
        holds = cash.balance if cash else 0
        amount = self.amount.amount
        problem = ""
        if holds < 0:
            problem = words.payout_in_debt
        elif holds == 0:
            problem = words.payout_nothing
        elif self.amount.is_wrong:
            problem = words.not_an_amount
        elif amount is not None and amount > holds:
            problem = words.payout_too_much.format(cash=amount_text(holds, cash.currency if cash else "IDR"))
        self.problem.setText(problem)
        self.problem.setProperty("look", "muted" if holds == 0 else "danger")
        self.problem.style().unpolish(self.problem)
        self.problem.style().polish(self.problem)
        self.request.setEnabled(not problem and amount is not None)
        self.all.setEnabled(holds > 0)
        describe(self.amount, words.payout_amount, problem or words.payout_ask_hint)

    def _take_all(self) -> None:
        if self._cash is not None and self._cash.balance > 0:
            self.amount.setText(f"{self._cash.balance:,}".replace(",", "."))

    def _make_sure(self) -> None:
        amount = self.amount.amount
        if amount is None or not self.request.isEnabled() or self._cash is None:
            return
        said = self._look.page_words.payout_sure.format(amount=amount_text(amount, self._cash.currency))
        self.sure.setText(said)
        describe(self.yes, self._look.page_words.payout_yes, said)
        self.steps.setCurrentIndex(1)
        self.yes.setFocus()

    def _never_mind(self) -> None:
        self.steps.setCurrentIndex(0)
        self.amount.setFocus()

    def _send(self) -> None:
        amount, cash = self.amount.amount, self._cash
        if amount is None or cash is None or self._asking.is_open:
            return
        self.yes.setEnabled(False)
        asked = RequestPayout(key=self._key, amount=amount, currency=cash.currency)
        self._asking.ask(asked, PayoutRequested, self._done, self._refuse)

    def _done(self, _answer: PayoutRequested) -> None:
        words = self._look.page_words
        self._key = str(uuid4())
        self.yes.setEnabled(True)
        self.amount.clear()
        self.steps.setCurrentIndex(0)
        self.said.emit(words.payout_asked, words.payout_asked_more)
        self.read()

    def _refuse(self, refused: Refused) -> None:
        """The key stays: whether it was done or not, asking again is the same payout."""
        self.yes.setEnabled(True)
        if refused.by_rule:
            self._key = str(uuid4())
            self.steps.setCurrentIndex(0)
        self.said.emit(*refusal_words(refused, self._look))

    def refresh(self) -> None:
        """Amounts are hidden now, or shown again."""
        self.view.viewport().update()
