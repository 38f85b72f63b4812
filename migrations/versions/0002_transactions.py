"""The financial source: it knows nothing of donations."""

from __future__ import annotations

from alembic import op

from streamer_app.assets import migrations_folder

revision = "0002"
down_revision = "0001"

_SQL = migrations_folder() / "sql"


def upgrade() -> None:
    """Create the table and its indexes."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("""
    CREATE TABLE public.transactions (
      id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
      payer_user_id UUID NULL,
      payee_user_id UUID NOT NULL,
      amount BIGINT NOT NULL CHECK (amount > 0),
      fee_fixed BIGINT NOT NULL DEFAULT 0,
      fee_percentage NUMERIC(5,4) NOT NULL DEFAULT 0,
      fee_amount BIGINT NOT NULL,
      net_amount BIGINT NOT NULL,
      rounding_amount NUMERIC(10,6) NOT NULL DEFAULT 0,
      rounding_strategy VARCHAR(30) NOT NULL DEFAULT 'FLOOR_TO_PLATFORM',
      currency CHAR(3) NOT NULL DEFAULT 'IDR',
      status public.transaction_status NOT NULL DEFAULT 'PENDING',
      external_reference VARCHAR(100),
      meta JSONB NOT NULL DEFAULT '{}',
      created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
      paid_at TIMESTAMPTZ,
      settled_at TIMESTAMPTZ,
      CHECK (fee_amount + net_amount = amount)
    )
    """)
    op.execute("CREATE INDEX idx_transactions_payee ON public.transactions (payee_user_id)")
    op.execute("CREATE INDEX idx_transactions_status ON public.transactions (status)")
    op.execute("CREATE INDEX idx_transactions_external_reference ON public.transactions (external_reference)")


def downgrade() -> None:
    """Drop it, if it is ours and holds nothing."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute((_SQL / "functions" / "0001_refuse_if_adopted.sql").read_text(encoding="utf-8"))
    op.execute((_SQL / "functions" / "0002_refuse_if_filled.sql").read_text(encoding="utf-8"))
    op.execute("DROP TABLE public.transactions")
