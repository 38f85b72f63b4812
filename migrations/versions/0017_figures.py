"""Figures for widgets by index: donations of a streamer since a moment, and what was on stage last.

Built beside writers like 0014, and for its reasons: two steps, and what an interrupted attempt left is built again.

The first serves sums without a look at the table, whatever else the streamer ever got: PostgreSQL reads an expression
from an index alone only where the columns in it are there too. The second costs a posting nothing, since nothing that
comes was played.
"""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"

_INDEXES = {
    "idx_streamer_app_donations_since": (
        "public.transactions (payee_user_id, coalesce(paid_at, created_at))"
        " INCLUDE (amount, net_amount, status, currency, paid_at, created_at) WHERE kind = 'PAYMENT'"
    ),
    "idx_streamer_app_messages_played": (
        "public.donation_messages (streamer_user_id, played_at DESC, id DESC) WHERE played_at IS NOT NULL"
    ),
}


def upgrade() -> None:
    """Build the indexes without stopping writers; each waits for transactions that are open now, a minute for each."""
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '60s'")
        op.execute("SET statement_timeout = 0")
        for name, definition in _INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS public.{name}")
            op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {definition}")
        op.execute("RESET statement_timeout")
        op.execute("RESET lock_timeout")
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")


def downgrade() -> None:
    """Drop them; an interrupted upgrade may have left none."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for name in _INDEXES:
        op.execute(f"DROP INDEX IF EXISTS public.{name}")
