"""Money comes in: fee terms, payment events, and the one function that posts a payment."""

from __future__ import annotations

from alembic import op

from streamer_app.assets import migrations_folder

revision = "0009"
down_revision = "0008"

_SQL = migrations_folder() / "sql"


def upgrade() -> None:
    """Add kind and currency, create the tables and the function, guard the ledger."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("ALTER TABLE public.transactions ADD COLUMN kind text NOT NULL DEFAULT 'PAYMENT'")
    op.execute(
        "ALTER TABLE public.transactions ADD CONSTRAINT transactions_kind_check"
        " CHECK (kind IN ('PAYMENT', 'PAYOUT')) NOT VALID"
    )
    op.execute("ALTER TABLE public.wallets ADD COLUMN currency char(3) NULL")
    op.execute("""
    CREATE TABLE streamer_app.fee_terms (
      streamer_user_id uuid,
      valid_from timestamptz,
      fee_fixed bigint NOT NULL DEFAULT 0 CHECK (fee_fixed >= 0),
      fee_percentage numeric(5,4) NOT NULL DEFAULT 0.0500 CHECK (fee_percentage BETWEEN 0 AND 1),
      PRIMARY KEY (streamer_user_id, valid_from)
    )
    """)
    # The event comes first and the transaction it names after it, in one database transaction: hence deferred.
    op.execute("""
    CREATE TABLE streamer_app.payment_events (
      provider text,
      event text,
      transaction_id uuid NOT NULL REFERENCES public.transactions (id) DEFERRABLE INITIALLY DEFERRED,
      status text NOT NULL,
      amount bigint NOT NULL,
      recorded_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (provider, event)
    )
    """)
    op.execute("""
    CREATE TABLE streamer_app.payment_references (
      provider text,
      payment_reference text,
      transaction_id uuid NOT NULL UNIQUE REFERENCES public.transactions (id) DEFERRABLE INITIALLY DEFERRED,
      PRIMARY KEY (provider, payment_reference)
    )
    """)
    for name in ("wallet_for", "post_payment", "refuse_other_payment", "record_payment"):
        op.execute((_SQL / "functions" / f"0009_{name}.sql").read_text(encoding="utf-8"))
    op.execute((_SQL / "triggers" / "0009_ledger_append_only.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take all of it back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("DROP TRIGGER wallet_ledger_entries_never_emptied ON public.wallet_ledger_entries")
    op.execute("DROP TRIGGER wallet_ledger_entries_append_only ON public.wallet_ledger_entries")
    op.execute(
        "DROP FUNCTION streamer_app.record_payment(text, text, text, text, bigint, text, uuid, uuid, uuid, jsonb)"
    )
    op.execute("DROP FUNCTION streamer_app.refuse_other_payment(public.transactions, text, text, bigint, uuid, text)")
    op.execute("DROP FUNCTION streamer_app.post_payment(uuid, uuid)")
    op.execute("DROP FUNCTION streamer_app.wallet_for(uuid, public.wallet_type)")
    for table in ("payment_references", "payment_events", "fee_terms"):
        op.execute(f"DROP TABLE streamer_app.{table}")
    op.execute("ALTER TABLE public.wallets DROP COLUMN currency")
    op.execute("ALTER TABLE public.transactions DROP COLUMN kind")
