"""Donations in a list of one column, painted by a delegate: what waits, what is held, what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from streamer_app.core.donations import Item
from streamer_app.ui.amounts import gross_and_net
from streamer_app.ui.donor_text import PARAGRAPH_LIMIT, donor_name, one_line
from streamer_app.ui.models.rows import ROW_ROLE, SORT_ROLE, AnyIndex, RowsModel
from streamer_app.ui.rulings import verdict_sentence

if TYPE_CHECKING:
    from uuid import UUID

    from PySide6.QtCore import QObject

    from streamer_app.ui.look import Look


class QueueModel(RowsModel[Item]):
    """Rows in the order of the show."""

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look

    def row_id(self, row: Item) -> UUID:
        """The donation message's id."""
        return row.donation_message_id

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: PLR0911  one per role
        """What a cell shows, sorts by, tells and is."""
        if not self.checkIndex(index, self.CheckIndexOption.IndexIsValid):
            return None
        item = self.row(index.row())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return donor_name(item, self._look.words)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{donor_name(item, self._look.words)}, {gross_and_net(item, self._look)}"
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(item, self._look)
            case _ if role == ROW_ROLE:
                return item
            case _ if role == SORT_ROLE:
                return item.paid_at.timestamp()
            case _:
                return None


def tooltip(item: Item, look: Look) -> str:
    """The whole of a donation, as plain text that Qt cannot take for markup."""
    name = donor_name(item, look.words)
    if item.is_anonymous:
        name = f"{name} ({look.words.anonymous})"
    lines = [name, gross_and_net(item, look), look.exact_time(item.paid_at)]
    message = one_line(item.message or "", PARAGRAPH_LIMIT)
    if message:
        lines.append(message)
    if item.verdict is not None and item.verdict.findings:
        lines.append(verdict_sentence(look.words.language, item.verdict, item.currency))
    return "<p style='white-space: pre-wrap'>" + "<br>".join(escape(line) for line in lines) + "</p>"


def escape(text: str) -> str:
    """Text as HTML, so that a donor's "<b>" stays what it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
