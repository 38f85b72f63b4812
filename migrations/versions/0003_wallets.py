"""Balances, each a projection of its ledger entries."""

from __future__ import annotations

from alembic import op

from streamer_app.assets import migrations_folder

revision = "0003"
down_revision = "0002"

_SQL = migrations_folder() / "sql"


def upgrade() -> None:
    """Create the table."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("""
    CREATE TABLE public.wallets (
      id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
      user_id UUID NOT NULL,
      type public.wallet_type NOT NULL,
      name VARCHAR(50) NOT NULL,
      slug VARCHAR(50) NOT NULL,
      balance BIGINT NOT NULL DEFAULT 0,
      created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
      UNIQUE (user_id, type),
      UNIQUE (user_id, slug)
    )
    """)


def downgrade() -> None:
    """Drop it, if it is ours and holds nothing."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute((_SQL / "functions" / "0001_refuse_if_adopted.sql").read_text(encoding="utf-8"))
    op.execute((_SQL / "functions" / "0003_refuse_if_filled.sql").read_text(encoding="utf-8"))
    op.execute("DROP TABLE public.wallets")
