"""Exports, statements, and the check of the balance: long work of the Wallet page, with progress and cancel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from streamer_app.core.answers import Progress, Refused, Verified, VerifiedWallet, Written
from streamer_app.core.questions import (
    ExportDonations,
    ExportLedger,
    VerifyBalance,
    WalletKind,
    WriteStatement,
)
from streamer_app.ui.amounts import STREAMING, amount_text
from streamer_app.ui.asking import Question, refusal_words
from streamer_app.ui.days import days_of

if TYPE_CHECKING:
    from streamer_app.ui.client import Client
    from streamer_app.ui.look import Look
    from streamer_app.ui.widgets.work_bar import WorkBar

_SORTS = ("ledger", "donations", "statement_cash", "statement_pending")
_PERIODS = ("this_month", "last_month", "year", "ever")
_FILES = {
    "ledger": "buku-besar",
    "donations": "donasi",
    "statement_cash": "rekening-koran-tunai",
    "statement_pending": "rekening-koran-tertunda",
}


class WalletFiles(QObject):
    """One piece of work at a time; a second one stops the first."""

    def __init__(self, look: Look, client: Client, bar: WorkBar, page: QWidget) -> None:
        super().__init__(page)
        self._look = look
        self._page = page
        self._bar = bar
        self._work = Question(client, look)
        self._verified: Verified | None = None
        self.dialog: QFileDialog | None = None
        bar.cancelled.connect(self.cancel)
        STREAMING.changed.connect(self._say_again)

    def open_menu(self, where: QPoint) -> None:
        """What to write, and of which time."""
        words = self._look.page_words
        menu = QMenu(self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for sort in _SORTS:
            inside = menu.addMenu(getattr(words, f"export_{sort}"))
            for period in _PERIODS:
                entry = inside.addAction(getattr(words, f"period_{period}"))
                entry.triggered.connect(lambda _=False, what=sort, when=period: self.choose_place(what, when))
        menu.popup(where)

    def choose_place(self, sort: str, period: str) -> None:
        """Ask where to write; the window goes on meanwhile."""
        words, today = self._look.page_words, self._look.clock().date()
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = f"{_FILES[sort]}-{today.isoformat()}.csv"
        dialog = QFileDialog(self._page, words.export_where, folder, words.export_csv)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda path: self.write(sort, period, path))
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def write(self, sort: str, period: str, path: str) -> None:
        """Write it there."""
        first, last = days_of(period, self._look.clock().date())
        zone = self._look.time_zone
        asked: ExportLedger | ExportDonations | WriteStatement
        if sort == "ledger":
            asked = ExportLedger(path=path, time_zone=zone, since=first, until=last)
        elif sort == "donations":
            language = self._look.words.language.value
            asked = ExportDonations(path=path, time_zone=zone, since=first, until=last, language=language)
        else:
            kind = WalletKind.CASH if sort == "statement_cash" else WalletKind.PENDING
            asked = WriteStatement(path=path, wallet=kind, time_zone=zone, since=first, until=last)
        self._verified = None
        self._bar.work(self._look.page_words.exporting_start)
        self._work.ask(asked, Written, self._written, self._not_written, self._progress)

    def verify(self) -> None:
        """Add the ledger up again."""
        self._verified = None
        self._bar.work(self._look.page_words.verifying)
        self._work.ask(VerifyBalance(), Verified, self._checked, self._refused)

    def cancel(self) -> None:
        """Stop what goes on."""
        self._work.cancel()
        self._bar.bad(self._look.page_words.export_stopped, "")

    def _progress(self, progress: Progress) -> None:
        words, number = self._look.page_words, self._look.words.number
        said = words.exporting.format(done=number(progress.done), expected=number(progress.expected))
        self._bar.work(said, progress.done, progress.expected)

    def _written(self, written: Written) -> None:
        words = self._look.page_words
        self._bar.good(words.exported.format(rows=self._look.words.number(written.rows)), str(Path(written.path)))

    def _refused(self, refused: Refused) -> None:
        self._bar.bad(*refusal_words(refused, self._look))

    def _not_written(self, refused: Refused) -> None:
        title, remedy = refusal_words(refused, self._look)
        self._bar.bad(self._look.page_words.export_failed, f"{title}. {remedy}")

    def _checked(self, verified: Verified) -> None:
        self._verified = verified
        words = self._look.page_words
        if not verified.wallets:
            self._bar.good(words.verified_good, words.verified_nothing)
            return
        said = " · ".join(self._wallet_words(wallet) for wallet in verified.wallets)
        if all(wallet.agrees for wallet in verified.wallets):
            self._bar.good(words.verified_good, said)
        else:
            self._bar.bad(words.verified_bad, said)

    def _say_again(self) -> None:
        if self._verified is not None and not self._bar.isHidden():
            self._checked(self._verified)

    def _wallet_words(self, wallet: VerifiedWallet) -> str:
        words = self._look.page_words
        name = {"PENDING": words.pending, "CASH": words.cash}.get(wallet.type, wallet.type)
        shown = amount_text(wallet.shown, wallet.currency)
        if wallet.agrees:
            count = self._look.words.number(wallet.entries)
            return words.verified_wallet.format(wallet=name, shown=shown, count=count)
        return words.verified_off.format(wallet=name, shown=shown, summed=amount_text(wallet.summed, wallet.currency))
