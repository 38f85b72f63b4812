"""The bell: a message or a payment that another program writes is heard by the streamer's studio."""

from __future__ import annotations

from alembic import op

from streamer_app.assets import migrations_folder

revision = "0008"
down_revision = "0007"

_SQL = migrations_folder() / "sql"


def upgrade() -> None:
    """Hang the bell on the two tables foreign writers touch."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute((_SQL / "functions" / "0008_ring_bell.sql").read_text(encoding="utf-8"))
    op.execute((_SQL / "triggers" / "0008_ring_bell.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take it down."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("DROP TRIGGER streamer_app_ring_on_status ON public.transactions")
    op.execute("DROP TRIGGER streamer_app_ring_on_message ON public.donation_messages")
    op.execute("DROP FUNCTION streamer_app.ring_on_status()")
    op.execute("DROP FUNCTION streamer_app.ring_on_message()")
    op.execute("DROP FUNCTION streamer_app.ring_bell(uuid, uuid)")
