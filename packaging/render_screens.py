"""Render every page of the window with a fake client: languages x appearances x scales x fillings.

    python packaging/render_screens.py FOLDER [--only TEXT]

Each scale needs a process of its own (Qt reads it once), so this script calls itself.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from screen_answers import answer  # type: ignore[import-not-found]  # a script beside this one

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtGui import QImage

    from streamer_app.core.answers import Answer, OnProgress
    from streamer_app.core.commands import Action
    from streamer_app.core.donations import Item, LedgerLine, WalletLine
    from streamer_app.core.events import Event
    from streamer_app.core.questions import Asked
    from streamer_app.ui.client import Cancel, OnAnswer, OnEvent, OnResult
    from streamer_app.ui.content import Content
    from streamer_app.ui.main_window import MainWindow

JAKARTA = timezone(timedelta(hours=7))
NOW = datetime(2026, 11, 21, 20, 14, 30, tzinfo=JAKARTA)
SCALES = ("1", "2")
APPEARANCES = ("wedang", "wedang-light")
WIDE, SMALL = (1280, 800), (960, 600)
DONORS = (
    ("Budi", "semangat terus streamnya, jangan lupa minum!"),
    ("Sari Wulandari", "request lagu Tulus dong kak"),
    (None, "buat beli kopi"),
    ("kucing_oren", "wkwkwk itu tadi epic banget"),
    ("Ahmad Fauzi", None),
    ("Mbak Rini", "salam dari Yogya, anakku nonton juga"),
    ("xX_Naga_Xx", "gas rank mythic malam ini"),
)
WORST = (
    ("😀👨‍👩‍👧‍👦🇮🇩" * 30, "🔥" * 400),
    ("مُتَبَرِّع سخي جدا", "مرحبا بالجميع، بث رائع 123 abc"),
    ("W" * 100, "W" * 10_000),
    ("\u202eidub\u202c\x00\x07\n<b>tebal</b>", "baris satu\nbaris dua\r\n\t<script>alert(1)</script>\u2066"),
    ("Z\u0351\u0352\u0353\u0354\u0355\u0356algo\u0300\u0301\u0302\u0303", "e\u0301" * 200),
    (None, None),
    ("   ", "   "),
)


def _id(number: int) -> UUID:
    return UUID(int=number)


def item(
    number: int, *, state: str = "waiting", age: float = 3, who: tuple[str | None, str | None] | None = None
) -> Item:
    """A donation; every seventh is anonymous, amounts grow and shrink."""
    from streamer_app.core.donations import Item, ItemState  # noqa: PLC0415

    name, message = who or DONORS[number % len(DONORS)]
    amount = (10_000, 25_000, 5_000, 150_000, 1_250_000, 50_000, 11_111)[number % 7]
    return Item(
        donation_message_id=_id(number),
        transaction_id=_id(100_000 + number),
        donor_name=name,
        is_anonymous=number % 7 == 3,  # noqa: PLR2004
        message=message,
        amount=amount,
        net_amount=amount * 95 // 100,
        currency="IDR",
        state=ItemState(state),
        paid_at=NOW - timedelta(minutes=age),
        replay=number % 7 == 5 and state == "waiting",  # noqa: PLR2004
        reason="page gone" if state == "unplayable" else None,
    )


def _wallets(pending: int, cash: int) -> tuple[WalletLine, ...]:
    from streamer_app.core.donations import WalletLine  # noqa: PLC0415

    return tuple(
        WalletLine(wallet_id=_id(number), user_id=_id(9), type=kind, currency="IDR", balance=balance, stored=balance)
        for number, (kind, balance) in enumerate((("PENDING", pending), ("CASH", cash)))
    )


def _ledger(count: int) -> tuple[LedgerLine, ...]:
    from streamer_app.core.donations import LedgerLine  # noqa: PLC0415

    kinds = (("PENDING", "DEPOSIT", 23_750), ("CASH", "TRANSFER", 142_500), ("PENDING", "TRANSFER", -142_500),
             ("CASH", "WITHDRAW", -500_000), ("PENDING", "REFUND", -9_500))  # fmt: skip
    return tuple(
        LedgerLine(
            entry_id=_id(200_000 + number), wallet_id=_id(0), wallet_type=kinds[number % 5][0],
            entry_type=kinds[number % 5][1], amount=kinds[number % 5][2], currency="IDR",
            source_type="TRANSACTION", source_id=_id(number),
            description=("Donasi Budi", None, "Pencairan harian")[number % 3],
            created_at=NOW - timedelta(minutes=number * 17),
        )
        for number in range(count)
    )  # fmt: skip


def _lights(*, ready: bool) -> Event:
    from streamer_app.core.events import Light, LightReason, Lights, LightState  # noqa: PLC0415

    fine = Light(state=LightState.OK, reason=LightReason.READY)
    if ready:
        return Lights(database=fine, queue=fine, overlay=fine, pages=1, speaker="OBS")
    return Lights(database=fine, queue=fine, overlay=Light(state=LightState.ATTENTION, reason=LightReason.NO_PAGE))


def _queue(waiting: tuple[Item, ...], count: int, playing: Item | None, **more: object) -> Event:
    from streamer_app.core.donations import Playing, QueueView  # noqa: PLC0415
    from streamer_app.core.events import QueueChanged  # noqa: PLC0415

    run = playing and Playing(
        run_id=_id(77), item=playing, started_at=NOW - timedelta(seconds=4), offset_ms=0, expected_ms=9_000
    )
    return QueueChanged(queue=QueueView(revision=1, playing=run, waiting=waiting, waiting_count=count, **more))  # type: ignore[arg-type]  # keyword names are checked by msgspec at run time


def fillings() -> dict[str, Callable[[], Iterator[Event]]]:
    """Every state worth looking at, by name."""
    return {
        "waiting-for-data": _nothing,
        "empty": _empty,
        "one": _one,
        "playing": _playing,
        "thousand": _thousand,
        "worst": _worst,
        "elsewhere": _elsewhere,
        "panic": _panic,
    }


def _nothing() -> Iterator[Event]:
    return iter(())


def _told(wallets: tuple[WalletLine, ...], donations: tuple[Item, ...], lines: int, *, ready: bool) -> Iterator[Event]:
    from streamer_app.core.events import BalancesChanged, DonationsChanged, LedgerChanged  # noqa: PLC0415

    yield _lights(ready=ready)
    yield BalancesChanged(wallets=wallets)
    yield DonationsChanged(donations=donations)
    yield LedgerChanged(entries=_ledger(lines))


def _empty() -> Iterator[Event]:
    yield _queue((), 0, None)
    yield from _told((), (), 0, ready=False)


def _elsewhere() -> Iterator[Event]:
    from streamer_app.core.events import Light, LightReason, Lights, LightState  # noqa: PLC0415

    yield from _told(_wallets(23_750, 0), (item(1),), 1, ready=True)
    fine = Light(state=LightState.OK, reason=LightReason.READY)
    held = Light(
        state=LightState.DOWN, reason=LightReason.HELD_ELSEWHERE, detail="laptop-lama at /home/budi/.local/share/studio"
    )
    yield _queue((), 0, None)
    yield Lights(database=fine, queue=held, overlay=fine, pages=1, speaker="OBS")


def _panic() -> Iterator[Event]:
    yield from _told(_wallets(1_425_000, 380_000), _history(), 40, ready=True)
    held = tuple(item(number, state="held", age=number) for number in (31, 32))
    yield _queue(tuple(item(number) for number in range(3)), 3, None, held=held, paused=True, panic=True)


def _one() -> Iterator[Event]:
    yield _queue((item(1),), 1, None, paused=True)
    yield from _told(_wallets(23_750, 0), (item(1),), 1, ready=True)


def _playing() -> Iterator[Event]:
    waiting = tuple(item(number, age=number * 2 / 3) for number in range(1, 8))
    missed = tuple(item(number, state="missed", age=400 + number) for number in range(20, 27))
    yield _queue(waiting, 7, item(10, state="playing"), missed=missed, missed_count=7)
    yield from _told(_wallets(1_284_500, 3_150_000), _history(), 12, ready=True)


def _history() -> tuple[Item, ...]:
    states = (
        "playing",
        "waiting",
        "waiting",
        "played",
        "skipped",
        "played",
        "held",
        "unplayable",
        "withdrawn",
        "history",
    )
    return tuple(item(30 + number, state=state, age=number * 37) for number, state in enumerate(states))


def _thousand() -> Iterator[Event]:
    waiting = tuple(item(number, age=number / 3) for number in range(1, 1001))
    held = tuple(item(2000 + number, state="held") for number in range(6))
    failed = tuple(item(3000 + number, state="unplayable") for number in range(3))
    yield _queue(waiting, 1_250, item(10, state="playing"), held=held, failed=failed)
    many = tuple(item(number, state="played", age=number * 9) for number in range(1, 1001))
    yield from _told(_wallets(98_765_432_100, -5_000), many, 1000, ready=True)


def _worst() -> Iterator[Event]:
    from streamer_app.core.events import Notice  # noqa: PLC0415

    waiting = tuple(item(500 + number, who=who) for number, who in enumerate(WORST))
    missed = tuple(item(600 + number, state="missed", who=who) for number, who in enumerate(WORST))
    yield _queue(
        waiting, 7, item(700, state="playing", who=WORST[2]), held=waiting[:2], failed=waiting[2:4], missed=missed,
        missed_count=7, paused=True,
    )  # fmt: skip
    donations = tuple(item(800 + number, state="played", who=who) for number, who in enumerate(WORST))
    yield from _told(_wallets(999_999_999_999, -999_999_999_999), donations, 30, ready=False)
    yield Notice(
        title="Folder data penuh: donasi tidak bisa dicatat di komputer ini untuk sementara",
        remedy="Kosongkan ruang di disk, lalu tunggu sebentar. Tidak ada yang hilang, semuanya tercatat di server.",
    )


class SilentClient:
    """Says what it is told to say, and answers nothing."""

    def __init__(self, events: Iterator[Event], answers: Callable[[Asked], Answer | None]) -> None:
        self._events = events
        self._answers = answers

    def start(self, on_event: OnEvent) -> None:
        """Say everything at once."""
        for event in self._events:
            on_event(event)

    def send(self, action: Action, on_result: OnResult) -> None:
        """Nobody listens."""

    def ask(self, asked: Asked, on_answer: OnAnswer, on_progress: OnProgress | None = None) -> Cancel:  # noqa: ARG002
        """Answer at once from what was told."""
        answer = self._answers(asked)
        if answer is not None:
            on_answer(answer)
        return lambda: None

    def stop(self) -> None:
        """Nothing runs."""


def _render(folder: Path, only: str) -> None:
    from PySide6.QtGui import QImage, QPainter  # noqa: PLC0415

    from streamer_app.ui.amounts import STREAMING  # noqa: PLC0415
    from streamer_app.ui.app import create_application, open_window  # noqa: PLC0415
    from streamer_app.ui.language import Language  # noqa: PLC0415
    from streamer_app.ui.theme import THEMES, ThemeName  # noqa: PLC0415

    application = create_application(["screens"], Language.INDONESIAN)
    scale = os.environ.get("QT_SCALE_FACTOR", "1")
    shots: list[QImage] = []

    def shoot(window: MainWindow, name: str) -> None:
        if only and only not in name:
            return
        window.repaint()
        application.processEvents()
        picture = window.grab().toImage()
        picture.save(str(folder / f"{name}@{scale}x.png"))
        shots.append(picture.copy())

    for language in Language:
        for appearance in APPEARANCES:
            for filling, events in fillings().items():
                for size in (WIDE, SMALL):
                    prefix = f"{filling}-{size[0]}-{language}-{appearance}"
                    client = SilentClient(events(), partial(answer, filling))
                    window = open_window(
                        client, language=language, theme=THEMES[ThemeName(appearance)], clock=lambda: NOW, motion=False
                    )
                    window.resize(*size)
                    application.processEvents()
                    content = window.fill()
                    for page, place in _PLACES.items():
                        if only and only not in f"{page}-{prefix}":
                            continue
                        place(content)
                        application.processEvents()
                        shoot(window, f"{page}-{prefix}")
                    STREAMING.switch(False)
                    window.close()
                    window.deleteLater()
                    application.processEvents()
    if shots:
        _contact_sheet(shots, QImage, QPainter).save(str(folder / f"sheet@{scale}x.png"))


def _live(content: Content) -> None:
    content.open_page(0)


def _donations(content: Content) -> None:
    content.open_page(1)
    content.donations.table.selectRow(0)


def _wallet(tab: int) -> Callable[[Content], None]:
    def open_it(content: Content) -> None:
        content.open_page(2)
        content.wallet.tabs.choose(tab)
        content.wallet.work.hide()

    return open_it


def _payout(content: Content) -> None:
    _wallet(3)(content)
    content.wallet.payouts.amount.setText("9.999.999.999")


def _hidden(content: Content) -> None:
    content.open_page(2)
    content.wallet.tabs.choose(0)
    content.wallet.verify.click()
    content.lights.streaming.click()


_PLACES: dict[str, Callable[[Content], None]] = {
    "live": _live,
    "donations": _donations,
    "wallet": _wallet(0),
    "charts": _wallet(1),
    "donors": _wallet(2),
    "payouts": _payout,
    "streaming": _hidden,
}


def _contact_sheet(shots: list[QImage], image: type[QImage], painter_class: type) -> QImage:
    columns, width, height = 6, 480, 300
    rows = -(-len(shots) // columns)
    sheet = image(columns * width, rows * height, image.Format.Format_RGB32)
    sheet.fill(0)
    painter = painter_class(sheet)
    from PySide6.QtCore import Qt  # noqa: PLC0415

    for number, shot in enumerate(shots):
        shot.setDevicePixelRatio(1)
        small = shot.scaled(
            width - 8, height - 8, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        painter.drawImage(number % columns * width + 4, number // columns * height + 4, small)
    painter.end()
    return sheet


def main() -> int:
    """Render, once for each scale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="only pictures whose name contains this")
    parser.add_argument("--scale", choices=SCALES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    if asked.scale:
        _render(asked.folder, asked.only)
        return 0
    for scale in SCALES:
        again = [sys.executable, __file__, str(asked.folder), "--only", asked.only, "--scale", scale]
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale}
        subprocess.run(again, check=True, env=environment)
    return 0


if __name__ == "__main__":
    sys.exit(main())
