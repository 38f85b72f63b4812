"""Is the ledger what it says? Verify reads everything while postings go on; rebuild puts balances right; seal seals.

Problems are facts that cannot have come from the flow; warnings are what a foreign backend may do differently. Each
question is one snapshot, so a posting is seen whole or not at all. A caller who cancels ends the statement at work.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from streamer_app.services import ledger_heads
from streamer_app.services.chain_check import ChainCheck
from streamer_app.services.findings import Findings, Progress, Steps
from streamer_app.services.ledger_heads import HeadNote, HeadNotes
from streamer_app.store import audit, balances, database
from streamer_app.store.audit import Chain, Finding, SealedHead
from streamer_app.store.balances import WalletStanding
from streamer_app.store.database import Connection

SHOWN: Final = 1000
"""Rows of each sort that a report carries; the counts are exact whatever is shown."""
SEAL_BLOCKS: Final = 100
WINDOW_TRANSACTIONS: Final = 200_000
NAMED_TRANSACTIONS: Final = 5_000


@dataclass(frozen=True)
class VerifyReport:
    """What verify found. `new_only` is False when everything was read, asked for or not."""

    chain_id: UUID
    last_block: int | None
    head: str | None
    new_only: bool
    blocks: int
    entries: int
    transactions: int
    unsealed: int
    """Entries that wait behind a transaction that is still open."""
    problems: int
    warnings: int
    findings: tuple[Finding, ...]

    @property
    def is_good(self) -> bool:
        """No problem; there may be warnings."""
        return self.problems == 0


@dataclass(frozen=True)
class RebuildReport:
    """Wallets whose stored balance was not the ledger's: those that are wrong, and those that only lag."""

    check: bool
    drifted: int
    lagging: int
    drift: tuple[WalletStanding, ...]
    lag: tuple[WalletStanding, ...]

    @property
    def is_good(self) -> bool:
        """Nothing was wrong, or it was put right."""
        return self.drifted == 0 or not self.check


@dataclass(frozen=True)
class SealReport:
    """How many blocks and entries were sealed, and the chain's head now, if it moved."""

    blocks: int
    entries: int
    last: SealedHead | None


async def verify(url: str, *, data_dir: Path, new_only: bool = False, progress: Progress | None = None) -> VerifyReport:
    """Seal, then check the chain and the rules; all of it, or what came after the last verify that found no problem.

    `new_only` reads everything when no such verify is noted in the data folder. A status that changed without an entry
    is found by a full verify only. Raises `ActionableError` when the database or the folder cannot be used.
    """
    notes = ledger_heads.read(data_dir)
    async with database.connection(url, label="audit") as conn:
        await audit.prepare_long_work(conn)
        await _seal(conn)
        chain = await audit.chain(conn)
        checked = await _last_checked(conn, chain, notes) if new_only else None
        findings = Findings(SHOWN)
        steps = Steps(progress)
        chained = ChainCheck(conn, chain, findings, steps)
        await chained.check(after=-1 if checked is None else checked.number)
        await chained.compare_outside(notes, database.address(url), newest_only=checked is not None)
        transactions = await _rules(conn, findings, steps, None if checked is None else await _upper(conn, checked))
    if chain.last is not None and chain.head is not None:
        head = SealedHead(chain.chain_id, chain.last, chained.entries, chain.head.hex())
        good = findings.problems == 0
        if good or not notes.of_chain(chain.chain_id):
            ledger_heads.append(data_dir, [note(head, chain, url, verified=good)])
    return VerifyReport(
        chain_id=chain.chain_id,
        last_block=chain.last,
        head=None if chain.head is None else chain.head.hex(),
        new_only=checked is not None,
        blocks=chained.blocks,
        entries=chained.entries,
        transactions=transactions,
        unsealed=chain.unsealed,
        problems=findings.problems,
        warnings=findings.warnings,
        findings=findings.shown,
    )


async def rebuild(url: str, *, check: bool = False, progress: Progress | None = None) -> RebuildReport:
    """All balances from the ledger, while postings go on. `check` only looks."""
    steps = Steps(progress)
    steps.expect(1)
    async with database.connection(url, label="rebuild") as conn:
        await audit.prepare_long_work(conn)
        found = await (balances.standings(conn) if check else balances.rebuild(conn))
    steps.did(1)
    drift = tuple(wallet for wallet in found if wallet.drift)
    lag = tuple(wallet for wallet in found if not wallet.drift)
    return RebuildReport(check, len(drift), len(lag), drift[:SHOWN], lag[:SHOWN])


async def seal(url: str, data_dir: Path) -> SealReport:
    """Seal all that is final, and note the head in the data folder."""
    async with database.connection(url, label="seal") as conn:
        await audit.prepare_long_work(conn)
        return await seal_and_note(conn, url, data_dir)


async def seal_and_note(conn: Connection, url: str, data_dir: Path, *, at_most: int | None = None) -> SealReport:
    """The same on a connection that is open already, all of it or at most so many blocks."""
    report = await _seal(conn, at_most)
    if report.last is not None:
        ledger_heads.append(data_dir, [note(report.last, await audit.chain(conn), url)])
    return report


def note(head: SealedHead, chain: Chain, url: str, *, verified: bool = False) -> HeadNote:
    """A head, as it is kept outside."""
    return HeadNote(
        chain_id=head.chain_id,
        number=head.number,
        head=head.head,
        entries=head.entries,
        noted_at=chain.asked_at,
        database=database.address(url),
        verified=verified,
    )


async def _seal(conn: Connection, at_most: int | None = None) -> SealReport:
    blocks = entries = 0
    last: SealedHead | None = None
    while sealed := await audit.seal(conn, at_most or SEAL_BLOCKS):
        blocks += len(sealed)
        entries += sum(head.entries for head in sealed)
        last = sealed[-1]
        if at_most is not None:
            break
    return SealReport(blocks, entries, last)


async def _last_checked(conn: Connection, chain: Chain, notes: HeadNotes) -> HeadNote | None:
    """The newest head a verify found no problem with, if the database still says the same."""
    checked = [known for known in notes.of_chain(chain.chain_id) if known.verified]
    if not checked:
        return None
    newest = max(checked, key=lambda known: known.number)
    now = await audit.heads(conn, [newest.number])
    return newest if now.get(newest.number) == newest.head else None


async def _upper(conn: Connection, checked: HeadNote) -> int:
    (block,) = await audit.blocks(conn, checked.number - 1, 1)
    return block.upper


async def _rules(conn: Connection, findings: Findings, steps: Steps, since: int | None) -> int:
    """SPEC's rules for every transaction, or for those that entries from a bound on speak of; how many."""
    findings.add(await audit.check_sources(conn, since, findings.room))
    if since is not None:
        named = await audit.transactions_since(conn, since)
        steps.expect(len(named))
        for start in range(0, len(named), NAMED_TRANSACTIONS):
            some = named[start : start + NAMED_TRANSACTIONS]
            findings.add(await audit.check_named(conn, some, findings.room))
            steps.did(len(some))
        return len(named)
    findings.add(await audit.check_currencies(conn, findings.room))
    count = await audit.count_transactions(conn)
    steps.expect(count)
    from_id: UUID | None = audit.FIRST_ID
    while from_id is not None:
        to_id = await audit.next_transaction(conn, from_id, WINDOW_TRANSACTIONS)
        findings.add(await audit.check_window(conn, from_id, to_id, findings.room))
        steps.did(WINDOW_TRANSACTIONS)
        from_id = to_id
    return count
