"""Pages of a wallet's ledger by index, whatever its length.

The one index that is built beside writers: on a shared backend the ledger is large when this version comes, and a plain
CREATE INDEX would keep every posting of every program waiting. Concurrent building cannot be part of a transaction, so
this version is two steps: the index, then its version row. Whatever an interrupted attempt left behind (an INVALID
index, or a finished one without the row) is dropped and built again.

Nothing narrower serves: a settlement gives thousands of entries the same created_at, so the id has to be part of the
order or each page sorts.
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"

_NAME = "idx_streamer_app_ledger_pages"


def upgrade() -> None:
    """Build the index without stopping writers; it waits for transactions that are open now, a minute for each."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '60s'")
        op.execute("SET statement_timeout = 0")
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS public.{_NAME}")
        op.execute(
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {_NAME}"
            " ON public.wallet_ledger_entries (wallet_id, created_at DESC, id DESC)"
        )
        op.execute("RESET statement_timeout")
        op.execute("RESET lock_timeout")
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")


def downgrade() -> None:
    """Drop it; an interrupted upgrade may have left none."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute(f"DROP INDEX IF EXISTS public.{_NAME}")
