"""One row per donation message with all that decides where it stands in the show."""

from __future__ import annotations

from alembic import op

from streamer_app.assets import migrations_folder

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the view, and the index behind "the latest donations"."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute((migrations_folder() / "sql" / "views" / "0010_message_history.sql").read_text(encoding="utf-8"))
    op.execute(
        "CREATE INDEX idx_streamer_app_messages_latest"
        " ON public.donation_messages (streamer_user_id, created_at DESC, id DESC)"
    )


def downgrade() -> None:
    """Take both back."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("DROP INDEX public.idx_streamer_app_messages_latest")
    op.execute("DROP VIEW streamer_app.message_history")
