"""The owner's types."""

from __future__ import annotations

from alembic import op

from streamer_app.assets import migrations_folder

revision = "0001"
down_revision = None

_SQL = migrations_folder() / "sql"


def upgrade() -> None:
    """Create the six types."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("CREATE TYPE public.transaction_status AS ENUM ('PENDING', 'PAID', 'SETTLED', 'FAILED', 'REFUNDED')")
    op.execute("CREATE TYPE public.wallet_type AS ENUM ('CASH', 'PENDING', 'PLATFORM')")
    op.execute(
        "CREATE TYPE public.ledger_entry_type AS ENUM"
        " ('DEPOSIT', 'WITHDRAW', 'TRANSFER', 'FEE', 'REFUND', 'ADJUSTMENT')"
    )
    op.execute("CREATE TYPE public.ledger_source_type AS ENUM ('TRANSACTION', 'LEDGER')")
    op.execute("CREATE TYPE public.media_provider AS ENUM ('YOUTUBE')")
    op.execute("CREATE TYPE public.donation_media_type AS ENUM ('NONE', 'TTS', 'YOUTUBE')")


def downgrade() -> None:
    """Drop them, if they are ours."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute((_SQL / "functions" / "0001_refuse_if_adopted.sql").read_text(encoding="utf-8"))
    for name in (
        "donation_media_type",
        "media_provider",
        "ledger_source_type",
        "ledger_entry_type",
        "wallet_type",
        "transaction_status",
    ):
        op.execute(f"DROP TYPE public.{name}")
