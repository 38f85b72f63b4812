"""The ledger in pages with running balances, each entry beside its transaction; and whether it adds up."""

from __future__ import annotations

from uuid import UUID

from streamer_app.core.answers import EntryLine, LedgerLines, Verified
from streamer_app.core.questions import Cursor, LedgerPage
from streamer_app.store import donation_pages, ledger_pages, money
from streamer_app.store.database import Connection
from streamer_app.store.ledger_pages import PageKey
from streamer_app.store.snapshots import snapshot


async def ledger_page(conn: Connection, user: UUID, asked: LedgerPage) -> LedgerLines:
    """The first page counts down from the wallet's balance in the same picture, the others from where it stood.

    So a page costs the same anywhere, and only the first needs a picture: what lies below a key never changes. A stored
    balance that is off shows in the running one, and `VerifyBalance` says by how much.
    """
    if asked.before is not None:
        return await _page(conn, user, asked)
    async with snapshot(conn):
        return await _page(conn, user, asked)


async def _page(conn: Connection, user: UUID, asked: LedgerPage) -> LedgerLines:
    wallets = {wallet.type: wallet for wallet in await money.wallets(conn, [user])}
    wallet = wallets.get(asked.wallet.value)
    if wallet is None:
        return LedgerLines()
    key = PageKey(asked.before.moment, asked.before.id) if asked.before else None
    page = await ledger_pages.page(conn, wallet.wallet_id, key, asked.limit)
    origins = await donation_pages.origins(conn, [line.entry_id for line in page.lines])
    balance = wallet.balance if asked.before is None else asked.before.balance
    lines = []
    for line in page.lines:
        lines.append(EntryLine(entry=line, balance=balance, origin=origins.get(line.entry_id)))
        balance -= line.amount
    following = None if page.next is None else Cursor(page.next.created_at, page.next.entry_id, balance)
    return LedgerLines(wallet_id=wallet.wallet_id, lines=tuple(lines), next=following)


async def verified(conn: Connection, user: UUID) -> Verified:
    """Sum every entry of the streamer's own wallets, and compare with what is shown, in one picture."""
    async with snapshot(conn) as taken_at:
        return Verified(taken_at=taken_at, wallets=await donation_pages.summed(conn, user))
