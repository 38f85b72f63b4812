"""A place to write an amount as people write them: 25.000, Rp25.000, 25 rb."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from streamer_app.core.money import parse_money
from streamer_app.ui import theme as design
from streamer_app.ui.amounts import STREAMING
from streamer_app.ui.theme import BODY_FIGURE, Space
from streamer_app.ui.widgets.controls import describe

if TYPE_CHECKING:
    from streamer_app.ui.look import Look

_WIDTH = 112


class MoneyField(QLineEdit):
    """Marks itself while what stands in it is no amount. In streaming mode it shows dots."""

    def __init__(self, look: Look, name: str, hint: str) -> None:
        super().__init__()
        self._look = look
        self._hint = hint
        self._name = name
        self.setFont(design.font(BODY_FIGURE))
        self.setPlaceholderText(name)
        self.setFixedWidth(_WIDTH)
        self.setMinimumHeight(Space.TARGET)
        self.setMaxLength(24)
        describe(self, name, hint)
        self.textChanged.connect(self._judge)
        STREAMING.changed.connect(self._hide)
        self._hide(STREAMING.on)

    @property
    def amount(self) -> int | None:
        """The amount; None while the field is empty, or holds none."""
        try:
            found = parse_money(self.text())
        except ValueError:
            return None
        return found if found > 0 else None

    @property
    def is_wrong(self) -> bool:
        """Something stands in it that is no amount."""
        return bool(self.text().strip()) and self.amount is None

    def _judge(self) -> None:
        wrong = self.is_wrong
        hint = self._look.page_words.not_an_amount if wrong else self._hint
        describe(self, self._name, hint)
        if self.property("wrong") != wrong:
            self.setProperty("wrong", wrong)
            self.style().unpolish(self)
            self.style().polish(self)

    def _hide(self, on: bool) -> None:  # noqa: FBT001  a signal's value
        self.setEchoMode(QLineEdit.EchoMode.Password if on else QLineEdit.EchoMode.Normal)
