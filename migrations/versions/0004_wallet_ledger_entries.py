"""The ledger: the source of truth of every balance."""

from __future__ import annotations

from alembic import op

from streamer_app.assets import migrations_folder

revision = "0004"
down_revision = "0003"

_SQL = migrations_folder() / "sql"


def upgrade() -> None:
    """Create the table and its indexes."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("""
    CREATE TABLE public.wallet_ledger_entries (
      id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
      wallet_id UUID NOT NULL
        REFERENCES public.wallets(id),
      entry_type public.ledger_entry_type NOT NULL,
      amount BIGINT NOT NULL CHECK (amount <> 0),
      currency CHAR(3) NOT NULL DEFAULT 'IDR',
      source_type public.ledger_source_type NOT NULL,
      source_id UUID NOT NULL,
      fee_fixed BIGINT NOT NULL DEFAULT 0,
      fee_percentage NUMERIC(5,4) NOT NULL DEFAULT 0,
      fee_amount BIGINT NOT NULL DEFAULT 0,
      net_amount BIGINT NOT NULL,
      description TEXT,
      meta JSONB NOT NULL DEFAULT '{}',
      created_at TIMESTAMPTZ NOT NULL DEFAULT now()
    )
    """)
    op.execute("CREATE INDEX idx_wallet_ledger_wallet ON public.wallet_ledger_entries (wallet_id)")
    op.execute("CREATE INDEX idx_wallet_ledger_source ON public.wallet_ledger_entries (source_type, source_id)")


def downgrade() -> None:
    """Drop it, if it is ours and holds nothing."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute((_SQL / "functions" / "0001_refuse_if_adopted.sql").read_text(encoding="utf-8"))
    op.execute((_SQL / "functions" / "0004_refuse_if_filled.sql").read_text(encoding="utf-8"))
    op.execute("DROP TABLE public.wallet_ledger_entries")
