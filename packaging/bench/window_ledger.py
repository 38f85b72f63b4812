"""The window's ledger over a wallet of a million entries: opened, and scrolled page by page."""

from __future__ import annotations

import json
import subprocess
import sys
from uuid import UUID

from . import money_history
from .figures import Figure, median, quantile
from .money_audit import ENTRIES, QUICK_ENTRIES
from .money_history import HISTORY
from .money_server import OPERATOR, MoneyServer, money_server
from .programs import START_SECONDS, environment, script

_OPENS, _PAGES = 21, 200
_QUICK_OPENS, _QUICK_PAGES = 7, 40
_OPEN_MS, _PAGE_MS = 150.0, 30.0


def measure(quick: bool) -> tuple[list[Figure], list[str]]:  # noqa: FBT001 - every benchmark takes it
    """From the wish to the painted rows, in milliseconds, against targets of their own."""
    with money_server(later=True) as server:
        server.provide_wal(0.5 if quick else 4)
        made = money_history.prepare(server, QUICK_ENTRIES if quick else ENTRIES)
        opens, pages = (_QUICK_OPENS, _QUICK_PAGES) if quick else (_OPENS, _PAGES)
        opened, turned = _window(server, _owner_of(server, made.long_wallet), opens, pages)
    size = f"{made.entries // 5:,} entries"
    nothing = float("nan")
    figures = [
        Figure(
            f"ledger of {size}: open",
            nothing,
            median(opened),
            f"<= {_OPEN_MS:.0f} ms",
            f"{opens}",
            met=median(opened) <= _OPEN_MS,
        ),
        Figure(
            f"ledger of {size}: page while scrolling",
            nothing,
            median(turned),
            f"<= {_PAGE_MS:.0f} ms",
            f"{pages}",
            met=median(turned) <= _PAGE_MS,
        ),
    ]
    seen = f"first open {opened[0]:.0f} ms, pages p99 {quantile(turned, 0.99):.1f} ms, the last {turned[-1]:.1f} ms"
    return figures, [f"window ledger: {seen}"]


def _owner_of(server: MoneyServer, wallet: UUID) -> UUID:
    with server.admin(HISTORY) as conn:
        row = conn.execute("SELECT user_id FROM public.wallets WHERE id = %s", [wallet]).fetchone()
    if row is None:
        raise RuntimeError("the wallet has just been made")
    found: UUID = row[0]
    return found


def _window(server: MoneyServer, streamer: UUID, opens: int, pages: int) -> tuple[list[float], list[float]]:
    command = [script("ledger_window.py"), server.url(HISTORY, OPERATOR), str(streamer), str(opens), str(pages)]
    done = subprocess.run(
        [sys.executable, *command],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=3 * START_SECONDS,
        check=True,
    )
    opened, turned = json.loads(done.stdout)
    return opened, turned
