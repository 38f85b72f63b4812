"""One donation in full: who, how much, what they wrote, what may be done with it, and the proof of its delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from streamer_app.core.answers import Proof, Refused
from streamer_app.core.questions import DonationProof
from streamer_app.ui import icons
from streamer_app.ui.amounts import STREAMING, gross_and_net
from streamer_app.ui.asking import Question, refusal_words
from streamer_app.ui.donor_text import PARAGRAPH_LIMIT, breakable, donor_name, one_line
from streamer_app.ui.proof_words import deed_words, proof_text, run_words, steps
from streamer_app.ui.rulings import verdict_sentence
from streamer_app.ui.states import REPLAYABLE, Sign, item_sign
from streamer_app.ui.theme import BODY, BODY_STRONG, LEAD_FIGURE, SMALL, SMALL_FIGURE, SMALL_STRONG, TITLE, Space
from streamer_app.ui.widgets.chip import Chip
from streamer_app.ui.widgets.controls import button
from streamer_app.ui.widgets.empty_state import EmptyState
from streamer_app.ui.widgets.text import ElidedText, label

if TYPE_CHECKING:
    from streamer_app.core.donations import Item
    from streamer_app.ui.client import Client
    from streamer_app.ui.look import Look


def can_replay(item: Item) -> bool:
    """Only what has had its turn, and whose money was not given back."""
    return item.state in REPLAYABLE and not item.refunded


class DonationDetail(QFrame):
    """The panel beside the table."""

    replay_asked = Signal(object)
    block_asked = Signal(object)
    said = Signal(str, str)

    def __init__(self, look: Look, client: Client) -> None:
        super().__init__()
        self._look = look
        self._question = Question(client, look)
        self.item: Item | None = None
        self.proof: Proof | None = None
        words = look.page_words
        self.setProperty("look", "card")
        self.donor = ElidedText(TITLE, look.theme.text)
        self.money = label("", LEAD_FIGURE)
        self.money.setWordWrap(True)
        self.message = label("", BODY)
        self.message.setWordWrap(True)
        self.ruling = label("", SMALL, "muted")
        self.ruling.setWordWrap(True)
        self.when = label("", SMALL_FIGURE, "muted")
        self.replay = button(look.theme, "rotate-ccw", look.words.replay, look.words.replay_hint, "primary")
        self.block = button(look.theme, "ban", words.block, words.block_hint)
        self.copy = button(look.theme, "copy", words.copy, words.copy_hint)
        self.replay.clicked.connect(lambda: self.replay_asked.emit(self.item))
        self.block.clicked.connect(lambda: self.block_asked.emit(self.item))
        self.copy.clicked.connect(self.copy_all)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(Space.SMALL)
        self._proof = QVBoxLayout()
        self._proof.setSpacing(Space.TIGHT)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(EmptyState(look, "shield-check", words.choose_one))
        self._stack.addWidget(self._scrolled(self._inside()))
        STREAMING.changed.connect(self._show_money)

    def _inside(self) -> QWidget:
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(Space.LARGE, Space.LARGE, Space.LARGE, Space.LARGE)
        layout.setSpacing(Space.SMALL)
        layout.addWidget(self.donor)
        layout.addLayout(self._chips)
        layout.addWidget(self.money)
        layout.addWidget(self.when)
        layout.addSpacing(Space.TIGHT)
        layout.addWidget(self.replay)
        more = QHBoxLayout()
        more.setSpacing(Space.SMALL)
        more.addWidget(self.block, 1)
        more.addWidget(self.copy)
        layout.addLayout(more)
        layout.addSpacing(Space.SMALL)
        layout.addWidget(self.message)
        layout.addWidget(self.ruling)
        layout.addSpacing(Space.SMALL)
        layout.addWidget(label(self._look.page_words.proof, BODY_STRONG))
        layout.addLayout(self._proof)
        layout.addStretch()
        return inside

    @staticmethod
    def _scrolled(inside: QWidget) -> QScrollArea:
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        return scroll

    def show_item(self, item: Item | None) -> None:
        """Show another donation, or the same one as it is now; its proof is asked for anew."""
        if item == self.item:
            return
        other = item is None or self.item is None or item.donation_message_id != self.item.donation_message_id
        self.item = item
        if item is None:
            self._question.cancel()
            self._stack.setCurrentIndex(0)
            return
        look = self._look
        self.donor.show_text(donor_name(item, look.words))
        self.message.setText(breakable(one_line(item.message or "", PARAGRAPH_LIMIT)) or look.words.no_message)
        self._show_money()
        self.when.setText(look.exact_time(item.paid_at))
        self._show_chips(item)
        self.replay.setEnabled(can_replay(item))
        self._stack.setCurrentIndex(1)
        if other:
            self.proof = None
            _clear(self._proof)
        self._question.ask(
            DonationProof(donation_message_id=item.donation_message_id), Proof, self._show_proof, self._refuse
        )

    def _show_money(self) -> None:
        item = self.item
        if item is None:
            return
        self.money.setText(gross_and_net(item, self._look))
        tells = item.verdict is not None and bool(item.verdict.findings)
        self.ruling.setVisible(tells)
        if item.verdict is not None and tells:
            said = verdict_sentence(self._look.words.language, item.verdict, item.currency)
            self.ruling.setText(breakable(said))

    def _show_chips(self, item: Item) -> None:
        _clear(self._chips)
        look, under = self._look, self._look.theme.panel
        self._chips.addWidget(Chip(item_sign(item, look.theme, look.words), under))
        if item.is_anonymous:
            chip = Chip(Sign("eye-off", look.words.anonymous, look.theme.second), under)
            chip.setToolTip(look.words.anonymous_hint)
            self._chips.addWidget(chip)
        self._chips.addStretch()

    def _show_proof(self, proof: Proof) -> None:
        self.proof = proof
        _clear(self._proof)
        look, words = self._look, self._look.page_words
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.SMALL)
        grid.setVerticalSpacing(Space.TIGHT)
        grid.setColumnStretch(1, 1)
        for number, step in enumerate(steps(proof, look)):
            done = step.when is not None
            picture = QLabel()
            colour = look.theme.ok if done else look.theme.muted
            picture.setPixmap(icons.pixmap("circle-check" if done else "circle-dashed", colour, Space.SMALL_ICON))
            moment = words.step_not_yet if step.when is None else look.clock_text(step.when)
            when = label(moment, SMALL_FIGURE, "muted")
            when.setToolTip("" if step.when is None else look.exact_time(step.when))
            grid.addWidget(picture, number, 0)
            grid.addWidget(label(step.word, BODY, "" if done else "muted"), number, 1)
            grid.addWidget(when, number, 2)
        self._proof.addLayout(grid)
        self._proof.addWidget(_section(words.runs))
        for run in proof.runs:
            self._proof.addWidget(_line(look.clock_text(run.opened_at), run_words(run, look), run.reason))
        if not proof.runs:
            self._proof.addWidget(label(words.run_none, BODY, "muted"))
        if proof.deeds:
            self._proof.addWidget(_section(words.deeds))
        for deed in proof.deeds:
            self._proof.addWidget(_line(look.clock_text(deed.happened_at), deed_words(deed, look), deed.reason))

    def _refuse(self, refused: Refused) -> None:
        _clear(self._proof)
        said = label("\n".join(refusal_words(refused, self._look)), BODY, "muted")
        said.setWordWrap(True)
        self._proof.addWidget(said)

    def copy_all(self) -> None:
        """The donation and its proof as text."""
        item = self.item
        if item is None:
            return
        look = self._look
        lines = [donor_name(item, look.words), gross_and_net(item, look), look.exact_time(item.paid_at)]
        lines += [item.message or look.words.no_message, str(item.transaction_id)]
        if self.proof is not None:
            lines += ["", proof_text(self.proof, look)]
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.said.emit(look.page_words.copied, "")


def _section(text: str) -> QLabel:
    made = label(text, SMALL_STRONG, "muted")
    made.setContentsMargins(0, Space.SMALL, 0, 0)
    return made


def _line(when: str, text: str, reason: str | None) -> QWidget:
    said = label(breakable(f"{text}: {one_line(reason)}" if reason else text), BODY)
    said.setWordWrap(True)
    said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    made = QWidget()
    layout = QHBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(Space.SMALL)
    layout.addWidget(said, 1)
    layout.addWidget(label(when, SMALL_FIGURE, "muted"), 0, Qt.AlignmentFlag.AlignTop)
    return made


def _clear(layout: QLayout) -> None:
    while (old := layout.takeAt(0)) is not None:
        widget, inner = old.widget(), old.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            _clear(inner)
