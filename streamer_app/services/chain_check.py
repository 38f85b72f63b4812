"""The chain against the entries, against itself, and against the heads that were kept outside the database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from streamer_app.services.findings import Findings, Steps
from streamer_app.services.ledger_heads import HeadNotes
from streamer_app.store import audit
from streamer_app.store.audit import Block, Chain, Finding, FindingKind, Severity
from streamer_app.store.database import Connection

WINDOW_ENTRIES: Final = 200_000
WINDOW_BLOCKS: Final = 5_000
"""Adjacent blocks are read together, so that many tiny ones cost no more than few large ones."""
LINKS_AGAIN: Final = 1_000
"""Links before the last checked block that are looked at once more."""
NOTES_AGAIN: Final = 1_000
_SHORT: Final = 16


class ChainCheck:
    """One look at the chain. `blocks` and `entries` count what was read."""

    def __init__(self, conn: Connection, chain: Chain, findings: Findings, steps: Steps) -> None:
        self._conn = conn
        self._chain = chain
        self._findings = findings
        self._steps = steps
        self.blocks = 0
        self.entries = 0

    async def check(self, after: int) -> None:
        """Links, heads and entries of all blocks after number `after` (-1: all of them)."""
        self._check_counter()
        window: list[Block] = []
        async for block, follows in self._linked(max(-1, after - LINKS_AGAIN)):
            if block.number <= after:
                continue
            full = len(window) >= WINDOW_BLOCKS or sum(one.entries for one in window) >= WINDOW_ENTRIES
            if window and (full or not follows or window[0].lower is None):
                await self._check_entries(window)
                window = []
            window.append(block)
        if window:
            await self._check_entries(window)

    async def compare_outside(self, notes: HeadNotes, database: str, *, newest_only: bool) -> None:
        """What was noted outside must still stand in the database."""
        chain = self._chain
        if notes.damaged:
            self._say(
                FindingKind.OUTSIDE_HEADS_DAMAGED,
                "lines that can be read",
                f"{notes.damaged} damaged lines in the file of heads",
                severity=Severity.WARNING,
            )
        strangers = {note.chain_id for note in notes.notes if note.database == database} - {chain.chain_id}
        for stranger in sorted(strangers):
            self._say(
                FindingKind.CHAIN_REPLACED,
                f"chain {stranger}, noted for this database before",
                f"chain {chain.chain_id}: another ledger stands in its place",
            )
        own = notes.of_chain(chain.chain_id)
        if not own and not strangers:
            self._say(
                FindingKind.NO_OUTSIDE_HEAD,
                f"a head of chain {chain.chain_id} in the data folder",
                "no head kept outside for this chain: one computed anew would not be noticed this time",
                severity=Severity.WARNING,
            )
        await self._compare_heads({note.number: note.head for note in (own[-NOTES_AGAIN:] if newest_only else own)})

    async def _compare_heads(self, noted: dict[int, str]) -> None:
        there = await audit.heads(self._conn, sorted(noted))
        for number, head in sorted(noted.items()):
            if number not in there:
                self._say(FindingKind.CHAIN_CUT, f"block {number} with head {head}", "no such block", number)
            elif there[number] != head:
                self._say(FindingKind.CHAIN_RECOMPUTED, head, there[number], number)

    async def _linked(self, after: int) -> AsyncIterator[tuple[Block, bool]]:
        """Each block, and whether it follows the one before; what does not hold is said."""
        before: Block | None = None
        if after >= 0:
            before = next(iter(await audit.blocks(self._conn, after - 1, 1)), None)
        while some := await audit.blocks(self._conn, -1 if before is None else before.number, WINDOW_BLOCKS):
            for block in some:
                yield block, self._check_link(before, block)
                before = block

    def _check_link(self, before: Block | None, block: Block) -> bool:
        number = 0 if before is None else before.number + 1
        if block.number != number:
            self._say(FindingKind.CHAIN_BROKEN, f"block {number}", f"block {block.number}", number)
        previous = self._chain.first_head if before is None else before.head
        if block.previous_head != previous or block.head != block.head_of(self._chain.chain_id):
            self._say(
                FindingKind.CHAIN_BROKEN,
                "a head made of this block and the head before it",
                f"head {block.head.hex()}",
                block.number,
            )
        lower = None if before is None else before.upper
        if block.lower != lower:
            self._say(FindingKind.CHAIN_BROKEN, f"bounds from {lower}", f"bounds from {block.lower}", block.number)
        return block.number == number and block.lower == lower

    async def _check_entries(self, window: list[Block]) -> None:
        entries = sum(block.entries for block in window)
        self._steps.expect(entries)
        now = await audit.digests(self._conn, window)
        for block in window:
            count, digest = now.get(block.number, (0, audit.NO_ENTRIES))
            if (count, digest) != (block.entries, block.digest):
                self._say(
                    FindingKind.BLOCK_CHANGED,
                    f"{block.entries} entries with digest {block.digest.hex()[:_SHORT]}",
                    f"{count} entries with digest {digest.hex()[:_SHORT]}",
                    block.number,
                )
        self.blocks += len(window)
        self.entries += entries
        self._steps.did(entries)

    def _check_counter(self) -> None:
        chain = self._chain
        if chain.is_behind:
            self._say(
                FindingKind.COUNTER_BEHIND,
                f"a transaction counter above {chain.upper}",
                f"{chain.next_transaction}, with {chain.ahead} entries above it: the database was restored into another"
                " cluster. Run `streamer-app db upgrade` as the owner of the tables before anything is posted",
            )

    def _say(
        self,
        kind: FindingKind,
        expected: str,
        found: str,
        block: int | None = None,
        *,
        severity: Severity = Severity.PROBLEM,
    ) -> None:
        self._findings.say(Finding(kind=kind, severity=severity, expected=expected, found=found, block=block))
